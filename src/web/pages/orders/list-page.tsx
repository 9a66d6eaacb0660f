export function OrdersPage() {
  return <h1 className="display text-4xl">Orders</h1>
}

export function OrderPage() {
  return <h1 className="display text-4xl">Order</h1>
}

export function CheckoutPage() {
  return <h1 className="display text-4xl">Checkout</h1>
}

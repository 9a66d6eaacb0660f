export function SeatsPage() {
  return <h1 className="display text-4xl">Seats</h1>
}

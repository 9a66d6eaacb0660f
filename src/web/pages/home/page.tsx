export function HomePage() {
  return <h1 className="display text-4xl">Usher</h1>
}

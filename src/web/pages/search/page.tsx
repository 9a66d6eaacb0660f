export function SearchPage() {
  return <h1 className="display text-4xl">Search</h1>
}

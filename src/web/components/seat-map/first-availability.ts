/** The answer that was asked for before the page could use it; an old one helps nobody. */
let first: { eventId: string; answer: Promise<Response>; askedMs: number } | null = null
const OLD_MS = 10_000

export function askAvailability(eventId: string): Promise<Response> {
  const answer = fetch(`${location.origin}/v1/events/${eventId}/availability`, { cache: 'no-store' })
  // Whoever takes it sees the failure.
  answer.catch(() => undefined)
  first = { eventId, answer, askedMs: performance.now() }
  return answer
}

/** The early answer, once; later ones are asked for anew. */
export function takeAvailability(eventId: string): Promise<Response> {
  const known =
    first?.eventId === eventId && performance.now() - first.askedMs < OLD_MS
      ? first.answer
      : askAvailability(eventId)
  first = null
  return known
}

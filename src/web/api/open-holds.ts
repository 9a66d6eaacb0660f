/** Where a tab keeps the reservation that it holds of an event. */
export function holdName(eventId: string): string {
  return `usher.hold.${eventId}`
}

/** Where a tab keeps the access code that it holds seats of an event with. */
export function codeName(eventId: string): string {
  return `usher.code.${eventId}`
}

/** As many as the API takes. */
const HOLDS_NAMED_MAX = 20

/** What this tab holds: named at sign-in, because a process knows only the holds that were made in it. */
export function openHolds(): string[] {
  const names = Array.from({ length: sessionStorage.length }, (_, i) => sessionStorage.key(i)!)
  return names
    .filter((name) => name.startsWith(holdName('')))
    .flatMap((name) => sessionStorage.getItem(name) ?? [])
    .slice(0, HOLDS_NAMED_MAX)
}

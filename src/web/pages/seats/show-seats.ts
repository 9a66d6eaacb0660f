/** Brings these seats (by number) into view on the map. */
export type ShowSeats = (seats: readonly number[]) => void

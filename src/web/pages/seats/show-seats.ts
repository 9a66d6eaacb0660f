/** Brings these seats (by number) into view on the map. */
export type ShowSeats = (seats: readonly number[]) => void

/** Says what was done to those who listen, and goes on at the choice where what was pressed is not there any more. */
export type SayDone = (words: string) => void

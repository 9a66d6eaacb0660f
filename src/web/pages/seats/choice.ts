import { SEAT_FREE } from '../../components/seat-map/availability.ts'

export type ChosenSeat = { seat: number; priceType: string }
export type ChosenPlaces = { area: number; priceType: string; quantity: number }

/** What a buyer has put together and nobody holds yet. */
export type Choice = { readonly seats: readonly ChosenSeat[]; readonly places: readonly ChosenPlaces[] }

export const NOTHING: Choice = { seats: [], places: [] }

export function countOf(choice: Choice): number {
  return choice.seats.length + choice.places.reduce((sum, { quantity }) => sum + quantity, 0)
}

export function isChosen(choice: Choice, seat: number): boolean {
  return choice.seats.some((chosen) => chosen.seat === seat)
}

/** Adds a seat or takes it back; the same choice where it would be one too many. */
export function toggleSeat(choice: Choice, seat: number, priceType: string, max: number): Choice {
  if (isChosen(choice, seat)) return withoutSeats(choice, [seat])
  if (countOf(choice) >= max) return choice
  return { ...choice, seats: [...choice.seats, { seat, priceType }].toSorted((a, b) => a.seat - b.seat) }
}

export function withoutSeats(choice: Choice, seats: readonly number[]): Choice {
  return { ...choice, seats: choice.seats.filter(({ seat }) => !seats.includes(seat)) }
}

export function withPriceType(choice: Choice, seat: number, priceType: string): Choice {
  return {
    ...choice,
    seats: choice.seats.map((chosen) => (chosen.seat === seat ? { seat, priceType } : chosen)),
  }
}

/** At most what the limit leaves. */
export function withPlaces(
  choice: Choice,
  area: number,
  priceType: string,
  quantity: number,
  max: number,
): Choice {
  const others = choice.places.filter((places) => places.area !== area || places.priceType !== priceType)
  const rest = max - countOf({ ...choice, places: others })
  const allowed = Math.max(0, Math.min(quantity, rest))
  return { ...choice, places: allowed === 0 ? others : [...others, { area, priceType, quantity: allowed }] }
}

export function placesOf(choice: Choice, area: number, priceType?: string): number {
  return choice.places
    .filter((places) => places.area === area && (priceType === undefined || places.priceType === priceType))
    .reduce((sum, { quantity }) => sum + quantity, 0)
}

/** The chosen seats that are not free any more. */
export function lostSeats(choice: Choice, statuses: Uint8Array): number[] {
  return choice.seats.filter(({ seat }) => statuses[seat] !== SEAT_FREE).map(({ seat }) => seat)
}

/** In minor units; null where something chosen has no price. */
export function totalOf(
  choice: Choice,
  price: {
    seat: (seat: number, type: string) => number | null
    area: (area: number, type: string) => number | null
  },
  orderFee: number,
): number | null {
  let total = countOf(choice) > 0 ? orderFee : 0
  for (const { seat, priceType } of choice.seats) {
    const amount = price.seat(seat, priceType)
    if (amount === null) return null
    total += amount
  }
  for (const { area, priceType, quantity } of choice.places) {
    const amount = price.area(area, priceType)
    if (amount === null) return null
    total += amount * quantity
  }
  return total
}

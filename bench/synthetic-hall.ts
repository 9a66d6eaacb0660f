import type { Layout, LayoutSeat } from '../src/shared/layout.ts'
import type { EventRules } from '../src/features/inventory/types.ts'

export const SEATS_PER_ROW = 100
const ROWS_PER_SECTION = 100
const SEATS_PER_SECTION = SEATS_PER_ROW * ROWS_PER_SECTION
/** Digits of a seat's id: every request of the load has the same length, so the load generator only fills in digits. */
export const SEAT_ID_DIGITS = 7

/** Tickets a buyer may have: more than any of them gets, so that the limit is counted and never binds. */
export const TICKETS_PER_BUYER = 200
/** Nothing expires during a benchmark. */
const HOLD_SECONDS = 86_400

export function seatId(seat: number): string {
  return String(seat).padStart(SEAT_ID_DIGITS, '0')
}

/** A plain hall of any size: sections of 10,000 seats in rows of 100, four categories. */
export function syntheticHall(seatCount: number): Layout {
  const sections = Math.ceil(seatCount / SEATS_PER_SECTION)
  const seats = new Array<LayoutSeat>(seatCount)
  for (let i = 0; i < seatCount; i++) {
    const section = Math.floor(i / SEATS_PER_SECTION)
    const row = Math.floor(i / SEATS_PER_ROW) % ROWS_PER_SECTION
    const place = i % SEATS_PER_ROW
    seats[i] = {
      seat_id: seatId(i),
      section,
      row: String(row + 1),
      number: String(place + 1),
      x: (section % 20) * 6_000 + place * 55,
      y: Math.floor(section / 20) * 10_000 + row * 90,
      category: Math.floor(row / 25),
    }
  }
  return {
    name: 'Synthetic hall',
    size: { width: 120_000, height: Math.ceil(sections / 20) * 10_000 },
    seat_radius: 20,
    categories: ['A', 'B', 'C', 'D'].map((name) => ({ name, color: '#3366cc' })),
    floors: [],
    sections: Array.from({ length: sections }, (_, i) => ({ name: `Block ${i + 1}` })),
    seats,
    areas: [],
    focal_point: null,
    background: null,
  }
}

export const SYNTHETIC_RULES: EventRules = {
  currency: 'EUR',
  ticketsPerBuyer: TICKETS_PER_BUYER,
  holdSeconds: HOLD_SECONDS,
  extensionsMax: 1,
  extensionSeconds: 300,
  onSaleFrom: null,
  onSaleUntil: null,
  orphanRule: false,
  priceTypes: [
    { id: 'adult', name: 'Adult', min: 0, max: null },
    { id: 'reduced', name: 'Reduced', min: 0, max: null },
  ],
  prices: [0, 1, 2, 3].flatMap((category) => [
    { category, priceType: 0, amount: 9_000 - category * 1_500, fee: 400, tax: 589 - category * 98 },
    { category, priceType: 1, amount: 6_000 - category * 1_000, fee: 400, tax: 393 - category * 65 },
  ]),
  orderFee: { amount: 150, tax: 10 },
  refundUntil: null,
  offers: [],
  allocations: [],
  identityRequired: 'guest',
}

import type pg from 'pg'
import { labelsOf, type Hall } from '../../src/features/inventory/hall.ts'
import { linesText } from '../../src/features/inventory/commit-deltas.ts'
import type { Line } from '../../src/features/inventory/state.ts'
import { route, type Answer, type Route } from '../../src/platform/http/route.ts'
import { joinEventScopedId } from '../../src/shared/ids.ts'
import { refuse, type Refusal } from '../../src/shared/errors.ts'
import { ReservationRequestSchema, ReservationSchema } from '../../src/shared/schemas/reservations.ts'
import { SYNTHETIC_RULES as RULES } from '../synthetic-hall.ts'
import type { Design } from './designs.ts'

export type TextbookOptions = { pool: pg.Pool; hall: Hall; design: Design }

const PRICE_BY_CATEGORY = new Map(
  RULES.prices.filter((price) => price.priceType === 0).map((price) => [price.category, price]),
)

/** POST /v1/reservations as Usher answers it. Layout and prices do not change, so that they come from memory. */
export function textbookRoutes(options: TextbookOptions): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/reservations',
      summary: 'Hold seats',
      tag: 'Reservations',
      access: 'buyer',
      body: ReservationRequestSchema,
      answers: { 201: { description: 'Held.', schema: ReservationSchema } },
      errors: ['unknown_seat', 'seats_unavailable', 'limit_exceeded'],
      handle: ({ body, caller }) => hold(options, body.event_id, body.seat_ids ?? [], caller!.id),
    }),
    route({
      method: 'GET',
      path: '/healthz',
      summary: 'Liveness',
      tag: 'Operation',
      access: 'public',
      answers: { 200: { description: 'It runs.' } },
      errors: [],
      handle: () => ({ status: 200, json: { status: 'ok' } }),
    }),
  ]
}

async function hold(
  { pool, hall, design }: TextbookOptions,
  eventId: string,
  seatIds: readonly string[],
  buyer: string,
): Promise<Answer | Refusal> {
  const seats: number[] = []
  for (const id of seatIds) {
    const seat = hall.seatIds.indexOf(id)
    if (seat === undefined) return refuse('unknown_seat', `The event has no seat ${id}.`)
    seats.push(seat)
  }
  seats.sort((a, b) => a - b)
  const lines = seats.map((seat): Line => {
    const price = PRICE_BY_CATEGORY.get(hall.category[seat]!)!
    return [seat, 0, price.amount, price.fee, price.tax, 1]
  })
  const holdId = Bun.randomUUIDv7()
  const until = new Date(Date.now() + RULES.holdSeconds * 1000)
  const held = await design(pool, {
    eventId,
    seats,
    holdId,
    buyer,
    until,
    limit: RULES.ticketsPerBuyer,
    rulesVersion: 1,
    orderFee: RULES.orderFee.amount,
    orderFeeTax: RULES.orderFee.tax,
    lines: linesText(lines),
  })
  if (held === 'limit_exceeded') {
    return refuse('limit_exceeded', 'With these you would have more tickets than one buyer may have.')
  }
  if (held !== 'held') {
    return refuse('seats_unavailable', 'Somebody else has some of these seats.', {
      extra: { seat_ids: held.failed.map((seat) => hall.seatIds.at(seat)) },
    })
  }
  return { status: 201, json: present(hall, eventId, holdId, until, lines) }
}

function present(hall: Hall, eventId: string, holdId: string, until: Date, lines: readonly Line[]): unknown {
  const { currency, orderFee } = RULES
  const money = (amount: number): { amount: number; currency: string } => ({ amount, currency })
  let paid = 0
  let fees = 0
  let tax = orderFee.tax
  const seats = lines.map(([place, , amount, fee, taxed]) => {
    paid += amount
    fees += fee
    tax += taxed
    return {
      seat_id: hall.seatIds.at(place),
      ...labelsOf(hall, place),
      category: hall.layout.categories[hall.category[place]!]!.name,
      price_type: RULES.priceTypes[0]!.id,
      price: money(amount),
    }
  })
  return {
    reservation_id: joinEventScopedId(eventId, holdId),
    event_id: eventId,
    status: 'HELD',
    expires_at: until.toISOString(),
    seats,
    areas: [],
    total: money(paid + orderFee.amount),
    breakdown: {
      tickets: money(paid - fees),
      ticket_fees: money(fees),
      order_fee: money(orderFee.amount),
      tax_included: money(tax),
    },
    version: 0,
  }
}

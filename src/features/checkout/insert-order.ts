import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId, EventId, OrderId } from '../../shared/ids.ts'
import type { Payment } from './payment-store.ts'
import { orderHash } from './order-hash.ts'
import type { OrderLine } from './types.ts'

/**
 * Milliseconds: invoices are kept for five years after the year they were made in. The audit knows no other time: where it
 * is changed, orders from before keep theirs.
 */
export const RETAIN_MS = 6 * 366 * 24 * 3_600_000

export type NewOrder = {
  orderId: OrderId
  paymentId: string
  spareHoldId: string
  buyer: BuyerId
  organiserId: string
  eventId: EventId
  holdId: string
  total: number
  currency: string
  locale: string
  livemode: boolean
  eventName: string
  startsAt: Date | null
  tender: 'card' | 'none'
  provider: string | null
  token: string | null
  returnUrl: string | null
  paymentUntil: Date
  now: Date
  lease: string
  leasedUntil: Date
  lines: OrderLine[]
  keyHash: string
  requestHash: string
}

// One round trip for the key, the order, its lines and its payment: all of them, or, where the key was taken
// meanwhile, none.
const ORDER_INSERT = statement(
  'checkout.order_insert',
  `with k as (
     insert into idempotent_answers (caller, route, event_id, key_hash, request_hash, order_id, created_at)
     values ($2, 'bookings', $4, $22, $23, $1, $12) on conflict do nothing
  returning order_id),
   o as (
     insert into orders (order_id, buyer, organiser_id, event_id, reservation_id, hold_id, status, total, currency,
                         locale, livemode, event_name, starts_at, created_at, retain_until)
     select order_id, $2, $3, $4, $5, $5, 'PENDING', $6, $7, $8, $9, $10, $11, $12, $13 from k),
   l as (
     insert into order_lines (order_id, line_no, kind, event_id, ticket_id, seat_no, area_no, seat_id, area_id,
                              section, row_label, seat_label, category, price_type_id, price_type, amount, fee, tax,
                              discount, refundable, state)
     select k.order_id, x."lineNo", x.kind, $4, x."ticketId", x."seatNo", x."areaNo", x."seatId", x."areaId",
            x.section, x."row", x.seat, x.category, x."priceTypeId", x."priceType", x.amount, x.fee, x.tax,
            x.discount, x.refundable, 'pending'
       from k, jsonb_to_recordset($24::jsonb)
         as x("lineNo" int, kind text, "ticketId" uuid, "seatNo" int, "areaNo" int, "seatId" text, "areaId" text,
              section text, "row" text, seat text, category text, "priceTypeId" text, "priceType" text,
              amount bigint, fee bigint, tax bigint, discount bigint, refundable bigint))
   insert into payments (payment_id, order_id, tender, provider, token, return_url, amount, currency, livemode, state,
                         money, spare_hold_id, payment_until, next_at, lease, leased_until, created_at)
   select $14, order_id, $15, $16, $17, $18, $6, $7, $9, 'beginning', 'none', $19, $20, $12, $21, $25, $12 from k`,
)

/** The payment that begins with it; null: the key was taken meanwhile, and nothing was written. */
export async function insertOrder(sql: Sql, o: NewOrder): Promise<Payment | null> {
  const { rowCount } = await sql.query(ORDER_INSERT, [
    o.orderId,
    o.buyer,
    o.organiserId,
    o.eventId,
    o.holdId,
    o.total,
    o.currency,
    o.locale,
    o.livemode,
    o.eventName,
    o.startsAt,
    o.now,
    new Date(o.now.getTime() + RETAIN_MS),
    o.paymentId,
    o.tender,
    o.provider,
    o.token,
    o.returnUrl,
    o.spareHoldId,
    o.paymentUntil,
    o.lease,
    o.keyHash,
    o.requestHash,
    JSON.stringify(o.lines),
    o.leasedUntil,
  ])
  if (rowCount !== 1) return null
  const { paymentId, orderId, buyer, eventId, holdId, spareHoldId, provider, token, returnUrl, currency } = o
  return {
    paymentId,
    orderId,
    buyer,
    eventId,
    holdId,
    spareHoldId,
    ticketIds: o.lines.flatMap((line) => line.ticketId ?? []),
    provider,
    providerRef: null,
    token,
    returnUrl,
    amount: o.total,
    currency,
    state: 'beginning',
    money: 'none',
    booked: false,
    reseated: false,
    failure: null,
    paymentUntil: o.paymentUntil,
    tries: 0,
    orderHash: orderHash({
      ...o,
      reservationId: o.holdId,
      createdAt: o.now,
      payment: { tender: o.tender, provider },
    }),
  }
}

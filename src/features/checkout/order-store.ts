import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId, EventId, OrderId } from '../../shared/ids.ts'
import type { Order } from './types.ts'

const KEY_TAKE = statement(
  'checkout.key_take',
  `insert into idempotent_answers (caller, route, event_id, key_hash, request_hash, order_id, refund_id, created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
)

const KEY_FIND = statement(
  'checkout.key_find',
  `select request_hash as "requestHash", order_id as "orderId", refund_id as "refundId", status
     from idempotent_answers where caller = $1 and route = $2 and event_id = $3 and key_hash = $4`,
)

const KEY_ANSWERED = statement(
  'checkout.key_answered',
  `update idempotent_answers set status = $5
    where caller = $1 and route = $2 and event_id = $3 and key_hash = $4 and status is null`,
)

export type KeyScope = { buyer: BuyerId; route: 'bookings' | 'cancel'; eventId: EventId; keyHash: string }
export type KeyRow = { requestHash: string; orderId: OrderId; refundId: string | null; status: number | null }

export async function takeKey(
  sql: Sql,
  k: KeyScope & { requestHash: string; orderId: OrderId; refundId: string | null; now: Date },
): Promise<boolean> {
  const values = [k.buyer, k.route, k.eventId, k.keyHash, k.requestHash, k.orderId, k.refundId, k.now]
  return (await sql.query(KEY_TAKE, values)).rowCount === 1
}

export async function findKey(sql: Sql, k: KeyScope): Promise<KeyRow | null> {
  const { rows } = await sql.query<KeyRow>(KEY_FIND, [k.buyer, k.route, k.eventId, k.keyHash])
  return rows[0] ?? null
}

/** Remembers the final answer's status: from now on the key gives that answer, not the order's present state. */
export async function noteAnswer(sql: Sql, k: KeyScope, status: number): Promise<void> {
  await sql.query(KEY_ANSWERED, [k.buyer, k.route, k.eventId, k.keyHash, status])
}

const ORDER_COLUMNS = `
  o.order_id as "orderId", o.buyer, o.organiser_id as "organiserId", o.event_id::text as "eventId",
  o.reservation_id as "reservationId", o.hold_id as "holdId", o.status, o.failure, o.total, o.currency, o.refunded,
  o.locale, o.livemode, o.event_name as "eventName", o.starts_at as "startsAt", o.created_at as "createdAt",
  o.settled_at as "settledAt", o.cancelled_at as "cancelledAt", p.decline_code as "declineCode",
  json_build_object('provider', p.provider, 'tender', p.tender, 'money', p.money, 'state', p.state,
                    'nextAction', p.next_action) as payment,
  (select json_agg(json_build_object(
            'lineNo', l.line_no, 'kind', l.kind, 'ticketId', l.ticket_id, 'seatNo', l.seat_no, 'areaNo', l.area_no,
            'seatId', l.seat_id, 'areaId', l.area_id, 'section', l.section, 'row', l.row_label, 'seat', l.seat_label,
            'category', l.category, 'priceTypeId', l.price_type_id, 'priceType', l.price_type, 'amount', l.amount,
            'fee', l.fee, 'tax', l.tax, 'discount', l.discount, 'refundable', l.refundable, 'state', l.state,
            'serial', l.serial, 'stateVersion', l.state_version) order by l.line_no)
     from order_lines l where l.order_id = o.order_id) as lines,
  coalesce((select json_agg(json_build_object('refundId', r.refund_id, 'amount', r.amount, 'state', r.state)
                            order by r.created_at, r.refund_id)
     from refunds r where r.order_id = o.order_id), '[]') as refunds`

const ORDER_FIND = statement(
  'checkout.order_find',
  `select ${ORDER_COLUMNS} from orders o join payments p on p.order_id = o.order_id and p.no = 1
    where o.order_id = $1`,
)

// What is only being begun has no order yet: the ledger may still refuse it, and then it never was.
const ORDERS_OF_BUYER = statement(
  'checkout.orders_of_buyer',
  `select ${ORDER_COLUMNS} from orders o join payments p on p.order_id = o.order_id and p.no = 1
    where o.buyer = $1 and o.created_at <= $2 and (o.created_at, o.order_id) < ($3, $4) and p.state <> 'beginning'
    order by o.created_at desc, o.order_id desc limit $5`,
)

const ORDER_LOCK = statement(
  'checkout.order_lock',
  `select status from orders where order_id = $1 for update`,
)

const ORDER_OF_ATTEMPT = statement(
  'checkout.order_of_attempt',
  `select order_id as "orderId" from payments where payment_id = $1`,
)

const RESERVATION_HISTORY = statement(
  'checkout.orders_of_reservation',
  `select order_id as "orderId", status from orders where reservation_id = $1 and buyer = $2 order by created_at`,
)

const ORDER_FAIL = statement(
  'checkout.order_fail',
  `with failed as (
     update orders set status = 'FAILED', failure = $2, settled_at = $3
      where order_id = $1 and status = 'PENDING' returning order_id)
   update order_lines l set state = 'void' from failed f where l.order_id = f.order_id`,
)

const ORDER_RESEAT = statement('checkout.order_reseat', `update orders set hold_id = $2 where order_id = $1`)

const ORDER_DROP = statement(
  'checkout.order_drop',
  `with p as (delete from payments where order_id = $1 returning payment_id),
        s as (delete from payment_steps using p where payment_steps.payment_id = p.payment_id),
        l as (delete from order_lines where order_id = $1),
        k as (delete from idempotent_answers where order_id = $1)
   delete from orders where order_id = $1`,
)

const FACT = statement(
  'checkout.fact',
  `insert into money_outbox (fact_id, event_id, kind, key, body, at) values ($1, $2, $3, $4, $5, $6)`,
)

export async function findOrder(sql: Sql, orderId: OrderId): Promise<Order | null> {
  return (await sql.query<Order>(ORDER_FIND, [orderId])).rows[0] ?? null
}

export async function ordersOfBuyer(
  sql: Sql,
  c: { buyer: BuyerId; until: Date; before: Date; beforeId: string; limit: number },
): Promise<Order[]> {
  const values = [c.buyer, c.until, c.before, c.beforeId, c.limit]
  return (await sql.query<Order>(ORDERS_OF_BUYER, values)).rows
}

/** Waits for whoever else changes this order; to be called first in a transaction. */
export async function lockOrder(sql: Sql, orderId: OrderId): Promise<void> {
  await sql.query(ORDER_LOCK, [orderId])
}

export async function orderOfAttempt(sql: Sql, attempt: string): Promise<OrderId | null> {
  return (await sql.query<{ orderId: OrderId }>(ORDER_OF_ATTEMPT, [attempt])).rows[0]?.orderId ?? null
}

export async function ordersOfReservation(
  sql: Sql,
  holdId: string,
  buyer: BuyerId,
): Promise<{ orderId: OrderId; status: Order['status'] }[]> {
  return (
    await sql.query<{ orderId: OrderId; status: Order['status'] }>(RESERVATION_HISTORY, [holdId, buyer])
  ).rows
}

export async function failOrder(
  sql: Sql,
  orderId: OrderId,
  failure: string | null,
  now: Date,
): Promise<void> {
  await sql.query(ORDER_FAIL, [orderId, failure, now])
}

export async function reseatOrder(sql: Sql, orderId: OrderId, holdId: string): Promise<void> {
  await sql.query(ORDER_RESEAT, [orderId, holdId])
}

/** The ledger refused before anything happened: there never was an order. */
export async function dropOrder(sql: Sql, orderId: OrderId): Promise<void> {
  await sql.query(ORDER_DROP, [orderId])
}

/** A fact for other systems, in the transaction that makes it true. Ids only, never a name. */
export async function addFact(
  sql: Sql,
  f: {
    factId: string
    eventId: EventId
    kind: 'booking.cancelled' | 'refund.settled'
    orderId: OrderId
    body: Record<string, unknown>
    now: Date
  },
): Promise<void> {
  await sql.query(FACT, [f.factId, f.eventId, f.kind, f.orderId, JSON.stringify(f.body), f.now])
}

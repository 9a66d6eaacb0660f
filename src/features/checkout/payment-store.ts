import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import type { EventId, OrderId } from '../../shared/ids.ts'
import type { Booking, BookingEvent, BookingState, Failure, MoneyState } from './booking.ts'

/** A payment with what its steps need of the order. */
export type Payment = {
  paymentId: string
  orderId: OrderId
  buyer: string
  eventId: EventId
  holdId: string
  spareHoldId: string
  ticketIds: string[]
  provider: string | null
  providerRef: string | null
  token: string | null
  returnUrl: string | null
  amount: number
  currency: string
  state: BookingState
  money: MoneyState
  booked: boolean
  reseated: boolean
  failure: Failure | null
  paymentUntil: Date
  tries: number
  /** Known where this process has just written the order. */
  orderHash?: string
}

export type Lease = { id: string; now: Date; until: Date }

const COLUMNS = `
  p.payment_id as "paymentId", p.order_id as "orderId", o.buyer, o.event_id::text as "eventId",
  o.hold_id as "holdId", p.spare_hold_id as "spareHoldId", p.provider, p.provider_ref as "providerRef", p.token,
  p.return_url as "returnUrl", p.amount, p.currency, p.state, p.money, p.booked, p.reseated, p.failure,
  p.payment_until as "paymentUntil", p.tries,
  array(select l.ticket_id from order_lines l
         where l.order_id = p.order_id and l.kind = 'ticket' order by l.line_no) as "ticketIds"`

const LEASE_DUE = statement(
  'checkout.payments_lease_due',
  `update payments p set lease = $1, leased_until = $2
     from (select payment_id from payments
            where next_at <= $3 and (leased_until is null or leased_until <= $3)
            order by next_at limit $4 for update skip locked) due, orders o
    where p.payment_id = due.payment_id and o.order_id = p.order_id
returning ${COLUMNS}`,
)

// One round trip: the step is recorded with the state that it led to, or neither is. Whoever lost the lease, or
// found the state moved, writes nothing. `next_at` stays as it is, in the past: the lease keeps others away, and an
// indexed column that does not change keeps the update a HOT one.
const ADVANCE = statement(
  'checkout.payment_advance',
  `with moved as (
     update payments
        set state = $4, money = $5, booked = $6, reseated = $7, failure = $8,
            provider_ref = coalesce($9, provider_ref), decline_code = coalesce($10, decline_code),
            next_action = null, tries = 0, leased_until = $11
      where payment_id = $1 and lease = $2 and state = $3
  returning payment_id)
   insert into payment_steps (payment_id, at, from_state, event, to_state, detail)
   select payment_id, $12, $3, $13, $4, $14 from moved`,
)

const POSTPONE = statement(
  'checkout.payment_postpone',
  `with later as (
     update payments
        set tries = tries + 1, next_at = $4, lease = null, leased_until = null,
            next_action = coalesce($5::jsonb, next_action)
      where payment_id = $1 and lease = $2 and state = $3
  returning payment_id)
   insert into payment_steps (payment_id, at, from_state, event, to_state, detail)
   select payment_id, $6, $3, 'waits', $3, $7 from later`,
)

// What only the provider was told for goes: the buyer may have been erased meanwhile.
const SETTLE = statement(
  'checkout.payment_settle',
  `update payments
      set next_at = null, lease = null, leased_until = null, token = null, return_url = null, settled_at = $2
    where payment_id = $1`,
)

const WAKE = statement(
  'checkout.payments_wake',
  `update payments set next_at = $4
    where next_at is not null and next_at > $4
      and ((provider = $1 and provider_ref = $2) or order_id = $3::uuid)`,
)

const FIND_FAILED = statement(
  'checkout.payments_failed_by_ref',
  `select ${COLUMNS} from payments p join orders o on o.order_id = p.order_id
    where p.provider = $1 and p.provider_ref = $2 and p.state = 'failed'`,
)

const REVIVE = statement(
  'checkout.payment_revive',
  `update payments set state = $2, money = $3, next_at = $4, settled_at = null
    where payment_id = $1 and state = 'failed' and next_at is null`,
)

export async function leaseDue(database: Database, lease: Lease, limit: number): Promise<Payment[]> {
  return (await database.query<Payment>(LEASE_DUE, [lease.id, lease.until, lease.now, limit])).rows
}

export type Advance = {
  payment: Payment
  lease: Lease
  event: BookingEvent
  after: Booking
  providerRef?: string | undefined
  declineCode?: string | undefined
  detail?: string | undefined
}

/** False: the lease was lost or somebody else has moved it. */
export async function advance(sql: Sql, a: Advance): Promise<boolean> {
  const { after, payment, lease } = a
  const { rowCount } = await sql.query(ADVANCE, [
    payment.paymentId,
    lease.id,
    payment.state,
    after.state,
    after.money,
    after.booked,
    after.reseated,
    after.failure,
    a.providerRef ?? null,
    a.declineCode ?? null,
    lease.until,
    lease.now,
    a.event,
    a.detail ?? null,
  ])
  return rowCount === 1
}

export async function postpone(
  sql: Sql,
  c: { payment: Payment; lease: Lease; nextAt: Date; nextAction?: unknown; detail?: string | undefined },
): Promise<void> {
  const { payment, lease } = c
  await sql.query(POSTPONE, [
    payment.paymentId,
    lease.id,
    payment.state,
    c.nextAt,
    c.nextAction === undefined ? null : JSON.stringify(c.nextAction),
    lease.now,
    c.detail ?? null,
  ])
}

export async function settlePayment(sql: Sql, paymentId: string, now: Date): Promise<void> {
  await sql.query(SETTLE, [paymentId, now])
}

/** Makes what a provider spoke of due at once. */
export async function wakePayments(
  sql: Sql,
  c: { provider: string; ref: string | null; orderId: string | null; now: Date },
): Promise<number> {
  return (await sql.query(WAKE, [c.provider, c.ref, c.orderId, c.now])).rowCount
}

export async function failedPaymentByRef(sql: Sql, provider: string, ref: string): Promise<Payment | null> {
  return (await sql.query<Payment>(FIND_FAILED, [provider, ref])).rows[0] ?? null
}

export async function revivePayment(sql: Sql, paymentId: string, b: Booking, now: Date): Promise<boolean> {
  return (await sql.query(REVIVE, [paymentId, b.state, b.money, now])).rowCount === 1
}

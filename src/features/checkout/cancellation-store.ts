import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import type { EventId, OrderId } from '../../shared/ids.ts'
import type { Lease } from './payment-store.ts'
import type { EventCancellation, RefundFailure, RefundsOfCancelling } from './types.ts'

/** Orders whose refunds are written down in one transaction, and buyers told in one. */
export const ORDERS_PER_PAGE_MAX = 200
/** Failures shown; how many there are is counted. */
const FAILURES_MAX = 100

export type CancellationJob = {
  cancellationId: string
  eventId: EventId
  by: string
  message: string | null
  state: EventCancellation['state']
  walkedTo: OrderId | null
  tries: number
}

const COLUMNS = `
  c.cancellation_id as "cancellationId", c.event_id::text as "eventId", c.requested_by as by, c.message, c.state,
  c.walked_to as "walkedTo", c.tries`

const INSERT = statement(
  'checkout.cancellation_insert',
  `insert into event_cancellations (event_id, cancellation_id, reason, requested_by, message, state, next_at,
                                    created_at, lease, leased_until)
   values ($1, $2, $3, $4, $5, 'closing', $6, $6, $7, $8) on conflict (event_id) do nothing`,
)

const FIND = statement(
  'checkout.cancellation_find',
  `select ${COLUMNS} from event_cancellations c where c.event_id = $1`,
)

const LEASE_DUE = statement(
  'checkout.cancellations_lease_due',
  `update event_cancellations c set lease = $1, leased_until = $2
     from (select event_id from event_cancellations
            where next_at <= $3 and (leased_until is null or leased_until <= $3)
            order by next_at limit $4 for update skip locked) due
    where c.event_id = due.event_id
returning ${COLUMNS}`,
)

const LEASE_ONE = statement(
  'checkout.cancellation_lease',
  `update event_cancellations c set lease = $1, leased_until = $2
    where c.event_id = $4 and c.next_at is not null
      and (c.leased_until is null or c.leased_until <= $3 or c.lease = $1)
returning ${COLUMNS}`,
)

// Whoever lost the lease writes nothing; whoever has it keeps it for the next page.
const KEEP = statement(
  'checkout.cancellation_keep',
  `update event_cancellations set leased_until = $3 where event_id = $1 and lease = $2 returning walked_to as "walkedTo"`,
)

const CLOSED = statement(
  'checkout.cancellation_closed',
  `update event_cancellations set state = 'refunding', tries = 0, leased_until = $3
    where event_id = $1 and lease = $2 and state = 'closing'`,
)

const POSTPONE = statement(
  'checkout.cancellation_postpone',
  `update event_cancellations
      set tries = $4, next_at = $3, walked_to = case when $5 then null else walked_to end, lease = null,
          leased_until = null
    where event_id = $1 and lease = $2`,
)

const RELEASE = statement(
  'checkout.cancellation_release',
  `update event_cancellations set lease = null, leased_until = null where event_id = $1 and lease = $2`,
)

const REFUND_OF = statement(
  'checkout.cancellation_refund_of',
  `select refund_id as "refundId" from cancelled_orders where cancellation_id = $1 and order_id = $2`,
)

const FINISH = statement(
  'checkout.cancellation_finish',
  `update event_cancellations set state = 'done', finished_at = $3, next_at = null, lease = null, leased_until = null
    where event_id = $1 and lease = $2 and state = 'refunding'`,
)

// A card that is still being asked need not be waited for: its time is up, and checkout gives back what it gets.
const HURRY = statement(
  'checkout.cancellation_hurry_payments',
  `update payments p set payment_until = $2, next_at = least(p.next_at, $2)
     from orders o
    where o.event_id = $1 and o.status = 'PENDING' and p.order_id = o.order_id and p.next_at is not null
      and p.payment_until > $2`,
)

// Locked in a statement of their own: the next one then sees what whoever held the lock has written.
const LOCK_PAGE = statement(
  'checkout.cancellation_lock_page',
  `select o.order_id as "orderId" from orders o
    where o.event_id = $1 and o.order_id > $2 and o.status = 'CONFIRMED'
      and not exists (select 1 from cancelled_orders c where c.cancellation_id = $3 and c.order_id = o.order_id)
    order by o.order_id limit ${ORDERS_PER_PAGE_MAX} for update`,
)

const LOCK_ORDER = statement(
  'checkout.cancellation_lock_order',
  `select order_id as "orderId" from orders where order_id = $1 and status = 'CONFIRMED' for update`,
)

// All that was not given back before, at its full price: an order's refund has the same id whoever writes it down.
const PLAN = statement(
  'checkout.cancellation_plan',
  `with wanted as (
     select l.order_id, l.line_no, l.kind, l.amount from order_lines l
      where l.order_id = any($2::uuid[])
        and not exists (select 1 from refund_lines x where x.order_id = l.order_id and x.line_no = l.line_no)
        and not exists (select 1 from cancelled_orders c where c.cancellation_id = $1 and c.order_id = l.order_id)),
   sums as (
     select order_id, sum(amount)::bigint as amount,
            left(encode(sha256(convert_to($1::uuid::text || '/' || order_id::text, 'UTF8')), 'hex'), 32)::uuid as refund_id
       from wanted group by order_id having bool_or(kind = 'ticket')),
   refund as (
     insert into refunds (refund_id, order_id, payment_id, amount, currency, state, reason, hold_id, next_at, created_at)
     select s.refund_id, o.order_id, p.payment_id, s.amount, o.currency, 'voiding', 'event_cancelled', o.hold_id, $3, $3
       from sums s join orders o on o.order_id = s.order_id join payments p on p.order_id = o.order_id and p.no = 1
   returning refund_id, order_id),
   lines as (
     insert into refund_lines (refund_id, order_id, line_no, amount)
     select r.refund_id, r.order_id, w.line_no, w.amount from refund r join wanted w on w.order_id = r.order_id)
   insert into cancelled_orders (cancellation_id, order_id, refund_id)
   select $1, order_id, refund_id from refund`,
)

// What PLAN would write for all orders of the event.
const FORESEE = statement(
  'checkout.cancellation_foresee',
  `with sums as (
     select o.order_id, o.currency, sum(l.amount) as amount, count(*) filter (where l.kind = 'ticket') as tickets
       from orders o join order_lines l on l.order_id = o.order_id
      where o.event_id = $1 and o.status = 'CONFIRMED'
        and not exists (select 1 from refund_lines x where x.order_id = l.order_id and x.line_no = l.line_no)
      group by o.order_id having bool_or(l.kind = 'ticket'))
   select count(*)::int as orders, coalesce(sum(tickets), 0)::int as tickets, coalesce(sum(amount), 0)::bigint as amount,
          min(currency) as currency,
          (select count(*) from orders o where o.event_id = $1 and o.status = 'PENDING')::int as "ordersInPayment"
     from sums`,
)

const WALKED = statement(
  'checkout.cancellation_walked',
  `update event_cancellations set walked_to = $3 where event_id = $1 and lease = $2`,
)

// One fact a buyer, whatever they bought in: they are told once. It is named after the orders that it speaks of.
const TELL = statement(
  'checkout.cancellation_tell',
  `with buyers as (
     select o.buyer, array_agg(c.order_id order by c.order_id) as orders,
            array_agg(c.refund_id order by c.order_id) as refunds
       from cancelled_orders c join orders o on o.order_id = c.order_id
      where c.cancellation_id = $1 and c.told_by is null
      group by o.buyer order by o.buyer limit ${ORDERS_PER_PAGE_MAX}),
   named as (
     select b.*, left(encode(sha256(convert_to($1::uuid::text || '/told/' || b.orders[1]::text, 'UTF8')), 'hex'), 32)::uuid
                   as fact_id
       from buyers b),
   told as (
     update cancelled_orders c set told_by = n.fact_id from named n
      where c.cancellation_id = $1 and c.order_id = any(n.orders)),
   facts as (
     insert into money_outbox (fact_id, event_id, kind, key, body, at)
     select n.fact_id, $2::bigint, 'booking.event_cancelled', n.orders[1]::text,
            jsonb_build_object('order_id', n.orders[1], 'event_id', $2::bigint::text, 'cancellation_id', $1::uuid::text,
                               'order_ids', n.orders, 'refund_ids', n.refunds), $3
       from named n returning 1)
   select count(*)::int as count from facts`,
)

// In one snapshot: an order that is confirmed at this moment is either still being paid here or was missed.
const LOOK = statement(
  'checkout.cancellation_look',
  `select (select count(*) from orders o where o.event_id = $1 and o.status = 'PENDING')::int as pending,
          (select count(*) from orders o
            where o.event_id = $1 and o.status = 'CONFIRMED'
              and not exists (select 1 from cancelled_orders c where c.cancellation_id = $2 and c.order_id = o.order_id)
              and exists (select 1 from order_lines l
                           where l.order_id = o.order_id and l.kind = 'ticket'
                             and not exists (select 1 from refund_lines x
                                              where x.order_id = l.order_id and x.line_no = l.line_no)))::int as missed,
          (select count(*) from cancelled_orders c join refunds r on r.refund_id = c.refund_id
            where c.cancellation_id = $2 and r.state not in ('settled', 'stuck'))::int as open`,
)

const PROGRESS = statement(
  'checkout.cancellation_progress',
  `select c.cancellation_id as "cancellationId", c.event_id::text as "eventId", c.reason, c.requested_by as by,
          c.message, c.state, c.created_at as "requestedAt", c.finished_at as "finishedAt",
          (r.total + w.pending + w.unplanned)::int as "ordersTotal", r.refunded::int as refunded, r.failed::int as failed,
          (r.total - r.refunded - r.failed + w.pending + w.unplanned)::int as waiting,
          r.amount_total as "amountTotal", r.amount_refunded as "amountRefunded", r.currency
     from event_cancellations c,
          lateral (select count(*) as total, count(*) filter (where r.state = 'settled') as refunded,
                          count(*) filter (where r.state = 'stuck') as failed,
                          coalesce(sum(r.amount), 0)::bigint as amount_total,
                          coalesce(sum(r.amount) filter (where r.state in ('reopening', 'settled')), 0)::bigint
                            as amount_refunded,
                          min(r.currency) as currency
                     from cancelled_orders x join refunds r on r.refund_id = x.refund_id
                    where x.cancellation_id = c.cancellation_id) r,
          lateral (select count(*) filter (where o.status = 'PENDING') as pending,
                          count(*) filter (where o.status = 'CONFIRMED' and not exists (
                            select 1 from cancelled_orders x
                             where x.cancellation_id = c.cancellation_id and x.order_id = o.order_id)) as unplanned
                     from orders o where o.event_id = c.event_id) w
    where c.event_id = $1`,
)

const FAILURES = statement(
  'checkout.refunds_stuck',
  `select r.refund_id as "refundId", r.order_id as "orderId", o.event_id::text as "eventId", r.amount, r.currency,
          r.stuck_in as step, r.failure as reason, p.provider, r.stuck_at as since
     from refunds r join orders o on o.order_id = r.order_id join payments p on p.payment_id = r.payment_id
    where r.state = 'stuck' and ($1::bigint is null or o.event_id = $1)
    order by r.stuck_at, r.refund_id limit $2`,
)

const REVIVE = statement(
  'checkout.refunds_revive',
  `update refunds r set state = r.stuck_in, round = r.round + 1, tries = 0, next_at = $2, failure = null,
          stuck_in = null, stuck_at = null
     from orders o
    where o.order_id = r.order_id and r.state = 'stuck' and r.stuck_in is not null
      and ($1::bigint is null or o.event_id = $1)`,
)

export const cancellationStore = {
  async insert(
    sql: Sql,
    c: {
      eventId: EventId
      cancellationId: string
      reason: string
      by: string
      message: string | null
    },
    lease: Lease,
  ): Promise<boolean> {
    const values = [c.eventId, c.cancellationId, c.reason, c.by, c.message, lease.now, lease.id, lease.until]
    return (await sql.query(INSERT, values)).rowCount === 1
  },

  async find(sql: Sql, eventId: EventId): Promise<CancellationJob | null> {
    return (await sql.query<CancellationJob>(FIND, [eventId])).rows[0] ?? null
  },

  async leaseDue(sql: Sql, lease: Lease, limit: number): Promise<CancellationJob[]> {
    return (await sql.query<CancellationJob>(LEASE_DUE, [lease.id, lease.until, lease.now, limit])).rows
  },

  async leaseOne(sql: Sql, lease: Lease, eventId: EventId): Promise<CancellationJob | null> {
    const values = [lease.id, lease.until, lease.now, eventId]
    return (await sql.query<CancellationJob>(LEASE_ONE, values)).rows[0] ?? null
  },

  async closed(sql: Sql, eventId: EventId, lease: Lease): Promise<boolean> {
    return (await sql.query(CLOSED, [eventId, lease.id, lease.until])).rowCount === 1
  },

  async hurryPayments(sql: Sql, eventId: EventId, now: Date): Promise<void> {
    await sql.query(HURRY, [eventId, now])
  },

  /** Writes the next page's refunds down. `end`: there are no more; null: the lease is lost. */
  planPage(database: Database, job: CancellationJob, lease: Lease): Promise<{ end: boolean } | null> {
    const { eventId, cancellationId } = job
    return database.transaction(async (sql) => {
      const kept = await sql.query<{ walkedTo: OrderId | null }>(KEEP, [eventId, lease.id, lease.until])
      const at = kept.rows[0]
      if (!at) return null
      const page = await sql.query<{ orderId: OrderId }>(LOCK_PAGE, [
        eventId,
        at.walkedTo ?? NO_ORDER,
        cancellationId,
      ])
      const ids = page.rows.map((row) => row.orderId)
      if (ids.length > 0) {
        await sql.query(PLAN, [cancellationId, ids, lease.now])
        await sql.query(WALKED, [eventId, lease.id, ids.at(-1)])
      }
      return { end: ids.length < ORDERS_PER_PAGE_MAX }
    })
  },

  /** The refund of one order, for a buyer who asks before the walk has come to it. */
  planOrder(database: Database, cancellationId: string, orderId: OrderId, now: Date): Promise<void> {
    return database.transaction(async (sql) => {
      const { rowCount } = await sql.query(LOCK_ORDER, [orderId])
      if (rowCount === 1) await sql.query(PLAN, [cancellationId, [orderId], now])
    })
  },

  /** How many buyers are told by it; 0: all are. Null: the lease is lost. */
  tellPage(database: Database, job: CancellationJob, lease: Lease): Promise<number | null> {
    const { eventId, cancellationId } = job
    return database.transaction(async (sql) => {
      if ((await sql.query(KEEP, [eventId, lease.id, lease.until])).rowCount !== 1) return null
      const values = [cancellationId, eventId, lease.now]
      return (await sql.query<{ count: number }>(TELL, values)).rows[0]!.count
    })
  },

  async look(sql: Sql, job: CancellationJob): Promise<{ pending: number; missed: number; open: number }> {
    type Row = { pending: number; missed: number; open: number }
    return (await sql.query<Row>(LOOK, [job.eventId, job.cancellationId])).rows[0]!
  },

  async postpone(
    sql: Sql,
    c: { eventId: EventId; lease: Lease; nextAt: Date; tries: number; walkAgain: boolean },
  ): Promise<void> {
    await sql.query(POSTPONE, [c.eventId, c.lease.id, c.nextAt, c.tries, c.walkAgain])
  },

  async release(sql: Sql, eventId: EventId, lease: Lease): Promise<void> {
    await sql.query(RELEASE, [eventId, lease.id])
  },

  /** Null: nothing was left to give back. */
  async refundOf(sql: Sql, cancellationId: string, orderId: OrderId): Promise<string | null> {
    const { rows } = await sql.query<{ refundId: string }>(REFUND_OF, [cancellationId, orderId])
    return rows[0]?.refundId ?? null
  },

  async finish(sql: Sql, eventId: EventId, lease: Lease): Promise<boolean> {
    return (await sql.query(FINISH, [eventId, lease.id, lease.now])).rowCount === 1
  },

  async foresee(sql: Sql, eventId: EventId): Promise<RefundsOfCancelling> {
    return (await sql.query<RefundsOfCancelling>(FORESEE, [eventId])).rows[0]!
  },

  async progress(sql: Sql, eventId: EventId): Promise<EventCancellation | null> {
    type Row = Omit<EventCancellation, 'failures'>
    const row = (await sql.query<Row>(PROGRESS, [eventId])).rows[0]
    return row ? { ...row, failures: row.failed > 0 ? await stuckRefunds(sql, eventId) : [] } : null
  },
}

/** Smaller than every order's id. */
const NO_ORDER = '00000000-0000-0000-0000-000000000000'

/** Refunds that a person has to look at, the oldest first: of one event, or of all. */
export async function stuckRefunds(sql: Sql, eventId: EventId | null): Promise<RefundFailure[]> {
  return (await sql.query<RefundFailure>(FAILURES, [eventId, FAILURES_MAX])).rows
}

/** Sets them going again where they stopped, each with a new key at its provider; how many there were. */
export async function reviveStuckRefunds(sql: Sql, eventId: EventId | null, now: Date): Promise<number> {
  return (await sql.query(REVIVE, [eventId, now])).rowCount
}

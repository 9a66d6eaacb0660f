import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import { assertNever } from '../../shared/assert.ts'
import { isRefusal } from '../../shared/errors.ts'
import type { EventId, OrderId } from '../../shared/ids.ts'
import { retryAfterMs } from './drive-payment.ts'
import { isUnknown, providerOf } from './effects.ts'
import { addFact, lockOrder } from './order-store.ts'
import type { Lease } from './payment-store.ts'
import type { Context } from './types.ts'

/**
 * Giving tickets back: voiding (the ledger makes them void) → refunding (the provider gives the money back) →
 * reopening (the seats are for sale again) → settled. `stuck`: the provider refused for good, a person has to look;
 * the tickets stay void and the seats taken until then.
 */
export type RefundState = 'voiding' | 'refunding' | 'reopening' | 'settled' | 'stuck'

export type Refund = {
  refundId: string
  orderId: OrderId
  eventId: EventId
  holdId: string
  provider: string | null
  providerRef: string | null
  amount: number
  currency: string
  state: RefundState
  /** Why: `buyer` gave tickets back, or `event_cancelled`. */
  reason: string
  tries: number
  /** How often a person has set it going again. */
  round: number
  ticketIds: string[]
}

const COLUMNS = `
  r.refund_id as "refundId", r.order_id as "orderId", o.event_id::text as "eventId", r.hold_id as "holdId",
  p.provider, p.provider_ref as "providerRef", r.amount, r.currency, r.state, r.reason,
  r.tries, r.round,
  array(select l.ticket_id from refund_lines rl
          join order_lines l on l.order_id = rl.order_id and l.line_no = rl.line_no
         where rl.refund_id = r.refund_id and l.kind = 'ticket' order by l.line_no) as "ticketIds"`

const LEASE_DUE = statement(
  'checkout.refunds_lease_due',
  `update refunds r set lease = $1, leased_until = $2
     from (select refund_id from refunds
            where next_at <= $3 and (leased_until is null or leased_until <= $3)
            order by next_at limit $4 for update skip locked) due, orders o, payments p
    where r.refund_id = due.refund_id and o.order_id = r.order_id and p.payment_id = r.payment_id
returning ${COLUMNS}`,
)

const LEASE_ONE = statement(
  'checkout.refund_lease',
  `update refunds r set lease = $1, leased_until = $2
     from orders o, payments p
    where r.refund_id = $4 and o.order_id = r.order_id and p.payment_id = r.payment_id and r.next_at is not null
      and (r.leased_until is null or r.leased_until <= $3)
returning ${COLUMNS}`,
)

const ADVANCE = statement(
  'checkout.refund_advance',
  `update refunds set state = $4, provider_ref = coalesce($5, provider_ref), failure = $6, tries = 0,
          next_at = case when $4 in ('settled', 'stuck') then null else $7::timestamptz end,
          settled_at = case when $4 = 'settled' then $7::timestamptz end,
          stuck_in = case when $4 = 'stuck' then $3 end, stuck_at = case when $4 = 'stuck' then $7::timestamptz end,
          lease = case when $4 in ('settled', 'stuck') then null else lease end, leased_until = $8
    where refund_id = $1 and lease = $2 and state = $3`,
)

const POSTPONE = statement(
  'checkout.refund_postpone',
  `update refunds set tries = tries + 1, next_at = $4, lease = null, leased_until = null
    where refund_id = $1 and lease = $2 and state = $3`,
)

const ORDER_REFUNDED = statement(
  'checkout.order_refunded',
  `update orders set refunded = refunded + $2 where order_id = $1`,
)

const LINES_VOID = statement(
  'checkout.refund_lines_void',
  `update order_lines l set state = 'void' from refund_lines rl
    where rl.refund_id = $1 and l.order_id = rl.order_id and l.line_no = rl.line_no`,
)

const ORDER_CANCELLED = statement(
  'checkout.order_cancelled',
  `update orders set status = 'CANCELLED', cancelled_at = $2
    where order_id = $1 and status = 'CONFIRMED'
      and not exists (select 1 from order_lines where order_id = $1 and kind = 'ticket' and state <> 'void')`,
)

const WAKE = statement(
  'checkout.refunds_wake',
  `update refunds r set next_at = $3 from payments p
    where p.provider = $1 and p.provider_ref = $2 and r.order_id = p.order_id and r.payment_id = p.payment_id
      and r.next_at > $3`,
)

export async function leaseDueRefunds(database: Database, lease: Lease, limit: number): Promise<Refund[]> {
  return (await database.query<Refund>(LEASE_DUE, [lease.id, lease.until, lease.now, limit])).rows
}

export async function wakeRefunds(sql: Sql, provider: string, ref: string, now: Date): Promise<number> {
  return (await sql.query(WAKE, [provider, ref, now])).rowCount
}

export interface RefundDriver {
  drive(refund: Refund, leaseId: string): Promise<RefundState>
  /** Drives it if nobody else does and something is due. */
  resume(refundId: string): Promise<RefundState | null>
}

export function createRefundDriver(ctx: Context, newLease: (id: string) => Lease): RefundDriver {
  const driver: RefundDriver = {
    drive: (refund, leaseId) => walk(ctx, refund, leaseId, newLease),
    async resume(refundId) {
      const lease = newLease(ctx.ids.uuid())
      const { rows } = await ctx.database.query<Refund>(LEASE_ONE, [
        lease.id,
        lease.until,
        lease.now,
        refundId,
      ])
      return rows[0] ? driver.drive(rows[0], lease.id) : null
    },
  }
  return driver
}

type Step = { to: RefundState | null; providerRef?: string; failure?: string }

async function walk(
  ctx: Context,
  start: Refund,
  leaseId: string,
  newLease: (id: string) => Lease,
): Promise<RefundState> {
  let refund = start
  for (;;) {
    await ctx.probe(`refund.${refund.state}:before`)
    const step = await perform(ctx, refund)
    await ctx.probe(`refund.${refund.state}:after`)
    const lease = newLease(leaseId)
    if (step.to === null) {
      const nextAt = new Date(lease.now.getTime() + retryAfterMs(ctx, refund.tries))
      await ctx.database.query(POSTPONE, [refund.refundId, leaseId, refund.state, nextAt])
      return refund.state
    }
    if (!(await record(ctx, refund, lease, step.to, step))) return refund.state
    if (step.to !== 'reopening') ctx.onFact()
    if (step.to === 'settled' || step.to === 'stuck') return step.to
    refund = { ...refund, state: step.to, tries: 0 }
  }
}

async function record(
  ctx: Context,
  refund: Refund,
  lease: Lease,
  to: RefundState,
  step: Step,
): Promise<boolean> {
  const factId = ctx.ids.uuid()
  const { refundId, orderId, eventId } = refund
  return ctx.database.transaction(async (sql) => {
    const { rowCount } = await sql.query(ADVANCE, [
      refundId,
      lease.id,
      refund.state,
      to,
      step.providerRef ?? null,
      step.failure ?? null,
      lease.now,
      to === 'settled' || to === 'stuck' ? null : lease.until,
    ])
    if (rowCount !== 1) return false
    if (refund.state === 'voiding' && to === 'refunding') {
      await lockOrder(sql, orderId)
      await sql.query(LINES_VOID, [refundId])
      await sql.query(ORDER_CANCELLED, [orderId, lease.now])
      const { reason, ticketIds } = refund
      const body = {
        order_id: orderId,
        event_id: eventId,
        ticket_ids: ticketIds,
        refund_id: refundId,
        reason,
      }
      await addFact(sql, { factId, eventId, kind: 'booking.cancelled', orderId, body, now: lease.now })
    }
    if (refund.state === 'refunding' && to === 'reopening') {
      await sql.query(ORDER_REFUNDED, [orderId, refund.amount])
    }
    if (to === 'settled') {
      const body = { order_id: orderId, refund_id: refundId, reason: refund.reason }
      await addFact(sql, { factId, eventId, kind: 'refund.settled', orderId, body, now: lease.now })
    }
    return true
  })
}

async function perform(ctx: Context, r: Refund): Promise<Step> {
  const { eventId, holdId, orderId, ticketIds, refundId } = r
  switch (r.state) {
    case 'voiding': {
      const done = await ctx.inventory.cancelTickets({ eventId, holdId, orderId, ticketIds, refundId })
      if (!isRefusal(done)) return { to: 'refunding' }
      return isUnknown(done) ? { to: null } : stuck(ctx, r, done.refused)
    }
    case 'refunding':
      return giveBack(ctx, r)
    case 'reopening': {
      const done = await ctx.inventory.reopen({ eventId, holdId, ticketIds, refundId })
      if (!isRefusal(done)) return { to: 'settled' }
      return isUnknown(done) ? { to: null } : stuck(ctx, r, done.refused)
    }
    case 'settled':
    case 'stuck':
      return { to: null }
    default:
      return assertNever(r.state)
  }
}

async function giveBack(ctx: Context, r: Refund): Promise<Step> {
  // Nothing was paid, nothing comes back, or it was paid at a counter and is given back there.
  if (r.amount === 0 || r.provider === null || r.providerRef === null) return { to: 'reopening' }
  const { refundId, orderId, amount, currency } = r
  const outcome = await providerOf(ctx, r.provider).refund({
    ref: r.providerRef,
    orderId,
    refundId,
    amount,
    currency,
    again: r.tries > 0 || r.round > 0,
    round: r.round,
  })
  if (outcome.kind === 'unknown') return { to: null }
  if (outcome.kind === 'refused') return stuck(ctx, r, outcome.code)
  if (outcome.value.state === 'pending') return { to: null }
  if (outcome.value.state === 'failed') return stuck(ctx, r, 'refund_failed')
  return { to: 'reopening', providerRef: outcome.value.ref }
}

function stuck(ctx: Context, r: Refund, failure: string): Step {
  ctx.onProblem('a refund cannot go on by itself', {
    orderId: r.orderId,
    refundId: r.refundId,
    state: r.state,
    failure,
  })
  return { to: 'stuck', failure }
}

import { assert } from '../../shared/assert.ts'
import type { Refusal } from '../../shared/errors.ts'
import { hasDeadline, isSettled, next, type Booking, type BookingState } from './booking.ts'
import { confirmBooking } from './confirm-booking.ts'
import { perform, type Result } from './effects.ts'
import { dropOrder, failOrder, reseatOrder } from './order-store.ts'
import { advance, postpone, settlePayment, type Lease, type Payment } from './payment-store.ts'
import type { Context } from './types.ts'

/** Where a payment stands after it was driven as far as it goes now. */
export type Driven = {
  state: BookingState
  /** What the ledger said when it refused to begin. */
  refusal?: Refusal
  /** It waits for an answer; somebody will drive it on. */
  waiting: boolean
}

export interface PaymentDriver {
  /** Drives a payment that this caller holds the lease of. */
  drive(payment: Payment, leaseId: string): Promise<Driven>
  /** The drive that runs in this process, if one does. */
  running(orderId: string): Promise<Driven> | undefined
  newLease(id: string): Lease
}

/** Walks a payment through its states: effect, record, next effect. Whoever loses the lease stops writing. */
export function createPaymentDriver(ctx: Context): PaymentDriver {
  const inFlight = new Map<string, Promise<Driven>>()
  const driver: PaymentDriver = {
    drive(payment, leaseId) {
      const { orderId } = payment
      const driven = walk(ctx, payment, leaseId, driver.newLease).finally(() => {
        if (inFlight.get(orderId) === driven) inFlight.delete(orderId)
      })
      inFlight.set(orderId, driven)
      return driven
    },
    running: (orderId) => inFlight.get(orderId),
    newLease(id) {
      const now = ctx.clock.now()
      return { id, now: new Date(now), until: new Date(now + ctx.times.leaseMs) }
    },
  }
  return driver
}

async function walk(
  ctx: Context,
  start: Payment,
  leaseId: string,
  newLease: (id: string) => Lease,
): Promise<Driven> {
  let payment = start
  for (;;) {
    const { state } = payment
    await ctx.probe(`${state}:before`)
    const result: Result = isLate(ctx, payment) ? { event: 'deadline' } : await perform(ctx, payment)
    await ctx.probe(`${state}:after`)
    const lease = newLease(leaseId)
    if (result.event === null) {
      await wait(ctx, payment, lease, result)
      return { state, waiting: true, ...(result.refusal && { refusal: result.refusal }) }
    }
    const after = next(asBooking(payment), result.event)
    assert(after, `${state} does not know the event ${result.event}`)
    if (!(await record(ctx, payment, lease, after, result))) return { state, waiting: true }
    if (isSettled(after.state)) {
      if (after.state === 'confirmed') ctx.onFact()
      await ctx.probe(`${after.state}:recorded`)
      return { state: after.state, waiting: false, ...(result.refusal && { refusal: result.refusal }) }
    }
    payment = {
      ...payment,
      ...after,
      tries: 0,
      providerRef: result.providerRef ?? payment.providerRef,
      holdId: result.event === 'reheld' ? payment.spareHoldId : payment.holdId,
    }
  }
}

/** One transaction: the new state, its step, and what it means for the order. */
async function record(
  ctx: Context,
  payment: Payment,
  lease: Lease,
  after: Booking,
  result: Result,
): Promise<boolean> {
  const { event, providerRef, declineCode, detail } = result
  assert(event !== null, 'only what came of an effect is recorded')
  const step = { payment, lease, event, after, providerRef, declineCode, detail }
  // Most steps change the payment alone: one statement, one round trip.
  if (event !== 'reheld' && !isSettled(after.state)) return advance(ctx.database, step)
  if (after.state === 'confirmed') {
    return confirmBooking(ctx.database, { ...step, tickets: result.tickets ?? [], factId: ctx.ids.uuid() })
  }
  return ctx.database.transaction(async (sql) => {
    if (!(await advance(sql, step))) return false
    const { orderId, paymentId, spareHoldId } = payment
    if (event === 'reheld') await reseatOrder(sql, orderId, spareHoldId)
    if (after.state === 'dropped') await dropOrder(sql, orderId)
    if (after.state === 'failed') {
      await failOrder(sql, orderId, after.failure, lease.now)
      await settlePayment(sql, paymentId, lease.now)
    }
    return true
  })
}

async function wait(ctx: Context, payment: Payment, lease: Lease, result: Result): Promise<void> {
  let nextMs = lease.now.getTime() + retryAfterMs(ctx, payment.tries)
  // Time ends this state by itself: be there when it does.
  if (hasDeadline(payment.state)) nextMs = Math.min(nextMs, payment.paymentUntil.getTime())
  const { nextAction, detail } = result
  await postpone(ctx.database, {
    payment,
    lease,
    nextAt: new Date(Math.max(nextMs, lease.now.getTime())),
    detail,
    ...(nextAction !== undefined && { nextAction }),
  })
}

/** Twice as long every time, with a quarter of it left to chance, so that a thousand do not come back at once. */
export function retryAfterMs(ctx: Context, tries: number): number {
  const { retryMsMin, retryMsMax } = ctx.times
  const fullMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(tries, 20))
  return Math.round(fullMs * (0.75 + 0.25 * ctx.random.fraction()))
}

function isLate(ctx: Context, p: Payment): boolean {
  return hasDeadline(p.state) && ctx.clock.now() >= p.paymentUntil.getTime()
}

function asBooking(p: Payment): Booking {
  const { state, money, booked, reseated, failure } = p
  return { state, money, booked, reseated, failure, asksProvider: p.provider !== null }
}

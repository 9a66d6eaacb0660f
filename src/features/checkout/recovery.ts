import { statement } from '../../platform/postgres/database.ts'
import type { CancellationDriver } from './cancel-event.ts'
import { cancellationStore } from './cancellation-store.ts'
import type { PaymentDriver } from './drive-payment.ts'
import { leaseDue, type Lease } from './payment-store.ts'
import { leaseDueRefunds, type RefundDriver } from './refunds.ts'
import type { Context, Recovery } from './types.ts'
import { processInbox } from './webhooks.ts'

/** Payments and refunds that one process finishes side by side: each of them mostly waits for a provider. */
const UNDER_WAY_MAX = 40
/** Of them refunds: a cancelled event has thousands, and whoever pays for another one must not wait behind them. */
const REFUNDS_UNDER_WAY_MAX = 30
/** Cancelled events whose orders one process walks at a time. */
const CANCELLATIONS_UNDER_WAY_MAX = 2

// Nearly always there is nothing, and one question that says so is cheaper than four leases that come back empty.
const ANYTHING_DUE = statement(
  'checkout.anything_due',
  `select exists (select from webhook_inbox where next_at <= $1)
       or exists (select from payments where next_at <= $1)
       or exists (select from refunds where next_at <= $1)
       or exists (select from event_cancellations where next_at <= $1) as due`,
)

/**
 * Resumes whatever is due, from any state: after a crash, when a provider was silent, when time ends a payment, when
 * a webhook came. Every process may run one; leases keep them apart. A slow provider holds up nobody else's payment.
 */
export function createLoop(
  ctx: Context,
  payments: PaymentDriver,
  refunds: RefundDriver,
  cancellations: CancellationDriver,
): Recovery {
  const underWay = new Set<Promise<unknown>>()
  let refundsUnderWay = 0
  let cancellationsUnderWay = 0
  /** The last look had to leave something for the next one. */
  let isMoreDue = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let looking: Promise<unknown> | null = null
  let stopped = true

  function track(about: { orderId: string } | { eventId: string }, work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work
      .catch((error: unknown) => ctx.onProblem('a step of a payment failed', { ...about, error }))
      .finally(() => {
        underWay.delete(tracked)
        // There is room again: the next one need not wait for the clock.
        if (isMoreDue && looking === null) later(0)
      })
    underWay.add(tracked)
  }

  /** Takes on what is due, as much as there is room for, and waits for none of it. */
  async function look(): Promise<number> {
    const { rows } = await ctx.database.query<{ due: boolean }>(ANYTHING_DUE, [new Date(ctx.clock.now())])
    if (!rows[0]!.due) {
      isMoreDue = false
      return 0
    }
    const inbox = await processInbox(ctx)
    const lease = payments.newLease(ctx.ids.uuid())
    const room = Math.max(0, UNDER_WAY_MAX - underWay.size)
    const duePayments = await leaseDue(ctx.database, lease, room)
    for (const payment of duePayments) track({ orderId: payment.orderId }, payments.drive(payment, lease.id))
    const refundRoom = Math.max(
      0,
      Math.min(room - duePayments.length, REFUNDS_UNDER_WAY_MAX - refundsUnderWay),
    )
    const dueRefunds = await leaseDueRefunds(ctx.database, lease, refundRoom)
    for (const refund of dueRefunds) {
      refundsUnderWay += 1
      const driven = refunds.drive(refund, lease.id).finally(() => (refundsUnderWay -= 1))
      track({ orderId: refund.orderId }, driven)
    }
    isMoreDue = duePayments.length === room || dueRefunds.length === refundRoom
    return inbox + duePayments.length + dueRefunds.length + (await lookAtCancellations(lease))
  }

  async function lookAtCancellations(lease: Lease): Promise<number> {
    const room = CANCELLATIONS_UNDER_WAY_MAX - cancellationsUnderWay
    const due = await cancellationStore.leaseDue(ctx.database, lease, room)
    for (const job of due) {
      cancellationsUnderWay += 1
      const driven = cancellations.drive(job, lease.id).finally(() => (cancellationsUnderWay -= 1))
      track({ eventId: job.eventId }, driven)
    }
    return due.length
  }

  function later(delayMs: number): void {
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => {
          ctx.onProblem('the recovery loop could not look', { error })
          return 0
        })
        .then((found) => {
          looking = null
          // Where there was work there may be more; where there is no room, whoever ends looks again.
          later(found > 0 && !isMoreDue ? 0 : ctx.times.recoveryMs)
        })
    }, delayMs)
  }

  return {
    async runOnce() {
      const found = await look()
      await Promise.all(underWay)
      return found
    },
    start() {
      if (!stopped) return
      stopped = false
      later(0)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await looking
      await Promise.all(underWay)
    },
  }
}

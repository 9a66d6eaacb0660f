import type { PaymentDriver } from './drive-payment.ts'
import { leaseDue } from './payment-store.ts'
import { leaseDueRefunds, type RefundDriver } from './refunds.ts'
import type { Context, Recovery } from './types.ts'
import { processInbox } from './webhooks.ts'

/** Payments and refunds that one process finishes side by side: each of them mostly waits for a provider. */
const UNDER_WAY_MAX = 40

/**
 * Resumes whatever is due, from any state: after a crash, when a provider was silent, when time ends a payment, when
 * a webhook came. Every process may run one; leases keep them apart. A slow provider holds up nobody else's payment.
 */
export function createLoop(ctx: Context, payments: PaymentDriver, refunds: RefundDriver): Recovery {
  const underWay = new Set<Promise<unknown>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let looking: Promise<unknown> = Promise.resolve()
  let stopped = true

  function track(orderId: string, work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work
      .catch((error: unknown) => ctx.onProblem('a step of a payment failed', { orderId, error }))
      .finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  /** Takes on what is due, as much as there is room for, and waits for none of it. */
  async function look(): Promise<number> {
    const inbox = await processInbox(ctx)
    const lease = payments.newLease(ctx.ids.uuid())
    const duePayments = await leaseDue(ctx.database, lease, UNDER_WAY_MAX - underWay.size)
    for (const payment of duePayments) track(payment.orderId, payments.drive(payment, lease.id))
    const dueRefunds = await leaseDueRefunds(ctx.database, lease, UNDER_WAY_MAX - underWay.size)
    for (const refund of dueRefunds) track(refund.orderId, refunds.drive(refund, lease.id))
    return inbox + duePayments.length + dueRefunds.length
  }

  function later(delayMs: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => {
          ctx.onProblem('the recovery loop could not look', { error })
          return 0
        })
        // Where there was work there may be more.
        .then((found) => later(found > 0 && underWay.size < UNDER_WAY_MAX ? 0 : ctx.times.recoveryMs))
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

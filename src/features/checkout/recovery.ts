import type { PaymentDriver } from './drive-payment.ts'
import { leaseDue } from './payment-store.ts'
import { leaseDueRefunds, type RefundDriver } from './refunds.ts'
import type { Context, Recovery } from './types.ts'
import { processInbox } from './webhooks.ts'

/** Payments and refunds that one look takes on: each waits for a provider, so they run side by side. */
const BATCH = 20

/**
 * Resumes whatever is due, from any state: after a crash, when a provider was silent, when time ends a payment, when
 * a webhook came. Every process may run one; leases keep them apart.
 */
export function createLoop(ctx: Context, payments: PaymentDriver, refunds: RefundDriver): Recovery {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<unknown> | null = null
  let stopped = true

  async function runOnce(): Promise<number> {
    const inbox = await processInbox(ctx, payments, refunds)
    const lease = payments.newLease(ctx.ids.uuid())
    const duePayments = await leaseDue(ctx.database, lease, BATCH)
    const dueRefunds = await leaseDueRefunds(ctx.database, lease, BATCH)
    const about = (orderId: string) => (error: unknown) =>
      ctx.onProblem('a step of a payment failed', { orderId, error })
    await Promise.all([
      ...duePayments.map((payment) => payments.drive(payment, lease.id).catch(about(payment.orderId))),
      ...dueRefunds.map((refund) => refunds.drive(refund, lease.id).catch(about(refund.orderId))),
    ])
    return inbox + duePayments.length + dueRefunds.length
  }

  function later(delayMs: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      running = runOnce()
        .catch((error: unknown) => {
          ctx.onProblem('the recovery loop could not look', { error })
          return 0
        })
        // Where there was work there may be more.
        .then((found) => later(found >= BATCH ? 0 : ctx.times.recoveryMs))
    }, delayMs)
  }

  return {
    runOnce,
    start() {
      if (!stopped) return
      stopped = false
      later(0)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

import { isRefusal, type Refusal } from '../../shared/errors.ts'
import type { EventId, OrderId } from '../../shared/ids.ts'
import { cancellationStore as store, type CancellationJob } from './cancellation-store.ts'
import { retryAfterMs } from './drive-payment.ts'
import { isUnknown } from './effects.ts'
import type { Lease } from './payment-store.ts'
import type { Context, EventCancellation, EventCancelRequest } from './types.ts'

export interface CancellationDriver {
  /** Drives a job that this caller holds the lease of as far as it goes now. */
  drive(job: CancellationJob, leaseId: string): Promise<Refusal | null>
}

/**
 * Cancelling an event: closing (the ledger: nothing is held, paid for or booked from now on; then the catalog says so)
 * → refunding (the orders
 * are walked in pages, each page's refunds written down in one transaction; then every buyer is told, once) → done,
 * when no order is being paid and no refund is open. The refunds themselves go the way of all refunds. A crash
 * anywhere is resumed at the page it happened in.
 */
export function createCancellationDriver(ctx: Context, newLease: (id: string) => Lease): CancellationDriver {
  return {
    async drive(start, leaseId) {
      let job = start
      if (job.state === 'closing') {
        const refusal = await close(ctx, job, newLease(leaseId))
        if (refusal) return refusal
        job = { ...job, state: 'refunding', tries: 0 }
      }
      if (job.state === 'refunding') await refundAll(ctx, job, () => newLease(leaseId))
      return null
    },
  }
}

export async function cancelEvent(
  ctx: Context,
  newLease: (id: string) => Lease,
  request: EventCancelRequest,
): Promise<EventCancellation | Refusal> {
  const { eventId, reason, by, message = null } = request
  const lease = newLease(ctx.ids.uuid())
  const cancellationId = ctx.ids.uuid()
  // Ours from its first moment: whoever asked is to hear that the ledger has it.
  await store.insert(ctx.database, { eventId, cancellationId, reason, by, message }, lease)
  await ctx.probe('cancellation:recorded')
  const job = await store.leaseOne(ctx.database, lease, eventId)
  if (job) {
    // Only the ledger is waited for: from its entry on nobody can buy. The orders may be many.
    const refusal = job.state === 'closing' ? await close(ctx, job, lease) : null
    await store.release(ctx.database, eventId, lease)
    if (refusal) return refusal
  }
  return (await store.progress(ctx.database, eventId))!
}

/** The refusal where the ledger did not take it; then the job stays and is tried again. */
async function close(ctx: Context, job: CancellationJob, lease: Lease): Promise<Refusal | null> {
  const { eventId } = job
  await ctx.probe('cancellation.closing:before')
  const closed = await ctx.inventory.cancelEvent({ eventId })
  await ctx.probe('cancellation.closing:after')
  // An event that was never opened for sale has no ledger, no ticket and no order.
  if (isRefusal(closed) && closed.refused !== 'not_found') {
    if (!isUnknown(closed)) {
      ctx.onProblem('the ledger refuses to cancel an event', { eventId, refused: closed.refused })
    }
    const nextAt = new Date(lease.now.getTime() + retryAfterMs(ctx, job.tries))
    await store.postpone(ctx.database, { eventId, lease, nextAt, tries: job.tries + 1, walkAgain: false })
    return closed
  }
  await ctx.catalog.markCancelled({ eventId, actor: job.by })
  await ctx.probe('cancellation.catalog:after')
  await store.closed(ctx.database, eventId, lease)
  return null
}

async function refundAll(ctx: Context, job: CancellationJob, lease: () => Lease): Promise<void> {
  const { eventId } = job
  await store.hurryPayments(ctx.database, eventId, new Date(ctx.clock.now()))
  for (let end = false; !end;) {
    await ctx.probe('cancellation.page:before')
    const page = await store.planPage(ctx.database, job, lease())
    await ctx.probe('cancellation.page:after')
    if (!page) return
    end = page.end
  }
  for (let told: number | null = 1; told !== 0;) {
    told = await store.tellPage(ctx.database, job, lease())
    await ctx.probe('cancellation.told:after')
    if (told === null) return
    if (told > 0) ctx.onFact()
  }
  const { pending, missed, open } = await store.look(ctx.database, job)
  const now = lease()
  if (pending + missed + open === 0) {
    await store.finish(ctx.database, eventId, now)
    return
  }
  const nextAt = new Date(now.now.getTime() + ctx.times.cancellationMs)
  // What was being paid when the walk passed it may be confirmed by the time of the next one.
  const walkAgain = pending + missed > 0
  await store.postpone(ctx.database, { eventId, lease: now, nextAt, tries: 0, walkAgain })
}

/** Where the event of this order is cancelled: its one refund, written down now if the walk has not come to it yet. */
export async function refundOfCancelledEvent(
  ctx: Context,
  eventId: EventId,
  orderId: OrderId,
): Promise<{ refundId: string | null } | null> {
  const job = await store.find(ctx.database, eventId)
  if (!job) return null
  await store.planOrder(ctx.database, job.cancellationId, orderId, new Date(ctx.clock.now()))
  return { refundId: await store.refundOf(ctx.database, job.cancellationId, orderId) }
}

import { statement } from '../../platform/postgres/database.ts'
import { isUuid } from '../../shared/ids.ts'
import { next, type Booking } from './booking.ts'
import { providerOf } from './effects.ts'
import { failedPaymentByRef, revivePayment, wakePayments } from './payment-store.ts'
import { wakeRefunds } from './refunds.ts'
import type { Context, WebhookOutcome } from './types.ts'

/** Events looked at in one go. */
const INBOX_BATCH = 50
const OUTCOME_LENGTH_MAX = 200

// The key is for ever: a provider may repeat an event after days, and a cache would have forgotten it.
const STORE = statement(
  'checkout.webhook_store',
  `insert into webhook_inbox (provider, provider_event_id, kind, provider_ref, order_id, attempt, received_at, next_at)
   values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict do nothing`,
)

const TAKE_DUE = statement(
  'checkout.webhooks_take_due',
  `update webhook_inbox w set tries = tries + 1, next_at = $2
     from (select provider, provider_event_id from webhook_inbox where next_at <= $1
            order by next_at limit ${INBOX_BATCH} for update skip locked) due
    where w.provider = due.provider and w.provider_event_id = due.provider_event_id
returning w.provider, w.provider_event_id as id, w.kind, w.provider_ref as ref, w.order_id as "orderId"`,
)

const DONE = statement(
  'checkout.webhook_done',
  `update webhook_inbox set next_at = null, processed_at = $3, outcome = $4
    where provider = $1 and provider_event_id = $2`,
)

type InboxRow = { provider: string; id: string; kind: string; ref: string | null; orderId: string | null }

/** Stores what a provider sent and nothing more: processing comes later, and may be repeated. */
export async function receiveWebhook(
  ctx: Context,
  name: string,
  body: string,
  headers: Headers,
): Promise<WebhookOutcome> {
  const provider = ctx.providers.find((candidate) => candidate.name === name)
  if (!provider) return 'unknown_provider'
  const event = await provider.verifyWebhook(body, headers)
  if (!event) return 'forged'
  if (event === 'malformed') return event
  const { id, kind, ref, orderId, attempt } = event
  await ctx.database.query(STORE, [name, id, kind, ref, orderId, attempt, new Date(ctx.clock.now())])
  return 'stored'
}

/**
 * A webhook is a hint that something may have changed: what it speaks of becomes due, and the recovery loop looks it
 * up at the provider.
 */
export async function processInbox(ctx: Context): Promise<number> {
  const now = new Date(ctx.clock.now())
  const again = new Date(now.getTime() + ctx.times.leaseMs)
  const { rows } = await ctx.database.query<InboxRow>(TAKE_DUE, [now, again])
  await Promise.all(rows.map((row) => processOne(ctx, row)))
  return rows.length
}

async function processOne(ctx: Context, row: InboxRow): Promise<void> {
  const { provider, ref } = row
  const orderId = row.orderId !== null && isUuid(row.orderId) ? row.orderId : null
  const now = new Date(ctx.clock.now())
  const woken = await wakePayments(ctx.database, { provider, ref, orderId, now })
  const wokenRefunds = ref ? await wakeRefunds(ctx.database, provider, ref, now) : 0
  const found = ref ? await reviveFailed(ctx, provider, ref) : 'nothing'
  // It stays in the inbox until the provider answers.
  if (found === 'unknown') return
  const outcome = `woke ${woken + wokenRefunds}${found === 'money' ? ', money found after a failure' : ''}`
  await ctx.database.query(DONE, [
    row.provider,
    row.id,
    new Date(ctx.clock.now()),
    outcome.slice(0, OUTCOME_LENGTH_MAX),
  ])
}

/** Money that turns up for a booking that has failed goes back. */
async function reviveFailed(
  ctx: Context,
  provider: string,
  ref: string,
): Promise<'money' | 'nothing' | 'unknown'> {
  const payment = await failedPaymentByRef(ctx.database, provider, ref)
  if (!payment) return 'nothing'
  const seen = await providerOf(ctx, provider).retrieve(ref)
  if (seen.kind === 'unknown') return 'unknown'
  if (seen.kind === 'refused') return 'nothing'
  const { state, refunded, amount } = seen.value
  if (state !== 'authorized' && !(state === 'captured' && refunded < amount)) return 'nothing'
  const failed: Booking = {
    state: 'failed',
    asksProvider: true,
    money: payment.money,
    booked: false,
    reseated: payment.reseated,
    failure: payment.failure,
  }
  const after = next(failed, state)
  if (!after) return 'nothing'
  ctx.onProblem('money turned up after a booking had failed', { orderId: payment.orderId, state })
  const revived = await revivePayment(ctx.database, payment.paymentId, after, new Date(ctx.clock.now()))
  return revived ? 'money' : 'nothing'
}

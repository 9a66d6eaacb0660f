import type { Charge, Outcome, PaymentProvider } from '../../platform/payment/provider.ts'
import { assert, assertNever } from '../../shared/assert.ts'
import { isRefusal, type Refusal } from '../../shared/errors.ts'
import type { TicketView } from '../inventory/index.ts'
import { effectOf, type BookingEvent } from './booking.ts'
import { orderHash } from './order-hash.ts'
import { findOrder } from './order-store.ts'
import type { Payment } from './payment-store.ts'
import type { Context } from './types.ts'

/** What came of an effect. `event: null`: nobody knows yet, ask again later. */
export type Result = {
  event: BookingEvent | null
  providerRef?: string
  declineCode?: string
  nextAction?: unknown
  tickets?: TicketView[]
  refusal?: Refusal
  /** For the record: codes, never personal data. */
  detail?: string
}

/** Does what the payment's state asks for. Every effect may be repeated at any time. */
export function perform(ctx: Context, p: Payment): Promise<Result> {
  const effect = effectOf(p.state)
  switch (effect) {
    case 'begin_payment':
      return beginPayment(ctx, p)
    case 'open_charge':
      return openCharge(ctx, p)
    case 'authorize':
      return authorize(ctx, p)
    case 'withdraw':
      return withdraw(ctx, p)
    case 'confirm':
      return confirm(ctx, p)
    case 'hold_again':
      return holdAgain(ctx, p)
    case 'end_payment':
      return endPayment(ctx, p)
    case 'void':
      return voidCharge(ctx, p)
    case 'capture':
      return capture(ctx, p)
    case 'issue':
      return issue(ctx, p)
    case 'cancel_tickets':
      return cancelTickets(ctx, p)
    case 'refund':
      return refund(ctx, p)
    case 'reopen':
      return reopen(ctx, p)
    case null:
      throw new Error(`a settled payment has nothing left to do: ${p.state}`)
    default:
      return assertNever(effect)
  }
}

export function providerOf(ctx: Context, name: string | null): PaymentProvider {
  const provider = ctx.providers.find((candidate) => candidate.name === name)
  assert(provider, `no payment provider is called ${name}`)
  return provider
}

/** 503 from the ledger says nothing about what was asked. */
export function isUnknown(refusal: Refusal): boolean {
  return refusal.refused === 'busy' || refusal.refused === 'unavailable'
}

async function beginPayment(ctx: Context, p: Payment): Promise<Result> {
  const { paymentMs, paymentMsMax } = ctx.times
  const { eventId, holdId, buyer, paymentId: attempt } = p
  const hold = await ctx.inventory.beginPayment({ eventId, holdId, buyer, attempt, paymentMs, paymentMsMax })
  if (isRefusal(hold)) return (await hasBegun(ctx, p, hold)) ?? refused(hold, 'begin_refused')
  assert(hold.total === p.amount && hold.currency === p.currency, 'the price of a hold does not change')
  return { event: 'begun' }
}

/**
 * Asked again after a crash, it is refused where the seats of a guest who signs in are the account's before the order is:
 * what counts is whether this attempt is paying for them.
 */
async function hasBegun(ctx: Context, p: Payment, refusal: Refusal): Promise<Result | null> {
  if (isUnknown(refusal)) return null
  const hold = await ctx.inventory.findHold(p.holdId, p.eventId, null)
  if (isRefusal(hold)) return isUnknown(hold) ? refused(hold, 'begin_refused') : null
  return hold.state === 'paying' && hold.attempt === p.paymentId ? { event: 'begun' } : null
}

async function openCharge(ctx: Context, p: Payment): Promise<Result> {
  assert(p.token !== null, 'a charge needs a means of payment')
  const { returnUrl, token, amount, currency } = p
  const outcome = await providerOf(ctx, p.provider).open({
    ...attemptOf(p),
    amount,
    currency,
    token,
    ...(returnUrl !== null && { returnUrl }),
  })
  if (outcome.kind === 'unknown') return unheard(ctx, p, outcome)
  if (outcome.kind === 'refused') {
    return { event: 'rejected', declineCode: outcome.code, detail: outcome.detail }
  }
  const { state, ref, decline } = outcome.value
  if (state === 'declined') return { event: 'rejected', ...(decline && { declineCode: decline.code }) }
  return { event: 'opened', providerRef: ref }
}

async function authorize(ctx: Context, p: Payment): Promise<Result> {
  const provider = providerOf(ctx, p.provider)
  const ref = refOf(p)
  // Asked before: look first, for the answer may have been lost.
  const seen = p.tries > 0 ? await provider.retrieve(ref) : null
  if (seen && !(seen.kind === 'answered' && seen.value.state === 'untouched')) return heard(ctx, p, seen)
  const { returnUrl } = p
  return heard(
    ctx,
    p,
    await provider.authorize({ ...attemptOf(p), ref, ...(returnUrl !== null && { returnUrl }) }),
  )
}

async function withdraw(ctx: Context, p: Payment): Promise<Result> {
  const provider = providerOf(ctx, p.provider)
  const ref = refOf(p)
  const seen = await provider.retrieve(ref)
  const open =
    seen.kind === 'answered' && (seen.value.state === 'untouched' || seen.value.state === 'action_required')
  if (!open) return heard(ctx, p, seen)
  return heard(ctx, p, await provider.void({ ...attemptOf(p), ref }))
}

async function confirm(ctx: Context, p: Payment): Promise<Result> {
  const { eventId, holdId, orderId, ticketIds, paymentId: attempt } = p
  const hash = p.orderHash ?? (await storedOrderHash(ctx, p))
  const done = await ctx.inventory.confirm({ eventId, holdId, attempt, orderId, orderHash: hash, ticketIds })
  return isRefusal(done) ? refused(done, goneAs(done)) : { event: 'booked' }
}

async function storedOrderHash(ctx: Context, { orderId }: Payment): Promise<string> {
  const order = await findOrder(ctx.database, orderId)
  assert(order, 'a payment has an order')
  return orderHash(order)
}

async function holdAgain(ctx: Context, p: Payment): Promise<Result> {
  const { paymentMs, paymentMsMax } = ctx.times
  const { eventId, holdId, spareHoldId: newHoldId, paymentId: attempt } = p
  // Asked before a crash: the one try may have been had, and may be over by now.
  const spare = await ctx.inventory.findHold(newHoldId, eventId, null)
  if (!isRefusal(spare)) {
    return { event: spare.state === 'paying' || spare.state === 'booked' ? 'reheld' : 'hold_gone' }
  }
  if (isUnknown(spare)) return refused(spare, 'hold_gone')
  const hold = await ctx.inventory.holdAgain({
    eventId,
    holdId,
    newHoldId,
    attempt,
    paymentMs,
    paymentMsMax,
  })
  return isRefusal(hold) ? refused(hold, goneAs(hold)) : { event: 'reheld' }
}

function goneAs(refusal: Refusal): BookingEvent {
  return refusal.refused === 'event_cancelled' ? 'event_gone' : 'hold_gone'
}

async function endPayment(ctx: Context, p: Payment): Promise<Result> {
  const { eventId, holdId, paymentId: attempt } = p
  const ended = await ctx.inventory.endPayment({ eventId, holdId, attempt })
  if (!isRefusal(ended)) return { event: 'ended' }
  if (isUnknown(ended)) return refused(ended, 'ended')
  // Refused: either this attempt has booked the seats, or the hold is nothing of its any more. Whose it is says nothing:
  // the seats of a guest who signs in are the account's before the order is.
  const hold = await ctx.inventory.findHold(holdId, eventId, null)
  if (isRefusal(hold)) return refused(hold, 'ended')
  return hold.state === 'booked' && hold.attempt === attempt
    ? { event: 'booked' }
    : { event: 'ended', detail: ended.refused }
}

async function voidCharge(ctx: Context, p: Payment): Promise<Result> {
  const result = heard(ctx, p, await providerOf(ctx, p.provider).void({ ...attemptOf(p), ref: refOf(p) }))
  // Declined after all is as good as voided; authorized means that it did not work.
  if (result.event === 'declined') return { ...result, event: 'voided' }
  return result.event === 'authorized' ? { ...result, event: null } : result
}

async function capture(ctx: Context, p: Payment): Promise<Result> {
  const { amount, currency } = p
  const result = heard(
    ctx,
    p,
    await providerOf(ctx, p.provider).capture({ ...attemptOf(p), ref: refOf(p), amount, currency }),
  )
  return result.event === 'authorized' ? { ...result, event: null } : result
}

async function issue(ctx: Context, p: Payment): Promise<Result> {
  const { eventId, holdId, orderId, ticketIds } = p
  const done = await ctx.inventory.issue({ eventId, holdId, orderId })
  if (isRefusal(done)) return refused(done, 'issue_refused')
  // Tickets that were made void meanwhile stay void.
  const valid = done.tickets.filter((ticket) => ticket.state === 'valid')
  return valid.length === ticketIds.length
    ? { event: 'issued', tickets: valid }
    : { event: 'issue_refused', detail: 'tickets_void' }
}

async function cancelTickets(ctx: Context, p: Payment): Promise<Result> {
  const { eventId, holdId, orderId, ticketIds, paymentId: refundId } = p
  const done = await ctx.inventory.cancelTickets({ eventId, holdId, orderId, ticketIds, refundId })
  if (!isRefusal(done)) return { event: 'tickets_void' }
  if (isUnknown(done)) return refused(done, 'tickets_void')
  // Some are void already, for another reason: the rest is this one's.
  const live = (await ctx.inventory.findTickets(eventId, ticketIds))
    .filter((ticket) => ticket.state === 'pending' || ticket.state === 'valid')
    .map((ticket) => ticket.ticketId)
  if (live.length === 0) return { event: 'tickets_void', detail: done.refused }
  const rest = await ctx.inventory.cancelTickets({ eventId, holdId, orderId, ticketIds: live, refundId })
  return isRefusal(rest) ? problem(ctx, p, rest.refused) : { event: 'tickets_void', detail: done.refused }
}

async function refund(ctx: Context, p: Payment): Promise<Result> {
  const { amount, currency, orderId, paymentId: refundId, tries } = p
  const outcome = await providerOf(ctx, p.provider).refund({
    ref: refOf(p),
    orderId,
    refundId,
    amount,
    currency,
    again: tries > 0,
  })
  if (outcome.kind === 'unknown') return unheard(ctx, p, outcome)
  if (outcome.kind === 'refused') {
    return outcome.code === 'charge_already_refunded'
      ? { event: 'returned', detail: outcome.code }
      : problem(ctx, p, outcome.code)
  }
  if (outcome.value.state === 'succeeded') return { event: 'returned' }
  return outcome.value.state === 'failed' ? problem(ctx, p, 'refund_failed') : { event: null }
}

async function reopen(ctx: Context, p: Payment): Promise<Result> {
  const { eventId, holdId, ticketIds, paymentId: refundId } = p
  const done = await ctx.inventory.reopen({ eventId, holdId, ticketIds, refundId })
  if (!isRefusal(done)) return { event: 'reopened' }
  if (isUnknown(done)) return refused(done, 'reopened')
  // Some were made void for another reason, and are opened by whoever did that: one by one, the rest.
  for (const ticketId of ticketIds) {
    const one = await ctx.inventory.reopen({ eventId, holdId, ticketIds: [ticketId], refundId })
    if (isRefusal(one) && isUnknown(one)) return refused(one, 'reopened')
  }
  return { event: 'reopened', detail: done.refused }
}

/** What the provider says of the charge, as an event; null while it says nothing final. */
function heard(ctx: Context, p: Payment, outcome: Outcome<Charge>): Result {
  if (outcome.kind !== 'answered') return unheard(ctx, p, outcome)
  const { state, decline, nextAction } = outcome.value
  switch (state) {
    case 'authorized':
    case 'captured':
    case 'voided':
      return { event: state }
    case 'declined':
      return { event: 'declined', declineCode: decline?.code ?? 'card_declined' }
    case 'action_required':
      return { event: null, ...(nextAction && { nextAction }), detail: state }
    case 'untouched':
    case 'processing':
      return { event: null, detail: state }
    default:
      return assertNever(state)
  }
}

function unheard(ctx: Context, p: Payment, outcome: Exclude<Outcome<unknown>, { kind: 'answered' }>): Result {
  const { detail } = outcome
  if (outcome.kind === 'unknown' && outcome.fault === 'ours') return problem(ctx, p, detail)
  return { event: null, detail }
}

function refused(refusal: Refusal, event: BookingEvent): Result {
  return isUnknown(refusal)
    ? { event: null, refusal, detail: refusal.refused }
    : { event, refusal, detail: refusal.refused }
}

function problem(ctx: Context, p: Payment, detail: string): Result {
  ctx.onProblem('a payment cannot go on by itself', { orderId: p.orderId, state: p.state, detail })
  return { event: null, detail }
}

function attemptOf(p: Payment): { orderId: string; attempt: string } {
  return { orderId: p.orderId, attempt: p.paymentId }
}

function refOf(p: Payment): string {
  assert(p.providerRef !== null, 'a charge that was opened has a name at the provider')
  return p.providerRef
}

import { setTimeout as sleep } from 'node:timers/promises'
import { Outage } from '../../platform/postgres/database.ts'
import { unlessSilent } from '../../platform/postgres/in-time.ts'
import { assert } from '../../shared/assert.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { joinEventScopedId, splitEventScopedId } from '../../shared/ids.ts'
import type { HoldView } from '../inventory/index.ts'
import type { Driven, PaymentDriver } from './drive-payment.ts'
import { insertOrder, type NewOrder } from './insert-order.ts'
import { hash128, requestHash } from './keys.ts'
import { orderLines } from './order-lines.ts'
import {
  findKey,
  findOrder,
  noteAnswer,
  orderOfAttempt,
  ordersOfReservation,
  type KeyRow,
  type KeyScope,
} from './order-store.ts'
import type { BookingAnswer, BookingRequest, Context, Order } from './types.ts'

/** Milliseconds after which a buyer whose payment is under way is told PENDING while the steps go on. */
const BUYER_WAIT_MS_MAX = 5_000
/** Milliseconds after which the database is asked whether it is the bank that takes so long. */
const LOOK_AFTER_MS = 1_000
const LATE = 'late'
/** Looks, and milliseconds between them, at a booking that another request is about to begin. */
const REPEAT_LOOKS_MAX = 50
const REPEAT_LOOK_MS = 20
/**
 * Attempts to pay one reservation that may fail: people have a few cards, and who tries stolen ones has thousands. After
 * them the seats have to be held anew, which is counted.
 */
const FAILED_ATTEMPTS_MAX = 10
/** Seconds after which a caller may ask again while the ledger does not answer. */
const RETRY_SECONDS = 1
const AWAY_SECONDS = 2

/**
 * hold → begin-payment → authorize → confirm → capture → issue, for one reservation and one attempt. The same key
 * never acts twice: a repeat gets the answer that the first one got, or its booking's present state.
 */
export async function placeBooking(
  ctx: Context,
  driver: PaymentDriver,
  request: BookingRequest,
): Promise<BookingAnswer | Refusal> {
  const id = splitEventScopedId(request.reservationId)
  if (!id) return refuse('not_found', 'There is no such reservation.')
  // What was begun says so itself.
  return bookHold(ctx, driver, request, id).catch(nothingBegun)
}

async function bookHold(
  ctx: Context,
  driver: PaymentDriver,
  request: BookingRequest,
  id: { eventId: string; uuid: string },
): Promise<BookingAnswer | Refusal> {
  const { buyer } = request
  const failed = await unlessSilent(ctx.database, failedAttempts(ctx, id.uuid, buyer))
  // Another card is a new attempt, a repeat is the same one.
  const keyText = request.key ?? `${request.reservationId}#${failed}`
  const scope: KeyScope = { buyer, route: 'bookings', eventId: id.eventId, keyHash: hash128(keyText) }
  const asked = askedFor(request)
  for (;;) {
    const known = await unlessSilent(ctx.database, findKey(ctx.database, scope))
    if (known) {
      const answered = await repeated(ctx, driver, scope, known, asked).catch(notKnown)
      if (answered) return answered
      // It was never begun, and its key is free again: then this is the first.
      continue
    }
    if (failed >= FAILED_ATTEMPTS_MAX) return tooManyAttempts()
    const order = await unlessSilent(ctx.database, prepare(ctx, request, id.eventId, id.uuid))
    if (isRefusal(order)) {
      // It may be the same request, a moment ahead, that has the reservation.
      if (await unlessSilent(ctx.database, findKey(ctx.database, scope))) continue
      return order
    }
    const lease = driver.newLease(ctx.ids.uuid())
    const row: NewOrder = {
      ...order,
      keyHash: scope.keyHash,
      requestHash: asked,
      now: lease.now,
      paymentUntil: new Date(lease.now.getTime() + ctx.times.paymentMs),
      lease: lease.id,
      leasedUntil: lease.until,
    }
    // Another request with this key may have come first: then its answer is this one's, too.
    const answered = await begin(ctx, driver, scope, row).catch(notKnown)
    if (answered) return answered
  }
}

/** Writes the order and drives its payment; null where the key was taken meanwhile. */
async function begin(
  ctx: Context,
  driver: PaymentDriver,
  scope: KeyScope,
  row: NewOrder,
): Promise<BookingAnswer | Refusal | null> {
  const { orderId } = row
  const driven = insertOrder(ctx.database, row).then(async (payment) => {
    if (!payment) return null
    await ctx.probe('order:recorded')
    return driver.drive(payment, row.lease)
  })
  const told = await soFar(ctx, orderId, driven)
  return told && answer(ctx, scope, orderId, told)
}

/**
 * What came of it, or that it goes on: a gateway may answer each of its calls just in time. An `Outage` where the
 * database does not answer meanwhile; what was sent to it goes on all the same, here or in the recovery.
 */
async function soFar<T>(ctx: Context, orderId: string, driving: Promise<T>): Promise<T | Driven> {
  const watch = async (): Promise<T | typeof LATE> => {
    const soon = await within(driving, LOOK_AFTER_MS)
    if (soon !== LATE) return soon
    driving.catch((error: unknown) => ctx.onProblem('a step of a payment failed', { orderId, error }))
    // Only so that a silent database is noticed where nobody else asks it anything.
    findOrder(ctx.database, orderId).catch(() => {})
    return within(driving, BUYER_WAIT_MS_MAX - LOOK_AFTER_MS)
  }
  const told = await unlessSilent(ctx.database, watch())
  return told === LATE ? { state: 'authorizing', waiting: true } : told
}

async function within<T>(work: Promise<T>, ms: number): Promise<T | typeof LATE> {
  const waited = new AbortController()
  const late = sleep<typeof LATE>(ms, LATE, { signal: waited.signal }).catch((): typeof LATE => LATE)
  return Promise.race([work, late]).finally(() => waited.abort())
}

/** A refusal with these words for an answer that did not come; what else went wrong goes on. */
const away =
  (what: string) =>
  (error: unknown): Refusal => {
    if (!(error instanceof Outage)) throw error
    const detail = `The database does not answer at this moment, and ${what}. Ask again with the same key.`
    return refuse('unavailable', detail, { retryAfterSeconds: AWAY_SECONDS })
  }

/** Until an order was sent to the database; another request with the same key may be further. */
const nothingBegun = away('this request has begun nothing')
/** What nobody can say meanwhile: the order may be written, and its payment may be under way. */
const notKnown = away('it is not known yet whether the booking was begun')

async function failedAttempts(ctx: Context, holdId: string, buyer: string): Promise<number> {
  const history = await ordersOfReservation(ctx.database, holdId, buyer)
  return history.filter((order) => order.status === 'FAILED').length
}

function tooManyAttempts(): Refusal {
  return refuse(
    'payment_failed',
    `${FAILED_ATTEMPTS_MAX} payments of this reservation have failed, and it takes no further one. Choose your seats again.`,
  )
}

function askedFor(request: BookingRequest): string {
  const { reservationId, paymentToken, paymentProvider, contact, returnUrl } = request
  return requestHash({ reservationId, paymentToken, paymentProvider, contact, returnUrl })
}

type Prepared = Omit<NewOrder, 'keyHash' | 'requestHash' | 'now' | 'paymentUntil' | 'lease' | 'leasedUntil'>

/** Everything that an order is made of, or why there can be none. Writes nothing but the buyer's own words. */
async function prepare(
  ctx: Context,
  request: BookingRequest,
  eventId: string,
  holdId: string,
): Promise<Prepared | Refusal> {
  const { buyer, contact, paymentToken } = request
  const hold = await ctx.inventory.findHold(holdId, eventId, buyer)
  if (isRefusal(hold)) return hold
  const unpayable = await mayNotBePaid(ctx, hold)
  if (unpayable) return unpayable
  const locale = contact?.locale ?? (await ctx.people.contact(buyer))?.locale ?? 'en'
  const event = await ctx.catalog.event(eventId, locale)
  if (!event) return refuse('not_on_sale', 'The event is not on sale any more.')
  // An import may know it before the ledger does.
  if (event.status === 'cancelled')
    return refuse('event_cancelled', 'The event is cancelled; nothing was charged.')
  const provider = hold.total === 0 ? null : chooseProvider(ctx, request)
  if (isRefusal(provider)) return provider
  if (provider && !paymentToken) {
    return refuse('malformed', 'A payment_token is needed: the reservation is not free of charge.')
  }
  // What the catalog remembers of the event may be older than its newest seats.
  const layout = await ctx.catalog.layout(hold.layoutHash)
  if (contact) await ctx.people.saveContact(buyer, contact)
  await ctx.people.noteBuyerEvent(buyer, eventId)
  return {
    orderId: ctx.ids.uuid(),
    paymentId: ctx.ids.uuid(),
    spareHoldId: ctx.ids.uuid(),
    buyer,
    organiserId: event.organiserId,
    eventId,
    holdId,
    total: hold.total,
    currency: hold.currency,
    locale,
    livemode: provider?.livemode ?? ctx.providers[0]?.livemode ?? false,
    eventName: event.name,
    startsAt: new Date(event.startsAt),
    tender: provider ? 'card' : 'none',
    provider: provider?.name ?? null,
    token: provider ? (paymentToken ?? null) : null,
    returnUrl: request.returnUrl ?? null,
    lines: orderLines({ hold, event, layout, newTicketId: () => ctx.ids.uuid() }),
  }
}

async function mayNotBePaid(ctx: Context, hold: HoldView): Promise<Refusal | null> {
  switch (hold.state) {
    case 'held':
      return null
    case 'paying':
      return inProgress(ctx, hold.attempt, hold.version)
    case 'booked':
      return alreadyBooked(hold.orderId, hold.version)
    case 'released':
    case 'expired':
    case 'ended':
      return refuse('reservation_expired', 'The reservation has ended. Choose your seats again.')
  }
}

function chooseProvider(ctx: Context, request: BookingRequest): Context['providers'][number] | Refusal {
  const wanted = request.paymentProvider
  const found = wanted ? ctx.providers.find((provider) => provider.name === wanted) : ctx.providers[0]
  const names = ctx.providers.map((provider) => provider.name).join(', ')
  return found ?? refuse('malformed', `The payment_provider is one of: ${names}.`)
}

async function inProgress(ctx: Context, attempt: string | null, version: number): Promise<Refusal> {
  const orderId = attempt ? await orderOfAttempt(ctx.database, attempt) : null
  return refuse('booking_in_progress', 'Another payment for this reservation is under way.', {
    extra: { version, ...(orderId && { booking_id: orderId }) },
  })
}

function alreadyBooked(orderId: string | null, version: number): Refusal {
  return refuse('already_booked', 'The reservation is booked already.', {
    extra: { version, ...(orderId && { booking_id: orderId }) },
  })
}

/** What a known key gets; null where it has become free meanwhile. */
async function repeated(
  ctx: Context,
  driver: PaymentDriver,
  scope: KeyScope,
  known: KeyRow,
  asked: string,
): Promise<BookingAnswer | Refusal | null> {
  const { orderId } = known
  if (known.requestHash !== asked) {
    return refuse('idempotency_mismatch', 'The key was used with another request. Take a new one.', {
      extra: { booking_id: orderId },
    })
  }
  for (let look = 0; look < REPEAT_LOOKS_MAX; look++) {
    const running = driver.running(orderId)
    if (running) return answer(ctx, scope, orderId, await soFar(ctx, orderId, running))
    const order = await unlessSilent(ctx.database, findOrder(ctx.database, orderId))
    if (!order) return null
    if (order.payment.state !== 'beginning') {
      return known.status === 201 ? { status: 201, order, asOf: 'confirmed' } : outcome(order)
    }
    // The first request is asking the ledger, in this process or another: its answer is a moment away.
    await sleep(REPEAT_LOOK_MS)
  }
  return notYet()
}

/** The answer to whoever asked first; a final one is remembered for the key. */
async function answer(
  ctx: Context,
  scope: KeyScope,
  orderId: string,
  driven: Driven,
): Promise<BookingAnswer | Refusal> {
  if (driven.state === 'dropped') return notBegun(ctx, driven.refusal)
  if (driven.state === 'beginning' && driven.refusal) return driven.refusal
  const order = await unlessSilent(ctx.database, findOrder(ctx.database, orderId))
  if (!order || order.payment.state === 'beginning') return notYet()
  const result = outcome(order)
  if (!isRefusal(result) && result.status === 201)
    await unlessSilent(ctx.database, noteAnswer(ctx.database, scope, 201))
  return result
}

async function notBegun(ctx: Context, refusal: Refusal | undefined): Promise<Refusal> {
  assert(refusal, 'a payment that was not begun has a refusal')
  if (refusal.refused === 'booking_in_progress') {
    const { attempt, version } = refusal.extra as { attempt?: string; version: number }
    return inProgress(ctx, attempt ?? null, version)
  }
  return refusal
}

function notYet(): Refusal {
  return refuse('busy', 'The booking is being written down. Ask again with the same key.', {
    retryAfterSeconds: RETRY_SECONDS,
  })
}

/** What an order's present state is as an answer to the request that made it. */
function outcome(order: Order): BookingAnswer | Refusal {
  switch (order.status) {
    case 'PENDING':
      return { status: 202, order }
    case 'CONFIRMED':
      return { status: 201, order }
    case 'CANCELLED':
      return { status: 200, order }
    case 'FAILED':
      return failure(order)
  }
}

function failure(order: Order): Refusal {
  const extra = { booking_id: order.orderId, ...(order.declineCode && { decline_code: order.declineCode }) }
  const hold = joinEventScopedId(order.eventId, order.reservationId)
  switch (order.failure) {
    case 'card_declined':
      return refuse('card_declined', `The bank declined the payment. The seats of ${hold} are still yours.`, {
        extra,
      })
    case 'payment_timed_out':
    case 'payment_lapsed':
      return refuse('payment_failed', 'The payment did not come through in time. No money was taken.', {
        extra,
      })
    case 'event_cancelled':
      return refuse('event_cancelled', 'The event was cancelled before it was paid for. No money was kept.', {
        extra,
      })
    case 'reservation_expired':
    case 'booking_withdrawn':
    case null:
      return refuse('reservation_expired', 'The reservation ended before it was paid. No money was kept.', {
        extra,
      })
  }
}

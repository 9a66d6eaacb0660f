import { Outage, type Database } from '../../platform/postgres/database.ts'
import { refuse, type ErrorCode, type Refusal } from '../../shared/errors.ts'
import { joinEventScopedId } from '../../shared/ids.ts'
import type { Denied, HoldWish } from './commands.ts'
import { Alternatives, nearestAlternatives } from './best-available.ts'
import type { Hall } from './hall.ts'
import { findHold, findTickets } from './ledger-store.ts'
import { Unavailable } from './ledger-memory.ts'
import { statusFor } from './opened-by-code.ts'
import { keptFor } from './sale-phases.ts'
import type { Sequencer, Settled } from './sequencer.ts'
import type { EventState, Hold } from './state.ts'
import type { EventRules, HoldView, TicketView } from './types.ts'
import { contextOf, holdView, ticketView, type ContextDeps } from './views.ts'

/** Seconds after which a database that does not answer is worth another try. */
const RETRY_AFTER_SECONDS = 2

/** A denial in words, with what the caller can do about it. */
export function explain(
  denied: Denied,
  version: number,
  named: Hall,
  sequencer: Sequencer,
  command?: HoldWish,
): Refusal {
  // Seats that the house has added since are in the present one alone.
  const hall = sequencer.memory?.hall ?? named
  const extra: Record<string, unknown> = { version }
  if (denied.holdId !== undefined)
    extra['reservation_id'] = joinEventScopedId(sequencer.eventId, denied.holdId)
  if (denied.order !== undefined) extra['booking_id'] = denied.order
  if (denied.seats) {
    extra['seat_ids'] = denied.seats.map((seat) => hall.seatIds.at(seat))
    if (denied.own) extra['your_seat_ids'] = denied.own.map((seat) => hall.seatIds.at(seat))
    const state = sequencer.memory?.state
    if (denied.denied === 'seats_unavailable' && state && command) {
      extra['alternatives'] = alternativesFor(state, hall, command).map((choice) =>
        choice.map((seat) => hall.seatIds.at(seat)),
      )
    }
  }
  if (denied.limit) {
    const { max, had } = denied.limit
    Object.assign(extra, { tickets_per_buyer: max, tickets_had: had })
    return refuse(denied.denied, limitWords(max, had), { extra })
  }
  const type =
    denied.priceType === undefined ? null : sequencer.memory?.state.rules.priceTypes[denied.priceType]
  if (type) {
    Object.assign(extra, { price_type: type.id, min: type.min, max: type.max })
    return refuse(denied.denied, boundsOf(type), { extra })
  }
  if (denied.denied === 'held_by_you' && denied.order !== undefined)
    return refuse(denied.denied, 'You have bought these seats already.', { extra })
  return refuse(denied.denied, DETAIL[denied.denied] ?? 'This cannot be done now.', { extra })
}

function limitWords(max: number, had: number): string {
  const most = `One buyer may have at most ${max} tickets for this event, or in this phase of its sale`
  return had === 0 ? `${most}; ask for fewer.` : `${most}, and you have or hold ${had} already.`
}

function boundsOf({ id, min, max }: EventRules['priceTypes'][number]): string {
  const bounds = max === null ? `at least ${min}` : min <= 1 ? `at most ${max}` : `${min} to ${max}`
  return `An order has ${bounds} tickets of the price type ${id}; choose another number or price type.`
}

/** Whoever has a code of an allocation gets none but its seats. */
function alternativesFor(state: EventState, hall: Hall, { code, seats }: HoldWish): number[][] {
  const allocation = keptFor(state, code)
  return allocation === null
    ? alternativesOf(state).near(hall, state.freedCount, (seat) => state.seatStatus(seat), seats)
    : nearestAlternatives(hall, (seat) => statusFor(state, seat, allocation), seats)
}

const alternatives = new WeakMap<EventState, Alternatives>()

function alternativesOf(state: EventState): Alternatives {
  let known = alternatives.get(state)
  if (!known) alternatives.set(state, (known = new Alternatives()))
  return known
}

const DETAIL: Partial<Record<ErrorCode, string>> = {
  not_on_sale: 'This event is not on sale now.',
  access_code_required: 'This phase of the sale is for holders of an access code.',
  access_code_invalid: 'This event has no such access code.',
  access_code_used_up: 'This access code was used as often as it can be.',
  event_cancelled: 'This event is cancelled. Who has paid for tickets gets the money back.',
  limit_exceeded:
    'With these you would have more tickets than one buyer may have for this event, or in this phase of its sale.',
  seats_unavailable: 'Somebody else has some of these seats.',
  held_by_you: 'You hold these seats already; go on with that reservation.',
  orphan_seat: 'This would leave a single seat between taken ones; move your choice by one.',
  sold_out: 'There is not enough left for that.',
  identity_required: 'This event asks for a verified mail address; verify yours, then try again.',
  extension_limit: 'This reservation cannot be extended again.',
  booking_in_progress: 'A payment for this reservation is under way.',
  already_booked: 'This reservation is booked already.',
  idempotency_mismatch: 'This Idempotency-Key was used with another request; use a new key.',
  unknown_price_type: 'There is no price of that type for one of these places.',
  not_found: 'There is no such reservation.',
  conflict: 'The present state of this reservation does not allow that.',
}

/** 503 for what the sequencer could not decide or read; what is not an outage is a bug and stays an exception. */
export function unavailable(error: unknown): Refusal {
  if (error instanceof Outage) return away()
  if (!(error instanceof Unavailable)) throw error
  switch (error.reason) {
    case 'busy':
      return refuse('busy', 'Too many people are asking at this moment, and nothing was done. Try again.', {
        retryAfterSeconds: error.retryAfterSeconds ?? 1,
      })
    case 'away':
      return away()
    case 'unavailable':
      return unknownYet()
  }
}

/** 503 where the command may have been done, and the database went away in front of the reading that says so. */
export function unread(error: unknown): Refusal {
  if (!(error instanceof Outage)) return unavailable(error)
  return unknownYet()
}

function away(): Refusal {
  return refuse(
    'unavailable',
    'The database does not answer at this moment, and nothing was done. Try again.',
    {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    },
  )
}

function unknownYet(): Refusal {
  return refuse(
    'unavailable',
    'It is not known yet whether this was done. Ask again with the same Idempotency-Key.',
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  )
}

export function notFound(): Refusal {
  return refuse('not_found', 'There is no such reservation.')
}

export function done(settled: Settled | Refusal, hall?: Hall): { version: number } | Refusal {
  if ('refused' in settled) return settled
  const { outcome, version } = settled
  if ('denied' in outcome) {
    const { attempt, order, seats, why } = outcome
    return refuse(outcome.denied, why ?? DETAIL[outcome.denied] ?? 'This cannot be done now.', {
      extra: {
        version,
        ...(attempt !== undefined && { attempt }),
        ...(order !== undefined && { booking_id: order }),
        ...(seats && hall && { seat_ids: seats.map((seat) => hall.seatIds.at(seat)) }),
      },
    })
  }
  if ('gone' in outcome) return refuse('conflict', 'This reservation has ended.', { extra: { version } })
  return { version }
}

/** `gone` may mean that the work was done before and the hold has left the memory with it; null when it was not. */
export async function alreadyTurned(
  database: Database,
  eventId: string,
  settled: Settled | Refusal,
  ticketIds: readonly string[],
  refundId: string,
): Promise<{ version: number } | Refusal | null> {
  if ('refused' in settled || !('gone' in settled.outcome)) return null
  const tickets = await findTickets(database, eventId, ticketIds).catch(unread)
  if ('refused' in tickets) return tickets
  const all =
    tickets.length === ticketIds.length && tickets.every((t) => t.state === 'void' && t.refundId === refundId)
  return all ? { version: settled.version } : null
}

/** Every ticket of it was given back, and its seats may be another's. */
export function wasBooked({ orderId }: Hold, version: number): Refusal {
  return refuse('already_booked', 'This reservation was booked.', { extra: { version, booking_id: orderId } })
}

export async function presentHold(
  deps: ContextDeps,
  eventId: string,
  holdId: string,
  buyer: string,
  settled: Settled | Refusal,
): Promise<HoldView | Refusal> {
  if ('refused' in settled) return settled
  return presentSettled(deps, eventId, holdId, buyer, settled).catch(unread)
}

async function presentSettled(
  deps: ContextDeps,
  eventId: string,
  holdId: string,
  buyer: string,
  settled: Settled,
): Promise<HoldView | Refusal> {
  const { outcome, version } = settled
  if ('hold' in outcome) {
    const { hold } = outcome
    return holdView(eventId, hold, await contextOf(deps, eventId, hold), version)
  }
  if ('replay' in outcome) return replayHold(deps, eventId, outcome.replay.result, version)
  if ('gone' in outcome) {
    const stored = await findHold(deps.database, eventId, holdId)
    if (stored?.buyer !== buyer) return notFound()
    if (stored.state === 'ended') return wasBooked(stored, version)
    return refuse('reservation_expired', 'This reservation has ended; its seats are for sale again.', {
      extra: { version },
    })
  }
  return done(settled) as Refusal
}

/** The same answer as the first time: the hold as it was then, whatever has become of it. */
export async function replayHold(
  deps: ContextDeps,
  eventId: string,
  result: string,
  version: number,
): Promise<HoldView | Refusal> {
  const [holdId, until, extendedCount] = result.split(':')
  const stored = await findHold(deps.database, eventId, holdId!)
  if (!stored) throw new Error(`event ${eventId}: a key names the hold ${holdId}, which is not in the table`)
  const then: Hold = {
    ...stored,
    state: 'held',
    expiresAt: Number(until),
    extendedCount: Number(extendedCount ?? 0),
    attempt: null,
    orderId: null,
  }
  return holdView(eventId, then, await contextOf(deps, eventId, stored), version)
}

export function withTickets(
  eventId: string,
  settled: Settled | Refusal,
): { version: number; tickets: TicketView[] } | Refusal {
  if ('refused' in settled) return settled
  const { outcome, version } = settled
  if ('hold' in outcome)
    return { version, tickets: (outcome.tickets ?? []).map((t) => ticketView(eventId, t)) }
  return done(settled) as Refusal
}

import type { Clock, Ids, Random } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { refuse, type ErrorCode, type Refusal } from '../../shared/errors.ts'
import type { Layout } from '../../shared/layout.ts'
import { availabilityOf } from './availability.ts'
import type { Command, Denied, HoldCommand, Outcome } from './arbiter.ts'
import { nearestAlternatives } from './best-available.ts'
import { quantityOf, type Change } from './changes.ts'
import { compileHall, type Hall } from './hall.ts'
import { findHold, findTickets, readStock } from './ledger-store.ts'
import { Sequencers, type SequencersDeps } from './sequencers.ts'
import { Unavailable, type Sequencer, type Settled } from './sequencer.ts'
import { isOver, type EventState, type Hold, type Ticket } from './state.ts'
import type {
  AvailabilityView,
  EventRules,
  HoldLine,
  HoldRequest,
  HoldView,
  Inventory,
  KeyedBy,
  TicketView,
} from './types.ts'

export type InventoryDeps = {
  database: Database
  /** Connections without a statement time-out: a commit that the server cut off would be a lost answer of our own making. */
  commits?: Database
  clock: Clock
  ids: Ids
  random: Random
  /** Null when there is no such layout. */
  layout(hash: string): Promise<Layout | null>
  observer?: Partial<SequencersDeps['observer']>
}

/** Compiled halls kept in memory: events in one hall share one. */
export const HALLS_MAX = 64
/** Seats that a buyer may name in one request, whatever the event's limit. */
export const SEATS_PER_REQUEST_MAX = 500

/** How stale, in milliseconds, memory may be for the seat map. */
const AVAILABILITY_STALE_MS = 1_000

/** What the rest of the process sees of the ledger, with the parts that the joining role starts and stops. */
export type InventoryService = Inventory & {
  readonly sequencers: Sequencers
  /** Capacity and what is left, at most some seconds old, for lists; events that were never opened are missing. */
  stock(eventIds: readonly string[]): Promise<Map<string, { capacity: number; remaining: number }>>
  /** The compiled hall and present memory of an event, for the seat list; null when it was never opened. */
  view(eventId: string, minVersion?: number): Promise<{ state: EventState; hall: Hall } | null | Refusal>
}

export function createInventory(deps: InventoryDeps): InventoryService {
  const halls = hallCache(deps)
  const sequencers = new Sequencers({ ...deps, hall: halls, observer: { ...deps.observer } })

  const run = async (eventId: string, command: Command, minVersion = 0): Promise<Settled | Refusal> => {
    try {
      return await sequencers.of(eventId).submit(command, minVersion)
    } catch (error) {
      return unavailable(error)
    }
  }

  return {
    sequencers,
    hold: (request) => hold(deps, sequencers, request),
    async extend(holdId, eventId, buyer, key) {
      const settled = await run(eventId, { k: 'extend', holdId, buyer, ...(key && { key }) })
      return presentHold(deps, sequencers, eventId, holdId, buyer, settled)
    },
    async release(holdId, eventId, buyer) {
      const settled = await run(eventId, { k: 'release', holdId, buyer })
      if ('refused' in settled) return settled
      if ('gone' in settled.outcome) {
        const stored = await findHold(deps.database, eventId, holdId)
        if (stored?.buyer !== buyer) return notFound()
        if (stored.state === 'ended')
          return refuse('already_booked', 'This reservation was booked; cancel its tickets instead.')
        return { version: settled.version }
      }
      return done(settled)
    },
    findHold: (holdId, eventId, buyer) => findOwnHold(deps, sequencers, holdId, eventId, buyer),
    async beginPayment({ eventId, holdId, buyer, attempt, paymentMs, paymentMsMax }) {
      const settled = await run(eventId, {
        k: 'begin-payment',
        holdId,
        buyer,
        attempt,
        paymentMs,
        paymentMsMax,
      })
      return presentHold(deps, sequencers, eventId, holdId, buyer, settled)
    },
    async endPayment({ eventId, holdId, attempt }) {
      const settled = await run(eventId, { k: 'end-payment', holdId, attempt })
      if (!('refused' in settled) && 'gone' in settled.outcome) return { version: settled.version }
      return done(settled)
    },
    async confirm({ eventId, holdId, attempt, orderId, ticketIds }) {
      return withTickets(eventId, await run(eventId, { k: 'confirm', holdId, attempt, orderId, ticketIds }))
    },
    async issue({ eventId, holdId, orderId }) {
      return withTickets(eventId, await run(eventId, { k: 'issue', holdId, orderId }))
    },
    async cancelTickets({ eventId, holdId, orderId, ticketIds, refundId }) {
      const settled = await run(eventId, { k: 'cancel', holdId, orderId, ticketIds, refundId })
      return (await alreadyTurned(deps, eventId, settled, ticketIds, refundId)) ?? done(settled)
    },
    async reopen({ eventId, holdId, ticketIds, refundId }) {
      const settled = await run(eventId, { k: 'reopen', holdId, ticketIds, refundId })
      return (await alreadyTurned(deps, eventId, settled, ticketIds, refundId)) ?? done(settled)
    },
    async holdAgain({ eventId, holdId, newHoldId, attempt, paymentMs, paymentMsMax }) {
      const old = await findHold(deps.database, eventId, holdId)
      if (!old) return notFound()
      // While it lives, its places would be taken twice: nothing in a counted area would stand in the way.
      if (!isOver(old)) return refuse('conflict', 'This reservation has not ended.')
      const before = await findHold(deps.database, eventId, newHoldId)
      if (before && isOver(before)) return refuse('reservation_expired', 'This reservation has ended.')
      const settled = await run(eventId, {
        k: 'hold-again',
        id: newHoldId,
        buyer: old.buyer,
        lines: old.lines,
        orderFee: old.orderFee,
        orderFeeTax: old.orderFeeTax,
        attempt,
        paymentMs,
        paymentMsMax,
      })
      return presentHold(deps, sequencers, eventId, newHoldId, old.buyer, settled)
    },
    async findTickets(eventId, ticketIds) {
      if (ticketIds.length === 0) return []
      return (await findTickets(deps.database, eventId, ticketIds)).map((ticket) =>
        ticketView(eventId, ticket),
      )
    },
    async open({ eventId, layoutHash, rules }) {
      return done(await run(eventId, { k: 'open', hall: await halls(layoutHash), rules }))
    },
    async configure({ eventId, rules }) {
      return done(await run(eventId, { k: 'configure', rules }))
    },
    block: ({ eventId, seats }) => houseSeats('block', eventId, seats),
    unblock: ({ eventId, seats }) => houseSeats('unblock', eventId, seats),
    async availability(eventId, minVersion = 0): Promise<AvailabilityView | Refusal> {
      const found = await view(eventId, minVersion)
      if (!found) return notFound()
      return 'refused' in found ? found : availabilityOf(found.state, found.hall)
    },
    async rules(eventId) {
      const found = await view(eventId)
      return found && !('refused' in found) ? found.state.rules : null
    },
    stock: (eventIds) => readStock(deps.database, eventIds),
    view,
  }

  async function houseSeats(
    k: 'block' | 'unblock',
    eventId: string,
    seatIds: string[],
  ): Promise<{ version: number } | Refusal> {
    const found = await view(eventId)
    if (!found) return notFound()
    if ('refused' in found) return found
    const seats = seatNumbers(found.hall, seatIds)
    if ('refused' in seats) return seats
    return done(await run(eventId, { k, seats: seats.numbers }))
  }

  async function view(
    eventId: string,
    minVersion = 0,
  ): Promise<{ state: EventState; hall: Hall } | null | Refusal> {
    try {
      const sequencer = sequencers.of(eventId)
      const opened = await sequencer.refresh(AVAILABILITY_STALE_MS, minVersion)
      return opened ? sequencer.memory : null
    } catch (error) {
      return unavailable(error)
    }
  }
}

async function hold(
  deps: InventoryDeps,
  sequencers: Sequencers,
  request: HoldRequest,
): Promise<HoldView | Refusal> {
  const { eventId } = request
  const minVersion = request.minVersion ?? 0
  try {
    const sequencer = sequencers.of(eventId)
    if (!sequencer.memory && !(await sequencer.refresh(AVAILABILITY_STALE_MS))) {
      return refuse('not_on_sale', 'This event is not on sale.', { extra: { version: 0 } })
    }
    const { state, hall } = sequencer.memory ?? {}
    if (!state || !hall)
      return unavailable(new Unavailable('unavailable', 'this event is being read; try again'))
    const command = toCommand(deps, state.rules, hall, request)
    if ('refused' in command) return command
    const quick = sequencer.refuseFromMemory(command, minVersion)
    if (quick) return explain(quick.denied, quick.version, hall, sequencer, command)
    if (mayBeTaken(state, command) && (await sequencer.refresh(40, minVersion))) {
      const refused = sequencer.refuseFromMemory(command, minVersion)
      if (refused) return explain(refused.denied, refused.version, hall, sequencer, command)
    }
    const settled = await sequencer.submit(command, minVersion)
    const { outcome, version } = settled
    const context = { hall, currency: state.rules.currency }
    if ('hold' in outcome) return holdView(eventId, outcome.hold, context, version)
    if ('replay' in outcome) return replayHold(deps, eventId, outcome.replay.result, context, version)
    if ('denied' in outcome) return explain(outcome, version, hall, sequencer, command)
    throw new Error(`a hold was answered with ${JSON.stringify(outcome)}`)
  } catch (error) {
    return unavailable(error)
  }
}

function mayBeTaken(state: EventState, command: HoldCommand): boolean {
  return command.seats.some((seat) => state.seatStatus(seat) !== 0)
}

function toCommand(
  deps: InventoryDeps,
  rules: EventRules,
  hall: Hall,
  request: HoldRequest,
): HoldCommand | Refusal {
  const typeOf = (id: string | undefined): number =>
    id === undefined ? 0 : rules.priceTypes.findIndex((type) => type.id === id)
  const unknownType = (): Refusal =>
    refuse(
      'unknown_price_type',
      `This event has the price types ${rules.priceTypes.map((type) => type.id).join(', ')}.`,
    )
  const seats: number[] = []
  const seatTypes: number[] = []
  for (const wish of request.seats ?? []) {
    const seat = hall.indexById.get(wish.seatId)
    if (seat === undefined)
      return refuse('unknown_seat', `The event has no seat ${wish.seatId}.`, {
        extra: { seat_ids: [wish.seatId] },
      })
    if (seats.includes(seat)) return refuse('malformed', `The seat ${wish.seatId} is named twice.`)
    const type = typeOf(wish.priceType)
    if (type < 0) return unknownType()
    seats.push(seat)
    seatTypes.push(type)
  }
  const areas: { area: number; quantity: number; type: number }[] = []
  for (const wish of request.areas ?? []) {
    const area = hall.areaById.get(wish.areaId)
    if (area === undefined) return refuse('unknown_area', `The event has no area ${wish.areaId}.`)
    const type = typeOf(wish.priceType)
    if (type < 0) return unknownType()
    areas.push({ area, quantity: wish.quantity, type })
  }
  let best: HoldCommand['best'] = null
  if (request.bestAvailable) {
    const wish = request.bestAvailable
    const category =
      wish.category === undefined ? null : hall.layout.categories.findIndex((c) => c.name === wish.category)
    if (category === -1) return refuse('malformed', `The event has no category ${wish.category}.`)
    const type = typeOf(wish.priceType)
    if (type < 0) return unknownType()
    best = { quantity: wish.quantity, category, accessible: wish.accessible ?? false, type }
  }
  if (seats.length === 0 && areas.length === 0 && !best)
    return refuse('malformed', 'Name at least one seat or area.')
  return {
    k: 'hold',
    id: deps.ids.uuid(),
    buyer: request.buyer,
    seats,
    seatTypes,
    areas,
    best,
    ...(request.key && { key: request.key }),
    ...(request.contactHash !== undefined && { contact: request.contactHash }),
  }
}

function seatNumbers(hall: Hall, seatIds: readonly string[]): { numbers: number[] } | Refusal {
  const numbers: number[] = []
  for (const id of seatIds) {
    const seat = hall.indexById.get(id)
    if (seat === undefined)
      return refuse('unknown_seat', `The event has no seat ${id}.`, { extra: { seat_ids: [id] } })
    numbers.push(seat)
  }
  return { numbers }
}

const DETAIL: Partial<Record<ErrorCode, string>> = {
  not_on_sale: 'This event is not on sale now.',
  limit_exceeded: 'With these you would have more tickets for this event than one buyer may have.',
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

function explain(
  denied: Denied,
  version: number,
  hall: Hall | null,
  sequencer: Sequencer,
  command?: HoldCommand,
): Refusal {
  const extra: Record<string, unknown> = { version }
  if (denied.attempt !== undefined) extra['attempt'] = denied.attempt
  if (denied.seats && hall) {
    const { seats } = hall.layout
    extra['seat_ids'] = denied.seats.map((seat) => seats[seat]!.seat_id)
    const state = sequencer.memory?.state
    if (denied.denied === 'seats_unavailable' && state && command) {
      extra['alternatives'] = nearestAlternatives(hall, (seat) => state.seatStatus(seat), command.seats).map(
        (choice) => choice.map((seat) => seats[seat]!.seat_id),
      )
    }
  }
  return refuse(denied.denied, DETAIL[denied.denied] ?? 'This cannot be done now.', { extra })
}

// What is not an outage is a bug and stays an exception.
function unavailable(error: unknown): Refusal {
  if (!(error instanceof Unavailable)) throw error
  if (error.reason === 'busy') {
    return refuse('busy', 'Too many people are asking at this moment. Try again in a second.', {
      retryAfterSeconds: 1,
    })
  }
  return refuse(
    'unavailable',
    'It is not known yet whether this was done. Ask again with the same Idempotency-Key.',
    {
      retryAfterSeconds: 2,
    },
  )
}

function notFound(): Refusal {
  return refuse('not_found', 'There is no such reservation.')
}

function done(settled: Settled | Refusal): { version: number } | Refusal {
  if ('refused' in settled) return settled
  const { outcome, version } = settled
  if ('denied' in outcome) {
    return refuse(outcome.denied, DETAIL[outcome.denied] ?? 'This cannot be done now.', {
      extra: { version, ...(outcome.attempt !== undefined && { attempt: outcome.attempt }) },
    })
  }
  if ('gone' in outcome) return refuse('conflict', 'This reservation has ended.', { extra: { version } })
  return { version }
}

// `not in memory` may mean that the work was done before and the hold has left the memory with it.
async function alreadyTurned(
  deps: InventoryDeps,
  eventId: string,
  settled: Settled | Refusal,
  ticketIds: readonly string[],
  refundId: string,
): Promise<{ version: number } | null> {
  if ('refused' in settled || !('gone' in settled.outcome)) return null
  const tickets = await findTickets(deps.database, eventId, ticketIds)
  const all =
    tickets.length === ticketIds.length && tickets.every((t) => t.state === 'void' && t.refundId === refundId)
  return all ? { version: settled.version } : null
}

async function presentHold(
  deps: InventoryDeps,
  sequencers: Sequencers,
  eventId: string,
  holdId: string,
  buyer: string,
  settled: Settled | Refusal,
): Promise<HoldView | Refusal> {
  if ('refused' in settled) return settled
  const { outcome, version } = settled
  if ('hold' in outcome) return holdView(eventId, outcome.hold, await contextOf(sequencers, eventId), version)
  if ('replay' in outcome) {
    return replayHold(deps, eventId, outcome.replay.result, await contextOf(sequencers, eventId), version)
  }
  if ('gone' in outcome) {
    const stored = await findHold(deps.database, eventId, holdId)
    if (stored?.buyer !== buyer) return notFound()
    if (stored.state === 'ended')
      return refuse('already_booked', 'This reservation was booked.', { extra: { version } })
    return refuse('reservation_expired', 'This reservation has ended; its seats are for sale again.', {
      extra: { version },
    })
  }
  return done(settled) as Refusal
}

// The same answer as the first time: the hold as it was then, whatever has become of it.
async function replayHold(
  deps: InventoryDeps,
  eventId: string,
  result: string,
  context: Context,
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
  return holdView(eventId, then, context, version)
}

async function findOwnHold(
  deps: InventoryDeps,
  sequencers: Sequencers,
  holdId: string,
  eventId: string,
  buyer: string,
): Promise<HoldView | Refusal> {
  try {
    const sequencer = sequencers.of(eventId)
    if (!(await sequencer.refresh(0))) return notFound()
    const state = sequencer.memory?.state
    const found = state?.hold(holdId) ?? (await findHold(deps.database, eventId, holdId))
    if (found?.buyer !== buyer) return notFound()
    return holdView(eventId, found, await contextOf(sequencers, eventId), state?.version ?? 0)
  } catch (error) {
    return unavailable(error)
  }
}

/** What a hold's numbers mean: its hall and its currency. */
type Context = { hall: Hall; currency: string }

async function contextOf(sequencers: Sequencers, eventId: string): Promise<Context> {
  const sequencer = sequencers.of(eventId)
  if (!sequencer.memory) await sequencer.refresh(AVAILABILITY_STALE_MS)
  const { memory } = sequencer
  if (!memory) throw new Error(`event ${eventId} has holds but was never opened`)
  return { hall: memory.hall, currency: memory.state.rules.currency }
}

function holdView(eventId: string, hold: Hold, { hall, currency }: Context, version: number): HoldView {
  let total = hold.orderFee
  const lines: HoldLine[] = hold.lines.map(([place, priceType, amount, fee, tax, quantity]) => {
    total += amount * quantity
    return {
      ...(place >= 0 ? { seat: place } : { area: -1 - place }),
      quantity,
      category: place >= 0 ? hall.category[place]! : hall.layout.areas[-1 - place]!.category,
      priceType,
      amount,
      fee,
      tax,
    }
  })
  return {
    eventId,
    holdId: hold.id,
    buyer: hold.buyer,
    state: hold.state,
    expiresAt: hold.expiresAt,
    lines,
    orderFee: hold.orderFee,
    orderFeeTax: hold.orderFeeTax,
    total,
    currency,
    extendedCount: hold.extendedCount,
    attempt: hold.attempt,
    orderId: hold.orderId,
    version,
  }
}

function withTickets(
  eventId: string,
  settled: Settled | Refusal,
): { version: number; tickets: TicketView[] } | Refusal {
  if ('refused' in settled) return settled
  const { outcome, version } = settled
  if ('hold' in outcome)
    return { version, tickets: (outcome.tickets ?? []).map((t) => ticketView(eventId, t)) }
  return done(settled) as Refusal
}

function ticketView(eventId: string, ticket: Ticket): TicketView {
  return {
    eventId,
    ticketId: ticket.id,
    orderId: ticket.orderId,
    holdId: ticket.holdId,
    buyer: ticket.buyer,
    seat: ticket.seat,
    area: ticket.area,
    serial: ticket.serial,
    state: ticket.state,
    stateVersion: ticket.stateVersion,
  }
}

function hallCache(deps: InventoryDeps): (layoutHash: string) => Promise<Hall> {
  const halls = new Map<string, Promise<Hall>>()
  const load = async (hash: string): Promise<Hall> => {
    const layout = await deps.layout(hash)
    if (!layout) throw new Error(`there is no layout ${hash}`)
    return compileHall(hash, layout)
  }
  return (hash) => {
    const known = halls.get(hash)
    if (known) {
      halls.delete(hash)
      halls.set(hash, known)
      return known
    }
    const loading = load(hash)
    loading.catch(() => halls.delete(hash))
    halls.set(hash, loading)
    if (halls.size > HALLS_MAX) halls.delete(halls.keys().next().value!)
    return loading
  }
}

export type { Change, KeyedBy, Outcome }
export { quantityOf }

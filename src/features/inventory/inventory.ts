import type { Clock, Ids, Random } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import type { BuyerId } from '../../shared/ids.ts'
import type { Layout } from '../../shared/layout.ts'
import { accessCodeHash } from './access-code.ts'
import type { Command } from './commands.ts'
import { availabilityOf } from './availability.ts'
import type { Hall } from './hall.ts'
import { hallCache } from './hall-cache.ts'
import { contactAt, holdSeats, seatNumbers } from './hold-seats.ts'
import { moveTickets } from './move-tickets.ts'
import { findHold, findTickets, readStock } from './ledger-store.ts'
import {
  alreadyTurned,
  done,
  notFound,
  presentHold,
  unavailable,
  unread,
  wasBooked,
  withTickets,
} from './outcomes.ts'
import { viewByCode, type CodeView } from './opened-by-code.ts'
import { faultOfRules, isAccessCode } from './sale-phases.ts'
import type { Settled } from './sequencer.ts'
import { Sequencers, type SequencersDeps } from './sequencers.ts'
import { isOver, type EventState } from './state.ts'
import type { AvailabilityView, HouseControls, HoldRequest, HoldView, Inventory } from './types.ts'
import { contextOf, holdView, ticketView } from './views.ts'

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

/** How stale, in milliseconds, memory may be for the seat map. */
const AVAILABILITY_STALE_MS = 1_000

/** What the rest of the process sees of the ledger, with the parts that the joining role starts and stops. */
export type InventoryService = Inventory & {
  readonly sequencers: Sequencers
  /** `hold`, but what memory alone can refuse is refused at once, without a promise. */
  holdOrRefuse(request: HoldRequest): Refusal | Promise<HoldView | Refusal>
  /** What an access code opens for a buyer, from present memory; null when the event was never opened. */
  openedByCode(
    eventId: string,
    c: { accessCode: string; buyer: BuyerId; codeTried: HoldRequest['codeTried'] | undefined },
  ): Promise<CodeView | Refusal | null>
  /** Capacity and what is left, at most some seconds old, for lists; events that were never opened are missing. */
  stock(eventIds: readonly string[]): Promise<Map<string, { capacity: number; remaining: number }>>
  /** The compiled hall and present memory of an event, for the seat list; null when it was never opened. */
  view(eventId: string, minVersion?: number): Promise<{ state: EventState; hall: Hall } | null | Refusal>
}

export function createInventory(deps: InventoryDeps): InventoryService {
  const halls = hallCache(deps.layout)
  const sequencers = new Sequencers({ ...deps, hall: halls, observer: { ...deps.observer } })

  const run = async (eventId: string, command: Command, minVersion = 0): Promise<Settled | Refusal> => {
    try {
      return await sequencers.of(eventId).submit(command, minVersion)
    } catch (error) {
      return unavailable(error)
    }
  }

  const holdDeps = { ...deps, sequencers }

  return {
    sequencers,
    hold: async (request) => holdSeats(holdDeps, request),
    holdOrRefuse: (request) => holdSeats(holdDeps, request),
    async extend(holdId, eventId, buyer, key) {
      const settled = await run(eventId, { k: 'extend', holdId, buyer, ...(key && { key }) })
      return presentHold(holdDeps, eventId, holdId, buyer, settled)
    },
    async release(holdId, eventId, buyer) {
      const settled = await run(eventId, { k: 'release', holdId, buyer })
      if ('refused' in settled) return settled
      if ('gone' in settled.outcome) {
        const stored = await findHold(deps.database, eventId, holdId).catch(unread)
        if (stored && 'refused' in stored) return stored
        if (stored?.buyer !== buyer) return notFound()
        const { version } = settled
        return stored.state === 'ended' ? wasBooked(stored, version) : { version }
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
      return presentHold(holdDeps, eventId, holdId, buyer, settled)
    },
    async endPayment({ eventId, holdId, attempt }) {
      const settled = await run(eventId, { k: 'end-payment', holdId, attempt })
      if (!('refused' in settled) && 'gone' in settled.outcome) return { version: settled.version }
      return done(settled)
    },
    ...ticketCalls(deps, run),
    async holdAgain({ eventId, holdId, newHoldId, attempt, paymentMs, paymentMsMax }) {
      const old = await findHold(deps.database, eventId, holdId).catch(unavailable)
      if (!old) return notFound()
      if ('refused' in old) return old
      // While it lives, its places would be taken twice: nothing in a counted area would stand in the way.
      if (!isOver(old)) return refuse('conflict', 'This reservation has not ended.')
      const before = await findHold(deps.database, eventId, newHoldId).catch(unavailable)
      if (before && 'refused' in before) return before
      if (before && isOver(before)) return refuse('reservation_expired', 'This reservation has ended.')
      const settled = await run(eventId, {
        k: 'hold-again',
        id: newHoldId,
        buyer: old.buyer,
        ...(old.contact !== null && { contact: old.contact }),
        ...(old.offer !== null && { offer: old.offer }),
        ...(old.code !== null && { code: old.code }),
        lines: old.lines,
        orderFee: old.orderFee,
        orderFeeTax: old.orderFeeTax,
        attempt,
        paymentMs,
        paymentMsMax,
      })
      return presentHold(holdDeps, eventId, newHoldId, old.buyer, settled)
    },
    async findTickets(eventId, ticketIds) {
      if (ticketIds.length === 0) return []
      return (await findTickets(deps.database, eventId, ticketIds)).map((ticket) =>
        ticketView(eventId, ticket),
      )
    },
    async transfer({ eventId, from, to, contactHash }) {
      const contact = contactHash === undefined ? {} : { contact: contactAt(eventId, contactHash) }
      return done(await run(eventId, { k: 'transfer', from, to, ...contact }))
    },
    eventsInMemoryOf: (buyer) => sequencers.eventsOf(buyer),
    ...houseCalls(halls, run, view, () => deps.clock.now()),
    async availability(eventId, minVersion = 0): Promise<AvailabilityView | Refusal> {
      const found = await view(eventId, minVersion)
      if (!found) return notFound()
      return 'refused' in found ? found : availabilityOf(found.state, found.hall)
    },
    async rules(eventId) {
      const found = await view(eventId)
      return found && !('refused' in found) ? found.state.rules : null
    },
    async openedByCode(eventId, { accessCode, buyer, codeTried }) {
      const found = await view(eventId)
      if (!found || 'refused' in found) return found
      const { state, hall } = found
      const code = accessCodeHash(eventId, accessCode)
      const isKnown = isAccessCode(state.rules, code)
      // Where there are no codes nothing can be guessed.
      const tooOften = isKnown === null ? null : codeTried?.(isKnown)
      return tooOften ?? viewByCode(state, hall, { code, buyer, at: deps.clock.now() })
    },
    stock: (eventIds) => readStock(deps.database, eventIds),
    view,
  }

  async function view(
    eventId: string,
    minVersion = 0,
    staleMs = AVAILABILITY_STALE_MS,
  ): Promise<{ state: EventState; hall: Hall } | null | Refusal> {
    try {
      const sequencer = sequencers.of(eventId)
      const opened = await sequencer.refresh(staleMs, minVersion)
      return opened ? sequencer.memory : null
    } catch (error) {
      return unavailable(error)
    }
  }
}

type View = { state: EventState; hall: Hall }

function houseCalls(
  halls: (layoutHash: string) => Promise<Hall>,
  run: Run,
  view: (eventId: string, minVersion?: number, staleMs?: number) => Promise<View | null | Refusal>,
  now: () => number,
): Pick<Inventory, keyof HouseControls | 'open' | 'configure' | 'block' | 'unblock' | 'allocatedSeats'> {
  async function houseSeats(
    eventId: string,
    seatIds: readonly string[],
    command: (seats: readonly number[]) => Command,
  ): Promise<{ version: number } | Refusal> {
    // Another process may have added some just now.
    const found = await view(eventId, 0, 0)
    if (!found) return notFound()
    if ('refused' in found) return found
    const seats = seatNumbers(found.hall, seatIds)
    if ('refused' in seats) return seats
    return done(await run(eventId, command(seats.numbers)), found.hall)
  }

  return {
    moveTickets: (c) => moveTickets({ run, now, present: (eventId) => view(eventId, 0, 0) }, c),
    async open({ eventId, layoutHash, rules }) {
      const fault = faultOfRules(rules)
      if (fault !== null) return refuse('malformed', fault)
      return done(await run(eventId, { k: 'open', hall: await halls(layoutHash), rules }))
    },
    async configure({ eventId, rules }) {
      const fault = faultOfRules(rules)
      if (fault !== null) return refuse('malformed', fault)
      return done(await run(eventId, { k: 'configure', rules }))
    },
    block: ({ eventId, seats }) => houseSeats(eventId, seats, (numbers) => ({ k: 'block', seats: numbers })),
    unblock: ({ eventId, seats }) =>
      houseSeats(eventId, seats, (numbers) => ({ k: 'unblock', seats: numbers })),
    allocate: ({ eventId, allocation: no, seats }) =>
      houseSeats(eventId, seats, (numbers) => ({ k: 'allocate', no, seats: numbers })),
    async allocatePlaces({ eventId, allocation: no, areaId, places }) {
      const found = await view(eventId, 0, 0)
      if (!found) return notFound()
      if ('refused' in found) return found
      const area = found.hall.areaById.get(areaId)
      if (area === undefined) return refuse('unknown_area', `The event has no area ${areaId}.`)
      return done(await run(eventId, { k: 'allocate-places', no, area, places }), found.hall)
    },
    releaseAllocation: ({ eventId, allocation: no, seats }) =>
      houseSeats(eventId, seats ?? [], (numbers) => ({
        k: 'release-allocation',
        no,
        seats: seats ? numbers : null,
      })),
    async allocatedSeats(eventId) {
      const found = await view(eventId)
      if (!found) return notFound()
      if ('refused' in found) return found
      const { state, hall } = found
      return [...state.seatAllocations].map(([seat, allocation]) => ({
        allocation,
        seatId: hall.seatIds.at(seat),
        status: state.seatStatus(seat),
      }))
    },
    async relayout({ eventId, layoutHash }) {
      return done(await run(eventId, { k: 'relayout', hall: await halls(layoutHash) }))
    },
    async cancelEvent({ eventId }) {
      return done(await run(eventId, { k: 'cancel-event' }))
    },
  }
}

type Run = (eventId: string, command: Command) => Promise<Settled | Refusal>

function ticketCalls(
  { database }: InventoryDeps,
  run: Run,
): Pick<Inventory, 'confirm' | 'issue' | 'cancelTickets' | 'reopen'> {
  return {
    async confirm({ eventId, ...booking }) {
      return withTickets(eventId, await run(eventId, { k: 'confirm', ...booking }))
    },
    async issue({ eventId, holdId, orderId }) {
      return withTickets(eventId, await run(eventId, { k: 'issue', holdId, orderId }))
    },
    async cancelTickets({ eventId, holdId, orderId, ticketIds, refundId }) {
      const settled = await run(eventId, { k: 'cancel', holdId, orderId, ticketIds, refundId })
      return (await alreadyTurned(database, eventId, settled, ticketIds, refundId)) ?? done(settled)
    },
    async reopen({ eventId, holdId, ticketIds, refundId }) {
      const settled = await run(eventId, { k: 'reopen', holdId, ticketIds, refundId })
      return (await alreadyTurned(database, eventId, settled, ticketIds, refundId)) ?? done(settled)
    },
  }
}

async function findOwnHold(
  deps: InventoryDeps,
  sequencers: Sequencers,
  holdId: string,
  eventId: string,
  buyer: string | null,
): Promise<HoldView | Refusal> {
  try {
    const sequencer = sequencers.of(eventId)
    if (!(await sequencer.refresh(0))) return notFound()
    const state = sequencer.memory?.state
    const found = state?.hold(holdId) ?? (await findHold(deps.database, eventId, holdId))
    if (!found || (buyer !== null && found.buyer !== buyer)) return notFound()
    const context = await contextOf({ database: deps.database, sequencers }, eventId, found)
    return holdView(eventId, found, context, state?.version ?? 0)
  } catch (error) {
    return unavailable(error)
  }
}

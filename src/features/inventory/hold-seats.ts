import { createHash } from 'node:crypto'
import type { Ids } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { refuse, type ErrorCode, type Refusal } from '../../shared/errors.ts'
import { accessCodeHash } from './access-code.ts'
import type { HoldCommand, HoldWish } from './commands.ts'
import type { Hall } from './hall.ts'
import { explain, replayHold, unavailable, unread } from './outcomes.ts'
import { Unavailable } from './ledger-memory.ts'
import { isAccessCode } from './sale-phases.ts'
import { FRESH_MS, type Sequencer } from './sequencer.ts'
import type { Sequencers } from './sequencers.ts'
import type { EventState } from './state.ts'
import type { EventRules, HoldRequest, HoldView } from './types.ts'
import { holdView } from './views.ts'

/** How stale, in milliseconds, memory may be for naming seats and prices: the batch decides on the ledger anyway. */
const NAMES_STALE_MS = 1_000

/** How often a request's price types are named anew because the rules have changed meanwhile. */
const NAMINGS_MAX = 3

export type HoldDeps = { database: Database; ids: Ids; sequencers: Sequencers }

/**
 * Holds seats: refused from memory where fresh memory says that others have them, decided in a batch otherwise. The
 * refusal is no promise: in a rush it is nearly every answer, and waiting for nothing has its price, too.
 */
export function holdSeats(deps: HoldDeps, request: HoldRequest): Refusal | Promise<HoldView | Refusal> {
  const sequencer = deps.sequencers.of(request.eventId)
  const { memory } = sequencer
  if (!memory) return readAndHold(deps, sequencer, request).catch(unavailable)
  const named = nameOrRefuse(sequencer, memory, request)
  if ('refused' in named && !mayBeNew(named, request)) return named
  return nameAndSettle(deps, sequencer, request, named).catch(unavailable)
}

type Named = { wish: HoldWish; state: EventState; hall: Hall }

/** The request in the ledger's numbers, or what memory alone can refuse. */
function nameOrRefuse(
  sequencer: Sequencer,
  { state, hall }: { state: EventState; hall: Hall },
  request: HoldRequest,
): Named | Refusal {
  const wish = toWish(state, hall, request)
  if ('refused' in wish) return wish
  const quick = sequencer.refuseFromMemory(wish, request.minVersion ?? 0)
  return quick ? explain(quick.denied, quick.version, hall, sequencer, wish) : { wish, state, hall }
}

async function readAndHold(
  deps: HoldDeps,
  sequencer: Sequencer,
  request: HoldRequest,
): Promise<HoldView | Refusal> {
  if (await sequencer.refresh(NAMES_STALE_MS)) return nameAndSettle(deps, sequencer, request, null)
  return refuse('not_on_sale', 'This event is not on sale.', { extra: { version: 0 } })
}

// Memory names the seats and price types, and may be old. What it does not know, or what the batch finds to be named
// by rules that have changed, is named again.
async function nameAndSettle(
  deps: HoldDeps,
  sequencer: Sequencer,
  request: HoldRequest,
  first: Named | Refusal | null,
): Promise<HoldView | Refusal> {
  const { eventId, minVersion = 0 } = request
  let named = first
  for (let tries = 1; ; tries++) {
    const { memory } = sequencer
    if (!memory) throw new Unavailable('unavailable', 'this event is being read; try again')
    const { rulesVersion, layoutHash } = memory.state
    named ??= nameOrRefuse(sequencer, memory, request)
    if ('refused' in named) {
      if (!mayBeNew(named, request) || tries >= NAMINGS_MAX) return named
      await sequencer.refresh(0)
      const now = sequencer.memory?.state
      if (now?.rulesVersion === rulesVersion && now.layoutHash === layoutHash) return named
      named = null
      continue
    }
    const { wish, state, hall } = named
    named = null
    if (mayBeTaken(state, wish) && (await sequencer.refresh(FRESH_MS - 10, minVersion))) {
      const refused = sequencer.refuseFromMemory(wish, minVersion)
      if (refused) return explain(refused.denied, refused.version, hall, sequencer, wish)
    }
    const command: HoldCommand = { ...wish, id: deps.ids.uuid() }
    const settled = await sequencer.submit(command, minVersion)
    const { outcome, version } = settled
    const { currency, priceTypes } = state.rules
    // It was named by these rules: the arbiter refuses what was named by others.
    if ('hold' in outcome) {
      // The best that there is may be among seats that the house has added since.
      const context = { hall: sequencer.memory?.hall ?? hall, currency, priceTypes }
      return holdView(eventId, outcome.hold, context, version)
    }
    if ('replay' in outcome) return replayHold(deps, eventId, outcome.replay.result, version).catch(unread)
    if ('denied' in outcome) return explain(outcome, version, hall, sequencer, command)
    if (!('renamed' in outcome)) throw new Error(`a hold was answered with ${JSON.stringify(outcome)}`)
    if (tries >= NAMINGS_MAX)
      throw new Unavailable('unavailable', 'the rules of this event are being changed')
  }
}

/** Whether memory refuses a name that the house may have added since: a price type, a seat, an area, a category. */
function mayBeNew({ refused }: Refusal, { bestAvailable }: HoldRequest): boolean {
  return NAMES_UNKNOWN.has(refused) || (refused === 'malformed' && bestAvailable?.category !== undefined)
}

const NAMES_UNKNOWN: ReadonlySet<ErrorCode> = new Set(['unknown_price_type', 'unknown_seat', 'unknown_area'])

function mayBeTaken(state: EventState, command: HoldWish): boolean {
  return command.seats.some((seat) => state.seatStatus(seat) !== 0)
}

/** Number of a price type; the first one where none is named, -1 where there is none of that name. */
function typeOf({ priceTypes }: EventRules, id: string | undefined): number {
  return id === undefined ? 0 : priceTypes.findIndex((type) => type.id === id)
}

function unknownType({ priceTypes }: EventRules): Refusal {
  return refuse(
    'unknown_price_type',
    `This event has the price types ${priceTypes.map((type) => type.id).join(', ')}.`,
  )
}

function toWish({ rules, rulesVersion }: EventState, hall: Hall, request: HoldRequest): HoldWish | Refusal {
  const seats: number[] = []
  const seatTypes: number[] = []
  for (const wish of request.seats ?? []) {
    const seat = hall.seatIds.indexOf(wish.seatId)
    if (seat === undefined)
      return refuse('unknown_seat', `The event has no seat ${wish.seatId}.`, {
        extra: { seat_ids: [wish.seatId] },
      })
    if (seats.includes(seat)) return refuse('malformed', `The seat ${wish.seatId} is named twice.`)
    const type = typeOf(rules, wish.priceType)
    if (type < 0) return unknownType(rules)
    seats.push(seat)
    seatTypes.push(type)
  }
  const areas: { area: number; quantity: number; type: number }[] = []
  for (const wish of request.areas ?? []) {
    const area = hall.areaById.get(wish.areaId)
    if (area === undefined) return refuse('unknown_area', `The event has no area ${wish.areaId}.`)
    const type = typeOf(rules, wish.priceType)
    if (type < 0) return unknownType(rules)
    areas.push({ area, quantity: wish.quantity, type })
  }
  let best: HoldCommand['best'] = null
  if (request.bestAvailable) {
    const wish = request.bestAvailable
    const category =
      wish.category === undefined ? null : hall.layout.categories.findIndex((c) => c.name === wish.category)
    if (category === -1) return refuse('malformed', `The event has no category ${wish.category}.`)
    const type = typeOf(rules, wish.priceType)
    if (type < 0) return unknownType(rules)
    best = { quantity: wish.quantity, category, accessible: wish.accessible ?? false, type }
  }
  if (seats.length === 0 && areas.length === 0 && !best)
    return refuse('malformed', 'Name at least one seat or area.')
  const wish: HoldWish = { k: 'hold', buyer: request.buyer, rulesVersion, seats, seatTypes, areas, best }
  if (request.key) wish.key = request.key
  if (request.contactHash !== undefined) wish.contact = contactAt(request.eventId, request.contactHash)
  if (request.accessCode !== undefined) {
    wish.code = accessCodeHash(request.eventId, request.accessCode)
    const isKnown = isAccessCode(rules, wish.code)
    // Where there are no codes none is wrong. The ledger decides all the same: memory may not know a new one yet.
    const tooOften = isKnown === null ? null : request.codeTried?.(isKnown)
    if (tooOften) return tooOften
  }
  return wish
}

/** What the ledger calls a verified contact: another name at every event, so that ledgers cannot be joined by it. */
export function contactAt(eventId: string, contactHash: string): string {
  const hex = createHash('sha256').update(`${eventId}\n${contactHash}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

export function seatNumbers(hall: Hall, seatIds: readonly string[]): { numbers: number[] } | Refusal {
  const numbers: number[] = []
  for (const id of seatIds) {
    const seat = hall.seatIds.indexOf(id)
    if (seat === undefined)
      return refuse('unknown_seat', `The event has no seat ${id}.`, { extra: { seat_ids: [id] } })
    numbers.push(seat)
  }
  return { numbers }
}

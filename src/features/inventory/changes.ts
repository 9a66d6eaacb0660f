import { assertNever } from '../../shared/assert.ts'
import { placesOf, withKept } from './area-places.ts'
import type { EventRules } from './types.ts'
import { SEAT } from './types.ts'
import type { Hold, Line, StateView } from './state.ts'
import { allocationTally, countCode, countFor, countPlaces, quantityOf } from './tallies.ts'

/** An idempotency key and what to answer when it comes again. */
export type UsedKey = { hash: string; request: string; result: string }

/**
 * What an entry of the ledger says happened. These shapes are written to disk and hashed: never change one, add
 * another (docs/ledger-format.md).
 */
export type Change =
  | { k: 'open'; layout: string; seats: number; areas: number[]; rules: EventRules }
  | { k: 'configure'; rules: EventRules }
  | {
      k: 'hold'
      id: string
      buyer: string
      until: number
      lines: readonly Line[]
      /** Order fee and the tax in it; left out when there is none. */
      fee?: readonly [number, number]
      contact?: string
      /** The number of the phase of the sale, and the hash of the access code that opened it. */
      offer?: number
      code?: string
      /** The allocation that its places of areas come from. */
      allocation?: number
      /** With a payment attempt already under way (a late success seated again): attempt, until, until at most. */
      paying?: readonly [string, number, number]
      key?: UsedKey
    }
  | { k: 'extend'; id: string; until: number; key?: UsedKey }
  | { k: 'release'; id: string }
  | { k: 'expire'; id: string }
  | { k: 'begin-payment'; id: string; attempt: string; until: number; max: number }
  | { k: 'end-payment'; id: string; attempt: string }
  | {
      k: 'confirm'
      id: string
      attempt: string
      order: string
      tickets: string[]
      serial: number
      /** SHA-256 in hex of what the order says for ever. */
      hash?: string
    }
  | { k: 'issue'; id: string; order: string; tickets: string[] }
  | { k: 'cancel'; id: string; order: string; tickets: string[]; refund: string }
  | { k: 'reopen'; id: string; tickets: string[]; refund: string }
  | {
      k: 'transfer'
      from: string
      to: string
      holds: string[]
      tickets: string[]
      /** Whose holds and tickets they are counted as from now on, where they were nobody's. */
      contact?: string
    }
  | { k: 'block'; seats: number[] }
  | { k: 'unblock'; seats: number[] }
  /** All holds that were not booked; every free seat is blocked with it. */
  | { k: 'cancel-event'; holds: string[] }
  /** Ticket, the seat it was for, the seat it is for now. Seats left behind are blocked, or available without `block`. */
  | { k: 'move'; moves: (readonly [string, number, number])[]; block?: true }
  | { k: 'allocate'; no: number; seats: number[] }
  | { k: 'release-allocation'; no: number; seats: number[] }
  /** How many places of the area the allocation has from now on, those that its codes took included. */
  | { k: 'allocate-places'; no: number; area: number; places: number }
  /** The layout from now on, how many seats come after those that there are, and the capacity of every area. */
  | { k: 'relayout'; layout: string; seats: number; areas: number[] }
  | { k: 'seal'; to: string }

/** Every kind that this version can apply. */
export const CHANGE_KINDS: Record<Change['k'], true> = {
  open: true,
  configure: true,
  hold: true,
  extend: true,
  release: true,
  expire: true,
  'begin-payment': true,
  'end-payment': true,
  confirm: true,
  issue: true,
  cancel: true,
  reopen: true,
  transfer: true,
  block: true,
  unblock: true,
  move: true,
  allocate: true,
  'release-allocation': true,
  'allocate-places': true,
  relayout: true,
  'cancel-event': true,
  seal: true,
}

/**
 * Applies one change. The one place where state changes: used on drafts, after a commit, for the entries of other
 * processes and in the audit's replay. It trusts the change; whether it may happen was the arbiter's to decide.
 */
export function applyChange(view: StateView, change: Change): void {
  switch (change.k) {
    case 'open':
      view.layoutHash = change.layout
      view.rules = change.rules
      view.rulesVersion = view.version
      view.addSeats(change.seats)
      for (const capacity of change.areas) view.addArea(capacity)
      return
    case 'configure':
      view.rules = change.rules
      view.rulesVersion = view.version
      return
    case 'hold':
      return applyHold(view, change)
    case 'extend': {
      const hold = liveHold(view, change.id)
      view.setHold({ ...hold, expiresAt: change.until, extendedCount: hold.extendedCount + 1 })
      if (change.key)
        view.setKey(change.key.hash, { requestHash: change.key.request, result: change.key.result })
      return
    }
    case 'release':
      return freeHold(view, liveHold(view, change.id), 'released')
    case 'expire':
      return freeHold(view, liveHold(view, change.id), 'expired')
    case 'begin-payment':
      view.setHold({
        ...liveHold(view, change.id),
        state: 'paying',
        attempt: change.attempt,
        paymentUntil: change.until,
        paymentUntilMax: change.max,
      })
      return
    case 'end-payment':
      view.setHold({
        ...liveHold(view, change.id),
        state: 'held',
        attempt: null,
        paymentUntil: null,
        paymentUntilMax: null,
      })
      return
    case 'confirm':
      return applyConfirm(view, change)
    case 'issue':
      for (const id of change.tickets) {
        view.setTicket({ ...knownTicket(view, id), state: 'valid', stateVersion: view.version })
      }
      return
    case 'cancel':
      for (const id of change.tickets) {
        const ticket = knownTicket(view, id)
        view.setTicket({ ...ticket, state: 'void', stateVersion: view.version, refundId: change.refund })
        countPlaces(view, ticket.buyer, view.hold(ticket.holdId) ?? UNCOUNTED, -1)
      }
      return
    case 'reopen':
      return applyReopen(view, change.id, change.tickets)
    case 'transfer':
      return applyTransfer(view, change)
    case 'block':
      for (const seat of change.seats) view.setSeat(seat, SEAT.blocked, null)
      return
    case 'unblock':
      for (const seat of change.seats) view.setSeat(seat, SEAT.available, null)
      return
    case 'move':
      return applyMove(view, change)
    case 'cancel-event':
      return applyCancelEvent(view, change.holds)
    case 'allocate':
      view.addTally(allocationTally(change.no), change.seats.length)
      for (const seat of change.seats) {
        view.setAllocation(seat, change.no)
        view.setSeat(seat, SEAT.blocked, null)
      }
      return
    case 'release-allocation':
      view.addTally(allocationTally(change.no), -change.seats.length)
      for (const seat of change.seats) {
        view.setAllocation(seat, null)
        if (view.seatStatus(seat) === SEAT.blocked) freeSeat(view, seat)
      }
      return
    case 'allocate-places': {
      const area = view.area(change.area)
      const places = change.places - placesOf(area, change.no)
      view.addTally(allocationTally(change.no), places)
      view.setArea(change.area, withKept(area, change.no, { places }))
      return
    }
    case 'relayout':
      view.layoutHash = change.layout
      view.addSeats(change.seats)
      change.areas.forEach((capacity, area) => {
        if (area < view.areaCount) view.setArea(area, { ...view.area(area), capacity })
        else view.addArea(capacity)
      })
      return
    case 'seal':
      view.sealed = change.to
      return
    default:
      assertNever(change)
  }
}

function applyHold(view: StateView, change: Extract<Change, { k: 'hold' }>): void {
  for (const line of change.lines) {
    if (line[0] >= 0) view.setSeat(line[0], SEAT.held, change.id)
    else moveArea(view, -1 - line[0], change.allocation ?? null, { held: line[5] })
  }
  const hold: Hold = {
    id: change.id,
    buyer: change.buyer,
    contact: change.contact ?? null,
    offer: change.offer ?? null,
    code: change.code ?? null,
    allocation: change.allocation ?? null,
    state: change.paying ? 'paying' : 'held',
    expiresAt: change.until,
    lines: change.lines,
    rulesVersion: view.rulesVersion,
    orderFee: change.fee?.[0] ?? 0,
    orderFeeTax: change.fee?.[1] ?? 0,
    extendedCount: 0,
    attempt: change.paying?.[0] ?? null,
    paymentUntil: change.paying?.[1] ?? null,
    paymentUntilMax: change.paying?.[2] ?? null,
    orderId: null,
    ticketIds: NO_TICKETS,
  }
  view.setHold(hold)
  countPlaces(view, hold.buyer, hold, quantityOf(hold.lines))
  countCode(view, hold, 1)
  if (change.key) view.setKey(change.key.hash, { requestHash: change.key.request, result: change.key.result })
}

const NO_TICKETS: readonly string[] = []
const UNCOUNTED = { contact: null, offer: null }

function freeHold(view: StateView, hold: Hold, state: 'released' | 'expired'): void {
  for (const line of hold.lines) {
    if (line[0] >= 0) freeSeat(view, line[0])
    else moveArea(view, -1 - line[0], hold.allocation, { held: -line[5] })
  }
  view.setHold({ ...hold, state })
  countPlaces(view, hold.buyer, hold, -quantityOf(hold.lines))
  countCode(view, hold, -1)
}

// A seat goes back to its allocation; what a cancelled event gets back is never for sale again.
function freeSeat(view: StateView, seat: number): void {
  const isKept = view.cancelled || view.allocationOf(seat) !== null
  view.setSeat(seat, isKept ? SEAT.blocked : SEAT.available, null)
}

function applyCancelEvent(view: StateView, holds: readonly string[]): void {
  view.cancelled = true
  for (const id of holds) freeHold(view, liveHold(view, id), 'released')
  for (let seat = 0; seat < view.seatCount; seat++) {
    if (view.seatStatus(seat) === SEAT.available) view.setSeat(seat, SEAT.blocked, null)
  }
}

function applyConfirm(view: StateView, change: Extract<Change, { k: 'confirm' }>): void {
  const hold = liveHold(view, change.id)
  view.setHold({
    ...hold,
    state: 'booked',
    paymentUntil: null,
    paymentUntilMax: null,
    orderId: change.order,
    ticketIds: change.tickets,
  })
  let n = 0
  for (const line of hold.lines) {
    const seat = line[0] >= 0 ? line[0] : null
    const area = seat === null ? -1 - line[0] : null
    if (seat !== null) view.setSeat(seat, SEAT.booked, hold.id)
    else if (area !== null) moveArea(view, area, hold.allocation, { held: -line[5], booked: line[5] })
    for (let i = 0; i < line[5]; i++) {
      view.setTicket({
        id: change.tickets[n]!,
        orderId: change.order,
        holdId: hold.id,
        buyer: hold.buyer,
        seat,
        area,
        serial: change.serial + n,
        state: 'pending',
        stateVersion: view.version,
        refundId: null,
        reopened: false,
        movedFrom: null,
      })
      n += 1
    }
  }
  view.serial = change.serial + n - 1
}

// A hold whose tickets are all void and reopened leaves the memory, and they with it.
function applyReopen(view: StateView, holdId: string, ticketIds: readonly string[]): void {
  const hold = liveHold(view, holdId)
  for (const id of ticketIds) {
    const ticket = knownTicket(view, id)
    if (ticket.seat !== null) freeSeat(view, ticket.seat)
    else if (ticket.area !== null) moveArea(view, ticket.area, hold.allocation, { booked: -1 })
    view.setTicket({ ...ticket, reopened: true })
  }
  if (!hold.ticketIds.every((id) => view.ticket(id)?.reopened)) return
  for (const id of hold.ticketIds) view.removeTicket(id)
  view.setHold({ ...hold, state: 'ended' })
  countCode(view, hold, -1)
}

function applyTransfer(view: StateView, change: Extract<Change, { k: 'transfer' }>): void {
  const { from, to, contact } = change
  const newlyCounted = new Set<string>()
  for (const id of change.holds) {
    const hold = liveHold(view, id)
    const isNew = contact !== undefined && hold.contact === null
    view.setHold({ ...hold, buyer: to, contact: isNew ? contact : hold.contact })
    if (isNew) newlyCounted.add(id)
    if (hold.state === 'booked') continue
    const quantity = quantityOf(hold.lines)
    countFor(view, from, hold.offer, -quantity)
    countFor(view, to, hold.offer, quantity)
    if (isNew) countFor(view, contact, hold.offer, quantity)
  }
  for (const id of change.tickets) {
    const ticket = knownTicket(view, id)
    view.setTicket({ ...ticket, buyer: to })
    if (ticket.state === 'void') continue
    const offer = view.hold(ticket.holdId)?.offer ?? null
    countFor(view, from, offer, -1)
    countFor(view, to, offer, 1)
    if (newlyCounted.has(ticket.holdId)) countFor(view, contact!, offer, 1)
  }
}

// All leave before any arrives, so that tickets may change seats with each other. A blocked seat is no allocation's any
// more: who has a code of it must not get a seat that nobody can sit on.
function applyMove(view: StateView, { moves, block }: Extract<Change, { k: 'move' }>): void {
  const left = new Set(moves.map(([, from]) => from))
  for (const [, , to] of moves) left.delete(to)
  for (const seat of left) {
    const no = view.allocationOf(seat)
    if (block && no !== null) {
      view.setAllocation(seat, null)
      view.addTally(allocationTally(no), -1)
    }
    if (block) view.setSeat(seat, SEAT.blocked, null)
    else freeSeat(view, seat)
  }
  for (const [id, from, to] of moves) {
    const ticket = knownTicket(view, id)
    const hold = liveHold(view, ticket.holdId)
    view.setHold({ ...hold, lines: withSeat(hold, id, to) })
    view.setSeat(to, SEAT.booked, hold.id)
    view.setTicket({ ...ticket, seat: to, movedFrom: from, stateVersion: view.version })
  }
}

/** The hold's lines with another seat for one of its tickets, at the price that was paid. */
function withSeat({ lines, ticketIds }: Hold, ticketId: string, seat: number): Line[] {
  let tickets = ticketIds.indexOf(ticketId)
  const at = lines.findIndex((line) => (tickets -= line[5]) < 0)
  return lines.map((line, i) => (i === at ? [seat, line[1], line[2], line[3], line[4], line[5]] : line))
}

function moveArea(
  view: StateView,
  area: number,
  allocation: number | null,
  { held = 0, booked = 0 }: { held?: number; booked?: number },
): void {
  const before = view.area(area)
  const { capacity, kept } = before
  const after = { capacity, held: before.held + held, booked: before.booked + booked, kept }
  view.setArea(area, allocation === null ? after : withKept(after, allocation, { taken: held + booked }))
}

function liveHold(view: StateView, id: string): Hold {
  const hold = view.hold(id)
  if (!hold)
    throw new Error(
      `event ${view.eventId}: an entry after version ${view.version} names the unknown hold ${id}`,
    )
  return hold
}

function knownTicket(view: StateView, id: string): NonNullable<ReturnType<StateView['ticket']>> {
  const ticket = view.ticket(id)
  if (!ticket) {
    throw new Error(
      `event ${view.eventId}: an entry after version ${view.version} names the unknown ticket ${id}`,
    )
  }
  return ticket
}

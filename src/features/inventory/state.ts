import TinyQueue from 'tinyqueue'
import { NOTHING_KEPT, type Area } from './area-places.ts'
import { SEAT, type EventRules, type HoldState, type SeatStatus } from './types.ts'

/** [seat number, or -1 - area number; price type; amount; fee; tax; quantity], amounts in minor units a ticket. */
export type Line = readonly [
  place: number,
  priceType: number,
  amount: number,
  fee: number,
  tax: number,
  quantity: number,
]

/** A hold as the ledger knows it. Immutable: a change makes a new one. */
export type Hold = {
  readonly id: string
  readonly buyer: string
  /** Names the buyer's verified contact at this event, where they have one: its tickets are counted, too. */
  readonly contact: string | null
  /** The phase of the sale, by its number, and the hash of the access code; null where there is none. */
  readonly offer: number | null
  readonly code: string | null
  /** The allocation whose places of areas it has; null where they were on open sale. Its seats know theirs. */
  readonly allocation: number | null
  readonly state: HoldState
  readonly expiresAt: number
  readonly lines: readonly Line[]
  readonly rulesVersion: number
  readonly orderFee: number
  readonly orderFeeTax: number
  readonly extendedCount: number
  readonly attempt: string | null
  readonly paymentUntil: number | null
  readonly paymentUntilMax: number | null
  readonly orderId: string | null
  /** UUIDs, from `confirm` on; in the order of the lines. */
  readonly ticketIds: readonly string[]
}

export type TicketState = 'pending' | 'valid' | 'void' | 'replaced'

export type Ticket = {
  readonly id: string
  readonly orderId: string
  readonly holdId: string
  readonly buyer: string
  readonly seat: number | null
  readonly area: number | null
  readonly serial: number
  readonly state: TicketState
  readonly stateVersion: number
  /** The refund that will free the seat, from `cancel` on. */
  readonly refundId: string | null
  readonly reopened: boolean
  /** The seat that it was for before the house moved it to the present one; null: it never moved. */
  readonly movedFrom: number | null
}

/** What a used idempotency key led to: enough to give the same answer again. */
export type KeyUse = { readonly requestHash: string; readonly result: string }

/**
 * What the rules read and write: the state at a version, or a draft of the next one on top of it. `applyChange` is
 * the only writer of either, so that deciding, replaying and following another process cannot differ.
 */
export interface StateView {
  readonly eventId: string
  version: number
  at: number
  rules: EventRules
  rulesVersion: number
  layoutHash: string
  serial: number
  /** Where the event has moved to; null while it is sold here. */
  sealed: string | null
  /** Nothing is sold any more, and nothing comes back on sale. */
  cancelled: boolean
  seatCount: number
  areaCount: number
  seatStatus(seat: number): SeatStatus
  /** The hold that has the seat, or null. */
  seatHold(seat: number): string | null
  setSeat(seat: number, status: SeatStatus, holdId: string | null): void
  /** The allocation that the seat is kept for, also while it is held or booked; null: none. */
  allocationOf(seat: number): number | null
  setAllocation(seat: number, no: number | null): void
  area(area: number): Area
  setArea(area: number, value: Area): void
  hold(id: string): Hold | undefined
  /** A hold that was released, has expired or ended leaves the memory with this call. */
  setHold(hold: Hold): void
  ticket(id: string): Ticket | undefined
  setTicket(ticket: Ticket): void
  removeTicket(id: string): void
  /** Live tickets of a buyer or of a verified contact: held, in payment, or booked and not void. Others: tallies.ts. */
  tally(owner: string): number
  addTally(owner: string, difference: number): void
  key(hash: string): KeyUse | undefined
  setKey(hash: string, use: KeyUse): void
  addSeats(count: number): void
  addArea(capacity: number): void
}

/** Keys kept in memory an event; older ones are looked up in the table when a request with a key would be refused. */
export const KEYS_IN_MEMORY_MAX = 100_000

export const EMPTY_RULES: EventRules = {
  currency: 'EUR',
  ticketsPerBuyer: 0,
  holdSeconds: 600,
  extensionsMax: 0,
  extensionSeconds: 0,
  onSaleFrom: null,
  onSaleUntil: null,
  orphanRule: false,
  priceTypes: [],
  prices: [],
  orderFee: { amount: 0, tax: 0 },
  refundUntil: null,
  offers: [],
  allocations: [],
  identityRequired: 'guest',
}

export type Due = { readonly at: number; readonly holdId: string }

/** One event at one version, in memory. About 10 bytes a seat, 800 a hold of two seats (bench/seat-memory.ts). */
export class EventState implements StateView {
  version = 0
  at = 0
  headHash: Uint8Array = ZERO_HASH
  rules: EventRules = EMPTY_RULES
  rulesVersion = 0
  layoutHash = ''
  serial = 0
  sealed: string | null = null
  cancelled = false
  seatCount = 0
  /** A status a seat: what the availability document packs. */
  statuses = new Uint8Array(0)
  /** How often a seat became free: what was looked for in vain need not be looked for again before it has risen. */
  freedCount = 0
  readonly holds = new Map<string, Hold>()
  readonly tickets = new Map<string, Ticket>()
  readonly areas: Area[] = []
  readonly keys = new Map<string, KeyUse>()
  /** False once a key had to be forgotten, or when not all were loaded. */
  keysComplete = true
  /** Holds by when they are due; entries of holds that changed since are skipped when they come up. */
  readonly due = new TinyQueue<Due>([], (a, b) => a.at - b.at)
  /** The stored lower bound of the next due time (event_heads.next_due). */
  nextDue: number | null = null
  /** Allocations of the seats that have one. */
  readonly seatAllocations = new Map<number, number>()
  private seatHolds: (string | null)[] = []
  private readonly tallies = new Map<string, number>()

  constructor(readonly eventId: string) {}

  get areaCount(): number {
    return this.areas.length
  }

  seatStatus(seat: number): SeatStatus {
    return this.statuses[seat] as SeatStatus
  }

  seatHold(seat: number): string | null {
    return this.seatHolds[seat] ?? null
  }

  setSeat(seat: number, status: SeatStatus, holdId: string | null): void {
    if (status === SEAT.available) this.freedCount += 1
    this.statuses[seat] = status
    this.seatHolds[seat] = holdId
  }

  allocationOf(seat: number): number | null {
    return this.seatAllocations.get(seat) ?? null
  }

  setAllocation(seat: number, no: number | null): void {
    if (no === null) this.seatAllocations.delete(seat)
    else this.seatAllocations.set(seat, no)
  }

  area(area: number): Area {
    return this.areas[area]!
  }

  setArea(area: number, value: Area): void {
    this.areas[area] = value
  }

  hold(id: string): Hold | undefined {
    return this.holds.get(id)
  }

  setHold(hold: Hold): void {
    if (isOver(hold)) {
      this.holds.delete(hold.id)
      return
    }
    const before = this.holds.get(hold.id)
    this.holds.set(hold.id, hold)
    const at = dueAt(hold)
    if (at !== null && (!before || dueAt(before) !== at)) this.due.push({ at, holdId: hold.id })
  }

  ticket(id: string): Ticket | undefined {
    return this.tickets.get(id)
  }

  setTicket(ticket: Ticket): void {
    this.tickets.set(ticket.id, ticket)
  }

  removeTicket(id: string): void {
    this.tickets.delete(id)
  }

  tally(owner: string): number {
    return this.tallies.get(owner) ?? 0
  }

  addTally(owner: string, difference: number): void {
    const tally = this.tally(owner) + difference
    if (tally === 0) this.tallies.delete(owner)
    else this.tallies.set(owner, tally)
  }

  key(hash: string): KeyUse | undefined {
    return this.keys.get(hash)
  }

  setKey(hash: string, use: KeyUse): void {
    this.keys.set(hash, use)
    if (this.keys.size <= KEYS_IN_MEMORY_MAX) return
    const oldest = this.keys.keys().next().value
    if (oldest !== undefined) this.keys.delete(oldest)
    this.keysComplete = false
  }

  addSeats(count: number): void {
    const statuses = new Uint8Array(this.seatCount + count)
    statuses.set(this.statuses)
    this.statuses = statuses
    this.seatCount += count
    if (this.seatHolds.length === 0) this.seatHolds = new Array<string | null>(count).fill(null)
    else for (let i = 0; i < count; i++) this.seatHolds.push(null)
  }

  addArea(capacity: number): void {
    this.areas.push({ capacity, held: 0, booked: 0, kept: NOTHING_KEPT })
  }

  /** The next due hold, stale entries dropped; undefined when nothing can expire. */
  peekDue(): Due | undefined {
    for (let next = this.due.peek(); next; next = this.due.peek()) {
      if (isDueEntry(this, next)) return next
      this.due.pop()
    }
    return undefined
  }
}

/** True while the queued entry still says when its hold is due. */
export function isDueEntry(view: StateView, entry: Due): boolean {
  const hold = view.hold(entry.holdId)
  return hold !== undefined && dueAt(hold) === entry.at
}

/** When time ends the hold, in milliseconds; null once it is booked. */
export function dueAt(hold: Hold): number | null {
  switch (hold.state) {
    case 'held':
      return hold.expiresAt
    case 'paying':
      return hold.paymentUntilMax
    case 'booked':
    case 'released':
    case 'expired':
    case 'ended':
      return null
  }
}

/** True when nothing can happen to the hold any more. */
export function isOver(hold: Hold): boolean {
  return hold.state === 'released' || hold.state === 'expired' || hold.state === 'ended'
}

export const ZERO_HASH = new Uint8Array(32)

/**
 * The next version while it is being decided: reads fall through to the state below, which is not touched, so that
 * a commit that fails leaves nothing to undo and readers never see what is not durable.
 */
export class Draft implements StateView {
  version: number
  at: number
  rules: EventRules
  rulesVersion: number
  layoutHash: string
  serial: number
  sealed: string | null
  cancelled: boolean
  seatCount: number
  readonly seats = new Map<number, { status: SeatStatus; holdId: string | null }>()
  readonly changedAllocations = new Map<number, number | null>()
  readonly changedAreas = new Map<number, Area>()
  readonly changedHolds = new Map<string, Hold>()
  readonly changedTickets = new Map<string, Ticket>()
  readonly newKeys = new Map<string, KeyUse>()
  private readonly tallies = new Map<string, number>()
  private readonly removedTickets = new Set<string>()
  private addedAreas = 0

  constructor(readonly base: EventState) {
    this.version = base.version
    this.at = base.at
    this.rules = base.rules
    this.rulesVersion = base.rulesVersion
    this.layoutHash = base.layoutHash
    this.serial = base.serial
    this.sealed = base.sealed
    this.cancelled = base.cancelled
    this.seatCount = base.seatCount
  }

  get eventId(): string {
    return this.base.eventId
  }

  get areaCount(): number {
    return this.base.areaCount + this.addedAreas
  }

  seatStatus(seat: number): SeatStatus {
    const changed = this.seats.get(seat)
    return changed ? changed.status : this.base.seatStatus(seat)
  }

  seatHold(seat: number): string | null {
    const changed = this.seats.get(seat)
    return changed ? changed.holdId : this.base.seatHold(seat)
  }

  setSeat(seat: number, status: SeatStatus, holdId: string | null): void {
    this.seats.set(seat, { status, holdId })
  }

  allocationOf(seat: number): number | null {
    const changed = this.changedAllocations.get(seat)
    return changed === undefined ? this.base.allocationOf(seat) : changed
  }

  setAllocation(seat: number, no: number | null): void {
    this.changedAllocations.set(seat, no)
  }

  area(area: number): Area {
    return this.changedAreas.get(area) ?? this.base.area(area)
  }

  setArea(area: number, value: Area): void {
    this.changedAreas.set(area, value)
  }

  hold(id: string): Hold | undefined {
    const changed = this.changedHolds.get(id)
    if (!changed) return this.base.hold(id)
    return isOver(changed) ? undefined : changed
  }

  setHold(hold: Hold): void {
    this.changedHolds.set(hold.id, hold)
  }

  ticket(id: string): Ticket | undefined {
    if (this.removedTickets.has(id)) return undefined
    return this.changedTickets.get(id) ?? this.base.ticket(id)
  }

  setTicket(ticket: Ticket): void {
    this.changedTickets.set(ticket.id, ticket)
  }

  removeTicket(id: string): void {
    this.removedTickets.add(id)
  }

  tally(owner: string): number {
    return this.base.tally(owner) + (this.tallies.get(owner) ?? 0)
  }

  addTally(owner: string, difference: number): void {
    this.tallies.set(owner, (this.tallies.get(owner) ?? 0) + difference)
  }

  key(hash: string): KeyUse | undefined {
    return this.newKeys.get(hash) ?? this.base.key(hash)
  }

  setKey(hash: string, use: KeyUse): void {
    this.newKeys.set(hash, use)
  }

  addSeats(count: number): void {
    for (let i = 0; i < count; i++) this.seats.set(this.seatCount + i, { status: 0, holdId: null })
    this.seatCount += count
  }

  addArea(capacity: number): void {
    this.changedAreas.set(this.areaCount, { capacity, held: 0, booked: 0, kept: NOTHING_KEPT })
    this.addedAreas += 1
  }
}

import type { Refusal } from '../../shared/errors.ts'
import type { BuyerId, EventId, OrderId } from '../../shared/ids.ts'

/** 0 AVAILABLE, 1 HELD, 2 BOOKED, 3 BLOCKED: the two bits of the availability document. */
export const SEAT = { available: 0, held: 1, booked: 2, blocked: 3 } as const
export type SeatStatus = 0 | 1 | 2 | 3

/** A price a ticket of one category and one price type costs; all amounts in minor units. */
export type Price = {
  category: number
  priceType: number
  /** What the buyer pays for this ticket, fees and taxes included. */
  amount: number
  /** Part of `amount` that is a fee. */
  fee: number
  /** Part of `amount` that is tax. */
  tax: number
}

/**
 * Everything that `decide` needs to know about an event and that is not a seat. Written into the ledger by `open`
 * and `configure`, so that every process learns a change at a version and a limit can be audited years later.
 */
export type EventRules = {
  currency: string
  /** Tickets that one buyer may hold and own at a time. */
  ticketsPerBuyer: number
  holdSeconds: number
  /** How often a buyer may extend a hold, and by how many seconds each time. */
  extensionsMax: number
  extensionSeconds: number
  /** Milliseconds since 1970; null: not bounded. */
  onSaleFrom: number | null
  onSaleUntil: number | null
  /** Refuse a choice that leaves a single free seat between taken ones. */
  orphanRule: boolean
  priceTypes: { id: string; name: string; min: number; max: number | null }[]
  prices: Price[]
  /** Paid once an order, minor units, tax included; `tax` is the part of it that is tax. */
  orderFee: { amount: number; tax: number }
  /** Milliseconds since 1970; a cancel by the buyer after it is refused. */
  refundUntil: number | null
  /** Phases of the sale. None: whoever comes between `onSaleFrom` and `onSaleUntil` may buy. */
  offers: Offer[]
  /** What `allocate` and `allocatePlaces` may keep for. Seats of one that is left out of new rules stay kept until released by hand. */
  allocations: Allocation[]
  /** At most ACCESS_CODES_MAX; left out where there are none. */
  accessCodes?: AccessCode[]
  identityRequired: 'guest' | 'email'
}

/**
 * A phase of the sale. Where there are phases, a hold is sold in one of them: in that of its code while that one runs,
 * otherwise in the first of the list that runs and is open to all. `onSaleFrom` and `onSaleUntil` bound them all.
 */
export type Offer = {
  id: string
  /** Names the phase in the ledger for good; its place in the list, from 1, where left out. */
  no?: number
  /** Milliseconds since 1970; null: not bounded. It runs from the first of `startsAt` and not any more at `endsAt`. */
  startsAt: number | null
  endsAt: number | null
  access: 'open' | 'code'
  /** Tickets that one buyer may hold and own of this phase, beside the event's limit; null or left out: that one alone. */
  ticketsPerBuyer?: number | null
  /** Tickets that this phase sells in all; null or left out: the hall bounds it. */
  capacity?: number | null
  /** What costs something else in this phase, each pair of category and price type once; left out: nothing does. */
  prices?: Price[]
}

/** Seats and places of areas kept back for press, house or an agency; which ones `allocate` says. */
export type Allocation = {
  no: number
  kind: string
  /** Milliseconds since 1970 from which its seats are on open sale by themselves; null: until released by hand. */
  releaseAt: number | null
}

/** Codes that one event may have. */
export const ACCESS_CODES_MAX = 5_000

/**
 * A code that opens a phase (`offer`: its number), or an allocation as long as that has seats: with it one holds these
 * and no others. A code whose phase or allocation is over counts for nothing; its owner may buy like everybody.
 */
export type AccessCode = {
  /** `accessCodeHash(eventId, code)`: the code itself is never in the ledger. */
  hash: string
  /** Holds that it may have at a time, booked ones included; null: any number. One that ends gives its use back. */
  uses: number | null
  offer?: number
  allocation?: number
}

export type HoldState = 'held' | 'paying' | 'booked' | 'released' | 'expired' | 'ended'

/** One line of a hold: a seat, or some places of an area, at the price of that moment. */
export type HoldLine = {
  seat?: number
  area?: number
  quantity: number
  category: number
  priceType: number
  /** As the price type was called by the rules that the hold was made under. */
  priceTypeId: string
  priceTypeName: string
  /** For one ticket, minor units, fees and taxes included. */
  amount: number
  fee: number
  tax: number
}

export type HoldView = {
  eventId: EventId
  holdId: string
  buyer: BuyerId
  state: HoldState
  /** Milliseconds since 1970. */
  expiresAt: number
  lines: HoldLine[]
  /** Of the layout whose seats, areas and categories the lines name by their numbers. */
  layoutHash: string
  /** Once an order, minor units. */
  orderFee: number
  orderFeeTax: number
  total: number
  currency: string
  extendedCount: number
  /** The payment attempt under way, where the state is `paying`; the one that booked it, where it is `booked`. */
  attempt: string | null
  orderId: OrderId | null
  /** The ledger's version at which this was true. */
  version: number
}

export type TicketView = {
  eventId: EventId
  ticketId: string
  orderId: OrderId
  holdId: string
  buyer: BuyerId
  seat: number | null
  area: number | null
  /** Unique within the event, from 1. */
  serial: number
  state: 'pending' | 'valid' | 'void' | 'replaced'
  /** Rises with every change of state: a scanner prefers the higher. */
  stateVersion: number
}

/** Who acts and, where they sent one, the idempotency key with the request's hash (UUID form, 128 bits of SHA-256). */
export type KeyedBy = { keyHash: string; requestHash: string }

export type HoldRequest = {
  eventId: EventId
  buyer: BuyerId
  seats?: { seatId: string; priceType?: string }[]
  areas?: { areaId: string; quantity: number; priceType?: string }[]
  bestAvailable?: { quantity: number; category?: string; accessible?: boolean; priceType?: string }
  key?: KeyedBy
  contactHash?: string
  accessCode?: string
  /** Told whether the event knows the code; a refusal where too many wrong ones were tried. */
  codeTried?: (isKnown: boolean) => Refusal | null
  /** The answer must rest on this version or a later one. */
  minVersion?: number
}

/** What the house does to an event, by staff. All are idempotent: repeated, they find it done. */
export interface HouseControls {
  /**
   * For good: from this version on nothing is held, extended, paid for or booked (`event_cancelled`). All holds that are
   * not booked end, those in payment too: their `confirm` is refused, so that the money can be given back. Tickets stay as
   * they are until `cancelTickets`; places freed from now on (`reopen` included) are kept off sale, free seats are
   * blocked, and `unblock` is refused.
   */
  cancelEvent(c: { eventId: EventId }): Promise<{ version: number } | Refusal>
  /**
   * Takes seats off open sale for an allocation of the rules: they are BLOCKED to everybody but a hold with a code of
   * the allocation, and return to it when such a hold ends. Refusals: not_found (no such allocation in the rules),
   * conflict (its `releaseAt` has passed), seats_unavailable (sold, held, blocked or another allocation's: `seat_ids`),
   * event_cancelled. `unblock` of such a seat is refused with conflict.
   */
  allocate(c: {
    eventId: EventId
    allocation: number
    seats: string[]
  }): Promise<{ version: number } | Refusal>
  /**
   * How many places of the area the allocation has from now on, those that its codes took included. A code of it gets
   * these and no others, and they return to it. Fewer: what is left of the rest is on open sale, what was taken once it
   * returns. Refusals: not_found, conflict, event_cancelled as above, unknown_area, sold_out (not so many are left).
   */
  allocatePlaces(c: {
    eventId: EventId
    allocation: number
    areaId: string
    places: number
  }): Promise<{ version: number } | Refusal>
  /**
   * The seats named are on open sale, or all of the allocation and its places of areas; what is sold of them stays sold.
   */
  releaseAllocation(c: {
    eventId: EventId
    allocation: number
    seats?: string[]
  }): Promise<{ version: number } | Refusal>
  /**
   * Sells by another layout from now on, while the sale goes on: with more seats after those that there are, more areas
   * after theirs, other capacities. Everything that is there stays where it is in its list, with its labels and its
   * category; where it is drawn may change. Refusals: conflict (something is missing, moved in its list or called
   * otherwise, or an area would have fewer places than are sold, held and kept for allocations; the detail says what),
   * not_found (never opened), event_cancelled.
   */
  relayout(c: { eventId: EventId; layoutHash: string }): Promise<{ version: number } | Refusal>
  /**
   * Moves sold tickets to other seats, all or none: free ones, blocked ones, those kept for an allocation, and those that
   * other moves of the call leave, so that tickets may change places. Codes of these tickets from before are void; what
   * was paid stays. Seats left behind are blocked (and no allocation's any more), or with `block: false` sold again.
   * Refusals: conflict (no valid ticket: held, in payment, being given back, not sold), seats_unavailable (`to` is held
   * or sold), both with `cannot`; event_cancelled. What was moved so before is not in `moved`: a named ticket that has
   * its seat, or without names all of the call, where nobody has the seats that were left; `leftBefore` says what has
   * become of those. `dryRun` decides on what the ledger has at this moment and writes nothing.
   */
  moveTickets(c: {
    eventId: EventId
    /** By seat id; `ticketId` without the event's. */
    moves: readonly { from: string; to: string; ticketId?: string }[]
    block: boolean
    dryRun?: boolean
  }): Promise<
    { version: number; moved: MovedTicket[]; leftBefore: ({ seat: number } & LeftSeat)[] } | Refusal
  >
}

/** A seat that a moved ticket has left. `keptFor`: the allocation that it belongs to. */
export type LeftSeat = { status: SeatStatus; keptFor: number | null }

/** A ticket that the house has moved, or would move; `from` and `to` are its seats' indices in the layout. */
export type MovedTicket = {
  ticketId: string
  orderId: OrderId
  from: number
  to: number
  /** What becomes of `from`; null: another ticket of the same call has it. */
  left: LeftSeat | null
}

/**
 * The only door to seats. Every call is one command in the event's ledger: when it resolves, the change is durable.
 * All can be refused with `busy` or `unavailable` (503): then the outcome is not known to the caller, and asking
 * again with the same key or the same ids is safe.
 */
export interface Inventory extends HouseControls {
  hold(request: HoldRequest): Promise<HoldView | Refusal>
  extend(holdId: string, eventId: EventId, buyer: BuyerId, key?: KeyedBy): Promise<HoldView | Refusal>
  /** Idempotent: releasing what is released or expired is fine. */
  release(holdId: string, eventId: EventId, buyer: BuyerId): Promise<{ version: number } | Refusal>
  /**
   * Refuses with not_found where it is somebody else's; null asks for anybody's, which may change hands while a guest
   * signs in. Reads what was committed before the call.
   */
  findHold(holdId: string, eventId: EventId, buyer: BuyerId | null): Promise<HoldView | Refusal>

  /**
   * From now on time does not expire the hold until `paymentUntil`; at most one attempt at a time. Repeating it
   * with the same attempt is fine. Refusals: reservation_expired, booking_in_progress (extra.attempt names the
   * other), already_booked, not_found.
   */
  beginPayment(c: {
    eventId: EventId
    holdId: string
    buyer: BuyerId
    attempt: string
    /** Milliseconds that the payment may take, counted from the entry's time. */
    paymentMs: number
    /** Milliseconds after which even a silent provider cannot keep the seats. */
    paymentMsMax: number
  }): Promise<HoldView | Refusal>
  /** The attempt cannot book any more once this has returned; the hold goes on or ends by time. Idempotent. */
  endPayment(c: { eventId: EventId; holdId: string; attempt: string }): Promise<{ version: number } | Refusal>
  /** Seats become BOOKED, tickets pending. Idempotent by attempt. Refusals: conflict (another or no attempt). */
  confirm(c: {
    eventId: EventId
    holdId: string
    attempt: string
    orderId: OrderId
    /** What the ledger vouches for of the order, as SHA-256 in hex. */
    orderHash?: string
    /** UUIDs, one a ticket, in the order of the hold's lines (an area's line counts `quantity`). */
    ticketIds: string[]
  }): Promise<{ version: number; tickets: TicketView[] } | Refusal>
  /** Tickets of the order become valid, after capture or a recorded tender. Idempotent. */
  issue(c: {
    eventId: EventId
    holdId: string
    orderId: OrderId
  }): Promise<{ version: number; tickets: TicketView[] } | Refusal>
  /** Tickets become void at once; the seats are not free yet. `refundId` names the refund. Idempotent by it. */
  cancelTickets(c: {
    eventId: EventId
    holdId: string
    orderId: OrderId
    ticketIds: string[]
    refundId: string
  }): Promise<{ version: number } | Refusal>
  /** After the money was voided or refunded: the seats of these void tickets are free again. Idempotent. */
  reopen(c: {
    eventId: EventId
    holdId: string
    ticketIds: string[]
    refundId: string
  }): Promise<{ version: number } | Refusal>
  /**
   * A late success on a hold that has ended: a new hold of the same lines for the same buyer, if all are still free,
   * already in payment for this attempt. Refusal: seats_unavailable.
   */
  holdAgain(c: {
    eventId: EventId
    holdId: string
    newHoldId: string
    attempt: string
    paymentMs: number
    paymentMsMax: number
  }): Promise<HoldView | Refusal>

  /**
   * A guest's holds and tickets of the event become the account's; `contactHash` counts those that were nobody's.
   * Together they may be more than the limit: then new holds are refused. Idempotent.
   */
  transfer(c: {
    eventId: EventId
    from: BuyerId
    to: BuyerId
    contactHash?: string
  }): Promise<{ version: number } | Refusal>
  /** Events in this process's memory at which the buyer has live tickets or holds; others may exist. */
  eventsInMemoryOf(buyer: BuyerId): EventId[]

  /** The seats that are kept for allocations, sold ones included. */
  allocatedSeats(eventId: EventId): Promise<AllocatedSeat[] | Refusal>

  findTickets(eventId: EventId, ticketIds: readonly string[]): Promise<TicketView[]>

  /** The first entry of the event's ledger; seats exist from here on. Idempotent by layout hash. */
  open(c: { eventId: EventId; layoutHash: string; rules: EventRules }): Promise<{ version: number } | Refusal>
  configure(c: { eventId: EventId; rules: EventRules }): Promise<{ version: number } | Refusal>
  block(c: { eventId: EventId; seats: string[] }): Promise<{ version: number } | Refusal>
  unblock(c: { eventId: EventId; seats: string[] }): Promise<{ version: number } | Refusal>

  /** Present memory at its version, at most a second behind the ledger; `minVersion` makes it read on first. */
  availability(eventId: EventId, minVersion?: number): Promise<AvailabilityView | Refusal>
  /** Rules and prices of an opened event, or null. */
  rules(eventId: EventId): Promise<EventRules | null>
}

export type AllocatedSeat = { allocation: number; seatId: string; status: SeatStatus }

export type AvailabilityView = {
  eventId: EventId
  version: number
  /** After `cancelEvent`: then nothing remains. */
  cancelled: boolean
  /** First 8 hex digits of the entry's hash. */
  headTag: string
  layoutHash: string
  /** A status (0–3) a seat in index order. Do not change it. */
  seats: Uint8Array
  areas: { areaId: string; capacity: number; remaining: number }[]
  /** Seats and places still to be had, by category index. */
  remainingByCategory: number[]
  capacityByCategory: number[]
}

import { assertNever } from '../../shared/assert.ts'
import type { Layout } from '../../shared/layout.ts'
import {
  dueAt,
  placesKept,
  placesLeft,
  placesOf,
  quantityOf,
  SEAT,
  type Change,
  type EventState,
  type Hold,
  type Line,
  type Price,
} from '../inventory/index.ts'
import type { Records } from './records.ts'

/** What a change is judged against: the state before it, with the version and the time of its entry. */
export type Judged = {
  state: EventState
  records: Records
  /** Null where the layout is not known: then a price of any category will do. */
  layout: Layout | null
  /** The one after the change: another only where it names one. */
  layoutAfter: Layout | null
  /** `invariant` is a number of docs/audit.md. */
  breach(invariant: number, what: string): void
}

/**
 * Whether a change may happen, decided a second time and apart from the arbiter: what the arbiter forgot to check
 * shows here. Reports breaches and leaves the state alone.
 */
export function judge(j: Judged, change: Change): void {
  if (change.k !== 'open' && j.state.layoutHash === '')
    j.breach(13, `${change.k} before the event was opened`)
  if (j.state.cancelled && SELLING.has(change.k)) j.breach(13, `${change.k} after the event was cancelled`)
  switch (change.k) {
    case 'open':
      if (j.state.layoutHash !== '' || j.state.version !== 1) j.breach(13, 'the event was opened twice')
      return
    case 'configure':
      return
    case 'hold':
      return judgeHold(j, change)
    case 'extend':
      return judgeExtend(j, change)
    case 'release': {
      const hold = known(j, change.id, 'released')
      if (hold && hold.state !== 'held') j.breach(4, `hold ${hold.id} was released while ${hold.state}`)
      return
    }
    case 'expire': {
      const hold = known(j, change.id, 'expired')
      const due = hold ? dueAt(hold) : null
      if (hold && (due === null || due > j.state.at))
        j.breach(4, `hold ${hold.id} was expired before its time${due === null ? '' : ` (${iso(due)})`}`)
      return
    }
    case 'begin-payment':
      return judgeBeginPayment(j, change)
    case 'end-payment': {
      const hold = known(j, change.id, 'taken out of payment')
      if (hold && (hold.state !== 'paying' || hold.attempt !== change.attempt))
        j.breach(8, `the payment ${change.attempt} of hold ${hold.id} was ended, but ${paidBy(hold)}`)
      return
    }
    case 'confirm':
      return judgeConfirm(j, change)
    case 'issue':
      return judgeIssue(j, change)
    case 'cancel':
      return judgeCancel(j, change)
    case 'reopen':
      return judgeReopen(j, change)
    case 'transfer':
      return judgeTransfer(j, change)
    case 'block':
      for (const seat of change.seats) needSeat(j, seat, SEAT.available, 'was blocked')
      return
    case 'unblock':
      for (const seat of change.seats) {
        needSeat(j, seat, SEAT.blocked, 'was unblocked')
        const no = j.state.allocationOf(seat)
        if (no !== null) j.breach(13, `seat ${seat} was unblocked, but is kept for allocation ${no}`)
      }
      return
    case 'move':
      return judgeMove(j, change)
    case 'allocate':
      return judgeAllocate(j, change)
    case 'release-allocation':
      for (const seat of change.seats) {
        const no = j.state.allocationOf(seat)
        if (no !== change.no)
          j.breach(13, `seat ${seat} was released by allocation ${change.no}, but is of ${no ?? 'none'}`)
      }
      return
    case 'allocate-places':
      return judgeAllocatePlaces(j, change)
    case 'relayout':
      return judgeRelayout(j, change)
    case 'cancel-event':
      return judgeCancelEvent(j, change)
    case 'seal':
      return
    default:
      assertNever(change)
  }
}

/** What a cancelled event does not know any more. */
const SELLING: ReadonlySet<Change['k']> = new Set([
  'hold',
  'extend',
  'begin-payment',
  'end-payment',
  'confirm',
  'unblock',
  'move',
  'allocate',
  'release-allocation',
  'allocate-places',
  'relayout',
  'cancel-event',
])

type Of<K extends Change['k']> = Extract<Change, { k: K }>

function judgeHold(j: Judged, change: Of<'hold'>): void {
  const { state, records, breach } = j
  const { rules } = state
  const { id } = change
  if (records.knowsHold(id)) breach(1, `hold ${id} was made twice`)
  judgePlaces(j, change)
  judgeKey(j, change.key, `${id}:${change.until}`)
  const quantity = quantityOf(change.lines)
  for (const owner of [change.buyer, ...(change.contact === undefined ? [] : [change.contact])]) {
    const owned = records.ticketsOf(owner) + quantity
    if (owned > rules.ticketsPerBuyer)
      breach(
        15,
        `hold ${id} gives ${owner === change.buyer ? 'buyer' : 'contact'} ${owner} ${owned} tickets, the limit is ${rules.ticketsPerBuyer}`,
      )
  }
  judgeOffer(j, change)
  if (change.paying) return judgeReseated(j, change)

  if (change.until !== state.at + rules.holdSeconds * 1000)
    breach(9, `hold ${id} lasts until ${iso(change.until)}, not ${rules.holdSeconds} s from ${iso(state.at)}`)
  const early = rules.onSaleFrom !== null && state.at < rules.onSaleFrom
  const late = rules.onSaleUntil !== null && state.at >= rules.onSaleUntil
  if (early || late) breach(13, `hold ${id} was made at ${iso(state.at)}, outside the sale`)
  for (const line of change.lines) {
    if (!isPriceOf(j, line, change.offer))
      breach(7, `hold ${id} has ${placeOf(line)} at a price that the rules do not name`)
  }
  const [fee, feeTax] = change.fee ?? [0, 0]
  const { orderFee } = rules
  if (fee !== orderFee.amount || (fee > 0 && feeTax !== orderFee.tax))
    breach(7, `hold ${id} has the order fee ${fee}, the rules say ${orderFee.amount}`)
  rules.priceTypes.forEach((type, i) => {
    const count = quantityOf(change.lines.filter((line) => line[1] === i))
    if (count > 0 && (count < type.min || (type.max !== null && count > type.max)))
      breach(15, `hold ${id} has ${count} tickets of the price type ${type.id}`)
  })
}

// The phase that it names has room for it, and one that begins now is sold in a phase that runs.
function judgeOffer({ state, records, breach }: Judged, change: Of<'hold'>): void {
  const { id, offer, code, allocation: from } = change
  const { offers, accessCodes = [] } = state.rules
  const known = accessCodes.find((one) => one.hash === code)
  if (code !== undefined) {
    const uses = (records.codeUses.get(code) ?? 0) + 1
    if (known && known.uses !== null && uses > known.uses)
      breach(15, `hold ${id} is use ${uses} of the access code ${code}, which has ${known.uses}`)
    if (!change.paying && (!known || known.offer !== offer))
      breach(13, `hold ${id} was made by the access code ${code}, which does not open it`)
  }
  const allocation = known?.allocation
  if (from !== undefined && from !== allocation)
    breach(13, `hold ${id} took places of allocation ${from} without a code of it`)
  if (allocation !== undefined) {
    const strange = change.lines.filter(
      ([place]) => (place < 0 ? from : state.allocationOf(place)) !== allocation,
    )
    if (strange.length > 0 && !change.paying)
      breach(13, `hold ${id} took ${placeOf(strange[0]!)} with a code of allocation ${allocation}`)
    return
  }
  if (offer === undefined) {
    if (offers.length > 0 && !change.paying) breach(13, `hold ${id} was made in no phase of the sale`)
    return
  }
  const phase = offers.find((one, i) => (one.no ?? i + 1) === offer)
  if (!phase) {
    if (!change.paying) breach(13, `hold ${id} was made in phase ${offer}, which the rules do not know`)
    return
  }
  const { at } = state
  const runs =
    (phase.startsAt === null || phase.startsAt <= at) && (phase.endsAt === null || at < phase.endsAt)
  if (!change.paying && !runs)
    breach(13, `hold ${id} was made at ${iso(at)}, when phase ${offer} did not run`)
  if (!change.paying && phase.access === 'code' && code === undefined)
    breach(13, `hold ${id} was made in phase ${offer} without an access code`)
  const quantity = quantityOf(change.lines)
  const { ticketsPerBuyer, capacity } = phase
  for (const owner of [change.buyer, ...(change.contact === undefined ? [] : [change.contact])]) {
    const owned = records.ticketsOfOffer(offer, owner) + quantity
    if (owned > (ticketsPerBuyer ?? Infinity))
      breach(
        15,
        `hold ${id} gives ${owner} ${owned} tickets of phase ${offer}, its limit is ${ticketsPerBuyer}`,
      )
  }
  const sold = records.ticketsOfOffer(offer) + quantity
  if (sold > (capacity ?? Infinity))
    breach(15, `hold ${id} makes ${sold} tickets of phase ${offer}, which has ${capacity}`)
}

// Places must be free, whoever asks and for whatever reason.
function judgePlaces(j: Judged, change: Of<'hold'>): void {
  const { state, breach } = j
  const seats = new Set<number>()
  const wanted = new Map<number, number>()
  if (change.lines.length === 0) breach(1, `hold ${change.id} holds nothing`)
  for (const [place, , , , , quantity] of change.lines) {
    if (!Number.isSafeInteger(quantity) || quantity < 1 || (place >= 0 && quantity !== 1))
      breach(2, `hold ${change.id} has a line of ${quantity} places`)
    if (place >= 0) {
      if (seats.has(place)) breach(1, `hold ${change.id} names seat ${place} twice`)
      seats.add(place)
      if (!isKeptFor(j, place, change)) needSeat(j, place, SEAT.available, `was held by ${change.id}`)
    } else wanted.set(-1 - place, (wanted.get(-1 - place) ?? 0) + quantity)
  }
  for (const [number, quantity] of wanted) {
    const area = number < state.areaCount ? state.area(number) : null
    if (!area) breach(2, `hold ${change.id} names area ${number}, which the event does not have`)
    else {
      const { allocation, paying } = change
      const kept = allocation === undefined ? 0 : placesLeft(area, allocation)
      // One that is seated again takes what is on open sale, too.
      const left = kept + (allocation === undefined || paying ? placesLeft(area, null) : 0)
      if (quantity > left)
        breach(
          2,
          `hold ${change.id} takes ${quantity} places of area ${number}, where ${left} are left for it`,
        )
    }
  }
}

// A late success seated again keeps the price of its first hold and has its payment at once.
function judgeReseated(j: Judged, change: Of<'hold'>): void {
  const { state, records, breach } = j
  const [, until, max] = change.paying!
  if (!records.hadEndedHold(change.buyer, change.lines))
    breach(9, `hold ${change.id} is in payment from the start, but follows no ended hold of the same places`)
  if (until <= state.at || max < until || change.until !== max)
    breach(9, `hold ${change.id} has impossible payment times`)
}

function judgeExtend(j: Judged, change: Of<'extend'>): void {
  const { state, breach } = j
  const hold = known(j, change.id, 'extended')
  if (!hold) return
  const { rules } = state
  if (hold.state !== 'held') breach(9, `hold ${hold.id} was extended while ${hold.state}`)
  if (hold.expiresAt <= state.at)
    breach(9, `hold ${hold.id} was extended at ${iso(state.at)}, after it had expired`)
  if (hold.extendedCount >= rules.extensionsMax)
    breach(15, `hold ${hold.id} was extended more than ${rules.extensionsMax} times`)
  if (change.until !== hold.expiresAt + rules.extensionSeconds * 1000)
    breach(9, `hold ${hold.id} was extended until ${iso(change.until)}, not by ${rules.extensionSeconds} s`)
  judgeKey(j, change.key, `${hold.id}:${change.until}:${hold.extendedCount + 1}`)
}

function judgeBeginPayment(j: Judged, change: Of<'begin-payment'>): void {
  const { state, breach } = j
  const hold = known(j, change.id, 'paid for')
  if (!hold) return
  if (hold.state !== 'held') breach(6, `the payment ${change.attempt} began, but ${paidBy(hold)}`)
  else if (hold.expiresAt <= state.at)
    breach(9, `the payment ${change.attempt} began at ${iso(state.at)}, when hold ${hold.id} had expired`)
  if (change.until <= state.at || change.max < change.until)
    breach(9, `the payment ${change.attempt} has impossible times`)
}

function judgeConfirm(j: Judged, change: Of<'confirm'>): void {
  const { state, records, breach } = j
  const hold = known(j, change.id, 'booked')
  if (!hold) return
  if (hold.state !== 'paying' || hold.attempt !== change.attempt)
    breach(8, `the payment ${change.attempt} booked hold ${hold.id}, but ${paidBy(hold)}`)
  const due = dueAt(hold)
  if (due !== null && due <= state.at)
    breach(9, `hold ${hold.id} was booked at ${iso(state.at)}, after it had expired`)
  const quantity = quantityOf(hold.lines)
  if (change.tickets.length !== quantity || new Set(change.tickets).size !== quantity)
    breach(8, `hold ${hold.id} has ${quantity} places and got ${change.tickets.length} tickets`)
  for (const id of change.tickets) if (records.tickets.has(id)) breach(1, `ticket ${id} was made twice`)
  if (change.serial !== records.serialsUsed + 1)
    breach(
      1,
      `the tickets of hold ${hold.id} begin with serial ${change.serial}, not ${records.serialsUsed + 1}`,
    )
  if (records.bookings.has(change.order)) breach(6, `order ${change.order} booked twice`)
  for (const [place] of hold.lines) {
    if (place >= 0 && (state.seatStatus(place) !== SEAT.held || state.seatHold(place) !== hold.id))
      breach(1, `seat ${place} was booked by hold ${hold.id}, which did not have it`)
  }
}

function judgeIssue(j: Judged, change: Of<'issue'>): void {
  const hold = ofOrder(j, change.id, change.order, 'issued')
  for (const id of change.tickets) {
    const ticket = ticketOf(j, hold, id)
    if (ticket && ticket.state !== 'pending')
      j.breach(8, `ticket ${id} became valid though it was ${ticket.state}`)
  }
}

function judgeCancel(j: Judged, change: Of<'cancel'>): void {
  const hold = ofOrder(j, change.id, change.order, 'cancelled')
  for (const id of change.tickets) {
    const ticket = ticketOf(j, hold, id)
    if (ticket && ticket.state !== 'pending' && ticket.state !== 'valid')
      j.breach(7, `ticket ${id} was cancelled though it was ${ticket.state}`)
  }
}

function judgeReopen(j: Judged, change: Of<'reopen'>): void {
  const hold = known(j, change.id, 'reopened')
  for (const id of change.tickets) {
    const ticket = ticketOf(j, hold, id)
    if (!ticket) continue
    if (ticket.state !== 'void' || ticket.refundId !== change.refund)
      j.breach(
        8,
        `the place of ticket ${id} was freed, but the ticket is ${ticket.state} and not void by that refund`,
      )
    if (ticket.reopened) j.breach(1, `the place of ticket ${id} was freed twice`)
    if (hold && ticket.seat !== null && j.state.seatHold(ticket.seat) !== hold.id)
      j.breach(1, `seat ${ticket.seat} was freed by hold ${hold.id}, which did not have it`)
  }
}

// Its allocation had the seat, and the code opens that one.
function isKeptFor({ state }: Judged, seat: number, { code }: Of<'hold'>): boolean {
  const no = state.allocationOf(seat)
  if (no === null || state.seatStatus(seat) !== SEAT.blocked || code === undefined) return false
  return state.rules.accessCodes?.some((one) => one.hash === code && one.allocation === no) ?? false
}

function judgeAllocatePlaces(j: Judged, { no, area: number, places }: Of<'allocate-places'>): void {
  const area = number < j.state.areaCount ? j.state.area(number) : null
  if (!area)
    return j.breach(2, `area ${number}, which the event does not have, was kept for allocation ${no}`)
  if (!Number.isSafeInteger(places) || places < 0)
    j.breach(2, `${places} places of area ${number} were kept for allocation ${no}`)
  if (places <= placesOf(area, no)) return
  mayKeep(j, no, 'places')
  // What its codes took before counts as its own.
  const taken = area.kept.find((one) => one.no === no)?.taken ?? 0
  const more = Math.max(0, places - taken) - placesLeft(area, no)
  const left = placesLeft(area, null)
  if (more > left)
    j.breach(
      2,
      `${more} more places of area ${number} were kept for allocation ${no}, where ${left} are left`,
    )
}

function mayKeep(j: Judged, no: number, what: 'seats' | 'places'): void {
  const allocation = j.state.rules.allocations.find((one) => one.no === no)
  if (!allocation) j.breach(13, `${what} were kept for allocation ${no}, which the rules do not know`)
  else if (allocation.releaseAt !== null && allocation.releaseAt <= j.state.at)
    j.breach(13, `${what} were kept for allocation ${no} after its release (${iso(allocation.releaseAt)})`)
}

function judgeAllocate(j: Judged, change: Of<'allocate'>): void {
  mayKeep(j, change.no, 'seats')
  for (const seat of change.seats) needSeat(j, seat, SEAT.available, `was kept for allocation ${change.no}`)
}

// Valid tickets, each once, from the seats that they have to seats that nobody has or that another of them leaves.
function judgeMove(j: Judged, { moves }: Of<'move'>): void {
  const { state, breach } = j
  const left = new Set(moves.map(([, from]) => from))
  const taken = new Set<number>()
  const moved = new Set<string>()
  for (const [id, from, to] of moves) {
    const ticket = state.ticket(id)
    const hold = ticket && known(j, ticket.holdId, 'moved')
    if (ticket?.state !== 'valid')
      breach(8, `ticket ${id} was moved though it was ${ticket?.state ?? 'never made'}`)
    if (moved.has(id)) breach(1, `ticket ${id} was moved twice at once`)
    if (ticket && ticket.seat !== from)
      breach(1, `ticket ${id} was moved from seat ${from}, but was for ${ticket.seat}`)
    if (hold && state.seatHold(from) !== hold.id)
      breach(1, `seat ${from} was left by hold ${hold.id}, which did not have it`)
    if (taken.has(to)) breach(1, `seat ${to} was given to two tickets`)
    const isFree = state.seatStatus(to) === SEAT.blocked || left.has(to)
    if (!isFree) needSeat(j, to, SEAT.available, `was given to ticket ${id}`)
    moved.add(id)
    taken.add(to)
  }
}

// Nothing goes, nothing is called otherwise, and every area has room for what it has; the rest is in the layout's bytes.
function judgeRelayout({ state, layout, layoutAfter: next, breach }: Judged, change: Of<'relayout'>): void {
  const { seats, areas } = change
  if (!Number.isSafeInteger(seats) || seats < 0) breach(13, `another layout brought ${seats} seats`)
  if (areas.length < state.areaCount)
    breach(2, `another layout left ${areas.length} areas of ${state.areaCount}`)
  state.areas.forEach((area, number) => {
    const taken = area.held + area.booked + placesKept(area)
    const capacity = areas[number]
    if (capacity !== undefined && !(capacity >= taken))
      breach(2, `area ${number} was left ${capacity} places, of which ${taken} are held, booked or kept`)
  })
  if (!next) return
  if (next.seats.length !== state.seatCount + seats)
    breach(13, `another layout brought ${seats} seats to ${state.seatCount}, but has ${next.seats.length}`)
  if (next.areas.some(({ capacity }, i) => capacity !== areas[i]) || next.areas.length !== areas.length)
    breach(2, `areas were given other capacities than the layout ${change.layout} says`)
  if (!layout) return
  const changed = (what: string, before: readonly string[], after: readonly string[]): void => {
    const i = before.findIndex((one, n) => one !== after[n])
    if (i >= 0)
      breach(13, `another layout says of ${what} ${i} ${after[i] ?? 'nothing'}, which was ${before[i]}`)
  }
  changed('seat', seatNames(layout), seatNames(next))
  changed('area', areaNames(layout), areaNames(next))
  changed('category', categoryNames(layout), categoryNames(next))
}

const categoryNames = ({ categories }: Layout): string[] => categories.map(({ name }) => JSON.stringify(name))

function seatNames({ seats, sections }: Layout): string[] {
  return seats.map(({ seat_id: id, section, row, number, category }) =>
    JSON.stringify([id, sections[section]?.name, row, number, category]),
  )
}

function areaNames({ areas }: Layout): string[] {
  return areas.map(({ area_id: id, name, category }) => JSON.stringify([id, name, category]))
}

function judgeCancelEvent(j: Judged, change: Of<'cancel-event'>): void {
  const ended = new Set(change.holds)
  for (const id of ended) {
    const hold = known(j, id, 'ended with the event')
    if (hold?.state === 'booked') j.breach(5, `hold ${id} was booked and ended with the event`)
  }
  for (const hold of j.state.holds.values()) {
    if (hold.state !== 'booked' && !ended.has(hold.id))
      j.breach(4, `the event was cancelled, but hold ${hold.id} goes on (${hold.state})`)
  }
}

function judgeTransfer(j: Judged, change: Of<'transfer'>): void {
  for (const id of change.holds) {
    const hold = known(j, id, 'transferred')
    if (hold && hold.buyer !== change.from)
      j.breach(4, `hold ${id} was transferred from somebody else's name`)
  }
  for (const id of change.tickets) {
    const ticket = j.records.tickets.get(id)?.ticket
    if (ticket?.buyer !== change.from) j.breach(5, `ticket ${id} was transferred from somebody else's name`)
  }
}

function judgeKey(j: Judged, key: Of<'extend'>['key'], result: string): void {
  if (!key) return
  if (j.records.keys.has(key.hash)) j.breach(10, `the idempotency key ${key.hash} acted twice`)
  if (key.result !== result)
    j.breach(10, `the idempotency key ${key.hash} remembers ${key.result}, not ${result}`)
}

// Where the phase that the hold is sold in names a price of its own for such a ticket, the general one will not do.
function isPriceOf({ state, layout }: Judged, line: Line, offer: number | undefined): boolean {
  const [place, priceType, amount, fee, tax] = line
  const category = place >= 0 ? layout?.seats[place]?.category : layout?.areas[-1 - place]?.category
  const { prices, offers } = state.rules
  const own = offers.find((one, i) => (one.no ?? i + 1) === offer)?.prices ?? []
  const isOfPhase = (price: Price): boolean =>
    own.some((one) => one.category === price.category && one.priceType === price.priceType)
  return [...own, ...prices.filter((price) => !isOfPhase(price))].some(
    (price) =>
      price.priceType === priceType &&
      price.amount === amount &&
      price.fee === fee &&
      price.tax === tax &&
      (layout === null || price.category === category),
  )
}

function needSeat(j: Judged, seat: number, status: number, what: string): void {
  const { state } = j
  if (seat < 0 || seat >= state.seatCount)
    return j.breach(1, `seat ${seat} ${what}, which the event does not have`)
  const present = state.seatStatus(seat)
  if (present === status) return
  const holder = state.seatHold(seat)
  j.breach(
    1,
    `seat ${seat} ${what} while ${STATUS_NAMES[present]}${holder === null ? '' : ` by hold ${holder}`}`,
  )
}

export const STATUS_NAMES = ['AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED'] as const

function known(j: Judged, id: string, what: string): Hold | undefined {
  const hold = j.state.hold(id)
  if (!hold)
    j.breach(4, `hold ${id} was ${what}, but ${j.records.knowsHold(id) ? 'had ended' : 'was never made'}`)
  return hold
}

function ofOrder(j: Judged, id: string, order: string, what: string): Hold | undefined {
  const hold = known(j, id, what)
  if (hold && (hold.state !== 'booked' || hold.orderId !== order))
    j.breach(
      8,
      `tickets of hold ${id} were ${what} for order ${order}, but it is ${hold.state} for ${hold.orderId}`,
    )
  return hold
}

function ticketOf(j: Judged, hold: Hold | undefined, id: string): ReturnType<EventState['ticket']> {
  const ticket = j.state.ticket(id)
  if (hold && ticket?.holdId !== hold.id) j.breach(8, `ticket ${id} is not one of hold ${hold.id}`)
  return ticket
}

function paidBy(hold: Hold): string {
  return hold.attempt === null ? `the hold is ${hold.state}` : `the hold is ${hold.state} by ${hold.attempt}`
}

function placeOf(line: Line): string {
  return line[0] >= 0 ? `seat ${line[0]}` : `area ${-1 - line[0]}`
}

export function iso(milliseconds: number): string {
  return Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString() : String(milliseconds)
}

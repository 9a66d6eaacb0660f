import { assertNever } from '../../shared/assert.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { bestAvailable } from './best-available.ts'
import { applyChange, quantityOf, type Change, type UsedKey } from './changes.ts'
import type { Hall } from './hall.ts'
import { leavesOrphan } from './orphan-seat.ts'
import {
  Draft,
  isDueEntry,
  dueAt,
  type Due,
  type EventState,
  type Hold,
  type KeyUse,
  type Line,
  type Ticket,
} from './state.ts'
import { SEAT, type EventRules, type KeyedBy } from './types.ts'

/** Holds that one entry may expire: more wait for the next, so that no batch grows without bound. */
export const EXPIRED_PER_ENTRY_MAX = 1_000

export type HoldCommand = {
  k: 'hold'
  /** UUID of the hold to be. */
  id: string
  buyer: string
  /** The rules by which price types have their numbers here. */
  rulesVersion?: number
  /** Seat numbers, each with the index of its price type. */
  seats: readonly number[]
  seatTypes: readonly number[]
  areas: readonly { area: number; quantity: number; type: number }[]
  best: { quantity: number; category: number | null; accessible: boolean; type: number } | null
  key?: KeyedBy
  contact?: string
}

export type Command =
  | HoldCommand
  | { k: 'extend'; holdId: string; buyer: string; key?: KeyedBy }
  | { k: 'release'; holdId: string; buyer: string }
  | { k: 'expire' }
  | {
      k: 'begin-payment'
      holdId: string
      buyer: string
      attempt: string
      paymentMs: number
      paymentMsMax: number
    }
  | { k: 'end-payment'; holdId: string; attempt: string }
  | { k: 'confirm'; holdId: string; attempt: string; orderId: string; ticketIds: readonly string[] }
  | { k: 'issue'; holdId: string; orderId: string }
  | { k: 'cancel'; holdId: string; orderId: string; ticketIds: readonly string[]; refundId: string }
  | { k: 'reopen'; holdId: string; ticketIds: readonly string[]; refundId: string }
  | {
      k: 'hold-again'
      id: string
      buyer: string
      lines: readonly Line[]
      orderFee: number
      orderFeeTax: number
      attempt: string
      paymentMs: number
      paymentMsMax: number
      contact?: string
    }
  | { k: 'transfer'; from: string; to: string; contact?: string }
  | { k: 'open'; hall: Hall; rules: EventRules }
  | { k: 'configure'; rules: EventRules }
  | { k: 'block'; seats: readonly number[] }
  | { k: 'unblock'; seats: readonly number[] }
  | { k: 'seal'; to: string }

export type Denied = {
  denied: ErrorCode
  /** The seats that failed, by number. */
  seats?: number[]
  /** The attempt that stands in the way. */
  attempt?: string
}

export type Outcome =
  | { hold: Hold; tickets?: Ticket[] }
  /** The key acted before: give that answer again. */
  | { replay: KeyUse }
  | { done: true }
  | Denied
  /** No such live hold: it may have ended, or never have been. The table knows. */
  | { gone: true }
  /** More holds are due than one entry may expire; ask again after this one. */
  | { later: true }
  /** The command names price types by rules that are not in force (any more): name them again. */
  | { renamed: true }

export type Decision = {
  outcomes: Outcome[]
  changes: Change[]
  draft: Draft
  /** When the next hold is due once this is written, in milliseconds, or earlier; null when nothing can expire. */
  nextDue: number | null
}

/**
 * Decides a batch of commands, first come first served, on a state that it does not touch. Pure: `at` is the entry's
 * time in milliseconds, ids come in with the commands. A hold is expired when it is due at `at` or before, and what
 * is due is expired first, so a late reaper never costs anybody a seat.
 */
export function decide(
  state: EventState,
  hall: Hall | null,
  commands: readonly Command[],
  at: number,
): Decision {
  const draft = new Draft(state)
  draft.version = state.version + 1
  draft.at = at
  const batch: Batch = { draft, hall, at, changes: [], expired: 0, dueLeft: false }
  let nextDue = expireDue(batch, commands, state)
  const outcomes = commands.map((command) => decideOne(batch, command))
  for (const changed of draft.changedHolds.values()) {
    const due = dueAt(changed)
    if (due !== null && (nextDue === null || due < nextDue)) nextDue = due
  }
  return { outcomes, changes: batch.changes, draft, nextDue }
}

type Batch = {
  draft: Draft
  hall: Hall | null
  at: number
  changes: Change[]
  expired: number
  /** True when holds that are due had to be left for the next entry. */
  dueLeft: boolean
}

function write(batch: Batch, change: Change): void {
  batch.changes.push(change)
  applyChange(batch.draft, change)
}

function decideOne(batch: Batch, command: Command): Outcome {
  switch (command.k) {
    case 'hold':
      return hold(batch, command)
    case 'extend':
      return extend(batch, command)
    case 'release':
      return release(batch, command)
    case 'expire':
      return { done: true }
    case 'begin-payment':
      return beginPayment(batch, command)
    case 'end-payment':
      return endPayment(batch, command)
    case 'confirm':
      return confirm(batch, command)
    case 'issue':
      return issue(batch, command)
    case 'cancel':
      return cancel(batch, command)
    case 'reopen':
      return reopen(batch, command)
    case 'hold-again':
      return holdAgain(batch, command)
    case 'transfer':
      return transfer(batch, command)
    case 'open':
      return open(batch, command)
    case 'configure':
      if (batch.draft.layoutHash === '') return { denied: 'not_found' }
      write(batch, { k: 'configure', rules: command.rules })
      return { done: true }
    case 'block':
      return block(batch, command.seats)
    case 'unblock':
      return unblock(batch, command.seats)
    case 'seal':
      write(batch, { k: 'seal', to: command.to })
      return { done: true }
    default:
      return assertNever(command)
  }
}

// First the due holds that the batch's own seats need, then the oldest others. Returns when the next one is due.
function expireDue(batch: Batch, commands: readonly Command[], state: EventState): number | null {
  const next = state.peekDue()
  if (!next || next.at > batch.at) return next?.at ?? null
  for (const command of commands) {
    for (const id of holdsInTheWay(batch.draft, command)) {
      const held = batch.draft.hold(id)
      if (held && isDue(held, batch.at)) expire(batch, held)
    }
  }
  const taken: Due[] = []
  for (let due = state.peekDue(); due && due.at <= batch.at; due = state.peekDue()) {
    if (batch.expired >= EXPIRED_PER_ENTRY_MAX) {
      batch.dueLeft = true
      break
    }
    // The queue belongs to the state: what is taken out for this draft goes back below.
    taken.push(state.due.pop()!)
    const held = batch.draft.hold(due.holdId)
    if (held && isDueEntry(batch.draft, due)) expire(batch, held)
  }
  const after = state.peekDue()?.at ?? null
  for (const due of taken) state.due.push(due)
  return after
}

// The holds that decide the command's outcome: those on its seats, or the one that it names.
function holdsInTheWay(draft: Draft, command: Command): readonly string[] {
  if ('holdId' in command) return [command.holdId]
  const places = placesOf(command)
  return places.flatMap((seat) => (seat >= 0 && seat < draft.seatCount ? (draft.seatHold(seat) ?? []) : []))
}

function placesOf(command: Command): readonly number[] {
  switch (command.k) {
    case 'hold':
    case 'block':
      return command.seats
    case 'hold-again':
      return command.lines.map((line) => line[0])
    default:
      return []
  }
}

function isDue(hold: Hold, at: number): boolean {
  const due = dueAt(hold)
  return due !== null && due <= at
}

function expire(batch: Batch, held: Hold): void {
  if (batch.expired >= EXPIRED_PER_ENTRY_MAX) {
    batch.dueLeft = true
    return
  }
  batch.expired += 1
  write(batch, { k: 'expire', id: held.id })
}

function hold(batch: Batch, command: HoldCommand): Outcome {
  const { draft, at } = batch
  const used = command.key && draft.key(command.key.keyHash)
  if (used) return again(used, command.key!)
  const existing = draft.hold(command.id)
  if (existing) return { hold: existing }
  if (command.rulesVersion !== undefined && command.rulesVersion !== draft.rulesVersion)
    return { renamed: true }
  const refused = mayBuy(batch, command)
  if (refused) return refused

  const picked = pickSeats(batch, command)
  if ('denied' in picked || 'later' in picked) return picked
  const lines: Line[] = []
  for (let i = 0; i < picked.seats.length; i++) {
    const seat = picked.seats[i]!
    const price = priceOf(batch, batch.hall!.category[seat]!, picked.types[i]!)
    if (!price) return { denied: 'unknown_price_type' }
    lines.push([seat, picked.types[i]!, price.amount, price.fee, price.tax, 1])
  }
  for (const wish of command.areas) {
    const price = priceOf(batch, batch.hall!.layout.areas[wish.area]!.category, wish.type)
    if (!price) return { denied: 'unknown_price_type' }
    lines.push([-1 - wish.area, wish.type, price.amount, price.fee, price.tax, wish.quantity])
  }
  const quantity = quantityOf(lines)
  if (isOverLimit(draft, command, quantity)) {
    return batch.dueLeft ? { later: true } : { denied: 'limit_exceeded' }
  }
  if (breaksTypeBounds(draft.rules, lines)) return { denied: 'limit_exceeded' }
  const scarce = areasShort(batch, command)
  if (scarce) return scarce
  if (draft.rules.orphanRule && batch.hall && !command.best) {
    const orphans = leavesOrphan(batch.hall, (seat) => draft.seatStatus(seat), picked.seats)
    if (orphans) return batch.dueLeft ? { later: true } : { denied: 'orphan_seat', seats: orphans }
  }

  const until = at + draft.rules.holdSeconds * 1000
  const { orderFee } = draft.rules
  write(batch, {
    k: 'hold',
    id: command.id,
    buyer: command.buyer,
    until,
    lines,
    ...(orderFee.amount > 0 && { fee: [orderFee.amount, orderFee.tax] as const }),
    ...(command.contact !== undefined && { contact: command.contact }),
    ...(command.key && { key: usedKey(command.key, `${command.id}:${until}`) }),
  })
  return { hold: draft.hold(command.id)! }
}

function mayBuy(batch: Batch, command: HoldCommand): Denied | null {
  const { rules, layoutHash } = batch.draft
  if (layoutHash === '' || !batch.hall) return { denied: 'not_on_sale' }
  const early = rules.onSaleFrom !== null && batch.at < rules.onSaleFrom
  const late = rules.onSaleUntil !== null && batch.at >= rules.onSaleUntil
  if (early || late) return { denied: 'not_on_sale' }
  if (rules.identityRequired === 'email' && command.contact === undefined)
    return { denied: 'identity_required' }
  return null
}

// A guest costs nothing to make, so whoever has proved a mail address is counted by it as well.
function isOverLimit(
  draft: Draft,
  { buyer, contact }: { buyer: string; contact?: string },
  quantity: number,
): boolean {
  const limit = draft.rules.ticketsPerBuyer
  if (draft.tally(buyer) + quantity > limit) return true
  return contact !== undefined && draft.tally(contact) + quantity > limit
}

function pickSeats(
  batch: Batch,
  command: HoldCommand,
): { seats: readonly number[]; types: readonly number[] } | Denied | { later: true } {
  const { draft, hall } = batch
  if (command.best) {
    const { best } = command
    const found = bestAvailable(hall!, (seat) => draft.seatStatus(seat), best, draft.rules.orphanRule)
    if (!found) return batch.dueLeft ? { later: true } : { denied: 'sold_out' }
    return { seats: found, types: found.map(() => best.type) }
  }
  let failed: number[] | null = null
  let mine = true
  for (const seat of command.seats) {
    if (draft.seatStatus(seat) === SEAT.available) continue
    ;(failed ??= []).push(seat)
    const holder = draft.seatHold(seat)
    const held = holder === null ? undefined : draft.hold(holder)
    if (held?.buyer !== command.buyer || held.state === 'booked') mine = false
    // It was due, but this entry may not expire any more.
    if (held && isDue(held, batch.at)) return { later: true }
  }
  if (failed) return { denied: mine ? 'held_by_you' : 'seats_unavailable', seats: failed }
  return { seats: command.seats, types: command.seatTypes }
}

function areasShort(batch: Batch, command: HoldCommand): Denied | { later: true } | null {
  const wanted = new Map<number, number>()
  for (const wish of command.areas) wanted.set(wish.area, (wanted.get(wish.area) ?? 0) + wish.quantity)
  for (const [number, quantity] of wanted) {
    const area = batch.draft.area(number)
    if (area.held + area.booked + quantity > area.capacity) {
      return batch.dueLeft ? { later: true } : { denied: 'sold_out' }
    }
  }
  return null
}

function breaksTypeBounds(rules: EventRules, lines: readonly Line[]): boolean {
  const counts = rules.priceTypes.map(() => 0)
  for (const line of lines) counts[line[1]] = (counts[line[1]] ?? 0) + line[5]
  return rules.priceTypes.some((type, i) => {
    const count = counts[i]!
    return count > 0 && (count < type.min || (type.max !== null && count > type.max))
  })
}

function priceOf(batch: Batch, category: number, type: number): EventRules['prices'][number] | undefined {
  return batch.draft.rules.prices.find((price) => price.category === category && price.priceType === type)
}

function extend(batch: Batch, command: Extract<Command, { k: 'extend' }>): Outcome {
  const used = command.key && batch.draft.key(command.key.keyHash)
  if (used) return again(used, command.key!)
  const held = ownHold(batch, command.holdId, command.buyer)
  if ('gone' in held || 'denied' in held || 'later' in held) return held
  if (held.state === 'paying') return { denied: 'booking_in_progress', attempt: held.attempt! }
  if (held.state === 'booked') return { denied: 'already_booked' }
  const { rules } = batch.draft
  if (held.extendedCount >= rules.extensionsMax) return { denied: 'extension_limit' }
  const until = held.expiresAt + rules.extensionSeconds * 1000
  write(batch, {
    k: 'extend',
    id: held.id,
    until,
    ...(command.key && { key: usedKey(command.key, `${held.id}:${until}:${held.extendedCount + 1}`) }),
  })
  return { hold: batch.draft.hold(held.id)! }
}

function release(batch: Batch, command: Extract<Command, { k: 'release' }>): Outcome {
  const held = ownHold(batch, command.holdId, command.buyer)
  if ('gone' in held || 'denied' in held || 'later' in held) return held
  if (held.state === 'paying') return { denied: 'booking_in_progress', attempt: held.attempt! }
  if (held.state === 'booked') return { denied: 'already_booked' }
  write(batch, { k: 'release', id: held.id })
  return { done: true }
}

function beginPayment(batch: Batch, command: Extract<Command, { k: 'begin-payment' }>): Outcome {
  const held = ownHold(batch, command.holdId, command.buyer)
  if ('gone' in held || 'denied' in held || 'later' in held) return held
  if (held.attempt === command.attempt) return { hold: held }
  if (held.state === 'paying') return { denied: 'booking_in_progress', attempt: held.attempt! }
  if (held.state === 'booked') return { denied: 'already_booked' }
  write(batch, {
    k: 'begin-payment',
    id: held.id,
    attempt: command.attempt,
    until: batch.at + command.paymentMs,
    max: batch.at + command.paymentMsMax,
  })
  return { hold: batch.draft.hold(held.id)! }
}

// After payment the hold goes on until its own time, which may have passed.
function endPayment(batch: Batch, command: Extract<Command, { k: 'end-payment' }>): Outcome {
  const held = namedHold(batch, command.holdId)
  if ('gone' in held || 'later' in held) return held
  if (held.state === 'booked')
    return held.attempt === command.attempt ? { denied: 'already_booked' } : { done: true }
  if (held.state !== 'paying' || held.attempt !== command.attempt) return { done: true }
  write(batch, { k: 'end-payment', id: held.id, attempt: command.attempt })
  if (held.expiresAt <= batch.at) expire(batch, held)
  return { done: true }
}

function confirm(batch: Batch, command: Extract<Command, { k: 'confirm' }>): Outcome {
  const held = namedHold(batch, command.holdId)
  if ('gone' in held || 'later' in held) return held
  if (held.state === 'booked' && held.attempt === command.attempt && held.orderId === command.orderId) {
    return { hold: held, tickets: ticketsOf(batch, held) }
  }
  if (held.state !== 'paying' || held.attempt !== command.attempt) return { denied: 'conflict' }
  if (command.ticketIds.length !== quantityOf(held.lines)) return { denied: 'conflict' }
  write(batch, {
    k: 'confirm',
    id: held.id,
    attempt: command.attempt,
    order: command.orderId,
    tickets: [...command.ticketIds],
    serial: batch.draft.serial + 1,
  })
  const booked = batch.draft.hold(held.id)!
  return { hold: booked, tickets: ticketsOf(batch, booked) }
}

function issue(batch: Batch, command: Extract<Command, { k: 'issue' }>): Outcome {
  const held = namedHold(batch, command.holdId)
  if ('gone' in held || 'later' in held) return held
  if (held.state !== 'booked' || held.orderId !== command.orderId) return { denied: 'conflict' }
  const pending = ticketsOf(batch, held).filter((ticket) => ticket.state === 'pending')
  if (pending.length > 0) {
    write(batch, {
      k: 'issue',
      id: held.id,
      order: command.orderId,
      tickets: pending.map((ticket) => ticket.id),
    })
  }
  return { hold: held, tickets: ticketsOf(batch, held) }
}

function cancel(batch: Batch, command: Extract<Command, { k: 'cancel' }>): Outcome {
  const held = namedHold(batch, command.holdId)
  if ('gone' in held || 'later' in held) return held
  if (held.state !== 'booked' || held.orderId !== command.orderId) return { denied: 'conflict' }
  const live: string[] = []
  for (const id of new Set(command.ticketIds)) {
    const ticket = batch.draft.ticket(id)
    if (!ticket || ticket.holdId !== held.id) return { denied: 'conflict' }
    if (ticket.state === 'void' && ticket.refundId === command.refundId) continue
    if (ticket.state === 'void' || ticket.state === 'replaced') return { denied: 'conflict' }
    live.push(id)
  }
  if (live.length > 0) {
    write(batch, {
      k: 'cancel',
      id: held.id,
      order: command.orderId,
      tickets: live,
      refund: command.refundId,
    })
  }
  return { hold: held, tickets: ticketsOf(batch, held) }
}

function reopen(batch: Batch, command: Extract<Command, { k: 'reopen' }>): Outcome {
  const held = namedHold(batch, command.holdId)
  if ('gone' in held || 'later' in held) return held
  const shut: string[] = []
  for (const id of new Set(command.ticketIds)) {
    const ticket = batch.draft.ticket(id)
    if (
      !ticket ||
      ticket.holdId !== held.id ||
      ticket.state !== 'void' ||
      ticket.refundId !== command.refundId
    ) {
      return { denied: 'conflict' }
    }
    if (!ticket.reopened) shut.push(id)
  }
  if (shut.length > 0) write(batch, { k: 'reopen', id: held.id, tickets: shut, refund: command.refundId })
  return { done: true }
}

function holdAgain(batch: Batch, command: Extract<Command, { k: 'hold-again' }>): Outcome {
  const existing = batch.draft.hold(command.id)
  if (existing) return { hold: existing }
  const { draft, at } = batch
  // It was there before and has just expired: an id is used once.
  if (draft.changedHolds.has(command.id)) return { gone: true }
  const failed: number[] = []
  const wantedByArea = new Map<number, number>()
  let short = false
  for (const [place, , , , , quantity] of command.lines) {
    if (place >= 0) {
      if (draft.seatStatus(place) !== SEAT.available) failed.push(place)
      continue
    }
    const area = draft.area(-1 - place)
    const wanted = (wantedByArea.get(place) ?? 0) + quantity
    wantedByArea.set(place, wanted)
    if (area.held + area.booked + wanted > area.capacity) short = true
  }
  if (batch.dueLeft && (short || failed.length > 0)) return { later: true }
  if (failed.length > 0) return { denied: 'seats_unavailable', seats: failed }
  if (short) return { denied: 'seats_unavailable' }
  // Who has bought other seats meanwhile gets the money back instead.
  if (isOverLimit(draft, command, quantityOf(command.lines))) {
    return batch.dueLeft ? { later: true } : { denied: 'limit_exceeded' }
  }
  write(batch, {
    k: 'hold',
    id: command.id,
    buyer: command.buyer,
    until: at + command.paymentMsMax,
    lines: command.lines,
    ...(command.orderFee > 0 && { fee: [command.orderFee, command.orderFeeTax] as const }),
    ...(command.contact !== undefined && { contact: command.contact }),
    paying: [command.attempt, at + command.paymentMs, at + command.paymentMsMax],
  })
  return { hold: draft.hold(command.id)! }
}

function transfer(batch: Batch, command: Extract<Command, { k: 'transfer' }>): Outcome {
  const { base, changedHolds, changedTickets } = batch.draft
  const known = <T>(before: ReadonlyMap<string, T>, changed: ReadonlyMap<string, T>): string[] => [
    ...new Set([...before.keys(), ...changed.keys()]),
  ]
  const holds = known(base.holds, changedHolds).filter((id) => batch.draft.hold(id)?.buyer === command.from)
  // A void ticket whose seat is free again is history and stays as it is.
  const tickets = known(base.tickets, changedTickets).filter((id) => {
    const ticket = batch.draft.ticket(id)
    return ticket?.buyer === command.from && !ticket.reopened
  })
  if (holds.length > 0 || tickets.length > 0) {
    const { from, to, contact } = command
    write(batch, { k: 'transfer', from, to, holds, tickets, ...(contact !== undefined && { contact }) })
  }
  return { done: true }
}

function open(batch: Batch, command: Extract<Command, { k: 'open' }>): Outcome {
  const { draft } = batch
  if (draft.layoutHash === command.hall.layoutHash) return { done: true }
  if (draft.layoutHash !== '') return { denied: 'conflict' }
  const { hall, rules } = command
  write(batch, {
    k: 'open',
    layout: hall.layoutHash,
    seats: hall.seatCount,
    areas: hall.layout.areas.map((area) => area.capacity),
    rules,
  })
  batch.hall = hall
  return { done: true }
}

function block(batch: Batch, seats: readonly number[]): Outcome {
  const { draft } = batch
  const failed = seats.filter(
    (seat) => draft.seatStatus(seat) === SEAT.held || draft.seatStatus(seat) === SEAT.booked,
  )
  if (failed.length > 0)
    return batch.dueLeft ? { later: true } : { denied: 'seats_unavailable', seats: failed }
  const open = [...new Set(seats)].filter((seat) => draft.seatStatus(seat) === SEAT.available)
  if (open.length > 0) write(batch, { k: 'block', seats: open })
  return { done: true }
}

function unblock(batch: Batch, seats: readonly number[]): Outcome {
  const shut = [...new Set(seats)].filter((seat) => batch.draft.seatStatus(seat) === SEAT.blocked)
  if (shut.length > 0) write(batch, { k: 'unblock', seats: shut })
  return { done: true }
}

function ownHold(
  batch: Batch,
  holdId: string,
  buyer: string,
): Hold | Denied | { gone: true } | { later: true } {
  const held = namedHold(batch, holdId)
  if ('gone' in held || 'later' in held) return held
  return held.buyer === buyer ? held : { denied: 'not_found' }
}

// A hold that is due has ended, also where this entry could not expire it any more.
function namedHold(batch: Batch, holdId: string): Hold | { gone: true } | { later: true } {
  const held = batch.draft.hold(holdId)
  if (!held) return { gone: true }
  return isDue(held, batch.at) ? { later: true } : held
}

function ticketsOf(batch: Batch, held: Hold): Ticket[] {
  return held.ticketIds.flatMap((id) => batch.draft.ticket(id) ?? [])
}

function again(used: KeyUse, key: KeyedBy): Outcome {
  return used.requestHash === key.requestHash ? { replay: used } : { denied: 'idempotency_mismatch' }
}

function usedKey(key: KeyedBy, result: string): UsedKey {
  return { hash: key.keyHash, request: key.requestHash, result }
}

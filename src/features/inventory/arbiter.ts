import { assertNever } from '../../shared/assert.ts'
import {
  again,
  expire,
  EXPIRED_PER_ENTRY_MAX,
  isDue,
  overEventLimit,
  ownHold,
  usedKey,
  write,
  type Batch,
} from './batch.ts'
import { placesLeft } from './area-places.ts'
import { bestAvailable } from './best-available.ts'
import type { Change } from './changes.ts'
import type { Command, Denied, HoldCommand, Outcome } from './commands.ts'
import {
  beginPayment,
  cancel,
  confirm,
  endPayment,
  holdAgain,
  issue,
  reopen,
  transfer,
} from './decide-booking.ts'
import {
  allocate,
  allocatePlaces,
  isFreeFor,
  nextRelease,
  releaseAllocation,
  releaseDueAllocations,
} from './decide-allocations.ts'
import { block, cancelEvent, open, unblock } from './decide-house.ts'
import { move } from './decide-move.ts'
import { relayout } from './decide-relayout.ts'
import type { Hall } from './hall.ts'
import { leavesOrphan } from './orphan-seat.ts'
import { priceOf } from './phase-prices.ts'
import { accessOf, offerRefuses } from './sale-phases.ts'
import { Draft, dueAt, isDueEntry, type Due, type EventState, type Hold, type Line } from './state.ts'
import { quantityOf } from './tallies.ts'
import { SEAT, type EventRules } from './types.ts'

export type Decision = {
  outcomes: Outcome[]
  changes: Change[]
  draft: Draft
  /** Of the draft's layout. */
  hall: Hall | null
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
  releaseDueAllocations(batch)
  let nextDue = expireDue(batch, commands, state)
  const outcomes = commands.map((command) => decideOne(batch, command))
  for (const changed of draft.changedHolds.values()) {
    const due = dueAt(changed)
    if (due !== null && (nextDue === null || due < nextDue)) nextDue = due
  }
  const release = nextRelease(draft)
  if (release !== null && (nextDue === null || release < nextDue)) nextDue = release
  return { outcomes, changes: batch.changes, draft, hall: batch.hall, nextDue }
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
      releaseDueAllocations(batch)
      return { done: true }
    case 'block':
      return block(batch, command.seats)
    case 'unblock':
      return unblock(batch, command.seats)
    case 'move':
      return move(batch, command)
    case 'allocate':
      return allocate(batch, command)
    case 'release-allocation':
      return releaseAllocation(batch, command)
    case 'allocate-places':
      return allocatePlaces(batch, command)
    case 'relayout':
      return relayout(batch, command.hall)
    case 'cancel-event':
      return cancelEvent(batch)
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
    case 'allocate':
      return command.seats
    case 'hold-again':
      return command.lines.map((line) => line[0])
    case 'move':
      return command.moves.map(({ to }) => to)
    default:
      return []
  }
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
  const access = accessOf(batch, command.code)
  if ('denied' in access || 'later' in access) return access

  const picked = pickSeats(batch, command, access.allocation)
  if ('denied' in picked || 'later' in picked) return picked
  const lines: Line[] = []
  for (let i = 0; i < picked.seats.length; i++) {
    const seat = picked.seats[i]!
    const price = priceOf(draft.rules, access.offer, batch.hall!.category[seat]!, picked.types[i]!)
    if (!price) return { denied: 'unknown_price_type' }
    lines.push([seat, picked.types[i]!, price.amount, price.fee, price.tax, 1])
  }
  for (const wish of command.areas) {
    const price = priceOf(draft.rules, access.offer, batch.hall!.layout.areas[wish.area]!.category, wish.type)
    if (!price) return { denied: 'unknown_price_type' }
    lines.push([-1 - wish.area, wish.type, price.amount, price.fee, price.tax, wish.quantity])
  }
  const quantity = quantityOf(lines)
  const over = overEventLimit(draft, command, quantity)
  if (over) return batch.dueLeft ? { later: true } : over
  const priceType = typeOutOfBounds(draft.rules, lines)
  if (priceType >= 0) return { denied: 'limit_exceeded', priceType }
  const scarce =
    offerRefuses(batch, access, command, quantity) ?? areasShort(batch, command, access.allocation)
  if (scarce) return scarce
  if (draft.rules.orphanRule && batch.hall && !command.best && access.allocation === null) {
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
    ...(access.offer !== null && { offer: access.offer }),
    ...(access.code !== null && { code: access.code }),
    ...(access.allocation !== null && command.areas.length > 0 && { allocation: access.allocation }),
    ...(command.key && { key: usedKey(command.key, `${command.id}:${until}`) }),
  })
  return { hold: draft.hold(command.id)! }
}

function mayBuy(batch: Batch, command: HoldCommand): Denied | null {
  const { rules, layoutHash, cancelled } = batch.draft
  if (layoutHash === '' || !batch.hall) return { denied: 'not_on_sale' }
  if (cancelled) return { denied: 'event_cancelled' }
  const early = rules.onSaleFrom !== null && batch.at < rules.onSaleFrom
  const late = rules.onSaleUntil !== null && batch.at >= rules.onSaleUntil
  if (early || late) return { denied: 'not_on_sale' }
  if (rules.identityRequired === 'email' && command.contact === undefined)
    return { denied: 'identity_required' }
  return null
}

// A guest costs nothing to make, so whoever has proved a mail address is counted by it as well.
function pickSeats(
  batch: Batch,
  command: HoldCommand,
  allocation: number | null,
): { seats: readonly number[]; types: readonly number[] } | Denied | { later: true } {
  const { draft, hall } = batch
  if (command.best) {
    const { best } = command
    const status = (seat: number): number =>
      isFreeFor(draft, seat, allocation) ? SEAT.available : SEAT.blocked
    const found = bestAvailable(hall!, status, best, draft.rules.orphanRule && allocation === null)
    if (!found) return batch.dueLeft ? { later: true } : { denied: 'sold_out' }
    return { seats: found, types: found.map(() => best.type) }
  }
  let failed: number[] | null = null
  const own: number[] = []
  let first: Hold | null = null
  for (const seat of command.seats) {
    if (isFreeFor(draft, seat, allocation)) continue
    ;(failed ??= []).push(seat)
    const holder = draft.seatHold(seat)
    const held = holder === null ? undefined : draft.hold(holder)
    // It was due, but this entry may not expire any more.
    if (held && isDue(held, batch.at)) return { later: true }
    if (held?.buyer !== command.buyer) continue
    own.push(seat)
    // One that can still be paid is of more use than what is bought.
    if (!first || (first.state === 'booked' && held.state !== 'booked')) first = held
  }
  if (!failed) return { seats: command.seats, types: command.seatTypes }
  if (!first || own.length < failed.length)
    return { denied: 'seats_unavailable', seats: failed, ...(first && { own }) }
  const named = first.state === 'booked' ? { order: first.orderId! } : { holdId: first.id }
  return { denied: 'held_by_you', seats: failed, ...named }
}

// An allocation's code gets its places and no others, as with seats.
function areasShort(
  batch: Batch,
  command: HoldCommand,
  allocation: number | null,
): Denied | { later: true } | null {
  const wanted = new Map<number, number>()
  for (const wish of command.areas) wanted.set(wish.area, (wanted.get(wish.area) ?? 0) + wish.quantity)
  for (const [number, quantity] of wanted) {
    if (quantity > placesLeft(batch.draft.area(number), allocation)) {
      return batch.dueLeft ? { later: true } : { denied: 'sold_out' }
    }
  }
  return null
}

/** Index of the first price type of which these are too few or too many, or -1. */
function typeOutOfBounds(rules: EventRules, lines: readonly Line[]): number {
  const counts = rules.priceTypes.map(() => 0)
  for (const line of lines) counts[line[1]] = (counts[line[1]] ?? 0) + line[5]
  return rules.priceTypes.findIndex((type, i) => {
    const count = counts[i]!
    return count > 0 && (count < type.min || (type.max !== null && count > type.max))
  })
}

function extend(batch: Batch, command: Extract<Command, { k: 'extend' }>): Outcome {
  const used = command.key && batch.draft.key(command.key.keyHash)
  if (used) return again(used, command.key!)
  const held = ownHold(batch, command.holdId, command.buyer)
  if ('gone' in held && batch.draft.cancelled) return { denied: 'event_cancelled' }
  if ('gone' in held || 'denied' in held || 'later' in held) return held
  if (held.state === 'paying') return { denied: 'booking_in_progress', attempt: held.attempt! }
  if (held.state === 'booked') return { denied: 'already_booked', order: held.orderId! }
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
  if (held.state === 'booked') return { denied: 'already_booked', order: held.orderId! }
  write(batch, { k: 'release', id: held.id })
  return { done: true }
}

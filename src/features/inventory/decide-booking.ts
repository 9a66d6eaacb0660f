import { placesLeft } from './area-places.ts'
import { expire, overEventLimit, ownHold, namedHold, ticketsOf, write, type Batch } from './batch.ts'
import type { Command, Outcome } from './commands.ts'
import { isFreeFor } from './decide-allocations.ts'
import { allocationOfCode, offerRefuses } from './sale-phases.ts'
import { allocationTally, quantityOf } from './tallies.ts'

export function beginPayment(batch: Batch, command: Extract<Command, { k: 'begin-payment' }>): Outcome {
  const held = ownHold(batch, command.holdId, command.buyer)
  if ('gone' in held && batch.draft.cancelled) return { denied: 'event_cancelled' }
  if ('gone' in held || 'denied' in held || 'later' in held) return held
  if (held.attempt === command.attempt) return { hold: held }
  if (held.state === 'paying') return { denied: 'booking_in_progress', attempt: held.attempt! }
  if (held.state === 'booked') return { denied: 'already_booked', order: held.orderId! }
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
export function endPayment(batch: Batch, command: Extract<Command, { k: 'end-payment' }>): Outcome {
  const held = namedHold(batch, command.holdId)
  if ('gone' in held || 'later' in held) return held
  if (held.state === 'booked')
    return held.attempt === command.attempt ? { denied: 'already_booked' } : { done: true }
  if (held.state !== 'paying' || held.attempt !== command.attempt) return { done: true }
  write(batch, { k: 'end-payment', id: held.id, attempt: command.attempt })
  if (held.expiresAt <= batch.at) expire(batch, held)
  return { done: true }
}

export function confirm(batch: Batch, command: Extract<Command, { k: 'confirm' }>): Outcome {
  const held = namedHold(batch, command.holdId)
  // It ended with the event: this attempt can book nothing any more, and its money goes back.
  if ('gone' in held && batch.draft.cancelled) return { denied: 'event_cancelled' }
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
    ...(command.orderHash !== undefined && { hash: command.orderHash }),
  })
  const booked = batch.draft.hold(held.id)!
  return { hold: booked, tickets: ticketsOf(batch, booked) }
}

export function issue(batch: Batch, command: Extract<Command, { k: 'issue' }>): Outcome {
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

export function cancel(batch: Batch, command: Extract<Command, { k: 'cancel' }>): Outcome {
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

export function reopen(batch: Batch, command: Extract<Command, { k: 'reopen' }>): Outcome {
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

export function holdAgain(batch: Batch, command: Extract<Command, { k: 'hold-again' }>): Outcome {
  const existing = batch.draft.hold(command.id)
  if (existing) return { hold: existing }
  const { draft, at } = batch
  if (draft.cancelled) return { denied: 'event_cancelled' }
  // It was there before and has just expired: an id is used once.
  if (draft.changedHolds.has(command.id)) return { gone: true }
  const { offer = null, code = null } = command
  const allocation = code === null ? null : allocationOfCode(draft.rules, code)
  const keeper = allocation !== null && draft.tally(allocationTally(allocation)) > 0 ? allocation : null
  const failed: number[] = []
  const wantedByArea = new Map<number, number>()
  let short = false
  for (const [place, , , , , quantity] of command.lines) {
    if (place >= 0) {
      // Its allocation has them back, or they went on open sale meanwhile.
      if (!isFreeFor(draft, place, allocation) && !isFreeFor(draft, place, null)) failed.push(place)
      continue
    }
    const area = draft.area(-1 - place)
    // As with seats: what its allocation has back, and what is on open sale.
    const left = placesLeft(area, null) + (keeper === null ? 0 : placesLeft(area, keeper))
    const wanted = (wantedByArea.get(place) ?? 0) + quantity
    wantedByArea.set(place, wanted)
    if (wanted > left) short = true
  }
  if (batch.dueLeft && (short || failed.length > 0)) return { later: true }
  if (failed.length > 0) return { denied: 'seats_unavailable', seats: failed }
  if (short) return { denied: 'seats_unavailable' }
  // Who has bought other seats meanwhile gets the money back instead.
  const over = overEventLimit(draft, command, quantityOf(command.lines))
  if (over) return batch.dueLeft ? { later: true } : over
  const refused = offerRefuses(batch, { offer, code }, command, quantityOf(command.lines))
  if (refused) return refused
  write(batch, {
    k: 'hold',
    id: command.id,
    buyer: command.buyer,
    until: at + command.paymentMsMax,
    lines: command.lines,
    ...(command.orderFee > 0 && { fee: [command.orderFee, command.orderFeeTax] as const }),
    ...(command.contact !== undefined && { contact: command.contact }),
    ...(offer !== null && { offer }),
    ...(code !== null && { code }),
    ...(keeper !== null && wantedByArea.size > 0 && { allocation: keeper }),
    paying: [command.attempt, at + command.paymentMs, at + command.paymentMsMax],
  })
  return { hold: draft.hold(command.id)! }
}

export function transfer(batch: Batch, command: Extract<Command, { k: 'transfer' }>): Outcome {
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

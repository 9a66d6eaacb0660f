import { write, type Batch } from './batch.ts'
import type { Command, Outcome } from './commands.ts'
import { SEAT } from './types.ts'

export function open(batch: Batch, command: Extract<Command, { k: 'open' }>): Outcome {
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

export function block(batch: Batch, seats: readonly number[]): Outcome {
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

export function unblock(batch: Batch, seats: readonly number[]): Outcome {
  if (batch.draft.cancelled) return { denied: 'event_cancelled' }
  const shut = [...new Set(seats)].filter((seat) => batch.draft.seatStatus(seat) === SEAT.blocked)
  const kept = shut.filter((seat) => batch.draft.allocationOf(seat) !== null)
  if (kept.length > 0) return { denied: 'conflict', seats: kept }
  if (shut.length > 0) write(batch, { k: 'unblock', seats: shut })
  return { done: true }
}

// Payments end, too: the money of an attempt may be given back once an entry says that it can book nothing.
export function cancelEvent(batch: Batch): Outcome {
  const { draft } = batch
  if (draft.layoutHash === '') return { denied: 'not_found' }
  if (draft.cancelled) return { done: true }
  const holds = new Set([...draft.base.holds.keys(), ...draft.changedHolds.keys()])
  const open = [...holds].filter((id) => {
    const held = draft.hold(id)
    return held !== undefined && held.state !== 'booked'
  })
  write(batch, { k: 'cancel-event', holds: open })
  return { done: true }
}

import { write, type Batch } from './batch.ts'
import type { Command, Outcome, SeatMove } from './commands.ts'
import type { StateView, Ticket } from './state.ts'
import { SEAT } from './types.ts'

/**
 * Moves sold tickets, all or none. Only valid ones: what is held or being paid for is its buyer's to change. A seat may
 * be free, blocked, kept for an allocation, or left by another of these moves; in a cancelled event nobody sits any more.
 * Moves that were all made before change nothing.
 */
export function move(batch: Batch, { moves, block }: Extract<Command, { k: 'move' }>): Outcome {
  const { draft, dueLeft } = batch
  if (draft.cancelled) return { denied: 'event_cancelled' }
  if (moves.every(({ from, to }) => isMoved(ticketAt(draft, to), from))) return { moved: [] }
  const faults = faultsOfMoves(draft, moves)
  if (faults.length > 0) {
    const isTaken = faults.every(({ side }) => side === 'to')
    if (isTaken && dueLeft) return { later: true }
    return {
      denied: isTaken ? 'seats_unavailable' : 'conflict',
      seats: [...new Set(faults.map(({ seat }) => seat))],
    }
  }
  const tickets = moves.map(({ from }) => ticketAt(draft, from)!.id)
  write(batch, {
    k: 'move',
    moves: moves.map(({ from, to }, i) => [tickets[i]!, from, to] as const),
    ...(block && { block }),
  })
  const arrivedAt = new Set(moves.map(({ to }) => to))
  return {
    moved: moves.map(({ from }, i) => ({
      ticket: draft.ticket(tickets[i]!)!,
      left: arrivedAt.has(from) ? null : draft.seatStatus(from),
    })),
  }
}

export type MoveFault = { move: number; side: 'from' | 'to'; seat: number }

/** Seats without a valid ticket, and seats that others have and do not leave. */
export function faultsOfMoves(view: StateView, moves: readonly SeatMove[]): MoveFault[] {
  const leaving = new Set(moves.map(({ from }) => from))
  return moves.flatMap(({ from, to }, i) => {
    const faults: MoveFault[] = []
    if (ticketAt(view, from)?.state !== 'valid') faults.push({ move: i, side: 'from', seat: from })
    const status = view.seatStatus(to)
    const isTaken = status === SEAT.held || status === SEAT.booked
    if (isTaken && !leaving.has(to)) faults.push({ move: i, side: 'to', seat: to })
    return faults
  })
}

/** The ticket that has the seat; one that is given back has it until the seat is free. */
export function ticketAt(view: StateView, seat: number): Ticket | undefined {
  const holdId = view.seatHold(seat)
  const hold = holdId === null ? undefined : view.hold(holdId)
  for (const id of hold?.ticketIds ?? []) {
    const ticket = view.ticket(id)
    if (ticket?.seat === seat && !ticket.reopened) return ticket
  }
  return undefined
}

function isMoved(ticket: Ticket | undefined, from: number): boolean {
  return ticket?.state === 'valid' && ticket.movedFrom === from
}

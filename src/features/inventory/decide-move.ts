import { write, type Batch } from './batch.ts'
import type { Command, Outcome, SeatMove } from './commands.ts'
import type { StateView, Ticket } from './state.ts'
import { SEAT, type LeftSeat } from './types.ts'

/**
 * Moves sold tickets, all or none. Only valid ones: what is held or being paid for is its buyer's to change. A seat may
 * be free, blocked, kept for an allocation, or left by another of these moves; in a cancelled event nobody sits any more.
 * Moves that were made before change nothing.
 */
export function move(batch: Batch, { moves: asked, block }: Extract<Command, { k: 'move' }>): Outcome {
  const { draft, dueLeft } = batch
  if (draft.cancelled) return { denied: 'event_cancelled' }
  const moves = movesToMake(draft, asked)
  if (moves.length === 0) return { moved: [] }
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
  const left = new Set(seatsLeft(moves))
  return {
    moved: moves.map(({ from }, i) => ({
      ticket: draft.ticket(tickets[i]!)!,
      left: left.has(from) ? leftSeat(draft, from) : null,
    })),
  }
}

/**
 * Those that were not made before. One that names its ticket was, once the ticket has the seat. Without names all of
 * them were, where every ticket on a `to` came from its `from` and nobody has the seats that were left: who has one now
 * has bought it since. Where tickets only change places no seat is left, so that the same moves change them back.
 */
export function movesToMake(view: StateView, moves: readonly SeatMove[]): readonly SeatMove[] {
  if (moves.some(({ ticket }) => ticket !== undefined))
    return moves.filter(({ ticket, to }) => ticket === undefined || validOn(view, to)?.id !== ticket)
  const left = seatsLeft(moves)
  const isRepeat =
    left.length > 0 &&
    left.every((seat) => !validOn(view, seat)) &&
    moves.every(({ from, to }) => validOn(view, to)?.movedFrom === from)
  return isRepeat ? [] : moves
}

/** The seats that no other of the moves takes. */
export function seatsLeft(moves: readonly SeatMove[]): number[] {
  const arrivedAt = new Set(moves.map(({ to }) => to))
  return moves.flatMap(({ from }) => (arrivedAt.has(from) ? [] : from))
}

export function leftSeat(view: StateView, seat: number): LeftSeat {
  return { status: view.seatStatus(seat), keptFor: view.allocationOf(seat) }
}

export type MoveFault = { move: SeatMove; side: 'from' | 'to'; seat: number }

/** Seats without a valid ticket or without the one that is meant, and seats that others have and do not leave. */
export function faultsOfMoves(view: StateView, moves: readonly SeatMove[]): MoveFault[] {
  const leaving = new Set(moves.map(({ from }) => from))
  return moves.flatMap((move) => {
    const { from, to, ticket } = move
    const faults: MoveFault[] = []
    const found = validOn(view, from)
    if (!found || (ticket !== undefined && found.id !== ticket))
      faults.push({ move, side: 'from', seat: from })
    const status = view.seatStatus(to)
    const isTaken = status === SEAT.held || status === SEAT.booked
    if (isTaken && !leaving.has(to)) faults.push({ move, side: 'to', seat: to })
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

function validOn(view: StateView, seat: number): Ticket | undefined {
  const ticket = ticketAt(view, seat)
  return ticket?.state === 'valid' ? ticket : undefined
}

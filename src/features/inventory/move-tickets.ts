import { refuse, type Refusal } from '../../shared/errors.ts'
import { decide } from './arbiter.ts'
import type { Command, Outcome, SeatMove } from './commands.ts'
import { faultsOfMoves, ticketAt } from './decide-move.ts'
import type { Hall } from './hall.ts'
import { seatNumbers } from './hold-seats.ts'
import { done, notFound } from './outcomes.ts'
import type { Settled } from './sequencer.ts'
import type { EventState } from './state.ts'
import { SEAT, type HouseControls, type Inventory } from './types.ts'

type View = { state: EventState; hall: Hall }

export type MoveTicketsDeps = {
  /** The event at its head; null: never opened. */
  present(eventId: string): Promise<View | null | Refusal>
  run(eventId: string, command: Command): Promise<Settled | Refusal>
  now(): number
}

type Asked = Parameters<HouseControls['moveTickets']>[0]

export async function moveTickets(
  deps: MoveTicketsDeps,
  { eventId, moves: asked, block, dryRun = false }: Asked,
): ReturnType<Inventory['moveTickets']> {
  const found = await deps.present(eventId)
  if (!found) return notFound()
  if ('refused' in found) return found
  const { state, hall } = found
  const [from, to] = [asked.map((move) => move.from), asked.map((move) => move.to)]
  const numbers = seatNumbers(hall, [...from, ...to])
  if ('refused' in numbers) return numbers
  const moves = from.map((_, i): SeatMove => {
    return { from: numbers.numbers[i]!, to: numbers.numbers[from.length + i]! }
  })
  if (new Set(from).size < from.length || new Set(to).size < to.length)
    return refuse('malformed', 'Each seat may be left once and taken once.')
  if (moves.some((move) => move.from === move.to))
    return refuse('malformed', 'A ticket is moved to another seat than its own.')
  const command: Command = { k: 'move', moves, block }
  const settled = dryRun ? foresee(found, command, deps.now()) : await deps.run(eventId, command)
  if ('refused' in settled) return settled
  const { outcome, version } = settled
  if ('moved' in outcome) {
    const moved = outcome.moved.map(({ ticket, left }) => {
      const { id: ticketId, orderId, movedFrom, seat } = ticket
      return { ticketId, orderId, from: movedFrom!, to: seat!, left }
    })
    // That of their codes; whatever was written since.
    return { version: outcome.moved[0]?.ticket.stateVersion ?? version, moved }
  }
  const refusal = done(settled, hall) as Refusal
  return 'denied' in outcome && outcome.seats ? explain(refusal, { state, hall }, asked, moves) : refusal
}

/** What the ledger would say at this moment. */
function foresee({ state, hall }: View, command: Command, now: number): Settled | Refusal {
  const at = Math.max(state.at, now)
  const outcome: Outcome = decide(state, hall, [command], at).outcomes[0]!
  if ('later' in outcome)
    return refuse('busy', 'Reservations are just expiring. Try again.', { retryAfterSeconds: 1 })
  return { outcome, version: state.version }
}

/** Names what stands in the way, move by move, as far as it still does. */
function explain(refusal: Refusal, { state }: View, asked: Asked['moves'], moves: SeatMove[]): Refusal {
  const cannot = faultsOfMoves(state, moves).map(({ move, side, seat }) => ({
    field: `moves/${move}/${side}_seat_id`,
    why: `${asked[move]![side]} ${side === 'from' ? whyNotFrom(state, seat) : whyNotTo(state, seat)}`,
  }))
  const [first] = cannot
  const detail = first
    ? `Nothing was moved: ${first.why}.`
    : 'Nothing was moved: these seats have just changed hands. Look at them again.'
  return { ...refusal, detail, extra: { ...refusal.extra, cannot } }
}

function whyNotFrom(state: EventState, seat: number): string {
  switch (state.seatStatus(seat)) {
    case SEAT.held:
      return isPaying(state, seat) ? 'is being paid for' : 'is reserved, but not bought'
    case SEAT.booked:
      return ticketAt(state, seat)?.state === 'pending'
        ? 'is being paid for'
        : 'is given back, and its money is on its way'
    case SEAT.available:
    case SEAT.blocked:
      return 'is not sold: there is no ticket to move'
  }
}

function whyNotTo(state: EventState, seat: number): string {
  if (state.seatStatus(seat) === SEAT.booked) return 'is sold'
  return isPaying(state, seat) ? 'is being paid for' : 'is reserved'
}

function isPaying(state: EventState, seat: number): boolean {
  return state.hold(state.seatHold(seat) ?? '')?.state === 'paying'
}

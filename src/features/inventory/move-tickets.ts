import { refuse, type Refusal } from '../../shared/errors.ts'
import { decide } from './arbiter.ts'
import type { Command, Outcome, SeatMove } from './commands.ts'
import { faultsOfMoves, leftSeat, movesToMake, seatsLeft, ticketAt } from './decide-move.ts'
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
  const wrong = malformed(asked)
  if (wrong) return wrong
  const moves = asked.map(({ ticketId: ticket }, i): SeatMove => {
    const [left, taken] = [numbers.numbers[i]!, numbers.numbers[asked.length + i]!]
    return { from: left, to: taken, ...(ticket !== undefined && { ticket }) }
  })
  const command: Command = { k: 'move', moves, block }
  const settled = dryRun ? foresee(found, command, deps.now()) : await deps.run(eventId, command)
  if ('refused' in settled) return settled
  const { outcome, version } = settled
  if ('moved' in outcome) {
    const moved = outcome.moved.map(({ ticket, left }) => {
      const { id: ticketId, orderId, movedFrom, seat } = ticket
      return { ticketId, orderId, from: movedFrom!, to: seat!, left }
    })
    const made = new Set(moved.map((one) => one.from))
    const leftBefore = seatsLeft(moves)
      .filter((seat) => !made.has(seat))
      .map((seat) => ({ seat, ...leftSeat(state, seat) }))
    // That of their codes; whatever was written since.
    return { version: outcome.moved[0]?.ticket.stateVersion ?? version, moved, leftBefore }
  }
  const refusal = done(settled, hall) as Refusal
  return 'denied' in outcome && outcome.seats ? explain(refusal, { state, hall }, asked, moves) : refusal
}

/** What no moves can be, by field; null where they can. */
function malformed(asked: Asked['moves']): Refusal | null {
  const errors: { field: string; message: string }[] = []
  const no = (i: number, member: string, message: string): void =>
    void errors.push({ field: `body/moves/${i}/${member}`, message })
  const [left, taken] = [new Set<string>(), new Set<string>()]
  const isNamed = asked.some(({ ticketId }) => ticketId !== undefined)
  asked.forEach(({ from, to, ticketId }, i) => {
    if (left.has(from)) no(i, 'from_seat_id', `${from} is left by a move before it`)
    if (taken.has(to)) no(i, 'to_seat_id', `${to} is taken by a move before it`)
    if (from === to) no(i, 'to_seat_id', `${to} is the seat that the ticket has`)
    if (isNamed && ticketId === undefined)
      no(i, 'ticket_id', 'is missing: name the ticket in all moves of a call or in none')
    left.add(from)
    taken.add(to)
  })
  const [first] = errors
  return first ? refuse('malformed', `${first.field}: ${first.message}.`, { extra: { errors } }) : null
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
function explain(refusal: Refusal, { state, hall }: View, asked: Asked['moves'], moves: SeatMove[]): Refusal {
  const cannot = faultsOfMoves(state, movesToMake(state, moves)).map(({ move, side, seat }) => {
    const i = moves.indexOf(move)
    const why =
      side === 'to' ? whyNotTo(state, seat) : (whyNotTicket(state, hall, move) ?? whyNotFrom(state, seat))
    return { field: `moves/${i}/${side}_seat_id`, why: `${asked[i]![side]} ${why}` }
  })
  const [first] = cannot
  const detail = first
    ? `Nothing was moved: ${first.why}.`
    : 'Nothing was moved: these seats have just changed hands. Look at them again.'
  return { ...refusal, detail, extra: { ...refusal.extra, cannot } }
}

/** Null: the ticket is not the reason. */
function whyNotTicket(state: EventState, hall: Hall, { from, ticket: id }: SeatMove): string | null {
  if (id === undefined) return null
  const ticket = state.ticket(id)
  if (ticket?.seat === from) return null
  if (ticket?.state !== 'valid') return 'is not the seat of that ticket, which is not valid in this event'
  const seat = ticket.seat === null ? null : hall.seatIds.at(ticket.seat)
  return `is not the seat of that ticket, which ${seat === null ? 'has none' : `is for ${seat}`}`
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

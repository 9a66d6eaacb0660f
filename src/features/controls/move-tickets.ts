import type { Answer } from '../../platform/http/route.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { joinEventScopedId, splitEventScopedId, type EventId } from '../../shared/ids.ts'
import type { Layout } from '../../shared/layout.ts'
import type { HouseSale } from '../catalog/index.ts'
import { SEAT, type LeftSeat, type MovedTicket, type SeatStatus } from '../inventory/index.ts'
import { show, type ControlRouteDeps } from './route-work.ts'
import type { Change, Plan } from './types.ts'

type Asked = {
  eventId: EventId
  moves: { from: string; to: string; ticketId?: string }[]
  block: boolean
  dryRun: boolean
  actor: string
}

/** The ledger first, which alone decides; then the event's history, and the orders with their buyers' mail. */
export async function moveTickets(deps: ControlRouteDeps, asked: Asked): Promise<Answer | Refusal> {
  const { eventId, block, dryRun, actor } = asked
  const event = await deps.catalog.house({ eventId })
  if (!event) return refuse('not_found', `There is no event ${eventId}.`)
  const { sale } = event
  const layout = sale && (await deps.catalog.layout(sale.layoutHash))
  if (!layout) return refuse('conflict', 'It has no seats yet: publish it with a layout and prices.')
  const moves = ofEvent(asked)
  if (isRefusal(moves)) return moves
  const done = await deps.inventory.moveTickets({ eventId, moves, block, dryRun })
  if (isRefusal(done)) {
    const cannot = whyNot(done)
    return dryRun && cannot ? { status: 200, json: planned([], [], cannot) } : done
  }
  const { moved, leftBefore } = done
  const changes = changesOf(eventId, moved, layout, sale)
  const warnings = [
    ...warningsOf(moved, layout),
    ...leftBefore.flatMap((left) => warningOfLeft(left, block, layout, sale)),
  ]
  if (dryRun) return { status: 200, json: planned(changes, warnings, []) }
  if (moved.length > 0) {
    const byField = Object.fromEntries(changes.map(({ field, from, to }) => [field, { from, to }]))
    await deps.catalog.noteChanges({ eventId, revision: null, actor, changes: byField })
    await deps.followMovedTickets(
      eventId,
      moved.map(({ ticketId }) => ticketId),
    )
  }
  const shown = await show(deps, (await deps.catalog.house({ eventId }))!)
  return isRefusal(shown) ? shown : { status: 200, json: { event: shown, changes, warnings } }
}

/** The moves with their tickets' ids as the event has them. */
function ofEvent({ eventId, moves }: Asked): Asked['moves'] | Refusal {
  const foreign = moves.findIndex(
    ({ ticketId }) => ticketId !== undefined && splitEventScopedId(ticketId)?.eventId !== eventId,
  )
  if (foreign >= 0) {
    const error = { field: `body/moves/${foreign}/ticket_id`, message: 'is no ticket of this event' }
    return refuse('malformed', `${error.field} ${error.message}.`, { extra: { errors: [error] } })
  }
  return moves.map((move) =>
    move.ticketId === undefined ? move : { ...move, ticketId: splitEventScopedId(move.ticketId)!.uuid },
  )
}

/** Null: what is wrong is the request, or nothing is known. */
function whyNot({ refused, extra }: Refusal): Plan['cannot'] | null {
  if (refused === 'event_cancelled')
    return [{ field: 'status', why: 'the event is cancelled, which is for good' }]
  return (extra?.['cannot'] as Plan['cannot'] | undefined) ?? null
}

function planned(
  changes: Change[],
  warnings: Plan['warnings'],
  cannot: Plan['cannot'],
): Record<string, unknown> {
  return { dry_run: true, changes, cannot, warnings }
}

const STATUS_WORDS: Record<SeatStatus, string> = {
  [SEAT.available]: 'on sale',
  [SEAT.held]: 'held',
  [SEAT.booked]: 'sold',
  [SEAT.blocked]: 'blocked',
}

function leftWords({ status, keptFor }: LeftSeat, { allotments }: HouseSale): string {
  if (status !== SEAT.blocked || keptFor === null) return STATUS_WORDS[status]
  return `kept for ${allotments.find(({ no }) => no === keptFor)?.kind ?? 'an allotment'}`
}

/** Each ticket with its seats, and what becomes of the seats that nobody has any more. */
function changesOf(
  eventId: EventId,
  moved: readonly MovedTicket[],
  layout: Layout,
  sale: HouseSale,
): Change[] {
  const idOf = (seat: number): string => layout.seats[seat]!.seat_id
  return [
    ...moved.map(({ ticketId, from, to }) => ({
      field: `tickets.${joinEventScopedId(eventId, ticketId)}`,
      from: idOf(from),
      to: idOf(to),
    })),
    ...moved.flatMap(({ from, left }) =>
      left === null ? [] : [{ field: `seats.${idOf(from)}`, from: 'sold', to: leftWords(left, sale) }],
    ),
  ]
}

/** Nobody pays more or gets money back for another category: whoever wants that gives the ticket back instead. */
function warningsOf(moved: readonly MovedTicket[], { seats, categories }: Layout): Plan['warnings'] {
  return moved.flatMap(({ from, to }) => {
    const [was, is] = [seats[from]!, seats[to]!]
    if (was.category === is.category) return []
    const [paid, sits] = [categories[was.category]!.name, categories[is.category]!.name]
    return [
      {
        field: `tickets.${was.seat_id}`,
        why: `was paid as ${paid} and gets a seat of ${sits}: what was paid stays as it is`,
      },
    ]
  })
}

/** A repeated move leaves the old seat as it found it, which need not be what is asked for now. */
function warningOfLeft(
  left: LeftSeat & { seat: number },
  block: boolean,
  { seats }: Layout,
  sale: HouseSale,
): Plan['warnings'] {
  const isShut = left.status === SEAT.blocked && left.keptFor === null
  if (isShut === block) return []
  const why = `was left before and is ${leftWords(left, sale)} now: this call does not change it`
  return [{ field: `seats.${seats[left.seat]!.seat_id}`, why }]
}

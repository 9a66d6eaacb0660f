import type { Answer } from '../../platform/http/route.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { joinEventScopedId, type EventId } from '../../shared/ids.ts'
import type { Layout } from '../../shared/layout.ts'
import { SEAT, type MovedTicket, type SeatStatus } from '../inventory/index.ts'
import { show, type ControlRouteDeps } from './route-work.ts'
import type { Change, Plan } from './types.ts'

type Asked = {
  eventId: EventId
  moves: { from: string; to: string }[]
  block: boolean
  dryRun: boolean
  actor: string
}

/** The ledger first, which alone decides; then the event's history, and the orders with their buyers' mail. */
export async function moveTickets(deps: ControlRouteDeps, asked: Asked): Promise<Answer | Refusal> {
  const { eventId, moves, block, dryRun, actor } = asked
  const event = await deps.catalog.house({ eventId })
  if (!event) return refuse('not_found', `There is no event ${eventId}.`)
  const layout = event.sale && (await deps.catalog.layout(event.sale.layoutHash))
  if (!layout) return refuse('conflict', 'It has no seats yet: publish it with a layout and prices.')
  const done = await deps.inventory.moveTickets({ eventId, moves, block, dryRun })
  if (isRefusal(done)) {
    const cannot = whyNot(done)
    return dryRun && cannot ? { status: 200, json: planned([], [], cannot) } : done
  }
  const { moved } = done
  const changes = changesOf(eventId, moved, layout)
  const warnings = warningsOf(moved, layout)
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

/** Each ticket with its seats, and what becomes of the seats that nobody has any more. */
function changesOf(eventId: EventId, moved: readonly MovedTicket[], layout: Layout): Change[] {
  const idOf = (seat: number): string => layout.seats[seat]!.seat_id
  return [
    ...moved.map(({ ticketId, from, to }) => ({
      field: `tickets.${joinEventScopedId(eventId, ticketId)}`,
      from: idOf(from),
      to: idOf(to),
    })),
    ...moved.flatMap(({ from, left }) =>
      left === null ? [] : [{ field: `seats.${idOf(from)}`, from: 'sold', to: STATUS_WORDS[left] }],
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

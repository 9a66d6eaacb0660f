import { Type } from 'typebox'
import { route, type Route } from '../../platform/http/route.ts'
import { EventScopedIdSchema } from '../../shared/schemas/common.ts'
import { moveTickets } from './move-tickets.ts'
import {
  CHANGE_ERRORS,
  CHANGED,
  DryRun,
  EventParams,
  SEAT_ROLES,
  TAG,
  type ControlRouteDeps,
} from './route-work.ts'

/** Tickets that one call moves. */
const MOVES_MAX = 1_000

const SeatId = (example: string) => Type.String({ minLength: 1, maxLength: 200, examples: [example] })

/** Sold tickets get other seats. */
export function moveRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/events/:event_id/moves',
    summary: 'Move sold tickets to other seats',
    description:
      'All or none. A ticket goes to a seat that is free, blocked or kept for an allotment, or that another move of the call leaves: tickets may change places. What was paid stays as it is, also in another category. The old code is void, and the buyer is written once with the new ticket. Seats that are held or being paid for cannot be left or taken: 409 with `cannot` by move. With `ticket_id` in every move it may be repeated as often as one likes: a ticket that has its seat stays. Without, a call whose moves were all made changes nothing while nobody has the seats that were left; who bought one since is moved, or 409. Tickets that only change places change back: name them where a call may be sent twice.',
    tag: TAG,
    access: { staff: SEAT_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object({
      moves: Type.Array(
        Type.Object({
          from_seat_id: SeatId('L-A-1'),
          to_seat_id: SeatId('L-A-2'),
          ticket_id: Type.Optional(EventScopedIdSchema),
        }),
        {
          minItems: 1,
          maxItems: MOVES_MAX,
          description: '`ticket_id`: the ticket that is meant, in all moves of a call or in none.',
        },
      ),
      old_seat: Type.Optional(
        Type.Enum(['block', 'sell'], {
          default: 'block',
          description:
            'What becomes of seats that are left: `block` takes them off sale (out of their allotment, too), `sell` puts them back on sale or into their allotment.',
        }),
      ),
    }),
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    handle: ({ params, query, body, caller }) =>
      moveTickets(deps, {
        eventId: params.event_id,
        moves: body.moves.map(({ from_seat_id: from, to_seat_id: to, ticket_id: ticketId }) => ({
          ...{ from, to },
          ...(ticketId !== undefined && { ticketId }),
        })),
        block: body.old_seat !== 'sell',
        dryRun: query.dry_run ?? false,
        actor: caller!.id,
      }),
  })
}

import { Type } from 'typebox'
import { route, type Route } from '../../platform/http/route.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import {
  change,
  CHANGE_ERRORS,
  CHANGED,
  DryRun,
  EventParams,
  SEAT_ROLES,
  TAG,
  type ControlRouteDeps,
} from './route-work.ts'
import { selectSeats } from './seat-selectors.ts'
import {
  ALLOTMENT_MEMBERS,
  API_MEMBERS,
  SeatSelectors,
  type AllotmentSpec,
  type SeatSelector,
  type Spec,
} from './spec.ts'
import type { Known } from './types.ts'

/** What is kept back, and who may buy when. */
export function seatRoutes(deps: ControlRouteDeps): Route[] {
  return [
    blockRoute(deps, 'block'),
    blockRoute(deps, 'unblock'),
    phasesRoute(deps),
    allotmentRoute(deps),
    endAllotmentRoute(deps),
  ]
}

function blockRoute(deps: ControlRouteDeps, kind: 'block' | 'unblock'): Route {
  const isBlock = kind === 'block'
  return route({
    method: 'POST',
    path: `/v1/operator/events/:event_id/${kind}`,
    summary: isBlock ? 'Take seats off sale' : 'Put blocked seats back on sale',
    description: isBlock
      ? 'All or none: a seat that is held or sold refuses the call. Seats that are blocked already are fine.'
      : 'Seats that are not blocked are fine.',
    tag: TAG,
    access: { staff: SEAT_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object({ seats: SeatSelectors }),
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    handle: ({ params, query, body, caller }) =>
      change(
        deps,
        { which: { eventId: params.event_id }, spec: (now) => blockedSpec(now, body.seats, isBlock) },
        { caller: caller!, dryRun: query.dry_run },
      ),
  })
}

function blockedSpec({ ledger, layout }: Known, seats: SeatSelector[], isBlock: boolean): Spec | Refusal {
  if (!ledger || !layout)
    return refuse('conflict', 'It has no seats yet: publish it with a layout and prices.')
  if (ledger.cancelled) return refuse('conflict', 'It is cancelled: nothing of it is sold.')
  const unknown: string[] = []
  const chosen = selectSeats(layout, seats, ['seats'], (_path, message) => unknown.push(message))
  if (unknown.length > 0) return refuse('unknown_seat', `${unknown[0]}.`)
  const wanted = new Set(ledger.blocked)
  for (const seat of chosen) {
    if (isBlock) wanted.add(seat)
    else wanted.delete(seat)
  }
  return { blocked: [...wanted].map((seat) => layout.seats[seat]!.seat_id) }
}

function phasesRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'PUT',
    path: '/v1/operator/events/:event_id/phases',
    summary: 'Set the phases of the sale',
    description:
      'All of them. Where there are phases, tickets are sold within them only. A phase whose `codes` are left out keeps its codes; an empty list ends sale in phases.',
    tag: TAG,
    access: { staff: SEAT_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object({ phases: API_MEMBERS.phases }),
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    handle: ({ params, query, body, caller }) =>
      change(
        deps,
        { which: { eventId: params.event_id }, spec: body as Spec },
        { caller: caller!, dryRun: query.dry_run },
      ),
  })
}

const AllotmentParams = Type.Object({
  ...EventParams.properties,
  allotment: Type.String({ minLength: 1, maxLength: 100, examples: ['press'] }),
})

function allotmentRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'PUT',
    path: '/v1/operator/events/:event_id/allotments/:allotment',
    summary: 'Keep seats or places back for somebody',
    description:
      'Made with this call where there is none of that name. Its `seats`, and so many places of `areas` of general admission, are for holders of its codes alone; at `release` what is left goes on open sale by itself. What is left out stays.',
    tag: TAG,
    access: { staff: SEAT_ROLES },
    params: AllotmentParams,
    query: DryRun,
    body: Type.Object(ALLOTMENT_MEMBERS),
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    handle: ({ params, query, body, caller }) => {
      const name = params.allotment
      return change(
        deps,
        {
          which: { eventId: params.event_id },
          spec: (now) =>
            now.event.sale
              ? { allotments: [...others(now, name), { ...(body as Omit<AllotmentSpec, 'name'>), name }] }
              : refuse('conflict', 'It has no seats yet: publish it with a layout and prices.'),
        },
        { caller: caller!, dryRun: query.dry_run },
      )
    },
  })
}

function endAllotmentRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'DELETE',
    path: '/v1/operator/events/:event_id/allotments/:allotment',
    summary: 'End an allotment',
    description: 'Its seats and places go on open sale, its codes end; what was sold of it stays sold.',
    tag: TAG,
    access: { staff: SEAT_ROLES },
    params: AllotmentParams,
    query: DryRun,
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    handle: ({ params, query, caller }) =>
      change(
        deps,
        {
          which: { eventId: params.event_id },
          spec: (now) => (now.event.sale ? { allotments: others(now, params.allotment) } : {}),
        },
        { caller: caller!, dryRun: query.dry_run },
      ),
  })
}

/** The allotments that stay as they are: without their seats and places, which are in the ledger. */
function others({ event }: Known, name: string): AllotmentSpec[] {
  return (event.sale?.allotments ?? []).flatMap(({ kind, releaseAt }) =>
    kind === name
      ? []
      : [{ name: kind, release: releaseAt === null ? null : new Date(releaseAt).toISOString() }],
  )
}

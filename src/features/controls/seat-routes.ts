import { Type } from 'typebox'
import { hasRole } from '../../platform/http/access.ts'
import { route, type Route } from '../../platform/http/route.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import { endedInCatalog } from './plan.ts'
import {
  CATALOG_ROLES,
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
import type { Known, Path } from './types.ts'

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

const TURN = '2030-03-01T10:00:00+01:00'
const PHASES_EXAMPLE = {
  phases: [
    { id: 'early-bird', until: TURN, prices: { Center: 3_500 } },
    { id: 'regular', from: TURN },
  ],
}

function phasesRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'PUT',
    path: '/v1/operator/events/:event_id/phases',
    summary: 'Set the phases of the sale',
    description:
      'All of them. Where there are phases, tickets are sold within them only. A phase whose `codes` or `prices` are left out keeps them; an empty list ends sale in phases. `prices` may be sent by staff with the role catalog, as at “Set prices”: what a phase does not name costs the general price, and a hold keeps the price of the phase in which it was made.',
    tag: TAG,
    access: { staff: SEAT_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object({ phases: API_MEMBERS.phases }, { examples: [PHASES_EXAMPLE] }),
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    async handle({ params, query, body, caller }) {
      const setsPrices = body.phases?.some(({ prices }) => prices !== undefined)
      const refused = setsPrices ? hasRole(caller!, CATALOG_ROLES) : null
      if (refused) return refused
      return change(
        deps,
        { which: { eventId: params.event_id }, spec: body as Spec },
        { caller: caller!, dryRun: query.dry_run },
      )
    },
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
      'Made with this call where there is none of that name. Its `seats`, and so many places of `areas` of general admission, are for holders of its codes alone; at `release` what is left goes on open sale by itself. What is left out stays. A seat that is blocked is refused: unblock it first. Once `release` has passed nothing more is kept, and `warnings` says so.',
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
        { caller: caller!, dryRun: query.dry_run, inBody: ofOneAllotment },
      )
    },
  })
}

function endAllotmentRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'DELETE',
    path: '/v1/operator/events/:event_id/allotments/:allotment',
    summary: 'End an allotment',
    description:
      'Its seats and places go on open sale, its codes end; what was sold of it stays sold. One that is not there is 404.',
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
          spec: (now) => withoutAllotment(now, params.allotment),
        },
        { caller: caller!, dryRun: query.dry_run },
      ),
  })
}

/** The body is one allotment of the description, not all of them. */
function ofOneAllotment(path: Path): Path {
  return path[0] === 'allotments' && typeof path[1] === 'number' ? path.slice(2) : path
}

function withoutAllotment(now: Known, name: string): Spec | Refusal {
  const known = now.event.sale?.allotments ?? []
  // A call that was cut off has ended it in the catalog alone: asked again it goes on in the ledger.
  const isEnding = now.ledger !== null && endedInCatalog(now.ledger, now.event).length > 0
  return isEnding || known.some(({ kind }) => kind === name)
    ? { allotments: others(now, name) }
    : refuse('not_found', `The event has no allotment "${name}".`)
}

/** The allotments that stay as they are: without their seats and places, which are in the ledger. */
function others({ event }: Known, name: string): AllotmentSpec[] {
  return (event.sale?.allotments ?? []).flatMap(({ kind, releaseAt }) =>
    kind === name
      ? []
      : [{ name: kind, release: releaseAt === null ? null : new Date(releaseAt).toISOString() }],
  )
}

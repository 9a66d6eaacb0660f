import { Type } from 'typebox'
import { route, type Route } from '../../platform/http/route.ts'
import { isRefusal, refuse } from '../../shared/errors.ts'
import {
  CancellationSchema,
  CancelPlannedSchema,
  presentCancellation,
  presentNoCancellation,
  presentRefunds,
} from './present.ts'
import {
  CATALOG_ROLES,
  change,
  CHANGE_ERRORS,
  CHANGED,
  DryRun,
  EventParams,
  READ_ROLES,
  TAG,
  type ControlRouteDeps,
} from './route-work.ts'
import { API_MEMBERS, type Spec } from './spec.ts'

const REASON_LENGTH_MAX = 500
const MESSAGE_LENGTH_MAX = 2_000

const { layout, currency, on_sale, price_types, prices, fees, taxes, start, doors, refund, limits } =
  API_MEMBERS

/** Whether, when and for how much an event is sold. */
export function saleRoutes(deps: ControlRouteDeps): Route[] {
  return [
    publishRoute(deps),
    pricesRoute(deps),
    postponeRoute(deps),
    cancelRoute(deps),
    cancellationRoute(deps),
  ]
}

function publishRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/events/:event_id/publish',
    summary: 'Publish an event and open its sale',
    description:
      'Everybody can see it; with a layout and prices its seats exist from now on and are sold within `on_sale`. An imported event gets them here. Also for an event that was postponed and has its new date.',
    tag: TAG,
    access: { staff: CATALOG_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object({ layout, currency, on_sale, price_types, prices, fees, taxes, limits, refund }),
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    handle: ({ params, query, body, caller }) =>
      change(
        deps,
        { which: { eventId: params.event_id }, spec: { ...(body as Spec), status: 'published' } },
        { caller: caller!, dryRun: query.dry_run },
      ),
  })
}

function pricesRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'PUT',
    path: '/v1/operator/events/:event_id/prices',
    summary: 'Set prices',
    description:
      'From the next hold on; what is held or sold keeps its price. A category that is left out keeps its prices. `currency` may be named; what was opened keeps the one it has.',
    tag: TAG,
    access: { staff: CATALOG_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object({ price_types, prices, fees, taxes, currency }),
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

function postponeRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/events/:event_id/postpone',
    summary: 'Postpone an event',
    description:
      'With `start` to that day: tickets stay good and the sale goes on. Without it the new day is open: nothing is sold until one is named, and where tickets are refundable they are taken back meanwhile.',
    tag: TAG,
    access: { staff: CATALOG_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object({ start, doors, on_sale, refund }),
    answers: { 200: CHANGED },
    errors: CHANGE_ERRORS,
    handle: ({ params, query, body, caller }) => {
      const status = body.start === undefined ? 'postponed' : 'published'
      return change(
        deps,
        {
          which: { eventId: params.event_id },
          spec: ({ event }) =>
            event.status === 'draft'
              ? refuse('conflict', 'It was never published: change its start instead.')
              : { ...(body as Spec), status },
        },
        { caller: caller!, dryRun: query.dry_run },
      )
    },
  })
}

function cancelRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/events/:event_id/cancel',
    summary: 'Cancel an event and refund all its orders',
    description:
      'For good. Nothing is sold from this answer on; workers give the money of every order back, each once, and write to its buyer. Asking again answers how it stands.',
    tag: TAG,
    access: { staff: ['sales'] },
    params: EventParams,
    query: DryRun,
    body: Type.Object({
      reason: Type.Optional(
        Type.String({ maxLength: REASON_LENGTH_MAX, description: 'For the record; buyers do not see it.' }),
      ),
      message: Type.Optional(
        Type.Union([Type.String({ maxLength: MESSAGE_LENGTH_MAX }), Type.Null()], {
          description: 'Said to every buyer in the mail, as it stands.',
        }),
      ),
    }),
    answers: {
      200: { description: 'A dry run: what would go back to the buyers.', schema: CancelPlannedSchema },
      202: { description: 'Under way', schema: CancellationSchema },
    },
    errors: CHANGE_ERRORS,
    async handle({ params, query, body, caller }) {
      const eventId = params.event_id
      const answer = await change(
        deps,
        { which: { eventId }, spec: { status: 'cancelled' } },
        { caller: caller!, dryRun: query.dry_run },
        { reason: body.reason ?? '', message: body.message ?? null },
      )
      if (isRefusal(answer)) return answer
      if (query.dry_run) {
        const refunds = presentRefunds(await deps.cancellations.refundsOfCancelling(eventId))
        return { status: 200, json: { ...(answer.json as object), refunds } }
      }
      const job = await deps.cancellations.cancellationOf(eventId)
      return job
        ? { status: 202, json: presentCancellation(job) }
        : refuse('conflict', 'It came here cancelled: no order was made for it.')
    },
  })
}

function cancellationRoute({ cancellations }: ControlRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/operator/events/:event_id/cancellation',
    summary: 'Follow the refunds of a cancelled event',
    tag: TAG,
    access: { staff: READ_ROLES },
    params: EventParams,
    answers: { 200: { description: 'How it stands', schema: CancellationSchema } },
    errors: ['not_found', 'unavailable'],
    async handle({ params }) {
      const job = await cancellations.cancellationOf(params.event_id)
      return {
        status: 200,
        json: job ? presentCancellation(job) : presentNoCancellation(params.event_id),
      }
    },
  })
}

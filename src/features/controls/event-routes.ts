import { Type } from 'typebox'
import { route, type Route } from '../../platform/http/route.ts'
import { isRefusal, refuse } from '../../shared/errors.ts'
import { LIMIT_DEFAULT, LIMIT_MAX, UuidSchema } from '../../shared/schemas/common.ts'
import {
  ChangedSchema,
  HistorySchema,
  OperatorEventListSchema,
  OperatorEventSchema,
  PlannedSchema,
  presentHead,
  presentHistory,
} from './present.ts'
import {
  CATALOG_ROLES,
  change,
  CHANGE_ERRORS,
  CHANGED,
  DryRun,
  EventParams,
  READ_ROLES,
  show,
  TAG,
  type ControlRouteDeps,
} from './route-work.ts'
import { API_MEMBERS, type Spec } from './spec.ts'

const { event_id: _id, external_id, status: _status, ...PATCH_MEMBERS } = API_MEMBERS

const EXAMPLE = {
  external_id: 'evening-2030-05-04',
  status: 'published',
  name: 'Beethoven: Symphony No. 9',
  type: 'concert',
  start: '2030-05-04T20:00:00+02:00',
  venue: { name: 'Grand Hall', city: 'Vienna', country: 'AT', timezone: 'Europe/Vienna' },
  layout: 'studio',
  currency: 'EUR',
  price_types: [
    { id: 'adult', name: 'Adult' },
    { id: 'student', name: 'Student', max: 2 },
  ],
  prices: { Center: { adult: 4_500, student: 2_250 }, Side: 3_000 },
  fees: [{ name: 'Service fee', per: 'ticket', amount: 200, percent: 5 }],
  taxes: [{ name: 'VAT', percent: 13, included: true }],
}

/** Making an event, reading one's own, changing what it is. */
export function eventRoutes(deps: ControlRouteDeps): Route[] {
  return [
    listRoute(deps),
    createRoute(deps),
    readRoute(deps),
    patchRoute(deps),
    historyRoute(deps),
    layoutsRoute(deps),
  ]
}

function listRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/operator/events',
    summary: 'List your events',
    description: 'With drafts and sales figures, the latest made first. Staff of one organiser see its own.',
    tag: TAG,
    access: { staff: READ_ROLES, of: 'own' },
    query: Type.Object({
      status: Type.Optional(Type.Enum(['draft', 'published', 'postponed', 'cancelled', 'ended'])),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })),
      cursor: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,15}$', examples: ['1042'] })),
    }),
    answers: { 200: { description: 'A page of events', schema: OperatorEventListSchema } },
    errors: ['malformed', 'unavailable'],
    async handle({ query, caller }) {
      const limit = query.limit ?? LIMIT_DEFAULT
      const events = await deps.catalog.housePage({
        organiserId: caller!.organiserId ?? null,
        status: query.status ?? null,
        before: query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor),
        limit,
      })
      const ids = events.map(({ eventId }) => eventId)
      const [stock, sales] = await Promise.all([deps.stock(ids), deps.sales(ids)])
      const items = events.map((event) =>
        presentHead(event, stock.get(event.eventId), sales.get(event.eventId)),
      )
      const next_cursor = events.length < limit ? null : events.at(-1)!.eventId
      return { status: 200, json: { items, next_cursor } }
    },
  })
}

function createRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/events',
    summary: 'Make an event',
    description:
      'A new one needs `name`, `type`, `start` and `venue`; with `layout` and `prices` it can be sold once it is published. ' +
      'Give your own `external_id`: the same call again then answers with the same event instead of making another.',
    tag: TAG,
    access: { staff: CATALOG_ROLES, of: 'own' },
    query: DryRun,
    body: Type.Object(
      {
        external_id,
        status: Type.Optional(Type.Enum(['draft', 'published'])),
        organiser_id: Type.Optional(UuidSchema),
        ...PATCH_MEMBERS,
      },
      { examples: [EXAMPLE] },
    ),
    answers: {
      200: {
        description: 'It is there already, just so; or a dry run.',
        schema: Type.Union([ChangedSchema, PlannedSchema]),
      },
      201: { description: 'Made', schema: ChangedSchema },
    },
    errors: CHANGE_ERRORS,
    handle({ body, query, caller }) {
      const { organiser_id: named, ...spec } = body
      const organiserId = deps.organiserFor(caller!, named)
      if (isRefusal(organiserId)) return organiserId
      return change(
        deps,
        { which: { organiserId }, spec: spec as Spec, makes: true },
        { caller: caller!, dryRun: query.dry_run },
      )
    },
  })
}

function readRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/operator/events/:event_id',
    summary: 'Read your event',
    tag: TAG,
    access: { staff: READ_ROLES },
    params: EventParams,
    answers: { 200: { description: 'All of it, with what it sold', schema: OperatorEventSchema } },
    errors: ['not_found', 'unavailable'],
    async handle({ params }) {
      const event = await deps.catalog.house({ eventId: params.event_id })
      if (!event) return refuse('not_found', 'There is no such event.')
      const json = await show(deps, event)
      return isRefusal(json) ? json : { status: 200, json }
    },
  })
}

function patchRoute(deps: ControlRouteDeps): Route {
  return route({
    method: 'PATCH',
    path: '/v1/operator/events/:event_id',
    summary: 'Change an event',
    description:
      'What is left out stays; a list replaces the one that there was. Texts, start, venue, layout (of an event on sale one that has all that is there, and more at the end of its lists, or other capacities), limits, refund rule, price types, fees, taxes. Buyers who have tickets keep what they paid for.',
    tag: TAG,
    access: { staff: CATALOG_ROLES },
    params: EventParams,
    query: DryRun,
    body: Type.Object(PATCH_MEMBERS),
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

function historyRoute({ catalog }: ControlRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/operator/events/:event_id/changes',
    summary: 'Read the history of an event',
    description:
      'What changed from what to what, when and by whom, the latest first. What was asked for and refused is not in it.',
    tag: TAG,
    access: { staff: READ_ROLES },
    params: EventParams,
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })),
      cursor: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$', examples: ['12'] })),
    }),
    answers: { 200: { description: 'A page of changes', schema: HistorySchema } },
    errors: ['malformed', 'not_found', 'unavailable'],
    async handle({ params, query }) {
      const limit = query.limit ?? LIMIT_DEFAULT
      const before = query.cursor === undefined ? null : Number(query.cursor)
      const items = await catalog.history({ eventId: params.event_id, before, limit })
      const next_cursor = items.length < limit ? null : String(items.at(-1)!.revision)
      return { status: 200, json: { items: items.map(presentHistory), next_cursor } }
    },
  })
}

function layoutsRoute({ catalog }: ControlRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/operator/layouts',
    summary: 'List the layouts that events can have',
    description:
      'Imported and built-in ones that were used, the newest first. Import one with `usher import layout`. Staff of one organiser see those of its events and those that no event has yet.',
    tag: TAG,
    access: { staff: READ_ROLES, of: 'own' },
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })) }),
    answers: {
      200: {
        description: 'Layouts',
        schema: Type.Object({
          items: Type.Array(
            Type.Object({
              hash: Type.String(),
              name: Type.String(),
              seats: Type.Integer(),
              capacity: Type.Integer(),
            }),
          ),
        }),
      },
    },
    errors: ['unavailable'],
    handle: async ({ query, caller }) => ({
      status: 200,
      json: { items: await catalog.layouts(query.limit ?? LIMIT_DEFAULT, caller!.organiserId ?? null) },
    }),
  })
}

import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Type, type Static } from 'typebox'
import type { Clock } from '../../platform/clock.ts'
import { preferredEncoding } from '../../platform/http/encoding.ts'
import { route, type Route } from '../../platform/http/route.ts'
import { Outage } from '../../platform/postgres/database.ts'
import { inTime } from '../../platform/postgres/in-time.ts'
import { blobOf } from '../../shared/blob-of.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { EventListSchema, EventQuerySchema, EventSchema } from '../../shared/schemas/catalog.ts'
import type { EventRules } from '../inventory/index.ts'
import type { CatalogService } from './catalog.ts'
import { presentEvent, presentPage } from './present.ts'
import type { EventQuery } from './types.ts'

const TAG = 'Events'
/**
 * Price and availability may be 5 s old: 2 s until another process looks for the change, up to 2 in this one, 1 at the
 * edge. No stale-while-revalidate: an edge that nobody asked for a while would show whatever it had then.
 */
const CATALOG_CACHE = 'public, max-age=0, s-maxage=1, stale-if-error=3600'
const LAYOUT_CACHE = 'public, max-age=31536000, immutable'
/** Milliseconds for which the text of an answer is kept. */
const ANSWER_FRESH_MS = 500
const ANSWERS_REMEMBERED_MAX = 1_000
/** Milliseconds that somebody waits for a new answer where there is an old one. */
const PATIENCE_MS = 1_000

export type CatalogRouteDeps = {
  clock: Clock
  /** Answers the list; the catalog itself where nothing better is there. */
  list?: CatalogService['list']
  /** State of an event's waiting room; `off` without one. */
  queueState?(eventId: string): Promise<string>
  /** The rules that the ledger sells by, once the event was opened: what counts, whatever the catalog or the environment says. */
  rulesInForce?(eventId: string): Promise<EventRules | null>
}

export function catalogRoutes(catalog: CatalogService, deps: CatalogRouteDeps): Route[] {
  const answers = new LRUCache<string, Document>({
    max: ANSWERS_REMEMBERED_MAX,
    ttl: ANSWER_FRESH_MS,
    perf: { now: () => deps.clock.monotonic() },
    // Shown again while the database is away.
    noDeleteOnStaleGet: true,
  })
  return [
    route({
      method: 'GET',
      path: '/v1/events',
      summary: 'List and filter events',
      description:
        'Upcoming events unless `from` says otherwise. Everything on later pages is as of the first page.',
      tag: TAG,
      access: 'public',
      query: EventQuerySchema,
      headers: { 'Accept-Language': 'Names come in this language where they exist in it.' },
      answers: { 200: { description: 'A page of events', schema: EventListSchema } },
      errors: ['malformed', 'rate_limited', 'unavailable'],
      async handle({ query, request }) {
        const wish = toQuery(query)
        if (isRefusal(wish)) return wish
        const language = languageOf(request)
        const document = await remember(answers, `list\n${language}\n${JSON.stringify(wish)}`, async () => {
          const page = await (deps.list ?? catalog.list)(wish, language)
          return isRefusal(page) ? page : presentPage(page)
        })
        return isRefusal(document) ? document : send(request, document)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/events/:event_id',
      summary: 'Read an event',
      tag: TAG,
      access: 'public',
      // Any text is an opaque id that may be unknown.
      params: Type.Object({ event_id: Type.String() }),
      headers: { 'If-None-Match': 'The ETag of an earlier answer.' },
      answers: {
        200: { description: 'The whole event', schema: EventSchema },
        304: { description: 'Not changed' },
      },
      errors: ['not_found', 'rate_limited', 'unavailable'],
      handle({ params, request }) {
        const { event_id: eventId } = params
        const language = languageOf(request)
        const key = `event\n${language}\n${eventId}`
        const known = answers.get(key)
        // No promise: in a rush this is nearly every answer.
        if (known) return send(request, known, eventId)
        return remember(answers, key, async () => {
          const event = await catalog.event(eventId, language)
          if (!event) return refuse('not_found', 'There is no such event.')
          const [availability, queueState, places] = await Promise.all([
            catalog.availability(eventId),
            deps.queueState?.(eventId) ?? 'off',
            event.layoutHash === null ? null : catalog.layoutPlaces(event.layoutHash),
          ])
          const rules = event.layoutHash ? ((await deps.rulesInForce?.(event.eventId)) ?? null) : null
          return presentEvent(event, { availability, queueState, rules, places, now: deps.clock.now() })
        }).then((document) => (isRefusal(document) ? document : send(request, document, eventId)))
      },
    }),
    layoutRoute(catalog),
  ]
}

function layoutRoute(catalog: CatalogService): Route {
  return route({
    method: 'GET',
    path: '/v1/layouts/:hash',
    summary: 'Read a layout',
    description:
      'Immutable: the hash is the SHA-256 of the bytes. Coordinates are in layout units (about 1 cm), y grows downwards.',
    tag: TAG,
    access: 'public',
    params: Type.Object({ hash: Type.String() }),
    answers: {
      200: {
        description: 'Sections, seats in index order, areas, background',
        contentType: 'application/json',
      },
      304: { description: 'Not changed' },
    },
    errors: ['not_found', 'rate_limited', 'unavailable'],
    async handle({ params, request }) {
      const bytes = await inTime(catalog.layoutBytes(params.hash))
      if (!bytes) return refuse('not_found', 'There is no such layout.')
      const encoding = preferredEncoding(request.headers.get('accept-encoding'))
      // A weak tag: the same layout in another encoding is the same layout.
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'cache-control': LAYOUT_CACHE,
        etag: `W/"${params.hash}"`,
        vary: 'accept-encoding',
      }
      if (matches(request, headers.etag!)) return new Response(null, { status: 304, headers })
      if (encoding !== 'identity') headers['content-encoding'] = encoding
      const body = encoding === 'br' ? bytes.brotli : encoding === 'gzip' ? bytes.gzip : bytes.raw
      return new Response(blobOf(body), { headers })
    },
  })
}

/** `isStale`: it may have changed, and nobody can be asked. */
type Document = { text: string; etag: string; isStale?: boolean; headers?: Headers }

// Hot events are asked for by everybody at once: their answer is written twice a second.
async function remember(
  answers: LRUCache<string, Document>,
  key: string,
  make: () => Promise<Record<string, unknown> | Refusal>,
): Promise<Document | Refusal> {
  const found = answers.get(key)
  if (found) return found
  const asItWas = answers.get(key, { allowStale: true })
  let made: Record<string, unknown> | Refusal
  try {
    // Whoever only looks waits less where there is something to show.
    made = await inTime(make(), asItWas && PATIENCE_MS)
  } catch (error) {
    if (asItWas && error instanceof Outage) return { text: asItWas.text, etag: asItWas.etag, isStale: true }
    throw error
  }
  if (isRefusal(made))
    return asItWas && made.refused === 'unavailable'
      ? { text: asItWas.text, etag: asItWas.etag, isStale: true }
      : made
  const text = JSON.stringify(made)
  const document = { text, etag: `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` }
  answers.set(key, document)
  return document
}

function send(request: Request, document: Document, eventId?: string): Response {
  const headers = (document.headers ??= new Headers({
    'cache-control': document.isStale ? 'no-cache' : CATALOG_CACHE,
    ...(document.isStale && { 'cache-status': 'usher; hit; ttl=-1' }),
    etag: document.etag,
    vary: 'accept-language',
    'surrogate-key': eventId === undefined ? 'events' : `events event-${eventId}`,
    'content-type': 'application/json',
  }))
  if (matches(request, document.etag)) return new Response(null, { status: 304, headers })
  return new Response(document.text, { headers })
}

function matches(request: Request, etag: string): boolean {
  const given = request.headers.get('if-none-match')
  if (!given) return false
  const plain = (tag: string) => tag.trim().replace(/^W\//, '')
  return given.trim() === '*' || given.split(',').some((tag) => plain(tag) === plain(etag))
}

function languageOf(request: Request): string | undefined {
  const tag = request.headers.get('accept-language')?.split(',')[0]?.split(';')[0]?.trim()
  return tag && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) ? tag : undefined
}

function toQuery(query: Static<typeof EventQuerySchema>): EventQuery | Refusal {
  const { keyword, city, genre, type, from, to, sort, limit, cursor } = query
  for (const [field, value] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (value !== undefined && !exists(value)) {
      return refuse('malformed', `query/${field} names a day that the calendar does not have.`)
    }
  }
  const near = query.near === undefined ? undefined : toPoint(query.near)
  if (near === null) return refuse('malformed', 'query/near is "latitude,longitude" in degrees.')
  if (query.radius_km !== undefined && !near)
    return refuse('malformed', 'query/radius_km needs near beside it.')
  const wish: EventQuery = {
    ...(keyword !== undefined && keyword.trim() !== '' && { keyword: keyword.trim() }),
    ...(city !== undefined && { city }),
    ...(genre !== undefined && { genre }),
    ...(type !== undefined && { type }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(near && { near }),
    ...(query.radius_km !== undefined && { radiusKm: query.radius_km }),
    ...(query.price_max !== undefined && { priceMax: query.price_max }),
    ...(query.production !== undefined && { production: query.production }),
    ...(query.sale !== undefined && { sale: query.sale as NonNullable<EventQuery['sale']> }),
    ...(sort !== undefined && { sort: sort as NonNullable<EventQuery['sort']> }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  }
  return wish
}

// 30 February has the shape of a date.
function exists(value: string): boolean {
  const day = value.slice(0, 10)
  const at = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === day
}

function toPoint(text: string): { lat: number; lon: number } | null {
  const [lat, lon] = text.split(',').map(Number)
  return Math.abs(lat!) <= 90 && Math.abs(lon!) <= 180 ? { lat: lat!, lon: lon! } : null
}

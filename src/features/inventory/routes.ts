import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { preferredEncoding } from '../../platform/http/encoding.ts'
import { route, type Answer, type Caller, type Route } from '../../platform/http/route.ts'
import { blobOf } from '../../shared/blob-of.ts'
import { isRefusal, refuse, type ErrorCode, type Refusal } from '../../shared/errors.ts'
import { splitEventScopedId } from '../../shared/ids.ts'
import { EventIdSchema, EventScopedIdSchema } from '../../shared/schemas/common.ts'
import {
  AccessCodeSchema,
  AvailabilitySchema,
  OpenedByCodeSchema,
  ReservationRequestSchema,
  ReservationSchema,
  SeatListSchema,
} from '../../shared/schemas/reservations.ts'
import { browse, type Browsed } from './browse.ts'
import type { Hall } from './hall.ts'
import type { CodeGuesses } from './code-guesses.ts'
import type { InventoryService } from './inventory.ts'
import { unavailable } from './outcomes.ts'
import { withPatience } from './patience.ts'
import { presentOpened, presentReservation } from './present.ts'
import { versionInEtag, type Document, type ReadModel } from './read-model.ts'
import type { EventState } from './state.ts'
import type { AvailabilityStreams } from './stream.ts'
import type { HoldRequest, HoldView, KeyedBy } from './types.ts'

const TAG = 'Reservations'
const KEY_LENGTH_MAX = 255
const KEY_HEADER = {
  'Idempotency-Key':
    'Any text of up to 255 characters, new for every new intention. The same key with the same body gives the same answer and never acts twice.',
}
const HOLD_ERRORS: ErrorCode[] = [
  'malformed',
  'unknown_seat',
  'unknown_area',
  'unknown_price_type',
  'unauthorized',
  'access_code_required',
  'access_code_invalid',
  'access_code_used_up',
  'not_on_sale',
  'event_cancelled',
  'limit_exceeded',
  'seats_unavailable',
  'held_by_you',
  'orphan_seat',
  'sold_out',
  'idempotency_mismatch',
  'identity_required',
  'rate_limited',
  'busy',
  'unavailable',
]

const EventParams = Type.Object({ event_id: EventIdSchema })
const ReservationParams = Type.Object({ id: EventScopedIdSchema })
const MinVersion = Type.Optional(
  Type.Integer({ minimum: 0, description: 'The answer rests on this version of the ledger or a later one.' }),
)

export type InventoryRouteDeps = {
  inventory: InventoryService
  documents: ReadModel
  streams: AvailabilityStreams
  /** Counts wrong access codes; without it nobody does. */
  codeGuesses?: CodeGuesses | undefined
  /** The booking of a payment attempt; inventory knows attempts by their number alone. */
  bookingOf(attempt: string): Promise<string | null>
  /** Whether the public may see the event at all. */
  isPublic(eventId: string): Promise<boolean>
}

export function inventoryRoutes(deps: InventoryRouteDeps): Route[] {
  return [...reservationRoutes(deps), ...seatRoutes(deps), codeRoute(deps)]
}

function reservationRoutes({ inventory, codeGuesses, bookingOf, isPublic }: InventoryRouteDeps): Route[] {
  const reservation = { description: 'The reservation', schema: ReservationSchema }
  const holdUnread = async (wish: HoldRequest): Promise<Answer | Refusal> => {
    const known = await withPatience(isPublic(wish.eventId)).catch(unavailable)
    if (isRefusal(known)) return known
    return known ? present(inventory, await inventory.hold(wish), 201) : noEvent()
  }
  return [
    route({
      method: 'POST',
      path: '/v1/reservations',
      summary: 'Hold seats',
      description:
        'All or nothing. The seats are yours until `expires_at`; nobody else can buy them meanwhile.',
      tag: TAG,
      access: 'buyer',
      body: ReservationRequestSchema,
      headers: { ...KEY_HEADER, 'Queue-Pass': 'Where the event is queued.' },
      answers: { 201: reservation },
      errors: [...HOLD_ERRORS, 'not_found', 'queue_pass_required'],
      handle(input) {
        const { body, caller, request } = input
        const key = keyedBy(request, caller!, 'hold', body.event_id, body)
        if (isRefusal(key)) return key
        const wish = toHoldRequest(body, caller!, key, versionSeen(request))
        if (isRefusal(wish)) return wish
        if (codeGuesses && wish.accessCode !== undefined)
          wish.codeTried = codeGuesses.of(caller!.id, input.address)
        // No promise where memory refuses: see holdSeats.
        if (!inventory.sequencers.of(body.event_id).memory) return holdUnread(wish)
        const hold = inventory.holdOrRefuse(wish)
        return hold instanceof Promise ? hold.then((view) => present(inventory, view, 201)) : hold
      },
    }),
    route({
      method: 'GET',
      path: '/v1/reservations/:id',
      summary: 'Read a reservation',
      tag: TAG,
      access: 'buyer',
      params: ReservationParams,
      answers: { 200: reservation },
      errors: ['unauthorized', 'not_found', 'rate_limited', 'unavailable'],
      handle({ params, caller }) {
        const { eventId, uuid } = splitEventScopedId(params.id)!
        return inventory.findHold(uuid, eventId, caller!.id).then((hold) => present(inventory, hold, 200))
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/reservations/:id',
      summary: 'Let the seats go',
      description: 'Releasing what has ended already is fine.',
      tag: TAG,
      access: 'buyer',
      params: ReservationParams,
      answers: { 204: { description: 'The seats are for sale again' } },
      errors: [
        'unauthorized',
        'not_found',
        'booking_in_progress',
        'already_booked',
        'rate_limited',
        'busy',
        'unavailable',
      ],
      async handle({ params, caller }) {
        const { eventId, uuid } = splitEventScopedId(params.id)!
        const released = await inventory.release(uuid, eventId, caller!.id)
        return isRefusal(released) ? withBooking(released, bookingOf) : { status: 204 }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reservations/:id/extend',
      summary: 'Ask for more time',
      tag: TAG,
      access: 'buyer',
      params: ReservationParams,
      headers: KEY_HEADER,
      answers: { 200: reservation },
      errors: [
        'unauthorized',
        'not_found',
        'reservation_expired',
        'extension_limit',
        'booking_in_progress',
        'already_booked',
        'idempotency_mismatch',
        'rate_limited',
        'busy',
        'unavailable',
      ],
      async handle({ params, caller, request }) {
        const { eventId, uuid } = splitEventScopedId(params.id)!
        const key = keyedBy(request, caller!, 'extend', eventId, uuid)
        if (isRefusal(key)) return key
        const extended = await inventory.extend(uuid, eventId, caller!.id, key)
        return isRefusal(extended) ? withBooking(extended, bookingOf) : present(inventory, extended, 200)
      },
    }),
  ]
}

/** A refusal for a payment under way, with the booking by its name instead of the attempt by its number. */
async function withBooking(refusal: Refusal, bookingOf: InventoryRouteDeps['bookingOf']): Promise<Refusal> {
  const { attempt, ...extra } = refusal.extra ?? {}
  if (typeof attempt !== 'string') return refusal
  // The refusal stands without it, also where the database is away meanwhile.
  const bookingId = await bookingOf(attempt).catch(() => null)
  return { ...refusal, extra: { ...extra, ...(bookingId !== null && { booking_id: bookingId }) } }
}

function seatRoutes({ inventory, documents, streams, isPublic }: InventoryRouteDeps): Route[] {
  // No promise where memory is fresh: in a rush everybody reads, and waiting for nothing has its price.
  const read = (
    eventId: string,
    request: Request,
    minVersion: number,
    show: (found: Browsed) => Shown | Promise<Shown>,
  ): Shown | Promise<Shown> => {
    const { sequencers } = inventory
    const seen = Math.max(minVersion, versionInEtag(request.headers.get('if-none-match')))
    const found = sequencers.of(eventId).memory
      ? browse(sequencers, eventId, seen)
      : withPatience(isPublic(eventId))
          .then((known) => (known ? browse(sequencers, eventId, seen) : null))
          .catch(unavailable)
    if (!(found instanceof Promise)) return show(found)
    return found.then<Shown>((view) => (!view ? noEvent() : isRefusal(view) ? view : show(view)))
  }
  return [
    route({
      method: 'GET',
      path: '/v1/events/:event_id/availability',
      summary: 'Which seats are free, in two bits a seat',
      tag: 'Seats',
      access: 'public',
      params: EventParams,
      query: Type.Object({ min_version: MinVersion }),
      headers: { 'If-None-Match': 'The ETag of the answer before; 304 when nothing has changed.' },
      answers: {
        200: { description: 'Availability', schema: AvailabilitySchema },
        304: { description: 'Unchanged' },
      },
      errors: ['not_found', 'rate_limited', 'unavailable'],
      handle: ({ params, query, request }) =>
        read(params.event_id, request, query.min_version ?? 0, (found) =>
          serve(request, documents.availability(found.state, found.hall), found),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/events/:event_id/stream',
      summary: 'Live availability',
      description:
        'Server-sent events. `event: snapshot` carries the body of `/availability`; `event: availability` carries `{from, version, changes: [[seat_index, status], ...], areas}`, where `from` is the version before it: nothing is missing when it equals the last one seen. A snapshot with another `layout` has other seats: read the event again. Resumes after `Last-Event-ID`.',
      tag: 'Seats',
      access: 'public',
      params: EventParams,
      query: Type.Object({ last_event_id: Type.Optional(Type.String({ maxLength: 64 })) }),
      headers: { 'Last-Event-ID': 'The `id` seen last: `<version>` or `<version>-<8 hex digits>`.' },
      answers: { 200: { description: 'A stream that does not end', contentType: 'text/event-stream' } },
      errors: ['not_found', 'rate_limited', 'busy', 'unavailable'],
      handle({ params, query, request }) {
        const seen = request.headers.get('last-event-id') ?? query.last_event_id ?? null
        const version = Number(/^\d{1,15}/.exec(seen ?? '')?.[0] ?? 0)
        return read(params.event_id, request, version, ({ state }) => streams.open(state, seen))
      },
    }),
    route({
      method: 'GET',
      path: '/v1/events/:event_id/seats',
      summary: 'All seats with labels, prices and states',
      tag: 'Seats',
      access: 'public',
      params: EventParams,
      query: Type.Object({
        section: Type.Optional(Type.String({ maxLength: 128, description: 'Name of a section.' })),
        status: Type.Optional(
          Type.Union(['AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED'].map((status) => Type.Literal(status))),
        ),
        min_version: MinVersion,
      }),
      answers: {
        200: { description: 'Seats and areas', schema: SeatListSchema },
        304: { description: 'Unchanged' },
      },
      errors: ['not_found', 'rate_limited', 'unavailable'],
      handle({ params, query, request }) {
        const minVersion = query.min_version ?? 0
        const { section, status } = query
        return read(params.event_id, request, minVersion, (found) => {
          if (section === undefined && status === undefined) {
            const seen = Math.max(minVersion, versionInEtag(request.headers.get('if-none-match')))
            return serve(request, documents.seatList(found.state, found.hall, seen), found)
          }
          const filter = {
            ...(section !== undefined && { section }),
            ...(status !== undefined && { status }),
          }
          const { etag, json } = documents.seatsWhere(found.state, found.hall, filter)
          return { status: 200, json, headers: headersOf(etag, found) }
        })
      },
    }),
  ]
}

function codeRoute({ inventory, codeGuesses, isPublic }: InventoryRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/events/:event_id/access-code',
    summary: 'What an access code opens',
    description:
      'For whoever was given a code: which seats and places they may hold with it. Holds nothing and uses nothing up. Wrong codes are counted as on `POST /v1/reservations`. What is held and sold meanwhile the live stream tells: a seat of an allotment that is free there is 3 to everybody else.',
    tag: 'Seats',
    access: 'buyer',
    params: EventParams,
    body: Type.Object({ access_code: AccessCodeSchema }),
    answers: { 200: { description: 'What it opens', schema: OpenedByCodeSchema } },
    errors: [
      'malformed',
      'unauthorized',
      'access_code_invalid',
      'not_found',
      'access_code_used_up',
      'event_cancelled',
      'rate_limited',
      'unavailable',
    ],
    async handle({ params, body, caller, address }) {
      const eventId = params.event_id
      const known = await withPatience(isPublic(eventId)).catch(unavailable)
      if (isRefusal(known)) return known
      const found = known
        ? await inventory.openedByCode(eventId, {
            buyer: caller!.id,
            accessCode: body.access_code,
            codeTried: codeGuesses?.of(caller!.id, address),
          })
        : null
      if (!found) return noEvent()
      return isRefusal(found) ? found : { status: 200, json: presentOpened(eventId, found) }
    },
  })
}

type Shown = Answer | Refusal | Response

const CACHED_BRIEFLY = 'public, max-age=0, s-maxage=1, stale-while-revalidate=5'

function serve(request: Request, document: Document, found: Browsed): Response | Promise<Response> {
  const headers = headersOf(document.etag, found)
  headers['content-type'] = 'application/json'
  headers['vary'] = 'accept-encoding'
  if (request.headers.get('if-none-match') === document.etag)
    return new Response(null, { status: 304, headers })
  const encoding = preferredEncoding(request.headers.get('accept-encoding'))
  if (encoding !== 'identity') headers['content-encoding'] = encoding
  const body = document.encoded(encoding)
  return body instanceof Promise
    ? body.then((bytes) => new Response(blobOf(bytes), { headers }))
    : new Response(blobOf(body), { headers })
}

/** A negative time to live says how stale it is (RFC 9211); no cache is to keep that. */
function headersOf(etag: string, { staleMs }: Browsed): Record<string, string> {
  return staleMs === null
    ? { etag, 'cache-control': CACHED_BRIEFLY }
    : { etag, 'cache-control': 'no-cache', 'cache-status': `usher; hit; ttl=-${Math.round(staleMs / 1000)}` }
}

function present(
  inventory: InventoryService,
  hold: HoldView | Refusal,
  status: number,
): Answer | Refusal | Promise<Answer | Refusal> {
  if (isRefusal(hold)) return hold
  const show = (view: { hall: Hall; state: EventState } | Refusal | null): Answer | Refusal => {
    if (!view || isRefusal(view)) return view ?? noEvent()
    return { status, json: presentReservation(hold, view.hall) }
  }
  const { memory } = inventory.sequencers.of(hold.eventId)
  return memory ? show(memory) : inventory.view(hold.eventId).then(show)
}

type ReservationRequest = {
  event_id: string
  seat_ids?: string[]
  seats?: { seat_id: string; price_type?: string }[]
  best_available?: { quantity: number; category?: string; accessible?: boolean; price_type?: string }
  areas?: { area_id: string; quantity: number; price_type?: string }[]
  access_code?: string
}

function toHoldRequest(
  body: ReservationRequest,
  caller: Caller,
  key: KeyedBy | undefined,
  minVersion: number,
): HoldRequest | Refusal {
  const best = body.best_available
  if (best && (body.seat_ids || body.seats)) {
    return refuse('malformed', 'Name seats or ask for the best available, not both.')
  }
  const seats = (body.seat_ids ?? []).map((seatId): { seatId: string; priceType?: string } => ({ seatId }))
  for (const seat of body.seats ?? []) {
    seats.push({ seatId: seat.seat_id, ...(seat.price_type !== undefined && { priceType: seat.price_type }) })
  }
  const request: HoldRequest = { eventId: body.event_id, buyer: caller.id, seats, minVersion }
  if (body.areas) {
    request.areas = body.areas.map((area) => ({
      areaId: area.area_id,
      quantity: area.quantity,
      ...(area.price_type !== undefined && { priceType: area.price_type }),
    }))
  }
  if (best) {
    request.bestAvailable = {
      quantity: best.quantity,
      ...(best.category !== undefined && { category: best.category }),
      ...(best.accessible !== undefined && { accessible: best.accessible }),
      ...(best.price_type !== undefined && { priceType: best.price_type }),
    }
  }
  if (key) request.key = key
  if (caller.contactHash !== undefined) request.contactHash = caller.contactHash
  if (body.access_code !== undefined) request.accessCode = body.access_code
  return request
}

/** The key's scope is caller, route and event; undefined without a key. */
function keyedBy(
  request: Request,
  caller: Caller,
  routeName: string,
  eventId: string,
  body: unknown,
): KeyedBy | undefined | Refusal {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (key.length === 0 || key.length > KEY_LENGTH_MAX) {
    return refuse('malformed', `An Idempotency-Key has 1 to ${KEY_LENGTH_MAX} characters.`)
  }
  return {
    keyHash: hash128([caller.id, routeName, eventId, key]),
    requestHash: hash128(body),
  }
}

// 128 bits of SHA-256 over the value with its members in alphabetical order, in the form of a UUID.
function hash128(value: unknown): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}

function versionSeen(request: Request): number {
  const seen = request.headers.get('last-event-id')
  return seen === null ? 0 : Number(/^\d{1,15}/.exec(seen)?.[0] ?? 0)
}

function noEvent(): Refusal {
  return refuse('not_found', 'There is no such event, or it is not on sale yet.')
}

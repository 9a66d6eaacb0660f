import { Type } from 'typebox'
import { route, type Caller, type Route } from '../../platform/http/route.ts'
import { isRefusal, refuse } from '../../shared/errors.ts'
import { joinEventScopedId } from '../../shared/ids.ts'
import { EventIdSchema, EventScopedIdSchema, TimeSchema, UuidSchema } from '../../shared/schemas/common.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { deliveryFor, NO_BOOKING, nothingToPrint, type LinkDeps } from './find-delivery.ts'
import type { CheckedTicket, Ticketing } from './types.ts'
import type { Wallets } from './wallet-routes.ts'

const TAG = 'Tickets'
/** Seconds that a link for a download is good for. */
const LINK_SECONDS = 600
const PRIVATE = { 'cache-control': 'private, no-store' }
const DOOR_ROLES = ['admin', 'sales', 'box-office', 'scanner', 'auditor'] as const
const BookingParams = Type.Object({ booking_id: UuidSchema })

export type TicketingRouteDeps = LinkDeps & {
  ticketing: Ticketing
  catalog: Pick<Catalog, 'event'>
  clock: Clock
  /** Left out: no wallet is offered. */
  wallets?: Wallets
}

export function ticketingRoutes(deps: TicketingRouteDeps): Route[] {
  return [pdfRoute(deps), calendarRoute(deps), downloadsRoute(deps), ticketRoute(deps), voidedRoute(deps)]
}

function pdfRoute(deps: TicketingRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/bookings/:booking_id/tickets.pdf',
    summary: 'The tickets, a page each',
    description: 'For the buyer with a token, or with a link from `GET /v1/bookings/{booking_id}/downloads`.',
    tag: TAG,
    access: 'public',
    params: BookingParams,
    answers: { 200: { description: 'A QR code a ticket, signed.', contentType: 'application/pdf' } },
    errors: ['unauthorized', 'not_found', 'conflict'],
    handle: async ({ params, caller, request }) => {
      const delivery = await deliveryFor(deps, params.booking_id, caller, request)
      if (isRefusal(delivery)) return delivery
      if (delivery.tickets.length === 0) return nothingToPrint(delivery)
      return download(await deps.ticketing.pdf(delivery), 'application/pdf', 'tickets.pdf')
    },
  })
}

function calendarRoute(deps: TicketingRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/bookings/:booking_id/calendar.ics',
    summary: 'The booking for a calendar',
    description:
      'An entry with a stable UID: a later file of the same booking replaces it. For the buyer with a token, or with a link from `GET /v1/bookings/{booking_id}/downloads`.',
    tag: TAG,
    access: 'public',
    params: BookingParams,
    answers: { 200: { description: 'iCalendar.', contentType: 'text/calendar' } },
    errors: ['unauthorized', 'not_found'],
    handle: async ({ params, caller, request }) => {
      const delivery = await deliveryFor(deps, params.booking_id, caller, request)
      if (isRefusal(delivery)) return delivery
      return download(deps.ticketing.calendar(delivery), 'text/calendar; charset=utf-8', 'calendar.ics')
    },
  })
}

function downloadsRoute({ ticketing, account, clock, wallets }: TicketingRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/bookings/:booking_id/downloads',
    summary: 'Links to the files of a booking',
    description: 'Signed and good for ten minutes, for a browser that cannot send a token with a download.',
    tag: TAG,
    access: 'buyer',
    params: BookingParams,
    answers: {
      200: {
        description: 'Paths on this server.',
        schema: Type.Object({
          tickets_pdf: Type.String(),
          calendar_ics: Type.String(),
          apple_wallet: Type.Union([Type.String(), Type.Null()], {
            description: 'Null: not offered here.',
          }),
          google_wallet: Type.Union([Type.String(), Type.Null()], {
            description: 'Ask this path with a token for the link itself. Null: not offered here.',
          }),
          expires_at: TimeSchema,
        }),
      },
    },
    errors: ['unauthorized', 'not_found'],
    handle: async ({ params, caller }) => {
      const delivery = await ticketing.delivery(params.booking_id)
      if (delivery?.buyer !== caller!.id) return NO_BOOKING
      const link = (file: string): string =>
        account.links.sign(`/v1/bookings/${params.booking_id}/${file}`, LINK_SECONDS)
      const json = {
        tickets_pdf: link('tickets.pdf'),
        calendar_ics: link('calendar.ics'),
        apple_wallet: wallets?.apple ? link('apple-wallet') : null,
        google_wallet: wallets?.google ? `/v1/bookings/${params.booking_id}/google-wallet` : null,
        expires_at: new Date(clock.now() + LINK_SECONDS * 1000).toISOString(),
      }
      return { status: 200, json, headers: PRIVATE }
    },
  })
}

const nullable = Type.Union([Type.String(), Type.Null()])

const CheckedTicketSchema = Type.Object({
  ticket_id: EventScopedIdSchema,
  event_id: EventIdSchema,
  event_name: Type.String(),
  status: Type.Enum(['pending', 'valid', 'void', 'replaced']),
  verdict: Type.Enum(['valid', 'void', 'test'], {
    description: 'Of this very code: `test` was paid with sandbox money and admits nobody.',
  }),
  serial: Type.Integer(),
  state_version: Type.Integer(),
  livemode: Type.Boolean(),
  door: nullable,
  section: nullable,
  row: nullable,
  number: nullable,
  price_type: nullable,
})

function ticketRoute({ ticketing }: TicketingRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/tickets/:code',
    summary: 'What a ticket’s code is worth now',
    description:
      'For the ticket’s owner and for staff at the door. Offline, `usher verify-ticket` does the same.',
    tag: TAG,
    access: 'public',
    params: Type.Object({ code: Type.String({ minLength: 1, maxLength: 400 }) }),
    answers: { 200: { description: 'The ticket.', schema: CheckedTicketSchema } },
    errors: ['unauthorized', 'not_found'],
    handle: async ({ params, caller }) => {
      if (!caller) return refuse('unauthorized', 'Send the token of the buyer or of somebody at the door.')
      const found = await ticketing.check(params.code)
      if (!found || !maySee(caller, found)) return refuse('not_found', 'There is no such ticket.')
      return { status: 200, json: present(found.ticket), headers: PRIVATE }
    },
  })
}

function voidedRoute({ ticketing, catalog }: TicketingRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/operator/events/:event_id/voided',
    summary: 'Tickets that became void, signed',
    description:
      'For scanners that work offline: what became void after the ledger’s version `since`, as a JSON Web Signature in its compact form. The next list begins at this one’s `version`.',
    tag: TAG,
    access: { staff: DOOR_ROLES },
    params: Type.Object({ event_id: EventIdSchema }),
    query: Type.Object({ since: Type.Optional(Type.Integer({ minimum: 0 })) }),
    answers: { 200: { description: 'The list.', contentType: 'application/jose' } },
    errors: ['malformed', 'unauthorized', 'forbidden', 'not_found'],
    handle: async ({ params, query, caller }) => {
      const event = await catalog.event(params.event_id)
      const isTheirs = event !== null && isOfOrganiser(caller!, event.organiserId)
      const list = isTheirs ? await ticketing.voidedList(params.event_id, Number(query.since ?? 0)) : null
      if (list === null) return refuse('not_found', 'There is no such event, or nothing of it was ever sold.')
      return new Response(list, { headers: { ...PRIVATE, 'content-type': 'application/jose' } })
    },
  })
}

function maySee(caller: Caller, found: { buyer: string; organiserId: string | null }): boolean {
  if (caller.kind === 'buyer') return caller.id === found.buyer
  return (
    caller.roles.some((role) => DOOR_ROLES.includes(role as never)) &&
    isOfOrganiser(caller, found.organiserId)
  )
}

function isOfOrganiser(caller: Caller, organiserId: string | null): boolean {
  return caller.organiserId === undefined || caller.organiserId === organiserId
}

function present(ticket: CheckedTicket): unknown {
  const { eventId, eventName, ticketId, status, verdict, serial, stateVersion, livemode, place } = ticket
  return {
    ticket_id: joinEventScopedId(eventId, ticketId),
    event_id: eventId,
    event_name: eventName,
    status,
    verdict,
    serial,
    state_version: stateVersion,
    livemode,
    door: place.door,
    section: place.section,
    row: place.row,
    number: place.seat,
    price_type: place.priceType,
  }
}

function download(body: string | Uint8Array, contentType: string, filename: string): Response {
  return new Response(body as Uint8Array<ArrayBuffer>, {
    headers: {
      ...PRIVATE,
      'content-type': contentType,
      'content-disposition': `inline; filename="${filename}"`,
    },
  })
}

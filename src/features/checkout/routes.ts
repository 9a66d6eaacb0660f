import { Type } from 'typebox'
import { route, type Answer, type Route } from '../../platform/http/route.ts'
import { inTime } from '../../platform/postgres/in-time.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import {
  BOOKING_EXAMPLE,
  BookingPageSchema,
  BookingRequestSchema,
  BookingSchema,
  CancelRequestSchema,
  KEY_LENGTH_MAX,
  type BookingRequestBody,
} from '../../shared/schemas/bookings.ts'
import { LIMIT_DEFAULT, UuidSchema, pageQuery } from '../../shared/schemas/common.ts'
import { presentBooking } from './present.ts'
import type { BookingAnswer, BookingRequest, Checkout, CheckoutDeps } from './types.ts'

const TAG = 'Bookings'
const KEY_HEADER = {
  'Idempotency-Key': 'The same key with the same body gives the same answer and never charges twice.',
}
const BookingParams = Type.Object({ booking_id: UuidSchema })
const WebhookParams = Type.Object({ provider: Type.String({ maxLength: 40 }) })

export function checkoutRoutes(checkout: Checkout, deps: Pick<CheckoutDeps, 'ticketCode'>): Route[] {
  const present = async (result: BookingAnswer | Refusal): Promise<Answer | Refusal> =>
    isRefusal(result)
      ? result
      : { status: result.status, json: await presentBooking(deps, result.order, result.asOf) }
  return [
    placeRoute(checkout, present),
    listRoute(checkout, deps),
    findRoute(checkout, present),
    cancelRoute(checkout, present),
    webhookRoute(checkout),
  ]
}

type Present = (result: BookingAnswer | Refusal) => Promise<Answer | Refusal>

function placeRoute(checkout: Checkout, present: Present): Route {
  return route({
    method: 'POST',
    path: '/v1/bookings',
    summary: 'Pay for a reservation',
    description:
      'Money is set aside, the seats are booked, the money is taken, the tickets become valid. 201 only after all of that; 202 while the bank has not answered: poll `GET /v1/bookings/{booking_id}`, or ask again with the same key.',
    tag: TAG,
    access: 'buyer',
    body: BookingRequestSchema,
    headers: KEY_HEADER,
    answers: {
      200: {
        description: 'A booking that this key made and that was cancelled since.',
        schema: BookingSchema,
      },
      201: {
        description: 'Booked and paid; the tickets are valid.',
        schema: BookingSchema,
        example: BOOKING_EXAMPLE,
      },
      202: { description: 'The bank has not answered yet.', schema: BookingSchema },
    },
    errors: [
      'malformed',
      'reservation_expired',
      'unauthorized',
      'card_declined',
      'payment_failed',
      'not_found',
      'not_on_sale',
      'event_cancelled',
      'booking_in_progress',
      'already_booked',
      'idempotency_mismatch',
      'busy',
      'unavailable',
    ],
    handle: async ({ body, caller, request }) => {
      const asked = bookingRequest(body, caller!.id, request.headers.get('idempotency-key'))
      return isRefusal(asked) ? asked : present(await checkout.book(asked))
    },
  })
}

function listRoute(checkout: Checkout, deps: Pick<CheckoutDeps, 'ticketCode'>): Route {
  return route({
    method: 'GET',
    path: '/v1/bookings',
    summary: "The caller's bookings, newest first",
    tag: TAG,
    access: 'buyer',
    query: Type.Object(pageQuery),
    answers: { 200: { description: 'One page.', schema: BookingPageSchema } },
    errors: ['malformed', 'unauthorized', 'unavailable'],
    handle: async ({ query, caller }) => {
      const page = await inTime(
        checkout.list({
          buyer: caller!.id,
          limit: Number(query.limit ?? LIMIT_DEFAULT),
          ...(query.cursor !== undefined && { cursor: query.cursor }),
        }),
      )
      if (isRefusal(page)) return page
      const items = await Promise.all(page.orders.map((order) => presentBooking(deps, order)))
      return { status: 200, json: { items, next_cursor: page.nextCursor }, headers: PRIVATE }
    },
  })
}

const PRIVATE = { 'cache-control': 'private, no-store' }

function findRoute(checkout: Checkout, present: Present): Route {
  return route({
    method: 'GET',
    path: '/v1/bookings/:booking_id',
    summary: 'One booking, as it is now',
    tag: TAG,
    access: 'buyer',
    params: BookingParams,
    answers: { 200: { description: 'The booking.', schema: BookingSchema, example: BOOKING_EXAMPLE } },
    errors: ['unauthorized', 'not_found', 'unavailable'],
    handle: async ({ params, caller }) => {
      const order = await inTime(checkout.find(params.booking_id, caller!.id))
      const answer = await present(
        order ? { status: 200, order } : refuse('not_found', 'There is no such booking.'),
      )
      return isRefusal(answer) ? answer : { ...answer, headers: PRIVATE }
    },
  })
}

function cancelRoute(checkout: Checkout, present: Present): Route {
  return route({
    method: 'POST',
    path: '/v1/bookings/:booking_id/cancel',
    summary: 'Give tickets back',
    description:
      'All of them, or those named. They are void at once; 200 when the money is back and the seats are for sale again, 202 while the provider has not answered.',
    tag: TAG,
    access: 'buyer',
    params: BookingParams,
    body: CancelRequestSchema,
    headers: KEY_HEADER,
    answers: {
      200: { description: 'Void, refunded, for sale again.', schema: BookingSchema },
      202: { description: 'Void; the money is on its way.', schema: BookingSchema },
    },
    errors: [
      'malformed',
      'unauthorized',
      'not_found',
      'refund_closed',
      'booking_in_progress',
      'conflict',
      'idempotency_mismatch',
    ],
    handle: async ({ params, body, caller, request }) => {
      const key = keyOf(request.headers.get('idempotency-key'), undefined)
      if (isRefusal(key)) return key
      return present(
        await checkout.cancel({
          buyer: caller!.id,
          orderId: params.booking_id,
          ...(body.ticket_ids && { ticketIds: body.ticket_ids }),
          ...(key !== undefined && { key }),
        }),
      )
    },
  })
}

function webhookRoute(checkout: Checkout): Route {
  return route({
    method: 'POST',
    path: '/v1/webhooks/:provider',
    summary: 'What a payment provider has to say',
    description:
      'Signed by the provider. 200 once it is stored; repetitions and any order are fine, for nothing in it is believed before it was looked up at the provider.',
    tag: TAG,
    access: 'public',
    limit: 'none',
    params: WebhookParams,
    answers: { 200: { description: 'Stored.' } },
    errors: ['malformed', 'not_found'],
    handle: async ({ params, request }) => {
      const outcome = await checkout.receiveWebhook(params.provider, await request.text(), request.headers)
      if (outcome === 'unknown_provider') return refuse('not_found', 'There is no such payment provider.')
      if (outcome === 'forged') return refuse('malformed', "The signature is not the provider's.")
      if (outcome === 'malformed') return refuse('malformed', "The body is not one of the provider's events.")
      return { status: 200, json: { received: true } }
    },
  })
}

function bookingRequest(
  body: BookingRequestBody,
  buyer: string,
  header: string | null,
): BookingRequest | Refusal {
  const key = keyOf(header, body.idempotency_key)
  if (isRefusal(key)) return key
  return {
    buyer,
    reservationId: body.reservation_id,
    ...(body.payment_token !== undefined && { paymentToken: body.payment_token }),
    ...(body.payment_provider !== undefined && { paymentProvider: body.payment_provider }),
    ...(key !== undefined && { key }),
    ...(body.buyer && { contact: body.buyer }),
    ...(body.return_url !== undefined && { returnUrl: body.return_url }),
  }
}

function keyOf(header: string | null, body: string | undefined): string | undefined | Refusal {
  if (header !== null && body !== undefined && header !== body) {
    return refuse('malformed', 'The Idempotency-Key in the header and the one in the body differ.')
  }
  const key = header ?? body
  if (key === undefined) return undefined
  return key.length >= 1 && key.length <= KEY_LENGTH_MAX
    ? key
    : refuse('malformed', `An Idempotency-Key has 1 to ${KEY_LENGTH_MAX} characters.`)
}

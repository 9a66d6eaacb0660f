import { read, type Api } from '../../api/client.ts'
import { ApiError, NetworkError } from '../../api/problem.ts'
import type { BookingBody } from '../../../shared/schemas/bookings.ts'
import type { Intention } from './intention.ts'

/** Why a card was not charged, in terms the page has words for. */
export type PaymentProblem =
  'card_declined' | 'insufficient_funds' | 'payment_failed' | 'not_on_sale' | 'malformed'

/** What an answer means for the buyer. `unknown` is never a failure: the same question is asked again. */
export type PaymentOutcome =
  | { is: 'paid'; booking: BookingBody }
  | { is: 'pending'; bookingId: string; nextAction: BookingBody['next_action'] }
  | { is: 'refused'; problem: PaymentProblem }
  | { is: 'gone' }
  | { is: 'unknown'; retrySeconds: number | null; network: boolean }

/** Asks for the payment, or how it stands where the server has named its booking. Never throws. */
export async function askForPayment(
  api: Api,
  intention: Intention,
  signal: AbortSignal,
): Promise<PaymentOutcome> {
  try {
    return outcomeOf(
      intention.bookingId === null
        ? await read(
            api.POST('/v1/bookings', {
              params: { header: { 'Idempotency-Key': intention.key } },
              body: intention.body,
              signal,
            }),
          )
        : await read(
            api.GET('/v1/bookings/{booking_id}', {
              params: { path: { booking_id: intention.bookingId } },
              cache: 'no-store',
              signal,
            }),
          ),
    )
  } catch (error) {
    return outcomeOfError(error)
  }
}

export function outcomeOf(booking: BookingBody): PaymentOutcome {
  switch (booking.status) {
    case 'CONFIRMED':
    case 'CANCELLED':
      return { is: 'paid', booking }
    case 'PENDING':
      return { is: 'pending', bookingId: booking.booking_id, nextAction: booking.next_action }
    case 'FAILED':
      return failureOf(booking.failure?.code ?? null, booking.failure?.decline_code ?? null)
  }
}

export function outcomeOfError(error: unknown): PaymentOutcome {
  if (!(error instanceof ApiError))
    return { is: 'unknown', retrySeconds: null, network: error instanceof NetworkError }
  const { code, problem, status, retryAfterSeconds } = error
  switch (code) {
    case 'card_declined':
    case 'payment_failed':
      return failureOf(code, text(problem['decline_code']))
    case 'booking_in_progress':
    case 'already_booked': {
      // Another tab was first. Its payment is this reservation's, and this one never began.
      const bookingId = text(problem['booking_id'])
      return bookingId
        ? { is: 'pending', bookingId, nextAction: null }
        : { is: 'unknown', retrySeconds: retryAfterSeconds, network: false }
    }
    case 'reservation_expired':
    case 'not_found':
    case 'unauthorized':
      return { is: 'gone' }
    case 'not_on_sale':
      return { is: 'refused', problem: 'not_on_sale' }
    default:
      return status >= 500 || status === 429
        ? { is: 'unknown', retrySeconds: retryAfterSeconds, network: false }
        : { is: 'refused', problem: 'malformed' }
  }
}

function failureOf(code: string | null, declineCode: string | null): PaymentOutcome {
  switch (code) {
    case 'card_declined':
      return {
        is: 'refused',
        problem: declineCode === 'insufficient_funds' ? 'insufficient_funds' : 'card_declined',
      }
    case 'payment_failed':
    case 'payment_timed_out':
    case 'payment_lapsed':
      return { is: 'refused', problem: 'payment_failed' }
    default:
      return { is: 'gone' }
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

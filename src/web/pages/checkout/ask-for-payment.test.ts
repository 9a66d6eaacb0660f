import { expect, test } from 'bun:test'
import { ERRORS, type ErrorCode } from '../../../shared/errors.ts'
import { BOOKING_EXAMPLE } from '../../../shared/schemas/bookings.ts'
import { ApiError, NetworkError } from '../../api/problem.ts'
import { outcomeOf, outcomeOfError } from './ask-for-payment.ts'

const refusal = (code: ErrorCode, extra: Record<string, unknown> = {}): ApiError =>
  new ApiError(ERRORS[code].status, { code, ...extra }, null)

test('what is not known to have failed is asked again, never called a failure', () => {
  expect(outcomeOfError(new NetworkError('gone'))).toMatchObject({ is: 'unknown', network: true })
  for (const code of ['internal', 'busy', 'unavailable', 'rate_limited'] as const)
    expect(outcomeOfError(refusal(code))).toMatchObject({ is: 'unknown', network: false })
})

test('another payment for the same seats is followed instead of repeated', () => {
  for (const code of ['booking_in_progress', 'already_booked'] as const)
    expect(outcomeOfError(refusal(code, { booking_id: 'b1' }))).toMatchObject({
      is: 'pending',
      bookingId: 'b1',
    })
})

test('a declined card says why, an ended hold that it has ended', () => {
  expect(outcomeOfError(refusal('card_declined', { decline_code: 'insufficient_funds' }))).toEqual({
    is: 'refused',
    problem: 'insufficient_funds',
  })
  expect(outcomeOfError(refusal('card_declined', { decline_code: 'generic_decline' }))).toEqual({
    is: 'refused',
    problem: 'card_declined',
  })
  expect(outcomeOfError(refusal('reservation_expired'))).toEqual({ is: 'gone' })
})

test('a pending booking that fails means the same as an answer that refuses', () => {
  const failed = (code: string) =>
    outcomeOf({ ...BOOKING_EXAMPLE, status: 'FAILED', failure: { code, decline_code: null } })
  expect(failed('card_declined')).toEqual({ is: 'refused', problem: 'card_declined' })
  expect(failed('payment_timed_out')).toEqual({ is: 'refused', problem: 'payment_failed' })
  expect(failed('reservation_expired')).toEqual({ is: 'gone' })
  expect(outcomeOf(BOOKING_EXAMPLE)).toEqual({ is: 'paid', booking: BOOKING_EXAMPLE })
})

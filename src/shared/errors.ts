/**
 * Every error that a client can see: its stable code, its HTTP status and whether it is reported to the
 * operator (a refusal that buyers cause is not; a fault of ours is). Clients match on `code`, never on text.
 */
export const ERRORS = {
  malformed: { status: 400, title: 'The request is not well formed', report: false },
  unknown_seat: { status: 400, title: 'The event has no such seat', report: false },
  unknown_area: { status: 400, title: 'The event has no such area', report: false },
  unknown_price_type: { status: 400, title: 'The event has no such price type', report: false },
  reservation_expired: { status: 400, title: 'The reservation has ended', report: false },
  unauthorized: { status: 401, title: 'A valid token is needed', report: false },
  card_declined: { status: 402, title: 'The card was declined', report: false },
  payment_failed: { status: 402, title: 'The payment did not come through', report: false },
  forbidden: { status: 403, title: 'This caller may not do that', report: false },
  queue_pass_required: { status: 403, title: 'This event needs a queue pass', report: false },
  captcha_required: { status: 403, title: 'A solved captcha is needed', report: false },
  identity_required: { status: 403, title: 'This event asks for a verified mail address', report: false },
  access_code_required: { status: 403, title: 'This sale phase needs an access code', report: false },
  access_code_invalid: { status: 403, title: 'The event has no such access code', report: false },
  wrong_code: { status: 403, title: 'The code is not good (any more)', report: false },
  not_found: { status: 404, title: 'There is no such thing', report: false },
  method_not_allowed: { status: 405, title: 'This address does not know that method', report: false },
  not_on_sale: { status: 409, title: 'The event is not on sale', report: false },
  access_code_used_up: { status: 409, title: 'The access code is used up', report: false },
  event_cancelled: { status: 409, title: 'The event is cancelled', report: false },
  limit_exceeded: { status: 409, title: 'That is not a number of tickets that may be had', report: false },
  seats_unavailable: { status: 409, title: 'Some of the seats are taken', report: false },
  held_by_you: { status: 409, title: 'You hold these seats already', report: false },
  orphan_seat: { status: 409, title: 'A single seat would be left over', report: false },
  sold_out: { status: 409, title: 'There is not enough left', report: false },
  extension_limit: { status: 409, title: 'The reservation cannot be extended again', report: false },
  booking_in_progress: { status: 409, title: 'A payment for this reservation is under way', report: false },
  already_booked: { status: 409, title: 'The reservation is booked already', report: false },
  idempotency_mismatch: { status: 409, title: 'The key was used with another request', report: false },
  refund_closed: { status: 409, title: 'The event takes no tickets back any more', report: false },
  conflict: { status: 409, title: 'The present state does not allow that', report: false },
  too_large: { status: 413, title: 'The request is too large', report: false },
  unsupported_media_type: { status: 415, title: 'The body has a type that is not read here', report: false },
  rate_limited: { status: 429, title: 'Too many requests', report: false },
  internal: { status: 500, title: 'The server made a mistake', report: true },
  busy: { status: 503, title: 'Too much is going on at this moment', report: false },
  unavailable: { status: 503, title: 'A part that this needs is not available', report: true },
} as const satisfies Record<string, { status: number; title: string; report: boolean }>

export type ErrorCode = keyof typeof ERRORS

/** A refusal is a value: what a caller can cause is returned, never thrown. */
export type Refusal = {
  readonly refused: ErrorCode
  /** One sentence for a person: what happened and what to do. */
  readonly detail: string
  /** Further members of the problem document, snake_case. */
  readonly extra?: Record<string, unknown>
  /** Seconds; sent as Retry-After with 429 and 503. */
  readonly retryAfterSeconds?: number
}

export function refuse(
  code: ErrorCode,
  detail: string,
  more: { extra?: Record<string, unknown>; retryAfterSeconds?: number } = {},
): Refusal {
  const { extra, retryAfterSeconds } = more
  // Spread only where it is rare: a rush is made of refusals.
  if (retryAfterSeconds !== undefined) return { refused: code, detail, ...more }
  return extra ? { refused: code, detail, extra } : { refused: code, detail }
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value
}

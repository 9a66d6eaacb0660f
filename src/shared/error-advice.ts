import type { ErrorCode } from './errors.ts'

/** For each error: when it comes and what a client does about it. Shown at /docs/errors and in docs/api.md. */
export const ERROR_ADVICE: Record<ErrorCode, string> = {
  malformed:
    'The path, query or body does not fit the schema; `errors` names the fields. Do not repeat it unchanged.',
  unknown_seat: 'The event has no seat of that id. Read its layout again.',
  unknown_area: 'The event has no area of that id. Read the event again.',
  unknown_price_type: 'The event has no price type of that id. Read the event again.',
  wrong_code:
    'It is mistyped, used, too old, or was tried too often; nobody learns which. Let the person type it again, or ask for a new one.',
  reservation_expired: 'The hold ran out or was released. Hold the seats again.',
  unauthorized: 'There is no token, or it is not good any more. Start or renew a session.',
  card_declined:
    'The provider refused the card; the hold stays. Offer another card, with a new idempotency key.',
  payment_failed:
    'The payment did not come about; no money was taken. Offer to pay again, with a new idempotency key. A reservation takes ten failed attempts; after them hold the seats anew.',
  forbidden: 'The token is good but its owner may not do this.',
  queue_pass_required: 'Join the queue and send the pass as `Queue-Pass` when its turn has come.',
  captcha_required: 'Solve the challenge of `GET /v1/captcha` and send the solution.',
  identity_required: 'Verify a mail address first: `POST /v1/sessions/email`.',
  access_code_required: 'This sale phase is for holders of a code. Send it as `access_code`.',
  access_code_invalid:
    'The event has no such code. Let the person type it again; after many wrong ones the answer is 429 `rate_limited`.',
  not_found: 'It does not exist, or it is somebody else’s: the two are never told apart.',
  method_not_allowed: '`Allow` says which methods the address knows.',
  not_on_sale: 'The sale has not begun, or is over. The event says when.',
  access_code_used_up:
    'As many reservations as the code is good for were made with it. One that ends unpaid gives its use back.',
  event_cancelled: 'The event will not take place. Who has paid for tickets gets the money back.',
  limit_exceeded:
    'With `price_type` it is an order’s number of that type, which is from `min` to `max` (null: any). Without it the buyer would have more tickets than `tickets_per_buyer`, the limit of the event or of the phase of its sale, and has or holds `tickets_had` of them: release or choose fewer.',
  seats_unavailable:
    '`seat_ids` names the seats that are taken, `your_seat_ids` those of them that are the caller’s own, `alternatives` the nearest that are free.',
  held_by_you:
    'The seats are the caller’s own. Go on with the reservation that `reservation_id` names; `booking_id` names the booking where they are bought already.',
  orphan_seat: 'The choice would leave a single seat between taken ones. Move it by one.',
  sold_out: 'There is not enough left of what was asked for. Ask for fewer or for another category.',
  extension_limit: 'The hold was extended as often as the event allows.',
  booking_in_progress:
    'A payment for this reservation is under way: wait for its outcome; `booking_id` names the booking.',
  already_booked: 'The reservation has become a booking; `booking_id` names it.',
  idempotency_mismatch: 'The key was used with another request. Take a new key for a new request.',
  refund_closed: 'It is after the moment until which the event takes tickets back.',
  conflict: 'The present state does not allow it. Read it again and decide anew.',
  too_large: 'The body is larger than is read here (256 KB).',
  unsupported_media_type: 'Send the body as `application/json`, not compressed.',
  rate_limited: 'Wait for the seconds in `Retry-After`.',
  internal: 'A fault of the server. Asking again with the same idempotency key is safe.',
  busy: 'More is going on than can be answered in time. Wait for the seconds in `Retry-After` and ask again.',
  unavailable:
    'A part that this needs is down, or the answer took too long and may still take effect. Wait for `Retry-After` and ask again with the same idempotency key.',
}

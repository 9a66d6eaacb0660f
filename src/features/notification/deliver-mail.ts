import { UnderWay, type Fact } from '../../platform/outbox/outbox.ts'
import { assertNever } from '../../shared/assert.ts'
import { languageOf } from '../ticketing/index.ts'
import { CLAIM_MS, deliveryStore } from './delivery-store.ts'
import { eventCancelledLetter, eventMovedLetter } from './event-letters.ts'
import {
  cancelledLetter,
  confirmedLetter,
  refundedLetter,
  ticketsMovedLetter,
  type Reader,
  type SeatBefore,
} from './letters.ts'
import type { Letter, NotificationDeps } from './types.ts'

export const MAIL_KINDS = [
  'booking.confirmed',
  'booking.cancelled',
  'refund.settled',
  'booking.event_cancelled',
  'booking.event_moved',
  'booking.tickets_moved',
] as const

type Body = {
  order_id?: string
  order_ids?: string[]
  refund_id?: string
  refund_ids?: string[]
  ticket_ids?: string[]
  reason?: string
  /** When the event was to start, as the buyer knew it. */
  was?: string
  /** Where tickets were for that the house has moved. */
  before?: SeatBefore[]
}

/**
 * Sends the mail that a fact asks for, once: the delivery is noted before and after. A crash between the mail
 * server's "taken" and the note sends it a second time, with the same message id, so that mailboxes drop the copy.
 */
export async function deliverMail(deps: NotificationDeps, fact: Fact): Promise<void> {
  const { database, clock } = deps
  const { factId, kind } = fact
  const body = fact.body as Body
  // `booking.event_cancelled` says all of it, once a buyer.
  if (body.reason === 'event_cancelled') return
  const orderId = String(body.order_id)
  const messageId = `${factId}@${deps.domain}`
  const now = new Date(clock.now())
  const until = new Date(now.getTime() + (deps.claimMs ?? CLAIM_MS))
  const claim = await deliveryStore.claim(database, { factId, kind, orderId, messageId, now, until })
  if (claim === 'done') return
  // The one who sends it may have crashed: come again and see.
  if (claim === 'elsewhere') throw new UnderWay('the mail is being sent by another process')
  try {
    const outcome = await send(deps, fact, { orderId, messageId, now })
    await deliveryStore.finish(database, { factId, ...outcome, now: new Date(clock.now()) })
    deps.onMail?.(kind, outcome.state, outcome.reason)
  } catch (error) {
    deps.onMail?.(kind, 'failed', null)
    await deliveryStore.release(database, factId, now).catch(() => {})
    throw error
  }
}

type Outcome = {
  state: 'sent' | 'skipped'
  reason: string | null
  refundId: string | null
  saysRefunded: boolean
}

async function send(
  deps: NotificationDeps,
  fact: Fact,
  c: { orderId: string; messageId: string; now: Date },
): Promise<Outcome> {
  const skipped = (reason: string): Outcome => ({
    state: 'skipped',
    reason,
    refundId: null,
    saysRefunded: false,
  })
  const order = await deps.checkout.order(c.orderId)
  if (!order) return skipped('no_order')
  const contact = await deps.people.contact(order.buyer)
  if (!contact || contact.email === '') return skipped('no_address')
  const letter = await letterFor(deps, fact, c.orderId)
  if (typeof letter === 'string') return skipped(letter)
  const { subject, text, html, files, refundId, saysRefunded } = letter
  await deps.mailer.send({
    from: deps.from,
    to: { name: contact.name, address: contact.email },
    subject,
    text,
    html,
    messageId: c.messageId,
    date: c.now,
    language: languageOf(order.locale),
    attachments: files,
  })
  return { state: 'sent', reason: null, refundId, saysRefunded }
}

/** The letter, or why there is none. What it says is how things are now, not how they were when the fact was written. */
async function letterFor(deps: NotificationDeps, fact: Fact, orderId: string): Promise<Letter | string> {
  const [order, delivery] = await Promise.all([
    deps.checkout.order(orderId),
    deps.ticketing.delivery(orderId),
  ])
  if (!order || !delivery) return 'no_order'
  const contact = await deps.people.contact(order.buyer)
  const orderUrl = deps.publicUrl ? `${deps.publicUrl}/orders/${orderId}` : null
  const reader = { name: contact?.name ?? '', order, delivery, orderUrl }
  const body = fact.body as Body
  const calendar = (): Letter['files'][number] => ({
    filename: 'calendar.ics',
    contentType: 'text/calendar; charset=utf-8',
    content: deps.ticketing.calendar(delivery),
  })
  const tickets = async (): Promise<Letter['files'][number]> => ({
    filename: 'tickets.pdf',
    contentType: 'application/pdf',
    content: await deps.ticketing.pdf(delivery),
  })
  const kind = fact.kind as (typeof MAIL_KINDS)[number]
  switch (kind) {
    case 'booking.confirmed':
      // Cancelled before this mail could go out: the mail about that says what there is to say.
      if (delivery.tickets.length === 0 || delivery.event.status === 'cancelled') return 'cancelled_since'
      return { ...confirmedLetter(reader), files: [await tickets(), calendar()] }
    case 'booking.cancelled': {
      const letter = cancelledLetter(reader, body.refund_id ?? '', body.ticket_ids ?? [])
      const files = delivery.tickets.length === 0 ? [calendar()] : [await tickets(), calendar()]
      return { ...letter, files }
    }
    case 'refund.settled': {
      const refundId = body.refund_id ?? ''
      if (await deliveryStore.saidRefunded(deps.database, refundId)) return 'said_already'
      return { ...refundedLetter(reader, refundId), files: [] }
    }
    case 'booking.event_cancelled':
      return eventCancelled(deps, reader, body)
    case 'booking.event_moved': {
      if (delivery.tickets.length === 0) return 'cancelled_since'
      const { was = '', order_ids: orderIds = [orderId] } = body
      const now = deps.clock.now()
      return {
        ...eventMovedLetter(reader, { was: Date.parse(was), orderIds, now }),
        files: [calendar()],
      }
    }
    case 'booking.tickets_moved': {
      const letter = ticketsMovedLetter(reader, body.before ?? [])
      // Given back before this mail could go out, or cancelled: the mail about that says what there is to say.
      if (!letter || delivery.event.status === 'cancelled') return 'cancelled_since'
      return { ...letter, files: [await tickets(), calendar()] }
    }
    default:
      return assertNever(kind)
  }
}

/** About all that the buyer had booked, with what takes each of it out of their calendar. */
async function eventCancelled(deps: NotificationDeps, reader: Reader, body: Body): Promise<Letter> {
  const { order_ids: orderIds = [], refund_ids: refundIds = [] } = body
  const orders = (await Promise.all(orderIds.map((id) => deps.checkout.order(id)))).filter((o) => o !== null)
  const deliveries = await Promise.all(orderIds.map((id) => deps.ticketing.delivery(id)))
  const refunds = orders.flatMap((order) => order.refunds).filter((r) => refundIds.includes(r.refundId))
  const letter = eventCancelledLetter(reader, {
    orderIds,
    amount: refunds.reduce((sum, refund) => sum + refund.amount, 0),
    message: await deps.checkout.cancellationMessage(reader.order.eventId),
  })
  const files = deliveries
    .filter((delivery) => delivery !== null)
    .map((delivery, i) => ({
      filename: i === 0 ? 'calendar.ics' : `calendar-${i + 1}.ics`,
      contentType: 'text/calendar; charset=utf-8',
      // The tickets may be void in a moment only, and the catalog may hear of it after the buyer.
      content: deps.ticketing.calendar({
        ...delivery,
        tickets: [],
        event: { ...delivery.event, status: 'cancelled' },
      }),
    }))
  return { ...letter, files }
}

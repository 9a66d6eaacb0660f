import type { Fact } from '../../platform/outbox/outbox.ts'
import { assertNever } from '../../shared/assert.ts'
import { languageOf } from '../ticketing/index.ts'
import { deliveryStore } from './delivery-store.ts'
import { cancelledLetter, confirmedLetter, refundedLetter } from './letters.ts'
import type { Letter, NotificationDeps } from './types.ts'

export const MAIL_KINDS = ['booking.confirmed', 'booking.cancelled', 'refund.settled'] as const

/**
 * Sends the mail that a fact asks for, once: the delivery is noted before and after. A crash between the mail
 * server's "taken" and the note sends it a second time, with the same message id, so that mailboxes drop the copy.
 */
export async function deliverMail(deps: NotificationDeps, fact: Fact): Promise<void> {
  const { database, clock } = deps
  const { factId, kind } = fact
  const orderId = String((fact.body as { order_id?: unknown }).order_id)
  const messageId = `${factId}@${deps.domain}`
  const now = new Date(clock.now())
  const claim = await deliveryStore.claim(database, { factId, kind, orderId, messageId, now })
  if (claim === 'done') return
  // The one who sends it may have crashed: come again and see.
  if (claim === 'elsewhere') throw new UnderWay('the mail is being sent by another process')
  try {
    const outcome = await send(deps, fact, { orderId, messageId, now })
    await deliveryStore.finish(database, { factId, ...outcome, now: new Date(clock.now()) })
  } catch (error) {
    await deliveryStore.release(database, factId, now).catch(() => {})
    throw error
  }
}

class UnderWay extends Error {
  override name = 'UnderWay'
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
  const reader = { name: contact?.name ?? '', order, delivery }
  const body = fact.body as { refund_id?: string; ticket_ids?: string[] }
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
      if (delivery.tickets.length === 0) return 'cancelled_since'
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
    default:
      return assertNever(kind)
  }
}

import type { Order } from '../checkout/index.ts'
import { languageOf, momentOf, moneyText, placeText, seatText, type Delivery } from '../ticketing/index.ts'
import { htmlOf, textOf, type Part } from './mail-body.ts'
import type { Letter } from './types.ts'
import { MAIL_WORDS, type MailWords } from './words.ts'

/** `orderUrl`: where the order's page is, where the house has said its address. */
export type Reader = { name: string; order: Order; delivery: Delivery; orderUrl: string | null }
export type Written = Omit<Letter, 'files'>

/** Tickets are attached; the mail says what a person standing before the house needs to know. */
export function confirmedLetter(reader: Reader): Written {
  const { words, order, delivery } = wordsFor(reader)
  const count = delivery.tickets.length
  const subject = words.confirmedSubject(delivery.event.name, momentOf(delivery.event, order.locale).date)
  return write(reader, subject, [
    { kind: 'paragraph', text: words.confirmed(count) },
    ...eventParts(reader),
    { kind: 'list', items: delivery.tickets.map((ticket) => seatText(ticket, order.locale)) },
    {
      kind: 'paragraph',
      text: words.paid(moneyText({ amount: order.total, currency: order.currency }, order.locale)),
    },
    { kind: 'paragraph', text: words.atTheDoor },
    ...testPart(reader, words),
    { kind: 'small', text: words.reference(order.orderId) },
  ])
}

/** Which tickets are void, what comes back and by when, and what is left. */
export function cancelledLetter(reader: Reader, refundId: string, ticketIds: readonly string[]): Written {
  const { words, order, delivery } = wordsFor(reader)
  const refund = order.refunds.find((r) => r.refundId === refundId)
  const gone = order.lines.filter((line) => line.ticketId !== null && ticketIds.includes(line.ticketId))
  const isSettled = refund?.state === 'settled'
  const amount = moneyText({ amount: refund?.amount ?? 0, currency: order.currency }, order.locale)
  const left = delivery.tickets.length
  const letter = write(reader, words.cancelledSubject(delivery.event.name), [
    { kind: 'paragraph', text: words.cancelled(gone.length) },
    ...eventParts(reader),
    { kind: 'list', items: gone.map((line) => seatText({ ...line, door: null }, order.locale)) },
    { kind: 'paragraph', text: refundText(words, refund?.amount ?? 0, amount, isSettled) },
    { kind: 'paragraph', text: left === 0 ? words.noneLeft : words.someLeft(left) },
    { kind: 'small', text: words.reference(order.orderId) },
  ])
  return { ...letter, refundId: refundId || null, saysRefunded: isSettled }
}

export function refundedLetter(reader: Reader, refundId: string): Written {
  const { words, order, delivery } = wordsFor(reader)
  const refund = order.refunds.find((r) => r.refundId === refundId)
  const amount = moneyText({ amount: refund?.amount ?? 0, currency: order.currency }, order.locale)
  const letter = write(reader, words.refundedSubject(amount, delivery.event.name), [
    { kind: 'paragraph', text: words.refunded(amount) },
    ...eventParts(reader),
    { kind: 'small', text: words.reference(order.orderId) },
  ])
  return { ...letter, refundId: refundId || null, saysRefunded: true }
}

export type SeatBefore = {
  ticket_id: string
  section: string | null
  row: string | null
  seat: string | null
}

/** Another seat for some tickets: which, and that the old paper admits nobody. Null where none of them is valid any more. */
export function ticketsMovedLetter(reader: Reader, before: readonly SeatBefore[]): Written | null {
  const { words, order, delivery } = wordsFor(reader)
  const { locale } = order
  const items = before.flatMap((was) => {
    const ticket = delivery.tickets.find(({ ticketId }) => ticketId === was.ticket_id)
    return ticket ? [`${seatText({ ...was, door: null }, locale)} → ${seatText(ticket, locale)}`] : []
  })
  if (items.length === 0) return null
  return write(reader, words.seatsMovedSubject(delivery.event.name, items.length), [
    { kind: 'paragraph', text: words.seatsMoved(items.length) },
    ...eventParts(reader),
    { kind: 'list', items },
    { kind: 'paragraph', text: words.oldPaper },
    ...testPart(reader, words),
    { kind: 'small', text: words.reference(order.orderId) },
  ])
}

function refundText(words: MailWords, minorUnits: number, amount: string, isSettled: boolean): string {
  if (minorUnits === 0) return words.nothingBack
  return isSettled ? words.refundSent(amount) : words.refundComing(amount)
}

export function eventParts({ order, delivery }: Reader): Part[] {
  const { event } = delivery
  const words = MAIL_WORDS[languageOf(order.locale)]
  const moment = momentOf(event, order.locale)
  const place = placeText(event)
  const when = [moment.date, moment.time, moment.doors && words.doors(moment.doors)]
    .filter(Boolean)
    .join(', ')
  return [
    { kind: 'event', name: event.name, when, where: [place.name, place.address].filter(Boolean).join(', ') },
  ]
}

function testPart({ delivery }: Reader, words: MailWords): Part[] {
  return delivery.livemode ? [] : [{ kind: 'paragraph', text: words.test }]
}

export function wordsFor(reader: Reader): Reader & { words: MailWords } {
  return { ...reader, words: MAIL_WORDS[languageOf(reader.order.locale)] }
}

export function write(reader: Reader, subject: string, parts: Part[]): Written {
  const { words, order, name, orderUrl } = wordsFor(reader)
  const link: Part[] = orderUrl === null ? [] : [{ kind: 'link', text: words.orderPage, url: orderUrl }]
  const all: Part[] = [
    { kind: 'paragraph', text: words.greeting(name) },
    ...parts.filter((part) => part.kind !== 'small'),
    ...link,
    ...parts.filter((part) => part.kind === 'small'),
  ]
  return {
    subject,
    text: textOf(all),
    html: htmlOf(subject, languageOf(order.locale), all),
    refundId: null,
    saysRefunded: false,
  }
}

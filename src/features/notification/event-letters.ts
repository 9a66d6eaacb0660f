import { momentOf, moneyText } from '../ticketing/index.ts'
import { eventParts, wordsFor, write, type Reader, type Written } from './letters.ts'

/** The house will not play: what comes back, and that nothing has to be done for it. */
export function eventCancelledLetter(
  reader: Reader,
  c: { orderIds: readonly string[]; amount: number; message: string | null },
): Written {
  const { words, order, delivery } = wordsFor(reader)
  const amount = moneyText({ amount: c.amount, currency: order.currency }, order.locale)
  return write(reader, words.eventCancelledSubject(delivery.event.name), [
    { kind: 'paragraph', text: words.eventCancelled },
    ...eventParts(reader),
    ...(c.message === null ? [] : [{ kind: 'paragraph', text: words.houseSays(c.message) } as const]),
    { kind: 'paragraph', text: c.amount === 0 ? words.nothingPaid : words.eventMoneyComing(amount) },
    { kind: 'paragraph', text: words.outOfCalendar },
    { kind: 'small', text: c.orderIds.map(words.reference).join(', ') },
  ])
}

/** Another day, or none yet: the tickets stay good, and how to give them back. */
export function eventMovedLetter(
  reader: Reader,
  c: { was: number; orderIds: readonly string[]; now: number },
): Written {
  const { words, order, delivery } = wordsFor(reader)
  const { event } = delivery
  const { locale } = order
  const isOpen = event.status === 'postponed'
  const before = momentOf({ ...event, startsAt: c.was, startsAtPrecision: 'time' }, locale).date
  const until = event.refundUntil !== null && c.now <= event.refundUntil ? event.refundUntil : null
  const dateOf = (ms: number): string => {
    const { date, time } = momentOf({ ...event, startsAt: ms, startsAtPrecision: 'time' }, locale)
    return [date, time].filter(Boolean).join(', ')
  }
  const subject = isOpen
    ? words.postponedSubject(event.name)
    : words.movedSubject(event.name, momentOf(event, locale).date)
  return write(reader, subject, [
    { kind: 'paragraph', text: isOpen ? words.postponed(before) : words.moved(before) },
    // The day that stands there is not true any more.
    ...(isOpen ? [] : eventParts(reader)),
    { kind: 'paragraph', text: until === null ? words.askTheHouse : words.giveBackUntil(dateOf(until)) },
    { kind: 'small', text: c.orderIds.map(words.reference).join(', ') },
  ])
}

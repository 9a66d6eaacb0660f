import { moneyText } from '../ticketing/index.ts'
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

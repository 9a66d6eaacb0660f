import { calendarFile } from '../../platform/calendar.ts'
import { placeText } from './moments.ts'
import type { DeliveredTicket, Delivery } from './types.ts'
import { languageOf, TICKET_WORDS } from './words.ts'

const MINUTE_MS = 60_000

/** The booking as an entry in the buyer's calendar; it replaces what an older file of the same booking put there. */
export function ticketCalendar(delivery: Delivery, nowMs: number): string {
  const { event, orderId, locale, tickets, isPending } = delivery
  const isCancelled = event.status === 'cancelled' || (tickets.length === 0 && !isPending)
  const place = placeText(event)
  const endsAt = event.durationMinutes === null ? null : event.startsAt + event.durationMinutes * MINUTE_MS
  return calendarFile({
    uid: `${orderId}@tickets.usher`,
    // A booking can end between two revisions of its event, and that must count as the newer.
    sequence: event.revision * 2 + (isCancelled ? 1 : 0),
    status: isCancelled ? 'cancelled' : event.status === 'postponed' ? 'tentative' : 'confirmed',
    summary: event.name,
    description: tickets.map((ticket) => seatText(ticket, locale)).join('\n'),
    location: [place.name, place.address].filter(Boolean).join(', '),
    timezone: event.venue.timezone,
    when: event.startsAtPrecision === 'day' ? { day: event.startsOn } : { startsAt: event.startsAt, endsAt },
    stampedAt: nowMs,
  })
}

/** "Orchestra, Row F, Seat 12, Door C" */
export function seatText(
  { section, row, seat, door }: Pick<DeliveredTicket, 'section' | 'row' | 'seat' | 'door'>,
  locale: string,
): string {
  const words = TICKET_WORDS[languageOf(locale)]
  const parts = [
    section,
    row === null ? null : `${words.row} ${row}`,
    seat === null ? null : `${words.seat} ${seat}`,
    door === null ? null : `${words.door} ${door}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

import type { EventPass, PassField } from '../../platform/wallet/event-pass.ts'
import { momentOf, placeText } from './moments.ts'
import { seatText } from './ticket-calendar.ts'
import type { DeliveredTicket, Delivery } from './types.ts'
import { languageOf, TICKET_WORDS } from './words.ts'

/** The tickets of a booking for a phone's wallet: seat and door in front, everything else behind. */
export function ticketPasses(delivery: Delivery, houseName: string): EventPass[] {
  return delivery.tickets.map((ticket) => passOf(delivery, ticket, houseName))
}

function passOf(delivery: Delivery, ticket: DeliveredTicket, houseName: string): EventPass {
  const { event, locale, orderId, livemode } = delivery
  const words = TICKET_WORDS[languageOf(locale)]
  const moment = momentOf(event, locale)
  const place = placeText(event)
  const { lat, lon } = event.venue
  const seat = seatText(ticket, locale)
  const field = (key: string, label: string, value: string | null): PassField[] =>
    value === null || value === '' ? [] : [{ key, label, value }]
  return {
    serialNumber: `${ticket.ticketId}-${ticket.serial}`,
    description: words.pass(event.name, seat),
    organizationName: houseName,
    eventName: event.name,
    venueName: place.name,
    venueAddress: place.address,
    startsAt: event.startsAtPrecision === 'day' ? event.startsOn : new Date(event.startsAt).toISOString(),
    header: field('day', moment.weekday, `${moment.day}. ${moment.month}`),
    secondary: [
      ...field('date', words.date, moment.date),
      ...field('time', words.time, moment.time ?? words.timeToCome),
    ],
    auxiliary: [
      ...field('section', words.section, ticket.section),
      ...field('row', words.row, ticket.row),
      ...field('seat', words.seat, ticket.seat),
      ...field('door', words.door, ticket.door),
    ],
    back: [
      ...field('test', words.note, livemode ? null : words.test),
      ...field('doors', words.entry, moment.doors),
      ...field('address', place.name, place.address),
      ...field('price', words.priceType, ticket.priceType),
      ...field('how', words.note, words.howTo),
      ...field('order', words.order, orderId),
    ],
    code: ticket.code,
    codeText: livemode ? words.serial(ticket.serial) : words.test,
    place: lat === null || lon === null ? null : { latitude: lat, longitude: lon },
  }
}

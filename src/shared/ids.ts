/**
 * Ids are opaque strings to clients. An event's id is a decimal number; a reservation's and a ticket's id
 * contain their event's ("1042.<uuid>"), so that every statement can name the event; a booking's does not.
 */
export type EventId = string
export type ReservationId = string
export type TicketId = string
export type OrderId = string
export type BuyerId = string

const EVENT_ID = /^[1-9][0-9]{0,15}$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function isEventId(text: string): boolean {
  return EVENT_ID.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER
}

export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** "1042.<uuid>" of a reservation or a ticket, in its two parts; null when it is not one. */
export function splitEventScopedId(id: string): { eventId: EventId; uuid: string } | null {
  const dot = id.indexOf('.')
  if (dot < 0) return null
  const eventId = id.slice(0, dot)
  const uuid = id.slice(dot + 1)
  return isEventId(eventId) && isUuid(uuid) ? { eventId, uuid } : null
}

export function joinEventScopedId(eventId: EventId, uuid: string): string {
  return `${eventId}.${uuid}`
}

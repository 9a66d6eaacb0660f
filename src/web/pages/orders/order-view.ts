import type { BookingBody } from '../../../shared/schemas/bookings.ts'
import type { Event } from '../../api/queries.ts'

export type Order = BookingBody

/** An order with what its tickets say besides: the event, and the door of every ticket. */
export type OrderView = {
  order: Order
  /** Null when the event's page is not public any more. */
  event: EventFacts | null
  /** By ticket id. */
  doors: Record<string, string>
  /** Milliseconds since 1970 when it was kept on this device; null: it comes from the server just now. */
  keptAt: number | null
}
export type EventFacts = Pick<
  Event,
  | 'event_id'
  | 'name'
  | 'status'
  | 'starts_at'
  | 'starts_at_precision'
  | 'starts_on'
  | 'doors_at'
  | 'duration_minutes'
  | 'venue'
  | 'room'
  | 'refund'
  | 'price_types'
>

import type { EventStatus, StartPrecision, Work } from './types.ts'

/** Columns of `events` that both buyers' and the house's view of an event are read from. */
export type EventColumns = {
  event_id: number
  organiser_id: string
  revision: number
  status: EventStatus
  type: string
  genres: string[]
  image_url: string | null
  room: string | null
  works: Work[]
  starts_at: Date
  starts_at_precision: StartPrecision
  starts_on: string
  doors_at: Date | null
  duration_minutes: number | null
  layout_hash: string | null
  currency: string
  on_sale_from: Date | null
  on_sale_until: Date | null
  tickets_per_buyer: number | null
  hold_seconds: number | null
  extensions_max: number
  extension_seconds: number
  orphan_rule: boolean
  identity_required: 'guest' | 'email'
  refund_until: Date | null
  is_refundable: boolean
  price_from: number | null
}

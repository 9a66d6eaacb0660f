import type { Availability, CatalogEvent, SaleState } from './types.ts'

/** Milliseconds before the start after which tickets are not taken back, where the event says nothing else. */
const REFUND_BEFORE_START_MS = 86_400_000
/** How long after the old date tickets are taken back while a new one is not known. */
const REFUND_POSTPONED_MS = 365 * 86_400_000

/** A tenth or less is few. */
const FEW_LEFT_SHARE = 0.1

/** What has no layout is only announced; without a moment of its own a sale begins as soon as it is opened. */
export function saleState(
  event: Pick<CatalogEvent, 'status' | 'startsAt' | 'startsAtPrecision' | 'onSaleFrom' | 'onSaleUntil'> & {
    hasLayout: boolean
  },
  now: number,
): SaleState {
  if (event.status === 'cancelled' || event.status === 'ended') return 'ended'
  if ((event.onSaleUntil ?? saleEnd(event)) <= now && event.status !== 'postponed') return 'ended'
  if (!event.hasLayout || event.status === 'postponed') return 'announced'
  return event.onSaleFrom !== null && event.onSaleFrom > now ? 'announced' : 'on_sale'
}

/** Where nothing else is set a sale ends with the start, or with the day where only that is known. */
export function saleEnd(event: Pick<CatalogEvent, 'startsAt' | 'startsAtPrecision'>): number {
  return event.startsAtPrecision === 'day' ? event.startsAt + 86_400_000 : event.startsAt
}

/** Of what is not open yet nothing is sold. */
export function availabilityOf(stock: { remaining: number; capacity: number } | undefined): Availability {
  if (!stock) return 'available'
  if (stock.remaining <= 0) return 'sold_out'
  return stock.remaining <= stock.capacity * FEW_LEFT_SHARE ? 'few_left' : 'available'
}

/** The moment until which tickets are taken back, where the event names none. */
export function refundEnd(event: Pick<CatalogEvent, 'status' | 'startsAt'>): number {
  return event.status === 'postponed'
    ? event.startsAt + REFUND_POSTPONED_MS
    : event.startsAt - REFUND_BEFORE_START_MS
}

import type { Availability, CatalogEvent, SaleState } from './types.ts'

/** A tenth or less is few. */
const FEW_LEFT_SHARE = 0.1

export function saleState(
  event: Pick<CatalogEvent, 'status' | 'startsAt' | 'startsAtPrecision' | 'onSaleFrom' | 'onSaleUntil'>,
  now: number,
): SaleState {
  if (event.status === 'cancelled' || event.status === 'ended') return 'ended'
  if ((event.onSaleUntil ?? saleEnd(event)) <= now) return 'ended'
  return event.onSaleFrom === null || event.onSaleFrom > now ? 'announced' : 'on_sale'
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

import type { Event } from '../../api/queries.ts'

/** Whom the lowest price is for, where it is not the first price type's: a student's, a child's. */
export function cheapestType({
  price_from: from,
  prices,
  price_types: types,
}: Pick<Event, 'price_from' | 'prices' | 'price_types'>): string | undefined {
  const ids = new Set(prices.filter(({ price }) => price.amount === from?.amount).map((p) => p.price_type))
  const first = types.findIndex(({ id }) => ids.has(id))
  return first > 0 ? types[first]!.name : undefined
}

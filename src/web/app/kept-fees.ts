import type { Event } from '../api/queries.ts'

/** Names of the fees that do not come back with a ticket, or with the last one of an order. */
export function keptFees({ fees }: Pick<Event, 'fees'>): string[] {
  return fees
    .filter(({ refundable, amount, rate }) => !refundable && (amount.amount > 0 || rate > 0))
    .map(({ name }) => name)
}

import type { Event } from '../../api/queries.ts'

/**
 * How much of its fees does not come back when a whole order is given back, in minor units; null where only some of its fees stay, whose
 * shares only the server knows.
 */
export function keptAmount(
  { fees }: Pick<Event, 'fees'>,
  paid: { ticketFees: number; orderFee: number },
): number | null {
  const shareOf = (per: 'ticket' | 'order', amount: number): number | null => {
    const kinds = new Set(fees.filter((fee) => fee.per === per).map(({ refundable }) => refundable))
    if (amount === 0 || !kinds.has(false)) return 0
    return kinds.has(true) ? null : amount
  }
  const ofTickets = shareOf('ticket', paid.ticketFees)
  const ofOrder = shareOf('order', paid.orderFee)
  return ofTickets === null || ofOrder === null ? null : ofTickets + ofOrder
}

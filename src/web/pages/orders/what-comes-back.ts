import type { Order } from './order-view.ts'

/**
 * What comes back for those tickets and what stays, in minor units. The order's fee goes with its last ticket, so it
 * counts only when none is left.
 */
export function whatComesBack(
  order: Pick<Order, 'tickets' | 'breakdown'>,
  ticketIds: ReadonlySet<string>,
): { back: number; stays: number } {
  const given = order.tickets.filter(({ ticket_id }) => ticketIds.has(ticket_id))
  const isLast =
    given.length > 0 &&
    order.tickets.every(({ ticket_id, status }) => status === 'void' || ticketIds.has(ticket_id))
  const { order_fee, order_fee_refundable } = order.breakdown
  const paid = given.reduce((sum, { price }) => sum + price.amount, isLast ? order_fee.amount : 0)
  const back = given.reduce(
    (sum, { refundable }) => sum + refundable.amount,
    isLast ? order_fee_refundable.amount : 0,
  )
  return { back, stays: paid - back }
}

import { createHash } from 'node:crypto'
import type { Order } from './types.ts'

/** What an order says from the moment it is written: nothing that happens later changes it. */
export type LastingOrder = Pick<
  Order,
  | 'orderId'
  | 'organiserId'
  | 'eventId'
  | 'reservationId'
  | 'total'
  | 'currency'
  | 'locale'
  | 'livemode'
  | 'eventName'
  | 'startsAt'
  | 'createdAt'
> & {
  payment: Pick<Order['payment'], 'tender' | 'provider'>
  lines: LastingLine[]
}

/** Without its place: that follows a ticket that is moved. */
type LastingLine = Pick<
  Order['lines'][number],
  | 'lineNo'
  | 'kind'
  | 'ticketId'
  | 'category'
  | 'priceTypeId'
  | 'priceType'
  | 'amount'
  | 'fee'
  | 'tax'
  | 'discount'
  | 'refundable'
>

/**
 * SHA-256 in hex of what lasts of an order. It goes into the ledger with the booking (`hash` of `confirm` in
 * docs/ledger-format.md), so what is hashed and in which order never changes: anything new needs a new key there.
 */
export function orderHash(o: LastingOrder): string {
  const lines = o.lines.map((l) => [
    ...[l.lineNo, l.kind, l.ticketId, l.category, l.priceTypeId, l.priceType],
    ...[l.amount, l.fee, l.tax, l.discount, l.refundable],
  ])
  const lasting = [
    ...[o.orderId, o.organiserId, o.eventId, o.reservationId, o.total, o.currency, o.locale, o.livemode],
    ...[
      o.eventName,
      o.startsAt?.getTime() ?? null,
      o.createdAt.getTime(),
      o.payment.tender,
      o.payment.provider,
    ],
    lines,
  ]
  return createHash('sha256').update(JSON.stringify(lasting)).digest('hex')
}

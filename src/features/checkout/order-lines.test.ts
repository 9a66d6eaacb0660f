import { expect, test } from 'bun:test'
import type { CatalogEvent } from '../catalog/index.ts'
import type { HoldView } from '../inventory/index.ts'
import { orderLines } from './order-lines.ts'

const FEES: CatalogEvent['fees'] = [
  { name: 'service', per: 'ticket', amount: 200, ratePpm: 0, refundable: true },
  { name: 'house', per: 'ticket', amount: 0, ratePpm: 50_000, refundable: false },
]

/** One seat of `amount`, of which `fee` is the fees with their taxes. */
function refundable(amount: number, fee: number, taxes: CatalogEvent['taxes']): number {
  const hold = {
    lines: [{ seat: 0, quantity: 1, category: 0, priceType: 0, amount, fee, tax: 0 }],
    orderFee: 0,
    orderFeeTax: 0,
  } as unknown as HoldView
  const event = { fees: FEES, taxes, priceTypes: [], categories: [] } as unknown as CatalogEvent
  return orderLines({ hold, event, layout: null, newTicketId: () => 'ticket' })[0]!.refundable
}

test('of a ticket of 100.00 with fees of 2.00 and 5 per cent, only the second is kept', () => {
  expect(refundable(10_700, 700, [])).toBe(10_200)
})

test('a tax that is added on top does not make the kept fee larger than it was', () => {
  const tax = { name: 'VAT', ratePpm: 200_000, included: false, appliesTo: 'all' } as const
  expect(refundable(12_840, 840, [tax])).toBe(12_240)
})

test('a tax that prices include leaves the fee in per cent what it was', () => {
  const tax = { name: 'VAT', ratePpm: 200_000, included: true, appliesTo: 'all' } as const
  expect(refundable(10_700, 700, [tax])).toBe(10_200)
})

import { expect, test } from 'bun:test'
import { keptFees } from './kept-fees.ts'

const fee = (name: string, per: 'ticket' | 'order', refundable: boolean, amount = 250) => ({
  name,
  per,
  amount: { amount, currency: 'USD' },
  rate: 0,
  refundable,
})

test('fees that are not refunded are named, those that cost nothing left out', () => {
  const fees = [
    fee('Service fee', 'ticket', false),
    fee('Booking fee', 'ticket', true),
    fee('Handling', 'order', false, 0),
  ]
  expect(keptFees({ fees })).toEqual(['Service fee'])
  expect(keptFees({ fees: [] })).toEqual([])
})

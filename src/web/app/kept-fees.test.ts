import { expect, test } from 'bun:test'
import { fee } from '../../../test/harness/fees.ts'
import { keptFees } from './kept-fees.ts'

test('fees that are not refunded are named, those that cost nothing left out', () => {
  const fees = [
    fee('Service fee', 'ticket', false),
    fee('Booking fee', 'ticket', true),
    fee('Handling', 'order', false, 0),
  ]
  expect(keptFees({ fees })).toEqual(['Service fee'])
  expect(keptFees({ fees: [] })).toEqual([])
})

import { expect, test } from 'bun:test'
import { cheapestType } from './cheapest-type.ts'

const money = (amount: number) => ({ amount, currency: 'USD' })
const type = (id: string) => ({ id, name: id.toUpperCase(), min_per_order: 0, max_per_order: null })
const price = (price_type: string, amount: number) => ({
  category: 'Side',
  category_index: 0,
  price_type,
  price: money(amount),
  fee_included: money(0),
  tax_included: money(0),
})
const types = [type('adult'), type('student'), type('child')]

test('the lowest price is named after whom it is for, unless everybody has it', () => {
  const reduced = [price('adult', 3000), price('student', 1800), price('child', 1800)]
  expect(cheapestType({ price_from: money(1800), prices: reduced, price_types: types })).toBe('STUDENT')
  const same = [price('student', 3000), price('adult', 3000)]
  expect(cheapestType({ price_from: money(3000), prices: same, price_types: types })).toBeUndefined()
  expect(cheapestType({ price_from: money(100), prices: reduced, price_types: types })).toBeUndefined()
  expect(cheapestType({ price_from: null, prices: [], price_types: [] })).toBeUndefined()
})

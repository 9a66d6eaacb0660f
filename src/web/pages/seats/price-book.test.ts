import { expect, test } from 'bun:test'
import type { Event } from '../../api/queries.ts'
import { colorOf, patternOf } from '../../components/seat-map/colors.ts'
import { PriceBook } from './price-book.ts'

test('a category keeps its colour when a code or another phase turns the order of the prices around', () => {
  const book = new PriceBook(eventAt([4_000, 3_000, 2_000]))
  expect(book.steps).toEqual([0, 1, 2])
  const cheap = eventAt([1_000, 3_000, 2_000])
  const withCode = book.with(eventAt([4_000, 3_000, 2_000]), cheap.prices)
  expect(withCode.categories.map(({ index, step }) => [index, step])).toEqual([
    [1, 1],
    [2, 2],
    [0, 0],
  ])
  expect(withCode.with(cheap).steps).toEqual([0, 1, 2])
})

test('no two of many categories look alike', () => {
  const { categories } = new PriceBook(eventAt(Array.from({ length: 32 }, (_, i) => 1_000 * (i + 1))))
  const looks = categories.map(({ step }) => `${colorOf(step)} ${patternOf(step)}`)
  expect(new Set(looks).size).toBe(32)
  // As long as there are colours, none is used twice; nor is a pattern.
  const seven = categories.slice(0, 7).map(({ step }) => step)
  expect(new Set(seven.map(colorOf)).size).toBe(7)
  expect(new Set(seven.map(patternOf)).size).toBe(7)
})

/** Categories of a price each. */
function eventAt(amounts: readonly number[]): Event {
  const event: Pick<Event, 'currency' | 'order_fee' | 'price_types' | 'categories' | 'prices'> = {
    currency: 'EUR',
    order_fee: { amount: 0, currency: 'EUR' },
    price_types: [{ id: 'adult', name: 'Adult', min_per_order: 1, max_per_order: null }],
    categories: amounts.map((_, index) => ({ index, name: `C${index}`, color: '#000000' })),
    prices: amounts.map((amount, index) => ({
      category_index: index,
      price_type: 'adult',
      price: { amount, currency: 'EUR' },
    })) as Event['prices'],
  }
  return event as Event
}

import { describe, expect, test } from 'bun:test'
import { smallRules } from '../../../test/harness/small-hall.ts'
import { phaseShown, priceOf, pricesIn, pricesShown, pricesUntil } from './phase-prices.ts'
import type { Offer, Price } from './types.ts'

const [DAY_1, DAY_2, DAY_3] = [1_000, 2_000, 3_000]
const cheap: Price = { category: 0, priceType: 0, amount: 4000, fee: 400, tax: 262 }
const phase = (id: string, changes: Partial<Offer> = {}): Offer => ({
  ...{ id, startsAt: null, endsAt: null, access: 'open' },
  ...changes,
})
const early = phase('early', { no: 3, endsAt: DAY_2, prices: [cheap] })
const late = phase('late', { no: 4, startsAt: DAY_2 })
const amounts = (prices: readonly Price[]): number[] => prices.map(({ amount }) => amount)

describe('what a phase costs', () => {
  const rules = smallRules({ offers: [early, late] })
  test('is its own price where it names one, and the general one otherwise', () => {
    expect(priceOf(rules, 3, 0, 0)).toEqual(cheap)
    expect(priceOf(rules, 3, 0, 1)?.amount).toBe(3000)
    expect(priceOf(rules, 4, 0, 0)?.amount).toBe(5000)
    expect(priceOf(rules, null, 0, 0)?.amount).toBe(5000)
    expect(priceOf(rules, 3, 2, 1)).toBeUndefined()
    expect(amounts(pricesIn(rules, early))).toEqual([4000, 3000, 3000, 2000, 2000])
    expect(pricesIn(rules, late)).toBe(rules.prices)
  })

  test('is nothing for what has no general price: it is sold in no phase', () => {
    const more = { ...early, prices: [cheap, { ...cheap, category: 2, priceType: 1, amount: 900 }] }
    const special = smallRules({ offers: [more, late] })
    expect(priceOf(special, 3, 2, 1)).toBeUndefined()
    expect(priceOf(special, 4, 2, 1)).toBeUndefined()
    expect(amounts(pricesIn(special, more))).toEqual([4000, 3000, 3000, 2000, 2000])
  })
})

describe('the prices that are shown', () => {
  const shown = (offers: Offer[], now: number, onSaleFrom: number | null = null): string | undefined =>
    phaseShown({ offers, onSaleFrom }, now)?.id

  test('are those of the phase that runs, to the millisecond', () => {
    const rules = smallRules({ offers: [early, late] })
    expect(amounts(pricesShown(rules, DAY_2 - 1))[0]).toBe(4000)
    expect(amounts(pricesShown(rules, DAY_2))[0]).toBe(5000)
    expect([pricesUntil(rules, DAY_1), pricesUntil(rules, DAY_2)]).toEqual([DAY_2, null])
  })

  test('are those of the first open phase; a phase for codes counts where nobody else may buy', () => {
    const friends = phase('friends', { access: 'code' })
    expect(shown([friends, early, phase('all')], DAY_1)).toBe('early')
    expect(shown([friends, late], DAY_1)).toBe('friends')
    expect(shown([friends, late], DAY_2)).toBe('late')
  })

  test('before the sale are those that it begins with, between two phases those of the next', () => {
    const second = phase('second', { startsAt: DAY_3 })
    expect(shown([second, { ...late, endsAt: DAY_2 + 1 }], DAY_1)).toBe('late')
    expect(shown([early, second], DAY_2)).toBe('second')
    expect(shown([early, late], 0, DAY_2)).toBe('late')
    expect(pricesUntil(smallRules({ offers: [early, late], onSaleFrom: DAY_2 }), 0)).toBeNull()
  })

  test('are the general ones once all phases are over', () => {
    const rules = smallRules({ offers: [early] })
    expect(pricesShown(rules, DAY_2)).toEqual(rules.prices)
    expect(pricesUntil(rules, DAY_1)).toBe(DAY_2)
  })

  test('change at no moment where no phase has prices of its own', () => {
    const { prices: _, ...plain } = early
    const rules = smallRules({ offers: [plain, late] })
    expect(pricesUntil(rules, DAY_1)).toBeNull()
    expect(pricesShown(rules, DAY_1)).toBe(rules.prices)
  })

  test('change only where a phase of its own prices begins or ends', () => {
    const plain = [phase('a', { endsAt: DAY_1 }), phase('b', { startsAt: DAY_1, endsAt: DAY_2 })]
    const rules = smallRules({ offers: [...plain, phase('c', { startsAt: DAY_2, prices: [cheap] })] })
    expect(pricesUntil(rules, 0)).toBe(DAY_2)
  })
})

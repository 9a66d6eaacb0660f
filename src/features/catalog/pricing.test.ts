import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { orderFee, ticketPrice, type Fee, type Tax } from './pricing.ts'

const perTicket = (amount: number, ratePpm = 0): Fee => ({ per: 'ticket', amount, ratePpm })
const perOrder = (amount: number): Fee => ({ per: 'order', amount, ratePpm: 0 })
const included = (ratePpm: number, appliesTo: Tax['appliesTo'] = 'all'): Tax => ({
  ratePpm,
  included: true,
  appliesTo,
})
const added = (ratePpm: number, appliesTo: Tax['appliesTo'] = 'all'): Tax => ({
  ratePpm,
  included: false,
  appliesTo,
})

describe('the price of a ticket', () => {
  test('without fees and taxes is its face value', () => {
    expect(ticketPrice(4_500, [], [])).toEqual({ amount: 4_500, fee: 0, tax: 0 })
  })

  test('19 % included: 119.00 contains 19.00', () => {
    expect(ticketPrice(11_900, [], [included(190_000)])).toEqual({ amount: 11_900, fee: 0, tax: 1_900 })
  })

  test('8.875 % added: 100.00 becomes 108.88, half a cent rounded upwards', () => {
    expect(ticketPrice(10_000, [], [added(88_750)])).toEqual({ amount: 10_888, fee: 0, tax: 888 })
  })

  test('fees are in the amount, named apart, with their tax', () => {
    // 50.00 + fee 2.00 + 10 % of 50.00, all with 10 % tax on top.
    expect(ticketPrice(5_000, [perTicket(200), perTicket(0, 100_000)], [added(100_000)])).toEqual({
      amount: 5_500 + 770,
      fee: 770,
      tax: 500 + 70,
    })
  })

  test('a tax on fees alone leaves the ticket alone', () => {
    expect(ticketPrice(5_000, [perTicket(200)], [added(200_000, 'fees')])).toEqual({
      amount: 5_240,
      fee: 240,
      tax: 40,
    })
  })

  test("an order's fee is no part of a ticket", () => {
    expect(ticketPrice(5_000, [perOrder(300)], [])).toEqual({ amount: 5_000, fee: 0, tax: 0 })
    expect(orderFee([perOrder(300), perTicket(99)], [added(100_000)])).toEqual({ amount: 330, tax: 30 })
    expect(orderFee([perOrder(119)], [included(190_000)])).toEqual({ amount: 119, tax: 19 })
  })

  test('a free ticket stays free', () => {
    expect(ticketPrice(0, [], [added(88_750)])).toEqual({ amount: 0, fee: 0, tax: 0 })
  })

  test('parts never exceed the whole, included taxes never change it, and a dearer ticket never costs less', () => {
    const rate = fc.integer({ min: 0, max: 400_000 })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.nat(5_000),
        rate,
        rate,
        (face, fee, feeRate, taxRate) => {
          const fees = [perTicket(fee, feeRate)]
          const inside = ticketPrice(face, fees, [included(taxRate)])
          const outside = ticketPrice(face, fees, [added(taxRate)])
          for (const price of [inside, outside]) {
            expect(Number.isInteger(price.amount) && Number.isInteger(price.tax)).toBe(true)
            expect(price.fee + price.tax).toBeLessThanOrEqual(price.amount + price.fee)
          }
          expect(inside.amount).toBe(ticketPrice(face, fees, []).amount)
          expect(outside.amount).toBe(ticketPrice(face, fees, []).amount + outside.tax)
          expect(ticketPrice(face + 1, fees, [added(taxRate)]).amount).toBeGreaterThan(outside.amount)
        },
      ),
    )
  })
})

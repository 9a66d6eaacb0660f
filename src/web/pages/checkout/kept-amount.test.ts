import { describe, expect, test } from 'bun:test'
import { fee } from '../../../../test/harness/fees.ts'
import { keptAmount } from './kept-amount.ts'

const paid = { ticketFees: 600, orderFee: 381 }

describe('what a refund keeps', () => {
  test('comes to what was paid for them; to nothing where all come back', () => {
    const service = fee('Service fee', 'ticket', false)
    const handling = fee('Handling', 'order', false)
    expect(keptAmount({ fees: [service, handling] }, paid)).toBe(981)
    expect(keptAmount({ fees: [service] }, { ...paid, orderFee: 0 })).toBe(600)
    expect(keptAmount({ fees: [fee('Booking fee', 'ticket', true), handling] }, paid)).toBe(381)
    expect(keptAmount({ fees: [fee('Booking fee', 'ticket', true)] }, { ...paid, orderFee: 0 })).toBe(0)
    expect(keptAmount({ fees: [] }, { ticketFees: 0, orderFee: 0 })).toBe(0)
  })

  test('is no amount that a page could tell where one fee of a ticket comes back and another stays', () => {
    const fees = [fee('Service fee', 'ticket', false), fee('Booking fee', 'ticket', true)]
    expect(keptAmount({ fees }, paid)).toBeNull()
  })
})

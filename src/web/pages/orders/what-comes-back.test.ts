import { expect, test } from 'bun:test'
import { BOOKING_EXAMPLE } from '../../../shared/schemas/bookings.ts'
import { whatComesBack } from './what-comes-back.ts'

const EUR = (amount: number) => ({ amount, currency: 'EUR' })
const [example] = BOOKING_EXAMPLE.tickets
const ticket = (id: string, status: 'valid' | 'void' = 'valid') => ({
  ...example!,
  ticket_id: id,
  status,
  price: EUR(4500),
  refundable: EUR(4100),
})
const breakdown = { ...BOOKING_EXAMPLE.breakdown, order_fee: EUR(150), order_fee_refundable: EUR(100) }

test('one of two tickets comes back without the fees that stay; the order fee stays out of it', () => {
  const order = { tickets: [ticket('a'), ticket('b')], breakdown }
  expect(whatComesBack(order, new Set(['a']))).toEqual({ back: 4100, stays: 400 })
})

test('the order fee goes with the last ticket, whether the others went now or before', () => {
  const now = { tickets: [ticket('a'), ticket('b')], breakdown }
  expect(whatComesBack(now, new Set(['a', 'b']))).toEqual({ back: 8300, stays: 850 })
  const before = { tickets: [ticket('a', 'void'), ticket('b')], breakdown }
  expect(whatComesBack(before, new Set(['b']))).toEqual({ back: 4200, stays: 450 })
})

test('nothing chosen, nothing comes back', () => {
  expect(whatComesBack({ tickets: [ticket('a')], breakdown }, new Set())).toEqual({ back: 0, stays: 0 })
})

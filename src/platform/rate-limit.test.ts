import { expect, test } from 'bun:test'
import { manualClock } from '../../test/harness/clock.ts'
import { KEYS_MAX, RateLimit } from './rate-limit.ts'

test('a burst passes, then one call an interval', () => {
  const clock = manualClock()
  const limit = new RateLimit({ perSecond: 10, burst: 5 }, clock)
  expect(Array.from({ length: 5 }, () => limit.take('a'))).toEqual([0, 0, 0, 0, 0])
  expect(limit.take('a')).toBe(1)
  expect(limit.take('b')).toBe(0)
  clock.advance(100)
  expect([limit.take('a'), limit.take('a')]).toEqual([0, 1])
  clock.advance(60_000)
  expect(Array.from({ length: 6 }, () => limit.take('a'))).toEqual([0, 0, 0, 0, 0, 1])
})

test('refused calls are not counted: who goes on asking gets in again at the same rate', () => {
  const clock = manualClock()
  const limit = new RateLimit({ perSecond: 1, burst: 1 }, clock)
  let passed = 0
  for (let n = 0; n < 100; n += 1) {
    if (limit.take('a') === 0) passed += 1
    clock.advance(100)
  }
  expect(passed).toBe(10)
})

test('the seconds to wait are enough', () => {
  const clock = manualClock()
  const limit = new RateLimit({ perSecond: 0.2, burst: 1 }, clock)
  expect(limit.take('a')).toBe(0)
  const wait = limit.take('a')
  clock.advance(wait * 1_000)
  expect([wait, limit.take('a')]).toEqual([5, 0])
})

test('a flood of addresses stays within its bound', () => {
  const limit = new RateLimit({ perSecond: 1, burst: 1 }, manualClock())
  for (let n = 0; n < 10 * KEYS_MAX; n += 1) limit.take(`10.${n}`)
  expect(limit.size).toBeLessThanOrEqual(KEYS_MAX)
})

import { describe, expect, test } from 'bun:test'
import { manualClock } from '../../test/harness/clock.ts'
import { createRequestLimits, FairLimit, KEYS_MAX, RATE_LIMITS, RateLimit } from './rate-limit.ts'

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

describe('one address that many share', () => {
  const small = { perSecond: 1, burst: 10 }
  const limits = (): ReturnType<typeof createRequestLimits> =>
    createRequestLimits(manualClock(), {
      ...RATE_LIMITS,
      share: { read: small, write: { perSecond: 1, burst: 3 } },
      address: { read: small, write: small },
      ...{ session: small, token: small, badToken: small },
    })
  const flood = (ask: () => unknown): void => {
    for (let n = 0; n < 1_000; n += 1) ask()
  }
  const passed = (ask: () => unknown, times: number): number =>
    Array.from({ length: times }, ask).filter((refused) => refused === null).length

  test.each([
    ['calls without a token', (l: ReturnType<typeof limits>) => l.anonymous('write', 'campus')],
    ['new sessions', (l: ReturnType<typeof limits>) => l.session('campus')],
    ['tokens to verify', (l: ReturnType<typeof limits>) => l.token('campus')],
    ['bad tokens', (l: ReturnType<typeof limits>) => l.badToken('campus')],
    ['calls of one buyer', (l: ReturnType<typeof limits>) => l.caller('write', { id: 'abuser' }, 'campus')],
  ])('flooded with %s, it still lets every buyer have their share', (_what, ask) => {
    const l = limits()
    flood(() => ask(l))
    expect(ask(l)).toMatchObject({ refused: 'rate_limited' })
    for (const id of ['one', 'two', 'three'])
      expect(passed(() => l.caller('write', { id }, 'campus'), 3)).toBe(3)
  })

  test('what a buyer asks beyond their share comes out of the address', () => {
    const l = limits()
    expect(passed(() => l.caller('write', { id: 'busy' }, 'campus'), 50)).toBe(3 + 10)
    expect(passed(() => l.caller('write', { id: 'other' }, 'campus'), 50)).toBe(3)
    expect(passed(() => l.caller('write', { id: 'other' }, 'elsewhere'), 50)).toBe(10)
  })

  test('a share that the address has no room for can be used later', () => {
    const clock = manualClock()
    const one = { perSecond: 1, burst: 1 }
    const limit = new FairLimit({ share: { perSecond: 0.001, burst: 2 }, shares: one, address: one }, clock)
    expect([limit.take('a', 'campus'), limit.take('a', 'campus')]).toEqual([0, 1])
    clock.advance(1_000)
    expect([limit.take('a', 'campus'), limit.take(null, 'campus'), limit.take('b', 'campus')]).toEqual([
      0, 0, 1,
    ])
  })

  test('all shares of an address together have a limit, too', () => {
    const l = createRequestLimits(manualClock(), {
      ...RATE_LIMITS,
      shares: { read: small, write: small },
    })
    let n = 0
    expect(passed(() => l.caller('write', { id: `buyer ${++n}` }, 'a farm of sessions'), 50)).toBe(10)
  })

  test('a call that the address has no room for does not count against the buyer', () => {
    const clock = manualClock()
    const l = createRequestLimits(clock, {
      ...RATE_LIMITS,
      caller: { read: small, write: { perSecond: 0.01, burst: 5 } },
      share: { read: small, write: { perSecond: 0.01, burst: 1 } },
      address: { read: small, write: { perSecond: 1, burst: 1 } },
    })
    expect(passed(() => l.caller('write', { id: 'a' }, 'campus'), 30)).toBe(2)
    clock.advance(1_000)
    expect(passed(() => l.caller('write', { id: 'a' }, 'campus'), 30)).toBe(1)
  })
})

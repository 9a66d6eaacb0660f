import { LRUCache } from 'lru-cache'
import { refuse, type Refusal } from '../shared/errors.ts'
import type { Clock } from './clock.ts'

/** `burst` at once, and `perSecond` in the long run. */
export type Rate = { perSecond: number; burst: number }

export type RateLimits = { address: { read: Rate; write: Rate }; caller: { read: Rate; write: Rate } }

/**
 * An address may be a campus or a mobile carrier: 5,000 people who start a session, hold and pay within two minutes
 * are about 150 writes a second, and each of them looks ten times as often. A caller is one person (or a script of
 * theirs): nobody clicks 20 times a second.
 */
export const RATE_LIMITS: RateLimits = {
  address: { read: { perSecond: 2_000, burst: 20_000 }, write: { perSecond: 200, burst: 2_000 } },
  caller: { read: { perSecond: 50, burst: 300 }, write: { perSecond: 20, burst: 100 } },
}

/** Keys that are remembered a limit, those used last; who is forgotten starts with a full bucket. Under 0.5 KB each. */
export const KEYS_MAX = 40_000

/**
 * Counts by the generic cell rate algorithm: one number a key, the moment at which its bucket is full again. No timer,
 * no promise, and bounded whatever addresses a flood invents. (The usual library's memory limiter was measured beside
 * it: it keeps a timer and an object a key, 0.76 KB each and without bound, and answers by rejected promises.)
 */
export class RateLimit {
  readonly #fullAtMs = new LRUCache<string, number>({ max: KEYS_MAX })
  readonly #intervalMs: number
  readonly #burstMs: number
  readonly #clock: Clock

  constructor({ perSecond, burst }: Rate, clock: Clock) {
    this.#intervalMs = 1_000 / perSecond
    this.#burstMs = burst * this.#intervalMs
    this.#clock = clock
  }

  /** 0, or the seconds to wait. A refused call is not counted. */
  take(key: string): number {
    const nowMs = this.#clock.monotonic()
    const fullAtMs = Math.max(this.#fullAtMs.get(key) ?? 0, nowMs) + this.#intervalMs
    const overMs = fullAtMs - nowMs - this.#burstMs
    // A thousandth of a call: additions of fractions must not refuse the last one of a burst.
    if (overMs > this.#intervalMs / 1_000) return Math.max(1, Math.ceil(overMs / 1_000))
    this.#fullAtMs.set(key, fullAtMs)
    return 0
  }

  /** Takes a call back: it was refused for another reason, and whoever shares the key shall not pay for it. */
  giveBack(key: string): void {
    const fullAtMs = this.#fullAtMs.get(key)
    if (fullAtMs !== undefined) this.#fullAtMs.set(key, fullAtMs - this.#intervalMs)
  }

  get size(): number {
    return this.#fullAtMs.size
  }
}

/** Limits a server asks about: by address and by caller, reading and writing apart. */
export function createRequestLimits(
  clock: Clock,
  rates: RateLimits = RATE_LIMITS,
): {
  address(kind: 'read' | 'write', address: string): Refusal | null
  caller(kind: 'read' | 'write', caller: { id: string }, address: string): Refusal | null
} {
  const address = {
    read: new RateLimit(rates.address.read, clock),
    write: new RateLimit(rates.address.write, clock),
  }
  const caller = {
    read: new RateLimit(rates.caller.read, clock),
    write: new RateLimit(rates.caller.write, clock),
  }
  return {
    address: (kind, of) => refusal(address[kind].take(of), 'This address asks too often.'),
    caller: (kind, { id }, from) => {
      const refused = refusal(caller[kind].take(id), 'You ask too often.')
      // One who asks too often must not use up what the others behind the same address may ask.
      if (refused) address[kind].giveBack(from)
      return refused
    },
  }
}

function refusal(waitSeconds: number, what: string): Refusal | null {
  if (waitSeconds === 0) return null
  const wait = waitSeconds === 1 ? 'a second' : `${waitSeconds} seconds`
  return refuse('rate_limited', `${what} Wait ${wait}.`, { retryAfterSeconds: waitSeconds })
}

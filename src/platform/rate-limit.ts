import { LRUCache } from 'lru-cache'
import { refuse, type Refusal } from '../shared/errors.ts'
import type { Clock } from './clock.ts'

/** `burst` at once, and `perSecond` in the long run. */
export type Rate = { perSecond: number; burst: number }

type Rates = { read: Rate; write: Rate }

export type RateLimits = {
  /** One caller, whatever their address. */
  caller: Rates
  /** Of each caller: what no neighbour at the same address can use up. */
  share: Rates
  /** All shares of an address together: only thousands of sessions collected for it get there. */
  shares: Rates
  /** What comes from an address without a token, and what its callers ask beyond their shares. */
  address: Rates
  /** An address: new guests. */
  session: Rate
  /** An address: tokens that this process has not seen before, each of which costs a verification. */
  token: Rate
  /** An address: tokens that were not good. */
  badToken: Rate
}

/**
 * An address may be a campus or a mobile carrier: 5,000 people who start a session, hold and pay within two minutes
 * are about 150 writes a second, and each of them looks ten times as often. A caller is one person (or a script of
 * theirs): nobody clicks 20 times a second. Everything that one of them could flood has a bucket of its own, so that
 * whoever floods it stops nobody behind the same address who does something else.
 */
export const RATE_LIMITS: RateLimits = {
  caller: { read: { perSecond: 50, burst: 300 }, write: { perSecond: 20, burst: 100 } },
  share: { read: { perSecond: 5, burst: 150 }, write: { perSecond: 1, burst: 20 } },
  shares: { read: { perSecond: 10_000, burst: 100_000 }, write: { perSecond: 1_000, burst: 20_000 } },
  address: { read: { perSecond: 2_000, burst: 20_000 }, write: { perSecond: 200, burst: 2_000 } },
  session: { perSecond: 50, burst: 5_000 },
  token: { perSecond: 200, burst: 10_000 },
  badToken: { perSecond: 50, burst: 5_000 },
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
    const waitSeconds = this.#secondsOver(fullAtMs - nowMs)
    if (waitSeconds === 0) this.#fullAtMs.set(key, fullAtMs)
    return waitSeconds
  }

  /** What `take` would answer; takes nothing. */
  wait(key: string): number {
    const nowMs = this.#clock.monotonic()
    const fullAtMs = Math.max(this.#fullAtMs.peek(key) ?? 0, nowMs) + this.#intervalMs
    return this.#secondsOver(fullAtMs - nowMs)
  }

  #secondsOver(takenMs: number): number {
    const overMs = takenMs - this.#burstMs
    // A thousandth of a call: additions of fractions must not refuse the last one of a burst.
    return overMs > this.#intervalMs / 1_000 ? Math.max(1, Math.ceil(overMs / 1_000)) : 0
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

/**
 * What comes from one address, where many may be behind it: each caller has a share of their own, which nobody else
 * there can use up; what they ask beyond it, and what comes without a token, shares one bucket.
 */
export class FairLimit {
  readonly #share: RateLimit
  readonly #shares: RateLimit
  readonly #address: RateLimit

  /** `shares`: all shares of an address together. */
  constructor(rates: { share: Rate; shares: Rate; address: Rate }, clock: Clock) {
    this.#share = new RateLimit(rates.share, clock)
    this.#shares = new RateLimit(rates.shares, clock)
    this.#address = new RateLimit(rates.address, clock)
  }

  /** 0, or the seconds to wait. `caller` null: a call without a token. */
  take(caller: string | null, address: string): number {
    if (caller === null || this.#share.take(caller) > 0) return this.#address.take(address)
    const waitSeconds = this.#shares.take(address)
    if (waitSeconds > 0) this.#share.giveBack(caller)
    return waitSeconds
  }
}

/** How often a client may ask; nobody waits, because a limit that waits is a queue. Null: they may. */
export type RequestLimits = {
  /** A call without a token. */
  anonymous(kind: 'read' | 'write', address: string): Refusal | null
  /** A caller whose token is good: by their own limits first, whatever else comes from their address. */
  caller(kind: 'read' | 'write', caller: { id: string }, address: string): Refusal | null
  session(address: string): Refusal | null
  /** Asked before a token is verified that is not known yet. */
  token(address: string): Refusal | null
  badToken(address: string): Refusal | null
}

export function createRequestLimits(clock: Clock, rates: RateLimits = RATE_LIMITS): RequestLimits {
  const callerOf = (kind: 'read' | 'write'): RateLimit => new RateLimit(rates.caller[kind], clock)
  const addressOf = (kind: 'read' | 'write'): FairLimit =>
    new FairLimit(
      { share: rates.share[kind], shares: rates.shares[kind], address: rates.address[kind] },
      clock,
    )
  const caller = { read: callerOf('read'), write: callerOf('write') }
  const address = { read: addressOf('read'), write: addressOf('write') }
  const session = new RateLimit(rates.session, clock)
  const token = new RateLimit(rates.token, clock)
  const badToken = new RateLimit(rates.badToken, clock)
  return {
    anonymous: (kind, from) => refusal(address[kind].take(null, from), ADDRESS),
    caller: (kind, { id }, from) => {
      const tooOften = refusal(caller[kind].take(id), 'You ask too often.')
      if (tooOften) return tooOften
      const full = refusal(address[kind].take(id, from), ADDRESS)
      // A refused call is not counted.
      if (full) caller[kind].giveBack(id)
      return full
    },
    session: (from) => refusal(session.take(from), 'Too many sessions begin at this address.'),
    token: (from) => refusal(token.take(from), ADDRESS),
    badToken: (from) => refusal(badToken.take(from), 'Too many bad tokens come from this address.'),
  }
}

const ADDRESS = 'This address asks too often.'

function refusal(waitSeconds: number, what: string): Refusal | null {
  if (waitSeconds === 0) return null
  const wait = waitSeconds === 1 ? 'a second' : `${waitSeconds} seconds`
  return refuse('rate_limited', `${what} Wait ${wait}.`, { retryAfterSeconds: waitSeconds })
}

import { randomBytes } from 'node:crypto'

/** The only source of time, randomness and ids: a test or a simulation passes its own. */
export type Clock = {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Milliseconds from an arbitrary start; never steps back. */
  monotonic(): number
}

export type Random = {
  bytes(length: number): Uint8Array
  /** Uniform in [0, 1). */
  fraction(): number
}

export type Ids = {
  /** A UUID version 7: sorts by time, so that new rows land on the right edge of an index. */
  uuid(): string
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
export const systemRandom: Random = { bytes: (length) => randomBytes(length), fraction: () => Math.random() }
export const systemIds: Ids = { uuid: () => Bun.randomUUIDv7() }

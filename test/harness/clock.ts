import type { Clock } from '../../src/platform/clock.ts'

/** A clock that moves only when the test says so. */
export type ManualClock = Clock & {
  advance(milliseconds: number): void
  /** Sets the wall clock, also back; the monotonic clock does not notice. */
  set(now: number): void
}

export function manualClock(start = Date.parse('2030-01-01T12:00:00Z')): ManualClock {
  let now = start
  let elapsed = 0
  return {
    now: () => now,
    monotonic: () => elapsed,
    advance: (milliseconds) => {
      now += milliseconds
      elapsed += milliseconds
    },
    set: (to) => {
      now = to
    },
  }
}

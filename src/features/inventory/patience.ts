import { Outage } from '../../platform/postgres/database.ts'
import type { Command } from './commands.ts'
import { Unavailable } from './ledger-memory.ts'

/** Milliseconds that a new command may expect to wait before it is sent away with 503. */
export const WAIT_MS_MAX = 2_000
/** Milliseconds after which a buyer who was let in, and a reader, hears what is known, whatever goes on. */
const ANSWER_MS_MAX = 3_000
const RETRY_AFTER_SECONDS_MAX = 15
/** Milliseconds between looks for who has waited too long. Counted in looks, so that a process that slept is not late. */
export const WATCH_MS = 250

type Patient = { command: Command; sinceMs: number; left: boolean; reject(error: unknown): void }

/**
 * Whether somebody has waited long enough. Buyers have: they are at a screen, and ask again. Payments under way and the
 * house's own commands rather wait until it is certain what became of them.
 */
export function impatient({ command, sinceMs, left }: Patient, nowMs: number): boolean {
  return !left && nowMs - sinceMs >= ANSWER_MS_MAX && isBuyers(command)
}

function isBuyers({ k }: Command): boolean {
  return k === 'hold' || k === 'extend' || k === 'release'
}

/** Answers them; whatever still happens to their commands they do not hear. */
export function sendAway(waiting: readonly Patient[], cause: Unavailable): void {
  for (const one of waiting) {
    one.left = true
    one.reject(cause)
  }
}

/** Nothing was done, and how long it may take is all that is known. */
export function tooBusy(predictedMs: number): Unavailable {
  const busy = new Unavailable('busy', 'too many are asking for this event at this moment')
  busy.retryAfterSeconds = Math.min(RETRY_AFTER_SECONDS_MAX, Math.max(1, Math.ceil(predictedMs / 1_000)))
  return busy
}

/** What a batch's failure means to those in it; with `lost`, something of it was sent and may still arrive. */
export function overrun(error: unknown, lost: boolean): Unavailable {
  if (error instanceof Unavailable && !(lost && error.reason === 'away')) return error
  if (!lost && error instanceof Outage) return new Unavailable('away', 'the database does not answer', error)
  return new Unavailable('unavailable', 'the ledger could not be written', error)
}

/** The work's result, or `Unavailable` once a reader has waited long enough; the work goes on for others. */
export async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setInterval> | undefined
  const late = new Promise<never>((_, reject) => {
    let waitedMs = 0
    timer = setInterval(() => {
      waitedMs += WATCH_MS
      if (waitedMs >= ANSWER_MS_MAX) reject(new Unavailable('away', 'the database did not answer in time'))
    }, WATCH_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearInterval(timer)
  }
}

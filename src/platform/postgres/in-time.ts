import { Outage, type Database } from './database.ts'

/** Milliseconds after which somebody at a screen hears that the database does not answer. */
const ANSWER_MS_MAX = 3_000

/** What the work gives, or an `Outage` after so many milliseconds; the work itself is not ended by that. */
export async function inTime<T>(work: Promise<T>, msMax = ANSWER_MS_MAX): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Outage(new Error(`no answer within ${msMax} ms`))), msMax)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Milliseconds between looks at a silent database. Counted in looks, so that a process that slept is not late. */
const LOOK_MS = 250

type Waiting = { database: Database; silentMs: number; giveUp(): void }

const waiting = new Set<Waiting>()
/** One for all who wait. */
let timer: ReturnType<typeof setInterval> | null = null

/**
 * What the work gives, or an `Outage` once the database has told nobody anything for so long; the work itself is not
 * ended by that. For what had better be slow than given up: in a rush a statement may wait for seconds behind others.
 */
export async function unlessSilent<T>(database: Database, work: Promise<T>): Promise<T> {
  const { promise: silent, reject } = Promise.withResolvers<never>()
  const giveUp = (): void => reject(new Outage(new Error(`silent for ${ANSWER_MS_MAX} ms`)))
  const mine = { database, silentMs: 0, giveUp }
  waiting.add(mine)
  timer ??= setInterval(look, LOOK_MS)
  try {
    return await Promise.race([work, silent])
  } finally {
    waiting.delete(mine)
  }
}

function look(): void {
  for (const one of waiting) {
    one.silentMs = Math.min(one.silentMs + LOOK_MS, one.database.silentMs())
    if (one.silentMs >= ANSWER_MS_MAX) one.giveUp()
  }
  if (waiting.size > 0 || timer === null) return
  clearInterval(timer)
  timer = null
}

import { Outage } from './database.ts'

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

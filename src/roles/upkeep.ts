import { systemClock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { clearOutbox } from '../platform/outbox/outbox.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Shutdown } from '../platform/shutdown.ts'

const DAY_MS = 24 * 3_600_000
/** Milliseconds after the start: a process that starts anew every day clears, too, and not while it opens its doors. */
const FIRST_MS = 10 * 60_000

export const OUTBOXES = ['catalog_outbox', 'inventory_outbox', 'money_outbox'] as const

/** Once a day: facts that all have read and that are older than seven days. Any number of workers may do it. */
export function startUpkeep({ database, log }: { database: Database; log: Log }, shutdown: Shutdown): void {
  let clearing: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setTimeout>
  const later = (ms: number): void => {
    timer = setTimeout(() => {
      clearing = clear().catch((error: unknown) =>
        log.warn({ err: error }, 'old facts could not be cleared; it is tried again tomorrow'),
      )
      later(DAY_MS)
    }, ms)
  }
  async function clear(): Promise<void> {
    for (const table of OUTBOXES) {
      const rows = await clearOutbox(database, table, systemClock.now())
      if (rows > 0) log.info({ table, rows }, 'facts that all have read were cleared')
    }
  }
  later(FIRST_MS)
  shutdown.add('upkeep', async () => {
    clearTimeout(timer)
    await clearing
  })
}

import { Outage } from '../../platform/postgres/database.ts'
import type { Refusal } from '../../shared/errors.ts'
import type { Hall } from './hall.ts'
import { Unavailable } from './ledger-memory.ts'
import { unavailable } from './outcomes.ts'
import type { Sequencers } from './sequencers.ts'
import type { EventState } from './state.ts'

/** How stale, in milliseconds, memory may be for the seat map. */
const AVAILABILITY_STALE_MS = 1_000
/** Milliseconds that somebody who only looks waits for the database while there is something to show. */
const PATIENCE_MS = 1_000

/** `staleMs`: for how long nothing has confirmed what is shown, where that is longer than it should be. */
export type Browsed = { state: EventState; hall: Hall; staleMs: number | null }

/**
 * An event for those who only look: at once where memory is fresh; while the database is away, from memory as it was
 * last, but never older than what the reader has seen. Null when the event was never opened.
 */
export function browse(
  sequencers: Sequencers,
  eventId: string,
  minVersion: number,
): Browsed | Promise<Browsed | null | Refusal> {
  const sequencer = sequencers.of(eventId)
  const { memory } = sequencer
  if (memory && memory.state.version >= minVersion && sequencer.ageMs <= AVAILABILITY_STALE_MS) {
    sequencer.use()
    return { ...memory, staleMs: null }
  }
  return browseUnsure(sequencers, eventId, minVersion)
}

async function browseUnsure(
  sequencers: Sequencers,
  eventId: string,
  minVersion: number,
): Promise<Browsed | null | Refusal> {
  const sequencer = sequencers.of(eventId)
  const refreshed = sequencer
    .refresh(AVAILABILITY_STALE_MS, minVersion)
    .then((opened) => (opened ? sequencer.memory : null))
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), PATIENCE_MS)
  })
  const asItWas = (): Browsed | null => {
    const { memory } = sequencer
    return memory && memory.state.version >= minVersion ? { ...memory, staleMs: sequencer.ageMs } : null
  }
  try {
    let found = await Promise.race([refreshed, late])
    if (found === 'late') {
      const shown = asItWas()
      if (shown) return shown
      found = await refreshed
    }
    return found && { ...found, staleMs: null }
  } catch (error) {
    const away =
      error instanceof Unavailable && (error.reason !== 'unavailable' || error.cause instanceof Outage)
    return (away && asItWas()) || unavailable(error)
  } finally {
    clearTimeout(timer)
    // Whoever stopped waiting for it has an answer.
    refreshed.catch(() => undefined)
  }
}

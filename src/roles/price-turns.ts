import type { CatalogService } from '../features/catalog/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Shutdown } from '../platform/shutdown.ts'

/**
 * Milliseconds between two looks at most and at least. A turn that is known is written when it is due; one that was
 * told of since the last look waits for the next.
 */
const LOOK_MS_MAX = 2_000
const LOOK_MS_MIN = 20

/** Keeps the lowest prices of lists and search true as the clock turns. Any number of workers may do it. */
export function startPriceTurns(
  { catalog, log }: { catalog: Pick<CatalogService, 'turnPrices'>; log: Log },
  shutdown: Shutdown,
): void {
  let stopped = false
  let timer: ReturnType<typeof setTimeout>
  let looking: Promise<void> = Promise.resolve()
  let isTold = false
  const look = async (): Promise<void> => {
    let waitMs = LOOK_MS_MAX
    try {
      const { nextAt } = await catalog.turnPrices()
      if (nextAt !== null) waitMs = Math.max(LOOK_MS_MIN, Math.min(waitMs, nextAt - systemClock.now()))
      isTold = false
    } catch (error) {
      if (!isTold) log.warn({ err: error }, 'prices that change with a phase could not be written')
      isTold = true
    }
    if (!stopped) later(waitMs)
  }
  const later = (milliseconds: number): void => {
    timer = setTimeout(() => {
      looking = look()
    }, milliseconds)
  }
  later(LOOK_MS_MIN)
  shutdown.add('price turns', async () => {
    stopped = true
    clearTimeout(timer)
    await looking
  })
}

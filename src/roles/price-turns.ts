import type { CatalogService } from '../features/catalog/index.ts'
import type { Log } from '../platform/log.ts'
import type { Shutdown } from '../platform/shutdown.ts'

/**
 * Milliseconds between two looks whether a phase with prices of its own has begun or ended. With the two seconds until
 * another process reads the fact, and the time for which lists are remembered and kept at the edge, a price is not 5 s old.
 */
const LOOK_MS = 200

/** Keeps the lowest prices of lists and search true as the clock turns. Any number of workers may do it. */
export function startPriceTurns(
  { catalog, log }: { catalog: Pick<CatalogService, 'turnPrices'>; log: Log },
  shutdown: Shutdown,
): void {
  let stopped = false
  let timer: ReturnType<typeof setTimeout>
  let looking: Promise<void> = Promise.resolve()
  let isTold = false
  const later = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      looking = catalog
        .turnPrices()
        .then(
          () => {
            isTold = false
          },
          (error: unknown) => {
            if (!isTold) log.warn({ err: error }, 'prices that change with a phase could not be written')
            isTold = true
          },
        )
        .then(later)
    }, LOOK_MS)
  }
  later()
  shutdown.add('price turns', async () => {
    stopped = true
    clearTimeout(timer)
    await looking
  })
}

import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { loadDemo, type CatalogService, type DemoSummary, type Film } from '../features/catalog/index.ts'
import { createInventory, type Inventory } from '../features/inventory/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'
import { startProgress } from '../platform/progress.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openCatalog } from './open-catalog.ts'

/** `usher demo`: real concerts, a multiplex, a stadium show and a club night. Running it again adds new showtimes. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  const { catalog, database } = await openCatalog(config, shutdown)
  const inventory = createInventory({
    database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    layout: (hash) => catalog.layout(hash),
  })
  const { added, opened, seats } = await inLog(database, 'demo', () => fillWithDemo(catalog, inventory))
  console.log(`${added} new events; ${opened} opened for sale with ${seats.toLocaleString('en')} seats`)
}

/** Loads the demo into a house that has these two; also for a server on its first start. */
export async function fillWithDemo(
  catalog: CatalogService,
  inventory: Pick<Inventory, 'open' | 'rules'>,
): Promise<DemoSummary> {
  const asset = (name: string) => new URL(`../../assets/demo/${name}`, import.meta.url)
  const films = JSON.parse(await readFile(asset('films.json'), 'utf8')) as Film[]
  const progress = startProgress('opening demo events', null)
  const summary = await loadDemo({
    catalog,
    opener: inventory,
    concerts: createReadStream(asset('nyphil-concerts.ndjson.gz')),
    films,
    now: systemClock.now(),
    onProgress: (step, done) => step === 'opening' && progress.at(done),
  })
  progress.end()
  return summary
}

import { createPostgresSearch, createSearch } from '../features/search/index.ts'
import { systemClock } from '../platform/clock.ts'
import { startProgress } from '../platform/progress.ts'
import type { Run } from './command.ts'
import { openCatalog } from './open-catalog.ts'

/** `usher search rebuild`: reads the whole catalog into the search tables, in place. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  const { catalog, database } = await openCatalog(config, shutdown)
  const engine = createPostgresSearch(database, systemClock)
  const progress = startProgress('building search', await catalog.eventCount())
  const search = createSearch({ engine, catalog, clock: systemClock })
  const { events } = await search.rebuild((done) => progress.at(done))
  progress.end()
  console.log(`${events.toLocaleString('en')} events can be found`)
}

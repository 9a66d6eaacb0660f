import { expect, test } from 'bun:test'
import { manualClock } from '../../../test/harness/clock.ts'
import type { Catalog } from '../catalog/index.ts'
import { createSearch } from './search.ts'
import type { SearchEngine, SearchPage } from './types.ts'

const EMPTY: SearchPage = { items: [], nextCursor: null, total: 0, facets: { city: [], genre: [], type: [] } }

test('whoever reads a page while something changes is answered, and who comes after it reads anew', async () => {
  const gate = Promise.withResolvers<void>()
  let reads = 0
  const engine: SearchEngine = {
    isBuilt: () => Promise.resolve(true),
    search: async () => {
      reads += 1
      await gate.promise
      return { ...EMPTY, total: reads }
    },
    suggest: () => Promise.resolve([]),
    index: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    startRebuild: () => Promise.resolve({ add: () => Promise.resolve(), finish: () => Promise.resolve() }),
  }
  const catalog = { eventIds: () => Promise.resolve([]) } as Partial<Catalog> as Catalog
  const search = createSearch({ engine, catalog, clock: manualClock() })
  const waiting = search.list({})
  // The page is asked for once it is known that there is an index.
  while (reads === 0) await Promise.resolve()
  await search.rebuild()
  gate.resolve()
  expect(await waiting).toMatchObject({ items: [], total: 1 })
  expect(await search.list({})).toMatchObject({ total: 2 })
  expect(await search.list({})).toMatchObject({ total: 2 })
})

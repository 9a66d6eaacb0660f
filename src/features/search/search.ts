import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { Consumer } from '../../platform/outbox/outbox.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { withStock, type Catalog, type EventPage, type EventQuery, type Stock } from '../catalog/index.ts'
import { createIndexer, rebuildSearch } from './indexer.ts'
import { parseKeyword } from './parse-keyword.ts'
import type { Completion, SearchEngine, SearchPage } from './types.ts'

/** Milliseconds for which a page is answered from memory. Until the fact of a change is read it may be two seconds more. */
const FRESH_MS = 750
const PAGES_REMEMBERED_MAX = 1_000
const SUGGESTED_MS = 30_000
const SUGGESTED_REMEMBERED_MAX = 5_000
/** Milliseconds between looks whether the engine has been built. */
const BUILT_CHECK_MS = 2_000

export type SearchDeps = {
  engine: SearchEngine
  /** Whose events are found, and who lists them until the engine is built. */
  catalog: Pick<Catalog, 'events' | 'eventIds' | 'list'>
  stock?: Stock
  clock: Clock
}

export interface Search {
  list(query: EventQuery, language?: string): Promise<EventPage | Refusal>
  suggest(typed: string, limit: number): Promise<Completion[]>
  /** Follows the facts of the catalog. */
  indexer: Consumer
  rebuild(onProgress?: (done: number) => void): Promise<{ events: number }>
  /** Whether everything was ever built; lists come from the catalog until then. */
  isBuilt(): Promise<boolean>
}

export function createSearch(deps: SearchDeps): Search {
  const { engine, catalog, clock } = deps
  const perf = { now: () => clock.monotonic() }
  const pages = new LRUCache<
    string,
    SearchPage | Refusal,
    { query: EventQuery; language: string | undefined }
  >({
    max: PAGES_REMEMBERED_MAX,
    ttl: FRESH_MS,
    perf,
    // Whoever is waiting while the pages are forgotten gets what is being read for them; it is not kept.
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context: { query, language } }) => {
      const { keyword, ...filters } = query
      return engine.search({
        ...filters,
        keyword: keyword === undefined ? null : parseKeyword(keyword),
        now: clock.now(),
        language,
      })
    },
  })
  const suggested = new LRUCache<string, Completion[], { typed: string; limit: number }>({
    max: SUGGESTED_REMEMBERED_MAX,
    ttl: SUGGESTED_MS,
    perf,
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context: { typed, limit } }) =>
      engine.suggest(typed, { limit, now: clock.now() }),
  })
  let built = false
  let checkedAt = -Infinity

  async function isBuilt(): Promise<boolean> {
    if (built || clock.monotonic() - checkedAt < BUILT_CHECK_MS) return built
    checkedAt = clock.monotonic()
    built = await engine.isBuilt()
    return built
  }

  async function rebuild(onProgress?: (done: number) => void): Promise<{ events: number }> {
    const result = await rebuildSearch({ engine, catalog }, onProgress)
    built = true
    pages.clear()
    return result
  }

  return {
    async list(query, language) {
      if (!(await isBuilt())) return catalog.list(query, language)
      const page = await pages.fetch(JSON.stringify([query, language]), { context: { query, language } })
      if (!page) return refuse('unavailable', 'The list cannot be read at this moment.')
      return isRefusal(page) ? page : withStock(page, deps.stock, clock.now())
    },
    suggest: async (typed, limit) =>
      (await suggested.fetch(`${limit} ${typed}`, { context: { typed, limit } })) ?? [],
    indexer: createIndexer({ engine, catalog, onIndexed: () => pages.clear() }),
    rebuild,
    isBuilt: () => engine.isBuilt(),
  }
}

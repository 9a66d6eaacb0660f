import { LRUCache } from 'lru-cache'
import type { Layout } from '../../shared/layout.ts'
import { compileHall, type Hall } from './hall.ts'

/** Compiled halls kept in memory: events in one hall share one. */
const HALLS_MAX = 64

/** Halls by the hash of their layout. Rejects for a layout that is not there. */
export function hallCache(layout: (hash: string) => Promise<Layout | null>): (hash: string) => Promise<Hall> {
  const halls = new LRUCache<string, Hall>({
    max: HALLS_MAX,
    // Whoever waits for a hall gets it, also when sixty-four others came in between.
    ignoreFetchAbort: true,
    fetchMethod: async (hash) => {
      const found = await layout(hash)
      if (!found) throw new Error(`there is no layout ${hash}`)
      return compileHall(hash, found)
    },
  })
  return (hash) => halls.forceFetch(hash)
}

import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { ParsedKeyword } from '../parse-keyword.ts'
import type { SearchEngine } from '../types.ts'
import { findPage } from './find.ts'
import { indexDocuments, removeDocuments } from './index-documents.ts'
import { isBuilt, startRebuild } from './rebuild.ts'
import { resolveWords, type Resolved } from './resolve-words.ts'
import { suggest } from './suggest.ts'

/** What a word stands for changes when a new one appears in the vocabulary: it may wait for so long. */
const RESOLVED_MS = 30_000
const RESOLVED_MAX = 2_000
const EMPTY: Resolved = { slots: [], corrected: [], ignored: [], pairs: new Set() }

/** Full text and trigrams of PostgreSQL, in tables of their own. */
export function createPostgresSearch(database: Database, clock: Clock): SearchEngine {
  const resolved = new LRUCache<string, Resolved, { keyword: ParsedKeyword }>({
    max: RESOLVED_MAX,
    ttl: RESOLVED_MS,
    perf: { now: () => clock.monotonic() },
    fetchMethod: (_key, _stale, { context }) => resolveWords(database, context.keyword),
  })
  const resolve = async (keyword: ParsedKeyword): Promise<Resolved> =>
    (await resolved.fetch(`${keyword.words.join(' ')}${keyword.isLastOpen ? '…' : ''}`, {
      context: { keyword },
    })) ?? EMPTY
  return {
    search: async (query) => findPage(database, query, query.keyword ? await resolve(query.keyword) : EMPTY),
    suggest: (prefix, o) => suggest(database, prefix, o),
    async index(documents) {
      await indexDocuments(database, documents, { isCounted: true })
      resolved.clear()
    },
    async remove(eventIds) {
      if (eventIds.length > 0) await removeDocuments(database, eventIds)
    },
    startRebuild: () => startRebuild(database),
    isBuilt: () => isBuilt(database),
  }
}

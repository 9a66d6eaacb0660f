import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { ParsedKeyword } from '../parse-keyword.ts'
import type { SearchEngine } from '../types.ts'
import { findPage } from './find.ts'
import { indexDocuments, removeDocuments } from './index-documents.ts'
import { isBuilt, startRebuild } from './rebuild.ts'
import type { Counted } from './matches.ts'
import { NO_WORDS, resolveWords, type Resolved } from './resolve-words.ts'
import { suggest } from './suggest.ts'

/** What a word stands for changes when a new one appears in the vocabulary: it may wait for so long. */
const RESOLVED_MS = 30_000
const RESOLVED_MAX = 2_000
/** Counts that later pages show again; a chain whose counts are forgotten counts anew. */
const COUNTS_MS = 600_000
const COUNTS_MAX = 2_000

/** Full text and trigrams of PostgreSQL, in tables of their own. */
export function createPostgresSearch(database: Database, clock: Clock): SearchEngine {
  const resolved = new LRUCache<string, Resolved, { keyword: ParsedKeyword }>({
    max: RESOLVED_MAX,
    ttl: RESOLVED_MS,
    perf: { now: () => clock.monotonic() },
    // Whoever is waiting while words are forgotten gets what is being read for them.
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context }) => resolveWords(database, context.keyword),
  })
  const counts = new LRUCache<string, Counted>({
    max: COUNTS_MAX,
    ttl: COUNTS_MS,
    perf: { now: () => clock.monotonic() },
  })
  const resolve = async (keyword: ParsedKeyword): Promise<Resolved> =>
    (await resolved.fetch(`${keyword.words.join(' ')}${keyword.isLastOpen ? '…' : ''}`, {
      context: { keyword },
    })) ?? NO_WORDS
  return {
    search: (query) => findPage({ database, resolve, counts }, query),
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

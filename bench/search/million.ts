import { build } from 'hdr-histogram-js'
import { createPostgresSearch, parseKeyword, type SearchEngine } from '../../src/features/search/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import type { Database } from '../../src/platform/postgres/database.ts'
import { isRefusal } from '../../src/shared/errors.ts'
import { multiplied, type Concert } from './documents.ts'
import { JUDGED } from './judgements.ts'

const BATCH = 500
const BATCHES_AT_ONCE = 3
const ROUNDS = 5
const PAGES = 5
const PAGE_ITEMS = 20
const PROGRESS_EVERY = 50_000
/** The moment around which the events are laid out. */
const NOW = Date.parse('2026-11-22T15:00:00Z')
/** What people type into the box, letter by letter. */
const TYPED = [
  'beethoven',
  'dvorak',
  'carnegie hall',
  'new york',
  'mahler',
  'masur',
  'tchaikovsky',
  'köln',
  'yo-yo',
  'bethoven',
]

export type Built = {
  fillSeconds: number
  indexSeconds: number
  sizes: Record<string, number>
  documents: number
}
export type Latency = {
  p50: number
  p99: number
  max: number
  count: number
  slowest: [name: string, ms: number][]
}

/** Builds the search tables as `usher search rebuild` does on its first run, the events made up on the way. */
export async function buildMany(
  database: Database,
  concerts: readonly Concert[],
  count: number,
  note: (line: string) => void,
): Promise<Built> {
  const engine = createPostgresSearch(database, systemClock)
  const startedMs = performance.now()
  const rebuild = await engine.startRebuild()
  const running = new Set<Promise<void>>()
  let batch = []
  let done = 0
  for (const document of multiplied(concerts, count, NOW)) {
    batch.push(document)
    done += 1
    if (batch.length === BATCH || done === count) {
      const adding: Promise<void> = rebuild.add(batch).finally(() => running.delete(adding))
      running.add(adding)
      batch = []
      if (running.size >= BATCHES_AT_ONCE) await Promise.race(running)
    }
    if (done % PROGRESS_EVERY === 0)
      note(`${done.toLocaleString('en')} of ${count.toLocaleString('en')} documents`)
  }
  await Promise.all(running)
  const filledMs = performance.now()
  note('indexing and counting')
  await rebuild.finish()
  return {
    fillSeconds: (filledMs - startedMs) / 1000,
    indexSeconds: (performance.now() - filledMs) / 1000,
    ...(await sizesOf(database)),
  }
}

export async function sizesOf(database: Database): Promise<Pick<Built, 'sizes' | 'documents'>> {
  const { rows } = await database.pool.query(
    `select (select reltuples::float8 from pg_class where relname = 'search_documents') as documents,
            pg_total_relation_size('search_documents')::float8 / 1048576 as total,
            pg_relation_size('search_documents')::float8 / 1048576 as rows,
            pg_relation_size('search_documents_by_week')::float8 / 1048576 as terms,
            (pg_total_relation_size('search_vocabulary') + pg_total_relation_size('search_completions'))::float8 / 1048576 as vocabulary`,
  )
  const { documents, ...sizes } = rows[0] as Record<string, number>
  return { sizes, documents: documents! }
}

/** Every judged query with its facets, several times in turn, one after the other. Nothing is remembered between them. */
export async function measureSearch(database: Database): Promise<Latency> {
  const search = async (typed: string): Promise<void> => {
    // A new one remembers no words and no counts.
    const page = await createPostgresSearch(database, systemClock).search({
      keyword: parseKeyword(typed),
      now: NOW,
      language: undefined,
      limit: 20,
    })
    if (isRefusal(page)) throw new Error(page.detail)
  }
  return measure(
    JUDGED.map(({ typed }) => typed),
    search,
  )
}

/**
 * Pages through the judged queries while hours pass and events are indexed again. Returns how many places differ from
 * the same number of events on one page.
 */
export async function comparePages(database: Database, concerts: readonly Concert[]): Promise<number> {
  const engine = createPostgresSearch(database, systemClock)
  const [some] = [...multiplied(concerts, BATCH, NOW)].map((document) => ({ ...document, revision: 2 }))
  let differences = 0
  for (const { typed } of JUDGED) {
    const asked = { keyword: parseKeyword(typed), language: undefined }
    const whole = await engine.search({ ...asked, now: NOW, limit: PAGES * PAGE_ITEMS })
    if (isRefusal(whole)) throw new Error(whole.detail)
    const seen: string[] = []
    let cursor: string | null = null
    let now = NOW
    do {
      const page = await engine.search({
        ...asked,
        now,
        limit: PAGE_ITEMS,
        ...(cursor !== null && { cursor }),
      })
      if (isRefusal(page)) throw new Error(page.detail)
      seen.push(...page.items.map((item) => item.eventId))
      cursor = page.nextCursor
      if (page.total !== whole.total || page.countsCapped !== whole.countsCapped) differences += 1
      await engine.index([some!])
      now += 3_600_000
    } while (cursor !== null && seen.length < PAGES * PAGE_ITEMS)
    const ids = whole.items.map((item) => item.eventId)
    differences += Math.abs(ids.length - seen.length) + ids.filter((id, i) => seen[i] !== id).length
  }
  return differences
}

export async function measureSuggest(database: Database): Promise<Latency> {
  const engine: SearchEngine = createPostgresSearch(database, systemClock)
  const typed = TYPED.flatMap((text) => Array.from(text, (_letter, i) => text.slice(0, i + 1)))
  return measure(typed, async (text) => void (await engine.suggest(text, { limit: 8, now: NOW })))
}

async function measure(names: readonly string[], call: (name: string) => Promise<void>): Promise<Latency> {
  const histogram = build({
    numberOfSignificantValueDigits: 3,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
  })
  const worst = new Map<string, number>()
  // The first round fills the caches of the database, as the first minutes of any day do.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const startedMs = performance.now()
      await call(name)
      const ms = performance.now() - startedMs
      if (round === 0) continue
      histogram.recordValue(Math.round(ms * 1000))
      worst.set(name, Math.max(worst.get(name) ?? 0, ms))
    }
  }
  return {
    p50: histogram.getValueAtPercentile(50) / 1000,
    p99: histogram.getValueAtPercentile(99) / 1000,
    max: histogram.maxValue / 1000,
    count: histogram.totalCount,
    slowest: [...worst].toSorted((a, b) => b[1] - a[1]).slice(0, 8),
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audit } from '../../src/features/audit/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts'
import { openDatabase, type Database } from '../../src/platform/postgres/database.ts'
import { migrate } from '../../src/platform/postgres/migrate.ts'
import { median, round, type Result, type Sample } from '../figures.ts'
import { resultOf } from '../report.ts'
import { readConcerts, type Concert } from './documents.ts'
import { buildMany, comparePages, measureSearch, measureSuggest, type Latency } from './million.ts'
import { measureRelevance, prepareRankers, type Relevance } from './relevance.ts'

const EVENTS_MANY = 1_000_000
/** A server that has room for the index, as one with a million events would. */
const SHARED_BUFFERS = '2GB'
const SEARCH_MS_MAX = 100
const SUGGEST_MS_MAX = 20
/** "Clearly above" a baseline. */
const NDCG_RATIO_MIN = 1.2
const USHER = 'usher'
const FAILED_BELOW = 0.5

export type SearchBench = Result & { queries: Relevance['byQuery']; failed: string[] }
type Options = { events: number | null; note: (line: string) => void }

/** nDCG@10 over the judged queries beside two plain ones; with `events`, speed and size over so many. */
export async function benchSearch({ events, note }: Options): Promise<SearchBench> {
  const folder = await mkdtemp(join(tmpdir(), 'usher-bench-search-'))
  const settings = { shared_buffers: SHARED_BUFFERS, max_wal_size: '8GB' }
  // A signal ends the run through the same door as an error: what was started is stopped, gigabytes are deleted.
  const stopped = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error('stopped')))
  })
  const server = await startEmbeddedPostgres({ dataDir: folder, settings, onNote: note })
  try {
    return await Promise.race([measureIn(server.url, events, note), stopped])
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureIn(url: string, events: number | null, note: Options['note']): Promise<SearchBench> {
  await migrate(url)
  const database = openDatabase({ url, statementTimeoutMs: 0 })
  try {
    note('reading the concerts')
    const concerts = await readConcerts()
    const relevance = await relevanceOf(database, concerts, note)
    const samples: Sample[] = relevance.map(({ system, ndcg }) => sample(system, 'nDCG@10', '', ndcg))
    if (events !== null) samples.push(...(await speedOf(database, concerts, events, note)))
    const { findings } = await audit({ database, clock: systemClock }, { money: false })
    const result = resultOf('search', samples, findings.length === 0 ? 'clean' : JSON.stringify(findings))
    const usher = relevance.find(({ system }) => system === USHER)!
    const claims = claimsOf(samples)
    return {
      ...result,
      claims,
      ratio: claims[0]?.ratio ?? null,
      queries: usher.byQuery.map((query) => ({ ...query, ndcg: round(query.ndcg) })),
      failed: usher.byQuery.filter(({ ndcg }) => ndcg < FAILED_BELOW).map(({ typed }) => typed),
    }
  } finally {
    await database.close()
  }
}

export const EVENTS_DEFAULT = EVENTS_MANY

async function relevanceOf(
  database: Database,
  concerts: readonly Concert[],
  note: Options['note'],
): Promise<Relevance[]> {
  note('indexing the concerts')
  const rankers = await prepareRankers(database, concerts)
  const all: Relevance[] = []
  for (const [system, ranker] of Object.entries(rankers)) {
    note(`judging ${system}`)
    all.push(await measureRelevance(system, ranker, concerts))
  }
  return all
}

async function speedOf(
  database: Database,
  concerts: readonly Concert[],
  events: number,
  note: Options['note'],
): Promise<Sample[]> {
  await database.pool.query('truncate search_documents, search_vocabulary, search_completions')
  await database.pool.query('update search_state set built_at = null')
  const built = await buildMany(database, concerts, events, note)
  note('searching')
  const search = await measureSearch(database)
  const suggest = await measureSuggest(database)
  note('comparing pages')
  const differences = await comparePages(database, concerts)
  const some = `${events.toLocaleString('en')} events`
  const latency = (name: string, { p50, p99, max }: Latency): Sample[] => [
    sample(USHER, `${name}, ${some}, p50`, 'ms', p50),
    sample(USHER, `${name}, ${some}, p99`, 'ms', p99),
    sample(USHER, `${name}, ${some}, slowest`, 'ms', max),
  ]
  return [
    ...latency('judged query with facets', search),
    ...latency('completion', suggest),
    sample(USHER, `places that differ between pages and the whole, ${some}`, '', differences),
    sample(USHER, `writing ${some}`, 's', built.fillSeconds),
    sample(USHER, `index and counts of ${some}`, 's', built.indexSeconds),
    ...Object.entries(built.sizes).map(([what, mb]) => sample(USHER, `size of ${some}: ${what}`, 'MB', mb)),
  ]
}

function sample(system: string, metric: string, unit: string, value: number): Sample {
  return { system, metric, unit, value }
}

function claimsOf(samples: readonly Sample[]): Result['claims'] {
  const value = (system: string, metric: RegExp): number | null => {
    const values = samples.filter((s) => s.system === system && metric.test(s.metric)).map((s) => s.value)
    return values.length === 0 ? null : median(values)
  }
  const claims: Result['claims'] = []
  const claim = (name: string, above: number | null, below: number | null, asked: number): void => {
    if (above !== null && below !== null) claims.push({ name, ratio: round(above / below), asked })
  }
  const ndcg = value(USHER, /^nDCG/)
  claim('nDCG@10 / full text', ndcg, value('full text', /^nDCG/), NDCG_RATIO_MIN)
  claim('nDCG@10 / LIKE', ndcg, value('LIKE', /^nDCG/), NDCG_RATIO_MIN)
  claim(`${SEARCH_MS_MAX} ms / p99 of a query`, SEARCH_MS_MAX, value(USHER, /^judged.*p99$/), 1)
  claim(`${SUGGEST_MS_MAX} ms / p99 of a completion`, SUGGEST_MS_MAX, value(USHER, /^completion.*p99$/), 1)
  return claims
}

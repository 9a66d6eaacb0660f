import type pg from 'pg'
import { createPostgresSearch, parseKeyword, type SearchEngine } from '../../src/features/search/index.ts'
import { isRefusal } from '../../src/shared/errors.ts'
import { foldText } from '../../src/shared/fold-text.ts'
import { systemClock } from '../../src/platform/clock.ts'
import type { Database } from '../../src/platform/postgres/database.ts'
import type { Concert } from './documents.ts'
import { gradeOf, JUDGED, NOW, type Judged } from './judgements.ts'

export const LOOKED_AT = 10
const BATCH = 500

/** The ids of the first ten events for what was typed. */
export type Ranker = (judged: Judged, now: number) => Promise<string[]>
export type Relevance = {
  system: string
  ndcg: number
  byQuery: { typed: string; ndcg: number; best: number }[]
}

/** Usher and the two plain queries over the same concerts in one database. */
export async function prepareRankers(
  database: Database,
  concerts: readonly Concert[],
): Promise<Record<string, Ranker>> {
  const engine = createPostgresSearch(database, systemClock)
  const rebuild = await engine.startRebuild()
  for (let i = 0; i < concerts.length; i += BATCH) {
    await rebuild.add(concerts.slice(i, i + BATCH).map(({ document }) => document))
  }
  await rebuild.finish()
  await fillPlainTable(database.pool, concerts)
  return { usher: usher(engine), 'full text': fullText(database.pool), LIKE: like(database.pool) }
}

function usher(engine: SearchEngine): Ranker {
  return async ({ typed }, now) => {
    const page = await engine.search({
      keyword: parseKeyword(typed),
      now,
      language: undefined,
      limit: LOOKED_AT,
    })
    if (isRefusal(page)) throw new Error(page.detail)
    return page.items.map((item) => item.eventId)
  }
}

// Both as one writes them first: every word, what is to come, soonest or best first.
function like(pool: pg.Pool): Ranker {
  return async ({ typed }, now) => {
    const words = foldText(typed)
      .split(/\s+/)
      .map((word) => `%${word}%`)
    const { rows } = await pool.query(
      `select id::text from plain where body like all ($1::text[]) and listed_until >= $2 order by starts_at, id limit $3`,
      [words, new Date(now), LOOKED_AT],
    )
    return rows.map((row) => row.id as string)
  }
}

function fullText(pool: pg.Pool): Ranker {
  return async ({ typed }, now) => {
    const { rows } = await pool.query(
      `select id::text from plain, websearch_to_tsquery('english', $1) q
        where tsv @@ q and listed_until >= $2 order by ts_rank(tsv, q) desc, starts_at, id limit $3`,
      [foldText(typed), new Date(now), LOOKED_AT],
    )
    return rows.map((row) => row.id as string)
  }
}

async function fillPlainTable(pool: pg.Pool, concerts: readonly Concert[]): Promise<void> {
  await pool.query(
    `create table plain (id bigint primary key, starts_at timestamptz, listed_until timestamptz, body text,
                         tsv tsvector generated always as (to_tsvector('english', body)) stored)`,
  )
  await pool.query(
    `insert into plain (id, starts_at, listed_until, body)
     select * from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[])`,
    [
      concerts.map((c) => c.document.eventId),
      concerts.map((c) => new Date(c.draft.startsAt)),
      concerts.map((c) => new Date(c.draft.listedUntil)),
      concerts.map((c) => c.text),
    ],
  )
  await pool.query('create index on plain using gin (tsv)')
  await pool.query('analyze plain')
}

export async function measureRelevance(
  system: string,
  ranker: Ranker,
  concerts: readonly Concert[],
): Promise<Relevance> {
  const byQuery: Relevance['byQuery'] = []
  for (const judged of JUDGED) {
    const now = Date.parse(judged.now ?? NOW)
    const grades = new Map(concerts.map((c) => [c.document.eventId, gradeOf(judged, c, now)]))
    const ideal = [...grades.values()].toSorted((a, b) => b - a)
    const found = await ranker(judged, now)
    const best = gain(ideal)
    // A query that nothing answers: showing nothing is right.
    const ndcg =
      best === 0 ? (found.length === 0 ? 1 : 0) : gain(found.map((id) => grades.get(id) ?? 0)) / best
    byQuery.push({ typed: judged.typed, ndcg, best: ideal[0] ?? 0 })
  }
  return { system, ndcg: byQuery.reduce((sum, { ndcg }) => sum + ndcg, 0) / byQuery.length, byQuery }
}

function gain(grades: readonly number[]): number {
  return grades.slice(0, LOOKED_AT).reduce((sum, grade, i) => sum + (2 ** grade - 1) / Math.log2(i + 2), 0)
}

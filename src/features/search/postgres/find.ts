import { createHash } from 'node:crypto'
import type { LRUCache } from 'lru-cache'
import type { Database } from '../../../platform/postgres/database.ts'
import { inNames } from '../item.ts'
import { refuse, type Refusal } from '../../../shared/errors.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import type { SearchPage, SearchQuery, Understood } from '../types.ts'
import {
  COUNTED_MAX,
  countHits,
  FEWER_WORDS,
  findHits,
  isLooseApart,
  LOOSE,
  OTHER_DAYS,
  STRICT,
  type Ask,
  type Counted,
  type Hit,
  type Sort,
} from './matches.ts'
import { WORDS_MAX, type ParsedKeyword } from '../parse-keyword.ts'
import { edits } from '../edits.ts'
import { NO_WORDS, packResolved, unpackResolved, type Resolved } from './resolve-words.ts'

const LIMIT_MAX = 100
const LIMIT = 20
const SCORES = [1, 0.5, 0.4, 0.2] as const
const SCORE_PER_TIER = 0.05

export type FindDeps = {
  database: Database
  /** What the words of a query stand for. */
  resolve(keyword: ParsedKeyword): Promise<Resolved>
  /** Counts of the pages before, by what was asked: all pages of one chain show the same. */
  counts: LRUCache<string, Counted>
}

/** One page: the stages in their order until it is full; counts are of the first stage that finds anything. */
export async function findPage(deps: FindDeps, asked: SearchQuery): Promise<SearchPage | Refusal> {
  const { database } = deps
  const sort: Sort = asked.sort ?? (asked.keyword ? 'relevance' : 'date')
  const limit = Math.min(asked.limit ?? LIMIT, LIMIT_MAX)
  const filterKey = filterKeyOf(asked)
  const cursor = asked.cursor === undefined ? null : readCursor(asked.cursor, sort, filterKey)
  const words = cursor ? unpackResolved(cursor.words) : null
  if (asked.cursor !== undefined && !words) {
    return refuse(
      'malformed',
      'The cursor is not one of this list: take it from next_cursor, with the same filters.',
    )
  }
  // A later page looks for the words of the first, whatever the vocabulary has become.
  const { keyword, resolved } = await understand(deps, asked.keyword, words)
  const query = { ...asked, keyword }
  const ask: Ask = { query, resolved, sort, limit, asOf: cursor?.asOf ?? query.now, cursor }
  const count = async (stage: number): Promise<Counted> => {
    const key = `${filterKey} ${ask.asOf} ${stage}`
    const known = cursor ? deps.counts.get(key) : undefined
    const counted = known ?? (await countHits(database, ask, stage))
    deps.counts.set(key, counted)
    return counted
  }
  const stages = stagesOf(ask)
  // In another order than relevance or time, the number decides how the page is found.
  const isCountedFirst = sort !== 'relevance' && sort !== 'date' && stages.length > 0
  const before = isCountedFirst ? await count(STRICT) : null
  const hits: (Hit & { stage: number })[] = []
  for (const stage of stages) {
    if (stage === FEWER_WORDS && hits.length > 0) break
    const wanted = limit + 1 - hits.length
    const found = await findHits(database, ask, { stage, wanted, counted: before })
    hits.push(...found.map((hit) => ({ ...hit, stage })))
    if (hits.length > limit) break
  }
  const countedStage = cursor?.countedStage ?? hits[0]?.stage ?? null
  const counted = before ?? (countedStage === null ? null : await count(countedStage))
  const items = hits.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(({ item, stage, tier }) => ({
      ...inNames(item, query.language),
      score: query.keyword ? SCORES[stage]! - Math.min(4, tier) * SCORE_PER_TIER : 0,
    })),
    nextCursor:
      hits.length > limit && last
        ? writeCursor({
            sort,
            stage: last.stage,
            countedStage: countedStage ?? STRICT,
            tier: last.tier,
            key: last.key,
            eventId: last.event_id,
            asOf: ask.asOf,
            filterKey,
            words: packResolved(resolved),
          })
        : null,
    ...countsOf(counted),
    ...(query.keyword && { understood: understoodOf(ask) }),
  }
}

/**
 * What the words stand for; `known` where an earlier page has said so. A word that is none here, and as near to that of a
 * day as to any other, is the day's: "saterday".
 */
async function understand(
  deps: FindDeps,
  keyword: ParsedKeyword | null,
  known: Resolved | null,
): Promise<{ keyword: ParsedKeyword | null; resolved: Resolved }> {
  if (!keyword) return { keyword, resolved: known ?? NO_WORDS }
  const resolved = known ?? (await deps.resolve(keyword))
  const { mistypedDay } = keyword
  if (!mistypedDay) return { keyword, resolved }
  const { from, to, edits: count, keyword: meant } = mistypedDay
  const otherwise = resolved.corrected.find((one) => one.from === from)
  if (known) return { keyword: otherwise?.to === to ? meant : keyword, resolved }
  const isDay = otherwise ? edits(from, otherwise.to) >= count : resolved.ignored.includes(from)
  if (!isDay) return { keyword, resolved }
  const rest = await deps.resolve(meant)
  const corrected = [{ from, to }, ...rest.corrected].slice(0, WORDS_MAX)
  return { keyword: meant, resolved: { ...rest, corrected } }
}

function stagesOf(ask: Ask): number[] {
  const { query, resolved, sort, cursor } = ask
  const { slots } = resolved
  // What nothing contains is no reason to show everything.
  if (query.keyword && slots.length === 0 && !query.keyword.dates) return []
  const stages = [STRICT]
  if (sort === 'relevance' && slots.length > 0) {
    if (query.keyword?.dates) stages.push(OTHER_DAYS)
    if (isLooseApart(ask)) stages.push(LOOSE)
    // Whoever got matches of all words on the first page gets nothing else on the others.
    if (slots.length > 1 && (!cursor || cursor.stage === FEWER_WORDS)) stages.push(FEWER_WORDS)
  }
  return stages.filter((stage) => stage >= (cursor?.stage ?? STRICT))
}

function countsOf(counted: Counted | null): Pick<SearchPage, 'total' | 'facets' | 'countsCapped'> {
  const facetOf = (pairs: [string, number][] | undefined): { value: string; count: number }[] =>
    (pairs ?? []).map(([value, count]) => ({ value, count: Math.min(count, COUNTED_MAX) }))
  const total = counted?.total ?? 0
  return {
    total: Math.min(total, COUNTED_MAX),
    countsCapped: total > COUNTED_MAX,
    facets: { city: facetOf(counted?.city), genre: facetOf(counted?.genre), type: facetOf(counted?.type) },
  }
}

function understoodOf({ query, resolved, asOf }: Ask): Understood {
  const { slots, corrected, ignored } = resolved
  const wish = query.keyword?.dates
  return {
    words: slots.map((slot) => corrected.find((c) => c.from === slot.word)?.to ?? slot.word),
    corrected,
    ignored,
    days: wish ? wish.days(new Date(asOf).toISOString().slice(0, 10)) : null,
  }
}

// Short, and the same for the same filters in any order.
function filterKeyOf(query: SearchQuery): string {
  const { cursor: _cursor, limit: _limit, now: _now, language: _language, keyword, ...filters } = query
  const entries = Object.entries(filters).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const dates = keyword?.dates ? keyword.dates.days('2000-01-01') : null
  const text = JSON.stringify([entries, keyword?.words ?? null, dates])
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}

import { createHash } from 'node:crypto'
import { statement, type Database } from '../../../platform/postgres/database.ts'
import { inNames } from '../item.ts'
import type { SearchItem } from '../item.ts'
import { refuse, type Refusal } from '../../../shared/errors.ts'
import { readCursor, writeCursor, type Cursor } from '../cursor.ts'
import type { SearchPage, SearchQuery, Understood } from '../types.ts'
import {
  addConditions,
  addDateWish,
  Conditions,
  distanceKm,
  filterTerms,
  spanOf,
  windowsOf,
} from './filters.ts'
import type { Resolved } from './resolve-words.ts'
import { and, except, relaxedTiers, tiersOf } from './tiers.ts'

/** Matches that are counted; above it the numbers mean "at least". */
export const COUNTED_MAX = 10_000
const LIMIT_MAX = 100
const LIMIT = 20
/** Values of a facet, the most frequent first. */
const FACET_VALUES_MAX = 50
/** A kilometre further weighs as much as an hour later. */
const MS_PER_KM = 3_600_000
const NO_PRICE = 2_147_483_647
const NO_TIME = 8_640_000_000_000_000

const KEYS = {
  relevance: '(extract(epoch from d.starts_at) * 1000)::float8',
  date: '(extract(epoch from d.starts_at) * 1000)::float8',
  name: 'd.sort_name',
  price: `coalesce(d.price_from, ${NO_PRICE})`,
  on_sale: `coalesce((extract(epoch from d.on_sale_from) * 1000)::float8, ${NO_TIME})`,
  newest: '(-d.event_id)',
} as const
/** In the words of the indexes, for walking along one. */
const WALKS = {
  name: 'd.sort_name, d.event_id',
  price: `coalesce(d.price_from, ${NO_PRICE}), d.event_id`,
  on_sale: 'd.on_sale_from, d.event_id',
  newest: 'd.event_id desc',
} as const

type Sort = keyof typeof KEYS
type Hit = { tier: number; key: string | number; event_id: number; item: SearchItem }
type Counted = {
  total: number
  city: [string, number][]
  type: [string, number][]
  genre: [string, number][]
}

/** Stages of relevance: as asked; on other days; without one of the words. */
const STRICT = 0
const OTHER_DAYS = 1
const FEWER_WORDS = 2
const SCORES = [1, 0.5, 0.25] as const
const SCORE_PER_TIER = 0.05

type Ask = {
  query: SearchQuery
  resolved: Resolved
  sort: Sort
  limit: number
  asOf: number
  cursor: Cursor | null
}

/** One page: the stages in their order until it is full; counts are of the first stage that finds anything. */
export async function findPage(
  database: Database,
  query: SearchQuery,
  resolved: Resolved,
): Promise<SearchPage | Refusal> {
  const sort: Sort = query.sort ?? (query.keyword ? 'relevance' : 'date')
  const limit = Math.min(query.limit ?? LIMIT, LIMIT_MAX)
  const filterKey = filterKeyOf(query)
  const cursor = query.cursor === undefined ? null : readCursor(query.cursor, sort, filterKey)
  if (query.cursor !== undefined && !cursor) {
    return refuse(
      'malformed',
      'The cursor is not one of this list: take it from next_cursor, with the same filters.',
    )
  }
  const ask: Ask = { query, resolved, sort, limit, asOf: cursor?.asOf ?? query.now, cursor }
  const hits: (Hit & { stage: number })[] = []
  let counted: Counted | null = null
  let countedStage = cursor?.countedStage ?? STRICT
  for (const stage of stagesOf(ask)) {
    if (stage === FEWER_WORDS && hits.length > 0) break
    const found = await runStage(database, ask, stage, limit + 1 - hits.length)
    hits.push(...found.hits.map((hit) => ({ ...hit, stage })))
    if (!cursor && !counted?.total) [counted, countedStage] = [found.counted, stage]
    if (hits.length > limit) break
  }
  counted = cursor ? await countStage(database, ask, countedStage) : counted
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
            countedStage,
            tier: last.tier,
            key: last.key,
            eventId: last.event_id,
            asOf: ask.asOf,
            filterKey,
          })
        : null,
    ...countsOf(counted),
    ...(query.keyword && { understood: understoodOf(ask) }),
  }
}

function stagesOf({ query, resolved, sort, cursor }: Ask): number[] {
  const { slots } = resolved
  // What nothing contains is no reason to show everything.
  if (query.keyword && slots.length === 0 && !query.keyword.dates) return []
  const stages = [STRICT]
  if (sort === 'relevance' && slots.length > 0) {
    if (query.keyword?.dates) stages.push(OTHER_DAYS)
    if (slots.length > 1) stages.push(FEWER_WORDS)
  }
  return stages.filter((stage) => stage >= (cursor?.stage ?? STRICT))
}

type Stage = { windows: { tier: number; query: string; lo: number; hi: number }[]; conditions: Conditions }

// $1 to $6 are the windows and the limits.
const OWN_VALUES = 6

function prepare(ask: Ask, stage: number, from?: Cursor): Stage {
  const { query, resolved, asOf, sort } = ask
  const wish = query.keyword?.dates ?? null
  const tiers =
    resolved.slots.length === 0
      ? ['']
      : stage === FEWER_WORDS
        ? relaxedTiers(resolved.slots, resolved.pairs)
        : tiersOf(resolved.slots, resolved.pairs)
  // Only relevance tells them apart.
  const used = sort === 'relevance' ? tiers : tiers.slice(-1)
  const filters = filterTerms(query, asOf)
  const span = spanOf(query, asOf, stage === STRICT ? wish : null)
  const windows = used.flatMap((tier, i) => {
    if (from && i < from.tier) return []
    // Those before the last item's start hold nothing that is still to come.
    const isTimed = (sort === 'date' || sort === 'relevance') && !query.near
    const lo = from && i === from.tier && isTimed ? Math.max(span.lo, from.key as number) : span.lo
    const others = used.slice(0, i)
    return windowsOf({ lo, hi: span.hi }).map((window) => ({
      tier: i,
      query: except(and([...(tier === '' ? [] : [tier]), ...filters, window.term]), others),
      lo: window.lo,
      hi: window.hi,
    }))
  })
  const conditions = new Conditions(Array.from({ length: OWN_VALUES }))
  addConditions(conditions, query, asOf)
  if (wish && stage !== FEWER_WORDS) addDateWish(conditions, wish, asOf, stage === OTHER_DAYS)
  return { windows, conditions }
}

async function runStage(
  database: Database,
  ask: Ask,
  stage: number,
  wanted: number,
): Promise<{ hits: Hit[]; counted: Counted }> {
  const { cursor, sort, query } = ask
  const from = cursor?.stage === stage ? cursor : undefined
  const isTimed = (sort === 'date' || sort === 'relevance') && !query.near
  // From a cursor on, in the order of time, nothing has to be counted and the first matches are the page.
  const foundMax = cursor && isTimed ? wanted : COUNTED_MAX + 1
  const found = await runFind(database, ask, prepare(ask, stage, from), { from, foundMax, wanted })
  const isMore = found.counted.total > COUNTED_MAX
  if (!isMore || sort === 'date' || sort === 'relevance') return found
  return { hits: await walk(database, ask, sort, from, wanted), counted: found.counted }
}

async function countStage(database: Database, ask: Ask, stage: number): Promise<Counted> {
  return (await runFind(database, ask, prepare(ask, stage), { foundMax: COUNTED_MAX + 1, wanted: 0 })).counted
}

async function runFind(
  database: Database,
  ask: Ask,
  { windows, conditions: c }: Stage,
  o: { from?: Cursor | undefined; foundMax: number; wanted: number },
): Promise<{ hits: Hit[]; counted: Counted }> {
  if (windows.length === 0) return { hits: [], counted: { total: 0, city: [], type: [], genre: [] } }
  const key = sortKey(ask, c)
  let after = ''
  if (o.from) {
    const { tier, key: at, eventId } = o.from
    c.values.push(tier, at, eventId)
    const n = c.values.length
    const type = ask.sort === 'name' ? 'text' : 'float8'
    after = ` and (w.tier > $${n - 2}::int or (${key}, d.event_id) > ($${n - 1}::${type}, $${n}::bigint))`
  }
  const time = (ms: number): string => new Date(ms).toISOString()
  c.values.splice(
    0,
    OWN_VALUES,
    ...[
      windows.map((w) => w.tier),
      windows.map((w) => w.query),
      windows.map((w) => time(w.lo)),
      windows.map((w) => time(w.hi)),
      o.foundMax,
      o.wanted,
    ],
  )
  const name = `search.find.${ask.sort}.${c.names.join('')}${after === '' ? '' : '.after'}${ask.query.near ? '.near' : ''}`
  // The windows are looked through one after the other until enough is found: the limit stops it.
  const { rows } = await database.query<
    Counted & { hits: [number, string | number, number, SearchItem][] | null }
  >(
    statement(
      name,
      `with windows as materialized (
         select w.tier, w.q::tsquery as q, w.lo, w.hi
           from unnest($1::int[], $2::text[], $3::timestamptz[], $4::timestamptz[]) with ordinality as w(tier, q, lo, hi, place)
          order by w.place
       ), found as materialized (
         select w.tier, f.*
           from windows w cross join lateral (
             select d.event_id, ${key} as key, d.city, d.type, d.genres
               from search_documents d
              where d.terms @@ w.q and d.starts_at >= w.lo and d.starts_at < w.hi${c.where}${after}
              order by d.starts_at, d.event_id
           ) f
          limit $5
       ), page as materialized (
         select tier, key, event_id from found order by tier, key, event_id limit $6
       )
       select (select jsonb_agg(jsonb_build_array(p.tier, p.key, p.event_id, d.item) order by p.tier, p.key, p.event_id)
                 from page p join search_documents d using (event_id)) as hits,
              (select count(*) from found) as total,
              ${facet('city', 'city')}, ${facet('type', 'type')},
              ${facet('genre', 'genre', 'cross join lateral unnest(genres) as g(genre)')}`,
    ),
    c.values,
  )
  const { hits, ...counted } = rows[0]!
  return {
    hits: (hits ?? []).map(([tier, at, event_id, item]) => ({ tier, key: at, event_id, item })),
    counted,
  }
}

function facet(name: string, column: string, join = ''): string {
  return `(select coalesce(jsonb_agg(jsonb_build_array(${column}, n)), '[]')
             from (select ${column}, count(*) as n from found ${join}
                    group by ${column} order by n desc, ${column} limit ${FACET_VALUES_MAX}) c) as ${name}`
}

/**
 * The first in another order than time, of more than are counted: along that order's index until there are enough.
 * One in a hundred fits at least, or fewer would have been counted.
 */
async function walk(
  database: Database,
  ask: Ask,
  sort: keyof typeof WALKS,
  from: Cursor | undefined,
  wanted: number,
): Promise<Hit[]> {
  const { query, asOf, resolved } = ask
  const c = new Conditions([wanted])
  const span = spanOf(query, asOf, query.keyword?.dates ?? null)
  c.add('lo', (p) => `d.starts_at >= ${p}::timestamptz`, new Date(span.lo).toISOString())
  c.add('hi', (p) => `d.starts_at < ${p}::timestamptz`, new Date(span.hi).toISOString())
  addConditions(c, query, asOf)
  if (query.keyword?.dates) addDateWish(c, query.keyword.dates, asOf, false)
  const terms = [...tiersOf(resolved.slots, resolved.pairs).slice(-1), ...filterTerms(query, asOf)]
  // As a function the match is no business of the index on the terms.
  if (terms.length > 0) c.add('t', (p) => `ts_match_vq(d.terms, ${p}::tsquery)`, and(terms))
  const key = KEYS[sort]
  if (from) {
    c.values.push(from.key, from.eventId)
    const n = c.values.length
    c.names.push('after')
    c.texts.push(`(${key}, d.event_id) > ($${n - 1}::${sort === 'name' ? 'text' : 'float8'}, $${n}::bigint)`)
  }
  const { rows } = await database.query<Hit>(
    statement(
      `search.walk.${sort}.${c.names.join('')}`,
      `select 0 as tier, ${key} as key, d.event_id, d.item from search_documents d
        where true${c.where} order by ${WALKS[sort]} limit $1`,
    ),
    c.values,
  )
  return rows
}

function sortKey({ sort, query }: Ask, c: Conditions): string {
  if (sort !== 'relevance' || !query.near) return KEYS[sort]
  const place = c.values.findIndex(
    (value) => Array.isArray(value) && value.length === 3 && value[0] === query.near!.lat,
  )
  return `(${KEYS.relevance} + coalesce(${distanceKm(`$${place + 1}`)}, 0) * ${MS_PER_KM})::float8`
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

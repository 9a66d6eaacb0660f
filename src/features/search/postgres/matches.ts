import { statement, type Database } from '../../../platform/postgres/database.ts'
import type { Cursor } from '../cursor.ts'
import type { SearchItem } from '../item.ts'
import type { SearchQuery } from '../types.ts'
import {
  addConditions,
  addDateWish,
  Conditions,
  daysTerm,
  distanceKm,
  filterTerms,
  spanOf,
} from './filters.ts'
import type { Resolved } from './resolve-words.ts'
import { FILTERS } from '../document-terms.ts'
import { and, except, hasNumberedWork, or, relaxedTiers, tiersOf, type Tier } from './tiers.ts'
import { EVERY_WEEK, firstWeeksOf, PLACE, quote, weeksOf, type Span, type Window } from './weeks.ts'

/** Matches that are counted; above it the numbers mean "at least". */
export const COUNTED_MAX = 10_000
/** Values of a facet, the most frequent first. */
const FACET_VALUES_MAX = 50
/** A kilometre further weighs as much as an hour later. */
const MS_PER_KM = 3_600_000
const NO_PRICE = 2_147_483_647
const NO_TIME = 8_640_000_000_000_000
/** Documents with all words, at most, that are all looked at for one page, and for the counts, and not week after week. */
const RARE_PAGE_MAX = 1_000
const RARE_COUNT_MAX = 2 * COUNTED_MAX
/** Words from which on few events have all of them, however frequent each is, and weeks after which that is certain. */
const WORDS_NARROW_MIN = 3
const WEEKS_PAGE = 12
const WEEKS_COUNT = 26
/** Matches that are sorted by something else than time; more are met soon along the index of that order. */
const SORTED_MAX = 50_000

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
/** As the index on the terms has it. */
const TERMS = 'search_terms_by_week(d.terms, d.starts_at)'
/** The query of a tier in one week. */
const IN_WEEK = `replace(w.q, '${PLACE}''', w.ending)::tsquery`

export type Sort = keyof typeof KEYS
export type Hit = { tier: number; key: string | number; event_id: number; item: SearchItem }
export type Counted = {
  total: number
  city: [string, number][]
  type: [string, number][]
  genre: [string, number][]
}

/** Stages of relevance: as asked; on other days; all words, but not as a composer's numbered work; without one of the words. */
export const STRICT = 0
export const OTHER_DAYS = 1
export const LOOSE = 2
export const FEWER_WORDS = 3

export type Ask = {
  query: SearchQuery
  resolved: Resolved
  sort: Sort
  limit: number
  asOf: number
  cursor: Cursor | null
}

/** The next matches of a stage in the order that is asked for; `counted` are that stage's, where the order is not that of time. */
export async function findHits(
  database: Database,
  ask: Ask,
  o: { stage: number; wanted: number; counted: Counted | null },
): Promise<Hit[]> {
  const { cursor, sort } = ask
  const from = cursor?.stage === o.stage ? cursor : undefined
  const tiers = tiersAt(ask, o.stage)
  const isFirstEnough = isTimed(ask)
  const isMany = (o.counted?.total ?? 0) > COUNTED_MAX
  if (isMany && sort !== 'relevance' && sort !== 'date' && tiers.at(-1)!.documents > SORTED_MAX) {
    return walk(database, ask, sort, from, o.wanted)
  }
  // Only relevance tells the tiers apart.
  const used = sort === 'relevance' ? tiers : tiers.slice(-1)
  const { span, filters, conditions: c } = prepare(ask, o.stage, FIND_VALUES)
  const queries = used.map(({ query }, i) =>
    except(
      everyOf([query, ...filters]),
      used.slice(0, i).map((earlier) => earlier.query),
    ),
  )
  const windows = used.flatMap((tier, i) => {
    if (from && i < from.tier) return []
    // Weeks before the last item's start hold nothing that is still to come.
    const lo = from && i === from.tier && isFirstEnough ? Math.max(span.lo, from.key as number) : span.lo
    const rest = { lo, hi: span.hi }
    const all = isFirstEnough
      ? windowsOf(tier, rest, RARE_PAGE_MAX, WEEKS_PAGE)
      : windowsOf(tier, rest, isMany ? SORTED_MAX : RARE_COUNT_MAX, WEEKS_COUNT)
    return all.map((window) => ({ ...window, tier: i }))
  })
  if (windows.length === 0) return []
  const key = sortKey(ask, c)
  let after = ''
  if (from) {
    c.values.push(from.tier, from.key, from.eventId)
    const n = c.values.length
    const type = sort === 'name' ? 'text' : 'float8'
    after = ` and (w.tier > $${n - 2}::int or (${key}, d.event_id) > ($${n - 1}::${type}, $${n}::bigint))`
  }
  c.values.splice(
    0,
    FIND_VALUES,
    windows.map(({ tier }) => tier),
    windows.map(({ ending }) => ending),
    windows.map(({ since }) => time(since)),
    queries,
    time(span.hi),
    isFirstEnough ? o.wanted : isMany ? SORTED_MAX : COUNTED_MAX + 1,
    o.wanted,
  )
  const place = ask.query.near ? '.near' : ''
  const name = `search.find.${sort}.${c.names.join('')}${after === '' ? '' : '.after'}${place}`
  // The windows are looked through one after the other until enough is found: the limit stops it.
  const { rows } = await database.query<Hit>(
    statement(
      name,
      `with found as materialized (
         select w.tier, f.*
           from (select tier, ending, since, ($4::text[])[tier + 1] as q
                   from unnest($1::int[], $2::text[], $3::timestamptz[]) with ordinality as w(tier, ending, since, place)
                  order by place) w
          cross join lateral (
             select d.event_id, ${key} as key
               from search_documents d
              where ${TERMS} @@ ${IN_WEEK} and d.starts_at >= w.since and d.starts_at < $5${c.where}${after}
              order by d.starts_at, d.event_id limit $6
           ) f
          limit $6
       ), page as materialized (
         select tier, key, event_id from found order by tier, key, event_id limit $7
       )
       select tier, key, event_id, (select d.item from search_documents d where d.event_id = p.event_id) as item
         from page p order by tier, key, event_id`,
    ),
    c.values,
  )
  return rows
}

/** How many match at a stage, by city, type and genre: of ten thousand of them where there are more. */
export async function countHits(database: Database, ask: Ask, stage: number): Promise<Counted> {
  const tiers = tiersAt(ask, stage)
  const { span, filters, conditions: c } = prepare(ask, stage, COUNT_VALUES)
  // All words, wherever they are: every tier is a part of it.
  const all =
    stage === FEWER_WORDS
      ? {
          query: or(tiers.map((tier) => tier.query)),
          documents: tiers.reduce((sum, tier) => sum + tier.documents, 0),
          words: Math.min(...tiers.map((tier) => tier.words)),
        }
      : tiers.at(-1)!
  const windows = windowsOf(all, span, RARE_COUNT_MAX, WEEKS_COUNT)
  if (windows.length === 0) return { total: 0, city: [], type: [], genre: [] }
  c.values.splice(
    0,
    COUNT_VALUES,
    windows.map(({ ending }) => ending),
    windows.map(({ since }) => time(since)),
    ...[everyOf([all.query, ...filters]), time(span.hi), COUNTED_MAX + 1],
  )
  const { rows } = await database.query<Counted>(
    statement(
      `search.count.${c.names.join('')}`,
      `with found as materialized (
         select f.*
           from (select ending, since, $3::text as q
                   from unnest($1::text[], $2::timestamptz[]) with ordinality as w(ending, since, place) order by place) w
          cross join lateral (
             select d.city, d.type, d.genres
               from search_documents d
              where ${TERMS} @@ ${IN_WEEK} and d.starts_at >= w.since and d.starts_at < $4${c.where}
              limit $5
           ) f
          limit $5
       ), grouped as materialized (
         select city, type, genres, count(*) as n from found group by city, type, genres
       )
       select (select coalesce(sum(n), 0)::bigint from grouped) as total,
              ${facet('city', 'city')}, ${facet('type', 'type')},
              ${facet('genre', 'genre', 'cross join lateral unnest(genres) as g(genre)')}`,
    ),
    c.values,
  )
  return rows[0]!
}

/** Whether the first matches in the order of time are the page. */
function isTimed({ sort, query }: Ask): boolean {
  return sort === 'date' || (sort === 'relevance' && !query.near)
}

function tiersAt(ask: Ask, stage: number): Tier[] {
  const { slots, pairs } = ask.resolved
  if (slots.length === 0) return [{ query: '', documents: Infinity, words: 0 }]
  if (stage === FEWER_WORDS) return relaxedTiers(slots, pairs)
  const tiers = tiersOf(slots, pairs)
  if (!isLooseApart(ask)) return tiers
  const bound = tiers.slice(0, -1)
  if (stage !== LOOSE) return bound
  const all = tiers.at(-1)!
  return [
    {
      ...all,
      query: except(
        all.query,
        bound.map(({ query }) => query),
      ),
    },
  ]
}

/** Whether a numbered work on another day comes before what has all words on the day that is named. */
export function isLooseApart({ query, resolved, sort }: Ask): boolean {
  const { slots, pairs } = resolved
  return sort === 'relevance' && query.keyword?.dates != null && hasNumberedWork(slots, pairs)
}

function everyOf(queries: readonly string[]): string {
  const telling = queries.filter((query) => query !== '')
  return telling.length === 0 ? quote(FILTERS.any) : and(telling)
}

// $1 to $7, and $1 to $5: what to look for, when, and the limits.
const FIND_VALUES = 7
const COUNT_VALUES = 5

function prepare(
  { query, asOf }: Ask,
  stage: number,
  ownValues: number,
): { span: Span; filters: string[]; conditions: Conditions } {
  const wish = query.keyword?.dates ?? null
  const span = spanOf(query, asOf, stage === STRICT ? wish : null)
  const days = daysTerm(query, asOf, stage === STRICT ? wish : null)
  const conditions = new Conditions(Array.from({ length: ownValues }))
  addConditions(conditions, query, asOf)
  if (wish && stage <= OTHER_DAYS) addDateWish(conditions, wish, asOf, stage === OTHER_DAYS)
  return { span, filters: [...filterTerms(query, asOf), ...(days === null ? [] : [days])], conditions }
}

function windowsOf(tier: Tier, span: Span, rareMax: number, weeks: number): Window[] {
  if (tier.documents <= rareMax) return firstWeeksOf(span, 0)
  return tier.words >= WORDS_NARROW_MIN ? firstWeeksOf(span, weeks) : weeksOf(span)
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}

function facet(name: string, column: string, join = ''): string {
  return `(select coalesce(jsonb_agg(jsonb_build_array(${column}, n)), '[]')
             from (select ${column}, sum(n)::bigint as n from grouped ${join}
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
  const words = tiersOf(resolved.slots, resolved.pairs).slice(-1)
  const terms = [...words.map((tier) => tier.query), ...filterTerms(query, asOf)]
  if (terms.length > 0)
    c.add('t', (p) => `d.terms @@ ${p}::tsquery`, and(terms).replaceAll(`${PLACE}'`, EVERY_WEEK))
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

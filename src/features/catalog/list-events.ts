import { createHash } from 'node:crypto'
import { statement, type Database, type Statement } from '../../platform/postgres/database.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import type { Picture } from '../../shared/picture.ts'
import { readCursor, writeCursor, type Cursor } from './cursor.ts'
import { foldText as fold } from '../../shared/fold-text.ts'
import { inLanguage } from './event-reader.ts'
import type { EventListItem, EventPage, EventQuery, EventStatus, Performer, StartPrecision } from './types.ts'

export const LIST_LIMIT_MAX = 100
const LIST_LIMIT = 20
/** Values of a facet, the most frequent first. */
const FACET_VALUES_MAX = 50
const KEYWORDS_MAX = 8
const RADIUS_KM = 25
const PERFORMERS_MAX = 5
/** Stands for "no price" in the order of prices: above every price. */
const NO_PRICE = 2_147_483_647
/** Stands for "no sale announced" in the order of sales. */
const NO_TIME = 8_640_000_000_000_000

const ORDERS = {
  date: '(extract(epoch from e.starts_at) * 1000)::float8',
  name: 'e.sort_name',
  price: `coalesce(e.price_from, ${NO_PRICE})`,
  on_sale: `coalesce(extract(epoch from e.on_sale_from) * 1000, ${NO_TIME})::float8`,
  newest: '(-e.event_id)',
} as const
const SORT_COLUMNS = {
  date: 'e.starts_at',
  name: 'e.sort_name',
  price: ORDERS.price,
  on_sale: ORDERS.on_sale,
  newest: ORDERS.newest,
} as const
const CURSOR_VALUES = {
  date: (n: number) => `to_timestamp($${n}::float8 / 1000)`,
  name: (n: number) => `$${n}::text`,
  price: (n: number) => `$${n}::bigint`,
  on_sale: (n: number) => `$${n}::float8`,
  newest: (n: number) => `$${n}::bigint`,
} as const

type ListRow = {
  event_id: number
  production_id: string | null
  sort_key: string | number
  text: Parameters<typeof inLanguage>[0]
  type: string
  genres: string[]
  status: EventStatus
  starts_at: Date
  starts_at_precision: StartPrecision
  starts_on: string
  room: string | null
  image_url: string | null
  picture: Picture | null
  currency: string
  price_from: number | null
  on_sale_from: Date | null
  on_sale_until: Date | null
  has_layout: boolean
  venue_name: string
  city: string
  country: string | null
  timezone: string
  performers: Performer[] | null
  score: number
}

/** What the list knows of an event; availability is joined in by who has the stock. */
export type ListedEvent = Omit<EventListItem, 'availability' | 'sale'> & {
  onSaleUntil: number | null
  hasLayout: boolean
}
export type ListedPage = Omit<EventPage, 'items'> & { items: ListedEvent[] }

/** One page of the list. Everything on later pages is as of the time of the first. */
export async function listEvents(
  database: Database,
  query: EventQuery,
  now: number,
  language?: string,
): Promise<ListedPage | Refusal> {
  // How well a keyword fits is only known to who searches.
  const sort = query.sort === undefined || query.sort === 'relevance' ? 'date' : query.sort
  const limit = Math.min(query.limit ?? LIST_LIMIT, LIST_LIMIT_MAX)
  const filterKey = filterKeyOf(query)
  const cursor = query.cursor === undefined ? null : readCursor(query.cursor, sort, filterKey)
  if (query.cursor !== undefined && !cursor) {
    return refuse(
      'malformed',
      'The cursor is not one of this list: take it from next_cursor, with the same filters.',
    )
  }
  const asOf = cursor?.asOf ?? now
  const filters = filtersOf(query, asOf)
  const [page, facets] = await Promise.all([
    readPage(database, filters, { sort, cursor, limit, keyword: query.keyword }),
    readFacets(database, filters),
  ])
  const rows = page.slice(0, limit)
  const last = rows.at(-1)
  const next = page.length > limit && last
  return {
    items: rows.map((row) => itemOf(row, language)),
    nextCursor: next
      ? writeCursor({ sort, key: last.sort_key, eventId: last.event_id, asOf, filterKey })
      : null,
    ...facets,
  }
}

/** Conditions with their values; one prepared statement for each combination of filters. */
class Filters {
  readonly conditions: string[] = [`e.status <> 'draft'`]
  readonly values: unknown[] = []
  readonly names: string[] = []

  /** `$` in the condition stands for the value. */
  add(name: string, condition: (n: number) => string, value: unknown): void {
    this.names.push(name)
    this.values.push(value)
    this.conditions.push(condition(this.values.length))
  }

  copy(): Filters {
    const copy = new Filters()
    copy.conditions.splice(0, 1, ...this.conditions)
    copy.values.push(...this.values)
    copy.names.push(...this.names)
    return copy
  }

  statement(name: string, text: string): Statement {
    return statement(`catalog.list.${name}.${this.names.join('')}`, text)
  }

  get where(): string {
    return this.conditions.join(' and ')
  }
}

function filtersOf(query: EventQuery, asOf: number): Filters {
  const filters = new Filters()
  const { from, to, city, genre, type, near, priceMax } = query
  if (from === undefined) {
    // The second condition lets the index on the start find the place: nothing lasts longer than a day in the list.
    filters.add(
      'u',
      (n) =>
        `e.listed_until >= to_timestamp($${n}::float8 / 1000) and e.starts_at >= to_timestamp($${n}::float8 / 1000) - interval '26 hours'`,
      asOf,
    )
  } else if (isDay(from)) filters.add('fd', (n) => `e.starts_on >= $${n}::date`, from)
  else filters.add('ft', (n) => `e.starts_at >= $${n}::timestamptz`, from)
  if (to !== undefined) {
    if (isDay(to)) filters.add('td', (n) => `e.starts_on <= $${n}::date`, to)
    else filters.add('tt', (n) => `e.starts_at <= $${n}::timestamptz`, to)
  }
  if (city !== undefined) {
    filters.add('c', (n) => `(lower(v.city) = $${n} or lower(v.metro) = $${n})`, city.trim().toLowerCase())
  }
  // Without the index on genres: this list is read until search has been built, which has one for any spelling.
  if (genre !== undefined) {
    filters.add(
      'g',
      (n) => `exists (select from unnest(e.genres) as genre where lower(genre) = $${n})`,
      genre.trim().toLowerCase(),
    )
  }
  if (query.production !== undefined) {
    filters.add('d', (n) => `e.production_id = $${n}::uuid`, query.production)
  }
  if (query.sale === 'soon') {
    filters.add('s', (n) => `e.on_sale_from > to_timestamp($${n}::float8 / 1000)`, asOf)
  }
  if (query.sale === 'on_sale') {
    filters.add(
      'o',
      (n) =>
        `e.layout_hash is not null and e.status = 'published' and (e.on_sale_from is null or e.on_sale_from <= to_timestamp($${n}::float8 / 1000)) and coalesce(e.on_sale_until, e.listed_until) > to_timestamp($${n}::float8 / 1000)`,
      asOf,
    )
  }
  if (type !== undefined) filters.add('t', (n) => `lower(e.type) = $${n}`, type.trim().toLowerCase())
  if (priceMax !== undefined) filters.add('p', (n) => `e.price_from <= $${n}::int`, priceMax)
  for (const word of keywords(query.keyword)) {
    filters.add('k', (n) => `e.search_text like $${n}`, `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  }
  if (near) {
    filters.add('n', (n) => `${distanceKm(n)} <= ($${n}::float8[])[3]`, [
      near.lat,
      near.lon,
      query.radiusKm ?? RADIUS_KM,
    ])
  }
  return filters
}

async function readPage(
  database: Database,
  filters: Filters,
  o: { sort: keyof typeof ORDERS; cursor: Cursor | null; limit: number; keyword: string | undefined },
): Promise<ListRow[]> {
  const f = filters.copy()
  const column = SORT_COLUMNS[o.sort]
  if (o.cursor) {
    const { key, eventId } = o.cursor
    f.add(
      'a',
      (n) => `(${column}, e.event_id) > (${CURSOR_VALUES[o.sort](n)}, `.concat(`$${n + 1}::bigint)`),
      key,
    )
    f.values.push(eventId)
  }
  f.values.push(o.limit + 1)
  const limitAt = f.values.length
  let score = '0'
  if (o.keyword !== undefined) {
    f.values.push(fold(o.keyword))
    score = `word_similarity($${f.values.length}, e.sort_name)`
  }
  const { rows } = await database.query<ListRow>(
    f.statement(
      `page.${o.sort}.${o.keyword === undefined ? '' : 'score.'}`,
      `select e.event_id, e.production_id, ${ORDERS[o.sort]} as sort_key, e.text, e.type, e.genres, e.status, e.starts_at,
              e.starts_at_precision, e.starts_on::text, e.room, e.image_url, e.picture, e.currency, e.price_from, e.on_sale_from,
              e.on_sale_until, e.layout_hash is not null as has_layout, v.name as venue_name, v.city, v.country, v.timezone, ${score}::float8 as score,
              (select jsonb_agg(jsonb_build_object('name', p.name, 'kind', p.kind, 'role', l.role) order by l.position)
                 from event_performers l join performers p using (performer_id)
                where l.event_id = e.event_id and l.position < ${PERFORMERS_MAX}) as performers
         from events e join venues v using (venue_id)
        where ${f.where}
        order by ${column}, e.event_id limit $${limitAt}::int`,
    ),
    f.values,
  )
  return rows
}

async function readFacets(database: Database, f: Filters): Promise<Pick<EventPage, 'facets' | 'total'>> {
  const { rows } = await database.query<{ facet: string; value: string | null; count: number }>(
    f.statement(
      'facets.',
      `with found as materialized (
         select v.city, e.type, e.genres from events e join venues v using (venue_id) where ${f.where}
       )
       select 'city' as facet, city as value, count(*) from found group by city
       union all select 'type', type, count(*) from found group by type
       union all select 'genre', genre, count(*) from found, unnest(genres) genre group by genre
       union all select 'total', null, count(*) from found`,
    ),
    f.values,
  )
  const facet = (name: string) =>
    rows
      .filter((row) => row.facet === name && row.value !== null)
      .map((row) => ({ value: row.value!, count: row.count }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, FACET_VALUES_MAX)
  return {
    total: rows.find((row) => row.facet === 'total')?.count ?? 0,
    facets: { city: facet('city'), genre: facet('genre'), type: facet('type') },
  }
}

function itemOf(row: ListRow, language: string | undefined): ListedEvent {
  return {
    eventId: String(row.event_id),
    productionId: row.production_id,
    name: inLanguage(row.text, language).name,
    type: row.type,
    genres: row.genres,
    status: row.status,
    startsAt: row.starts_at.getTime(),
    startsAtPrecision: row.starts_at_precision,
    startsOn: row.starts_on,
    room: row.room,
    imageUrl: row.image_url,
    picture: row.picture,
    currency: row.currency,
    priceFrom: row.price_from,
    onSaleFrom: row.on_sale_from?.getTime() ?? null,
    onSaleUntil: row.on_sale_until?.getTime() ?? null,
    hasLayout: row.has_layout,
    venue: { name: row.venue_name, city: row.city, country: row.country, timezone: row.timezone },
    performers: row.performers ?? [],
    score: row.score,
  }
}

function isDay(text: string): boolean {
  return text.length === 10
}

function keywords(keyword: string | undefined): string[] {
  return fold(keyword ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, KEYWORDS_MAX)
}

// The great circle, over venues: there are few of them. `$n` is [lat, lon, radius].
function distanceKm(n: number): string {
  const [lat, lon] = [`($${n}::float8[])[1]`, `($${n}::float8[])[2]`]
  return `(12742 * asin(sqrt(power(sin(radians(v.lat - ${lat}) / 2), 2)
    + cos(radians(${lat})) * cos(radians(v.lat)) * power(sin(radians(v.lon - ${lon}) / 2), 2))))`
}

// Short, and the same for the same filters in any order.
function filterKeyOf(query: EventQuery): string {
  const { cursor: _cursor, limit: _limit, ...filters } = query
  const entries = Object.entries(filters).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 12)
}

import { statement, type Database, type Sql } from '../../../platform/postgres/database.ts'
import { documentTerms, isSellable, suffixesOf } from '../document-terms.ts'
import { itemOf, listedUntil, localMinute, sortNameOf } from '../item.ts'
import type { SearchDocument } from '../types.ts'

/** Documents written in one transaction. */
export const BATCH_MAX = 500

type Old = { event_id: number; revision: number; terms: string[]; labels: [string, string][] }

// In the order of ids, as everybody locks them.
const LOCK = statement(
  'search.documents.lock',
  `select event_id, revision, tsvector_to_array(terms) as terms, item -> 'labels' as labels
     from search_documents where event_id = any ($1::bigint[]) order by event_id for update`,
)

const UPSERT = statement(
  'search.documents.upsert',
  `insert into search_documents as d
          (event_id, revision, starts_at, listed_until, starts_on, local_minute, on_sale_from, on_sale_until, price_from,
           lat, lon, is_sellable, type, city, timezone, sort_name, genres, item, terms)
   select r.event_id, r.revision, r.starts_at, r.listed_until, r.starts_on, r.local_minute, r.on_sale_from,
          r.on_sale_until, r.price_from, r.lat, r.lon, r.is_sellable, r.type, r.city, r.timezone, r.sort_name, r.genres,
          r.item, array_to_tsvector(r.terms)
     from jsonb_to_recordset($1::jsonb) as r(
          event_id bigint, revision int, starts_at timestamptz, listed_until timestamptz, starts_on date,
          local_minute smallint, on_sale_from timestamptz, on_sale_until timestamptz, price_from int, lat real, lon real,
          is_sellable boolean, type text, city text, timezone text, sort_name text, genres text[], item jsonb,
          terms text[])
    order by r.event_id
   on conflict (event_id) do update set
      revision = excluded.revision, starts_at = excluded.starts_at, listed_until = excluded.listed_until,
      starts_on = excluded.starts_on, local_minute = excluded.local_minute, on_sale_from = excluded.on_sale_from,
      on_sale_until = excluded.on_sale_until, price_from = excluded.price_from, lat = excluded.lat, lon = excluded.lon,
      is_sellable = excluded.is_sellable, type = excluded.type, city = excluded.city, timezone = excluded.timezone,
      sort_name = excluded.sort_name, genres = excluded.genres, item = excluded.item, terms = excluded.terms,
      indexed_at = clock_timestamp()
    where d.revision <= excluded.revision`,
)

const DELETE = statement(
  'search.documents.delete',
  `delete from search_documents where event_id = any ($1::bigint[])
   returning event_id, revision, tsvector_to_array(terms) as terms, item -> 'labels' as labels`,
)

// Locked in the order of terms, so that two that write at once do not wait for each other in a circle.
const COUNT_TERMS = statement(
  'search.vocabulary.count',
  `insert into search_vocabulary as v (term, is_word, stem_en, stem_de, documents)
   select t.term, t.is_word, case when t.is_word then (ts_lexize('english_stem', t.term))[1] end,
          case when t.is_word then (ts_lexize('german_stem', t.term))[1] end, t.delta
     from (select term, strpos(term, '~') = 0 as is_word, delta
             from unnest($1::text[], $2::int[]) as u(term, delta)) t
    order by t.term
   on conflict (term) do update set documents = greatest(0, v.documents + excluded.documents)`,
)

const COUNT_COMPLETIONS = statement(
  'search.completions.count',
  `insert into search_completions as c (suffix, kind, label, documents, last_at)
   select u.suffix, u.kind, u.label, u.delta, to_timestamp(u.last_at / 1000)
     from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::float8[]) as u(suffix, kind, label, delta, last_at)
    order by u.suffix, u.kind, u.label
   on conflict (suffix, kind, label) do update
      set documents = greatest(0, c.documents + excluded.documents), last_at = greatest(c.last_at, excluded.last_at)`,
)

/** Adds or replaces; what is there in a newer revision stays. `isCounted: false` leaves the vocabulary to a rebuild. */
export async function indexDocuments(
  database: Database,
  documents: readonly SearchDocument[],
  o: { isCounted: boolean },
): Promise<void> {
  for (let i = 0; i < documents.length; i += BATCH_MAX) {
    const batch = documents.slice(i, i + BATCH_MAX)
    const rows = batch.map(rowOf)
    await database.transaction(async (sql) => {
      const { rows: before } = await sql.query<Old>(LOCK, [batch.map((document) => document.eventId)])
      const old = new Map(before.map((row) => [String(row.event_id), row]))
      const fresh = rows.filter(
        ({ document }) => (old.get(document.eventId)?.revision ?? 0) <= document.revision,
      )
      await sql.query(UPSERT, [JSON.stringify(fresh.map(({ row }) => row))])
      if (!o.isCounted) return
      const counts = new Counts()
      for (const { document, row } of fresh) {
        const there = old.get(document.eventId)
        if (there) counts.addAll(there.terms, there.labels, -1, 0)
        counts.addAll(row.terms, row.item.labels, 1, listedUntil(document))
      }
      await counts.write(sql)
    })
  }
}

export async function removeDocuments(database: Database, eventIds: readonly string[]): Promise<void> {
  await database.transaction(async (sql) => {
    const { rows } = await sql.query<Old>(DELETE, [eventIds])
    const counts = new Counts()
    for (const { terms, labels } of rows) counts.addAll(terms, labels, -1, 0)
    await counts.write(sql)
  })
}

function rowOf(document: SearchDocument) {
  const { words, pairs, filters } = documentTerms(document)
  const { venue } = document
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  const row = {
    event_id: document.eventId,
    revision: document.revision,
    starts_at: time(document.startsAt),
    listed_until: time(listedUntil(document)),
    starts_on: document.startsOn,
    local_minute: localMinute(document),
    on_sale_from: time(document.onSaleFrom),
    on_sale_until: time(document.onSaleUntil),
    price_from: document.priceFrom,
    lat: venue.lat,
    lon: venue.lon,
    is_sellable: isSellable(document),
    type: document.type,
    city: venue.city,
    timezone: venue.timezone,
    sort_name: sortNameOf(document),
    genres: document.genres,
    item: itemOf(document),
    terms: [...words, ...pairs, ...filters],
  }
  return { document, row }
}

/** What changes in the vocabulary and the completions, each term once. */
class Counts {
  readonly #terms = new Map<string, number>()
  readonly #labels = new Map<string, { kind: string; label: string; delta: number; lastAt: number }>()

  addAll(terms: readonly string[], labels: readonly [string, string][], by: 1 | -1, lastAt: number): void {
    for (const term of terms) {
      if (!term.startsWith('@')) this.#terms.set(term, (this.#terms.get(term) ?? 0) + by)
    }
    for (const [kind, label] of labels) {
      const key = `${kind}\n${label}`
      const entry = this.#labels.get(key) ?? { kind, label, delta: 0, lastAt: 0 }
      entry.delta += by
      entry.lastAt = Math.max(entry.lastAt, lastAt)
      this.#labels.set(key, entry)
    }
  }

  async write(sql: Sql): Promise<void> {
    const terms = [...this.#terms].filter(([, delta]) => delta !== 0)
    if (terms.length > 0) {
      await sql.query(COUNT_TERMS, [terms.map(([term]) => term), terms.map(([, delta]) => delta)])
    }
    await writeCompletions(sql, [...this.#labels.values()])
  }
}

export async function writeCompletions(
  sql: Sql,
  labels: readonly { kind: string; label: string; delta: number; lastAt: number }[],
): Promise<void> {
  const rows = labels.flatMap(({ kind, label, delta, lastAt }) =>
    suffixesOf(label).map((suffix) => ({ suffix, kind, label, delta, lastAt })),
  )
  const unique = [
    ...new Map(rows.map((row) => [`${row.suffix}\n${row.kind}\n${row.label}`, row])).values(),
  ].filter((row) => row.suffix !== '')
  if (unique.length === 0) return
  await sql.query(COUNT_COMPLETIONS, [
    unique.map((row) => row.suffix),
    unique.map((row) => row.kind),
    unique.map((row) => row.label),
    unique.map((row) => row.delta),
    unique.map((row) => row.lastAt),
  ])
}

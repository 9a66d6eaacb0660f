import { createHash } from 'node:crypto'
import type { Ids } from '../../platform/clock.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import { foldText as fold } from '../../shared/fold-text.ts'
import { lowestPrice, searchText, type EventDraft } from './event-draft.ts'
import type { ImportedVenue } from './importing/event-record.ts'
import { writeSales } from './sale-store.ts'

export const DEFAULT_ORGANISER = '00000000-0000-7000-8000-000000000001'

export type SavedEvent = { sourceId: string; eventId: string; outcome: 'added' | 'changed' | 'unchanged' }

type Known = {
  source_id: string
  event_id: number
  source_hash: string | null
  status: string
  starts_at: Date
  text: unknown
  type: string
}

const findKnown = statement(
  'catalog.events.known',
  `select source_id, event_id, source_hash, status, starts_at, text, type
     from events where organiser_id = $1 and source_id = any($2::text[])`,
)

const upsertVenues = statement(
  'catalog.venues.upsert',
  `insert into venues (venue_id, organiser_id, source_key, name, street, city, metro, region, country, timezone, lat, lon)
   select v.venue_id, $1, v.source_key, v.name, v.street, v.city, v.metro, v.region, v.country, v.timezone, v.lat, v.lon
     from jsonb_to_recordset($2::jsonb) as v(venue_id uuid, source_key text, name text, street text, city text,
          metro text, region text, country text, timezone text, lat float8, lon float8)
   on conflict (organiser_id, source_key) do update
      set street = coalesce(excluded.street, venues.street), timezone = excluded.timezone,
          lat = coalesce(excluded.lat, venues.lat), lon = coalesce(excluded.lon, venues.lon)
   returning source_key, venue_id`,
)

const insertPerformers = statement(
  'catalog.performers.insert',
  `insert into performers (performer_id, organiser_id, kind, name, sort_name)
   select p.performer_id, $1, p.kind, p.name, p.sort_name
     from jsonb_to_recordset($2::jsonb) as p(performer_id uuid, kind text, name text, sort_name text)
   on conflict (organiser_id, kind, name) do nothing`,
)

const upsertProductions = statement(
  'catalog.productions.upsert',
  `insert into productions (production_id, organiser_id, source_id, text, body)
   select p.production_id, $1, p.source_id, p.text, p.body
     from jsonb_to_recordset($2::jsonb) as p(production_id uuid, source_id text, text jsonb, body jsonb)
   on conflict (organiser_id, source_id) do update set text = excluded.text, body = excluded.body
   returning source_id, production_id`,
)

const upsertEvents = statement(
  'catalog.events.upsert',
  `insert into events (organiser_id, production_id, venue_id, source_id, source_hash, status, text, type, genres,
          image_url, room, works, starts_at, starts_at_precision, starts_on, listed_until, doors_at, duration_minutes,
          layout_hash, currency, on_sale_from, on_sale_until, tickets_per_buyer, hold_seconds, orphan_rule,
          refund_until, is_refundable, price_from, sort_name, search_text, created_at, updated_at)
   select $1, e.production_id, e.venue_id, e.source_id, e.source_hash, e.status, e.text, e.type,
          array(select jsonb_array_elements_text(e.genres)), e.image_url, e.room, e.works,
          to_timestamp(e.starts_at / 1000.0), e.starts_at_precision, e.starts_on, to_timestamp(e.listed_until / 1000.0),
          to_timestamp(e.doors_at / 1000.0), e.duration_minutes, e.layout_hash, coalesce(e.currency, o.currency),
          to_timestamp(e.on_sale_from / 1000.0), to_timestamp(e.on_sale_until / 1000.0), e.tickets_per_buyer,
          e.hold_seconds, e.orphan_rule, to_timestamp(e.refund_until / 1000.0), e.is_refundable, e.price_from,
          e.sort_name, e.search_text, to_timestamp($3 / 1000.0), to_timestamp($3 / 1000.0)
     from organisers o, jsonb_to_recordset($2::jsonb) as e(production_id uuid, venue_id uuid, source_id text,
          source_hash text, status text, text jsonb, type text, genres jsonb, image_url text, room text, works jsonb,
          starts_at float8, starts_at_precision text, starts_on date, listed_until float8, doors_at float8,
          duration_minutes int, layout_hash text, currency text, on_sale_from float8, on_sale_until float8,
          tickets_per_buyer int, hold_seconds int, orphan_rule boolean, refund_until float8, is_refundable boolean,
          price_from int, sort_name text, search_text text)
    where o.organiser_id = $1
    order by e.starts_at, e.source_id
   on conflict (organiser_id, source_id) do update set
          production_id = excluded.production_id, venue_id = excluded.venue_id, source_hash = excluded.source_hash,
          -- What the house cancelled stays so: its buyers have their money back.
          status = case when events.layout_hash is not null and events.status = 'cancelled'
                        then events.status else excluded.status end, text = excluded.text, type = excluded.type, genres = excluded.genres,
          image_url = excluded.image_url, room = excluded.room, works = excluded.works,
          starts_at = excluded.starts_at, starts_at_precision = excluded.starts_at_precision,
          starts_on = excluded.starts_on, listed_until = excluded.listed_until, doors_at = excluded.doors_at,
          duration_minutes = excluded.duration_minutes,
          -- What is sold is not in the file of an import, so an import does not take it away.
          layout_hash = coalesce(excluded.layout_hash, events.layout_hash),
          currency = case when events.layout_hash is null or excluded.layout_hash is not null
                          then excluded.currency else events.currency end,
          on_sale_from = case when events.layout_hash is null or excluded.layout_hash is not null
                              then coalesce(excluded.on_sale_from, events.on_sale_from) else events.on_sale_from end,
          on_sale_until = coalesce(excluded.on_sale_until, events.on_sale_until),
          tickets_per_buyer = coalesce(excluded.tickets_per_buyer, events.tickets_per_buyer),
          hold_seconds = coalesce(excluded.hold_seconds, events.hold_seconds),
          orphan_rule = case when excluded.layout_hash is null then events.orphan_rule
                             else excluded.orphan_rule end, refund_until = coalesce(excluded.refund_until, events.refund_until),
          price_from = case when events.layout_hash is null or excluded.layout_hash is not null
                            then coalesce(excluded.price_from, events.price_from) else events.price_from end,
          sort_name = excluded.sort_name, search_text = excluded.search_text,
          revision = events.revision + 1, updated_at = excluded.updated_at
    -- Another import may have written the same meanwhile.
    where events.source_hash is distinct from excluded.source_hash
   returning event_id, source_id, revision, status, layout_hash is not null as "isSold"`,
)

const replacePerformers = statement(
  'catalog.event-performers.replace',
  `with gone as (delete from event_performers where event_id = any($2::bigint[]))
   insert into event_performers (event_id, position, performer_id, role)
   select l.event_id, l.position, p.performer_id, l.role
     from jsonb_to_recordset($3::jsonb) as l(event_id bigint, position smallint, kind text, name text, role text)
     join performers p on p.organiser_id = $1 and p.kind = l.kind and p.name = l.name
   on conflict (event_id, position) do update set performer_id = excluded.performer_id, role = excluded.role`,
)

const insertChanges = statement(
  'catalog.event-changes.insert',
  `insert into event_changes (event_id, revision, at, actor, changes)
   select c.event_id, c.revision, to_timestamp($2 / 1000.0), $3, c.changes
     from jsonb_to_recordset($1::jsonb) as c(event_id bigint, revision int, changes jsonb)`,
)

export const insertFacts = statement(
  'catalog.outbox.insert',
  `insert into catalog_outbox (fact_id, event_id, kind, key, body, at)
   select f.fact_id, f.event_id, 'event.changed', f.event_id::text,
          jsonb_build_object('event_id', f.event_id::text, 'revision', f.revision, 'imported', f.imported),
          to_timestamp($2 / 1000.0)
     from jsonb_to_recordset($1::jsonb) as f(fact_id uuid, event_id bigint, revision int, imported boolean)`,
)

export type SaveOptions = { organiserId: string; actor: string; now: number; ids: Ids; dryRun?: boolean }

/**
 * Writes a batch of events in one transaction. What came in the same form before is left as it is: its revision
 * does not move. A batch must not contain the same source id twice.
 */
export async function saveEvents(
  database: Database,
  drafts: readonly EventDraft[],
  options: SaveOptions,
): Promise<SavedEvent[]> {
  const hashed = drafts.map((draft) => ({ draft, hash: hashOf(draft) }))
  const { organiserId } = options
  const sourceIds = drafts.map((draft) => draft.sourceId)
  const known = new Map(
    (await database.query<Known>(findKnown, [organiserId, sourceIds])).rows.map((row) => [
      row.source_id,
      row,
    ]),
  )
  const outcomeOf = (sourceId: string, hash: string): SavedEvent['outcome'] => {
    const old = known.get(sourceId)
    return !old ? 'added' : old.source_hash === hash ? 'unchanged' : 'changed'
  }
  const due = hashed.filter(({ draft, hash }) => outcomeOf(draft.sourceId, hash) !== 'unchanged')
  const written = new Map<string, string>()
  if (due.length > 0 && !options.dryRun) {
    await database.transaction(async (sql) => {
      for (const row of await write(sql, due, known, options))
        written.set(row.source_id, String(row.event_id))
    })
  }
  const lost = options.dryRun ? [] : due.map(({ draft }) => draft.sourceId).filter((id) => !written.has(id))
  if (lost.length > 0) {
    const { rows } = await database.query<Known>(findKnown, [organiserId, lost])
    for (const row of rows) written.set(row.source_id, String(row.event_id))
  }
  return hashed.map(({ draft, hash }) => ({
    sourceId: draft.sourceId,
    eventId: written.get(draft.sourceId) ?? String(known.get(draft.sourceId)?.event_id ?? ''),
    outcome: outcomeOf(draft.sourceId, hash),
  }))
}

/** What writing the parts of an event needs. */
type WriteOptions = Pick<SaveOptions, 'organiserId' | 'ids'>
type Due = { draft: EventDraft; hash: string }
type Written = { event_id: number; source_id: string; revision: number; status: string; isSold: boolean }

async function write(sql: Sql, due: Due[], known: Map<string, Known>, o: SaveOptions): Promise<Written[]> {
  const venues = await writeVenues(sql, due, o)
  const productions = await writeProductions(sql, due, o)
  const rows = due.map(({ draft, hash }) => eventRow(draft, hash, venues, productions))
  const { rows: written } = await sql.query<Written>(upsertEvents, [
    o.organiserId,
    JSON.stringify(rows),
    o.now,
  ])
  const ids = new Map(written.map((row) => [row.source_id, row.event_id]))
  const ours = due.filter(({ draft }) => ids.has(draft.sourceId))
  await writePerformers(sql, ours, ids, o)
  const sales = ours.flatMap(({ draft: { sourceId, sale } }) =>
    sale ? [{ event_id: ids.get(sourceId)!, sale }] : [],
  )
  await writeSales(sql, sales)
  const drafts = new Map(due.map(({ draft }) => [draft.sourceId, draft]))
  const changes = written.map(({ event_id, revision, source_id, status }) => ({
    event_id,
    revision,
    changes: changesOf(known.get(source_id), { ...drafts.get(source_id)!, status }),
  }))
  await sql.query(insertChanges, [JSON.stringify(changes), o.now, o.actor])
  // Only of what is sold does the ledger know anything that it has to be told.
  const facts = written.map(({ event_id, revision, isSold }) => ({
    ...{ fact_id: o.ids.uuid(), event_id, revision, imported: isSold },
  }))
  await sql.query(insertFacts, [JSON.stringify(facts), o.now])
  return written
}

export async function writeVenues(sql: Sql, due: Due[], o: WriteOptions): Promise<Map<string, string>> {
  const venues = new Map(due.map(({ draft }) => [venueKey(draft.venue), draft.venue]))
  // In one order always, so that two imports at once wait for each other instead of deadlocking.
  const rows = [...venues]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([source_key, venue]) => ({ venue_id: o.ids.uuid(), source_key, ...venue }))
  const result = await sql.query<{ source_key: string; venue_id: string }>(upsertVenues, [
    o.organiserId,
    JSON.stringify(rows),
  ])
  return new Map(result.rows.map((row) => [row.source_key, row.venue_id]))
}

export async function writeProductions(sql: Sql, due: Due[], o: WriteOptions): Promise<Map<string, string>> {
  const productions = new Map(
    due.flatMap(({ draft }) =>
      draft.production ? [[draft.production.sourceId, draft.production] as const] : [],
    ),
  )
  if (productions.size === 0) return new Map()
  const rows = [...productions]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([source_id, { name, facts }]) => ({
      production_id: o.ids.uuid(),
      source_id,
      text: { default: 'en', en: { name } },
      body: facts ?? {},
    }))
  const result = await sql.query<{ source_id: string; production_id: string }>(upsertProductions, [
    o.organiserId,
    JSON.stringify(rows),
  ])
  return new Map(result.rows.map((row) => [row.source_id, row.production_id]))
}

export async function writePerformers(
  sql: Sql,
  due: Due[],
  ids: Map<string, number>,
  o: WriteOptions,
): Promise<void> {
  const people = new Map(
    due.flatMap(({ draft }) => draft.performers.map((p) => [`${p.kind}\n${p.name}`, p] as const)),
  )
  const rows = [...people]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { kind, name, sortName }]) => ({ performer_id: o.ids.uuid(), kind, name, sort_name: sortName }))
  if (rows.length > 0) await sql.query(insertPerformers, [o.organiserId, JSON.stringify(rows)])
  const links = due.flatMap(({ draft }) =>
    draft.performers.map(({ kind, name, role }, position) => ({
      event_id: ids.get(draft.sourceId),
      position,
      kind,
      name,
      role,
    })),
  )
  await sql.query(replacePerformers, [o.organiserId, [...ids.values()], JSON.stringify(links)])
}

export function eventRow(
  draft: EventDraft,
  hash: string,
  venues: Map<string, string>,
  productions: Map<string, string>,
): Record<string, unknown> {
  const { sale } = draft
  const name = draft.text[draft.text.default]
  return {
    production_id: draft.production ? productions.get(draft.production.sourceId) : null,
    venue_id: venues.get(venueKey(draft.venue)),
    source_id: draft.sourceId,
    source_hash: hash,
    status: draft.status,
    text: draft.text,
    type: draft.type,
    genres: draft.genres,
    image_url: draft.imageUrl,
    room: draft.room ?? null,
    works: draft.works,
    starts_at: draft.startsAt,
    starts_at_precision: draft.startsAtPrecision,
    starts_on: draft.startsOn,
    listed_until: draft.listedUntil,
    doors_at: draft.doorsAt,
    duration_minutes: draft.durationMinutes,
    layout_hash: sale?.layoutHash ?? null,
    currency: sale?.currency ?? draft.currency,
    on_sale_from: sale?.onSaleFrom ?? draft.onSaleFrom,
    on_sale_until: sale?.onSaleUntil ?? null,
    tickets_per_buyer: sale?.ticketsPerBuyer ?? null,
    hold_seconds: sale?.holdSeconds ?? null,
    orphan_rule: sale?.orphanRule ?? false,
    refund_until: sale?.refundUntil ?? null,
    is_refundable: sale?.refundable ?? true,
    price_from: sale ? lowestPrice(sale) : draft.priceFrom,
    sort_name: fold(typeof name === 'object' ? name.name : draft.sourceId),
    search_text: searchText(draft),
  }
}

// What a reader of the log wants to know; the rest is in the source.
function changesOf(
  old: Known | undefined,
  draft: Omit<EventDraft, 'status'> & { status: string },
): Record<string, unknown> {
  if (!old) return { added: true }
  const changes: Record<string, unknown> = { imported: true }
  const compare = (field: string, from: unknown, to: unknown) => {
    if (JSON.stringify(from) !== JSON.stringify(to)) changes[field] = { from, to }
  }
  compare('status', old.status, draft.status)
  compare('type', old.type, draft.type)
  compare('starts_at', old.starts_at.toISOString(), new Date(draft.startsAt).toISOString())
  compare('name', nameIn(old.text), nameIn(draft.text))
  return changes
}

function nameIn(text: unknown): unknown {
  const languages = text as Record<string, { name?: string } | string>
  const inDefault = languages[languages.default as string]
  return typeof inDefault === 'object' ? inDefault.name : null
}

function venueKey(venue: ImportedVenue): string {
  return [venue.name, venue.city, venue.region ?? '', venue.country ?? ''].join('|').toLowerCase()
}

function hashOf(draft: EventDraft): string {
  return createHash('sha256').update(JSON.stringify(draft)).digest('hex')
}

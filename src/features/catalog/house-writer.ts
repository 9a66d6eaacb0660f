import type { Ids } from '../../platform/clock.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import { eventRow, insertFacts, writePerformers, writeProductions, writeVenues } from './event-store.ts'
import type { EventDraft } from './event-draft.ts'
import type { EventId } from '../../shared/ids.ts'
import { lowestPriceShown, numberedPrices } from './house-rules.ts'
import type { HouseEvent, HouseSale, HouseWritten } from './house-types.ts'
import { writeTurn } from './price-turns.ts'
import { writeSales } from './sale-store.ts'

const RECORD = `jsonb_to_record($1::jsonb) as e(event_id bigint, organiser_id uuid, production_id uuid, venue_id uuid,
          source_id text, status text, text jsonb, type text, genres jsonb, image_url text, room text, works jsonb,
          starts_at float8, starts_at_precision text, starts_on date, listed_until float8, doors_at float8,
          duration_minutes int, layout_hash text, currency text, on_sale_from float8, on_sale_until float8,
          tickets_per_buyer int, hold_seconds int, extensions_max int, extension_seconds int, orphan_rule boolean,
          identity_required text, refund_until float8, is_refundable boolean, price_from int, sort_name text,
          search_text text, revision int)`

const insertEvent = statement(
  'catalog.house.insert',
  `insert into events (organiser_id, production_id, venue_id, source_id, status, text, type, genres, image_url, room,
          works, starts_at, starts_at_precision, starts_on, listed_until, doors_at, duration_minutes, layout_hash,
          currency, on_sale_from, on_sale_until, tickets_per_buyer, hold_seconds, extensions_max, extension_seconds,
          orphan_rule, identity_required, refund_until, is_refundable, price_from, sort_name, search_text, created_at,
          updated_at)
   select e.organiser_id, e.production_id, e.venue_id, e.source_id, e.status, e.text, e.type,
          array(select jsonb_array_elements_text(e.genres)), e.image_url, e.room, e.works,
          to_timestamp(e.starts_at / 1000.0), e.starts_at_precision, e.starts_on, to_timestamp(e.listed_until / 1000.0),
          to_timestamp(e.doors_at / 1000.0), e.duration_minutes, e.layout_hash, coalesce(e.currency, o.currency),
          to_timestamp(e.on_sale_from / 1000.0), to_timestamp(e.on_sale_until / 1000.0), e.tickets_per_buyer,
          e.hold_seconds, e.extensions_max, e.extension_seconds, e.orphan_rule, e.identity_required,
          to_timestamp(e.refund_until / 1000.0), e.is_refundable, e.price_from, e.sort_name, e.search_text,
          to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0)
     from ${RECORD} join organisers o using (organiser_id)
   on conflict (organiser_id, source_id) do nothing
   returning event_id, revision`,
)

const updateEvent = statement(
  'catalog.house.update',
  `update events set production_id = e.production_id, venue_id = e.venue_id, status = e.status, text = e.text,
          type = e.type, genres = array(select jsonb_array_elements_text(e.genres)), image_url = e.image_url,
          room = e.room, works = e.works, starts_at = to_timestamp(e.starts_at / 1000.0),
          starts_at_precision = e.starts_at_precision, starts_on = e.starts_on,
          listed_until = to_timestamp(e.listed_until / 1000.0), doors_at = to_timestamp(e.doors_at / 1000.0),
          duration_minutes = e.duration_minutes, layout_hash = e.layout_hash,
          currency = coalesce(e.currency, events.currency), on_sale_from = to_timestamp(e.on_sale_from / 1000.0),
          on_sale_until = to_timestamp(e.on_sale_until / 1000.0), tickets_per_buyer = e.tickets_per_buyer,
          hold_seconds = e.hold_seconds, extensions_max = e.extensions_max, extension_seconds = e.extension_seconds,
          orphan_rule = e.orphan_rule, identity_required = e.identity_required,
          refund_until = to_timestamp(e.refund_until / 1000.0), is_refundable = e.is_refundable,
          price_from = e.price_from, sort_name = e.sort_name, search_text = e.search_text,
          revision = events.revision + 1, updated_at = to_timestamp($2 / 1000.0)
     from ${RECORD}
    where events.event_id = e.event_id and events.revision = e.revision
   returning events.event_id, events.revision`,
)

const findNumbered = statement(
  'catalog.house.numbered',
  'select offers_numbered as offers, allocations_numbered as allocations from events where event_id = $1',
)
const updateNumbered = statement(
  'catalog.house.set-numbered',
  'update events set offers_numbered = $2, allocations_numbered = $3 where event_id = $1',
)

const deleteSale = [
  statement('catalog.access-codes.delete', 'delete from access_codes where event_id = $1'),
  statement('catalog.offers.delete', 'delete from offers where event_id = $1'),
  statement('catalog.allocations.delete', 'delete from allocations where event_id = $1'),
]
const insertOffers = statement(
  'catalog.offers.insert',
  `insert into offers (event_id, offer_no, id, starts_at, ends_at, access, tickets_per_buyer, capacity)
   select $1, o.no, o.id, to_timestamp(o."startsAt" / 1000.0), to_timestamp(o."endsAt" / 1000.0), o.access,
          o."ticketsPerBuyer", o.capacity
     from jsonb_to_recordset($2::jsonb) as o(no smallint, id text, "startsAt" float8, "endsAt" float8, access text,
          "ticketsPerBuyer" int, capacity int)`,
)
const insertPrices = statement(
  'catalog.phase-prices.insert',
  `insert into prices (event_id, offer_no, category_no, price_type_no, amount)
   select $1, p.offer, p.category, p."priceType", p.face
     from jsonb_to_recordset($2::jsonb) as p(offer smallint, category smallint, "priceType" smallint, face int)`,
)
const insertAllocations = statement(
  'catalog.allocations.insert',
  `insert into allocations (event_id, allocation_no, kind, release_at)
   select $1, a.no, a.kind, to_timestamp(a."releaseAt" / 1000.0)
     from jsonb_to_recordset($2::jsonb) as a(no smallint, kind text, "releaseAt" float8)`,
)
const insertCodes = statement(
  'catalog.access-codes.insert',
  `insert into access_codes (event_id, code_hash, offer_no, allocation_no, uses_max)
   select $1, decode(replace(c.hash, '-', ''), 'hex'), c.offer, c.allocation, c.uses
     from jsonb_to_recordset($2::jsonb) as c(hash text, offer smallint, allocation smallint, uses int)`,
)
const insertChange = statement(
  'catalog.house.change',
  `insert into event_changes (event_id, revision, at, actor, changes)
   values ($1, $2, to_timestamp($3 / 1000.0), $4, $5::jsonb)`,
)

// One statement: whoever changes the event meanwhile comes before it or after it.
const cancelEvent = statement(
  'catalog.house.cancel',
  `with old as (
     select event_id, status from events
      where event_id = $1::bigint and status not in ('draft', 'cancelled') for update),
   written as (
     update events e set status = 'cancelled', revision = e.revision + 1, updated_at = to_timestamp($2 / 1000.0)
       from old where e.event_id = old.event_id
   returning e.event_id, e.revision, old.status as was)
   insert into event_changes (event_id, revision, at, actor, changes)
   select event_id, revision, to_timestamp($2 / 1000.0), $3,
          jsonb_build_object('status', jsonb_build_object('from', was, 'to', 'cancelled'))
     from written
   returning event_id, revision`,
)

export type HouseWriteOptions = {
  /** Who: a member of staff's id or the name of a tool. */
  actor: string
  /** For the event's log: what is different, by field. */
  changes: Record<string, unknown>
  /** The codes as they will be, for an event whose id they are hashed with. */
  codes?(eventId: EventId): HouseSale['codes']
  now: number
  ids: Ids
}

/**
 * Writes the whole event in the caller's transaction, with its revision, log entry and fact. An `eventId` of '' makes
 * a new event; any other is written only while it is still at `revision`.
 */
export async function writeHouseEvent(
  sql: Sql,
  event: HouseEvent,
  o: HouseWriteOptions,
): Promise<HouseWritten> {
  const { sale, organiserId, ...rest } = event
  const draft = { ...rest, ...(sale && { sale }) } as EventDraft
  const parts = [{ draft, hash: '' }]
  const save = { ...o, organiserId }
  const venues = await writeVenues(sql, parts, save)
  const productions = await writeProductions(sql, parts, save)
  const shown = sale && lowestPriceShown(sale, o.now)
  const row = {
    ...eventRow(draft, '', venues, productions),
    event_id: event.eventId === '' ? null : event.eventId,
    organiser_id: organiserId,
    revision: event.revision,
    extensions_max: sale?.extensionsMax ?? 1,
    extension_seconds: sale?.extensionSeconds ?? 300,
    identity_required: sale?.identityRequired ?? 'guest',
    price_from: shown ? shown.from : event.priceFrom,
  }
  const isNew = event.eventId === ''
  const { rows } = await sql.query<Numbered>(isNew ? insertEvent : updateEvent, [JSON.stringify(row), o.now])
  const written = rows[0]
  if (!written) return isNew ? 'taken' : 'moved'
  const { event_id, revision } = written
  await writePerformers(sql, parts, new Map([[event.sourceId, event_id]]), save)
  if (sale) {
    await writeSales(sql, [{ event_id, sale }])
    await writePhases(sql, event_id, { ...sale, codes: o.codes?.(String(event_id)) ?? sale.codes })
    await writeTurn(sql, event_id, shown!.until)
  }
  await sql.query(insertChange, [event_id, revision, o.now, o.actor, JSON.stringify(o.changes)])
  await writeFact(sql, { event_id, revision }, o)
  return { eventId: String(event_id), revision }
}

/** Says that the event is cancelled, with its revision, log entry and fact; false where it says so already. */
export async function writeCancelled(
  sql: Sql,
  eventId: EventId,
  o: Pick<HouseWriteOptions, 'actor' | 'now' | 'ids'>,
): Promise<boolean> {
  const { rows } = await sql.query<Numbered>(cancelEvent, [eventId, o.now, o.actor])
  for (const written of rows) await writeFact(sql, written, o)
  return rows.length > 0
}

const addChanges = statement(
  'catalog.house.change-add',
  'update event_changes set changes = changes || $3::jsonb where event_id = $1 and revision = $2',
)
const raiseRevision = statement(
  'catalog.house.raise',
  `update events set revision = revision + 1, updated_at = to_timestamp($2 / 1000.0) where event_id = $1::bigint
   returning event_id, revision`,
)

/** `revision`: where the caller wrote others before; null: they get one of their own. */
export type ChangesNoted = {
  eventId: EventId
  revision: number | null
  actor: string
  changes: Record<string, unknown>
}

/** What was changed elsewhere, in the event's history. */
export async function noteChanges(
  sql: Sql,
  { eventId, revision, actor, changes }: ChangesNoted,
  o: { now: number; ids: Ids },
): Promise<void> {
  const text = JSON.stringify(changes)
  if (revision !== null) {
    await sql.query(addChanges, [eventId, revision, text])
    return
  }
  for (const raised of (await sql.query<Numbered>(raiseRevision, [eventId, o.now])).rows) {
    await sql.query(insertChange, [raised.event_id, raised.revision, o.now, actor, text])
    await writeFact(sql, raised, o)
  }
}

type Numbered = { event_id: number; revision: number }

async function writeFact(sql: Sql, written: Numbered, o: { now: number; ids: Ids }): Promise<void> {
  const fact = { ...written, fact_id: o.ids.uuid(), imported: false }
  await sql.query(insertFacts, [JSON.stringify([fact]), o.now])
}

// Numbers go up for ever: the ledger counts what a phase sold, and whose a seat is, by them.
async function writePhases(sql: Sql, eventId: number, sale: HouseSale): Promise<void> {
  for (const s of deleteSale) await sql.query(s, [eventId])
  const { phases, allotments, codes } = sale
  const numbered = (await sql.query<{ offers: number; allocations: number }>(findNumbered, [eventId]))
    .rows[0]!
  let { offers, allocations } = numbered
  const offerRows = phases.map((phase) => ({ ...phase, no: phase.no || ++offers }))
  const allocationRows = allotments.map((allotment) => ({ ...allotment, no: allotment.no || ++allocations }))
  if (offers !== numbered.offers || allocations !== numbered.allocations)
    await sql.query(updateNumbered, [eventId, offers, allocations])
  if (phases.length > 0) await sql.query(insertOffers, [eventId, JSON.stringify(offerRows)])
  // The prices of before went with their categories.
  const own = offerRows.flatMap((offer) =>
    numberedPrices(sale, offer).map((p) => ({ ...p, offer: offer.no })),
  )
  if (own.length > 0) await sql.query(insertPrices, [eventId, JSON.stringify(own)])
  if (allotments.length > 0) await sql.query(insertAllocations, [eventId, JSON.stringify(allocationRows)])
  if (codes.length === 0) return
  const offerNo = new Map(offerRows.map(({ id, no }) => [id, no]))
  const allocationNo = new Map(allocationRows.map(({ kind, no }) => [kind, no]))
  const codeRows = codes.map(({ hash, uses, opens }) => ({
    hash,
    uses,
    offer: 'phase' in opens ? offerNo.get(opens.phase) : null,
    allocation: 'allotment' in opens ? allocationNo.get(opens.allotment) : null,
  }))
  await sql.query(insertCodes, [eventId, JSON.stringify(codeRows)])
}

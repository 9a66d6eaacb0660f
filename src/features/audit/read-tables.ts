import { statement, type Sql, type Statement } from '../../platform/postgres/database.ts'

/** Bytes of entries that one read of the ledger aims at, and the fewest and most entries that it may ask for. */
const LEDGER_PAGE_BYTES = 4 * 1024 * 1024
const LEDGER_PAGE_ROWS_MIN = 16
const LEDGER_PAGE_ROWS_MAX = 4_000
/** Rows of a table that one read returns at most. */
export const TABLE_PAGE_ROWS_MAX = 10_000

export type LedgerRow = {
  version: number
  format: number
  batch_id: string
  at: number
  prev_hash: Uint8Array
  hash: Uint8Array
  body: Uint8Array
}

export type HeadRow = {
  version: number
  head_hash: Uint8Array
  at: number
  next_due: number | null
  sealed: string | null
  cancelled: boolean
  /** Null: the layout that the event was opened with. */
  layout_hash: string | null
  /** The database's clock, milliseconds. */
  now: number
}

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint as ${column}`

const HEAD = statement(
  'audit.head',
  `select version, head_hash, at, next_due, sealed, cancelled, layout_hash, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now
     from event_heads where event_id = $1`,
)
const LEDGER = statement(
  'audit.ledger',
  `select version, format, batch_id, at, prev_hash, hash, body from ledger
    where event_id = $1 and version > $2 order by version limit $3`,
)
// Distinct events by skipping along each primary key, not by reading every row.
const EVENTS = statement(
  'audit.events',
  `${skipScan('ledger')} union ${skipScan('event_heads')} union ${skipScan('event_seats')}
   union ${skipScan('event_areas')} union ${skipScan('holds')} union ${skipScan('tickets')}
   union ${skipScan('command_keys')} union ${skipScan('code_uses')} union ${skipScan('area_allocations')} union ${skipScan('inventory_outbox')} order by 1`,
)
const ORDERED_EVENTS = statement('audit.ordered-events', `${skipScan('orders')} order by 1`)
const VERSIONS = statement('audit.versions', 'select event_id, version from event_heads')
const RULES = statement('audit.rules', 'select version, body from event_rules where event_id = $1')
const AREAS = statement(
  'audit.areas',
  'select area_no, capacity, held, booked, kept from event_areas where event_id = $1 order by area_no',
)
const AREA_ALLOCATIONS = statement(
  'audit.area-allocations',
  'select area_no, allocation_no, places from area_allocations where event_id = $1 order by area_no, allocation_no',
)
const STOCK = statement(
  'audit.stock',
  'select version, capacity, remaining from event_stock where event_id = $1',
)
const LAYOUT = statement('audit.layout', 'select body from layouts where hash = $1')
const OUTBOX = statement(
  'audit.outbox',
  `select version, n, kind, body from inventory_outbox
    where event_id = $1 and (version, n) > ($2, $3) order by version, n limit $4`,
)

export const SEATS = statement(
  'audit.seats',
  `select seat_no, status, hold_id, ${ms('held_until')}, seat_guid, allocation_no from event_seats
    where event_id = $1 and seat_no > $2 order by seat_no limit $3`,
)
export const HOLDS = statement(
  'audit.holds',
  `select hold_id, buyer, state, ${ms('expires_at')}, lines::text as lines, rules_version, order_fee, order_fee_tax,
          extended_count, attempt, ${ms('payment_until')}, ${ms('payment_until_max')}, order_id, contact_hash, offer_no,
          code_hash, allocation_no
     from holds where event_id = $1 and hold_id > $2 order by hold_id limit $3`,
)
export const HOLD_AREAS = statement(
  'audit.hold-areas',
  `select hold_id, area_no, quantity from hold_areas
    where event_id = $1 and (hold_id, area_no) > ($2, $3) order by hold_id, area_no limit $4`,
)
export const TICKETS = statement(
  'audit.tickets',
  `select ticket_id, order_id, line_no, hold_id, buyer, seat_no, area_no, serial, state, state_version, refund_id,
          reopened, moved_from, foreign_barcode
     from tickets where event_id = $1 and ticket_id > $2 order by ticket_id limit $3`,
)
export const CODE_USES = statement(
  'audit.code-uses',
  `select code_hash, used from code_uses where event_id = $1 and code_hash > $2 order by code_hash limit $3`,
)
export const KEYS = statement(
  'audit.keys',
  `select key_hash, request_hash, version, result from command_keys
    where event_id = $1 and key_hash > $2 order by key_hash limit $3`,
)

function skipScan(table: string): string {
  return `(with recursive e(event_id) as (
      (select event_id from ${table} order by event_id limit 1)
      union all
      select (select t.event_id from ${table} t where t.event_id > e.event_id order by t.event_id limit 1) from e
       where e.event_id is not null
    ) select event_id from e where event_id is not null)`
}

export const NO_UUID = '00000000-0000-0000-0000-000000000000'

/** Everything with an event's id in it, whether its head is still there or not; versions where there is a head. */
export async function listEvents(
  sql: Sql,
  withMoney: boolean,
): Promise<{ eventId: string; version: number }[]> {
  const ids = new Set((await sql.query<{ event_id: number }>(EVENTS)).rows.map((row) => row.event_id))
  if (withMoney) {
    for (const row of (await sql.query<{ event_id: number }>(ORDERED_EVENTS)).rows) ids.add(row.event_id)
  }
  const { rows } = await sql.query<{ event_id: number; version: number }>(VERSIONS)
  const versions = new Map(rows.map((row) => [row.event_id, row.version]))
  return [...ids]
    .toSorted((a, b) => a - b)
    .map((id) => ({ eventId: String(id), version: versions.get(id) ?? 0 }))
}

export async function readHead(sql: Sql, eventId: string): Promise<HeadRow | null> {
  return (await sql.query<HeadRow>(HEAD, [eventId])).rows[0] ?? null
}

/** The entries in order, in pages of about LEDGER_PAGE_BYTES, so that memory does not grow with the ledger. */
export async function* readLedger(sql: Sql, eventId: string): AsyncGenerator<LedgerRow[]> {
  let limit = 64
  for (let after = 0; ;) {
    const { rows } = await sql.query<LedgerRow>(LEDGER, [eventId, after, limit])
    if (rows.length === 0) return
    yield rows
    if (rows.length < limit) return
    after = rows.at(-1)!.version
    const bytes = rows.reduce((sum, row) => sum + row.body.length, 0)
    const fitting = Math.floor(LEDGER_PAGE_BYTES / Math.max(1, bytes / rows.length))
    limit = Math.min(LEDGER_PAGE_ROWS_MAX, Math.max(LEDGER_PAGE_ROWS_MIN, fitting))
  }
}

/** All rows of an event in a table whose key is the event and one column more; `first` sorts before all of them. */
export async function* readPages<Row extends object>(
  sql: Sql,
  page: Statement,
  eventId: string,
  c: { first: readonly (string | number)[]; keyOf: (row: Row) => readonly (string | number)[] },
): AsyncGenerator<Row[]> {
  for (let after = c.first; ;) {
    const { rows } = await sql.query<Row>(page, [eventId, ...after, TABLE_PAGE_ROWS_MAX])
    if (rows.length === 0) return
    yield rows
    if (rows.length < TABLE_PAGE_ROWS_MAX) return
    after = c.keyOf(rows.at(-1)!)
  }
}

export type OutboxRow = { version: number; n: number; kind: string; body: unknown }

export function readOutbox(sql: Sql, eventId: string): AsyncGenerator<OutboxRow[]> {
  return readPages<OutboxRow>(sql, OUTBOX, eventId, { first: [-1, -1], keyOf: (row) => [row.version, row.n] })
}

export async function readRules(sql: Sql, eventId: string): Promise<{ version: number; body: unknown }[]> {
  return (await sql.query<{ version: number; body: unknown }>(RULES, [eventId])).rows
}

export type AreaRow = { area_no: number; capacity: number; held: number; booked: number; kept: number }

export async function readAreas(sql: Sql, eventId: string): Promise<AreaRow[]> {
  return (await sql.query<AreaRow>(AREAS, [eventId])).rows
}

export type AreaAllocationRow = { area_no: number; allocation_no: number; places: number }

export async function readAreaAllocations(sql: Sql, eventId: string): Promise<AreaAllocationRow[]> {
  return (await sql.query<AreaAllocationRow>(AREA_ALLOCATIONS, [eventId])).rows
}

export type StockRow = { version: number; capacity: number; remaining: number }

export async function readStock(sql: Sql, eventId: string): Promise<StockRow | null> {
  return (await sql.query<StockRow>(STOCK, [eventId])).rows[0] ?? null
}

export async function readLayoutBody(sql: Sql, hash: string): Promise<Uint8Array | null> {
  return (await sql.query<{ body: Uint8Array }>(LAYOUT, [hash])).rows[0]?.body ?? null
}

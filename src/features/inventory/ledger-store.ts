import type { Clock } from '../../platform/clock.ts'
import { callOnce } from '../../platform/postgres/call-once.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import { NOTHING_KEPT, withKept } from './area-places.ts'
import { HOLD_STATES, TICKET_STATES } from './commit-deltas.ts'
import { decodeEntry, FORMAT_JSON, UnknownFormat, type Entry } from './entry.ts'
import { EventState, KEYS_IN_MEMORY_MAX, type Hold, type KeyUse, type Line, type Ticket } from './state.ts'
import { allocationTally, countCode, countPlaces, quantityOf } from './tallies.ts'
import type { EventRules, SeatStatus } from './types.ts'

/** Entries that one read of what was missed returns at most. */
export const ENTRIES_PER_READ_MAX = 500

export type Head = {
  version: number
  headHash: Uint8Array
  at: number
  nextDue: number | null
  sealed: string | null
  /** The database's clock at the read, milliseconds. */
  databaseNow: number
}
export type StoredEntry = {
  version: number
  batchId: string
  prevHash: Uint8Array
  hash: Uint8Array
  entry: Entry
}

/** Milliseconds for one row by its key, after which its connection counts as one that leads nowhere. */
const HEAD_MS_MAX = 5_000

const READ_HEAD = statement(
  'inventory.head',
  `select h.version, h.head_hash, h.at, h.next_due, h.sealed,
          floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now
     from event_heads h where h.event_id = $1`,
  { driverMsMax: HEAD_MS_MAX },
)

const DATABASE_NOW = statement(
  'inventory.now',
  'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now',
)

const READ_ENTRIES = statement(
  'inventory.entries',
  `select version, batch_id, prev_hash, hash, body from ledger
    where event_id = $1 and version > $2 order by version limit ${ENTRIES_PER_READ_MAX}`,
)

// No statement below the head's row may wait for anybody else's row: the compare-and-set on the head comes first,
// so two commits of one event never meet further down. Measured beside it, one call a batch: the same statements as
// data-modifying CTEs reach 0.8 of it (docs/decisions).
const PARAMETERS = Array.from({ length: 54 }, (_, i) => `$${i + 1}`).join(',')
const COMMIT = statement('inventory.commit', `select commit_entry_v1(${PARAMETERS}) as outcome`)
// The same, and what `house` of the last parameter says; every hold would pay for asking whether there is any.
const COMMIT_HOUSE = statement('inventory.commit-house', `select commit_entry_v2(${PARAMETERS}) as outcome`)
// And what `moves` of it says.
const COMMIT_MOVES = statement('inventory.commit-moves', `select commit_entry_v3(${PARAMETERS}) as outcome`)
// And what `layout` of it says.
const COMMIT_LAYOUT = statement('inventory.commit-layout', `select commit_entry_v4(${PARAMETERS}) as outcome`)
const COMMITS = { 1: COMMIT, 2: COMMIT_HOUSE, 3: COMMIT_MOVES, 4: COMMIT_LAYOUT } as const

const LOAD_HEAD = statement(
  'inventory.load-head',
  `select h.version, h.head_hash, h.at, h.next_due, h.sealed, h.cancelled, h.layout_hash, l.format
     from event_heads h left join ledger l on l.event_id = h.event_id and l.version = h.version
    where h.event_id = $1`,
)
const LOAD_RULES = statement(
  'inventory.load-rules',
  'select version, body from event_rules where event_id = $1 order by version desc limit 1',
)
const FIND_PRICE_TYPES = statement(
  'inventory.find-price-types',
  `select body->'priceTypes' as "priceTypes" from event_rules where event_id = $1 and version = $2`,
)
const LOAD_OPENING = statement(
  'inventory.load-opening',
  'select body from ledger where event_id = $1 and version = 1',
)
const LOAD_SEATS = statement(
  'inventory.load-seats',
  'select seat_no, status, hold_id, allocation_no from event_seats where event_id = $1 and status <> 0',
)
const COUNT_SEATS = statement(
  'inventory.count-seats',
  'select coalesce(max(seat_no) + 1, 0)::int as count from event_seats where event_id = $1',
)
const LOAD_AREAS = statement(
  'inventory.load-areas',
  'select area_no, capacity, held, booked from event_areas where event_id = $1 order by area_no',
)
const LOAD_KEPT_PLACES = statement(
  'inventory.load-kept-places',
  'select area_no, allocation_no, places from area_allocations where event_id = $1',
)
const HOLD_COLUMNS = `hold_id, buyer, contact_hash, offer_no, code_hash, allocation_no, state, lines, rules_version, order_fee, order_fee_tax, extended_count, attempt, order_id,
  (extract(epoch from expires_at) * 1000)::bigint as expires_at,
  (extract(epoch from payment_until) * 1000)::bigint as payment_until,
  (extract(epoch from payment_until_max) * 1000)::bigint as payment_until_max`
const LOAD_HOLDS = statement(
  'inventory.load-holds',
  `select ${HOLD_COLUMNS} from holds where event_id = $1 and state < 3`,
)
const FIND_HOLD = statement(
  'inventory.find-hold',
  `select ${HOLD_COLUMNS} from holds where event_id = $1 and hold_id = $2`,
)
const TICKET_COLUMNS = `ticket_id, order_id, line_no, hold_id, buyer, seat_no, area_no, serial, state, state_version,
  refund_id, reopened, moved_from`
const LOAD_TICKETS = statement(
  'inventory.load-tickets',
  `select ${TICKET_COLUMNS} from tickets where event_id = $1 order by hold_id, line_no`,
)
const LAST_SERIAL = statement(
  'inventory.last-serial',
  'select coalesce(max(serial), 0) as serial from tickets where event_id = $1',
)
const FIND_TICKETS = statement(
  'inventory.find-tickets',
  `select ${TICKET_COLUMNS} from tickets where event_id = $1 and ticket_id = any($2::uuid[]) order by serial`,
)
const LOAD_KEYS = statement(
  'inventory.load-keys',
  `select key_hash, request_hash, result from command_keys where event_id = $1 order by version desc
    limit ${KEYS_IN_MEMORY_MAX + 1}`,
)
const FIND_KEYS = statement(
  'inventory.find-keys',
  'select key_hash, request_hash, result from command_keys where event_id = $1 and key_hash = any($2::uuid[])',
)
const DUE_EVENTS = statement(
  'inventory.due-events',
  `select event_id, next_due, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now
     from event_heads where next_due is not null and sealed is null order by next_due limit $1`,
)
const SAVE_STOCK = statement(
  'inventory.save-stock',
  `insert into event_stock (event_id, version, capacity, remaining)
   select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[])
   on conflict (event_id) do update
     set version = excluded.version, capacity = excluded.capacity, remaining = excluded.remaining
   where event_stock.version < excluded.version`,
)
const READ_STOCK = statement(
  'inventory.stock',
  'select event_id, capacity, remaining from event_stock where event_id = any($1::bigint[])',
)
const STALE_STOCK = statement(
  'inventory.stale-stock',
  `select h.event_id from event_heads h left join event_stock s on s.event_id = h.event_id
    where s.version is distinct from h.version limit $1`,
)

export async function readHead(sql: Sql, eventId: string): Promise<Head | null> {
  const { rows } = await sql.query<{
    version: number
    head_hash: Uint8Array
    at: number
    next_due: number | null
    sealed: string | null
    now: number
  }>(READ_HEAD, [eventId])
  const row = rows[0]
  if (!row) return null
  return {
    version: row.version,
    headHash: row.head_hash,
    at: row.at,
    nextDue: row.next_due,
    sealed: row.sealed,
    databaseNow: row.now,
  }
}

/** How far the database's clock is ahead of this process's, in milliseconds. */
export async function measureClockOffset(sql: Sql, clock: Clock): Promise<number> {
  const sent = clock.now()
  const { rows } = await sql.query<{ now: number }>(DATABASE_NOW)
  return rows[0]!.now - (sent + clock.now()) / 2
}

export async function readEntries(sql: Sql, eventId: string, afterVersion: number): Promise<StoredEntry[]> {
  const { rows } = await sql.query<{
    version: number
    batch_id: string
    prev_hash: Uint8Array
    hash: Uint8Array
    body: Uint8Array
  }>(READ_ENTRIES, [eventId, afterVersion])
  return rows.map((row) => ({
    version: row.version,
    batchId: row.batch_id,
    prevHash: row.prev_hash,
    hash: row.hash,
    entry: decodeEntry(row.body),
  }))
}

export type CommitOutcome =
  | 'committed'
  | 'moved'
  | 'sealed'
  /** The entry's time does not fit the database's clock: measure it and decide again. */
  | 'time'
  /** A row count differed: the memory is wrong. */
  | 'drift'
  /** A key of the batch was used before, and the memory had forgotten it. */
  | 'key'
  /** No answer, or one that proves nothing: the entry may be there, or may still arrive. */
  | 'lost'
  /** There was no connection to send it on: nothing was written, and nothing will be. */
  | 'unsent'

export type CommitResult = { outcome: CommitOutcome; error?: unknown }

/** Milliseconds after which a commit without an answer counts as lost and its connection is given up. */
export const COMMIT_ANSWER_MS_MAX = 8_000
/** Milliseconds that a commit waits for a connection. */
const COMMIT_CONNECT_MS_MAX = 1_000

/**
 * Sends one commit on a connection of its own kind: no statement time-out (a commit that the server cut off would be
 * a lost answer made by ourselves), and a warning from the server counts as a lost answer, because a synchronous
 * standby that did not confirm is reported as a warning after a local commit.
 */
export async function sendCommit(
  database: Database,
  values: readonly unknown[],
  version: keyof typeof COMMITS = 1,
): Promise<CommitResult> {
  const called = await callOnce<{ outcome: CommitOutcome }>(database, COMMITS[version], values, {
    connectMsMax: COMMIT_CONNECT_MS_MAX,
    answerMsMax: COMMIT_ANSWER_MS_MAX,
  })
  switch (called.kind) {
    case 'answered':
      return { outcome: called.warned ? 'lost' : called.rows[0]!.outcome }
    case 'refused':
      return { outcome: outcomeOfRefusal(called.code), error: called.error }
    case 'unsent':
      return { outcome: 'unsent', error: called.error }
    case 'unanswered':
      return { outcome: 'lost', error: called.error }
  }
}

function outcomeOfRefusal(code: string): CommitOutcome {
  switch (code) {
    case 'US001':
    case '23505':
    case '23514':
      return 'drift'
    case 'US002':
      return 'key'
    case 'US003':
      return 'time'
    case '40001':
    case '40P01':
      return 'moved'
    default:
      return 'lost'
  }
}

/** The whole state at one version, in one snapshot; null when the event was never opened. */
export async function loadState(database: Database, eventId: string): Promise<EventState | null> {
  return database.transaction(async (sql) => {
    const head = (
      await sql.query<{
        version: number
        head_hash: Uint8Array
        at: number
        next_due: number | null
        sealed: string | null
        cancelled: boolean
        layout_hash: string | null
        format: number | null
      }>(LOAD_HEAD, [eventId])
    ).rows[0]
    if (!head) return null
    // What a newer version of Usher has written may mean more than this one's tables say.
    if (head.format !== null && head.format !== FORMAT_JSON)
      throw new UnknownFormat(`ledger format ${head.format}`)
    const state = new EventState(eventId)
    state.version = head.version
    state.at = head.at
    state.headHash = head.head_hash
    state.nextDue = head.next_due
    state.sealed = head.sealed
    state.cancelled = head.cancelled
    await loadRules(sql, state)
    state.layoutHash = head.layout_hash ?? (await openingLayout(sql, eventId))
    await loadPlaces(sql, state)
    await loadHolds(sql, state)
    await loadKeys(sql, state)
    return state
  }, 'repeatable read')
}

async function loadRules(sql: Sql, state: EventState): Promise<void> {
  const rules = (await sql.query<{ version: number; body: EventRules }>(LOAD_RULES, [state.eventId])).rows[0]
  if (!rules) return
  state.rules = rules.body
  state.rulesVersion = rules.version
}

async function openingLayout(sql: Sql, eventId: string): Promise<string> {
  const opening = (await sql.query<{ body: Uint8Array }>(LOAD_OPENING, [eventId])).rows[0]
  const first = opening && decodeEntry(opening.body).changes[0]
  return first?.k === 'open' ? first.layout : ''
}

async function loadPlaces(sql: Sql, state: EventState): Promise<void> {
  const { count } = (await sql.query<{ count: number }>(COUNT_SEATS, [state.eventId])).rows[0]!
  state.addSeats(count)
  const seats = await sql.query<{
    seat_no: number
    status: SeatStatus
    hold_id: string | null
    allocation_no: number | null
  }>(LOAD_SEATS, [state.eventId])
  // A seat of an allocation is never available.
  for (const row of seats.rows) {
    state.setSeat(row.seat_no, row.status, row.hold_id)
    if (row.allocation_no === null) continue
    state.setAllocation(row.seat_no, row.allocation_no)
    state.addTally(allocationTally(row.allocation_no), 1)
  }
  const areas = await sql.query<{ area_no: number; capacity: number; held: number; booked: number }>(
    LOAD_AREAS,
    [state.eventId],
  )
  for (const row of areas.rows)
    state.areas.push({ capacity: row.capacity, held: row.held, booked: row.booked, kept: NOTHING_KEPT })
  const kept = await sql.query<{ area_no: number; allocation_no: number; places: number }>(LOAD_KEPT_PLACES, [
    state.eventId,
  ])
  for (const { area_no: area, allocation_no: no, places } of kept.rows) {
    state.setArea(area, withKept(state.area(area), no, { places }))
    state.addTally(allocationTally(no), places)
  }
}

async function loadHolds(sql: Sql, state: EventState): Promise<void> {
  const tickets = await sql.query<TicketRow>(LOAD_TICKETS, [state.eventId])
  // What a code took of its allocation's places goes back there.
  const take = ({ allocation }: Hold, area: number, taken: number): void => {
    if (allocation !== null) state.setArea(area, withKept(state.area(area), allocation, { taken }))
  }
  const idsByHold = new Map<string, string[]>()
  for (const row of tickets.rows) {
    const ids = idsByHold.get(row.hold_id)
    if (ids) ids.push(row.ticket_id)
    else idsByHold.set(row.hold_id, [row.ticket_id])
  }
  const holds = await sql.query<HoldRow>(LOAD_HOLDS, [state.eventId])
  for (const row of holds.rows) {
    const hold = toHold(row, idsByHold.get(row.hold_id) ?? [])
    state.setHold(hold)
    countCode(state, hold, 1)
    if (hold.state === 'booked') continue
    countPlaces(state, hold.buyer, hold, quantityOf(hold.lines))
    for (const [place, , , , , quantity] of hold.lines) if (place < 0) take(hold, -1 - place, quantity)
  }
  for (const row of tickets.rows) {
    const hold = state.hold(row.hold_id)
    if (!hold) continue
    state.setTicket(toTicket(row))
    if (row.area_no !== null && !row.reopened) take(hold, row.area_no, 1)
    if (row.state < 2) countPlaces(state, row.buyer, hold, 1)
  }
  state.serial = (await sql.query<{ serial: number }>(LAST_SERIAL, [state.eventId])).rows[0]!.serial
}

async function loadKeys(sql: Sql, state: EventState): Promise<void> {
  const { rows } = await sql.query<KeyRow>(LOAD_KEYS, [state.eventId])
  for (const row of rows.reverse())
    state.setKey(row.key_hash, { requestHash: row.request_hash, result: row.result })
}

/** What the price types were called by the rules of that version, by their numbers. */
export async function findPriceTypes(
  sql: Sql,
  eventId: string,
  rulesVersion: number,
): Promise<EventRules['priceTypes']> {
  const { rows } = await sql.query<Pick<EventRules, 'priceTypes'>>(FIND_PRICE_TYPES, [eventId, rulesVersion])
  return rows[0]?.priceTypes ?? []
}

export async function findHold(sql: Sql, eventId: string, holdId: string): Promise<Hold | null> {
  const row = (await sql.query<HoldRow>(FIND_HOLD, [eventId, holdId])).rows[0]
  return row ? toHold(row, []) : null
}

export async function findTickets(sql: Sql, eventId: string, ids: readonly string[]): Promise<Ticket[]> {
  const { rows } = await sql.query<TicketRow>(FIND_TICKETS, [eventId, `{${ids.join(',')}}`])
  return rows.map(toTicket)
}

export async function findKeys(
  sql: Sql,
  eventId: string,
  hashes: readonly string[],
): Promise<Map<string, KeyUse>> {
  const { rows } = await sql.query<KeyRow>(FIND_KEYS, [eventId, `{${hashes.join(',')}}`])
  return new Map(rows.map((row) => [row.key_hash, { requestHash: row.request_hash, result: row.result }]))
}

/** Events by when their next hold is due, soonest first, and the database's clock, milliseconds. */
export async function dueEvents(
  sql: Sql,
  limit: number,
): Promise<{ events: { eventId: string; nextDue: number }[]; now: number }> {
  const { rows } = await sql.query<{ event_id: number; next_due: number; now: number }>(DUE_EVENTS, [limit])
  return {
    events: rows.map((row) => ({ eventId: String(row.event_id), nextDue: row.next_due })),
    now: rows[0]?.now ?? 0,
  }
}

export type Stock = { eventId: string; version: number; capacity: number; remaining: number }

export async function saveStock(sql: Sql, stock: readonly Stock[]): Promise<void> {
  await sql.query(SAVE_STOCK, [
    stock.map((s) => s.eventId),
    stock.map((s) => s.version),
    stock.map((s) => s.capacity),
    stock.map((s) => s.remaining),
  ])
}

export async function readStock(
  sql: Sql,
  eventIds: readonly string[],
): Promise<Map<string, { capacity: number; remaining: number }>> {
  const { rows } = await sql.query<{ event_id: number; capacity: number; remaining: number }>(READ_STOCK, [
    eventIds,
  ])
  return new Map(
    rows.map((row) => [String(row.event_id), { capacity: row.capacity, remaining: row.remaining }]),
  )
}

/** Events whose stock is not that of their head, at most `limit`. */
export async function staleStock(sql: Sql, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ event_id: number }>(STALE_STOCK, [limit])
  return rows.map((row) => String(row.event_id))
}

type KeyRow = { key_hash: string; request_hash: string; result: string }

type HoldRow = {
  hold_id: string
  buyer: string
  contact_hash: string | null
  offer_no: number | null
  code_hash: string | null
  allocation_no: number | null
  state: number
  lines: Line[]
  rules_version: number
  order_fee: number
  order_fee_tax: number
  extended_count: number
  attempt: string | null
  order_id: string | null
  expires_at: number
  payment_until: number | null
  payment_until_max: number | null
}

function toHold(row: HoldRow, ticketIds: string[]): Hold {
  return {
    id: row.hold_id,
    buyer: row.buyer,
    contact: row.contact_hash,
    offer: row.offer_no,
    code: row.code_hash,
    allocation: row.allocation_no,
    state: HOLD_STATES[row.state]!,
    expiresAt: row.expires_at,
    lines: row.lines,
    rulesVersion: row.rules_version,
    orderFee: row.order_fee,
    orderFeeTax: row.order_fee_tax,
    extendedCount: row.extended_count,
    attempt: row.attempt,
    paymentUntil: row.payment_until,
    paymentUntilMax: row.payment_until_max,
    orderId: row.order_id,
    ticketIds,
  }
}

type TicketRow = {
  ticket_id: string
  order_id: string
  line_no: number
  hold_id: string
  buyer: string
  seat_no: number | null
  area_no: number | null
  serial: number
  state: number
  state_version: number
  refund_id: string | null
  reopened: boolean
  moved_from: number | null
}

function toTicket(row: TicketRow): Ticket {
  return {
    id: row.ticket_id,
    orderId: row.order_id,
    holdId: row.hold_id,
    buyer: row.buyer,
    seat: row.seat_no,
    area: row.area_no,
    serial: row.serial,
    state: TICKET_STATES[row.state]!,
    stateVersion: row.state_version,
    refundId: row.refund_id,
    reopened: row.reopened,
    movedFrom: row.moved_from,
  }
}

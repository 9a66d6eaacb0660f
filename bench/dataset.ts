import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import { createAccount } from '../src/features/account/index.ts'
import type { Change } from '../src/features/inventory/changes.ts'
import { commitDeltas, commitRest } from '../src/features/inventory/commit-deltas.ts'
import { encodeEntry, FORMAT_JSON, hashEntry } from '../src/features/inventory/entry.ts'
import { compileHall, type Hall } from '../src/features/inventory/hall.ts'
import { sendCommit } from '../src/features/inventory/ledger-store.ts'
import { Draft, EventState } from '../src/features/inventory/state.ts'
import { createInventory } from '../src/features/inventory/index.ts'
import { systemClock, systemIds, systemRandom } from '../src/platform/clock.ts'
import { loadMasterKeys } from '../src/platform/crypto/master-key.ts'
import { openDatabase, type Database } from '../src/platform/postgres/database.ts'
import { migrate } from '../src/platform/postgres/migrate.ts'
import { layoutBytes, type Layout } from '../src/shared/layout.ts'
import { isRefusal } from '../src/shared/errors.ts'
import type { Cluster } from './cluster.ts'
import {
  SEAT_ID_DIGITS,
  seatId,
  SYNTHETIC_RULES,
  syntheticHall,
  TICKETS_PER_BUYER,
} from './synthetic-hall.ts'

export const EVENT_ID = '1'
const BASE = 'base'

export type Variant = 'plain' | 'status-index'

export type DatasetOptions = {
  cluster: Cluster
  name: string
  seatCount: number
  variants: readonly Variant[]
  /** Every seat is held by somebody else, for the load that is only refused. */
  soldOut?: boolean
}

/**
 * Makes the databases that runs are copied from: migrated, one event opened through Usher's ledger, tables analysed.
 * The textbook servers use the same tables; the variant with the index that textbooks recommend is a copy.
 */
export async function makeDataset(options: DatasetOptions): Promise<void> {
  const { cluster, name, seatCount, soldOut = false } = options
  const plain = templateName(name, 'plain')
  await cluster.create(plain, BASE)
  await openEvent(cluster.url(plain), seatCount, soldOut)
  await cluster.onDatabase(plain, async (client) => {
    await client.query(await readFile(new URL('textbook/schema.sql', import.meta.url), 'utf8'))
    await client.query('vacuum (analyze)')
    await client.query('checkpoint')
  })
  if (!options.variants.includes('status-index')) return
  const indexed = templateName(name, 'status-index')
  await cluster.create(indexed, plain)
  await cluster.onDatabase(indexed, async (client) => {
    await client.query('create index event_seats_status on event_seats (event_id, status)')
    await client.query('vacuum (analyze)')
    await client.query('checkpoint')
  })
}

export function templateName(name: string, variant: Variant): string {
  return `${name}_${variant.replace('-', '_')}`
}

async function openEvent(url: string, seatCount: number, soldOut: boolean): Promise<void> {
  const layout = syntheticHall(seatCount)
  const hash = createHash('sha256').update(`synthetic ${seatCount}`).digest('hex')
  const database = openDatabase({ url, connectionsMax: 4, statementTimeoutMs: 0 })
  try {
    await insertCatalog(database.pool, hash, layoutBytes(layout), seatCount)
    await writeOpening(database, compileHall(hash, layout))
    if (soldOut) await holdEverything(database, layout)
  } finally {
    await database.close()
  }
}

/**
 * The first entry of the ledger as the sequencer writes it; the rows of the seats come from one statement beside it
 * instead of through the entry's document, which is made for halls and not for two million seats.
 */
async function writeOpening(database: Database, hall: Hall): Promise<void> {
  const state = new EventState(EVENT_ID)
  const draft = new Draft(state)
  const at = Date.now()
  Object.assign(draft, { version: 1, at })
  const changes: Change[] = [
    { k: 'open', layout: hall.layoutHash, seats: hall.seatCount, areas: [], rules: SYNTHETIC_RULES },
  ]
  const batch = systemIds.uuid()
  const bytes = encodeEntry({ event: EVENT_ID, version: 1, at, batch, changes })
  const hash = hashEntry(state.headHash, bytes)
  const result = await sendCommit(database, [
    EVENT_ID, 0, state.headHash, state.at, at, batch, FORMAT_JSON, hash, bytes, null,
    ...commitDeltas(draft),
    commitRest({ draft, changes }, () => [], () => systemIds.uuid(), { house: null, moves: null, layout: null }),
  ]) // prettier-ignore
  if (result.outcome !== 'committed') {
    throw new Error(`the event could not be opened: ${result.outcome}`, { cause: result.error })
  }
  await database.pool.query(
    `insert into event_seats (event_id, seat_no, seat_guid)
     select $1, n, lpad(n::text, $3, '0') from generate_series(0, $2::int - 1) n`,
    [EVENT_ID, hall.seatCount, SEAT_ID_DIGITS],
  )
}

async function holdEverything(database: Database, layout: Layout): Promise<void> {
  const inventory = createInventory({
    database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    layout: () => Promise.resolve(layout),
    observer: { onAlert: (_event, what, cause) => console.error(what, cause) },
  })
  const seatCount = layout.seats.length
  const holds: Promise<unknown>[] = []
  for (let first = 0; first < seatCount; first += TICKETS_PER_BUYER) {
    const last = Math.min(first + TICKETS_PER_BUYER, seatCount)
    const seats = Array.from({ length: last - first }, (_, i) => ({ seatId: seatId(first + i) }))
    holds.push(
      inventory.hold({ eventId: EVENT_ID, buyer: systemIds.uuid(), seats }).then((held) => {
        if (isRefusal(held)) throw new Error(held.detail)
      }),
    )
  }
  await Promise.all(holds)
}

// The layout and the event as an import leaves them; only what a server reads of them.
async function insertCatalog(
  pool: pg.Pool,
  hash: string,
  body: Uint8Array,
  seatCount: number,
): Promise<void> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  await pool.query(
    `insert into layouts (hash, name, seat_count, area_count, capacity, body, body_gzip, body_brotli)
     values ($1, 'Synthetic hall', $2, 0, $2, $3, '', '')`,
    [hash, seatCount, bytes],
  )
  const organiser = '00000000-0000-7000-8000-000000000001'
  const venue = systemIds.uuid()
  await pool.query(
    `insert into venues (venue_id, organiser_id, source_key, name, city, timezone)
     values ($1, $2, 'synthetic', 'Synthetic hall', 'Nowhere', 'UTC')`,
    [venue, organiser],
  )
  const startsAt = new Date(Date.now() + 90 * 86_400_000)
  await pool.query(
    `insert into events (event_id, organiser_id, venue_id, status, text, type, starts_at, starts_on, listed_until,
                         layout_hash, currency, sort_name, search_text)
     overriding system value
     values ($1, $2, $3, 'published', $4, 'concert', $5::timestamptz, $5::timestamptz::date, $5::timestamptz, $6, 'EUR', 'synthetic', 'synthetic')`,
    [
      EVENT_ID,
      organiser,
      venue,
      { default: 'en', en: { name: 'Synthetic', description: '' } },
      startsAt,
      hash,
    ],
  )
}

/**
 * The database that all others are copied from, with the keys that sign and verify sessions, and tokens of guests
 * signed with them: good on every copy.
 */
export async function makeBase(cluster: Cluster, masterKey: string, buyers: number): Promise<string[]> {
  await cluster.create(BASE)
  const url = cluster.url(BASE)
  await migrate(url)
  const account = await openAccount(url, masterKey)
  try {
    const tokens: string[] = []
    for (let i = 0; i < buyers; i++) tokens.push((await account.issueGuest()).accessToken)
    return tokens
  } finally {
    await account.close()
  }
}

async function openAccount(
  url: string,
  masterKey: string,
): Promise<{ issueGuest: () => Promise<{ accessToken: string }>; close: () => Promise<void> }> {
  const database = openDatabase({ url, connectionsMax: 1 })
  const account = await createAccount({
    database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    masterKeys: loadMasterKeys({
      key: masterKey,
      previous: null,
      dataDir: '.',
      mayGenerate: false,
      random: systemRandom,
    }),
    livemode: false,
  })
  return {
    issueGuest: () => account.sessions.issueGuest(),
    close: async () => {
      account.close()
      await database.close()
    },
  }
}

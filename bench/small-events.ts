// Memory of one process that sells 20,000 small events at once, holds spread over all of them.
//   bun bench/small-events.ts [EVENTS] [HOLDS]      about two minutes; writes bench/results/small-events.json
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { audit } from '../src/features/audit/index.ts'
import { systemClock, systemIds, systemRandom } from '../src/platform/clock.ts'
import { openDatabase, type Database } from '../src/platform/postgres/database.ts'
import { createInventory } from '../src/features/inventory/index.ts'
import { encodeEntry, hashEntry } from '../src/features/inventory/entry.ts'
import { EVENTS_IN_MEMORY_MAX } from '../src/features/inventory/sequencers.ts'
import { ZERO_HASH } from '../src/features/inventory/state.ts'
import { ownServer } from '../test/harness/own-server.ts'
import { smallHall, smallRules } from '../test/harness/small-hall.ts'

const ROWS = 8
const SEATS_A_ROW = 12
const SEATS = ROWS * SEATS_A_ROW
const BUYERS_AT_ONCE = 64
const EVENTS_PER_INSERT = 500

const [events = 20_000, holds = 40_000] = process.argv.slice(2).map(Number)
if (!(events > 0 && holds > 0)) {
  console.error('usage: bun bench/small-events.ts [EVENTS] [HOLDS]')
  process.exit(2)
}
const server = await ownServer()
const database = openDatabase({ url: server.url, connectionsMax: 12 })
const layout = smallHall(ROWS, SEATS_A_ROW)
const inventory = createInventory({
  database,
  clock: systemClock,
  ids: systemIds,
  random: systemRandom,
  layout: () => Promise.resolve(layout),
})
let worstMb = 0
let mostLoaded = 0
const sampler = setInterval(() => {
  worstMb = Math.max(worstMb, residentMb())
  mostLoaded = Math.max(mostLoaded, inventory.sequencers.loadedCount)
}, 100)
try {
  await openEvents(database, events)
  inventory.sequencers.start()
  const before = settledMb()
  worstMb = before
  const startedMs = performance.now()
  const refused = await hold(holds)
  const seconds = (performance.now() - startedMs) / 1000
  const full = settledMb()
  const loaded = inventory.sequencers.loadedCount
  await inventory.sequencers.stop()
  clearInterval(sampler)
  const report = await audit({ database, clock: systemClock }, { money: false })
  const bytesAnEvent = Math.round(((full - before) * 1024 * 1024) / Math.max(1, loaded))
  const row = (system: string, metric: string, unit: string, median: number): object => ({
    system,
    metric,
    unit,
    median,
    min: median,
    max: median,
    runs: 1,
  })
  const result = {
    name: 'small-events',
    commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim(),
    machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length },
    rows: [
      row(`${events} events of ${SEATS} seats, none in memory`, 'resident', 'MB', before),
      row(`after ${holds} holds over all of them`, 'resident', 'MB', full),
      row('the most at any moment', 'resident', 'MB', worstMb),
      row('an event of those in memory, everything included', 'resident', 'bytes', bytesAnEvent),
      row('events in memory at most', 'events', 'events', mostLoaded),
      row(
        'holds, most of them on an event that had to be read first',
        'rate',
        'per second',
        Math.round(holds / seconds),
      ),
    ],
    claims: [{ name: 'events in memory per allowed', ratio: mostLoaded / EVENTS_IN_MEMORY_MAX, asked: 2 }],
    ratio: mostLoaded / EVENTS_IN_MEMORY_MAX,
    audit: report.findings.length === 0 ? 'clean' : report.findings.slice(0, 20),
  }
  console.table(result.rows, ['system', 'metric', 'unit', 'median'])
  console.log(`${refused} of ${holds} holds were refused; audit: ${JSON.stringify(result.audit)}`)
  const folder = fileURLToPath(new URL('./results', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/small-events.json`, `${JSON.stringify(result, null, 2)}\n`)
} finally {
  clearInterval(sampler)
  await inventory.sequencers.stop()
  await database.close()
  await server.close()
}

function residentMb(): number {
  return Math.round(process.memoryUsage.rss() / 1024 / 1024)
}

function settledMb(): number {
  Bun.gc(true)
  return residentMb()
}

/** Two seats for a new buyer, in every event once before any event twice. */
async function hold(count: number): Promise<number> {
  let next = 0
  let refused = 0
  const buyers = Array.from({ length: BUYERS_AT_ONCE }, async () => {
    for (let n = next++; n < count; n = next++) {
      const first = (Math.floor(n / events) * 2) % SEATS
      const result = await inventory.hold({
        eventId: String(1 + ((n * 7_919) % events)),
        buyer: systemIds.uuid(),
        seats: [first, first + 1].map((seat) => ({ seatId: layout.seats[seat]!.seat_id })),
      })
      if ('refused' in result) refused += 1
      if (n % 5_000 === 0 && process.stderr.isTTY) process.stderr.write(`\r${n} of ${count} holds`)
    }
  })
  await Promise.all(buyers)
  return refused
}

/** What `open` writes, many events a statement: the same rows, the same bytes. */
async function openEvents(sql: Database, count: number): Promise<void> {
  const rules = smallRules()
  const guids = layout.seats.map((seat) => seat.seat_id)
  const at = Date.now()
  for (let from = 1; from <= count; from += EVENTS_PER_INSERT) {
    const ids = Array.from({ length: Math.min(EVENTS_PER_INSERT, count - from + 1) }, (_, i) => from + i)
    const batches = ids.map(() => systemIds.uuid())
    const bodies = ids.map((id, i) =>
      encodeEntry({
        event: String(id),
        version: 1,
        at,
        batch: batches[i]!,
        changes: [{ k: 'open', layout: 'hall', seats: SEATS, areas: [], rules }],
      }),
    )
    const hashes = bodies.map((body) => hashEntry(ZERO_HASH, body))
    await sql.pool.query(
      `insert into event_heads (event_id, version, head_hash, at)
       select id, 1, hash, $3 from unnest($1::bigint[], $2::bytea[]) as x(id, hash)`,
      [ids, hashes, at],
    )
    await sql.pool.query(
      `insert into ledger (event_id, version, format, batch_id, at, prev_hash, hash, body)
       select id, 1, 1, batch, $5, $6, hash, body
         from unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[]) as x(id, batch, hash, body)`,
      [ids, batches, hashes, bodies, at, Buffer.from(ZERO_HASH)],
    )
    await sql.pool.query('insert into event_rules select id, 1, $2 from unnest($1::bigint[]) as x(id)', [
      ids,
      JSON.stringify(rules),
    ])
    await sql.pool.query(
      `insert into inventory_outbox (fact_id, event_id, version, n, kind, key, body, at)
       select gen_random_uuid(), id, 1, 0, 'event.opened', id::text, '{"layout": "hall"}', now()
         from unnest($1::bigint[]) as x(id)`,
      [ids],
    )
    await sql.pool.query(
      `insert into event_seats (event_id, seat_no, seat_guid)
       select id, n - 1, guid from unnest($1::bigint[]) as x(id),
              unnest($2::text[]) with ordinality as s(guid, n)`,
      [ids, guids],
    )
  }
  await sql.pool.query('analyze')
}

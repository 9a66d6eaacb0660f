import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { untilReadable } from '../../../test/harness/readable-outbox.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemIds, type Random } from '../clock.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import {
  clearOutbox,
  createOutboxReader,
  listDeadFacts,
  observeOutbox,
  reviveDeadFacts,
  UnderWay,
  type Fact,
  type OutboxReader,
  type OutboxReaderDeps,
} from './outbox.ts'

const TABLE = 'test_outbox'
const CREATE = `create table ${TABLE} (
  fact_id uuid not null, xid xid8 not null default pg_current_xact_id(), event_id bigint not null default 0,
  version bigint not null default 0, n bigint generated always as identity, kind text not null, key text not null,
  body jsonb not null, at timestamptz not null)`
const WRITE = `insert into ${TABLE} (fact_id, kind, key, body, at) values ($1, $2, $3, $4, $5) returning fact_id`

let at: TestDatabase
let nowMs = Date.parse('2027-03-01T12:00:00Z')
const clock = { now: () => nowMs, monotonic: () => performance.now() }
const random: Random = { bytes: () => new Uint8Array(), fraction: () => 1 }
const readers: OutboxReader[] = []

beforeAll(async () => {
  at = await testDatabase()
  await at.database.pool.query(CREATE)
})
beforeEach(async () => {
  await at.database.pool.query(`truncate ${TABLE}, outbox_positions, outbox_parked`)
})
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop()
})
afterAll(() => at.drop())

async function write(key: string, body: unknown = {}, kind = 'thing.done'): Promise<string> {
  const { rows } = await at.database.pool.query(WRITE, [systemIds.uuid(), kind, key, body, new Date(nowMs)])
  return (rows[0] as { fact_id: string }).fact_id
}

async function runOnce(r: OutboxReader): Promise<number> {
  await untilReadable(at.database, TABLE)
  return r.runOnce()
}

function reader(handle: (fact: Fact) => Promise<void>, more: Partial<OutboxReaderDeps> = {}): OutboxReader {
  const made = createOutboxReader({
    database: at.database,
    clock,
    ids: systemIds,
    random,
    table: TABLE,
    consumer: { name: 'test', kinds: ['thing.done'], handle },
    ...more,
  })
  readers.push(made)
  return made
}

const seen: string[] = []
beforeEach(() => seen.splice(0))
const note = (fact: Fact): Promise<void> => Promise.resolve(void seen.push(fact.factId))

test('facts come in the order they were written, each once, and those of other kinds are passed over', async () => {
  const ids = [await write('a'), await write('b'), await write('a')]
  await write('a', {}, 'thing.else')
  const r = reader(note, { limits: { batchRowsMax: 2 } })
  expect(await runOnce(r)).toBe(3)
  expect(seen.toSorted()).toEqual(ids.toSorted())
  expect(seen.indexOf(ids[0]!)).toBeLessThan(seen.indexOf(ids[2]!))
  expect(await runOnce(r)).toBe(0)
})

test('a look that finds nothing is one statement', async () => {
  const sent: string[] = []
  const query: TestDatabase['database']['query'] = (text, values) => {
    sent.push(typeof text === 'string' ? text : text.name)
    return at.database.query(text, values)
  }
  const r = reader(note, { database: { ...at.database, query } })
  await runOnce(r)
  expect(await r.runOnce()).toBe(0)
  sent.splice(0)
  expect(await r.runOnce()).toBe(0)
  expect(sent).toEqual([`outbox.claim.${TABLE}`])
})

test('a fact whose transaction commits late is not skipped by facts that commit before it', async () => {
  const client = await at.database.pool.connect()
  await client.query('begin')
  const late = systemIds.uuid()
  await client.query(WRITE, [late, 'thing.done', 'late', {}, new Date(nowMs)])
  const early = await write('early')
  const r = reader(note)
  await r.runOnce()
  expect(seen).toEqual([])
  await client.query('commit')
  client.release()
  await runOnce(r)
  expect(seen).toEqual([late, early])
})

test('a fact that fails waits with the later ones of its key, longer every time, and others go on', async () => {
  const [first, second, other] = [await write('a'), await write('a'), await write('b')]
  let isBroken = true
  const r = reader((fact) => (isBroken && fact.key === 'a' ? Promise.reject(new Error('no')) : note(fact)))
  await runOnce(r)
  expect(seen).toEqual([other])
  nowMs += 999
  await runOnce(r)
  expect(await tries()).toEqual([1, 0])
  nowMs += 1
  await runOnce(r)
  expect(await tries()).toEqual([2, 0])
  nowMs += 1_999
  isBroken = false
  const third = await write('a')
  await runOnce(r)
  expect(seen).toEqual([other])
  nowMs += 1
  await runOnce(r)
  expect(seen).toEqual([other, first, second, third])
  expect(await tries()).toEqual([])
})

test('a fact that somebody else is at comes again, and is no failure to be warned of', async () => {
  const lines: { level: string; consumer?: string }[] = []
  const log = createLog({
    level: 'debug',
    write: (line) => void lines.push(JSON.parse(line) as { level: string }),
  })
  const metrics = createMetrics({ processMetrics: false })
  const observer = observeOutbox(metrics, log, at.database, [{ consumer: 'test', table: TABLE }])
  const [first, second] = [await write('a'), await write('a')]
  let isElsewhere = true
  const handle = (fact: Fact): Promise<void> =>
    isElsewhere ? Promise.reject(new UnderWay('by another process')) : note(fact)
  const r = reader(handle, { observer })
  for (const ms of [0, 1_000, 2_000]) {
    nowMs += ms
    await runOnce(r)
  }
  expect(await tries()).toEqual([3, 0])
  expect(lines.map(({ level }) => level)).toEqual(['debug', 'debug', 'debug'])
  expect(await metrics.text()).not.toContain('usher_outbox_failures_total{')
  isElsewhere = false
  nowMs += 4_000
  await runOnce(r)
  expect(seen).toEqual([first, second])
})

test('a fact is given up after its last try, visibly, its key goes on, and it can be revived', async () => {
  const metrics = createMetrics({ processMetrics: false })
  const lines: unknown[] = []
  const log = { debug: () => {}, warn: (about: unknown) => void lines.push(about), error: () => {} }
  const observer = observeOutbox(metrics, log, at.database, [{ consumer: 'test', table: TABLE }])
  const [bad, good] = [await write('a', { bad: true }), await write('a')]
  let isBroken = true
  const handle = (fact: Fact): Promise<void> =>
    isBroken && (fact.body as { bad?: boolean }).bad ? Promise.reject(new TypeError('no')) : note(fact)
  const r = reader(handle, { observer, limits: { triesMax: 2 } })
  await runOnce(r)
  nowMs += 10_000
  await runOnce(r)
  await runOnce(r)
  expect(seen).toEqual([good])
  // Each try says which fact it was, and never what the error said: that may name a person.
  const line = { consumer: 'test', factId: bad, kind: 'thing.done', error: 'TypeError' }
  expect(lines).toEqual([
    { ...line, tries: 1 },
    { ...line, tries: 2 },
  ])
  expect(await metrics.text()).toContain('usher_outbox_failures_total{consumer="test"} 2')
  expect(await metrics.text()).toContain('usher_outbox_parked{consumer="test",state="dead"} 1')
  expect(await metrics.text()).toContain('usher_outbox_lag_seconds{consumer="test"} 0')
  const { rows } = await at.database.pool.query('select fact_id, last_error, dead_at from outbox_parked')
  expect(rows).toEqual([{ fact_id: bad, last_error: 'TypeError', dead_at: new Date(nowMs) }])
  expect(await listDeadFacts(at.database)).toMatchObject([
    { consumer: 'test', factId: bad, tries: 2, error: 'TypeError', deadAt: new Date(nowMs) },
  ])
  isBroken = false
  expect(await reviveDeadFacts(at.database, 'test', new Date(nowMs))).toBe(1)
  await runOnce(r)
  expect(seen).toEqual([good, bad])
})

test('one process reads for a consumer, another takes over when it stops', async () => {
  const first = reader(note)
  const second = reader(note)
  await first.runOnce()
  await write('a')
  expect(await runOnce(second)).toBe(0)
  await first.stop()
  expect(await runOnce(second)).toBe(1)
})

test('a reader whose lease ran out writes nothing any more', async () => {
  await write('a')
  await untilReadable(at.database, TABLE)
  const r = reader(async (fact) => {
    await at.database.pool.query('update outbox_positions set lease = gen_random_uuid()')
    await note(fact)
  })
  await runOnce(r)
  const { rows } = await at.database.pool.query('select n from outbox_positions')
  expect(rows).toEqual([{ n: -1 }])
})

test('a position of another cluster is ignored, and rows from its future are read too', async () => {
  const fact = await write('a')
  await runOnce(reader(note))
  await readers.pop()!.stop()
  await at.database.pool.query(`update outbox_positions set cluster = '42'`)
  await at.database.pool.query(`update ${TABLE} set xid = '999999999999'`)
  const again = reader(note)
  await waitFor('the fact', async () => (await again.runOnce()) === 1)
  expect(seen).toEqual([fact, fact])
})

test('a nudge wakes the reader at once; without one it looks by itself', async () => {
  const r = reader(note, { limits: { pollMs: 60_000 } })
  r.start()
  await waitFor('the first look', async () => {
    const { rows } = await at.database.pool.query('select 1 from outbox_positions')
    return rows.length === 1
  })
  await write('a')
  // A transaction of another test on the same server may hold the fact back: it is nudged until it can be seen.
  await waitFor('the fact', () => {
    r.nudge()
    return seen.length === 1
  })
  await r.stop()
  reader(note, { limits: { pollMs: 20 } }).start()
  await write('a')
  await waitFor('the other fact', () => seen.length === 2)
})

test('a fact that is never dealt with in its time counts as failed', async () => {
  await write('a')
  await runOnce(reader(() => new Promise(() => {}), { limits: { handleMsMax: 20 } }))
  expect(await tries()).toEqual([1])
})

test('rows are kept seven days, longer while a consumer has not read them, never longer than thirty', async () => {
  await write('a')
  nowMs += 8 * 24 * 3_600_000
  const r = reader(note)
  await runOnce(r)
  await write('b')
  expect(await clearOutbox(at.database, TABLE, nowMs)).toBe(1)
  await at.database.pool.query(`update ${TABLE} set at = at - interval '8 days'`)
  expect(await clearOutbox(at.database, TABLE, nowMs)).toBe(0)
  await at.database.pool.query(`update ${TABLE} set at = at - interval '30 days'`)
  expect(await clearOutbox(at.database, TABLE, nowMs)).toBe(1)
})

async function tries(): Promise<number[]> {
  const { rows } = await at.database.pool.query('select tries from outbox_parked order by position')
  return (rows as { tries: number }[]).map((row) => row.tries)
}

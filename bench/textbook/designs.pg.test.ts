import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { DESIGNS, type Design, type DesignName, type Held, type HoldRecord } from './designs.ts'

const SEATS = 1_000
const LIMIT = 4
const ASKED_AT_ONCE = 200

let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase({ connectionsMax: 32 })
  const { pool } = db.database
  await pool.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'))
  await pool.query('alter table event_seats add column version int not null default 0')
})
afterAll(() => db.drop())

let nextEvent = 0
async function openEvent(): Promise<string> {
  const eventId = String((nextEvent += 1))
  await db.database.pool.query(
    'insert into event_seats (event_id, seat_no, seat_guid) select $1, n, n::text from generate_series(0, $2::int - 1) n',
    [eventId, SEATS],
  )
  return eventId
}

function wish(eventId: string, seats: number[], buyer = Bun.randomUUIDv7()): HoldRecord {
  return {
    eventId,
    seats,
    holdId: Bun.randomUUIDv7(),
    buyer,
    until: new Date(Date.now() + 600_000),
    limit: LIMIT,
    rulesVersion: 1,
    orderFee: 150,
    orderFeeTax: 10,
    lines: '[]',
  }
}

async function count(text: string, eventId: string): Promise<number> {
  const { rows } = await db.database.pool.query(`select count(*)::int as n from ${text}`, [eventId])
  return (rows[0] as { n: number }).n
}

const heldOf = (answers: Held[]): number => answers.filter((answer) => answer === 'held').length

describe.each(Object.keys(DESIGNS) as DesignName[])('%s', (name) => {
  const design: Design = DESIGNS[name]
  const hold = (record: HoldRecord): Promise<Held> => design(db.database.pool, record)

  test('two hundred ask for the same two seats at once: one gets them, the others learn which failed', async () => {
    const eventId = await openEvent()
    const answers = await Promise.all(
      Array.from({ length: ASKED_AT_ONCE }, () => hold(wish(eventId, [10, 11]))),
    )
    expect(heldOf(answers)).toBe(1)
    const refused = answers.filter((answer) => answer !== 'held')
    expect(refused).toEqual(Array.from({ length: ASKED_AT_ONCE - 1 }, () => ({ failed: [10, 11] })))
    expect(await count('event_seats where event_id = $1 and status = 1', eventId)).toBe(2)
    expect(await count('holds where event_id = $1', eventId)).toBe(1)
  })

  test('overlapping pairs: no seat has two holds and no cart is held in part', async () => {
    const eventId = await openEvent()
    const answers = await Promise.all(
      Array.from({ length: ASKED_AT_ONCE }, (_, i) => hold(wish(eventId, [i % 20, (i % 20) + 1]))),
    )
    const won = heldOf(answers)
    expect(won).toBeGreaterThan(0)
    expect(await count('holds where event_id = $1', eventId)).toBe(won)
    expect(await count('event_seats where event_id = $1 and status = 1', eventId)).toBe(2 * won)
    const inPart = 'event_seats where event_id = $1 and status = 1 group by hold_id having count(*) <> 2'
    expect(await count(`(select 1 from ${inPart}) x`, eventId)).toBe(0)
  })

  test('one buyer asks for more than the limit at once: they get the limit and not one ticket more', async () => {
    const eventId = await openEvent()
    const buyer = Bun.randomUUIDv7()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => hold(wish(eventId, [100 + 2 * i, 101 + 2 * i], buyer))),
    )
    expect(heldOf(answers)).toBe(LIMIT / 2)
    expect(answers.filter((answer) => answer === 'limit_exceeded')).toHaveLength(50 - LIMIT / 2)
    expect(await count('event_seats where event_id = $1 and status = 1', eventId)).toBe(LIMIT)
  })

  test('seats that somebody holds are refused, and only those are named', async () => {
    const eventId = await openEvent()
    expect(await hold(wish(eventId, [500]))).toBe('held')
    expect(await hold(wish(eventId, [500, 501]))).toEqual({ failed: [500] })
    expect(await count('event_seats where event_id = $1 and status = 1', eventId)).toBe(1)
  })
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { manualClock } from '../../../test/harness/clock.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { statement, type Sql, type Statement } from '../../platform/postgres/database.ts'
import { createSales } from './sales-figures.ts'

/** Two tickets and a fee an order: events 1 and 2 have 5,000 each, event 3 has ten. */
const ORDERS = statement(
  'test.orders',
  `insert into orders (order_id, buyer, organiser_id, event_id, reservation_id, hold_id, status, total, refunded,
                       currency, locale, livemode, event_name, created_at, retain_until)
   select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), case when i > 10000 then 3 else 1 + i % 2 end,
          gen_random_uuid(), gen_random_uuid(), case when i % 10 < 2 then 'PENDING' else 'CONFIRMED' end, 1000,
          case when i % 10 < 4 then 100 else 0 end, 'EUR', 'en', false, 'Event', now(), now()
     from generate_series(1, 10010) i`,
)
const LINES = statement(
  'test.lines',
  `insert into order_lines (order_id, line_no, kind, event_id, ticket_id, amount, refundable, state)
   select order_id, n, case when n = 2 then 'fee' else 'ticket' end, event_id,
          case when n = 2 then null else gen_random_uuid() end, 500, 0,
          case when status = 'PENDING' then 'pending' when n = 1 and refunded > 0 then 'void' else 'valid' end
     from orders, generate_series(0, 2) n`,
)

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  for (const fill of [ORDERS, LINES]) await db.database.query(fill)
  for (const table of ['orders', 'order_lines'])
    await db.database.query(statement(`test.analyze.${table}`, `analyze ${table}`))
}, 60_000)
afterAll(() => db.drop())

const LARGE = { orders: 4_000, tickets: 7_000, charged: 4_000_000, refunded: 100_000 }

test('figures of a large event are read again only after a while, those of a small one each time', async () => {
  const clock = manualClock()
  // A cache takes 0 for no time at all.
  clock.advance(1)
  const asked: unknown[] = []
  const query: Sql['query'] = (what, values) => {
    asked.push(values?.[0])
    return db.database.query(what, values)
  }
  const sales = createSales({ database: { query }, clock })
  const first = await sales(['1', '3', '4'])
  expect([first.get('1'), first.get('3'), first.get('4')]).toEqual([
    LARGE,
    { orders: 8, tickets: 14, charged: 8_000, refunded: 200 },
    undefined,
  ])
  expect(await sales(['1', '2', '3'])).toEqual(new Map([...first, ['2', LARGE]]) as never)
  expect(asked).toEqual([
    ['1', '3', '4'],
    ['2', '3'],
  ])
  clock.advance(900)
  await sales(['1'])
  expect(asked[2]).toEqual(['1'])
})

test('each table is read once, however many orders there are', async () => {
  let explained: { 'QUERY PLAN': unknown }[] = []
  const query = (async (what: Statement, values?: readonly unknown[]) => {
    const plan = statement('test.explain', `explain (analyze, format json) ${what.text}`)
    explained = (await db.database.query<{ 'QUERY PLAN': unknown }>(plan, values as unknown[])).rows
    return { rows: [], rowCount: 0 }
  }) as unknown as Sql['query']
  await createSales({ database: { query }, clock: manualClock() })(['1', '2'])
  const loops = [...JSON.stringify(explained).matchAll(/"Actual Loops":(\d+)/g)].map(([, n]) => Number(n))
  expect(loops.length).toBeGreaterThan(3)
  expect(Math.max(...loops)).toBeLessThan(10)
})

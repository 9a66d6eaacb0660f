import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { faultProxy, type FaultProxy } from '../../../test/harness/fault-proxy.ts'
import { openDatabase, Outage, statement, type Database } from './database.ts'
import { unlessSilent } from './in-time.ts'

const NAP = statement('test.nap', 'select 1 as n, pg_sleep($1)')
let db: TestDatabase
let proxy: FaultProxy
let database: Database

beforeAll(async () => {
  db = await testDatabase()
  proxy = await faultProxy(db.url)
  database = openDatabase({ url: proxy.url, connectionsMax: 1 })
})
afterAll(async () => {
  await database.close()
  await proxy.close()
  await db.drop()
})

test('a statement that waits for long behind others is waited for: the database tells them something', async () => {
  const startedMs = performance.now()
  const queue = Array.from({ length: 9 }, () => database.query(NAP, [0.45]))
  const { rows } = await unlessSilent(database, queue.at(-1)!)
  expect(rows).toMatchObject([{ n: 1 }])
  expect(performance.now() - startedMs).toBeGreaterThan(4_000)
  expect(database.silentMs()).toBe(0)
}, 30_000)

test('one long statement is no silence: the database is asked something beside it, and answers', async () => {
  const two = openDatabase({ url: db.url, connectionsMax: 2 })
  const { rows } = await unlessSilent(two, two.query(NAP, [4]))
  expect(rows).toMatchObject([{ n: 1 }])
  await two.close()
}, 30_000)

test('a transaction that waits for its connection is silence, too', async () => {
  const none = openDatabase({ url: proxy.url, connectionsMax: 1 })
  proxy.freeze()
  const begun = none.transaction(() => Promise.resolve(1))
  begun.catch(() => {})
  const given = await unlessSilent(none, begun).catch((error: unknown) => error)
  expect(given).toBeInstanceOf(Outage)
  expect(none.silentMs()).toBeGreaterThan(2_500)
  proxy.thaw()
  await begun.catch(() => {})
  await none.close()
}, 30_000)

test('where nobody is told anything the wait ends, and what was asked is answered later', async () => {
  proxy.freeze()
  const asked = database.query(NAP, [0])
  const startedMs = performance.now()
  const given = await unlessSilent(database, asked).catch((error: unknown) => error)
  expect(given).toBeInstanceOf(Outage)
  expect(performance.now() - startedMs).toBeWithin(2_900, 7_000)
  expect(database.silentMs()).toBeGreaterThan(2_500)
  proxy.thaw()
  expect((await asked).rows).toMatchObject([{ n: 1 }])
  expect(database.silentMs()).toBeLessThan(1_000)
}, 30_000)

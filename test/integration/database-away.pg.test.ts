import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import { openDatabase, type Database } from '../../src/platform/postgres/database.ts'
import type { Exchange } from '../harness/fault-proxy.ts'
import { held, newId, seats, testInventory } from '../harness/inventories.ts'
import {
  SHAKEN_HALL,
  shakenDatabase,
  type Shaken,
  type ShakenDatabase,
} from '../harness/shaken-inventories.ts'
import { waitFor } from '../harness/wait-for.ts'

const COMMIT = 'inventory.commit'
/** What a buyer may wait is two to three seconds; a busy machine adds to it, but stays far from the twelve of a batch. */
const ANSWER_MS_MAX = 7_000
// Made anew for each test.
let { db, proxy, shaken, calm, eventId, holdsInTable, close } = {} as ShakenDatabase & Shaken
let database: ShakenDatabase

beforeAll(async () => {
  database = await shakenDatabase()
  ;({ db, proxy } = database)
})
afterAll(() => database.close())
beforeEach(async () => {
  ;({ shaken, calm, eventId, holdsInTable, close } = await database.next())
})
afterEach(async () => {
  proxy.forget()
  await close()
})

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const startedMs = performance.now()
  const result = await work()
  return { result, milliseconds: performance.now() - startedMs }
}

/** From now on the database takes commits and says nothing more, as if it stood still. */
function standStill(): Exchange[] {
  const stuck: Exchange[] = []
  proxy.interceptAll(COMMIT, (exchange) => void stuck.push(exchange))
  proxy.interceptAll('inventory.head', () => {})
  return stuck
}

/** The end of standing still: what was sent and not given up arrives now. */
async function goOn(stuck: Exchange[]): Promise<void> {
  proxy.forget()
  for (const exchange of stuck) {
    await exchange.deliver()
    exchange.reply()
  }
}

const key = (): { keyHash: string; requestHash: string } => ({ keyHash: newId(), requestHash: newId() })

test('with every connection for commits taken, a hold hears in seconds that nothing was done, and nothing was', async () => {
  const commits: Database = openDatabase({ url: db.url, connectionsMax: 1 })
  const crowded = testInventory(db.url, SHAKEN_HALL, { deps: { commits } })
  const taken = await commits.pool.connect()
  const { result, milliseconds } = await timed(() =>
    crowded.hold({ eventId, buyer: newId(), seats: seats('A1') }),
  )
  expect(result).toMatchObject({
    refused: 'unavailable',
    detail: expect.stringContaining('nothing was done'),
  })
  expect((result as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(0)
  expect(milliseconds).toBeLessThan(ANSWER_MS_MAX)
  taken.release()
  // No commit may be on its way still: the very next one is at the next version.
  expect(held(await crowded.hold({ eventId, buyer: newId(), seats: seats('A1') })).version).toBe(2)
  expect(await holdsInTable()).toBe(1)
  await crowded.close()
  await commits.close()
})

test('while the database takes no more connections, a hold hears so in seconds and reading goes on', async () => {
  const commits: Database = openDatabase({
    url: 'postgres://nobody:none@127.0.0.1:1/none',
    connectionsMax: 2,
  })
  const cut = testInventory(db.url, SHAKEN_HALL, { deps: { commits } })
  const { result, milliseconds } = await timed(() =>
    cut.hold({ eventId, buyer: newId(), seats: seats('A1') }),
  )
  expect(result).toMatchObject({
    refused: 'unavailable',
    detail: expect.stringContaining('nothing was done'),
  })
  expect(milliseconds).toBeLessThan(ANSWER_MS_MAX)
  expect(await cut.availability(eventId)).toHaveProperty('seats')
  expect(await holdsInTable()).toBe(0)
  await cut.close()
  await commits.close()
})

test('while the database stands still, buyers hear in seconds what is known, newcomers at once, and keys get their holds', async () => {
  const buyer = newId()
  const k = key()
  const stuck = standStill()
  const first = timed(() => shaken.hold({ eventId, buyer, seats: seats('A1'), key: k }))
  await waitFor('the commit on its way', () => stuck.length > 0)
  const behind = timed(() => shaken.hold({ eventId, buyer: newId(), seats: seats('B1') }))
  const [sent, queued] = await Promise.all([first, behind])
  expect(sent.result).toMatchObject({ refused: 'unavailable', detail: expect.stringContaining('not known') })
  expect(queued.result).toMatchObject({ refused: 'busy' })
  for (const { milliseconds } of [sent, queued]) expect(milliseconds).toBeLessThan(ANSWER_MS_MAX)
  // As long as it has taken already it may well take again: nobody is let in to wait for that.
  const late = await timed(() => shaken.hold({ eventId, buyer: newId(), seats: seats('C1') }))
  expect(late.result).toMatchObject({ refused: 'busy' })
  expect((late.result as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThanOrEqual(2)
  expect(late.milliseconds).toBeLessThan(1_000)
  await goOn(stuck)
  const again = await waitFor('the hold behind the key', async () => {
    const result = await shaken.hold({ eventId, buyer, seats: seats('A1'), key: k })
    return 'refused' in result ? null : result
  })
  // Who was sent away from the queue got nothing behind their back.
  expect(await holdsInTable()).toBe(1)
  expect(await calm.findHold(again.holdId, eventId, buyer)).toMatchObject({ state: 'held' })
  held(await calm.hold({ eventId, buyer: newId(), seats: seats('B1', 'C1') }))
})

test('a reading that the database does not answer ends in seconds with an answer, not with a fault', async () => {
  const buyer = newId()
  const { holdId } = held(await shaken.hold({ eventId, buyer, seats: seats('A1') }))
  proxy.interceptAll('inventory.head', () => {})
  const stuck = await timed(() => shaken.findHold(holdId, eventId, buyer))
  expect(stuck.result).toMatchObject({ refused: 'unavailable' })
  expect(stuck.milliseconds).toBeLessThan(ANSWER_MS_MAX)
})

test('a database that goes away between a command and the reading after it is an answer, too', async () => {
  const buyer = newId()
  const { holdId } = held(await shaken.hold({ eventId, buyer, seats: seats('A1') }))
  expect(await shaken.release(holdId, eventId, buyer)).toHaveProperty('version')
  proxy.interceptAll('inventory.find-hold', (exchange) => exchange.cut())
  const away = { refused: 'unavailable', retryAfterSeconds: 2 }
  expect(await shaken.extend(holdId, eventId, buyer)).toMatchObject(away)
  expect(await shaken.release(holdId, eventId, buyer)).toMatchObject(away)
  expect(await shaken.findHold(holdId, eventId, buyer)).toMatchObject(away)
  const attempt = { attempt: newId(), paymentMs: 60_000, paymentMsMax: 90_000 }
  expect(await shaken.beginPayment({ eventId, holdId, buyer, ...attempt })).toMatchObject(away)
  expect(await shaken.holdAgain({ eventId, holdId, newHoldId: newId(), ...attempt })).toMatchObject(away)
  const k = key()
  held(await shaken.hold({ eventId, buyer, seats: seats('A2'), key: k }))
  expect(await shaken.hold({ eventId, buyer, seats: seats('A2'), key: k })).toMatchObject(away)
})

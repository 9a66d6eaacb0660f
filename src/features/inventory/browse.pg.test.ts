import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase } from '../../../test/harness/database.ts'
import { serveInventory, type ServedInventory } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock, systemIds, systemRandom } from '../../platform/clock.ts'
import { Outage, type Database } from '../../platform/postgres/database.ts'
import { createInventory, type InventoryService } from './index.ts'

let db: Awaited<ReturnType<typeof testDatabase>>
let inventory: InventoryService
let served: ServedInventory
let isAway = false
/** Milliseconds that the answer to a look at the database's clock waits on its way. */
let clockAnswerMs = 0
const alerts: string[] = []

beforeAll(async () => {
  db = await testDatabase()
  const parts = {
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    layout: () => Promise.resolve(smallHall(4, 10)),
  }
  const query: Database['query'] = async (statement, values) => {
    if (isAway) throw new Outage(new Error('away'))
    const rows = await db.database.query(statement, values)
    if (statement.name === 'inventory.now') await Bun.sleep(clockAnswerMs)
    return rows as never
  }
  await createInventory({ ...parts, database: db.database }).open({
    ...{ eventId: '1', layoutHash: 'hall', rules: smallRules({}) },
  })
  inventory = createInventory({
    ...parts,
    database: { ...db.database, query },
    observer: { onAlert: (_event, what) => void alerts.push(what) },
  })
  served = serveInventory(inventory)
})
afterAll(async () => {
  await served.stop()
  await db.drop()
})

const get = (path: string): Promise<Response> => fetch(new URL(`/v1/events/1${path}`, served.server.url))

test('an answer that was slow to arrive is no jump of the clock', async () => {
  clockAnswerMs = 2_500
  expect((await get('/availability')).status).toBe(200)
  clockAnswerMs = 0
  await inventory.sequencers.of('1').refresh(0)
  await inventory.sequencers.of('1').refresh(0)
  expect(alerts).toEqual([])
})

test('who only looks is shown what memory has while the database is away, and told that it may be stale', async () => {
  const whole = (await (await get('/availability')).json()) as { version: number }
  isAway = true
  try {
    const stale = await waitFor('an answer that says so', async () => {
      const response = await get('/availability')
      expect(response.status).toBe(200)
      return response.headers.has('cache-status') && response
    })
    expect(stale.headers.get('cache-status')).toMatch(/^usher; hit; ttl=-\d+$/)
    expect(stale.headers.get('cache-control')).toBe('no-cache')
    expect(await stale.json()).toEqual(whole)
    const seats = await get('/seats')
    expect(seats.status).toBe(200)
    expect(((await seats.json()) as { seats: unknown[] }).seats).toHaveLength(40)
    // Whoever has seen more must not be shown less.
    expect((await get(`/availability?min_version=${whole.version + 1}`)).status).toBe(503)
  } finally {
    isAway = false
  }
  await waitFor('a fresh answer', async () => !(await get('/availability')).headers.has('cache-status'))
})

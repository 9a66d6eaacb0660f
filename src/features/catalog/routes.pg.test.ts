import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { systemIds, type Clock } from '../../platform/clock.ts'
import { startHttpServer, type HttpServer } from '../../platform/http/server.ts'
import { Outage, type Database } from '../../platform/postgres/database.ts'
import { catalogRoutes, createCatalog } from './index.ts'
import { readEventRecord } from './importing/event-record.ts'

let db: TestDatabase
let server: HttpServer
let eventId: string
let isAway = false
let nowMs = Date.UTC(2027, 0, 1)
const clock: Clock = { now: () => nowMs, monotonic: () => nowMs }

beforeAll(async () => {
  db = await testDatabase()
  const query: Database['query'] = (statement, values) =>
    isAway ? Promise.reject(new Outage(new Error('away'))) : db.database.query(statement, values)
  const catalog = createCatalog({
    database: { ...db.database, query },
    clock,
    ids: systemIds,
    defaults: { holdSeconds: 600, ticketsPerBuyer: 4 },
  })
  const read = readEventRecord(
    {
      '@type': 'MusicEvent',
      '@id': 'urn:concert:1',
      name: 'A concert',
      startDate: '2027-06-01T19:30:00Z',
      location: { '@type': 'Place', name: 'The hall', address: { addressLocality: 'Bangkok' } },
    },
    { language: 'en' },
  )
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  eventId = (await catalog.save([read.event], { actor: 'test' }))[0]!.eventId!
  server = startHttpServer({
    port: 0,
    hostname: '127.0.0.1',
    routes: catalogRoutes(catalog, { clock }),
    clock,
    authenticate: () => null,
    isOutage: (error) => error instanceof Outage,
  })
})
afterAll(async () => {
  await server.stop(0)
  await db.drop()
})

test('an event and a list that were asked for are shown while the database is away, and said to be stale', async () => {
  const get = (path: string): Promise<Response> => fetch(new URL(path, server.url))
  const paths = [`/v1/events/${eventId}`, '/v1/events?limit=5']
  const before = new Map<string, unknown>()
  for (const path of paths) before.set(path, await (await get(path)).json())
  isAway = true
  for (const minutes of [1, 30]) {
    nowMs += minutes * 60_000
    for (const path of paths) {
      const response = await get(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-status')).toBe('usher; hit; ttl=-1')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(await response.json()).toEqual(before.get(path))
    }
  }
  expect((await get('/v1/events?limit=6')).status).toBe(503)
  isAway = false
  nowMs += 60_000
  for (const path of paths) expect((await get(path)).headers.has('cache-status')).toBe(false)
})

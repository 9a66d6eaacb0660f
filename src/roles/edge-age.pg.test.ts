import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { catalogRoutes, createCatalog, type CatalogService } from '../features/catalog/index.ts'
import { createSearch } from '../features/search/index.ts'
import { systemIds, type Clock } from '../platform/clock.ts'
import { startHttpServer, type HttpServer } from '../platform/http/server.ts'
import { OUTBOX_LIMITS } from '../platform/outbox/outbox.ts'

/** What is promised of prices and of what is left, milliseconds. */
const AGE_MS_MAX = 5_000
/** Between a fact that is read and what is found by it. */
const INDEXED_MS = 500
const STEP_MS = 50

/** Caches look at their clock once a real millisecond. */
async function step(): Promise<void> {
  nowMs += STEP_MS
  await Bun.sleep(2)
}

let db: TestDatabase
let server: HttpServer
let other: CatalogService
let eventId: string
let found = 1_000
let nowMs = Date.UTC(2027, 0, 1)
const clock: Clock = { now: () => nowMs, monotonic: () => nowMs }
const defaults = { holdSeconds: 600, ticketsPerBuyer: 4 }

beforeAll(async () => {
  db = await testDatabase()
  const parts = { database: db.database, clock, ids: systemIds, defaults }
  const catalog = createCatalog(parts)
  // Another process: it does not tell this one what it changes.
  other = createCatalog(parts)
  await save(1_000)
  // No more than a page that is listed needs.
  const engine = {
    isBuilt: () => Promise.resolve(true),
    search: () =>
      Promise.resolve({
        items: [
          { eventId, priceFrom: found, currency: 'EUR', startsAt: nowMs, onSaleFrom: null, picture: null },
        ],
        ...{ nextCursor: null, total: 1, facets: { city: [], genre: [], type: [] } },
      }),
  }
  const search = createSearch({ engine: engine as never, catalog, clock })
  server = startHttpServer({
    ...{ port: 0, hostname: '127.0.0.1', clock },
    routes: catalogRoutes(catalog, { clock, list: (query) => search.list(query) }),
    authenticate: () => null,
  })
})
afterAll(async () => {
  await server.stop(0)
  await db.drop()
})

let saves = 0
async function save(priceFrom: number): Promise<void> {
  const startsAt = nowMs + 86_400_000
  const [saved] = await other.save(
    [
      {
        sourceId: 'concert',
        status: 'published',
        text: { default: 'en', en: { name: `Concert ${++saves}` } },
        type: 'concert',
        genres: [],
        imageUrl: null,
        venue: {
          ...{ name: 'Hall', street: null, city: 'Vienna', metro: null, region: null, country: 'AT' },
          ...{ timezone: 'Europe/Vienna', lat: null, lon: null },
        },
        ...{ startsAt, startsAtPrecision: 'time', startsOn: '2027-01-02', listedUntil: startsAt },
        ...{ doorsAt: null, durationMinutes: null, onSaleFrom: null, priceFrom, currency: 'EUR' },
        ...{ performers: [], works: [] },
      },
    ],
    { actor: 'test' },
  )
  eventId = saved!.eventId
}

const priceIn = (body: { items?: { price_from: { amount: number } }[]; price_from?: { amount: number } }) =>
  (body.items ? body.items[0]!.price_from : body.price_from!).amount

test('what a process remembers and an edge may keep is together never older than was promised', async () => {
  const get = (path: string): Promise<Response> => fetch(new URL(path, server.url))
  for (const path of [`/v1/events/${eventId}`, '/v1/events']) {
    // Asked at all moments before the change, so that what is remembered of what is remembered is as old as it gets.
    let worstMs = 0
    for (let phase = 0; phase < 3_000; phase += 250) {
      nowMs += 60_000
      const before = found
      await get(path)
      for (let passed = 0; passed < phase; passed += STEP_MS) {
        await step()
        await (await get(path)).body?.cancel()
      }
      found += 100
      await save(found)
      let ageMs = 0
      while (priceIn((await (await get(path)).json()) as never) === before) {
        await step()
        ageMs += STEP_MS
      }
      worstMs = Math.max(worstMs, ageMs)
    }
    const directives = (await get(path)).headers.get('cache-control')!
    const seconds = (name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(directives)?.[1] ?? 0)
    const edgeMs = 1_000 * (seconds('s-maxage') + seconds('stale-while-revalidate'))
    const factMs = path === '/v1/events' ? OUTBOX_LIMITS.pollMs + INDEXED_MS : 0
    const sumMs = worstMs + edgeMs + factMs
    expect({ path, worstMs, edgeMs, factMs, isInTime: sumMs <= AGE_MS_MAX }).toMatchObject({ isInTime: true })
  }
})

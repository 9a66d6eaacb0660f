import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createReadStream } from 'node:fs'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Compile } from 'typebox/compile'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { systemIds, type Clock } from '../../platform/clock.ts'
import { startHttpServer } from '../../platform/http/server.ts'
import { statement } from '../../platform/postgres/database.ts'
import { isRefusal } from '../../shared/errors.ts'
import { layoutHash } from '../../shared/layout.ts'
import { EventListSchema, EventSchema } from '../../shared/schemas/catalog.ts'
import {
  createCatalog,
  catalogRoutes,
  HALLS,
  type CatalogService,
  type EventDraft,
  type EventPage,
  type EventQuery,
} from './index.ts'
import { importEvents, type ImportFault } from './importing/import-events.ts'
import { readEventRecord } from './importing/event-record.ts'

const CONCERTS = new URL('../../../assets/demo/nyphil-concerts.ndjson.gz', import.meta.url)
const CONCERT_COUNT = 5_393

let db: TestDatabase
let catalog: CatalogService
let now = Date.UTC(2011, 5, 1)
const stock = new Map<string, { remaining: number; capacity: number }>()
const clock: Clock = { now: () => now, monotonic: () => now }

beforeAll(async () => {
  db = await testDatabase()
  catalog = createCatalog({
    database: db.database,
    clock,
    ids: systemIds,
    defaults: { holdSeconds: 600, ticketsPerBuyer: 4 },
    stock: async (ids) =>
      new Map(ids.flatMap((id) => (stock.has(id) ? [[id, stock.get(id)!] as const] : []))),
  })
})
afterAll(() => db.drop())

async function importConcerts(dryRun = false) {
  const faults: ImportFault[] = []
  const summary = await importEvents(createReadStream(CONCERTS), {
    language: 'en',
    save: (drafts) => catalog.save(drafts, { actor: 'import', dryRun }),
    onFault: (fault) => faults.push(fault),
  })
  return { summary, faults }
}

async function page(query: EventQuery): Promise<EventPage> {
  const result = await catalog.list(query)
  if (isRefusal(result)) throw new Error(result.detail)
  return result
}

async function count(table: string): Promise<number> {
  const { rows } = await db.database.query<{ n: number }>(
    statement(`count.${table}`, `select count(*) as n from ${table}`),
  )
  return rows[0]!.n
}

describe('importing the real concerts', () => {
  test('a dry run counts and changes nothing', async () => {
    expect((await importConcerts(true)).summary).toMatchObject({
      read: CONCERT_COUNT,
      added: CONCERT_COUNT,
      refused: 0,
    })
    expect(await count('events')).toBe(0)
  })

  test('every concert arrives, with its venues, performers and works', async () => {
    const { summary, faults } = await importConcerts()
    expect(faults).toEqual([])
    expect(summary).toEqual({
      read: CONCERT_COUNT,
      added: CONCERT_COUNT,
      changed: 0,
      unchanged: 0,
      refused: 0,
      warnings: 0,
      pictures: 0,
    })
    expect(await count('events')).toBe(CONCERT_COUNT)
    expect(await count('venues')).toBe(366)
    expect(await count('catalog_outbox')).toBe(CONCERT_COUNT)
    const days = await page({ from: '1984-09-01', to: '1984-09-01' })
    expect(days.items[0]).toMatchObject({
      startsAtPrecision: 'day',
      startsOn: '1984-09-01',
      venue: { city: 'Hong Kong', country: 'HK', timezone: 'Asia/Hong_Kong' },
    })
  }, 60_000)

  test('importing the same again changes nothing: no revision moves, no fact is told', async () => {
    const { summary } = await importConcerts()
    expect(summary).toMatchObject({ added: 0, changed: 0, unchanged: CONCERT_COUNT })
    expect(await count('catalog_outbox')).toBe(CONCERT_COUNT)
    expect(await count('event_changes')).toBe(CONCERT_COUNT)
  }, 60_000)

  test('a changed record moves its own revision and says what changed', async () => {
    const draft = concert({ '@id': 'nyphil:2271:1', startDate: '1984-09-04T20:00:00' })
    const [saved] = await catalog.save([draft], { actor: 'import' })
    expect(saved!.outcome).toBe('changed')
    expect((await catalog.event(saved!.eventId))!.revision).toBe(2)
    const { rows } = await db.database.query<{ changes: unknown }>(
      statement('changes', 'select changes from event_changes where event_id = $1 and revision = 2'),
      [saved!.eventId],
    )
    expect(rows[0]!.changes).toMatchObject({
      starts_at: { from: '1984-09-03T12:30:00.000Z', to: '1984-09-04T13:00:00.000Z' },
    })
  })
})

describe('listing', () => {
  test('is upcoming only, in order of the start, unless from says otherwise', async () => {
    const { items, total } = await page({ limit: 100 })
    expect(total).toBeGreaterThan(10)
    expect(items.every((item) => item.startsAt >= now - 86_400_000)).toBe(true)
    expect(items.map((item) => item.startsAt)).toEqual(
      items.map((item) => item.startsAt).toSorted((a, b) => a - b),
    )
    expect((await page({ from: '1984-01-01' })).total).toBe(CONCERT_COUNT)
  })

  test('an event that is known by its day only stays listed until that day is over at the venue', async () => {
    const [saved] = await catalog.save(
      [concert({ '@id': 'day', startDate: '2011-06-02', name: 'Only a day' })],
      { actor: 'test' },
    )
    const before = now
    // Bangkok is seven hours ahead of UTC.
    now = Date.UTC(2011, 5, 2, 16, 59)
    expect((await page({ keyword: 'only a day' })).items.map((i) => i.eventId)).toEqual([saved!.eventId])
    now = Date.UTC(2011, 5, 2, 17, 1)
    expect((await page({ keyword: 'only a day' })).items).toEqual([])
    now = before
  })

  test('walking through all pages meets every event once, for every order', async () => {
    for (const sort of ['date', 'name', 'price', 'on_sale', 'newest'] as const) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const p = await page({ from: '2010-01-01', sort, limit: 100, ...(cursor && { cursor }) })
        seen.push(...p.items.map((item) => item.eventId))
        cursor = p.nextCursor ?? undefined
      } while (cursor)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBe((await page({ from: '2010-01-01' })).total)
    }
  })

  test('later pages are as of the time of the first', async () => {
    const first = await page({ limit: 5 })
    const before = now
    now = first.items[4]!.startsAt + 40 * 86_400_000
    const second = await page({ limit: 5, cursor: first.nextCursor! })
    expect(second.items.length).toBe(5)
    expect(second.items[0]!.startsAt).toBeGreaterThanOrEqual(first.items[4]!.startsAt)
    // Past by now, but it was to come when the first page was read.
    expect(second.items[0]!.startsAt).toBeLessThan(now)
    now = before
  })

  test('a cursor of another list, and one that is none, are refused', async () => {
    const { nextCursor } = await page({ limit: 5 })
    expect(await catalog.list({ limit: 5, city: 'Vail', cursor: nextCursor! })).toMatchObject({
      refused: 'malformed',
    })
    expect(await catalog.list({ sort: 'name', cursor: nextCursor! })).toMatchObject({ refused: 'malformed' })
    expect(await catalog.list({ cursor: 'nonsense' })).toMatchObject({ refused: 'malformed' })
  })

  test('filters by city, by the city around it, by genre and by type', async () => {
    const vail = await page({ from: '1984-01-01', city: 'vail' })
    expect(vail.total).toBe(54)
    expect(vail.facets.city).toEqual([{ value: 'Vail', count: 54 }])
    expect((await page({ from: '1984-01-01', city: 'New York' })).total).toBeGreaterThan(4_527)
    expect((await page({ from: '1984-01-01', genre: 'Parks' })).total).toBe(225)
    expect((await page({ from: '1984-01-01', type: 'concert' })).total).toBeGreaterThan(5_000)
    expect((await page({ from: '1984-01-01', type: 'film' })).items).toEqual([])
    expect((await page({ from: '1984-01-01', genre: 'parks' })).total).toBe(225)
    expect((await page({ from: '1984-01-01', genre: 'PARKS', type: ' Concert' })).total).toBe(225)
  })

  test('a keyword finds names, performers, composers and works, with or without accents', async () => {
    for (const keyword of [
      'Dvorak new world',
      'Bartók',
      'bartok',
      'mehta',
      'götterdämmerung',
      'avery fisher',
    ]) {
      expect((await page({ from: '1984-01-01', keyword })).total).toBeGreaterThan(0)
    }
    expect((await page({ from: '1984-01-01', keyword: 'bartók' })).total).toBe(
      (await page({ from: '1984-01-01', keyword: 'Bartok' })).total,
    )
    expect((await page({ from: '1984-01-01', keyword: '100%_' })).total).toBe(0)
    expect((await page({ from: '1984-01-01', keyword: 'brahms' })).items[0]!.score).toBeGreaterThan(0)
  })

  test("near a point means within the radius; a bare date means the venue's day", async () => {
    const near = { lat: 39.7, lon: -106.4 }
    expect((await page({ from: '1984-01-01', near, radiusKm: 30 })).facets.city).toEqual([
      { value: 'Vail', count: 54 },
    ])
    // 20:00 in Jakarta on the 5th is the 5th there, whatever it is elsewhere.
    expect((await page({ from: '1984-09-05', to: '1984-09-05' })).items.map((i) => i.venue.city)).toEqual([
      'Jakarta',
    ])
    expect((await page({ from: '1984-09-05T13:00:00Z', to: '1984-09-05T13:00:00Z' })).total).toBe(1)
  })
})

describe('an event that is sold', () => {
  let eventId: string
  let layout: string

  beforeAll(async () => {
    layout = (await catalog.storeLayout({ layout: HALLS.cinema() })).hash
    const sale = {
      layoutHash: layout,
      currency: 'EUR',
      onSaleFrom: now - 1_000,
      onSaleUntil: null,
      refundable: true,
      categories: HALLS.cinema().categories,
      priceTypes: [
        { id: 'adult', name: 'Adult' },
        { id: 'child', name: 'Child', max: 6 },
      ],
      faces: [
        [800, 500],
        [1_000, 700],
        [1_400, null],
      ],
      taxes: [{ name: 'VAT', ratePpm: 70_000, included: true, appliesTo: 'all' as const }],
      fees: [
        { name: 'Booking fee', per: 'ticket' as const, amount: 100, ratePpm: 0, refundable: false },
        { name: 'Order fee', per: 'order' as const, amount: 50, ratePpm: 0, refundable: false },
      ],
    }
    const draft = { ...concert({ '@id': 'sold', name: 'Sold', startDate: '2011-08-01T20:00:00' }), sale }
    eventId = (await catalog.save([draft], { actor: 'test' }))[0]!.eventId
  })

  test('its rules have every price with fees and taxes in it', async () => {
    const rules = (await catalog.rulesFor(eventId))!
    expect(rules).toMatchObject({
      currency: 'EUR',
      ticketsPerBuyer: 4,
      holdSeconds: 600,
      orderFee: { amount: 50, tax: 3 },
    })
    expect(rules.prices).toEqual([
      { category: 0, priceType: 0, amount: 900, fee: 100, tax: 52 + 7 },
      { category: 0, priceType: 1, amount: 600, fee: 100, tax: 33 + 7 },
      { category: 1, priceType: 0, amount: 1_100, fee: 100, tax: 65 + 7 },
      { category: 1, priceType: 1, amount: 800, fee: 100, tax: 46 + 7 },
      { category: 2, priceType: 0, amount: 1_500, fee: 100, tax: 92 + 7 },
    ])
    expect(rules.onSaleUntil).toBe(Date.UTC(2011, 7, 1, 13))
    expect(rules.refundUntil).toBe(Date.UTC(2011, 6, 31, 13))
    expect(rules.priceTypes).toEqual([
      { id: 'adult', name: 'Adult', min: 0, max: null },
      { id: 'child', name: 'Child', min: 0, max: 6 },
    ])
  })

  test('is listed with its lowest price and what is left', async () => {
    const item = async () =>
      (await page({ keyword: 'sold', priceMax: 600 })).items.find((i) => i.eventId === eventId)!
    expect(await item()).toMatchObject({
      priceFrom: 600,
      currency: 'EUR',
      availability: 'available',
      sale: 'on_sale',
    })
    stock.set(eventId, { remaining: 18, capacity: 180 })
    expect(await item()).toMatchObject({ availability: 'few_left' })
    stock.set(eventId, { remaining: 0, capacity: 180 })
    expect(await item()).toMatchObject({ availability: 'sold_out' })
    stock.delete(eventId)
    expect((await page({ priceMax: 599 })).items.map((i) => i.eventId)).not.toContain(eventId)
  })

  test('is found among what can be bought, before that among what will be, and as a date of its production', async () => {
    const ids = async (query: Parameters<typeof page>[0]) =>
      (await page({ keyword: 'tour stop', ...query })).items.map((i) => i.eventId)
    const production = { sourceId: 'tour', name: 'Tour' }
    const draft = concert({ '@id': 'stop', name: 'Tour stop', startDate: '2011-08-02T20:00:00' })
    const [stop] = await catalog.save([{ ...draft, production, onSaleFrom: now + 3_600_000 }], {
      actor: 'test',
    })
    const [item] = (await page({ keyword: 'tour stop', sale: 'soon', sort: 'on_sale' })).items
    expect(item!.eventId).toBe(stop!.eventId)
    expect(await ids({ sale: 'on_sale' })).toEqual([])
    expect(await ids({ production: item!.productionId! })).toEqual([stop!.eventId])
    expect(await ids({ production: '00000000-0000-7000-8000-000000000000' })).toEqual([])
    const onSale = (await page({ keyword: 'sold', sale: 'on_sale' })).items.map((i) => i.eventId)
    expect(onSale).toContain(eventId)
    expect((await page({ keyword: 'sold', sale: 'soon' })).items).toEqual([])
  })

  test('is on no list and at no address while it is a draft', async () => {
    await db.database.query(statement('draft', `update events set status = 'draft' where event_id = $1`), [
      eventId,
    ])
    now += 10_000
    expect(await catalog.event(eventId)).toBeNull()
    expect((await page({ keyword: 'sold' })).items.map((i) => i.eventId)).not.toContain(eventId)
    await db.database.query(
      statement('publish', `update events set status = 'published' where event_id = $1`),
      [eventId],
    )
    now += 10_000
  })

  test('over HTTP: the event with an ETag, the layout in the encoding asked for, 404 for what is not there', async () => {
    const server = startHttpServer({
      port: 0,
      routes: catalogRoutes(catalog, { clock }),
      clock,
      authenticate: () => null,
    })
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(new URL(path, server.url), { headers, decompress: false })
    try {
      const event = await get(`/v1/events/${eventId}`)
      expect(event.status).toBe(200)
      const body = (await event.json()) as Record<string, unknown>
      expect(body).toMatchObject({
        event_id: eventId,
        layout_hash: layout,
        layout_url: `/v1/layouts/${layout}`,
        price_from: { amount: 600, currency: 'EUR' },
        queue: { state: 'off' },
      })
      expect([...Compile(EventSchema).Errors(body)]).toEqual([])
      expect(event.headers.get('cache-control')).toContain('s-maxage')
      const etag = event.headers.get('etag')!
      expect((await get(`/v1/events/${eventId}`, { 'if-none-match': etag })).status).toBe(304)

      const plain = await get(`/v1/layouts/${layout}`, { 'accept-encoding': 'identity' })
      const bytes = new Uint8Array(await plain.arrayBuffer())
      expect(await layoutHash(bytes)).toBe(layout)
      expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      const brotli = await get(`/v1/layouts/${layout}`, { 'accept-encoding': 'gzip, br' })
      expect(brotli.headers.get('content-encoding')).toBe('br')
      expect(brotliDecompressSync(await brotli.arrayBuffer()).equals(bytes)).toBe(true)
      const gzip = await get(`/v1/layouts/${layout}`, { 'accept-encoding': 'gzip, br;q=0' })
      expect(gunzipSync(await gzip.arrayBuffer()).equals(bytes)).toBe(true)

      const list = (await (await get('/v1/events?keyword=sold&limit=1')).json()) as {
        items: Record<string, unknown>[]
      }
      expect([...Compile(EventListSchema).Errors(list)]).toEqual([])
      expect(list.items[0]).toMatchObject({
        event_id: eventId,
        price_from: { amount: 600, currency: 'EUR' },
        on_sale_at: expect.any(String),
      })
      for (const path of [
        '/v1/events/999999',
        '/v1/events/nonsense',
        `/v1/layouts/${'0'.repeat(64)}`,
        '/v1/layouts/x',
      ]) {
        expect((await get(path)).status).toBe(404)
      }
      for (const query of [
        'limit=0',
        'limit=101',
        'from=2011-02-30',
        'near=here',
        'sort=mood',
        'radius_km=5',
        'cursor=x',
        'price_max=-1',
        'from=0000-01-01',
        'to=0000-12-31T23:00:00Z',
        'from=2027-05-04T18:00:00%2B99:99',
        'from=2027-05-04T18:00:00%2B16:00',
        'limit=1.5',
        'limit=true',
        'price_max=1.5',
        'price_max=',
      ]) {
        expect([query, (await get(`/v1/events?${query}`)).status]).toEqual([query, 400])
      }
      for (const query of [
        'from=0001-01-01T00:00:00%2B14:00',
        'to=9999-12-31T23:59:59-12:00',
        'price_max=1e3',
        'near=48.2,16.37&radius_km=0.5',
      ]) {
        expect([query, (await get(`/v1/events?${query}`)).status]).toEqual([query, 200])
      }
    } finally {
      await server.stop()
    }
  })
})

describe('layouts', () => {
  test('what was imported is exported byte for byte, also in the other format', async () => {
    const text = `{ "name": "Hall",\n "categories": [{"name":"A"}], "zones": [{"position":{"x":1,"y":1.5},"rows":[{"row_number":"1","seats":[{"seat_guid":"1","seat_number":"1","position":{"x":0,"y":0},"category":"A","uuid":"kept"}]}]}] }`
    const { readLayout } = await import('./layouts/read-layout.ts')
    const read = readLayout(JSON.parse(text))
    if ('faults' in read) throw new Error('not read')
    const stored = await catalog.storeLayout({ layout: read.layout, original: { format: read.format, text } })
    expect(stored.added).toBe(true)
    expect((await catalog.storeLayout({ layout: read.layout })).added).toBe(false)
    expect(await catalog.exportLayout(stored.hash)).toBe(text)
    expect(await catalog.exportLayout(stored.hash, 'usher')).toBe(text)
    expect(await catalog.exportLayout('0'.repeat(64))).toMatchObject({ refused: 'not_found' })
  })

  test('a hall that Usher drew is exported so that it can be imported as the same', async () => {
    const { readLayout } = await import('./layouts/read-layout.ts')
    const { hash } = await catalog.storeLayout({ layout: HALLS.studio() })
    const text = await catalog.exportLayout(hash)
    const again = readLayout(JSON.parse(text as string))
    expect(
      (await catalog.storeLayout({ layout: (again as { layout: ReturnType<typeof HALLS.studio> }).layout }))
        .hash,
    ).toBe(hash)
    expect((await catalog.layout(hash))!.seats.length).toBe(200)
  })
})

test('two imports of the same events at once: each is there once, at its first revision', async () => {
  const drafts = Array.from({ length: 40 }, (_, i) =>
    concert({
      '@id': `twice:${i}`,
      startDate: `2012-01-${String((i % 28) + 1).padStart(2, '0')}`,
      performer: [{ name: `Player ${i % 7}` }],
    }),
  )
  const results = await Promise.all([
    catalog.save(drafts, { actor: 'one' }),
    catalog.save(drafts.toReversed(), { actor: 'two' }),
    catalog.save(drafts, { actor: 'three' }),
  ])
  const ids = results.flat().map(({ eventId }) => eventId)
  expect(ids.every((id) => /^\d+$/.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(40)
  const { rows } = await db.database.query<{ n: number }>(
    statement('revisions', 'select count(*) as n from event_changes where event_id = any($1::bigint[])'),
    [ids],
  )
  expect(rows[0]!.n).toBe(40)
})

function concert(more: object): EventDraft {
  const result = readEventRecord(
    {
      '@type': 'MusicEvent',
      name: 'A concert',
      location: {
        '@type': 'Place',
        name: 'Thammasat University',
        address: { addressLocality: 'Bangkok', addressRegion: 'THAILAND' },
      },
      ...more,
    },
    { language: 'en' },
  )
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return result.event
}

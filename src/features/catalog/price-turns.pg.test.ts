import { afterAll, beforeAll, expect, test } from 'bun:test'
import { manualClock } from '../../../test/harness/clock.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { systemIds } from '../../platform/clock.ts'
import { createCatalog, HALLS, type CatalogService, type EventDraft } from './index.ts'
import type { PhaseDraft } from './house-types.ts'

const DAY_MS = 86_400_000
const clock = manualClock()
const START = clock.now()

let db: TestDatabase
let here: CatalogService
let elsewhere: CatalogService
let layoutHash: string

beforeAll(async () => {
  db = await testDatabase()
  const parts = { database: db.database, clock, ids: systemIds }
  const defaults = { holdSeconds: 600, ticketsPerBuyer: 4 }
  here = createCatalog({ ...parts, defaults })
  elsewhere = createCatalog({ ...parts, defaults })
  layoutHash = (await here.storeLayout({ layout: HALLS.studio() })).hash
})
afterAll(() => db.drop())

/** On sale: 45.00 in the middle, 30.00 at the side, and 10 % on top. */
async function inPhases(name: string, phases: Partial<PhaseDraft>[]): Promise<string> {
  const startsAt = START + 100 * DAY_MS
  const place = { name: 'Hall', street: null, city: 'Vienna', metro: null, region: null, country: 'AT' }
  const draft: EventDraft = {
    ...{ sourceId: name, status: 'published', text: { default: 'en', en: { name } }, type: 'concert' },
    venue: { ...place, timezone: 'Europe/Vienna', lat: null, lon: null },
    ...{ startsAt, startsAtPrecision: 'time', startsOn: '2030-04-11', listedUntil: startsAt + DAY_MS },
    ...{
      genres: [],
      imageUrl: null,
      doorsAt: null,
      durationMinutes: null,
      onSaleFrom: null,
      priceFrom: null,
    },
    ...{ currency: 'EUR', performers: [], works: [] },
    sale: {
      ...{ layoutHash, currency: 'EUR', onSaleFrom: null, onSaleUntil: null, refundable: true, fees: [] },
      categories: HALLS.studio().categories,
      priceTypes: [{ id: 'adult', name: 'Adult' }],
      faces: [[4_500], [3_000]],
      taxes: [{ name: 'VAT', ratePpm: 100_000, included: false, appliesTo: 'all' }],
    },
  }
  const [{ eventId } = { eventId: '' }] = await here.save([draft], { actor: 'test' })
  const event = (await here.house({ eventId }))!
  const whole = phases.map((phase, i): PhaseDraft => ({
    ...{ no: 0, id: `p${i}`, startsAt: null, endsAt: null, access: 'open', ticketsPerBuyer: null },
    ...{ capacity: null, prices: [], ...phase },
  }))
  await here.writeHouse({ ...event, sale: { ...event.sale!, phases: whole } }, { actor: 'test', changes: {} })
  return eventId
}

const side = (face: number): Pick<PhaseDraft, 'prices'> => ({
  prices: [{ category: 'Side', priceType: 'adult', face }],
})

async function ask<Row>(text: string, eventId: string): Promise<Row[]> {
  return (await db.database.pool.query(text, [eventId])).rows as Row[]
}

const facts = async (eventId: string): Promise<number> =>
  (await ask('select 1 from catalog_outbox where event_id = $1', eventId)).length
const turns = async (eventId: string): Promise<number[]> =>
  (await ask<{ at: Date }>('select turns_at as at from price_turns where event_id = $1', eventId)).map(
    ({ at }) => at.getTime(),
  )

async function listed(
  catalog: CatalogService,
  query: object,
  eventId: string,
): Promise<number | null | undefined> {
  const page = await catalog.list(query)
  if ('refused' in page) throw new Error(page.detail)
  return page.items.find((item) => item.eventId === eventId)?.priceFrom
}

test('the lowest price follows the phases as the clock turns, in list and filter, with one fact each, whoever looks', async () => {
  const first = clock.now() + DAY_MS
  const second = first + DAY_MS
  const eventId = await inPhases('turning', [
    { endsAt: first, ...side(1_000) },
    { startsAt: first, endsAt: second, ...side(2_000) },
    { startsAt: second },
  ])
  const both = async (): Promise<number[]> =>
    (await Promise.all([here.turnPrices(), elsewhere.turnPrices()])).map(({ turned }) => turned)
  const next = async (): Promise<number | null> => (await here.turnPrices()).nextAt
  expect(await turns(eventId)).toEqual([first])
  expect(await listed(here, { priceMax: 1_100 }, eventId)).toBe(1_100)
  const before = await facts(eventId)
  expect(await both()).toEqual([0, 0])
  expect(await next()).toBe(first)

  clock.advance(DAY_MS - 1)
  expect(await both()).toEqual([0, 0])
  clock.advance(1)
  expect((await both()).toSorted()).toEqual([0, 1])
  expect([await facts(eventId), await turns(eventId)]).toEqual([before + 1, [second]])
  expect(await next()).toBe(second)
  // Who has remembered nothing yet.
  expect(await listed(elsewhere, { priceMax: 1_100 }, eventId)).toBeUndefined()
  expect(await listed(elsewhere, {}, eventId)).toBe(2_200)
  expect((await here.house({ eventId }))!.priceFrom).toBe(2_200)

  clock.advance(5 * DAY_MS)
  expect((await both()).toSorted()).toEqual([0, 1])
  expect([await facts(eventId), await turns(eventId)]).toEqual([before + 2, []])
  expect(await next()).toBeNull()
  expect((await here.house({ eventId }))!.priceFrom).toBe(3_300)
})

test('a turn that nobody looked at, while no worker ran, is written later as what is true then', async () => {
  const now = clock.now()
  const eventId = await inPhases('slept', [
    { endsAt: now + 1_000, ...side(1_000) },
    { startsAt: now + 1_000, endsAt: now + 2_000, ...side(500) },
    { startsAt: now + 2_000, ...side(2_500) },
  ])
  await here.turnPrices()
  const before = await facts(eventId)
  clock.advance(DAY_MS)
  expect((await here.turnPrices()).turned).toBe(1)
  expect((await here.house({ eventId }))!.priceFrom).toBe(2_750)
  expect([await facts(eventId), await turns(eventId)]).toEqual([before + 1, []])
})

test('an event whose phases have no prices, or have them no more, waits for no turn', async () => {
  const now = clock.now()
  const plain = await inPhases('plain', [{ endsAt: now + 1_000 }, { startsAt: now + 1_000 }])
  expect(await turns(plain)).toEqual([])
  const eventId = await inPhases('taken back', [
    { endsAt: now + 1_000, ...side(1_000) },
    { startsAt: now + 1_000 },
  ])
  expect(await turns(eventId)).toEqual([now + 1_000])
  const event = (await here.house({ eventId }))!
  const phases = event.sale!.phases.map((phase) => ({ ...phase, prices: [] }))
  await here.writeHouse({ ...event, sale: { ...event.sale!, phases } }, { actor: 'test', changes: {} })
  expect(await turns(eventId)).toEqual([])
  expect((await here.house({ eventId }))!.priceFrom).toBe(3_300)
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { manualClock } from '../../../test/harness/clock.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { untilReadable } from '../../../test/harness/readable-outbox.ts'
import { systemIds, type Random } from '../../platform/clock.ts'
import type { Fetched } from '../../platform/http/fetch-public.ts'
import { createOutboxReader, type OutboxReader } from '../../platform/outbox/outbox.ts'
import { createCatalog, UPLOADED, type CatalogService, type EventDraft } from '../catalog/index.ts'
import { createPictureFetcher } from './fetch-pictures.ts'

const HOUR_MS = 3_600_000
const FIXED: Random = { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 }
const clock = manualClock(Date.now())

let db: TestDatabase
let catalog: CatalogService
let reader: OutboxReader
/** What strangers' servers answer, in this order; the last one stays. */
let answers: Fetched[] = []
let asked: string[] = []
let outcomes: string[] = []
/** What happens while a stranger is asked. */
let meanwhile: (() => Promise<unknown>) | null = null
beforeAll(async () => {
  db = await testDatabase()
  const parts = { database: db.database, clock, ids: systemIds }
  catalog = createCatalog({ ...parts, defaults: { holdSeconds: 600, ticketsPerBuyer: 4 } })
  reader = createOutboxReader({
    ...{ ...parts, random: FIXED, table: 'catalog_outbox', limits: { triesMax: 60 } },
    consumer: createPictureFetcher({
      ...{ catalog, clock },
      fetch: async (url) => {
        asked.push(url)
        await meanwhile?.()
        return answers.length > 1 ? answers.shift()! : answers[0]!
      },
      keep: async () => ({ hash: 'a'.repeat(64), width: 480, height: 300, widths: [480], alt: null }),
      onFetched: (outcome) => outcomes.push(outcome),
    }),
  })
})
afterAll(() => db.drop())

async function runOnce(): Promise<void> {
  await untilReadable(db.database, 'catalog_outbox')
  await reader.runOnce()
}

let events = 0
async function imported(imageUrl: string): Promise<string> {
  ;[asked, outcomes] = [[], []]
  const [saved] = await catalog.save([{ ...DRAFT, sourceId: `event ${(events += 1)}`, imageUrl }], {
    actor: 'import',
  })
  return saved!.eventId
}

test('who does not answer is asked again later, and the picture is shown when it comes', async () => {
  answers = [
    { failed: 'connection', again: true },
    { failed: 'status', again: true },
    { bytes: new Uint8Array(1) },
  ]
  const eventId = await imported('https://pictures.example/later.jpg')
  await runOnce()
  expect(asked).toHaveLength(1)
  await runOnce()
  expect(asked).toHaveLength(1)
  for (let hour = 1; hour <= 2; hour += 1) {
    clock.advance(HOUR_MS)
    await runOnce()
  }
  expect(outcomes).toEqual(['connection', 'status', 'fetched'])
  expect(await catalog.picture(eventId)).toMatchObject({
    picture: { width: 480 },
    from: 'https://pictures.example/later.jpg',
  })
})

test('who does not answer for a day is not asked any more, and nothing is left for anybody to look at', async () => {
  answers = [{ failed: 'connection', again: true }]
  const eventId = await imported('https://pictures.example/never.jpg')
  for (let hour = 0; hour < 40; hour += 1) {
    await runOnce()
    clock.advance(HOUR_MS)
  }
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.length).toBeLessThan(40)
  expect(await catalog.picture(eventId)).toMatchObject({
    picture: null,
    from: 'https://pictures.example/never.jpg',
  })
  const dead = await db.database.query({ name: 'dead', text: 'select 1 from outbox_parked' })
  expect(dead.rowCount).toBe(0)
})

test('what can never be had is asked for once', async () => {
  answers = [{ failed: 'private_address', again: false }]
  await imported('https://pictures.example/inside.jpg')
  for (let hour = 0; hour < 3; hour += 1) {
    await runOnce()
    clock.advance(HOUR_MS)
  }
  expect(outcomes).toEqual(['private_address'])
})

test('what the house uploads or an import names while a picture is fetched is not written over', async () => {
  answers = [{ bytes: new Uint8Array(1) }]
  const uploaded = { hash: 'b'.repeat(64), width: 960, height: 600, widths: [480, 960], alt: 'Ours' }
  const one = await imported('https://pictures.example/slow.jpg')
  meanwhile = () => catalog.setPicture(one, { picture: uploaded, from: UPLOADED }, 'somebody')
  await runOnce()
  expect(await catalog.picture(one)).toMatchObject({ picture: uploaded, from: UPLOADED })

  const gone = 'https://pictures.example/taken-away.jpg'
  const third = await imported(gone)
  meanwhile = () => catalog.setPicture(third, { picture: null, from: gone }, 'somebody')
  await runOnce()
  expect(await catalog.picture(third)).toMatchObject({ picture: null, from: gone })

  const other = await imported('https://pictures.example/slower.jpg')
  const again = { ...DRAFT, sourceId: `event ${events}`, imageUrl: 'https://pictures.example/new.jpg' }
  meanwhile = () => {
    meanwhile = null
    answers = [{ failed: 'status', again: false }]
    return catalog.save([again], { actor: 'import' })
  }
  await runOnce()
  expect(await catalog.picture(other)).toMatchObject({ from: null, imageUrl: again.imageUrl })
  await runOnce()
  expect(await catalog.picture(other)).toMatchObject({ picture: null, from: again.imageUrl })
})

const DRAFT: EventDraft = {
  sourceId: '',
  status: 'published',
  text: { default: 'en', en: { name: 'Evening' } },
  type: 'concert',
  genres: [],
  imageUrl: null,
  venue: {
    ...{ name: 'Hall', street: null, city: 'Berlin', metro: null, region: null, country: 'DE' },
    ...{ timezone: 'Europe/Berlin', lat: null, lon: null },
  },
  startsAt: Date.parse('2031-03-01T19:00:00Z'),
  startsAtPrecision: 'time',
  startsOn: '2031-03-01',
  listedUntil: Date.parse('2031-03-01T19:00:00Z'),
  doorsAt: null,
  durationMinutes: null,
  performers: [],
  works: [],
  onSaleFrom: null,
  priceFrom: null,
  currency: 'EUR',
}

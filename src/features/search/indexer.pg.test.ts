import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock, systemIds, systemRandom } from '../../platform/clock.ts'
import { createOutboxReader, type OutboxReader } from '../../platform/outbox/outbox.ts'
import { statement } from '../../platform/postgres/database.ts'
import { isRefusal } from '../../shared/errors.ts'
import { createCatalog, type CatalogService, type EventDraft } from '../catalog/index.ts'
import { createPostgresSearch } from './postgres/engine.ts'
import { createSearch, type Search } from './search.ts'

const START = Date.parse('2031-05-01T18:00:00Z')

let db: TestDatabase
let catalog: CatalogService
let search: Search
let reader: OutboxReader
beforeAll(async () => {
  db = await testDatabase()
  const { database } = db
  catalog = createCatalog({
    ...{ database, clock: systemClock, ids: systemIds },
    defaults: { holdSeconds: 600, ticketsPerBuyer: 4 },
  })
  const engine = createPostgresSearch(database, systemClock)
  search = createSearch({
    ...{ engine, catalog, clock: systemClock },
    stock: (ids) => Promise.resolve(new Map(ids.map((id) => [id, { remaining: 1, capacity: 100 }]))),
  })
  reader = createOutboxReader({
    ...{ database, clock: systemClock, ids: systemIds, random: systemRandom },
    ...{ table: 'catalog_outbox', consumer: search.indexer, limits: { keysMax: 100 } },
  })
})
afterAll(async () => {
  await reader.stop()
  await db.drop()
})

test('until it is built lists come from the catalog; then from what the facts have brought', async () => {
  await catalog.save([draft('one', 'Winterreise')], { actor: 'test' })
  expect(await names('winterreise')).toEqual(['Winterreise'])
  expect(await search.isBuilt()).toBe(false)
  expect(await search.rebuild()).toEqual({ events: 1 })
  expect(await search.isBuilt()).toBe(true)
  // A mistyped word is found by search alone.
  expect(await names('winterriese')).toEqual(['Winterreise'])
})

test('a saved event is found once its fact was read, however many came at once; a changed one by its new name', async () => {
  const drafts = Array.from({ length: 150 }, (_, i) => draft(`many-${i}`, `Serenade ${i + 1000}`))
  await catalog.save(drafts, { actor: 'test' })
  await caughtUp()
  expect((await page('serenade')).total).toBe(150)
  await catalog.save([draft('one', 'Schwanengesang')], { actor: 'test' })
  await caughtUp()
  expect(await names('winterreise')).toEqual([])
  expect(await names('schwanengesang')).toEqual(['Schwanengesang'])
})

test('what the catalog does not show any more is not found', async () => {
  await db.database.query(statement('hide', `update events set status = 'draft' where source_id = 'one'`))
  await db.database.query(
    statement(
      'fact',
      `insert into catalog_outbox (fact_id, event_id, kind, key, body, at)
       select gen_random_uuid(), event_id, 'event.changed', event_id::text, '{}', now() from events where source_id = 'one'`,
    ),
  )
  await caughtUp()
  expect(await names('schwanengesang')).toEqual([])
})

test('what is left is that of this moment', async () => {
  expect((await page('serenade 1005')).items[0]!.availability).toBe('few_left')
})

// A transaction that is open in another database of the server holds facts back for a moment.
async function caughtUp(): Promise<void> {
  await waitFor('every fact to be read', async () => {
    await reader.runOnce()
    const { rows } = await db.database.query<{ unread: number }>(
      statement(
        'unread',
        `select count(*) as unread from catalog_outbox o, outbox_positions p
          where p.consumer = 'search' and (o.xid, o.event_id, o.version, o.n) > (p.xid, p.event_id, p.version, p.n)`,
      ),
    )
    return rows[0]!.unread === 0
  })
}

async function page(keyword: string) {
  const found = await search.list({ keyword })
  if (isRefusal(found)) throw new Error(found.detail)
  return found
}

async function names(keyword: string): Promise<string[]> {
  return (await page(keyword)).items.map((item) => item.name)
}

function draft(sourceId: string, name: string): EventDraft {
  return {
    ...{ sourceId, status: 'published', text: { default: 'en', en: { name } }, type: 'concert', genres: [] },
    imageUrl: null,
    venue: {
      ...{ name: 'Wigmore Hall', city: 'London', metro: null, region: null, country: 'GB' },
      ...{ timezone: 'Europe/London', street: null, lat: 51.5, lon: -0.15 },
    },
    ...{ startsAt: START, startsAtPrecision: 'time', startsOn: '2031-05-01', listedUntil: START },
    ...{ doorsAt: null, durationMinutes: null, performers: [], works: [] },
    ...{ onSaleFrom: null, priceFrom: null, currency: 'GBP' },
  }
}

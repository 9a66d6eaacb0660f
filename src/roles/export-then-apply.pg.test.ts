import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { testApp, type TestApp } from '../../test/harness/app.ts'
import { applyText, runCommand } from '../../test/harness/run-command.ts'
import { importEvents } from '../features/catalog/index.ts'
import { ledgerNow, readFileSpec, writeFileSpec } from '../features/controls/index.ts'
import { isRefusal } from '../shared/errors.ts'
import { fillWithDemo } from './demo.ts'
import { run as exportEvent } from './export-event.ts'

const asset = (path: string): URL => new URL(`../../${path}`, import.meta.url)

let house: TestApp
beforeAll(async () => {
  house = await testApp()
  await fillWithDemo(house.app.catalog, house.app.inventory)
}, 120_000)
afterAll(() => house.stop())

/** What applying an event's own file would change. */
async function changesOf(eventId: string): Promise<unknown[]> {
  const { catalog, controls, inventory } = house.app
  const event = (await catalog.house({ eventId }))!
  const layout = event.sale ? await catalog.layout(event.sale.layoutHash) : null
  const ledger = await ledgerNow(inventory, eventId)
  if (isRefusal(ledger)) throw new Error(ledger.detail)
  const read = readFileSpec(writeFileSpec(event, layout, ledger))
  if ('faults' in read) return read.faults
  const prepared = await controls.plan({ which: { eventId }, spec: read.spec, amounts: 'decimal' })
  if ('faults' in prepared) return read.faultsOf(prepared.faults)
  if (isRefusal(prepared)) return [prepared]
  return [...prepared.plan.changes, ...prepared.plan.cannot]
}

const eventIds = async (like: string): Promise<string[]> => {
  const found = await house.app.database.pool.query<{ event_id: string }>(
    'select event_id from events where source_id like $1 order by event_id',
    [like],
  )
  return found.rows.map(({ event_id }) => String(event_id))
}

test('a demo event is exported as a file that changes nothing', async () => {
  const ids = await eventIds('%')
  expect(ids.length).toBeGreaterThan(500)
  for (const id of ids) expect([id, await changesOf(id)]).toEqual([id, []])
}, 120_000)

test('an imported event is exported as a file that changes nothing', async () => {
  const before = new Set(await eventIds('%'))
  const lines = gunzipSync(readFileSync(asset('assets/demo/nyphil-concerts.ndjson.gz')))
    .toString()
    .split('\n')
  const some = lines.filter((line, i) => i % 100 === 0 && line !== '')
  const source = async function* () {
    yield new TextEncoder().encode(some.join('\n'))
  }
  await importEvents(source(), {
    language: 'en',
    save: (drafts) => house.app.catalog.save(drafts, { actor: 'import' }),
    onFault: (fault) => {
      throw new Error(JSON.stringify(fault))
    },
  })
  const ids = (await eventIds('%')).filter((id) => !before.has(id))
  expect(ids.length).toBeGreaterThan(some.length / 2)
  for (const id of ids) expect([id, await changesOf(id)]).toEqual([id, []])
})

test('the example is exported as a file that changes nothing, and the command line says so', async () => {
  const { config } = house.app
  const example = await applyText(config, readFileSync(asset('examples/evening.yaml'), 'utf8'))
  const id = /event (\d+) is at revision/.exec(example.out.join('\n'))![1]!
  for (const eventId of [id, (await eventIds('%'))[0]!]) {
    const exported = (await runCommand(config, exportEvent, { id: eventId })).out.join('')
    const again = await applyText(config, exported)
    expect([again.wrong, again.out]).toEqual([[], [expect.stringContaining('Nothing to change.')]])
  }
}, 60_000)

test('a limit that an event leaves to the house is compared with the one that holds', async () => {
  const [eventId] = (await eventIds('%')) as [string]
  const more = await applyText(house.app.config, `event_id: ${eventId}\nlimits: { tickets_per_buyer: 5 }\n`)
  expect(more.out).toEqual([
    expect.stringContaining(`Event ${eventId}`),
    '  ~ limits.tickets_per_buyer: 4 → 5',
    expect.stringContaining('revision 2'),
  ])
})

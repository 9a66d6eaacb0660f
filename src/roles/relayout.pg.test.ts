import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testApp, type Answer, type TestApp } from '../../test/harness/app.ts'
import { runCommand, type Output } from '../../test/harness/run-command.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { HALLS } from '../features/catalog/index.ts'
import { writeLayout } from '../features/catalog/layouts/write-layout.ts'
import { createFollowMovedTickets } from '../features/checkout/index.ts'
import { systemClock } from '../platform/clock.ts'
import { isRefusal, refuse } from '../shared/errors.ts'
import type { Layout } from '../shared/layout.ts'
import { run as apply } from './apply.ts'
import { run as audit } from './audit.ts'

let house: TestApp
const folder = mkdtempSync(join(tmpdir(), 'usher-relayout-'))
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off', TICKETS_PER_BUYER: '300' })
})
afterAll(async () => {
  await house.stop()
  rmSync(folder, { recursive: true })
})

const SEATS = HALLS.studio().seats.length

/** The studio with a pit, and in the larger one a box of twelve seats in a category of its own. */
function hall(pit: number, { box = false, change = (_: Layout) => {} } = {}): Layout {
  const layout = HALLS.studio()
  layout.name = 'Studio with a pit'
  layout.areas.push({
    area_id: 'pit',
    name: 'Pit',
    category: 1,
    capacity: pit,
    outline: [
      [0, 0],
      [100, 0],
      [100, 50],
    ],
  })
  if (box) {
    layout.categories.push({ name: 'Box', color: '#884400' })
    layout.sections.push({ name: 'Royal box' })
    for (let n = 1; n <= 12; n++)
      layout.seats.push({
        ...{ seat_id: `box-${n}`, section: layout.sections.length - 1, row: 'R', number: String(n) },
        ...{ x: 40 * n, y: 10, category: layout.categories.length - 1 },
      })
  }
  change(layout)
  return layout
}

const store = async (layout: Layout): Promise<string> =>
  (await house.app.catalog.storeLayout({ layout })).hash

async function make(externalId: string, layout: Layout): Promise<string> {
  const { status, json } = await house.operator('POST', '', {
    external_id: externalId,
    ...{ status: 'published', name: 'An evening', type: 'concert' },
    start: `${new Date().getUTCFullYear() + 1}-05-04T20:00:00+02:00`,
    venue: { name: 'Studio', city: 'Vienna', country: 'AT', timezone: 'Europe/Vienna' },
    ...{ layout: await store(layout), currency: 'EUR', prices: { Center: 4_000, Side: 3_000 } },
  })
  expect([status, json.errors]).toEqual([201, undefined])
  return json.event.event_id as string
}

const usher = <O>(run: (o: O, c: never) => Promise<number | void>, options: O): Promise<Output> =>
  runCommand(house.app.config, run, options)

function file(text: string, layout: Layout): string {
  writeFileSync(join(folder, 'hall.json'), JSON.stringify(writeLayout(layout)))
  const path = join(folder, 'event.yaml')
  writeFileSync(path, `${text}\nlayout: hall.json\n`)
  return path
}

async function hold(body: object, token?: string): Promise<Answer> {
  return house.call('POST', '/v1/reservations', { token: token ?? (await house.guest()), body })
}

async function buy(eventId: string, seatIds: string[], pit = 0): Promise<Answer> {
  const token = await house.guest()
  const areas = pit > 0 ? { areas: [{ area_id: 'pit', quantity: pit }] } : {}
  const held = await hold(
    { event_id: eventId, seats: seatIds.map((seat_id) => ({ seat_id })), ...areas },
    token,
  )
  if (held.status !== 201) return held
  const body = { reservation_id: held.json.reservation_id, payment_token: 'pm_card_visa' }
  return house.call('POST', '/v1/bookings', { token, body })
}

const places = (eventId: string, quantity: number): Promise<Answer> =>
  hold({ event_id: eventId, areas: [{ area_id: 'pit', quantity }] })

async function changesOf(
  eventId: string,
): Promise<{ revision: number; changes: { field: string; from: string | null; to: string | null }[] }[]> {
  return (await house.operator('GET', `/${eventId}/changes`)).json.items
}

async function expectClean(eventId: string): Promise<void> {
  const { code, out } = await usher(audit, { event: eventId, money: true })
  expect([code, out.at(-1)]).toEqual([0, expect.stringContaining('clean')])
}

test('a file gives an event on sale more seats and places, and they are bought at once', async () => {
  const eventId = await make('file', hall(200))
  const first = hall(200).seats[0]!.seat_id
  expect((await buy(eventId, [first], 3)).json.status).toBe('CONFIRMED')
  const path = file(`event_id: ${eventId}\nprices: { Box: 90 }`, hall(260, { box: true }))
  const before = (await house.call('GET', `/v1/events/${eventId}`)).json
  const dry = await usher(apply, { file: path, dryRun: true })
  expect(dry.code).toBe(0)
  expect(dry.out.slice(1)).toEqual([
    expect.stringMatching(
      /^  ~ layout: Studio with a pit \([0-9a-f]{12}\) → Studio with a pit \([0-9a-f]{12}\)$/,
    ),
    '  + prices.Box.standard: 90.00 EUR',
    `  ~ layout.seats: ${SEATS} seats → ${SEATS + 12} seats (12 more)`,
    '  ~ layout.areas.Pit: 200 places → 260 places',
  ])
  expect((await house.call('GET', `/v1/events/${eventId}/availability`)).json.layout).toBe(before.layout_hash)

  // The server remembers it so for a while.
  for (const language of [undefined, 'en']) await house.app.catalog.event(eventId, language)
  expect((await usher(apply, { file: path, yes: true })).code).toBe(0)
  // A sold ticket may be moved there, and its order follows at once.
  const { database, catalog, inventory } = house.app
  const moved = await inventory.moveTickets({ eventId, moves: [{ from: first, to: 'box-12' }], block: true })
  if (isRefusal(moved)) throw new Error(moved.detail)
  const follow = createFollowMovedTickets({ database, catalog, inventory, clock: systemClock })
  await follow(
    eventId,
    moved.moved.map(({ ticketId }) => ticketId),
  )
  // Another process did it; this one looks before it says that there is no such seat.
  const box = await buy(eventId, ['box-1', 'box-2'], 10)
  expect(box.json).toMatchObject({ status: 'CONFIRMED' })
  // On paper, too, while the server's catalog may still remember the event without them.
  const named = { seat_id: 'box-1', section: 'Royal box', row: 'R', number: '1', category: 'Box' }
  expect(box.json.seats[0]).toMatchObject(named)
  expect((await buy(eventId, ['box-2'])).json.code).toBe('seats_unavailable')
  const after = await waitFor('the event to name the layout', async () => {
    const { json } = await house.call('GET', `/v1/events/${eventId}`)
    return json.layout_hash !== before.layout_hash && json
  })
  expect(after.places).toMatchObject({ seats: SEATS + 12, areas: 1 })
  const { json: stock } = await house.call('GET', `/v1/events/${eventId}/availability`)
  expect(stock).toMatchObject({ layout: after.layout_hash, areas: { pit: 247 } })
  expect(Buffer.from(stock.seats, 'base64')).toHaveLength(Math.ceil((SEATS + 12) / 4))

  const [last] = await changesOf(eventId)
  expect(last!.changes.map(({ field }) => field).toSorted()).toEqual([
    ...['layout', 'layout.areas.Pit', 'layout.seats', 'prices.Box.standard'],
  ])
  const again = await usher(apply, { file: path, yes: true })
  expect(again.out[0]).toContain('as the file says already. Nothing to change.')
  await expectClean(eventId)
}, 60_000)

test('by HTTP, too: fewer places, down to what is sold and held, and at once more than were there for an allotment', async () => {
  const eventId = await make('http', hall(200))
  expect((await buy(eventId, [], 30)).json.status).toBe('CONFIRMED')
  expect((await places(eventId, 20)).status).toBe(201)
  const [tight, right, roomy] = await Promise.all([49, 50, 400].map((pit) => store(hall(pit))))
  for (const query of ['?dry_run=true', '']) {
    const refused = await house.operator('PATCH', `/${eventId}${query}`, { layout: tight })
    expect(refused.status).toBe(query === '' ? 409 : 200)
    expect(refused.json.cannot).toEqual([
      {
        field: 'layout',
        why: expect.stringMatching(
          /^it is on sale with Studio .*\. The area "Pit" cannot have 49 places: 30 are sold, 20 held and 0 kept for allotments$/,
        ),
      },
    ])
  }
  const done = await house.operator('PATCH', `/${eventId}`, { layout: right })
  expect(done.status).toBe(200)
  expect(done.json.changes).toContainEqual({ field: 'layout.areas.Pit', from: '200 places', to: '50 places' })
  expect((await places(eventId, 1)).json.code).toBe('sold_out')
  const kept = { layout: roomy, allotments: [{ name: 'fans', areas: { Pit: 300 } }] }
  expect((await house.operator('PATCH', `/${eventId}`, kept)).status).toBe(200)
  expect((await places(eventId, 51)).json.code).toBe('sold_out')
  expect((await places(eventId, 50)).status).toBe(201)
  await expectClean(eventId)
}, 60_000)

test('nothing that is there goes or is called otherwise, and then nothing is changed', async () => {
  const eventId = await make('kept', hall(200))
  const revision = (await changesOf(eventId))[0]!.revision
  const first = hall(200).seats[0]!.seat_id
  for (const [change, why] of [
    [
      ({ seats }: Layout) => void seats.shift(),
      `The seat "${first}" is missing: an event on sale keeps its seats. Block it instead`,
    ],
    [({ seats }: Layout) => (seats[0]!.number = '99'), `The seat "${first}" has another number`],
    [({ areas }: Layout) => (areas[0]!.name = 'Floor'), 'The area "Pit" has another name'],
  ] as const) {
    const path = file(`event_id: ${eventId}\nprices: { Box: 90 }`, hall(200, { box: true, change }))
    const refused = await usher(apply, { file: path, yes: true })
    expect(refused.code).toBe(1)
    expect(refused.out.filter((line) => line.startsWith('  !'))).toEqual([expect.stringContaining(why)])
  }
  expect((await changesOf(eventId))[0]!.revision).toBe(revision)
  expect((await hold({ event_id: eventId, seats: [{ seat_id: 'box-1' }] })).json.code).toBe('unknown_seat')
}, 60_000)

test('where the ledger refuses what the plan still allowed, the catalog says again what it said', async () => {
  const eventId = await make('race', hall(200))
  const { inventory, catalog } = house.app
  const { relayout } = inventory
  const before = (await catalog.house({ eventId }))!
  const rules = await inventory.rules(eventId)
  inventory.relayout = async (c) => {
    // No new seat is there without its price.
    expect((await inventory.rules(eventId))!.prices.map(({ amount }) => amount)).toContain(9_000)
    expect((await places(eventId, 190)).status).toBe(201)
    return relayout(c)
  }
  try {
    const layout = await store(hall(100, { box: true }))
    const refused = await house.operator('PATCH', `/${eventId}`, {
      layout,
      prices: { Box: 9_000, Side: 3_500 },
    })
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict'])
    expect(refused.json.detail).toContain('0 are sold, 190 held')
  } finally {
    inventory.relayout = relayout
  }
  expect((await catalog.house({ eventId }))!.sale).toEqual(before.sale)
  expect(await inventory.rules(eventId)).toEqual(rules)
  const [back, there] = await changesOf(eventId)
  expect(back!.changes).toContainEqual({ field: 'prices.Side.standard', from: '35.00 EUR', to: '30.00 EUR' })
  expect(there!.changes.map(({ field }) => field)).toEqual(back!.changes.map(({ field }) => field))
  await expectClean(eventId)
}, 60_000)

test('a change that was cut off between catalog and ledger goes on with the next call', async () => {
  const eventId = await make('cut', hall(200))
  const { inventory } = house.app
  const { relayout } = inventory
  // Only where seats are drawn is different: nothing but the hash says so.
  const layout = await store(hall(200, { change: ({ seats }) => (seats[0]!.x += 5) }))
  inventory.relayout = () => Promise.resolve(refuse('unavailable', 'The database does not answer.'))
  try {
    expect((await house.operator('PATCH', `/${eventId}`, { layout })).status).toBe(503)
  } finally {
    inventory.relayout = relayout
  }
  const availability = () => house.call('GET', `/v1/events/${eventId}/availability`)
  expect((await availability()).json.layout).not.toBe(layout)
  const next = await house.operator('PATCH', `/${eventId}`, { limits: { tickets_per_buyer: 7 } })
  expect(next.status).toBe(200)
  expect(next.json.changes.map(({ field }: { field: string }) => field)).toEqual([
    'limits.tickets_per_buyer',
    'layout',
  ])
  expect((await availability()).json.layout).toBe(layout)
  await expectClean(eventId)
}, 60_000)

import { afterAll, beforeAll, expect, test } from 'bun:test'
import {
  ask,
  expectConsistent,
  held,
  seats,
  testInventory,
  type TestInventory,
} from '../../../test/harness/inventories.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { plainState } from '../../../test/harness/plain-state.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock, systemIds } from '../../platform/clock.ts'
import type { Layout } from '../../shared/layout.ts'
import { audit } from '../audit/index.ts'
import { AvailabilityStreams, compileHall, ReadModel } from './index.ts'

const ROWS = 4
const PER_ROW = 5
const uuid = (): string => systemIds.uuid()

/** The hall with four more seats in a category of their own, a balcony, and so many standing places. */
function larger(standing: number, change: (layout: Layout) => void = () => {}): Layout {
  const layout = smallHall(ROWS, PER_ROW, { standing })
  layout.categories.push({ name: 'Boxes', color: '#333333' })
  layout.sections.push({ name: 'Box' })
  for (let n = 1; n <= 4; n++)
    layout.seats.push({
      ...{ seat_id: `box-${n}`, section: 1, row: 'Box', number: String(n) },
      x: -900,
      y: n * 55,
      category: 3,
    })
  layout.areas.push({ area_id: 'balcony', name: 'Balcony', category: 2, capacity: 5, outline: [] })
  change(layout)
  return layout
}

const LAYOUTS: Record<string, Layout> = {
  hall: smallHall(ROWS, PER_ROW, { standing: 20 }),
  roomier: smallHall(ROWS, PER_ROW, { standing: 26 }),
  tighter: smallHall(ROWS, PER_ROW, { standing: 12 }),
  larger: larger(20),
  'larger and tighter': larger(12),
  // Row D goes on.
  longer: smallHall(ROWS, PER_ROW, { standing: 20 }),
  renumbered: larger(20, ({ seats: all }) => (all[3]!.number = '40')),
  'without a seat': larger(20, ({ seats: all }) => void all.splice(2, 1)),
  'new seats first': larger(20, ({ seats: all }) => void all.unshift(...all.splice(-4))),
  dearer: larger(20, ({ seats: all }) => (all[0]!.category = 1)),
  'other section': larger(20, ({ seats: all }) => (all[0]!.section = 1)),
  'other row': larger(20, ({ seats: all }) => (all[0]!.row = 'Z')),
  'without an area': larger(20, ({ areas }) => void areas.shift()),
  'an area called otherwise': larger(20, ({ areas }) => (areas[0]!.name = 'Pit')),
  'an area of another category': larger(20, ({ areas }) => (areas[0]!.category = 0)),
  'a category called otherwise': larger(20, ({ categories }) => (categories[0]!.name = 'Golden')),
  'a seat twice': larger(20, ({ seats: all }) => (all.at(-1)!.seat_id = 'A1')),
  'an area twice': larger(20, ({ areas }) => (areas[1]!.area_id = 'standing')),
}
for (const number of ['6', '7'])
  LAYOUTS['longer']!.seats.push({
    ...{ seat_id: `D${number}`, section: 0, row: 'D', number },
    x: 55 * (Number(number) - 1),
    y: 270,
    category: 1,
  })
const PRICES = [...smallRules().prices, { category: 3, priceType: 0, amount: 9000, fee: 400, tax: 589 }]

let db: TestDatabase
let here: TestInventory
let elsewhere: TestInventory
let lastEvent = 800

const inventory = (): TestInventory => testInventory(db.url, (hash) => LAYOUTS[hash]!)
beforeAll(async () => {
  db = await testDatabase()
  here = inventory()
  elsewhere = inventory()
})
afterAll(async () => {
  await here.close()
  await elsewhere.close()
  await db.drop()
})

async function opened(): Promise<string> {
  const eventId = String((lastEvent += 1))
  const rules = smallRules({
    ticketsPerBuyer: 20,
    prices: PRICES,
    allocations: [{ no: 1, kind: 'press', releaseAt: null }],
  })
  expect(await here.open({ eventId, layoutHash: 'hall', rules })).toEqual({ version: 1 })
  return eventId
}

const relayout = (eventId: string, layoutHash: string, by = here) => by.relayout({ eventId, layoutHash })
const hold = (eventId: string, ids: string[], by = here) =>
  by.hold({ eventId, buyer: uuid(), seats: seats(...ids) })
const stand = (eventId: string, quantity: number, by = here) =>
  by.hold({ eventId, buyer: uuid(), areas: [{ areaId: 'standing', quantity }] })

/** Every process, one that starts now and the audit know the same. */
async function expectSameEverywhere(eventId: string): Promise<void> {
  const cold = inventory()
  for (const one of [here, elsewhere, cold]) {
    await one.sequencers.of(eventId).refresh(0)
    const { state, hall } = one.sequencers.of(eventId).memory!
    expect(plainState(state)).toEqual(plainState(here.memory(eventId)))
    expect([hall.layoutHash, hall.seatCount]).toEqual([state.layoutHash, state.seatCount])
  }
  expect(cold.alerts).toEqual([])
  await cold.close()
  await expectConsistent(db.database, eventId)
  expect(await findings(eventId)).toEqual([])
}

async function findings(eventId: string): Promise<string[]> {
  // The layouts' bytes are not stored here: what the audit says of them is for `replay.test.ts`.
  const report = await audit(
    { database: db.database, clock: systemClock },
    { eventId, money: false, graceMs: 0 },
  )
  return report.findings.map(({ what }) => what.replace(`event ${eventId}: `, ''))
}

test('new seats and places can be held at once in every process, whichever brought them', async () => {
  const eventId = await opened()
  held(await hold(eventId, ['A1'], elsewhere))
  expect(await relayout(eventId, 'larger')).toEqual({ version: 3 })
  // The other process has not heard of them: it looks before it says that there is no such seat.
  const box = held(await hold(eventId, ['box-1', 'A2'], elsewhere))
  expect(box.lines.map(({ seat, amount }) => [seat, amount])).toEqual([
    [20, 9000],
    [1, 5000],
  ])
  expect(await hold(eventId, ['box-1'])).toMatchObject({ refused: 'seats_unavailable' })
  held(await here.hold({ eventId, buyer: uuid(), areas: [{ areaId: 'balcony', quantity: 5 }] }))
  expect(await relayout(eventId, 'larger', elsewhere)).toHaveProperty('version')
  expect(await hold(eventId, ['box-9'])).toMatchObject({ refused: 'unknown_seat' })
  expect((await here.stock([eventId])).get(eventId) ?? { capacity: 49 }).toMatchObject({ capacity: 49 })
  await expectSameEverywhere(eventId)
}, 30_000)

const places = { areaId: 'balcony', quantity: 1 }

test.each<[what: string, ask: (by: TestInventory, eventId: string) => Promise<object>]>([
  ['a seat', (by, eventId) => hold(eventId, ['box-4'], by)],
  ['an area', (by, eventId) => by.hold({ eventId, buyer: uuid(), areas: [places] })],
  [
    'a category',
    (by, eventId) => by.hold({ eventId, buyer: uuid(), bestAvailable: { quantity: 2, category: 'Boxes' } }),
  ],
  ['a seat to block', (by, eventId) => by.block({ eventId, seats: ['box-3'] })],
  [
    'an area to keep places of',
    (by, eventId) => by.allocatePlaces({ eventId, allocation: 1, areaId: 'balcony', places: 2 }),
  ],
])(
  'a process that has not heard of it looks before it refuses %s',
  async (_what, asks) => {
    const eventId = await opened()
    const asking = inventory()
    await asking.view(eventId)
    await relayout(eventId, 'larger')
    expect(await asks(asking, eventId)).not.toHaveProperty('refused')
    await asking.close()
    await expectSameEverywhere(eventId)
  },
  30_000,
)

test('the best that there is may be new seats that the process has not heard of', async () => {
  const eventId = await opened()
  held(await here.hold({ eventId, buyer: uuid(), bestAvailable: { quantity: 20 } }))
  const asking = inventory()
  await asking.view(eventId)
  await relayout(eventId, 'larger')
  const best = held(await asking.hold({ eventId, buyer: uuid(), bestAvailable: { quantity: 2 } }))
  expect(best.lines.map(({ seat, category }) => [seat, category])).toEqual([
    [20, 3],
    [21, 3],
  ])
  await asking.close()
})

test('where all was gone, new seats are offered instead of those that somebody else has', async () => {
  const eventId = await opened()
  held(await here.hold({ eventId, buyer: uuid(), bestAvailable: { quantity: 20 } }))
  for (const choices of [[], [['D6', 'D7']]]) {
    const refused = await hold(eventId, ['D4', 'D5'])
    expect(refused).toMatchObject({ refused: 'seats_unavailable', extra: { alternatives: choices } })
    if (choices.length === 0) expect(await relayout(eventId, 'longer')).toHaveProperty('version')
  }
})

test('two processes go on selling meanwhile, and no seat has two owners', async () => {
  const eventId = await opened()
  const ids = LAYOUTS['larger']!.seats.map(({ seat_id: id }) => id)
  const results: unknown[] = []
  let changing = true
  const sellAll = async (by: TestInventory): Promise<void> => {
    for (const id of ids) results.push(await hold(eventId, [id], by))
  }
  const sell = async (by: TestInventory): Promise<void> => {
    while (changing) await sellAll(by)
  }
  const change = async (): Promise<void> => {
    for (const layoutHash of ['roomier', 'larger', 'larger and tighter']) {
      const before = results.length
      await waitFor('some to be sold', () => results.length > before + 4)
      expect(await relayout(eventId, layoutHash, elsewhere)).toHaveProperty('version')
    }
    changing = false
  }
  await Promise.all([sell(here), sell(elsewhere), sell(here), change()])
  for (const by of [here, elsewhere]) await sellAll(by)
  const sold = results.flatMap((one) => (one as { lines?: { seat: number }[] }).lines ?? [])
  expect(sold.map(({ seat }) => seat).sort((a, b) => a - b)).toEqual(ids.map((_, i) => i))
  await expectSameEverywhere(eventId)
  expect([...here.alerts, ...elsewhere.alerts]).toEqual([])
}, 30_000)

test('an entry can bring a seat and hold it, and take places of an area that it makes larger', async () => {
  const eventId = await opened()
  const submit = (event: string, name: string) =>
    here.sequencers.of(event).submit({ k: 'relayout', hall: compileHall(name, LAYOUTS[name]!) })
  const done = await Promise.all([
    stand(eventId, 18),
    submit(eventId, 'roomier'),
    stand(eventId, 7),
    submit(eventId, 'tighter'),
    stand(eventId, 2),
    here.hold({ eventId, buyer: uuid(), bestAvailable: { quantity: 20 } }),
    submit(eventId, 'larger'),
    here.hold({ eventId, buyer: uuid(), bestAvailable: { quantity: 2 } }),
  ])
  const words = done.map((one) =>
    'outcome' in one
      ? ('denied' in one.outcome && one.outcome.denied) || one.version
      : 'refused' in one
        ? one.refused
        : one.version,
  )
  expect(words).toEqual([2, 2, 2, 'conflict', 'sold_out', 2, 'conflict', 'sold_out'])
  expect(done[3]).toMatchObject({ outcome: { why: expect.stringContaining('0 are sold, 25 held') } })
  await expectSameEverywhere(eventId)

  const other = await opened()
  const both = await Promise.all([
    here.hold({ eventId: other, buyer: uuid(), bestAvailable: { quantity: 20 } }),
    submit(other, 'larger'),
    here.hold({ eventId: other, buyer: uuid(), bestAvailable: { quantity: 4 } }),
  ])
  expect(both.map((one) => ('version' in one ? one.version : one))).toEqual([2, 2, 2])
  expect(held(both[2]).lines.map(({ seat }) => seat)).toEqual([20, 21, 22, 23])
  await expectSameEverywhere(other)
}, 30_000)

test('an area gets more places, or fewer down to what is sold, held and kept', async () => {
  const eventId = await opened()
  const first = held(await stand(eventId, 8))
  const attempt = uuid()
  await here.beginPayment({
    eventId,
    holdId: first.holdId,
    buyer: first.buyer,
    attempt,
    paymentMs: 60_000,
    paymentMsMax: 90_000,
  })
  const ticketIds = Array.from({ length: 8 }, uuid)
  expect(
    await here.confirm({ eventId, holdId: first.holdId, attempt, orderId: uuid(), ticketIds }),
  ).toHaveProperty('tickets')
  const second = held(await stand(eventId, 2))
  await here.allocatePlaces({ eventId, allocation: 1, areaId: 'standing', places: 3 })
  expect(await relayout(eventId, 'tighter', elsewhere)).toMatchObject({
    refused: 'conflict',
    detail: 'The area "Standing" cannot have 12 places: 8 are sold, 2 held and 3 kept for allotments.',
  })
  await here.allocatePlaces({ eventId, allocation: 1, areaId: 'standing', places: 2 })
  expect(await relayout(eventId, 'tighter', elsewhere)).toHaveProperty('version')
  expect(await stand(eventId, 1)).toMatchObject({ refused: 'sold_out' })
  await here.release(second.holdId, eventId, second.buyer)
  expect(await stand(eventId, 3, elsewhere)).toMatchObject({ refused: 'sold_out' })
  held(await stand(eventId, 2, elsewhere))
  expect(await relayout(eventId, 'roomier')).toHaveProperty('version')
  held(await stand(eventId, 14, elsewhere))
  expect(await stand(eventId, 1)).toMatchObject({ refused: 'sold_out' })
  const rows = await ask(
    db.database,
    'select capacity, held, booked, kept from event_areas where event_id = $1',
    [eventId],
  )
  expect(rows).toEqual([{ capacity: 26, held: 16, booked: 8, kept: 2 }])
  await expectSameEverywhere(eventId)
}, 30_000)

test.each([
  ['without a seat', 'The seat "A3" is missing: an event on sale keeps its seats. Block it instead.'],
  [
    'new seats first',
    'The seat "A1" is in another place of the list: new seats come after all that there are.',
  ],
  ['renumbered', 'The seat "A4" has another number, which is on tickets and in prices.'],
  ['other section', 'The seat "A1" has another section, which is on tickets and in prices.'],
  ['other row', 'The seat "A1" has another row, which is on tickets and in prices.'],
  ['dearer', 'The seat "A1" has another category, which is on tickets and in prices.'],
  ['a seat twice', 'The seat "A1" is there twice.'],
  ['without an area', 'The area "Standing" is missing'],
  ['an area called otherwise', 'The area "Standing" has another name'],
  ['an area of another category', 'The area "Standing" has another category'],
  ['an area twice', 'The area "standing" is there twice.'],
  ['a category called otherwise', 'The category "Front" is missing'],
])('what is sold stays what it is: %s', async (layoutHash, why) => {
  const eventId = await opened()
  const before = plainState(here.memory(eventId))
  expect(await relayout(eventId, layoutHash)).toMatchObject({
    refused: 'conflict',
    detail: expect.stringContaining(why),
  })
  expect(plainState(here.memory(eventId))).toEqual(before)
  const entries = await ask(db.database, 'select version from ledger where event_id = $1', [eventId])
  expect(entries).toHaveLength(1)
})

test('a cancelled event and one that was never opened get no other layout', async () => {
  expect(await relayout('799', 'larger')).toMatchObject({ refused: 'not_found' })
  const eventId = await opened()
  await here.cancelEvent({ eventId })
  expect(await relayout(eventId, 'larger', elsewhere)).toMatchObject({ refused: 'event_cancelled' })
  expect(await relayout(eventId, 'hall')).toEqual({ version: 2 })
})

test('whoever watches gets a snapshot with the new layout, whoever comes back over it, too', async () => {
  const eventId = await opened()
  const documents = new ReadModel(systemClock)
  const streams = new AvailabilityStreams({ sequencers: elsewhere.sequencers, documents, clock: systemClock })
  await elsewhere.view(eventId)
  const watch = (lastEventId: string | null) => {
    const answer = streams.open(elsewhere.memory(eventId), lastEventId) as Response
    let text = ''
    const reading = (async () => {
      for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) text += part
    })()
    return { text: () => text, reading }
  }
  const first = watch(null)
  await waitFor('the first snapshot', () => first.text().includes('"layout":"hall"'))
  const seen = /id: (1-[0-9a-f]{8})/.exec(first.text())![1]!
  const readers = [first]
  for (const layoutHash of ['roomier', 'larger']) {
    await relayout(eventId, layoutHash)
    // Nobody told the other process: it looks by itself.
    await waitFor('a snapshot of it', () => first.text().includes(`"layout":"${layoutHash}"`))
    // No seat is another, and only the areas have other places: a change alone would not say it.
    readers.push(watch(seen))
    await waitFor('a snapshot after coming back', () =>
      readers.at(-1)!.text().includes(`"layout":"${layoutHash}"`),
    )
  }
  const body = JSON.parse(/data: (\{.*"layout":"larger".*\})/.exec(readers.at(-1)!.text())![1]!) as {
    seats: string
    areas: object
  }
  expect(Buffer.from(body.seats, 'base64')).toHaveLength(6)
  expect(body.areas).toEqual({ standing: 20, balcony: 5 })
  expect(first.text()).not.toContain('event: availability')
  streams.close()
  await Promise.all(readers.map(({ reading }) => reading))
}, 30_000)

test('the seat list has the new seats with labels, prices and states', async () => {
  const eventId = await opened()
  const documents = new ReadModel(systemClock)
  await relayout(eventId, 'larger')
  const { state, hall } = here.sequencers.of(eventId).memory!
  const { body } = documents.seatList(state, hall, 0)
  const list = JSON.parse(new TextDecoder().decode(body)) as { seats: object[]; areas: object[] }
  expect(list.seats).toHaveLength(24)
  expect(list.seats.at(-1)).toEqual({
    ...{ seat_id: 'box-4', section: 'Box', row: 'Box', number: '4', category: 'Boxes', status: 'AVAILABLE' },
    price: { amount: 9000, currency: 'EUR' },
  })
  expect(list.areas.at(-1)).toMatchObject({ area_id: 'balcony', capacity: 5, remaining: 5 })
})

// Head, seat and area rows that say otherwise than the entry.
test.each<[what: string, sql: string, named: RegExp]>([
  [
    'the layout',
    `update event_heads set layout_hash = null where event_id = $1`,
    /the head says layout null, the ledger ends with larger/,
  ],
  [
    'a capacity',
    `update event_areas set capacity = 21 where event_id = $1 and area_no = 0`,
    /the table says capacity 21, the ledger 20/,
  ],
  [
    'a new seat',
    `delete from event_seats where event_id = $1 and seat_no = 22`,
    /seat 22 is missing from event_seats/,
  ],
  [
    'a new area',
    `delete from event_areas where event_id = $1 and area_no = 1`,
    /area 1 is missing from event_areas/,
  ],
  [
    'the fact',
    `delete from inventory_outbox where event_id = $1 and kind = 'event.relaid'`,
    /the fact event.relaid of version 2 is missing/,
  ],
])('the audit sees that %s was changed', async (_what, sql, named) => {
  const eventId = await opened()
  await relayout(eventId, 'larger')
  expect(await findings(eventId)).toEqual([])
  await ask(db.database, sql, [eventId])
  expect((await findings(eventId)).join('\n')).toMatch(named)
})

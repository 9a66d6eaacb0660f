import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import pg from 'pg'
import { testDatabase, testServer, type TestDatabase } from '../harness/database.ts'
import {
  ask,
  expectConsistent,
  held,
  newId,
  seats,
  testInventory,
  type TestInventory,
} from '../harness/inventories.ts'
import { plainState } from '../harness/plain-state.ts'
import { smallHall, smallRules } from '../harness/small-hall.ts'
import { waitFor } from '../harness/wait-for.ts'
import { FRESH_MS } from '../../src/features/inventory/sequencer.ts'
import { EVENT_IDLE_MS_MAX } from '../../src/features/inventory/sequencers.ts'
import type { Change } from '../../src/features/inventory/changes.ts'
import { encodeEntry, hashEntry } from '../../src/features/inventory/entry.ts'
import { KEYS_IN_MEMORY_MAX } from '../../src/features/inventory/state.ts'

const layout = smallHall(4, 10, { standing: 20 })
let nextEvent = 0
let eventId: string
let db: TestDatabase
let one: TestInventory
const opened: TestInventory[] = []

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  eventId = newEvent()
  one = process()
  await one.open({ eventId, layoutHash: 'hall', rules: smallRules() })
})
afterEach(async () => {
  for (const inventory of opened.splice(0)) await inventory.close()
})

const newEvent = (): string => String((nextEvent += 1))

function process(options: Parameters<typeof testInventory>[2] = {}): TestInventory {
  const made = testInventory(db.url, layout, options)
  opened.push(made)
  return made
}

const hold = (inventory: TestInventory, ...ids: string[]): Promise<unknown> =>
  inventory.hold({ eventId, buyer: newId(), seats: seats(...ids) })

/** Connections were ended: as a client would, asks again while nothing is known. */
async function holdAtLast(inventory: TestInventory, ...ids: string[]): Promise<unknown> {
  const who = { buyer: newId(), key: { keyHash: newId(), requestHash: newId() } }
  for (;;) {
    const result = await inventory.hold({ eventId, ...who, seats: seats(...ids) })
    if (!('refused' in result) || result.refused !== 'unavailable') return result
  }
}

/** Runs on the server beside the test's database, with nobody connected to that. */
async function withNobodyConnected(work: (admin: pg.Client, name: string) => Promise<void>): Promise<void> {
  const name = new URL(db.url).pathname.slice(1)
  const admin = new pg.Client({ connectionString: await testServer() })
  await admin.connect()
  try {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    for (let connected = 1; connected > 0;) {
      const { rows } = await admin.query<{ n: number }>(
        'select count(*)::int as n from pg_stat_activity where datname = $1',
        [name],
      )
      connected = rows[0]!.n
    }
    await work(admin, name)
  } finally {
    await admin.end()
  }
}

/** Takes a backup; the function that is returned puts it in the place of the database. */
async function backup(): Promise<() => Promise<void>> {
  await withNobodyConnected(async (admin, name) => {
    await admin.query(`create database ${name}_backup template ${name}`)
  })
  return async () => {
    await withNobodyConnected(async (admin, name) => {
      await admin.query(`alter database ${name} rename to ${name}_lost`)
      await admin.query(`alter database ${name}_backup rename to ${name}`)
      await admin.query(`drop database ${name}_lost`)
    })
    // A quick machine does all that while memory still counts as fresh.
    await Bun.sleep(2 * FRESH_MS)
  }
}

test('when an older database is restored under a running process, it notices and answers from what is there', async () => {
  const buyer = newId()
  const kept = held(await one.hold({ eventId, buyer, seats: seats('A1') }))
  const restore = await backup()
  const lost = held(await holdAtLast(one, 'A2'))
  held(await holdAtLast(one, 'A3'))
  await restore()
  held(await holdAtLast(one, 'A2'))
  expect(one.forks).toEqual([eventId])
  expect(await one.findHold(kept.holdId, eventId, buyer)).toMatchObject({ state: 'held' })
  expect(await one.findHold(lost.holdId, eventId, lost.buyer)).toMatchObject({ refused: 'not_found' })
  expect([...one.memory(eventId).statuses.slice(0, 3)]).toEqual([1, 1, 0])
  await expectConsistent(db.database, eventId)
})

test('a restored database that has gone on to the same version or past it is noticed by its hashes', async () => {
  const reading = process()
  const behind = process()
  held(await hold(one, 'A1'))
  const restore = await backup()
  held(await holdAtLast(one, 'A2'))
  await behind.availability(eventId)
  held(await holdAtLast(reading, 'A3'))
  await restore()
  // Another process writes on what was restored: to the very version that `one` and `behind` know, with other bytes.
  const other = process()
  held(await holdAtLast(other, 'B1'))
  // A command on a seat that is free in both, and a reading of what has been taken meanwhile.
  held(await holdAtLast(one, 'C1'))
  expect(one.forks).toEqual([eventId])
  expect([...one.memory(eventId).statuses.slice(0, 2)]).toEqual([1, 0])
  held(await hold(other, 'B2'))
  held(await hold(other, 'B3'))
  // Now past the version that `reading` knows.
  for (const late of [reading, behind]) {
    const seen = await waitFor('a connection that was not ended', async () => {
      const view = await late.availability(eventId, 6)
      return 'seats' in view && view
    })
    expect(late.forks).toEqual([eventId])
    expect([...seen.seats.slice(0, 3), ...seen.seats.slice(10, 13)]).toEqual([1, 0, 0, 1, 1, 1])
  }
  await expectConsistent(db.database, eventId)
})

test('a reading that finds the version it knows with another hash is a fork, too', async () => {
  held(await hold(one, 'A1'))
  const restore = await backup()
  held(await holdAtLast(one, 'A2'))
  await restore()
  const other = process()
  held(await holdAtLast(other, 'B1'))
  await Bun.sleep(60)
  // To refuse A2 from memory, or to show it as taken, would be wrong.
  held(await holdAtLast(one, 'A2'))
  expect(one.forks).toEqual([eventId])
  await expectConsistent(db.database, eventId)
})

test('an entry in a format that this version does not know stops that event, and no other', async () => {
  const other = newEvent()
  await one.open({ eventId: other, layoutHash: 'hall', rules: smallRules() })
  const taken = held(await one.hold({ eventId, buyer: newId(), seats: seats('A1') }))
  const head = (
    await ask<{ version: number; head_hash: Buffer; at: number }>(
      db.database,
      'select version, head_hash, at from event_heads where event_id = $1',
      [eventId],
    )
  )[0]!
  const body = Buffer.from('\u0063 from the future')
  const hash = hashEntry(head.head_hash, body)
  await ask(db.database, `insert into ledger values ($1, $2, 99, $3, $4, $5, $6, $7)`, [
    eventId, head.version + 1, newId(), head.at, head.head_hash, hash, body,
  ]) // prettier-ignore
  await ask(db.database, 'update event_heads set version = version + 1, head_hash = $2 where event_id = $1', [
    eventId,
    hash,
  ])
  await Bun.sleep(60)
  for (const inventory of [one, process()]) {
    expect(await hold(inventory, 'A2')).toMatchObject({ refused: 'unavailable' })
    expect(await hold(inventory, 'A1')).toMatchObject({ refused: 'unavailable' })
    expect(await inventory.findHold(taken.holdId, eventId, taken.buyer)).toMatchObject({
      refused: 'unavailable',
    })
    expect(await inventory.release(taken.holdId, eventId, taken.buyer)).toMatchObject({
      refused: 'unavailable',
    })
    expect(await inventory.beginPayment({
      eventId, holdId: taken.holdId, buyer: taken.buyer, attempt: newId(), paymentMs: 1, paymentMsMax: 2,
    })).toMatchObject({ refused: 'unavailable' }) // prettier-ignore
    expect(inventory.alerts.join()).toContain('format 99')
    held(await inventory.hold({ eventId: other, buyer: newId(), bestAvailable: { quantity: 2 } }))
  }
})

test('a kind of change that this version does not know stops that event for those who follow it', async () => {
  held(await hold(one, 'A1'))
  const head = (
    await ask<{ version: number; head_hash: Buffer; at: number }>(
      db.database,
      'select version, head_hash, at from event_heads where event_id = $1',
      [eventId],
    )
  )[0]!
  const { version, at } = head
  const batch = newId()
  const gift = { k: 'gift' } as unknown as Change
  const body = encodeEntry({ event: eventId, version: version + 1, at, batch, changes: [gift] })
  const hash = hashEntry(head.head_hash, body)
  await ask(db.database, `insert into ledger values ($1, $2, 1, $3, $4, $5, $6, $7)`, [
    eventId, version + 1, batch, at, head.head_hash, hash, body,
  ]) // prettier-ignore
  await ask(db.database, 'update event_heads set version = version + 1, head_hash = $2 where event_id = $1', [
    eventId,
    hash,
  ])
  await Bun.sleep(60)
  expect(await hold(one, 'A2')).toMatchObject({ refused: 'unavailable' })
  expect(await hold(one, 'A1')).toMatchObject({ refused: 'unavailable' })
  expect(one.alerts.join()).toContain('"gift" is not known')
  expect(one.memory(eventId).version).toBe(version)
})

test('a sealed event takes nothing more and refuses nothing either: it has moved', async () => {
  held(await hold(one, 'A1'))
  const beside = process()
  await beside.availability(eventId)
  await one.sequencers.of(eventId).submit({ k: 'seal', to: 'cluster-2' })
  await Bun.sleep(60)
  for (const inventory of [one, beside, process()]) {
    expect(await hold(inventory, 'A2')).toMatchObject({ refused: 'unavailable' })
    expect(await hold(inventory, 'A1')).toMatchObject({ refused: 'unavailable' })
    expect(await inventory.extend(newId(), eventId, newId())).toMatchObject({ refused: 'unavailable' })
  }
  expect(
    await ask(db.database, 'select version::int, sealed from event_heads where event_id = $1', [eventId]),
  ).toEqual([{ version: 3, sealed: 'cluster-2' }])
})

test('a row that was changed by hand costs one reload; the others of the batch do not notice', async () => {
  await ask(db.database, 'update event_seats set status = 3 where event_id = $1 and seat_no = 2', [eventId])
  const [first, second, third] = await Promise.all([hold(one, 'A2'), hold(one, 'A3', 'A4'), hold(one, 'A5')])
  held(first)
  expect(second).toMatchObject({ refused: 'seats_unavailable', extra: { seat_ids: ['A3'] } })
  held(third)
  expect(one.commits).toEqual(['committed', 'drift', 'committed'])
  expect(one.alerts).toHaveLength(1)
  await expectConsistent(db.database, eventId)
})

test('what contradicts the tables even after a reload fails alone, without a loop, and somebody is told', async () => {
  const buyer = newId()
  const attempt = newId()
  const { holdId } = held(await one.hold({ eventId, buyer, seats: seats('A1') }))
  const payment = { eventId, holdId, buyer, attempt, paymentMs: 60_000, paymentMsMax: 90_000 }
  await one.beginPayment(payment)
  // A live ticket for the seat that no entry knows of.
  await ask(
    db.database,
    `insert into tickets (event_id, ticket_id, order_id, line_no, hold_id, buyer, seat_no, serial, state, state_version)
     values ($1, $2, $2, 0, $2, $2, 0, 99, 1, 1)`,
    [eventId, newId()],
  )
  const results = await Promise.all([
    hold(one, 'B1'),
    hold(one, 'B2'),
    one.confirm({ ...payment, orderId: newId(), ticketIds: [newId()] }),
    hold(one, 'B3'),
    hold(one, 'B4'),
  ])
  expect(results[2]).toMatchObject({ refused: 'unavailable' })
  for (const n of [0, 1, 3, 4]) held(results[n])
  expect(one.alerts).toContain('a command cannot be written: the tables contradict the ledger')
  expect(one.commits.length).toBeLessThan(14)
  expect(
    (
      await ask(db.database, 'select count(*)::int as n from tickets where event_id = $1 and state = 0', [
        eventId,
      ])
    )[0],
  ).toEqual({
    n: 0,
  })
})

test('a key that memory has forgotten still gives its answer and does not act again', async () => {
  const buyer = newId()
  const keys = Array.from({ length: 4 }, () => ({ keyHash: newId(), requestHash: newId() }))
  const first = held(await one.hold({ eventId, buyer, seats: seats('A1'), key: keys[0]! }))
  const second = held(await one.hold({ eventId, buyer, seats: seats('A2'), key: keys[1]! }))
  const extended = held(await one.extend(first.holdId, eventId, buyer, keys[2]!))
  await one.release(second.holdId, eventId, buyer)
  await ask(
    db.database,
    `insert into command_keys select $1, gen_random_uuid(), gen_random_uuid(), 1000, 'x' from generate_series(1, $2)`,
    [eventId, KEYS_IN_MEMORY_MAX],
  )
  const forgetful = process()
  await forgetful.availability(eventId)
  expect(forgetful.memory(eventId).key(keys[0]!.keyHash)).toBeUndefined()
  const request = { eventId, buyer, key: keys[1]! }
  // It would be refused (the seat is his own), would be accepted (the seat is free again), would be refused (limit).
  expect(await forgetful.hold({ eventId, buyer, seats: seats('A1'), key: keys[0]! })).toMatchObject({
    holdId: first.holdId,
    expiresAt: first.expiresAt,
    extendedCount: 0,
  })
  expect(await forgetful.hold({ ...request, seats: seats('A2') })).toMatchObject({ holdId: second.holdId })
  expect(await forgetful.extend(first.holdId, eventId, buyer, keys[2]!)).toMatchObject({
    expiresAt: extended.expiresAt,
    extendedCount: 1,
  })
  const otherBody = { ...keys[0]!, requestHash: newId() }
  expect(await forgetful.hold({ eventId, buyer, seats: seats('A9'), key: otherBody })).toMatchObject({
    refused: 'idempotency_mismatch',
  })
  expect(forgetful.memory(eventId).seatStatus(1)).toBe(0)
  expect(forgetful.commits).not.toContain('drift')
})

test('a process that has not heard of new rules sells by them, price types by the names that the buyer used', async () => {
  const late = process()
  await late.availability(eventId)
  const rules = smallRules()
  const [adult, reduced] = rules.priceTypes
  const student = { id: 'student', name: 'Student', min: 0, max: null }
  const priceTypes = [student, reduced!, adult!]
  const prices = [
    { category: 0, priceType: 0, amount: 1_000, fee: 0, tax: 0 },
    { category: 0, priceType: 1, amount: 3_000, fee: 0, tax: 0 },
    { category: 0, priceType: 2, amount: 5_000, fee: 0, tax: 0 },
  ]
  await one.configure({ eventId, rules: { ...rules, priceTypes, prices } })
  const ask = (priceType: string, seatId: string): Promise<unknown> =>
    late.hold({ eventId, buyer: newId(), seats: [{ seatId, priceType }] })
  expect(held(await ask('adult', 'A1')).lines[0]!.amount).toBe(5_000)
  await one.configure({
    eventId,
    rules: { ...rules, priceTypes: [adult!], prices: [{ ...prices[2]!, priceType: 0 }] },
  })
  expect(await ask('student', 'A2')).toMatchObject({ refused: 'unknown_price_type' })
  await one.configure({ eventId, rules: { ...rules, priceTypes, prices } })
  expect(held(await ask('student', 'A3')).lines[0]!.amount).toBe(1_000)
})

test('an event that was let go is read again as it was', async () => {
  let elapsedMs = 0
  const clock = { now: () => Date.now(), monotonic: () => performance.now() + elapsedMs }
  const idle = process({ clock })
  const internals = idle.sequencers as unknown as { letGo(): void; writeStock(): Promise<void> }
  held(await hold(idle, 'A1', 'A2'))
  const before = plainState(idle.memory(eventId))
  elapsedMs = EVENT_IDLE_MS_MAX + 1
  internals.letGo()
  // What the lists do not know yet is not let go.
  expect(idle.sequencers.loadedCount).toBe(1)
  await internals.writeStock()
  internals.letGo()
  expect(idle.sequencers.loadedCount).toBe(0)
  await idle.availability(eventId)
  expect(plainState(idle.memory(eventId))).toEqual(before)
  expect((await idle.stock([eventId])).get(eventId)).toEqual({ capacity: 60, remaining: 58 })
})

test('a cold start of a 50,000-seat event gives the memory of the process that wrote it', async () => {
  const big = smallHall(250, 200, { standing: 5_000 })
  const id = newEvent()
  const warm = testInventory(db.url, big)
  const cold = testInventory(db.url, big)
  opened.push(warm, cold)
  await warm.open({ eventId: id, layoutHash: 'big', rules: smallRules({ ticketsPerBuyer: 6 }) })
  const buyers = Array.from({ length: 300 }, newId)
  const holds = await Promise.all(
    buyers.map((buyer, i) =>
      warm.hold({
        eventId: id,
        buyer,
        seats: seats(...big.seats.slice(i * 160, i * 160 + 3).map((seat) => seat.seat_id)),
        ...(i % 2 === 0 && { areas: [{ areaId: 'standing', quantity: 2 }] }),
        ...(i % 3 === 0 && { key: { keyHash: newId(), requestHash: newId() } }),
        ...(i % 4 < 2 && { contactHash: newId() }),
      }),
    ),
  )
  await Promise.all(
    holds.map(async (result, i) => {
      const { holdId, buyer } = held(result)
      const common = { eventId: id, holdId, buyer, attempt: newId(), orderId: newId(), refundId: newId() }
      const fate = i % 10
      if (fate === 1) await warm.extend(holdId, id, buyer)
      if (fate === 2) await warm.release(holdId, id, buyer)
      if (fate < 3) return
      await warm.beginPayment({ ...common, paymentMs: 60_000, paymentMsMax: 120_000 })
      if (fate === 3) return
      if (fate === 4) return void (await warm.endPayment(common))
      const ticketIds = Array.from({ length: i % 2 === 0 ? 5 : 3 }, newId)
      expect(await warm.confirm({ ...common, ticketIds })).toHaveProperty('tickets')
      if (fate === 5) return
      await warm.issue(common)
      if (fate === 6) return
      const some = fate === 9 ? ticketIds : ticketIds.slice(1)
      await warm.cancelTickets({ ...common, ticketIds: some })
      if (fate > 7) expect(await warm.reopen({ ...common, ticketIds: some })).toHaveProperty('version')
    }),
  )
  await warm.block({ eventId: id, seats: big.seats.slice(-50).map((seat) => seat.seat_id) })
  await warm.configure({
    eventId: id,
    rules: smallRules({ ticketsPerBuyer: 8, orderFee: { amount: 0, tax: 0 } }),
  })
  const guest = buyers.slice(0, 20)
  for (const from of guest) await warm.sequencers.of(id).submit({ k: 'transfer', from, to: newId() })
  await cold.availability(id)
  const before = plainState(warm.memory(id))
  expect(plainState(cold.memory(id))).toEqual(before)
  expect(warm.commits).not.toContain('drift')
  // Both go on from there alike.
  held(await cold.hold({ eventId: id, buyer: newId(), bestAvailable: { quantity: 4 } }))
  await warm.availability(id, cold.memory(id).version)
  expect(plainState(warm.memory(id))).toEqual(plainState(cold.memory(id)))
  await expectConsistent(db.database, id)
})

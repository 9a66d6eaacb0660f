import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import type { Clock } from '../../src/platform/clock.ts'
import { steppableClock } from '../harness/database-clock.ts'
import { testDatabase, type TestDatabase } from '../harness/database.ts'
import {
  ask,
  expectConsistent,
  held,
  newId,
  seats,
  testInventory,
  type TestInventory,
} from '../harness/inventories.ts'
import { smallHall, smallRules } from '../harness/small-hall.ts'

const layout = smallHall(4, 10)
let eventId = '0'
const HOUR_MS = 3_600_000
let db: TestDatabase
let databaseClock: Awaited<ReturnType<typeof steppableClock>>
const opened: TestInventory[] = []

beforeAll(async () => {
  db = await testDatabase()
  databaseClock = await steppableClock(db.url)
})
afterAll(async () => {
  await databaseClock.close()
  await db.drop()
})
beforeEach(async () => {
  await databaseClock.shift(0)
  eventId = String(Number(eventId) + 1)
})
afterEach(async () => {
  await expectConsistent(db.database, eventId)
  for (const one of opened.splice(0)) await one.close()
})

function process(clock?: Clock): TestInventory {
  const made = testInventory(db.url, layout, clock ? { clock } : {})
  opened.push(made)
  return made
}

/** A process clock that can be wrong, and stops when it is told to. */
function wrongClock(byMs: number): Clock & { byMs: number } {
  return {
    byMs,
    now() {
      return Date.now() + this.byMs
    },
    monotonic: () => performance.now(),
  }
}

const times = async (): Promise<number[]> =>
  (
    await ask<{ at: number }>(db.database, 'select at from ledger where event_id = $1 order by version', [
      eventId,
    ])
  ).map((row) => row.at)

test('a process whose clock is wrong by hours sells with the database’s time, and its reaper keeps calm', async () => {
  for (const byMs of [-3 * HOUR_MS, 3 * HOUR_MS]) {
    eventId = String(Number(eventId) + 1)
    const one = process(wrongClock(byMs))
    await one.open({ eventId, layoutHash: 'hall', rules: smallRules({ holdSeconds: 1 }) })
    const buyer = newId()
    const hold = held(await one.hold({ eventId, buyer, seats: seats('A1') }))
    expect(Math.abs(hold.expiresAt - Date.now() - 1_000)).toBeLessThan(5_000)
    // Nothing is due yet: the next look is when the hold is, not at once and not in hours.
    const before = one.commits.length
    expect(await one.sequencers.reap()).toBeGreaterThan(500)
    expect(one.commits.length).toBe(before)
    await Bun.sleep(1_010)
    await one.sequencers.reap()
    expect(await one.findHold(hold.holdId, eventId, buyer)).toMatchObject({ state: 'expired' })
    expect(one.alerts).toEqual([])
  }
})

test('when the clock of a process steps, the entry is refused once and decided again', async () => {
  const clock = wrongClock(0)
  const one = process(clock)
  await one.open({ eventId, layoutHash: 'hall', rules: smallRules() })
  for (const [n, byMs] of [HOUR_MS, -HOUR_MS].entries()) {
    clock.byMs = byMs
    const hold = held(await one.hold({ eventId, buyer: newId(), seats: seats(`A${n + 1}`) }))
    expect(Math.abs(hold.expiresAt - Date.now() - 600_000)).toBeLessThan(5_000)
  }
  expect(one.commits.slice(0, 3)).toEqual(['committed', 'time', 'committed'])
})

test('a process that slept for twenty minutes decides again, and what was due meanwhile is expired first', async () => {
  const one = process()
  await one.open({ eventId, layoutHash: 'hall', rules: smallRules() })
  const buyer = newId()
  const early = held(await one.hold({ eventId, buyer, seats: seats('A1') }))
  const attempt = newId()
  const paying = held(await one.hold({ eventId, buyer, seats: seats('A2') }))
  const payment = { eventId, holdId: paying.holdId, buyer, attempt, paymentMs: 60_000, paymentMsMax: 900_000 }
  await one.beginPayment(payment)
  // Everybody's time went on, its own did not.
  await databaseClock.shift(20 * 60_000)
  await Bun.sleep(60)
  const [again, extended, booked] = await Promise.all([
    one.hold({ eventId, buyer: newId(), seats: seats('A1') }),
    one.extend(early.holdId, eventId, buyer),
    one.confirm({ ...payment, orderId: newId(), ticketIds: [newId()] }),
  ])
  expect(held(again).expiresAt).toBeGreaterThan(Date.now() + 20 * 60_000)
  expect(extended).toMatchObject({ refused: 'reservation_expired' })
  expect(booked).toHaveProperty('refused')
  const { statuses } = one.memory(eventId)
  expect([statuses[0], statuses[1]]).toEqual([1, 0])
})

test('when the database’s clock steps back, the event’s time stands still, selling goes on and somebody is told', async () => {
  const one = process()
  await one.open({ eventId, layoutHash: 'hall', rules: smallRules({ holdSeconds: 60 }) })
  const buyer = newId()
  const first = held(await one.hold({ eventId, buyer, seats: seats('A1') }))
  await databaseClock.shift(-HOUR_MS)
  held(await one.hold({ eventId, buyer: newId(), seats: seats('A2') }))
  expect(one.alerts).toHaveLength(1)
  // A process that starts now, and one that goes on; both sell.
  const fresh = process()
  for (const [n, seller] of [fresh, one, fresh, one].entries()) {
    held(await seller.hold({ eventId, buyer: newId(), seats: seats(`B${n + 1}`) }))
  }
  const at = await times()
  expect(new Set(at.slice(1)).size).toBe(1)
  expect(at).toEqual(at.toSorted((a, b) => a - b))
  expect(await one.findHold(first.holdId, eventId, buyer)).toMatchObject({ state: 'held' })
  // The clock catches up: time goes on from where it stood, and what is due ends.
  await databaseClock.shift(61_000)
  await Bun.sleep(60)
  held(await fresh.hold({ eventId, buyer: newId(), seats: seats('A1') }))
  expect((await times()).at(-1)!).toBeGreaterThan(at.at(-1)! + 60_000)
  expect(await one.findHold(first.holdId, eventId, buyer)).toMatchObject({ state: 'expired' })
})

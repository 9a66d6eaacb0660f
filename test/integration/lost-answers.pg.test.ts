import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import type { Exchange } from '../harness/fault-proxy.ts'
import { held, newId, seats, testInventory } from '../harness/inventories.ts'
import {
  SHAKEN_HALL,
  shakenDatabase,
  type Shaken,
  type ShakenDatabase,
} from '../harness/shaken-inventories.ts'

const COMMIT = 'inventory.commit'
// Made anew for each test.
let { proxy, shaken, calm, eventId, holdsInTable, version, close } = {} as ShakenDatabase & Shaken
let database: ShakenDatabase

beforeAll(async () => {
  database = await shakenDatabase()
  ;({ proxy } = database)
})
afterAll(() => database.close())
beforeEach(async () => {
  ;({ shaken, calm, eventId, holdsInTable, version, close } = await database.next())
})
afterEach(async () => {
  proxy.open()
  await close()
  expect(proxy.waiting).toBe(0)
})

const key = (): { keyHash: string; requestHash: string } => ({ keyHash: newId(), requestHash: newId() })

/** The answer to the next commit is lost after the database has done it. */
function loseAnswer(): void {
  proxy.intercept(COMMIT, async (exchange) => {
    await exchange.deliver()
    exchange.cut()
  })
}

/** The next commit stays on its way until the test delivers it; its sender knows no better than that it is lost. */
function holdBack(): { late: Promise<Exchange> } {
  return {
    late: new Promise((resolve) => {
      proxy.intercept(COMMIT, (exchange) => {
        exchange.cut()
        resolve(exchange)
      })
    }),
  }
}

/** From now on no commit reaches the database, and nothing can be read. */
function loseTouch(): void {
  for (const statement of [COMMIT, 'inventory.head'])
    proxy.interceptAll(statement, (exchange) => exchange.cut())
}

test('a commit whose answer is lost is found in the ledger, and every caller of its batch is told the truth', async () => {
  const buyer = newId()
  loseAnswer()
  const [first, second, third] = await Promise.all([
    shaken.hold({ eventId, buyer, seats: seats('A1') }),
    shaken.hold({ eventId, buyer: newId(), seats: seats('A1') }),
    shaken.hold({ eventId, buyer, areas: [{ areaId: 'standing', quantity: 2 }] }),
  ])
  expect(held(first).version).toBe(2)
  expect(second).toMatchObject({ refused: 'seats_unavailable' })
  expect(held(third).lines).toHaveLength(1)
  expect(await holdsInTable()).toBe(2)
  // An entry of its own after it proves that what was read is there to stay.
  expect(await version()).toBe(3)
})

test('a commit that never arrives is sent again, once', async () => {
  proxy.intercept(COMMIT, (exchange) => exchange.cut())
  held(await shaken.hold({ eventId, buyer: newId(), seats: seats('A1') }))
  expect([await holdsInTable(), await version()]).toEqual([1, 2])
})

test('a commit that arrives after it was sent again changes nothing', async () => {
  const { late } = holdBack()
  const hold = held(await shaken.hold({ eventId, buyer: newId(), seats: seats('A1') }))
  await (await late).deliver()
  expect([await holdsInTable(), await version()]).toEqual([1, 2])
  expect(await calm.findHold(hold.holdId, eventId, hold.buyer)).toMatchObject({ state: 'held' })
})

test('a commit that arrives just before it is sent again is found and answers', async () => {
  const { late } = holdBack()
  const buyer = newId()
  proxy.intercept(COMMIT, async (again) => {
    await (await late).deliver()
    await again.deliver()
    again.reply()
  })
  const hold = held(await shaken.hold({ eventId, buyer, seats: seats('A1') }))
  expect(hold.version).toBe(2)
  expect(shaken.commits.slice(1)).toEqual(['lost', 'moved', 'committed'])
  expect(await holdsInTable()).toBe(1)
})

test('a commit that arrives after others have committed changes nothing, and its buyer is refused before', async () => {
  const { late } = holdBack()
  const lost = shaken.hold({ eventId, buyer: newId(), seats: seats('A1') })
  // The retry waits until the other process has taken the seat.
  proxy.intercept(COMMIT, async (again) => {
    held(await calm.hold({ eventId, buyer: newId(), seats: seats('A1') }))
    await again.deliver()
    again.reply()
  })
  expect(await lost).toMatchObject({ refused: 'seats_unavailable', extra: { seat_ids: ['A1'] } })
  await (await late).deliver()
  expect(await holdsInTable()).toBe(1)
})

test('what was told to be unknown is settled before anything is refused, and its key gets its seats', async () => {
  const buyer = newId()
  const k = key()
  const { late } = holdBack()
  const lost = shaken.hold({ eventId, buyer, seats: seats('A1', 'A2'), key: k })
  const exchange = await late
  // Nothing can be read: after two seconds the caller hears that nothing is known.
  loseTouch()
  expect(await lost).toMatchObject({ refused: 'unavailable' })
  proxy.forget()
  const before = await version()
  expect(await shaken.extend(newId(), eventId, buyer)).toMatchObject({ refused: 'not_found' })
  // The refusal stands on an entry that makes it impossible for the lost one to act.
  expect(await version()).toBe(before + 1)
  await exchange.deliver()
  expect(await holdsInTable()).toBe(0)
  const hold = held(await shaken.hold({ eventId, buyer, seats: seats('A1', 'A2'), key: k }))
  const again = held(await calm.hold({ eventId, buyer, seats: seats('A1', 'A2'), key: k }))
  expect(again.holdId).toBe(hold.holdId)
  expect(await holdsInTable()).toBe(1)
})

test('what was told to be unknown and then arrives is what its key gets, from any process', async () => {
  const buyer = newId()
  const k = key()
  const { late } = holdBack()
  const lost = shaken.hold({ eventId, buyer, seats: seats('A1', 'A2'), key: k })
  const exchange = await late
  loseTouch()
  expect(await lost).toMatchObject({ refused: 'unavailable' })
  proxy.forget()
  await exchange.deliver()
  expect(await holdsInTable()).toBe(1)
  const [here, there] = await Promise.all(
    [shaken, calm].map((one) => one.hold({ eventId, buyer, seats: seats('A1', 'A2'), key: k })),
  )
  expect(held(here).holdId).toBe(held(there).holdId)
  expect(await calm.hold({ eventId, buyer: newId(), seats: seats('A2') })).toMatchObject({
    refused: 'seats_unavailable',
  })
  expect(await holdsInTable()).toBe(1)
})

test('a lost extension acts once, also when its entry is first seen while reading for somebody else', async () => {
  const buyer = newId()
  const hold = held(await shaken.hold({ eventId, buyer, seats: seats('B1') }))
  loseAnswer()
  // The first look for the entry fails, too; the next reading is for the buyer who has seen a later version.
  proxy.intercept('inventory.head', async (exchange) => {
    await exchange.deliver()
    exchange.reply()
  })
  proxy.intercept('inventory.head', (exchange) => exchange.cut())
  const [extended] = await Promise.all([
    shaken.extend(hold.holdId, eventId, buyer),
    shaken.hold({ eventId, buyer: newId(), seats: seats('B2'), minVersion: 3 }),
  ])
  expect(extended).toMatchObject({ extendedCount: 1, expiresAt: hold.expiresAt + 300_000 })
  expect(await calm.extend(hold.holdId, eventId, buyer)).toMatchObject({ refused: 'extension_limit' })
})

test('a payment goes on when every answer of its commits is lost', async () => {
  const buyer = newId()
  const attempt = newId()
  const orderId = newId()
  const refundId = newId()
  const ticketIds = [newId(), newId()]
  loseAnswer()
  const { holdId } = held(await shaken.hold({ eventId, buyer, seats: seats('C1', 'C2') }))
  const whole = {
    eventId,
    holdId,
    buyer,
    attempt,
    orderId,
    ticketIds,
    refundId,
    paymentMs: 60_000,
    paymentMsMax: 90_000,
  }
  loseAnswer()
  expect(await shaken.beginPayment(whole)).toMatchObject({ state: 'paying' })
  loseAnswer()
  expect(await shaken.confirm(whole)).toMatchObject({ tickets: [{ serial: 1 }, { serial: 2 }] })
  loseAnswer()
  expect(await shaken.issue(whole)).toMatchObject({ tickets: [{ state: 'valid' }, { state: 'valid' }] })
  loseAnswer()
  expect(await shaken.cancelTickets(whole)).toHaveProperty('version')
  loseAnswer()
  expect(await shaken.reopen(whole)).toHaveProperty('version')
  held(await calm.hold({ eventId, buyer: newId(), seats: seats('C1', 'C2') }))
})

test('while a commit is under way, nobody is refused from memory for a seat that it may free', async () => {
  const buyer = newId()
  const hold = held(await shaken.hold({ eventId, buyer, seats: seats('D1') }))
  const k = key()
  const other = newId()
  let repeated: Promise<unknown> | null = null
  proxy.intercept(COMMIT, async (exchange) => {
    // The same request again (a client that gave up waiting) while the first is on its way.
    await shaken.availability(eventId)
    repeated = shaken.hold({ eventId, buyer: other, seats: seats('D1'), key: k })
    await exchange.deliver()
    exchange.reply()
  })
  const [, first] = await Promise.all([
    shaken.release(hold.holdId, eventId, buyer),
    shaken.sequencers.of(eventId).submit({
      k: 'hold',
      id: newId(),
      buyer: other,
      seats: [30],
      seatTypes: [0],
      areas: [],
      best: null,
      key: k,
    }),
  ])
  expect(first.outcome).toHaveProperty('hold')
  expect(await repeated).toMatchObject({ holdId: (first.outcome as { hold: { id: string } }).hold.id })
})

test('three processes whose answers get lost at random sell every seat once and lose no key', async () => {
  const processes = [shaken, testInventory(proxy.url, SHAKEN_HALL), testInventory(proxy.url, SHAKEN_HALL)]
  const buyers = SHAKEN_HALL.seats
    .slice(0, 30)
    .map((seat) => ({ seat: seat.seat_id, buyer: newId(), key: key() }))
  // Of three commits one is done and its answer lost, one is cut off and arrives late, one goes well.
  let n = 0
  proxy.interceptAll(COMMIT, async (exchange) => {
    const fate = (n += 1) % 3
    if (fate === 1) exchange.cut()
    else await exchange.deliver()
    if (fate === 0) exchange.cut()
    if (fate === 2) exchange.reply()
    if (fate === 1) setTimeout(() => void exchange.deliver(), 20)
  })
  const results = await Promise.all(
    buyers.map(async ({ seat, buyer, key: k }, i) => {
      for (;;) {
        const result = await processes[i % 3]!.hold({ eventId, buyer, seats: seats(seat), key: k })
        if ('holdId' in result) return result
        expect(result.refused).toBe('unavailable')
      }
    }),
  )
  proxy.forget()
  expect(n).toBeGreaterThan(3)
  const repeated = await Promise.all(
    buyers.map(({ seat, buyer, key: k }) => calm.hold({ eventId, buyer, seats: seats(seat), key: k })),
  )
  expect(repeated.map((one) => held(one).holdId)).toEqual(results.map((one) => one.holdId))
  expect(await holdsInTable()).toBe(30)
  for (const process of processes.slice(1)) await process.close()
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { plainState } from '../../../test/harness/plain-state.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { systemClock, systemIds, systemRandom } from '../../platform/clock.ts'
import { openDatabase, type Database } from '../../platform/postgres/database.ts'
import { createInventory, type HoldView, type InventoryService } from './index.ts'

const layout = smallHall(4, 10, { standing: 20 })
const uuid = (): string => systemIds.uuid()
let db: TestDatabase
let database: Database
const processes: InventoryService[] = []

function process(): InventoryService {
  const made = createInventory({
    database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    layout: () => Promise.resolve(layout),
  })
  processes.push(made)
  return made
}

beforeAll(async () => {
  db = await testDatabase()
  database = openDatabase({ url: db.url })
})
afterAll(async () => {
  for (const one of processes) await one.sequencers.stop()
  await database.close()
  await db.drop()
})

test('a cancelled event ends what was not booked, refuses everything new and never sells a seat again', async () => {
  const eventId = '71'
  const here = process()
  const elsewhere = process()
  await here.open({ eventId, layoutHash: 'hall', rules: smallRules() })
  const hold = async (seatId: string): Promise<HoldView> => {
    const held = await here.hold({
      eventId,
      buyer: uuid(),
      seats: [{ seatId }],
      areas: [{ areaId: 'standing', quantity: 1 }],
    })
    expect(held).toHaveProperty('holdId')
    return held as HoldView
  }
  const pay = async (held: HoldView, attempt: string): Promise<void> => {
    const { holdId, buyer } = held
    const begun = await here.beginPayment({
      eventId,
      holdId,
      buyer,
      attempt,
      paymentMs: 60_000,
      paymentMsMax: 90_000,
    })
    expect(begun).toHaveProperty('holdId')
  }
  const open = await hold('A1')
  const paying = await hold('A2')
  const sold = await hold('A3')
  const attempts = [uuid(), uuid()] as const
  await pay(paying, attempts[0])
  await pay(sold, attempts[1])
  const bought = { eventId, holdId: sold.holdId, orderId: uuid(), ticketIds: [uuid(), uuid()] }
  await here.confirm({ ...bought, attempt: attempts[1] })
  expect(await elsewhere.availability(eventId)).toMatchObject({ cancelled: false })

  const { version } = (await here.cancelEvent({ eventId })) as { version: number }
  expect(await elsewhere.cancelEvent({ eventId })).toEqual({ version })

  for (const inventory of [here, elsewhere, process()]) {
    const refused = { refused: 'event_cancelled' }
    const { holdId, buyer } = open
    const wish = { eventId, buyer: uuid() }
    expect(await inventory.hold({ ...wish, seats: [{ seatId: 'A1' }] })).toMatchObject(refused)
    expect(await inventory.hold({ ...wish, seats: [{ seatId: 'A3' }] })).toMatchObject(refused)
    expect(await inventory.hold({ ...wish, bestAvailable: { quantity: 1 } })).toMatchObject(refused)
    expect(await inventory.extend(holdId, eventId, buyer)).toMatchObject(refused)
    const payment = { eventId, paymentMs: 60_000, paymentMsMax: 90_000 }
    expect(await inventory.beginPayment({ ...payment, holdId, buyer, attempt: uuid() })).toMatchObject(
      refused,
    )
    const late = { eventId, holdId: paying.holdId, orderId: uuid(), ticketIds: [uuid(), uuid()] }
    expect(await inventory.confirm({ ...late, attempt: attempts[0] })).toMatchObject(refused)
    const again = { ...payment, holdId: paying.holdId, newHoldId: uuid(), attempt: attempts[0] }
    expect(await inventory.holdAgain(again)).toMatchObject(refused)
    expect(await inventory.unblock({ eventId, seats: ['A1'] })).toMatchObject(refused)
    // What was done before stays done, and is answered as such.
    expect(await inventory.confirm({ ...bought, attempt: attempts[1] })).toHaveProperty('tickets')
    expect(await inventory.release(holdId, eventId, buyer)).toHaveProperty('version')
    expect(
      await inventory.endPayment({ eventId, holdId: paying.holdId, attempt: attempts[0] }),
    ).toHaveProperty('version')
  }
  expect(await here.findHold(open.holdId, eventId, open.buyer)).toMatchObject({ state: 'released' })
  expect(await here.findHold(paying.holdId, eventId, paying.buyer)).toMatchObject({ state: 'released' })

  // Its order is captured and given back after the cancellation.
  expect(await here.issue(bought)).toMatchObject({ tickets: [{ state: 'valid' }, { state: 'valid' }] })
  const refundId = uuid()
  expect(await here.cancelTickets({ ...bought, refundId })).toHaveProperty('version')
  const reopened = (await elsewhere.reopen({ ...bought, refundId })) as { version: number }
  const view = await here.availability(eventId, reopened.version)
  expect(view).toMatchObject({ cancelled: true, remainingByCategory: [0, 0, 0], areas: [{ remaining: 0 }] })
  expect('seats' in view && view.seats.every((status) => status === 3)).toBe(true)

  const fresh = process()
  await fresh.view(eventId)
  const state = here.sequencers.of(eventId).memory!.state
  expect(plainState(fresh.sequencers.of(eventId).memory!.state)).toEqual(plainState(state))
})

test('holds that the same batch makes end with the event, too', async () => {
  const eventId = '72'
  const here = process()
  await here.open({ eventId, layoutHash: 'hall', rules: smallRules() })
  const wishes = Array.from({ length: 6 }, (_, i) =>
    here.hold({ eventId, buyer: uuid(), seats: [{ seatId: `B${i + 1}` }] }),
  )
  const cancelled = here.cancelEvent({ eventId })
  const late = here.hold({ eventId, buyer: uuid(), seats: [{ seatId: 'C1' }] })
  expect(await cancelled).toHaveProperty('version')
  expect(await late).toMatchObject({ refused: 'event_cancelled' })
  for (const held of await Promise.all(wishes)) {
    if (!('holdId' in held)) continue
    expect(await here.findHold(held.holdId, eventId, held.buyer)).toMatchObject({ state: 'released' })
  }
  expect(here.sequencers.of(eventId).memory!.state.holds.size).toBe(0)
})

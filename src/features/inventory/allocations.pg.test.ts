import { expect, test } from 'bun:test'
import { newId, twoInventories, type TestInventory } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock } from '../../platform/clock.ts'
import { accessCodeHash, SEAT, type EventRules, type HoldView } from './index.ts'

const layout = smallHall(4, 10, { standing: 20 })
const PRESS = ['A1', 'A2', 'A3', 'A4']

const { db, here, elsewhere, another, newEventId, expectAllKnow } = await twoInventories(layout)

/** Allocation 1 is the press's, without an end; 2 an agency's. */
function rulesOf(eventId: string, releaseAt: number | null, more: Partial<EventRules> = {}): EventRules {
  return smallRules({
    allocations: [
      { no: 1, kind: 'press', releaseAt: null },
      { no: 2, kind: 'agency', releaseAt },
    ],
    accessCodes: [
      { hash: accessCodeHash(eventId, 'PRESS-1'), uses: null, allocation: 1 },
      { hash: accessCodeHash(eventId, 'AGENCY-2'), uses: null, allocation: 2 },
    ],
    ...more,
  })
}

async function opened(releaseAt: number | null = null, more: Partial<EventRules> = {}): Promise<string> {
  const eventId = newEventId()
  const rules = rulesOf(eventId, releaseAt, more)
  expect(await here.open({ eventId, layoutHash: 'hall', rules })).toEqual({ version: 1 })
  return eventId
}

function hold(
  eventId: string,
  seats: string[],
  c: { accessCode?: string; by?: TestInventory } = {},
): ReturnType<TestInventory['hold']> {
  const { accessCode, by = here } = c
  const wish = { eventId, buyer: newId(), seats: seats.map((seatId) => ({ seatId })) }
  return by.hold({ ...wish, ...(accessCode !== undefined && { accessCode }) })
}

async function statusOf(eventId: string, seatId: string, by = here): Promise<number> {
  const view = await by.availability(eventId, by.memory(eventId).version)
  if (!('seats' in view)) throw new Error('the event is not there')
  return view.seats[layout.seats.findIndex((seat) => seat.seat_id === seatId)]!
}

test("an allocation's seats are blocked to everybody but its code, and that takes no others", async () => {
  const eventId = await opened()
  const done = await here.allocate({ eventId, allocation: 1, seats: PRESS })
  expect(done).toEqual({ version: 2 })
  expect(await here.allocate({ eventId, allocation: 1, seats: PRESS })).toEqual({ version: 2 })
  for (const by of [here, elsewhere]) {
    const minVersion = 2
    const wish = { eventId, buyer: newId(), seats: [{ seatId: 'A1' }], minVersion }
    expect(await by.hold(wish)).toMatchObject({ refused: 'seats_unavailable' })
    expect(await by.hold({ ...wish, accessCode: 'agency-2' })).toMatchObject({ refused: 'seats_unavailable' })
    const others = { ...wish, accessCode: 'press-1', seats: [{ seatId: 'B1' }] }
    expect(await by.hold(others)).toMatchObject({ refused: 'seats_unavailable', extra: { seat_ids: ['B1'] } })
    expect(
      await by.hold({
        eventId,
        buyer: newId(),
        accessCode: 'press-1',
        areas: [{ areaId: 'standing', quantity: 1 }],
      }),
    ).toMatchObject({ refused: 'sold_out' })
  }
  expect(await statusOf(eventId, 'A1')).toBe(SEAT.blocked)
  expect(await hold(eventId, ['A1'], { accessCode: 'press-1', by: elsewhere })).toHaveProperty('holdId')
  const best = await here.hold({
    eventId,
    buyer: newId(),
    accessCode: 'press-1',
    bestAvailable: { quantity: 2 },
  })
  const taken = (best as HoldView).lines.map((line) => layout.seats[line.seat!]!.seat_id)
  expect(taken.every((id) => PRESS.includes(id))).toBe(true)
  const everybody = await here.hold({ eventId, buyer: newId(), bestAvailable: { quantity: 4 } })
  const open = (everybody as HoldView).lines.map((line) => layout.seats[line.seat!]!.seat_id)
  expect(open.some((id) => PRESS.includes(id))).toBe(false)
})

test('seats of an allocation return to it, whether a hold of them ends or their tickets are given back', async () => {
  const eventId = await opened()
  await here.allocate({ eventId, allocation: 1, seats: PRESS })
  const first = (await hold(eventId, ['A1'], { accessCode: 'PRESS-1' })) as HoldView
  await here.release(first.holdId, eventId, first.buyer)
  expect(await statusOf(eventId, 'A1')).toBe(SEAT.blocked)
  const again = { eventId, holdId: first.holdId, newHoldId: newId(), attempt: newId() }
  const seated = await here.holdAgain({ ...again, paymentMs: 60_000, paymentMsMax: 90_000 })
  expect(seated).toMatchObject({ state: 'paying' })
  const bought = { eventId, holdId: again.newHoldId, orderId: newId(), ticketIds: [newId()] }
  expect(await here.confirm({ ...bought, attempt: again.attempt })).toHaveProperty('tickets')
  expect(await here.allocatedSeats(eventId)).toContainEqual({
    allocation: 1,
    seatId: 'A1',
    status: SEAT.booked,
  })

  await expectAllKnow(eventId)

  const refundId = newId()
  await here.cancelTickets({ ...bought, refundId })
  await here.reopen({ ...bought, refundId })
  expect(await statusOf(eventId, 'A1')).toBe(SEAT.blocked)
})

test('released by hand, what is sold stays sold and the rest is on open sale; the code is good for nothing more', async () => {
  const eventId = await opened()
  await here.allocate({ eventId, allocation: 1, seats: PRESS })
  const sold = (await hold(eventId, ['A1'], { accessCode: 'press-1' })) as HoldView
  await here.releaseAllocation({ eventId, allocation: 1, seats: ['A2', 'B1'] })
  expect(await hold(eventId, ['A2'])).toHaveProperty('holdId')
  expect(await hold(eventId, ['A3'])).toMatchObject({ refused: 'seats_unavailable' })
  await elsewhere.releaseAllocation({ eventId, allocation: 1 })
  const rest = await elsewhere.allocatedSeats(eventId)
  expect(rest).toEqual([])
  expect(await hold(eventId, ['A1'], { by: elsewhere })).toMatchObject({ refused: 'seats_unavailable' })
  expect(await hold(eventId, ['A3'], { by: elsewhere, accessCode: 'press-1' })).toHaveProperty('holdId')
  await here.release(sold.holdId, eventId, sold.buyer)
  expect(await hold(eventId, ['A1'])).toHaveProperty('holdId')
})

test('at its time an allocation goes on open sale by itself: for whoever asks next, and when nobody does', async () => {
  const asked = await opened()
  const quiet = await opened()
  for (const eventId of [asked, quiet]) {
    expect(await here.allocate({ eventId, allocation: 2, seats: PRESS })).toHaveProperty('version')
    // A hold that is due much later must not hide it.
    expect(await hold(eventId, ['D1'])).toHaveProperty('holdId')
  }
  const releaseAt = systemClock.now() + 1_500
  for (const eventId of [asked, quiet]) await here.configure({ eventId, rules: rulesOf(eventId, releaseAt) })
  const reaper = another()
  reaper.sequencers.start()
  await waitFor('a hold of a released seat', async () => 'holdId' in (await hold(asked, ['A1'])))
  await waitFor('the reaper', async () => {
    const { rows } = await db.database.query<{ kept: number }>(
      { name: 'kept', text: 'select count(allocation_no)::int as kept from event_seats where event_id = $1' },
      [quiet],
    )
    return rows[0]!.kept === 0
  })
  expect(systemClock.now()).toBeGreaterThanOrEqual(releaseAt - 250)
  await reaper.close()
  expect(await here.allocate({ eventId: quiet, allocation: 2, seats: PRESS })).toMatchObject({
    refused: 'conflict',
  })
})

test('a seat whose release is due is not refused from memory, before anybody has written it', async () => {
  const eventId = await opened()
  await here.allocate({ eventId, allocation: 2, seats: PRESS })
  const releaseAt = systemClock.now() + 400
  await here.configure({ eventId, rules: rulesOf(eventId, releaseAt) })
  await waitFor('the release', () => systemClock.now() > releaseAt + 300)
  // Now fresh memory says BLOCKED.
  await here.sequencers.of(eventId).refresh(0)
  expect(await hold(eventId, ['A1'])).toHaveProperty('holdId')
})

test('new rules with a time that has passed release at once, and with a later one keep', async () => {
  const eventId = await opened(systemClock.now() + 3_600_000)
  await here.allocate({ eventId, allocation: 2, seats: PRESS })
  expect(await statusOf(eventId, 'A1')).toBe(SEAT.blocked)
  await here.configure({ eventId, rules: rulesOf(eventId, systemClock.now() - 1_000) })
  expect(await statusOf(eventId, 'A1')).toBe(SEAT.available)
})

test('only free seats are kept, for an allocation that the rules know, and unblock does not take them', async () => {
  const eventId = await opened()
  await hold(eventId, ['A1'])
  await here.block({ eventId, seats: ['A2'] })
  await here.allocate({ eventId, allocation: 2, seats: ['A3'] })
  expect(await here.allocate({ eventId, allocation: 1, seats: PRESS })).toMatchObject({
    refused: 'seats_unavailable',
    extra: { seat_ids: ['A1', 'A2', 'A3'] },
  })
  expect(await here.allocate({ eventId, allocation: 3, seats: ['A4'] })).toMatchObject({
    refused: 'not_found',
  })
  expect(await here.allocate({ eventId, allocation: 1, seats: ['Z9'] })).toMatchObject({
    refused: 'unknown_seat',
  })
  expect(await here.unblock({ eventId, seats: ['A2', 'A3'] })).toMatchObject({
    refused: 'conflict',
    extra: { seat_ids: ['A3'] },
  })
  expect(await here.unblock({ eventId, seats: ['A2'] })).toHaveProperty('version')
  await here.cancelEvent({ eventId })
  const refused = { refused: 'event_cancelled' }
  expect(await here.releaseAllocation({ eventId, allocation: 2 })).toMatchObject(refused)
  expect(await here.allocate({ eventId, allocation: 1, seats: ['A4'] })).toMatchObject(refused)
})

test('the press may hold before the first phase begins, everybody else may not', async () => {
  const startsAt = systemClock.now() + 3_600_000
  const eventId = await opened(null, { offers: [{ id: 'all', startsAt, endsAt: null, access: 'open' }] })
  await here.allocate({ eventId, allocation: 1, seats: PRESS })
  expect(await hold(eventId, ['B1'])).toMatchObject({ refused: 'not_on_sale' })
  expect(await hold(eventId, ['B1'], { accessCode: 'press-1' })).toMatchObject({
    refused: 'seats_unavailable',
  })
  expect(await hold(eventId, ['A1'], { accessCode: 'press-1' })).toHaveProperty('holdId')
})

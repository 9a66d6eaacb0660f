import { expect, test } from 'bun:test'
import { newId, twoInventories, type TestInventory } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock } from '../../platform/clock.ts'
import { accessCodeHash, type EventRules, type HoldView } from './index.ts'

const CAPACITY = 20
const layout = smallHall(2, 4, { standing: CAPACITY })

const { db, here, elsewhere, another, newEventId, expectAllKnow } = await twoInventories(layout)

/** Allocation 1 is the fan club's, without an end; 2 an agency's. */
function rulesOf(eventId: string, releaseAt: number | null): EventRules {
  return smallRules({
    ticketsPerBuyer: CAPACITY,
    allocations: [
      { no: 1, kind: 'fans', releaseAt: null },
      { no: 2, kind: 'agency', releaseAt },
    ],
    accessCodes: [
      { hash: accessCodeHash(eventId, 'FANS-1'), uses: null, allocation: 1 },
      { hash: accessCodeHash(eventId, 'AGENCY-2'), uses: null, allocation: 2 },
    ],
  })
}

async function opened(releaseAt: number | null = null): Promise<string> {
  const eventId = newEventId()
  expect(await here.open({ eventId, layoutHash: 'hall', rules: rulesOf(eventId, releaseAt) })).toEqual({
    version: 1,
  })
  return eventId
}

const keep = (eventId: string, allocation: number, places: number, by = here) =>
  by.allocatePlaces({ eventId, allocation, areaId: 'standing', places })

function hold(
  eventId: string,
  quantity: number,
  { accessCode, by = here }: { accessCode?: string; by?: TestInventory } = {},
): ReturnType<TestInventory['hold']> {
  const wish = { eventId, buyer: newId(), areas: [{ areaId: 'standing', quantity }] }
  return by.hold({ ...wish, ...(accessCode !== undefined && { accessCode }) })
}

async function held(...wish: Parameters<typeof hold>): Promise<HoldView> {
  const found = await hold(...wish)
  if (!('holdId' in found)) throw new Error(`refused: ${found.refused}`)
  return found
}

/** Places that anybody may have. */
async function remaining(eventId: string, by = here): Promise<number> {
  await by.sequencers.of(eventId).refresh(0)
  const view = await by.availability(eventId)
  if (!('areas' in view)) throw new Error('the event is not there')
  return view.areas[0]!.remaining
}

const SOLD_OUT = { refused: 'sold_out' }

test('kept places are for the code alone, in every process, and the code gets no others', async () => {
  const eventId = await opened()
  expect(await keep(eventId, 1, 15)).toEqual({ version: 2 })
  expect(await keep(eventId, 1, 15)).toEqual({ version: 2 })
  for (const by of [here, elsewhere]) expect(await remaining(eventId, by)).toBe(5)
  for (const by of [here, elsewhere]) {
    expect(await hold(eventId, 6, { by })).toMatchObject(SOLD_OUT)
    expect(await hold(eventId, 1, { by, accessCode: 'agency-2' })).toHaveProperty('holdId')
    expect(await hold(eventId, 16, { by, accessCode: 'fans-1' })).toMatchObject(SOLD_OUT)
  }
  // Two of the five went to a code that opens nothing yet: it buys like everybody.
  expect(await remaining(eventId)).toBe(3)
  expect(await hold(eventId, 15, { accessCode: 'fans-1', by: elsewhere })).toHaveProperty('holdId')
  expect(await hold(eventId, 1, { accessCode: 'fans-1' })).toMatchObject(SOLD_OUT)
  expect(await hold(eventId, 3)).toHaveProperty('holdId')
  expect(await hold(eventId, 1)).toMatchObject(SOLD_OUT)
  expect(await remaining(eventId)).toBe(0)
  await expectAllKnow(eventId)
})

test('places return to the allocation when a hold ends, and when a ticket is given back', async () => {
  const eventId = await opened()
  await keep(eventId, 1, 4)
  const first = await held(eventId, 3, { accessCode: 'FANS-1' })
  await here.release(first.holdId, eventId, first.buyer)
  expect(await remaining(eventId)).toBe(16)
  const again = { eventId, holdId: first.holdId, newHoldId: newId(), attempt: newId() }
  expect(await here.holdAgain({ ...again, paymentMs: 60_000, paymentMsMax: 90_000 })).toMatchObject({
    state: 'paying',
  })
  const bought = {
    eventId,
    holdId: again.newHoldId,
    orderId: newId(),
    ticketIds: [newId(), newId(), newId()],
  }
  expect(await here.confirm({ ...bought, attempt: again.attempt })).toHaveProperty('tickets')
  expect(await hold(eventId, 2, { accessCode: 'fans-1' })).toMatchObject(SOLD_OUT)
  await expectAllKnow(eventId)

  const refundId = newId()
  const two = { ...bought, ticketIds: bought.ticketIds.slice(0, 2), refundId }
  await here.cancelTickets(two)
  await expectAllKnow(eventId)
  expect(await hold(eventId, 2, { accessCode: 'fans-1' })).toMatchObject(SOLD_OUT)
  await here.reopen(two)
  expect(await remaining(eventId)).toBe(16)
  await expectAllKnow(eventId)
  expect(await hold(eventId, 3, { accessCode: 'fans-1', by: elsewhere })).toHaveProperty('holdId')
})

test('fewer are kept at once, what is sold stays sold and returns to what is kept then', async () => {
  const eventId = await opened()
  await keep(eventId, 1, 10)
  const six = await held(eventId, 6, { accessCode: 'fans-1' })
  await keep(eventId, 1, 8, elsewhere)
  await here.sequencers.of(eventId).refresh(0)
  expect(await remaining(eventId)).toBe(12)
  await keep(eventId, 1, 4)
  expect(await remaining(eventId)).toBe(14)
  await expectAllKnow(eventId)
  await here.release(six.holdId, eventId, six.buyer)
  expect(await remaining(eventId)).toBe(16)
  expect(await hold(eventId, 5, { accessCode: 'fans-1' })).toMatchObject(SOLD_OUT)
  expect(await hold(eventId, 4, { accessCode: 'fans-1' })).toHaveProperty('holdId')
  await here.releaseAllocation({ eventId, allocation: 1 })
  expect(await remaining(eventId)).toBe(16)
  // The code opens nothing any more, so its owner buys like everybody.
  expect(await hold(eventId, 16, { accessCode: 'fans-1' })).toHaveProperty('holdId')
  await expectAllKnow(eventId)
})

test('no more are kept than are left, for an allocation that the rules know', async () => {
  const eventId = await opened()
  await held(eventId, 12)
  expect(await keep(eventId, 1, 9)).toMatchObject(SOLD_OUT)
  expect(await keep(eventId, 1, 5)).toHaveProperty('version')
  expect(await keep(eventId, 2, 4)).toMatchObject(SOLD_OUT)
  expect(await keep(eventId, 2, 3)).toHaveProperty('version')
  expect(await keep(eventId, 3, 1)).toMatchObject({ refused: 'not_found' })
  const nowhere = { eventId, allocation: 1, areaId: 'balcony', places: 1 }
  expect(await here.allocatePlaces(nowhere)).toMatchObject({ refused: 'unknown_area' })
  await here.cancelEvent({ eventId })
  expect(await keep(eventId, 1, 1)).toMatchObject({ refused: 'event_cancelled' })
  expect(await remaining(eventId)).toBe(0)
})

test('at its time an allocation of places goes on open sale by itself, when nobody asks, too', async () => {
  const asked = await opened()
  const quiet = await opened()
  for (const eventId of [asked, quiet]) await keep(eventId, 2, CAPACITY)
  const releaseAt = systemClock.now() + 1_500
  for (const eventId of [asked, quiet]) await here.configure({ eventId, rules: rulesOf(eventId, releaseAt) })
  expect(await hold(asked, 1)).toMatchObject(SOLD_OUT)
  const reaper = another()
  reaper.sequencers.start()
  await waitFor('a hold of a released place', async () => 'holdId' in (await hold(asked, 1)))
  const kept = async (): Promise<number> => {
    const text = 'select kept from event_areas where event_id = $1'
    const { rows } = await db.database.query<{ kept: number }>({ name: 'kept-places', text }, [quiet])
    return rows[0]!.kept
  }
  await waitFor('the reaper', async () => (await kept()) === 0)
  expect(systemClock.now()).toBeGreaterThanOrEqual(releaseAt - 250)
  await reaper.close()
  expect(await keep(quiet, 2, 1)).toMatchObject({ refused: 'conflict' })
})

test('two processes at once keep, hold and sell no place twice', async () => {
  const eventId = await opened()
  await keep(eventId, 1, 6)
  const wishes = Array.from({ length: 30 }, (_, i) => {
    const by = i % 2 === 0 ? here : elsewhere
    if (i === 10) return keep(eventId, 1, 9, by)
    return hold(eventId, 1, { by, ...(i % 3 === 0 && { accessCode: 'fans-1' }) })
  })
  await Promise.all(wishes)
  await expectAllKnow(eventId)
  const [area] = here.memory(eventId).areas
  expect(area!.held + (area!.kept[0]!.places - area!.kept[0]!.taken)).toBeLessThanOrEqual(CAPACITY)
  expect(area!.kept[0]!.taken).toBeGreaterThan(0)
  await expectAllKnow(eventId)
})

test('the database itself sells no kept place, whatever a process believes', async () => {
  const eventId = await opened()
  await keep(eventId, 1, 15)
  const text = 'update event_areas set held = held + 6 where event_id = $1'
  const sold = db.database.query({ name: 'oversell', text }, [eventId])
  expect(sold.catch((error: { code?: string }) => error.code)).resolves.toBe('23514')
  await sold.catch(() => undefined)
})

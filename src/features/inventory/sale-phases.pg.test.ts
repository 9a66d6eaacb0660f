import { expect, test } from 'bun:test'
import { newId, twoInventories, type TestInventory } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock } from '../../platform/clock.ts'
import { accessCodeHash, type EventRules, type HoldView, type Offer } from './index.ts'

const HOUR_MS = 3_600_000
const layout = smallHall(4, 10, { standing: 20 })
const past = (): number => systemClock.now() - HOUR_MS
const future = (): number => systemClock.now() + HOUR_MS
const friends: Offer = { id: 'friends', startsAt: null, endsAt: null, access: 'code' }
const all: Offer = { id: 'all', startsAt: null, endsAt: null, access: 'open' }

const { db, here, elsewhere, newEventId, expectAllKnow } = await twoInventories(layout)

type Code = { code: string; uses: number | null; offer: number }
const coded = (eventId: string, codes: Code[]): Pick<EventRules, 'accessCodes'> => ({
  accessCodes: codes.map(({ code, uses, offer }) => ({ hash: accessCodeHash(eventId, code), uses, offer })),
})

async function opened(offers: Offer[], codes: Code[] = []): Promise<string> {
  const eventId = newEventId()
  const rules = smallRules({ offers, ...coded(eventId, codes) })
  expect(await here.open({ eventId, layoutHash: 'hall', rules })).toEqual({ version: 1 })
  return eventId
}

function hold(
  eventId: string,
  seats: string[],
  c: { buyer?: string; accessCode?: string; by?: TestInventory } = {},
): ReturnType<TestInventory['hold']> {
  const { buyer = newId(), accessCode, by = here } = c
  const wish = { eventId, buyer, seats: seats.map((seatId) => ({ seatId })) }
  return by.hold({ ...wish, ...(accessCode !== undefined && { accessCode }) })
}

async function used(eventId: string): Promise<number | undefined> {
  const text = 'select used from code_uses where event_id = $1'
  const { rows } = await db.database.query<{ used: number }>({ name: 'used', text }, [eventId])
  return rows[0]?.used
}

test('a phase for codes sells to who has one; without, with a wrong or with a used one, it says so', async () => {
  const eventId = await opened([friends], [{ code: 'Frühling-2030', uses: 1, offer: 1 }])
  expect(await hold(eventId, ['A1'])).toMatchObject({ refused: 'access_code_required' })
  expect(await hold(eventId, ['A1'], { accessCode: 'Sommer' })).toMatchObject({
    refused: 'access_code_invalid',
  })
  const first = (await hold(eventId, ['A1'], { accessCode: ' frühling-2030 ' })) as HoldView
  expect(first).toHaveProperty('holdId')
  expect(await used(eventId)).toBe(1)
  expect(await hold(eventId, ['A2'], { accessCode: 'Frühling-2030', by: elsewhere })).toMatchObject({
    refused: 'access_code_used_up',
  })
  // Who gives up gives the use back.
  await here.release(first.holdId, eventId, first.buyer)
  expect(await used(eventId)).toBe(0)
  expect(await hold(eventId, ['A2'], { accessCode: 'Frühling-2030', by: elsewhere })).toHaveProperty('holdId')
})

test('of many who use one code at once through two processes, as many get in as it is good for', async () => {
  const eventId = await opened([friends], [{ code: 'three', uses: 3, offer: 1 }])
  const results = await Promise.all(
    layout.seats
      .slice(0, 20)
      .map(({ seat_id }, i) =>
        hold(eventId, [seat_id], { accessCode: 'three', by: i % 2 ? here : elsewhere }),
      ),
  )
  expect(results.filter((one) => 'holdId' in one)).toHaveLength(3)
  const refusals = results.flatMap((one) => ('refused' in one ? one.refused : []))
  expect(new Set(refusals)).toEqual(new Set(['access_code_used_up']))
  expect(await used(eventId)).toBe(3)
})

test('phases follow each other: each in its time, and a code that is over lets one in like everybody', async () => {
  const before = await opened([{ ...all, startsAt: future() }])
  expect(await hold(before, ['A1'])).toMatchObject({ refused: 'not_on_sale' })
  const after = await opened([{ ...all, endsAt: past() }])
  expect(await hold(after, ['A1'])).toMatchObject({ refused: 'not_on_sale' })
  const now = await opened(
    [
      { ...friends, endsAt: past() },
      { ...all, startsAt: past() },
    ],
    [{ code: 'old', uses: 1, offer: 1 }],
  )
  expect(await hold(now, ['A1'], { accessCode: 'old' })).toHaveProperty('holdId')
  expect(await hold(now, ['A2'], { accessCode: 'old' })).toHaveProperty('holdId')
  expect(await used(now)).toBeUndefined()
})

test("a phase has its own limit a buyer and its own capacity, beside the event's", async () => {
  const eventId = await opened([{ ...all, ticketsPerBuyer: 2, capacity: 3 }])
  const buyer = newId()
  const limit = (had: number) => ({
    refused: 'limit_exceeded',
    extra: { tickets_per_buyer: 2, tickets_had: had },
  })
  expect(await hold(eventId, ['A1', 'A2', 'A3'], { buyer })).toMatchObject(limit(0))
  expect(await hold(eventId, ['A1', 'A2'], { buyer })).toHaveProperty('holdId')
  expect(await hold(eventId, ['A3'], { buyer })).toMatchObject(limit(2))
  expect(await hold(eventId, ['A3', 'A4'])).toMatchObject({ refused: 'sold_out' })
  expect(await hold(eventId, ['A3'])).toHaveProperty('holdId')
  expect(await hold(eventId, ['A4'])).toMatchObject({ refused: 'sold_out' })
})

test('a booking keeps its phase and its use until its places are free again; a cold start knows as much', async () => {
  const eventId = await opened([{ ...friends, capacity: 1 }], [{ code: 'x', uses: 1, offer: 1 }])
  const { holdId, buyer } = (await hold(eventId, ['A1'], { accessCode: 'x' })) as HoldView
  const attempt = newId()
  await here.beginPayment({ eventId, holdId, buyer, attempt, paymentMs: 60_000, paymentMsMax: 90_000 })
  const bought = { eventId, holdId, orderId: newId(), ticketIds: [newId()] }
  expect(await here.confirm({ ...bought, attempt })).toHaveProperty('tickets')
  await here.transfer({ eventId, from: buyer, to: newId(), contactHash: newId() })
  await expectAllKnow(eventId)

  expect(await hold(eventId, ['A2'], { accessCode: 'x', by: elsewhere })).toMatchObject({
    refused: 'access_code_used_up',
  })
  const refundId = newId()
  await here.cancelTickets({ ...bought, refundId })
  expect(await hold(eventId, ['A2'], { accessCode: 'x' })).toMatchObject({ refused: 'access_code_used_up' })
  await here.reopen({ ...bought, refundId })
  expect(await used(eventId)).toBe(0)
  expect(await hold(eventId, ['A2'], { accessCode: 'x' })).toHaveProperty('holdId')
})

test('a late payment is seated again in its phase although that is over, but only where its code has a use left', async () => {
  const eventId = await opened([friends], [{ code: 'x', uses: 1, offer: 1 }])
  const old = (await hold(eventId, ['A1'], { accessCode: 'x' })) as HoldView
  await here.release(old.holdId, eventId, old.buyer)
  const again = { eventId, holdId: old.holdId, attempt: newId(), paymentMs: 60_000, paymentMsMax: 90_000 }
  const other = (await hold(eventId, ['A2'], { accessCode: 'x' })) as HoldView
  expect(await here.holdAgain({ ...again, newHoldId: newId() })).toMatchObject({
    refused: 'access_code_used_up',
  })
  await here.release(other.holdId, eventId, other.buyer)
  const rules = smallRules({
    offers: [{ ...friends, endsAt: past() }],
    ...coded(eventId, [{ code: 'x', uses: 1, offer: 1 }]),
  })
  await here.configure({ eventId, rules })
  expect(await here.holdAgain({ ...again, newHoldId: newId() })).toMatchObject({ state: 'paying' })
  expect(await used(eventId)).toBe(1)
})

const cheap = { category: 0, priceType: 0, amount: 4000, fee: 400, tax: 262 }
const paid = (one: unknown): number[] => (one as HoldView).lines.map(({ amount }) => amount)

test('a phase sells at its own prices until the clock ends it, in every process; what was held keeps its price', async () => {
  const turn = systemClock.now() + 1_500
  const early: Offer = { ...all, id: 'early', no: 4, endsAt: turn, prices: [cheap] }
  const eventId = await opened([early, { ...all, no: 5, startsAt: turn }])
  const first = (await hold(eventId, ['A1', 'C1'])) as HoldView
  expect(paid(first)).toEqual([4000, 3000])
  expect(first.total).toBe(4000 + 3000 + 150)
  const paying = (await hold(eventId, ['A2'], { by: elsewhere })) as HoldView
  const payment = { attempt: newId(), paymentMs: 60_000, paymentMsMax: 90_000 }
  await elsewhere.beginPayment({ eventId, holdId: paying.holdId, buyer: paying.buyer, ...payment })

  const { version } = (await here.findHold(first.holdId, eventId, first.buyer)) as HoldView
  const later = await waitFor('the next phase', async () => {
    const one = (await hold(eventId, ['B1'], { by: elsewhere })) as HoldView
    if (paid(one)[0] === 5000) return one
    await elsewhere.release(one.holdId, eventId, one.buyer)
    return null
  })
  expect(later.total).toBe(5150)
  expect(later.version).toBeGreaterThan(version)
  expect(systemClock.now()).toBeGreaterThanOrEqual(turn - 200)
  const extended = (await here.extend(first.holdId, eventId, first.buyer)) as HoldView
  expect([paid(extended), extended.total]).toEqual([[4000, 3000], 7150])
  const bought = { eventId, holdId: paying.holdId, orderId: newId(), ticketIds: [newId()] }
  await here.confirm({ ...bought, attempt: payment.attempt })
  expect(paid(await here.findHold(paying.holdId, eventId, paying.buyer))).toEqual([4000])
})

test("a code's phase sells at its prices beside the open one; its seats are held again late at the old price", async () => {
  const members: Offer = { ...friends, prices: [cheap, { ...cheap, category: 2, priceType: 1, amount: 900 }] }
  const eventId = await opened([members, all], [{ code: 'member', uses: null, offer: 1 }])
  expect(paid(await hold(eventId, ['A1']))).toEqual([5000])
  const old = (await hold(eventId, ['A2', 'C1'], { accessCode: 'member' })) as HoldView
  expect(paid(old)).toEqual([4000, 3000])
  // What has no general price is sold in no phase.
  const areas = [{ areaId: 'standing', quantity: 2, priceType: 'reduced' }]
  for (const code of [{}, { accessCode: 'member' }])
    expect(await here.hold({ eventId, buyer: newId(), areas, ...code })).toMatchObject({
      refused: 'unknown_price_type',
    })

  await here.release(old.holdId, eventId, old.buyer)
  await here.configure({ eventId, rules: smallRules({ offers: [all] }) })
  const again = { attempt: newId(), paymentMs: 60_000, paymentMsMax: 90_000 }
  const seated = await here.holdAgain({ eventId, holdId: old.holdId, newHoldId: newId(), ...again })
  expect(paid(seated)).toEqual([4000, 3000])
  expect(paid(await hold(eventId, ['A3']))).toEqual([5000])
})

test('rules that contradict themselves are not taken', async () => {
  const eventId = await opened([friends])
  const refused = { refused: 'malformed' }
  const code = { hash: accessCodeHash(eventId, 'x'), uses: 1, offer: 1 }
  for (const rules of [
    { offers: [friends, { ...all, no: 1 }] },
    { offers: [{ ...friends, no: 0 }] },
    { accessCodes: [code] },
    { offers: [friends], accessCodes: [code, code] },
    { offers: [{ ...all, prices: [cheap, cheap] }] },
    { offers: [{ ...all, prices: [{ ...cheap, priceType: 2 }] }] },
    { offers: [friends], accessCodes: [{ ...code, offer: 2 }] },
  ]) {
    expect(await here.configure({ eventId, rules: smallRules(rules) })).toMatchObject(refused)
  }
})

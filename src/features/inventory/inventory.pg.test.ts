import { describe, expect, test } from 'bun:test'
import { held, newId, seats, twoInventories } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'

const layout = smallHall(10, 20, { standing: 50 })
const { db, here: inventory, elsewhere, another, newEventId } = await twoInventories(layout)

async function opened(rules = smallRules()): Promise<string> {
  const eventId = newEventId()
  const result = await inventory.open({ eventId, layoutHash: 'hall', rules })
  expect(result).toEqual({ version: 1 })
  return eventId
}

describe('one process', () => {
  test('two buyers, one seat: one gets it, the other is told which seat', async () => {
    const eventId = await opened()
    const [a, b] = await Promise.all([
      inventory.hold({ eventId, buyer: newId(), seats: seats('A1', 'A2') }),
      inventory.hold({ eventId, buyer: newId(), seats: seats('A2', 'A3') }),
    ])
    expect(held(a).total).toBe(2 * 5000 + 150)
    expect(b).toMatchObject({ refused: 'seats_unavailable', extra: { seat_ids: ['A2'], version: 2 } })
  })

  test('a purchase goes from hold to valid tickets, and cancel and reopen free the seat', async () => {
    const eventId = await opened()
    const who = newId()
    const hold = held(
      await inventory.hold({
        eventId,
        buyer: who,
        seats: seats('B1', 'B2'),
        areas: [{ areaId: 'standing', quantity: 2 }],
      }),
    )
    const attempt = newId()
    const orderId = newId()
    const ticketIds = [newId(), newId(), newId(), newId()]
    await inventory.beginPayment({
      eventId,
      holdId: hold.holdId,
      buyer: who,
      attempt,
      paymentMs: 60_000,
      paymentMsMax: 120_000,
    })
    const confirmed = await inventory.confirm({ eventId, holdId: hold.holdId, attempt, orderId, ticketIds })
    expect(confirmed).toMatchObject({
      tickets: [{ state: 'pending', serial: 1 }, { serial: 2 }, { area: 0 }, { area: 0 }],
    })
    const issued = await inventory.issue({ eventId, holdId: hold.holdId, orderId })
    expect(issued).toMatchObject({ tickets: [{ state: 'valid' }, {}, {}, {}] })
    const refundId = newId()
    await inventory.cancelTickets({
      eventId,
      holdId: hold.holdId,
      orderId,
      ticketIds: ticketIds.slice(0, 1),
      refundId,
    })
    expect(await inventory.hold({ eventId, buyer: newId(), seats: seats('B1') })).toMatchObject({
      refused: 'seats_unavailable',
    })
    await inventory.reopen({ eventId, holdId: hold.holdId, ticketIds: ticketIds.slice(0, 1), refundId })
    held(await inventory.hold({ eventId, buyer: newId(), seats: seats('B1') }))
    const rest = {
      eventId,
      holdId: hold.holdId,
      orderId,
      ticketIds: ticketIds.slice(1),
      refundId: newId(),
    }
    await inventory.cancelTickets(rest)
    expect(await inventory.reopen(rest)).toHaveProperty('version')
    expect(await inventory.reopen(rest)).toHaveProperty('version')
    expect(await inventory.findHold(hold.holdId, eventId, who)).toMatchObject({ state: 'ended' })
  })

  test('the same key gives the same hold again, also in a process that has never seen it, and never acts twice', async () => {
    const eventId = await opened()
    const who = newId()
    const key = { keyHash: newId(), requestHash: newId() }
    const first = held(await inventory.hold({ eventId, buyer: who, seats: seats('C1'), key }))
    const again = held(await inventory.hold({ eventId, buyer: who, seats: seats('C1'), key }))
    expect(again).toEqual({ ...first, version: again.version })
    const other = held(await elsewhere.hold({ eventId, buyer: who, seats: seats('C1'), key }))
    expect(other.holdId).toBe(first.holdId)
    expect(
      await inventory.hold({
        eventId,
        buyer: who,
        seats: seats('C2'),
        key: { ...key, requestHash: newId() },
      }),
    ).toMatchObject({
      refused: 'idempotency_mismatch',
    })
    await inventory.release(first.holdId, eventId, who)
    expect(held(await inventory.hold({ eventId, buyer: who, seats: seats('C1'), key })).holdId).toBe(
      first.holdId,
    )
  })

  test('the limit counts what is held and booked, and nobody gets past it with simultaneous requests', async () => {
    const eventId = await opened()
    const who = newId()
    const results = await Promise.all(
      ['D1', 'D2', 'D3', 'D4', 'D5', 'D6'].map((id) =>
        inventory.hold({ eventId, buyer: who, seats: seats(id) }),
      ),
    )
    expect(results.filter((r) => 'holdId' in r)).toHaveLength(4)
    expect(results.filter((r) => 'refused' in r && r.refused === 'limit_exceeded')).toHaveLength(2)
  })

  test('places are held again only for a hold that has ended, also in an area where there is room', async () => {
    const eventId = await opened()
    const who = newId()
    const hold = held(
      await inventory.hold({ eventId, buyer: who, areas: [{ areaId: 'standing', quantity: 2 }] }),
    )
    const again = {
      eventId,
      holdId: hold.holdId,
      newHoldId: newId(),
      attempt: newId(),
      paymentMs: 60_000,
      paymentMsMax: 120_000,
    }
    expect(await inventory.holdAgain(again)).toMatchObject({ refused: 'conflict' })
    await inventory.release(hold.holdId, eventId, who)
    expect(await inventory.holdAgain(again)).toMatchObject({ holdId: again.newHoldId, state: 'paying' })
  })

  test('a hold that is due is expired by the next batch, and by the reaper when nobody comes', async () => {
    const eventId = await opened(smallRules({ holdSeconds: 1 }))
    const who = newId()
    const hold = held(await inventory.hold({ eventId, buyer: who, seats: seats('E1') }))
    await Bun.sleep(1_050)
    held(await inventory.hold({ eventId, buyer: newId(), seats: seats('E1') }))
    expect(await inventory.findHold(hold.holdId, eventId, who)).toMatchObject({ state: 'expired' })
    await Bun.sleep(1_050)
    await inventory.sequencers.reap()
    const view = await inventory.availability(eventId)
    expect('seats' in view && view.seats.every((status) => status === 0)).toBe(true)
  })

  test('best available sits together near the stage, then splits, then is sold out', async () => {
    const eventId = await opened(smallRules({ ticketsPerBuyer: 300 }))
    const two = held(await inventory.hold({ eventId, buyer: newId(), bestAvailable: { quantity: 2 } }))
    expect(two.lines.map((line) => line.seat)).toEqual([9, 10])
    const rest = await inventory.hold({ eventId, buyer: newId(), bestAvailable: { quantity: 198 } })
    expect(held(rest).lines).toHaveLength(198)
    expect(await inventory.hold({ eventId, buyer: newId(), bestAvailable: { quantity: 1 } })).toMatchObject({
      refused: 'sold_out',
    })
  })
})

describe('three processes', () => {
  const three = [inventory, elsewhere, another()]

  test('two hundred buyers of the same two seats: one gets them, 199 are told so', async () => {
    const eventId = await opened()
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        three[i % 3]!.hold({ eventId, buyer: newId(), seats: seats('F1', 'F2') }),
      ),
    )
    expect(results.filter((r) => 'holdId' in r)).toHaveLength(1)
    expect(results.filter((r) => 'refused' in r && r.refused === 'seats_unavailable')).toHaveLength(199)
  })

  test('everybody who wants a seat of their own gets it, whichever process they ask', async () => {
    const eventId = await opened()
    const results = await Promise.all(
      layout.seats.map((seat, i) =>
        three[i % 3]!.hold({ eventId, buyer: newId(), seats: seats(seat.seat_id) }),
      ),
    )
    expect(results.filter((r) => 'holdId' in r)).toHaveLength(200)
    const { rows } = await db.database.query<{ held: number }>(
      {
        name: 'count',
        text: 'select count(*)::int as held from event_seats where event_id = $1 and status = 1',
      },
      [eventId],
    )
    expect(rows[0]!.held).toBe(200)
  })
})

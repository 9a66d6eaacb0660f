import { expect, test } from 'bun:test'
import { newId, twoInventories } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { isRefusal } from '../../shared/errors.ts'
import { SEAT, type EventRules, type LeftSeat } from './index.ts'

const layout = smallHall(4, 10, { standing: 20 })
const numberOf = (seatId: string): number => layout.seats.findIndex(({ seat_id: id }) => id === seatId)

const { db, here, elsewhere, newEventId, expectAllKnow } = await twoInventories(layout)

async function opened(rules: Partial<EventRules> = {}): Promise<string> {
  const eventId = newEventId()
  await here.open({ eventId, layoutHash: 'hall', rules: smallRules({ ticketsPerBuyer: 9, ...rules }) })
  return eventId
}

type Sold = { holdId: string; orderId: string; ticketIds: string[] }
/** Seats and standing places of one order. */
async function sell(eventId: string, seats: string[], standing = 0): Promise<Sold> {
  const areas = standing > 0 ? { areas: [{ areaId: 'standing', quantity: standing }] } : {}
  const buyer = newId()
  const held = await here.hold({ eventId, buyer, seats: seats.map((seatId) => ({ seatId })), ...areas })
  if (isRefusal(held)) throw new Error(held.detail)
  const { holdId } = held
  const one = { eventId, holdId, attempt: newId(), orderId: newId() }
  const ticketIds = [...seats, ...Array.from({ length: standing })].map(newId)
  await here.beginPayment({ ...one, buyer, paymentMs: 60_000, paymentMsMax: 90_000 })
  await here.confirm({ ...one, ticketIds })
  await here.issue(one)
  return { holdId, orderId: one.orderId, ticketIds }
}

test('tickets of two orders change places in one entry; the other process and a new one know the same', async () => {
  const eventId = await opened()
  const [one, two] = [await sell(eventId, ['A1', 'A2'], 2), await sell(eventId, ['B1'])]
  await elsewhere.availability(eventId)
  const { version } = here.memory(eventId)
  const moves = [
    { from: 'A1', to: 'B1' },
    { from: 'B1', to: 'A2' },
    { from: 'A2', to: 'C1' },
  ]
  const moved = await here.moveTickets({ eventId, moves, block: true })
  const of = (sold: Sold, n: number, from: string, to: string, left: LeftSeat | null) => {
    const { orderId } = sold
    return { ticketId: sold.ticketIds[n]!, orderId, from: numberOf(from), to: numberOf(to), left }
  }
  expect(moved).toEqual({
    version: version + 1,
    leftBefore: [],
    moved: [
      of(one, 0, 'A1', 'B1', { status: SEAT.blocked, keptFor: null }),
      of(two, 0, 'B1', 'A2', null),
      of(one, 1, 'A2', 'C1', null),
    ],
  })
  await expectAllKnow(eventId)
  const tickets = await elsewhere.findTickets(eventId, [...one.ticketIds, ...two.ticketIds])
  expect(tickets.map(({ seat, stateVersion }) => [seat, stateVersion === version + 1])).toEqual([
    [numberOf('B1'), true],
    [numberOf('C1'), true],
    [null, false],
    [null, false],
    [numberOf('A2'), true],
  ])
  // Asked in the other process, the same again is done; and what changes nothing writes nothing.
  expect(await elsewhere.moveTickets({ eventId, moves, block: true })).toEqual({
    version: version + 1,
    moved: [],
    leftBefore: [{ seat: numberOf('A1'), status: SEAT.blocked, keptFor: null }],
  })
  expect(
    here
      .memory(eventId)
      .hold(one.holdId)!
      .lines.map(([place]) => place),
  ).toEqual([numberOf('B1'), numberOf('C1'), -1])
})

test('two processes that move tickets to one seat at once: one does, the other is told that it is sold', async () => {
  const eventId = await opened()
  await sell(eventId, ['A1'])
  await sell(eventId, ['A2'])
  const answers = await Promise.all(
    [here, elsewhere].map((by, n) =>
      by.moveTickets({ eventId, moves: [{ from: `A${n + 1}`, to: 'D1' }], block: false }),
    ),
  )
  const refused = answers.filter(isRefusal)
  expect(refused.map((one) => one.refused)).toEqual(['seats_unavailable'])
  expect(answers.filter((one) => 'moved' in one && one.moved.length === 1)).toHaveLength(1)
  await elsewhere.availability(eventId, here.memory(eventId).version)
  await here.availability(eventId, elsewhere.memory(eventId).version)
  await expectAllKnow(eventId)
})

test('a moved ticket is given back from the seat that it has, and the rest of its order stays', async () => {
  const eventId = await opened()
  const { holdId, orderId, ticketIds } = await sell(eventId, ['A1', 'A2'])
  await here.moveTickets({ eventId, moves: [{ from: 'A1', to: 'D5' }], block: true })
  const [first] = ticketIds
  const back = { eventId, holdId, orderId, ticketIds: [first!], refundId: newId() }
  await here.cancelTickets(back)
  // Void, but its seat is not free yet: nobody is moved to it, and it is moved nowhere.
  for (const moves of [[{ from: 'A2', to: 'D5' }], [{ from: 'D5', to: 'D6' }]])
    expect(await here.moveTickets({ eventId, moves, block: true })).toHaveProperty('refused')
  await here.reopen(back)
  const state = here.memory(eventId)
  const statuses = ['A1', 'A2', 'D5'].map((seat) => state.seatStatus(numberOf(seat)))
  expect(statuses).toEqual([SEAT.blocked, SEAT.booked, SEAT.available])
  // The free seat may be its neighbour's now; then the order has it twice, once of a ticket that was given back.
  await here.moveTickets({ eventId, moves: [{ from: 'A2', to: 'D5' }], block: false })
  expect(state.hold(holdId)!.lines.map(([place]) => place)).toEqual([numberOf('D5'), numberOf('D5')])
  await expectAllKnow(eventId)
})

test('a seat of an allocation keeps its mark while tickets come and go, unless it is blocked when it is left', async () => {
  const eventId = await opened({ allocations: [{ no: 1, kind: 'house', releaseAt: null }] })
  await here.allocate({ eventId, allocation: 1, seats: ['A1', 'A2'] })
  await sell(eventId, ['D1'])
  await sell(eventId, ['D2'])
  const kept = async (): Promise<[string, number][]> => {
    const seats = await here.allocatedSeats(eventId)
    if (isRefusal(seats)) throw new Error(seats.detail)
    return seats.map(({ seatId, status }) => [seatId, status])
  }
  const taken = [
    { from: 'D1', to: 'A1' },
    { from: 'D2', to: 'A2' },
  ]
  expect(await here.moveTickets({ eventId, moves: taken, block: false })).toHaveProperty('moved')
  const swapped = [
    { from: 'A1', to: 'A2' },
    { from: 'A2', to: 'A1' },
  ]
  expect(await here.moveTickets({ eventId, moves: swapped, block: true })).toHaveProperty('moved')
  expect(await kept()).toEqual([
    ['A1', SEAT.booked],
    ['A2', SEAT.booked],
  ])
  await here.moveTickets({ eventId, moves: [{ from: 'A1', to: 'D5' }], block: true })
  await here.moveTickets({ eventId, moves: [{ from: 'A2', to: 'D6' }], block: false })
  expect(await kept()).toEqual([['A2', SEAT.blocked]])
  expect(here.memory(eventId).seatStatus(numberOf('A1'))).toBe(SEAT.blocked)
  await expectAllKnow(eventId)
})

test('a batch that the tables contradict is not written', async () => {
  const eventId = await opened()
  const { ticketIds } = await sell(eventId, ['A1'])
  await db.database.pool.query('update tickets set seat_no = 9 where event_id = $1 and ticket_id = $2', [
    eventId,
    ticketIds[0],
  ])
  const moved = await here.moveTickets({ eventId, moves: [{ from: 'A1', to: 'D5' }], block: true })
  expect(moved).toMatchObject({ refused: 'conflict' })
  const { rows } = await db.database.pool.query(
    'select seat_no, status from event_seats where event_id = $1 and status <> 0',
    [eventId],
  )
  expect(rows).toEqual([{ seat_no: numberOf('A1'), status: SEAT.booked }])
})

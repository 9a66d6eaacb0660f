import { expect, test } from 'bun:test'
import { newId, twoInventories } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import type { HoldView } from './index.ts'

const layout = smallHall(4, 10, { standing: 20 })
const { here, elsewhere, another, newEventId, expectAllKnow } = await twoInventories(layout)

test('a cancelled event ends what was not booked, refuses everything new and never sells a seat again', async () => {
  const eventId = newEventId()
  await here.open({ eventId, layoutHash: 'hall', rules: smallRules() })
  const hold = async (seatId: string): Promise<HoldView> => {
    const held = await here.hold({
      eventId,
      buyer: newId(),
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
  const attempts = [newId(), newId()] as const
  await pay(paying, attempts[0])
  await pay(sold, attempts[1])
  const bought = { eventId, holdId: sold.holdId, orderId: newId(), ticketIds: [newId(), newId()] }
  await here.confirm({ ...bought, attempt: attempts[1] })
  expect(await elsewhere.availability(eventId)).toMatchObject({ cancelled: false })

  const { version } = (await here.cancelEvent({ eventId })) as { version: number }
  expect(await elsewhere.cancelEvent({ eventId })).toEqual({ version })

  for (const inventory of [here, elsewhere, another()]) {
    const refused = { refused: 'event_cancelled' }
    const { holdId, buyer } = open
    const wish = { eventId, buyer: newId() }
    expect(await inventory.hold({ ...wish, seats: [{ seatId: 'A1' }] })).toMatchObject(refused)
    expect(await inventory.hold({ ...wish, seats: [{ seatId: 'A3' }] })).toMatchObject(refused)
    expect(await inventory.hold({ ...wish, bestAvailable: { quantity: 1 } })).toMatchObject(refused)
    expect(await inventory.extend(holdId, eventId, buyer)).toMatchObject(refused)
    const payment = { eventId, paymentMs: 60_000, paymentMsMax: 90_000 }
    expect(await inventory.beginPayment({ ...payment, holdId, buyer, attempt: newId() })).toMatchObject(
      refused,
    )
    const late = { eventId, holdId: paying.holdId, orderId: newId(), ticketIds: [newId(), newId()] }
    expect(await inventory.confirm({ ...late, attempt: attempts[0] })).toMatchObject(refused)
    const again = { ...payment, holdId: paying.holdId, newHoldId: newId(), attempt: attempts[0] }
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
  const refundId = newId()
  expect(await here.cancelTickets({ ...bought, refundId })).toHaveProperty('version')
  const reopened = (await elsewhere.reopen({ ...bought, refundId })) as { version: number }
  const view = await here.availability(eventId, reopened.version)
  expect(view).toMatchObject({ cancelled: true, remainingByCategory: [0, 0, 0], areas: [{ remaining: 0 }] })
  expect('seats' in view && view.seats.every((status) => status === 3)).toBe(true)

  await expectAllKnow(eventId)
})

test('holds that the same batch makes end with the event, too', async () => {
  const eventId = newEventId()
  await here.open({ eventId, layoutHash: 'hall', rules: smallRules() })
  const wishes = Array.from({ length: 6 }, (_, i) =>
    here.hold({ eventId, buyer: newId(), seats: [{ seatId: `B${i + 1}` }] }),
  )
  const cancelled = here.cancelEvent({ eventId })
  const late = here.hold({ eventId, buyer: newId(), seats: [{ seatId: 'C1' }] })
  expect(await cancelled).toHaveProperty('version')
  expect(await late).toMatchObject({ refused: 'event_cancelled' })
  for (const held of await Promise.all(wishes)) {
    if (!('holdId' in held)) continue
    expect(await here.findHold(held.holdId, eventId, held.buyer)).toMatchObject({ state: 'released' })
  }
  expect(here.memory(eventId).holds.size).toBe(0)
})

import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { systemClock, systemIds } from '../../platform/clock.ts'
import { startSandboxGateway, type SandboxGateway } from '../../platform/payment/sandbox/gateway.ts'
import { createStripeProvider } from '../../platform/payment/stripe.ts'
import { checkMoney } from '../../../test/harness/check-money.ts'
import { checkoutStack, type CheckoutStack } from '../../../test/harness/checkout-stack.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { audit } from '../audit/index.ts'
import { isRefusal } from '../../shared/errors.ts'
import { reviveStuckRefunds, stuckRefunds, type EventCancellation, type Order } from './index.ts'

let db: TestDatabase
let gateway: SandboxGateway
let refundUntil: number | null = Date.parse('2100-01-01')
const stacks: CheckoutStack[] = []
let nextEvent = 4000

beforeAll(async () => {
  db = await testDatabase({ connectionsMax: 2 })
  gateway = startSandboxGateway({ port: 0, file: ':memory:' })
})
afterEach(async () => {
  gateway.heal()
  refundUntil = Date.parse('2100-01-01')
  const findings = await checkMoney(db.database, gateway.url)
  for (const stack of stacks.splice(0)) await stack.close()
  expect(findings).toEqual([])
})
afterAll(async () => {
  const report = await audit({ database: db.database, clock: systemClock }, { graceMs: 0 })
  await gateway.stop()
  await db.drop()
  expect(report.findings).toEqual([])
})

function start(times = {}, probe?: (point: string) => Promise<void> | void): CheckoutStack {
  const stack = checkoutStack({
    databaseUrl: db.url,
    gatewayUrl: gateway.url,
    times: { cancellationMs: 20, ...times },
    refundUntil: () => refundUntil,
    onProblem: (message, about) => console.error(message, about),
    ...(probe && { probe }),
  })
  stacks.push(stack)
  return stack
}

async function event(stack: CheckoutStack): Promise<string> {
  const eventId = String((nextEvent += 1))
  await stack.open(eventId)
  return eventId
}

async function bought(
  stack: CheckoutStack,
  eventId: string,
  seats: string[],
  buyer = systemIds.uuid(),
): Promise<Order> {
  const hold = await stack.hold(eventId, buyer, seats)
  const reservationId = `${eventId}.${hold.holdId}`
  const booked = await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' })
  if (isRefusal(booked)) throw new Error(booked.detail)
  return booked.order
}

const asked = (eventId: string) => ({
  eventId,
  reason: 'the singer is ill',
  by: 'ada',
  message: 'We are sorry.',
})

async function cancelled(stack: CheckoutStack, eventId: string): Promise<EventCancellation> {
  const begun = await stack.checkout.cancelEvent(asked(eventId))
  if (isRefusal(begun)) throw new Error(begun.detail)
  expect(begun).toMatchObject({ state: 'refunding', reason: 'the singer is ill', by: 'ada' })
  return finished(stack, eventId)
}

function finished(stack: CheckoutStack, eventId: string): Promise<EventCancellation> {
  stack.checkout.recovery.start()
  return waitFor('the cancellation to be done', async () => {
    const now = await stack.checkout.cancellationOf(eventId)
    return now?.state === 'done' ? now : null
  })
}

/** The facts that mails to the buyers of a cancelled event are written from. */
async function told(eventId: string): Promise<{ order_ids: string[]; refund_ids: string[] }[]> {
  const { rows } = await db.database.pool.query(
    `select body from money_outbox where event_id = $1 and kind = 'booking.event_cancelled' order by n`,
    [eventId],
  )
  return rows.map((row) => row.body as { order_ids: string[]; refund_ids: string[] })
}

test('everybody gets everything back, fees included, and is told once; nothing can be bought any more', async () => {
  const stack = start()
  const eventId = await event(stack)
  // Nobody could give tickets back any more: that holds for buyers, not for the house.
  refundUntil = 1
  const buyer = systemIds.uuid()
  const orders = [
    await bought(stack, eventId, ['A1', 'A2'], buyer),
    await bought(stack, eventId, ['B1'], buyer),
    await bought(stack, eventId, ['C1', 'C2', 'C3']),
  ]
  const total = orders.reduce((sum, order) => sum + order.total, 0)
  const done = await cancelled(stack, eventId)
  expect(done).toMatchObject({
    ordersTotal: 3,
    refunded: 3,
    failed: 0,
    waiting: 0,
    amountTotal: total,
    amountRefunded: total,
    currency: 'EUR',
    failures: [],
  })
  for (const { orderId, total } of orders) {
    const order = await stack.checkout.order(orderId)
    expect(order).toMatchObject({ status: 'CANCELLED', refunded: total, refunds: [{ state: 'settled' }] })
  }
  const facts = await told(eventId)
  expect(facts.map((fact) => fact.order_ids.toSorted())).toContainEqual(
    [orders[0]!.orderId, orders[1]!.orderId].toSorted(),
  )
  expect(facts).toHaveLength(2)
  const refused = await stack.inventory.hold({
    eventId,
    buyer: systemIds.uuid(),
    seats: [{ seatId: 'A1' }],
  })
  expect(refused).toMatchObject({ refused: 'event_cancelled' })
  // Asking again answers how it stands and begins nothing.
  expect(await stack.checkout.cancelEvent({ ...asked(eventId), reason: 'another' })).toMatchObject({
    cancellationId: done.cancellationId,
    state: 'done',
    reason: 'the singer is ill',
  })
})

test('what a buyer gave back before stays as it was settled; the rest comes back in full', async () => {
  const stack = start()
  const eventId = await event(stack)
  const some = await bought(stack, eventId, ['A1', 'A2'])
  const all = await bought(stack, eventId, ['B1'])
  const ticketIds = [`${eventId}.${some.lines[0]!.ticketId}`]
  await stack.checkout.cancel({ buyer: some.buyer, orderId: some.orderId, ticketIds })
  await stack.checkout.cancel({ buyer: all.buyer, orderId: all.orderId })
  expect(await cancelled(stack, eventId)).toMatchObject({ ordersTotal: 1, refunded: 1 })
  // A ticket without its fee of 4.00, the other one with it, and the order's fee.
  expect((await stack.checkout.order(some.orderId))!.refunded).toBe(4600 + 5000 + 150)
  expect((await stack.checkout.order(all.orderId))!.refunds).toHaveLength(1)
  expect(await told(eventId)).toHaveLength(1)
})

test('a buyer who gives tickets back after it gets what the house gives, once', async () => {
  const stack = start()
  const eventId = await event(stack)
  const order = await bought(stack, eventId, ['A1', 'A2'])
  const { buyer, orderId } = order
  refundUntil = 1
  await stack.checkout.cancelEvent(asked(eventId))
  const ticketIds = [`${eventId}.${order.lines[0]!.ticketId}`]
  const answers = await Promise.all([
    stack.checkout.cancel({ buyer, orderId, ticketIds }),
    stack.checkout.cancel({ buyer, orderId }),
  ])
  for (const answer of answers)
    expect(answer).toMatchObject({ order: { refunds: [{ amount: order.total }] } })
  expect(await finished(stack, eventId)).toMatchObject({ ordersTotal: 1, refunded: 1 })
  expect(await stack.checkout.order(orderId)).toMatchObject({ status: 'CANCELLED', refunded: order.total })
  expect(await told(eventId)).toHaveLength(1)
})

test('a payment under way ends without a charge, and does not wait for its time to run out', async () => {
  const stack = start()
  const eventId = await event(stack)
  const buyer = systemIds.uuid()
  const hold = await stack.hold(eventId, buyer, ['A1'])
  const request = {
    buyer,
    reservationId: `${eventId}.${hold.holdId}`,
    key: 'k',
    paymentToken: 'pm_sandbox_lost',
  }
  const paying = await stack.checkout.book(request)
  expect(paying).toMatchObject({ status: 202 })
  const begun = await stack.checkout.cancelEvent(asked(eventId))
  expect(begun).toMatchObject({ ordersTotal: 1, waiting: 1 })
  await finished(stack, eventId)
  expect(await stack.checkout.book(request)).toMatchObject({ refused: 'event_cancelled' })
  expect(await told(eventId)).toEqual([])
})

test('an order that the ledger had booked already is finished or undone, and its money goes back', async () => {
  for (const point of ['capturing:before', 'capturing:after', 'issuing:before', 'issuing:after']) {
    const dies = start({ leaseMs: 300 }, (at) => (at === point ? new Promise<void>(() => {}) : undefined))
    const eventId = await event(dies)
    const buyer = systemIds.uuid()
    const hold = await dies.hold(eventId, buyer, ['A1'])
    const reservationId = `${eventId}.${hold.holdId}`
    // It never comes back from there; its database is closed before it has given up waiting.
    dies.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' }).catch(() => {})
    const stack = start({ leaseMs: 300 })
    await waitFor('the ledger to book it', async () => {
      const { rows } = await db.database.pool.query(
        `select 1 from payments p join orders o using (order_id) where o.buyer = $1 and p.state = $2`,
        [buyer, point.split(':')[0]],
      )
      return rows.length === 1
    })
    expect(await cancelled(stack, eventId)).toMatchObject({ waiting: 0, failed: 0 })
    const { rows } = await db.database.pool.query(
      `select o.status, o.total, o.refunded, p.money from orders o join payments p using (order_id) where o.buyer = $1`,
      [buyer],
    )
    expect(rows).toHaveLength(1)
    if (rows[0].status === 'CANCELLED') expect(rows[0].refunded).toBe(rows[0].total)
    else expect(rows[0]).toMatchObject({ status: 'FAILED', money: 'returned' })
  }
})

test('what the provider refuses is listed with its reason, and set going again by a person', async () => {
  const stack = start()
  const eventId = await event(stack)
  const refused = await bought(stack, eventId, ['A1'])
  await bought(stack, eventId, ['B1'])
  // The house gave the money back by hand, and the provider gives back no more than it took.
  const stripe = createStripeProvider({ secretKey: 'sk_test_x', webhookSecret: 'x', apiBase: gateway.url })
  const { rows } = await db.database.pool.query(
    `select provider_ref as ref from payments where order_id = $1`,
    [refused.orderId],
  )
  const { total: amount, orderId, currency } = refused
  const byHand = { ref: rows[0].ref as string, orderId, refundId: 'by hand', amount, currency, again: false }
  expect(await stripe.refund(byHand)).toMatchObject({ kind: 'answered' })
  const done = await cancelled(stack, eventId)
  expect(done).toMatchObject({ ordersTotal: 2, refunded: 1, failed: 1, waiting: 0 })
  expect(done.failures).toMatchObject([
    { orderId, amount, step: 'refunding', reason: 'charge_already_refunded', provider: 'stripe' },
  ])
  expect(await stuckRefunds(db.database, eventId)).toHaveLength(1)
  expect(await reviveStuckRefunds(db.database, eventId, new Date())).toBe(1)
  await waitFor('it to be refused again', async () => (await stuckRefunds(db.database, eventId)).length === 1)
  // Corrected in the books, where a person would note it.
  await db.database.pool.query(
    `update refunds set state = 'settled', stuck_in = null where order_id = $1 and state = 'stuck'`,
    [orderId],
  )
  await db.database.pool.query(`update orders set refunded = total where order_id = $1`, [orderId])
})

test('an event that was never on sale is cancelled at once', async () => {
  const stack = start()
  const eventId = String((nextEvent += 1))
  expect(await cancelled(stack, eventId)).toMatchObject({ ordersTotal: 0, refunded: 0, currency: null })
  expect(await stack.checkout.cancellationOf('99999')).toBeNull()
})

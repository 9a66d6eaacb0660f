import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock, systemIds } from '../../platform/clock.ts'
import { startSandboxGateway, type SandboxGateway } from '../../platform/payment/sandbox/gateway.ts'
import { createStripeProvider } from '../../platform/payment/stripe.ts'
import { checkMoney } from '../../../test/harness/check-money.ts'
import { checkoutStack, WEBHOOK_SECRET, type CheckoutStack } from '../../../test/harness/checkout-stack.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { audit } from '../audit/index.ts'
import { isRefusal, type Refusal } from '../../shared/errors.ts'
import type { BookingAnswer, CheckoutTimes, Order } from './index.ts'

let db: TestDatabase
let gateway: SandboxGateway
const stacks: CheckoutStack[] = []
let nextEvent = 3000
let voidedByHand = ''

beforeAll(async () => {
  db = await testDatabase({ connectionsMax: 2 })
  gateway = startSandboxGateway({ port: 0, file: ':memory:' })
})
afterEach(async () => {
  gateway.heal()
  const findings = await checkMoney(db.database, gateway.url)
  for (const stack of stacks.splice(0)) await stack.close()
  expect(findings).toEqual([])
})
afterAll(async () => {
  const report = await audit({ database: db.database, clock: systemClock }, { graceMs: 0 })
  await gateway.stop()
  await db.drop()
  // A ticket that was voided by hand names a refund that checkout never made.
  expect(report.findings.filter((finding) => finding.eventId !== voidedByHand)).toEqual([])
})

function start(
  times: Partial<CheckoutTimes> = {},
  probe?: (point: string) => Promise<void> | void,
): CheckoutStack {
  const stack = checkoutStack({
    databaseUrl: db.url,
    gatewayUrl: gateway.url,
    times,
    ...(probe && { probe }),
  })
  stacks.push(stack)
  return stack
}

async function held(stack: CheckoutStack, seats = ['A1', 'A2']) {
  const eventId = String((nextEvent += 1))
  const buyer = systemIds.uuid()
  await stack.open(eventId)
  const hold = await stack.hold(eventId, buyer, seats)
  return { eventId, buyer, hold, reservationId: `${eventId}.${hold.holdId}` }
}

function accepted(answer: BookingAnswer | Refusal): Order {
  if (isRefusal(answer)) throw new Error(`${answer.refused}: ${answer.detail}`)
  return answer.order
}

async function settled(stack: CheckoutStack, orderId: string): Promise<Order> {
  return waitFor('the order to settle', async () => {
    const order = await stack.checkout.order(orderId)
    return order && order.status !== 'PENDING' && ['confirmed', 'failed'].includes(order.payment.state)
      ? order
      : null
  })
}

/** Waits until time has taken the seats back. */
async function untilFree(stack: CheckoutStack, eventId: string): Promise<void> {
  await waitFor('the seats to be free', async () => {
    const probe = await stack.inventory.hold({ eventId, buyer: systemIds.uuid(), seats: [{ seatId: 'A3' }] })
    if (!isRefusal(probe)) await stack.inventory.release(probe.holdId, eventId, probe.buyer)
    const view = await stack.inventory.availability(eventId)
    return !isRefusal(view) && view.seats[0] === 0
  })
}

describe('a success that comes late', () => {
  test('after payment_until, while the ledger still keeps the seats: tickets', async () => {
    const stack = start({ paymentMs: 600, paymentMsMax: 60_000 })
    const { buyer, reservationId } = await held(stack)
    const order = accepted(
      await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_sandbox_lost' }),
    )
    stack.checkout.recovery.start()
    expect(await settled(stack, order.orderId)).toMatchObject({ status: 'CONFIRMED' })
  })

  test('after the hold has ended, the seats still free: the same seats, a new hold', async () => {
    const stack = start({ paymentMs: 600, paymentMsMax: 1_000 })
    const { buyer, reservationId, eventId, hold } = await held(stack)
    const order = accepted(
      await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_sandbox_lost' }),
    )
    await untilFree(stack, eventId)
    stack.checkout.recovery.start()
    const after = await settled(stack, order.orderId)
    expect(after).toMatchObject({ status: 'CONFIRMED', reservationId: hold.holdId })
    expect(after.holdId).not.toBe(hold.holdId)
    expect(after.lines.map((line) => line.seatId)).toEqual(['A1', 'A2', null])
    // What came out of it can be given back like any other.
    expect(await stack.checkout.cancel({ buyer, orderId: order.orderId })).toMatchObject({ status: 200 })
  })

  test('after somebody else got a seat: what was set aside is given back, and nobody is charged', async () => {
    const stack = start({ paymentMs: 600, paymentMsMax: 1_000 })
    const { buyer, reservationId, eventId } = await held(stack)
    const request = { buyer, reservationId, key: 'k', paymentToken: 'pm_sandbox_lost' }
    const order = accepted(await stack.checkout.book(request))
    await untilFree(stack, eventId)
    await stack.hold(eventId, systemIds.uuid(), ['A2'])
    stack.checkout.recovery.start()
    expect(await settled(stack, order.orderId)).toMatchObject({
      status: 'FAILED',
      failure: 'reservation_expired',
      payment: { money: 'returned' },
    })
    expect(await stack.checkout.book(request)).toMatchObject({
      refused: 'reservation_expired',
      extra: { booking_id: order.orderId },
    })
  })

  test('after the booking had failed: webhooks tell of it, and it is given back', async () => {
    const stack = start()
    const server = stack.serve()
    const { buyer, reservationId } = await held(stack)
    const request = { buyer, reservationId, key: 'k', paymentToken: 'pm_card_chargeDeclined' }
    const refusal = await stack.checkout.book(request)
    const orderId = (refusal as Refusal).extra!['booking_id'] as string
    stack.checkout.recovery.start()
    gateway.webhooks.target = {
      url: `http://127.0.0.1:${server.port}/v1/webhooks/stripe`,
      secret: WEBHOOK_SECRET,
    }
    // The buyer's browser tries another card on the same charge, behind our back.
    const ref = await refOf(orderId)
    await fetch(`${gateway.url}/v1/payment_intents/${ref}/confirm`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_x' },
      body: 'payment_method=pm_card_visa',
    })
    await waitFor('the money to be given back', async () => {
      const charge = await provider().retrieve(ref)
      return charge.kind === 'answered' && charge.value.state === 'voided'
    })
    await waitFor('the payment to rest', async () => {
      const order = await stack.checkout.order(orderId)
      return order?.payment.state === 'failed' && order.payment.money === 'returned'
    })
    gateway.webhooks.target = null
    await server.stop(0)
  })
})

test('a provider that stays silent: at payment_until it is told to cancel, the hold goes on, another card works', async () => {
  const stack = start({ paymentMs: 300, paymentMsMax: 60_000 })
  const { buyer, reservationId, hold, eventId } = await held(stack)
  const request = { buyer, reservationId, paymentToken: 'pm_sandbox_down' }
  const order = accepted(await stack.checkout.book({ ...request, key: 'k' }))
  stack.checkout.recovery.start()
  expect(await settled(stack, order.orderId)).toMatchObject({
    status: 'FAILED',
    failure: 'payment_timed_out',
  })
  expect(await stack.inventory.findHold(hold.holdId, eventId, buyer)).toMatchObject({ state: 'held' })
  expect(await stack.checkout.book({ ...request, key: 'k' })).toMatchObject({ refused: 'payment_failed' })
  const next = await stack.checkout.book({ ...request, paymentToken: 'pm_card_visa' })
  expect(next).toMatchObject({ status: 201 })
})

test('an authorization that lapses before it is captured: tickets void, seats free, no charge', async () => {
  const stack = start()
  const { buyer, reservationId, eventId } = await held(stack)
  gateway.fail('capture', 'down', 1)
  const order = accepted(await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' }))
  await provider().void({ orderId: 'x', attempt: 'x', ref: await refOf(order.orderId) })
  stack.checkout.recovery.start()
  expect(await settled(stack, order.orderId)).toMatchObject({ status: 'FAILED', failure: 'payment_lapsed' })
  await stack.hold(eventId, systemIds.uuid(), ['A1', 'A2'])
})

test('a ticket that was made void before it was valid: the money goes back, the other seats are free', async () => {
  let orderId = ''
  const stack: CheckoutStack = start({}, async (point) => {
    if (point !== 'issuing:before') return
    const { rows } = await db.database.pool.query(
      `select o.order_id as id, o.hold_id, o.event_id::text as event,
              array_agg(l.ticket_id order by l.line_no) as tickets
         from orders o join order_lines l on l.order_id = o.order_id and l.kind = 'ticket'
        where o.status = 'PENDING' group by o.order_id`,
    )
    orderId = rows[0].id
    const { event: eventId, hold_id: holdId, tickets } = rows[0]
    voidedByHand = eventId
    const ticketIds = (tickets as string[]).slice(0, 1)
    await stack.inventory.cancelTickets({ eventId, holdId, orderId, ticketIds, refundId: systemIds.uuid() })
  })
  const { buyer, reservationId, eventId } = await held(stack)
  const answer = await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' })
  stack.checkout.recovery.start()
  expect(answer).toMatchObject({ refused: 'reservation_expired' })
  expect(await settled(stack, orderId)).toMatchObject({ status: 'FAILED', failure: 'booking_withdrawn' })
  // Whoever voided the first seat's ticket opens it again.
  const view = await stack.inventory.availability(eventId)
  expect(isRefusal(view) ? view : [...view.seats.subarray(0, 2)]).toEqual([2, 0])
})

describe('a process that slept while another one finished its payment', () => {
  const points = ['beginning', 'opening', 'authorizing', 'confirming', 'capturing', 'issuing'].flatMap(
    (state) => [`${state}:before`, `${state}:after`],
  )
  test.each(points)('at %s changes nothing when it wakes', async (sleepsAt) => {
    let wake = (): void => {}
    const asleep = new Promise<void>((resolve) => (wake = resolve))
    let slept = false
    const sleeper = start({ leaseMs: 50 }, (point) => {
      if (point !== sleepsAt) return
      slept = true
      return asleep
    })
    const worker = start()
    const { buyer, reservationId } = await held(worker)
    const request = { buyer, reservationId, key: 'k', paymentToken: 'pm_card_visa' }
    const sleeping = sleeper.checkout.book(request)
    await waitFor('it to sleep', () => slept)
    const { rows } = await db.database.pool.query('select order_id as id from orders where buyer = $1', [
      buyer,
    ])
    worker.checkout.recovery.start()
    const before = await settled(worker, rows[0].id)
    expect(before).toMatchObject({ status: 'CONFIRMED' })
    const traces = await tracesOf(rows[0].id)
    wake()
    expect(await sleeping).toMatchObject({ status: 201 })
    expect(await tracesOf(rows[0].id)).toEqual(traces)
    expect(traces.facts).toEqual(['booking.confirmed'])
    expect(await worker.checkout.order(rows[0].id)).toEqual(before)
  })
})

test('150 checkouts, a third of all calls failing in some way, two workers: every one ends in tickets or no charge', async () => {
  const worker = start()
  const other = start()
  const server = worker.serve()
  gateway.webhooks.target = {
    url: `http://127.0.0.1:${server.port}/v1/webhooks/stripe`,
    secret: WEBHOOK_SECRET,
  }
  gateway.webhooks.copies = 2
  gateway.webhooks.reversed = true
  const eventId = String((nextEvent += 1))
  await worker.open(eventId)
  const calls = ['create', 'confirm', 'capture', 'cancel', 'refund', 'retrieve', 'list'] as const
  const faults = ['down', 'lost', 'late', 'broken', 'limited'] as const
  let seed = 7
  const random = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % n
  }
  const checkout = async (i: number): Promise<string | null> => {
    const stack = i % 2 ? worker : other
    const buyer = systemIds.uuid()
    const seat = `${String.fromCharCode(65 + Math.floor(i / 20))}${(i % 20) + 1}`
    const hold = await stack.hold(eventId, buyer, [seat])
    if (random(3) > 0) gateway.fail(calls[random(calls.length)]!, faults[random(faults.length)]!, 1)
    const tokens = [
      'pm_card_visa',
      'pm_card_visa',
      'pm_card_visa',
      'pm_card_chargeDeclined',
      'pm_sandbox_lost',
    ]
    const request = {
      buyer,
      reservationId: `${eventId}.${hold.holdId}`,
      paymentToken: tokens[random(tokens.length)]!,
    }
    const answer = await stack.checkout.book(request)
    if (isRefusal(answer)) return null
    const again = await stack.checkout.book(request)
    if (random(4) === 0 && !isRefusal(again) && again.status === 201) {
      await stack.checkout.cancel({ buyer, orderId: again.order.orderId })
    }
    return answer.order.orderId
  }
  worker.checkout.recovery.start()
  other.checkout.recovery.start()
  for (let from = 0; from < 150; from += 25) {
    await Promise.all(Array.from({ length: 25 }, (_, i) => checkout(from + i)))
  }
  gateway.heal()
  await waitFor(
    'everything to settle',
    async () => {
      const { rows } = await db.database.pool.query(
        `select (select count(*) from payments where next_at is not null)
              + (select count(*) from refunds where next_at is not null) as open`,
      )
      return Number(rows[0].open) === 0
    },
    30_000,
  )
  gateway.webhooks.target = null
  await server.stop(0)
  const { rows } = await db.database.pool.query(
    'select status, count(*)::int as n from orders where event_id = $1 group by status order by status',
    [eventId],
  )
  console.log(rows.map((row) => `${row.n} ${row.status}`).join(', '))
}, 90_000)

/** What a payment has left behind: its steps and the facts told to other systems. */
async function tracesOf(orderId: string): Promise<{ steps: string[]; facts: string[] }> {
  const steps = await db.database.pool.query(
    `select from_state || ' ' || event || ' ' || to_state as step
       from payment_steps join payments using (payment_id) where order_id = $1 order by n`,
    [orderId],
  )
  const facts = await db.database.pool.query('select kind from money_outbox where key = $1 order by n', [
    orderId,
  ])
  return { steps: steps.rows.map((row) => row.step), facts: facts.rows.map((row) => row.kind) }
}

async function refOf(orderId: string): Promise<string> {
  const { rows } = await db.database.pool.query(
    'select provider_ref as ref from payments where order_id = $1',
    [orderId],
  )
  return rows[0].ref as string
}

function provider() {
  return createStripeProvider({ secretKey: 'sk_test_x', webhookSecret: 'x', apiBase: gateway.url })
}

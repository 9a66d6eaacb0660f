import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fileURLToPath } from 'node:url'
import { systemClock, systemIds } from '../../platform/clock.ts'
import { startSandboxGateway, type SandboxGateway } from '../../platform/payment/sandbox/gateway.ts'
import { audit } from '../audit/index.ts'
import { isRefusal } from '../../shared/errors.ts'
import { checkMoney } from '../../../test/harness/check-money.ts'
import { checkoutStack, type CheckoutStack } from '../../../test/harness/checkout-stack.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import type { Order } from './index.ts'

const CHILD = fileURLToPath(new URL('../../../test/harness/checkout-process.ts', import.meta.url))
/** A lease outlives its owner by this much, in milliseconds: what recovery has to wait for. */
const TIMES = { leaseMs: 600 }

let db: TestDatabase
let gateway: SandboxGateway
/** The process that lives on: it recovers what the killed ones left. */
let stack: CheckoutStack
let nextEvent = 1000

beforeAll(async () => {
  db = await testDatabase({ connectionsMax: 2 })
  gateway = startSandboxGateway({ port: 0, file: ':memory:' })
  stack = checkoutStack({ databaseUrl: db.url, gatewayUrl: gateway.url, times: TIMES })
  stack.checkout.recovery.start()
})
afterAll(async () => {
  const report = await audit({ database: db.database, clock: systemClock }, { graceMs: 0 })
  await stack.close()
  await gateway.stop()
  await db.drop()
  expect(report.findings).toEqual([])
})

async function held(seats = ['A1', 'A2']) {
  const eventId = String((nextEvent += 1))
  const buyer = systemIds.uuid()
  await stack.open(eventId)
  const hold = await stack.hold(eventId, buyer, seats)
  return { eventId, buyer, hold, reservationId: `${eventId}.${hold.holdId}` }
}

/** Starts a process, lets it come to the point and kills it there. False: it finished without passing the point. */
async function killAt(job: Record<string, unknown>): Promise<boolean> {
  const child = Bun.spawn([process.execPath, CHILD, JSON.stringify(job)], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const reader = child.stdout.getReader()
  const { value } = await reader.read()
  const said = value ? new TextDecoder().decode(value).trim() : 'nothing'
  child.kill('SIGKILL')
  await child.exited
  if (said !== 'stopped' && said !== 'finished') throw new Error(`the process said ${said}`)
  return said === 'stopped'
}

const base = () => ({ databaseUrl: db.url, gatewayUrl: gateway.url, times: TIMES })

async function settledOrder(buyer: string): Promise<Order | null> {
  return waitFor('the order to settle', async () => {
    const { rows } = await stack.database.pool.query(
      `select o.order_id as id, o.status from orders o where o.buyer = $1`,
      [buyer],
    )
    if (rows.length === 0) return { none: true }
    expect(rows).toHaveLength(1)
    return rows[0].status === 'PENDING' ? null : { id: rows[0].id as string }
  }).then((found) => ('id' in found ? stack.checkout.order(found.id!) : null))
}

async function clean(): Promise<void> {
  expect(await checkMoney(stack.database, gateway.url)).toEqual([])
}

const steps = (...states: string[]): string[] =>
  states.flatMap((state) => [`${state}:before`, `${state}:after`])

describe('a process killed while a card is paid', () => {
  const points = [
    'order:recorded',
    ...steps('beginning', 'opening', 'authorizing', 'confirming', 'capturing', 'issuing'),
    'confirmed:recorded',
  ]
  test.each(points)('at %s: another one finishes it, once', async (stopAt) => {
    const r = await held()
    const { buyer, reservationId } = r
    expect(
      await killAt({ ...base(), act: 'book', stopAt, buyer, reservationId, paymentToken: 'pm_card_visa' }),
    ).toBe(true)
    const order = await settledOrder(buyer)
    expect(order).toMatchObject({ status: 'CONFIRMED', total: 10_150 })
    // The buyer, who heard nothing, asks again with the same key.
    const again = await stack.checkout.book({
      buyer,
      reservationId,
      key: 'crash',
      paymentToken: 'pm_card_visa',
    })
    expect(again).toMatchObject({ status: 201, order: { orderId: order!.orderId } })
    await clean()
  })
})

describe('a process killed while a card is declined', () => {
  test.each([...steps('authorizing', 'ending'), 'failed:recorded'])(
    'at %s: no charge, the hold stays',
    async (stopAt) => {
      const { buyer, reservationId, hold, eventId } = await held()
      const job = {
        ...base(),
        act: 'book',
        stopAt,
        buyer,
        reservationId,
        paymentToken: 'pm_card_chargeDeclined',
      }
      expect(await killAt(job)).toBe(true)
      expect(await settledOrder(buyer)).toMatchObject({ status: 'FAILED', failure: 'card_declined' })
      expect(await stack.inventory.findHold(hold.holdId, eventId, buyer)).toMatchObject({ state: 'held' })
      await clean()
    },
  )
})

describe('a process killed while a payment runs out of time', () => {
  // The bank does not answer; the worker that withdraws it dies, too.
  test.each([...steps('withdrawing', 'ending'), 'failed:recorded'])('at %s: no charge', async (stopAt) => {
    const { buyer, reservationId } = await held()
    const times = { ...TIMES, paymentMs: 600, paymentMsMax: 60_000 }
    const short = checkoutStack({ databaseUrl: db.url, gatewayUrl: gateway.url, times })
    await stack.checkout.recovery.stop()
    const asked = await short.checkout.book({ buyer, reservationId, paymentToken: 'pm_sandbox_down' })
    expect(asked).toMatchObject({ status: 202 })
    await short.close()
    expect(await killAt({ ...base(), times, act: 'recover', stopAt, buyer })).toBe(true)
    stack.checkout.recovery.start()
    expect(await settledOrder(buyer)).toMatchObject({ status: 'FAILED', failure: 'payment_timed_out' })
    await clean()
  })
})

describe('a process killed while tickets are given back', () => {
  const points = ['refund:recorded', ...steps('refund.voiding', 'refund.refunding', 'refund.reopening')]
  test.each(points)('at %s: refunded once, seats for sale', async (stopAt) => {
    const { buyer, reservationId, eventId } = await held()
    const booked = await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' })
    if (isRefusal(booked)) throw new Error(booked.detail)
    const { orderId } = booked.order
    expect(await killAt({ ...base(), act: 'cancel', stopAt, buyer, orderId })).toBe(true)
    await waitFor('the refund', async () => {
      const order = await stack.checkout.order(orderId)
      return order!.refunds.length === 1 && order!.refunds[0]!.state === 'settled'
    })
    expect(await stack.checkout.order(orderId)).toMatchObject({
      status: 'CANCELLED',
      refunded: 2 * 4600 + 150,
    })
    await stack.hold(eventId, systemIds.uuid(), ['A1', 'A2'])
    await clean()
  })
})

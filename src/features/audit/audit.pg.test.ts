import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkoutStack, type CheckoutStack } from '../../../test/harness/checkout-stack.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { systemClock, systemIds } from '../../platform/clock.ts'
import { startSandboxGateway, type SandboxGateway } from '../../platform/payment/sandbox/gateway.ts'
import { createStripeProvider } from '../../platform/payment/stripe.ts'
import { isRefusal } from '../../shared/errors.ts'
import { joinEventScopedId } from '../../shared/ids.ts'
import { audit, type AuditOptions } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'audit-'))
const uuid = (): string => systemIds.uuid()
let db: TestDatabase
let gateway: SandboxGateway
let stack: CheckoutStack

beforeAll(async () => {
  db = await testDatabase()
  gateway = startSandboxGateway({ port: 0, file: join(folder, 'books.sqlite') })
  stack = checkoutStack({ databaseUrl: db.url, gatewayUrl: gateway.url })
})
afterAll(async () => {
  await stack.close()
  await gateway.stop()
  await db.drop()
  rmSync(folder, { recursive: true, force: true })
})

type Sold = { eventId: string; orderId: string; holdId: string; ticketIds: string[]; openHold: string }

let lastEvent = 500
/** An event that has seen a bit of everything: its ids are what the tests tamper with. */
async function busyEvent(): Promise<Sold> {
  const eventId = String((lastEvent += 1))
  const { inventory, checkout } = stack
  await stack.open(eventId)
  const who = uuid()
  const hold = await stack.hold(eventId, who, ['A1', 'A2'], 1)
  const reservationId = joinEventScopedId(eventId, hold.holdId)
  const booked = await checkout.book({ buyer: who, reservationId, paymentToken: 'pm_card_visa' })
  if (isRefusal(booked)) throw new Error(booked.detail)
  const { order } = booked
  const ticketIds = order.lines.flatMap((line) => line.ticketId ?? [])
  const back = await checkout.cancel({
    buyer: who,
    orderId: order.orderId,
    ticketIds: [joinEventScopedId(eventId, ticketIds[1]!)],
  })
  expect(back).toMatchObject({ status: 200 })

  const declined = await stack.hold(eventId, uuid(), ['C1'])
  expect(
    await checkout.book({
      buyer: declined.buyer,
      reservationId: joinEventScopedId(eventId, declined.holdId),
      paymentToken: 'pm_card_chargeDeclined',
    }),
  ).toMatchObject({ refused: 'card_declined' })
  await inventory.extend(declined.holdId, eventId, declined.buyer, { keyHash: uuid(), requestHash: uuid() })
  const released = await stack.hold(eventId, uuid(), ['C2'], 2)
  await inventory.release(released.holdId, eventId, released.buyer)
  await inventory.block({ eventId, seats: ['J1', 'J2'] })
  await inventory.unblock({ eventId, seats: ['J1'] })
  const rules = await inventory.rules(eventId)
  await inventory.configure({ eventId, rules: { ...rules!, ticketsPerBuyer: 6 } })
  const open = await inventory.hold({
    eventId,
    buyer: uuid(),
    seats: [{ seatId: 'D1' }, { seatId: 'D2' }],
    areas: [{ areaId: 'standing', quantity: 2 }],
    key: { keyHash: uuid(), requestHash: uuid() },
    contactHash: uuid(),
  })
  if (isRefusal(open)) throw new Error(open.detail)
  return { eventId, orderId: order.orderId, holdId: hold.holdId, ticketIds, openHold: open.holdId }
}

async function findings(eventId?: string, options: AuditOptions = {}): Promise<string[]> {
  const report = await audit(
    { database: db.database, clock: systemClock },
    { graceMs: 0, ...(eventId !== undefined && { eventId }), ...options },
  )
  return report.findings.map((finding) => finding.what)
}

const sql = (text: string, values: unknown[] = []): Promise<{ rowCount: number | null }> =>
  db.database.pool.query(text, values)

describe('honest data', () => {
  test('an event that has seen a bit of everything gives no finding', async () => {
    const { eventId } = await busyEvent()
    const report = await audit({ database: db.database, clock: systemClock }, { eventId, graceMs: 0 })
    expect(report.findings).toEqual([])
    expect(report.figures).toMatchObject({ events: 1, holds: 4, tickets: 3, orders: 2, ordersUnderWay: 0 })
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audit, type AuditOptions, type AuditReport } from '../../src/features/audit/index.ts'
import { accessCodeHash } from '../../src/features/inventory/index.ts'
import { systemClock, systemIds } from '../../src/platform/clock.ts'
import { startSandboxGateway } from '../../src/platform/payment/sandbox/gateway.ts'
import { isRefusal } from '../../src/shared/errors.ts'
import { joinEventScopedId } from '../../src/shared/ids.ts'
import { checkoutStack, type CheckoutStack } from './checkout-stack.ts'
import { testDatabase } from './database.ts'

/** Ids of an event that has seen a bit of everything: what tests tamper with. */
export type Sold = { eventId: string; orderId: string; holdId: string; ticketIds: string[]; openHold: string }

export type AuditBench = Awaited<ReturnType<typeof auditBench>>

/** A database, a gateway, a checkout on both, and what tests of the audit do with them. */
export async function auditBench() {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  const db = await testDatabase()
  const gateway = startSandboxGateway({ port: 0, file: join(folder, 'books.sqlite') })
  const stack = checkoutStack({ databaseUrl: db.url, gatewayUrl: gateway.url })
  let lastEvent = 500
  const newEvent = (): string => String((lastEvent += 1))
  const sql = (text: string, values: unknown[] = []): Promise<{ rowCount: number | null }> =>
    db.database.pool.query(text, values)
  const run = (options: AuditOptions, wait?: () => Promise<void>): Promise<AuditReport> =>
    audit({ database: db.database, clock: systemClock, ...(wait && { wait }) }, { graceMs: 0, ...options })
  return {
    db,
    gateway,
    stack,
    sql,
    run,
    newEvent,
    busyEvent: () => busyEvent(stack, newEvent()),
    findings: async (eventId?: string, options: AuditOptions = {}): Promise<string[]> =>
      (await run({ ...(eventId !== undefined && { eventId }), ...options })).findings.map((one) => one.what),
    /** Removes the last entries and sets the head back, as somebody would who knows how. */
    async cutTail(eventId: string, entries: number): Promise<void> {
      await sql(
        `update event_heads h set version = l.version, head_hash = l.hash, at = l.at, next_due = null
           from ledger l where h.event_id = $1 and l.event_id = $1 and l.version = h.version - $2`,
        [eventId, entries],
      )
      await sql(
        `delete from ledger l using event_heads h
          where h.event_id = $1 and l.event_id = $1 and l.version > h.version`,
        [eventId],
      )
    },
    async close(): Promise<void> {
      await stack.close()
      await gateway.stop()
      await db.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function busyEvent(stack: CheckoutStack, eventId: string): Promise<Sold> {
  const uuid = (): string => systemIds.uuid()
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
  if (isRefusal(back)) throw new Error(back.detail)

  const declined = await stack.hold(eventId, uuid(), ['C1'])
  const refused = await checkout.book({
    buyer: declined.buyer,
    reservationId: joinEventScopedId(eventId, declined.holdId),
    paymentToken: 'pm_card_chargeDeclined',
  })
  if (!isRefusal(refused)) throw new Error('a card that is declined was taken')
  await inventory.extend(declined.holdId, eventId, declined.buyer, { keyHash: uuid(), requestHash: uuid() })
  const released = await stack.hold(eventId, uuid(), ['C2'], 2)
  await inventory.release(released.holdId, eventId, released.buyer)
  await inventory.block({ eventId, seats: ['J1', 'J2'] })
  await inventory.unblock({ eventId, seats: ['J1'] })
  const rules = await inventory.rules(eventId)
  await inventory.configure({
    eventId,
    rules: {
      ...rules!,
      ticketsPerBuyer: 6,
      offers: [
        { id: 'friends', startsAt: null, endsAt: null, access: 'code' },
        { id: 'all', startsAt: null, endsAt: null, access: 'open' },
      ],
      allocations: [{ no: 1, kind: 'press', releaseAt: null }],
      accessCodes: [
        { hash: accessCodeHash(eventId, 'Freunde'), uses: 2, offer: 1 },
        { hash: accessCodeHash(eventId, 'Presse'), uses: null, allocation: 1 },
      ],
    },
  })
  await inventory.allocate({ eventId, allocation: 1, seats: ['J3', 'J4', 'J5'] })
  await inventory.releaseAllocation({ eventId, allocation: 1, seats: ['J4'] })
  await inventory.allocatePlaces({ eventId, allocation: 1, areaId: 'standing', places: 3 })
  const invited = await inventory.hold({
    eventId,
    buyer: uuid(),
    areas: [{ areaId: 'standing', quantity: 1 }],
    accessCode: 'presse',
  })
  if (isRefusal(invited)) throw new Error(invited.detail)
  const open = await inventory.hold({
    eventId,
    buyer: uuid(),
    seats: [{ seatId: 'D1' }, { seatId: 'D2' }],
    areas: [{ areaId: 'standing', quantity: 2 }],
    key: { keyHash: uuid(), requestHash: uuid() },
    contactHash: uuid(),
    accessCode: 'freunde ',
  })
  if (isRefusal(open)) throw new Error(open.detail)
  return { eventId, orderId: order.orderId, holdId: hold.holdId, ticketIds, openHold: open.holdId }
}

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

type Tampering = {
  what: string
  by: (sold: Sold) => Promise<unknown>
  named: RegExp | ((sold: Sold) => string)
}

const inTables: Tampering[] = [
  {
    what: 'a seat that is sold is made available',
    by: (s) =>
      sql(`update event_seats set status = 0, hold_id = null where event_id = $1 and seat_guid = 'A1'`, [
        s.eventId,
      ]),
    named: (s) =>
      `seat 0 (A1): the table says AVAILABLE, the ledger says BOOKED by hold ${s.holdId} at version`,
  },
  {
    what: 'a seat is given to another hold',
    by: (s) =>
      sql(`update event_seats set hold_id = $2 where event_id = $1 and seat_guid = 'D1'`, [
        s.eventId,
        s.holdId,
      ]),
    named: (s) => `the table says HELD by hold ${s.holdId}, the ledger says HELD by hold ${s.openHold}`,
  },
  {
    what: 'a seat is held for longer',
    by: (s) =>
      sql(
        `update event_seats set held_until = held_until + interval '1 h' where event_id = $1 and seat_guid = 'D1'`,
        [s.eventId],
      ),
    named: /seat 60 \(D1\): the table says held until .*, the ledger 2/,
  },
  {
    what: 'a seat row is deleted',
    by: (s) => sql(`delete from event_seats where event_id = $1 and seat_no = 7`, [s.eventId]),
    named: /seat 7 is missing from event_seats/,
  },
  {
    what: 'a seat row is added',
    by: (s) =>
      sql(`insert into event_seats (event_id, seat_no, seat_guid) values ($1, 200, 'Z1')`, [s.eventId]),
    named: /seat 200 \(Z1\) is in event_seats, but the event has 200 seats/,
  },
  {
    what: "an area's counter is changed",
    by: (s) => sql(`update event_areas set booked = booked + 1 where event_id = $1`, [s.eventId]),
    named: /area 0: the table says booked 2, the ledger 1 at version/,
  },
  {
    what: "an area's capacity is changed",
    by: (s) => sql(`update event_areas set capacity = 60 where event_id = $1`, [s.eventId]),
    named: /area 0: the table says capacity 60, the ledger 50/,
  },
  {
    what: "a hold's time is changed",
    by: (s) =>
      sql(`update holds set expires_at = '2099-01-01T00:00:00Z' where event_id = $1 and hold_id = $2`, [
        s.eventId,
        s.openHold,
      ]),
    named: (s) => `hold ${s.openHold}: the table says expires_at 2099-01-01T00:00:00.000Z, the ledger says 2`,
  },
  {
    what: "a hold's buyer is changed",
    by: (s) =>
      sql(`update holds set buyer = $2 where event_id = $1 and hold_id = $2`, [s.eventId, s.openHold]),
    named: (s) => `hold ${s.openHold}: the table says buyer ${s.openHold}, the ledger says`,
  },
  {
    what: "a hold's price is changed",
    by: (s) =>
      sql(
        `update holds set lines = replace(lines::text, '5000', '1')::json where event_id = $1 and hold_id = $2`,
        [s.eventId, s.openHold],
      ),
    named: (s) => `hold ${s.openHold}: the table says lines [[60,0,1,`,
  },
  {
    what: 'a released hold is alive again',
    by: (s) => sql(`update holds set state = 0 where event_id = $1 and state = 3`, [s.eventId]),
    named: /the table says state held, the ledger says released/,
  },
  {
    what: 'a hold is deleted',
    by: (s) => sql(`delete from holds where event_id = $1 and hold_id = $2`, [s.eventId, s.openHold]),
    named: (s) => `hold ${s.openHold} is missing from the table`,
  },
  {
    what: 'a hold is invented',
    by: (s) =>
      sql(
        `insert into holds (event_id, hold_id, buyer, expires_at, rules_version, lines)
         values ($1, '99999999-0000-7000-8000-000000000000', $2, now(), 1, '[]')`,
        [s.eventId, s.holdId],
      ),
    named:
      /hold 99999999-0000-7000-8000-000000000000 is in the table, but no entry up to version \d+ made it/,
  },
  {
    what: 'the places of a hold in an area are changed',
    by: (s) =>
      sql(`update hold_areas set quantity = 9 where event_id = $1 and hold_id = $2`, [s.eventId, s.openHold]),
    named: (s) => `hold_areas row ${s.openHold}:0: the table says quantity 9, the ledger says 2`,
  },
  {
    what: 'a void ticket is made valid',
    by: (s) =>
      sql(`update tickets set state = 1 where event_id = $1 and ticket_id = $2`, [s.eventId, s.ticketIds[1]]),
    named: (s) => `ticket ${s.ticketIds[1]}: the table says state valid, the ledger says void at version`,
  },
  {
    what: 'a ticket is moved to another seat',
    by: (s) =>
      sql(`update tickets set seat_no = 9 where event_id = $1 and ticket_id = $2`, [
        s.eventId,
        s.ticketIds[0],
      ]),
    named: (s) => `ticket ${s.ticketIds[0]}: the table says seat_no 9, the ledger says 0`,
  },
  {
    what: 'a ticket is deleted',
    by: (s) => sql(`delete from tickets where event_id = $1 and ticket_id = $2`, [s.eventId, s.ticketIds[0]]),
    named: (s) => `ticket ${s.ticketIds[0]} is missing from the table`,
  },
  {
    what: 'an idempotency key is deleted',
    by: (s) =>
      sql(`delete from command_keys where event_id = $1 and result like $2`, [s.eventId, `${s.openHold}:%`]),
    named: /idempotency key .* is missing from the table/,
  },
  {
    what: 'an idempotency key gives another answer',
    by: (s) =>
      sql(`update command_keys set result = 'x' where event_id = $1 and result like $2`, [
        s.eventId,
        `${s.openHold}:%`,
      ]),
    named: (s) => `the table says result x, the ledger says ${s.openHold}:`,
  },
  {
    what: 'the rules of the past are changed',
    by: (s) =>
      sql(
        `update event_rules set body = jsonb_set(body, '{ticketsPerBuyer}', '99') where event_id = $1 and version = 1`,
        [s.eventId],
      ),
    named: /the rules of version 1 in event_rules are not those of the ledger/,
  },
  {
    what: 'the present rules are deleted',
    by: (s) => sql(`delete from event_rules where event_id = $1 and version > 1`, [s.eventId]),
    named: /the rules of version \d+ are missing from event_rules/,
  },
  {
    what: 'a fact is taken out of the outbox',
    by: (s) =>
      sql(`delete from inventory_outbox where event_id = $1 and kind = 'tickets.voided'`, [s.eventId]),
    named: /the fact tickets.voided of version \d+ is missing from the outbox/,
  },
  {
    what: 'a fact is changed',
    by: (s) =>
      sql(`update inventory_outbox set body = '{}' where event_id = $1 and kind = 'tickets.issued'`, [
        s.eventId,
      ]),
    named: /the fact tickets.issued at version \d+ in the outbox is not what its entry says/,
  },
  {
    what: "the lists' figures are of a version that does not exist yet",
    by: (s) => sql(`insert into event_stock values ($1, 99, 250, 240)`, [s.eventId]),
    named: /event_stock is of version 99, the ledger ends at \d+: entries were cut off/,
  },
  {
    what: "the lists' figures are wrong",
    by: (s) => sql(`insert into event_stock values ($1, 1, 250, 240)`, [s.eventId]),
    named: /event_stock says 240 of 250 left at version 1, the ledger 250 of 250/,
  },
  {
    what: 'the next due time is put off',
    by: (s) => sql(`update event_heads set next_due = null where event_id = $1`, [s.eventId]),
    named: /the head says that nothing is due, but a hold is due at/,
  },
]

const inLedger: Tampering[] = [
  {
    what: 'a byte of an entry is changed',
    by: (s) => rewriteBytes(s.eventId, 2, '"until":1', '"until":2'),
    named: /entry 2: its bytes are not those that its hash was made of/,
  },
  {
    what: 'an entry is made unreadable',
    by: (s) => rewriteBytes(s.eventId, 2, '{"event"', '["event"'),
    named: /entry 2: it cannot be read .*; what follows is not replayed/,
  },
  {
    what: 'an entry is of a format that nobody knows',
    by: (s) =>
      sql(`update ledger set body = set_byte(body, 0, 9) where event_id = $1 and version = 3`, [s.eventId]),
    named: /entry 3: ledger format 9 is not known/,
  },
  {
    what: "an entry's time is changed",
    by: (s) => sql(`update ledger set at = at + 1 where event_id = $1 and version = 3`, [s.eventId]),
    named: /entry 3: its column at says \d+, its bytes \d+/,
  },
  {
    what: "an entry's batch is changed",
    by: (s) =>
      sql(`update ledger set batch_id = $2 where event_id = $1 and version = 3`, [s.eventId, s.holdId]),
    named: /entry 3: its column batch_id says/,
  },
  {
    what: "an entry's hash is changed",
    by: (s) =>
      sql(
        `update ledger set hash = set_byte(hash, 0, get_byte(hash, 0) # 1) where event_id = $1 and version = 3`,
        [s.eventId],
      ),
    named: /entry 4 does not continue entry 3/,
  },
  {
    what: 'an entry is removed from the middle',
    by: (s) => sql(`delete from ledger where event_id = $1 and version = 5`, [s.eventId]),
    named: /entry 5 is missing from the ledger/,
  },
  {
    what: 'entries are removed from the middle',
    by: (s) => sql(`delete from ledger where event_id = $1 and version in (5, 6)`, [s.eventId]),
    named: /entries 5 to 6 are missing from the ledger/,
  },
  {
    what: 'the first entry is removed',
    by: (s) => sql(`delete from ledger where event_id = $1 and version = 1`, [s.eventId]),
    named: /entry 1 is missing from the ledger/,
  },
  {
    what: 'the last entry is removed',
    by: (s) =>
      sql(
        `delete from ledger l using event_heads h where l.event_id = $1 and h.event_id = $1 and l.version = h.version`,
        [s.eventId],
      ),
    named: /the head says version (\d+), the ledger ends with \d+/,
  },
  {
    what: 'the last entry is removed and the head set back',
    by: (s) => cutTail(s.eventId, 1),
    named: (s) => `hold ${s.openHold} is in the table, but no entry up to version`,
  },
  {
    what: "the head's hash is changed",
    by: (s) =>
      sql(
        `update event_heads set head_hash = set_byte(head_hash, 0, get_byte(head_hash, 0) # 1) where event_id = $1`,
        [s.eventId],
      ),
    named: /the head says hash [0-9a-f]{64}, the ledger ends with [0-9a-f]{64}/,
  },
  {
    what: 'the head is removed',
    by: (s) => sql(`delete from event_heads where event_id = $1`, [s.eventId]),
    named: /it has a ledger, but no head/,
  },
  {
    what: 'the head says sealed',
    by: (s) => sql(`update event_heads set sealed = 'elsewhere' where event_id = $1`, [s.eventId]),
    named: /the head says sealed elsewhere, the ledger ends with null/,
  },
]

const inMoney: Tampering[] = [
  {
    what: "an order's total is changed",
    by: (s) => sql(`update orders set total = total + 1 where order_id = $1`, [s.orderId]),
    named: /its lines come to \d+, its total is \d+/,
  },
  {
    what: 'an order says that less was refunded',
    by: (s) => sql(`update orders set refunded = 0 where order_id = $1`, [s.orderId]),
    named: /it says that 0 were refunded, its refunds come to \d+/,
  },
  {
    what: 'a payment says that nothing was captured',
    by: (s) => sql(`update payments set money = 'none' where order_id = $1`, [s.orderId]),
    named: (s) => `ticket ${s.ticketIds[0]} is valid, but no money was captured or recorded for it`,
  },
  {
    what: 'an order is deleted',
    by: async (s) => {
      await sql(`delete from refund_lines where order_id = $1`, [s.orderId])
      await sql(`delete from refunds where order_id = $1`, [s.orderId])
      await sql(`delete from payments where order_id = $1`, [s.orderId])
      await sql(`delete from order_lines where order_id = $1`, [s.orderId])
      await sql(`delete from orders where order_id = $1`, [s.orderId])
    },
    named: (s) => `booked hold ${s.holdId} for order ${s.orderId}, and there is no such order`,
  },
  {
    what: 'a payment is deleted',
    by: async (s) => {
      await sql(`delete from refund_lines where order_id = $1`, [s.orderId])
      await sql(`delete from refunds where order_id = $1`, [s.orderId])
      await sql(`delete from payments where order_id = $1`, [s.orderId])
    },
    named: /it has no payment, not even one of nothing/,
  },
  {
    what: 'a refund is deleted',
    by: async (s) => {
      await sql(`delete from refund_lines where order_id = $1`, [s.orderId])
      await sql(`delete from refunds where order_id = $1`, [s.orderId])
    },
    named: /line 1 is void, but nothing was refunded for it/,
  },
  {
    what: 'an order is charged twice',
    by: (s) =>
      sql(
        `insert into payments (payment_id, order_id, no, tender, provider, provider_ref, amount, currency, livemode,
                               state, money, spare_hold_id, payment_until, created_at)
         select gen_random_uuid(), order_id, 2, tender, provider, 'pi_twice', amount, currency, livemode, state, money,
                gen_random_uuid(), payment_until, created_at from payments where order_id = $1`,
        [s.orderId],
      ),
    named: /2 payments have money/,
  },
  {
    what: 'an order is called failed',
    by: (s) => sql(`update orders set status = 'FAILED' where order_id = $1`, [s.orderId]),
    named: /it FAILED and nothing is under way, but payment .* is captured/,
  },
  {
    what: 'an order is called pending',
    by: (s) => sql(`update orders set status = 'PENDING' where order_id = $1`, [s.orderId]),
    named: /it is PENDING, but its payment \(confirmed\) has nothing left to do/,
  },
  {
    what: 'a failed order is called confirmed',
    by: (s) =>
      sql(`update orders set status = 'CONFIRMED' where event_id = $1 and status = 'FAILED'`, [s.eventId]),
    named: /it is CONFIRMED, but the ledger never booked its hold/,
  },
  {
    what: "a line's price is changed",
    by: (s) =>
      sql(
        `update order_lines set amount = amount - 1000, refundable = 0 where order_id = $1 and line_no = 0`,
        [s.orderId],
      ),
    named: /line 0 costs 4000 \(fee 400, tax 327\), its hold says 5000 \(fee 400, tax 327\)/,
  },
  {
    what: "a line's seat is changed",
    by: (s) => sql(`update order_lines set seat_no = 9 where order_id = $1 and line_no = 0`, [s.orderId]),
    named: /line 0 is for seat 9, its hold has seat 0/,
  },
  {
    what: "a line's ticket is exchanged",
    by: (s) => sql(`update order_lines set ticket_id = $1 where order_id = $1 and line_no = 0`, [s.orderId]),
    named: /its tickets are not those that the ledger made for it/,
  },
]

describe('tampering with one thing', () => {
  test.each([...inTables, ...inLedger, ...inMoney])('$what: the audit names it', async ({ by, named }) => {
    const sold = await busyEvent()
    expect(await findings(sold.eventId)).toEqual([])
    const done = (await by(sold)) as { rowCount?: number | null } | undefined
    if (done?.rowCount !== undefined) expect(done.rowCount).toBeGreaterThan(0)
    const found = await findings(sold.eventId)
    const wanted = typeof named === 'function' ? named(sold) : named
    expect(found.join('\n')).toMatch(wanted instanceof RegExp ? wanted : escaped(wanted))
    expect(found[0]).toStartWith(`event ${sold.eventId}, `)
  })
})

async function rewriteBytes(eventId: string, version: number, from: string, to: string): Promise<unknown> {
  const hex = (text: string): string => Buffer.from(text).toString('hex')
  return sql(
    `update ledger set body = decode(replace(encode(body, 'hex'), $3, $4), 'hex')
      where event_id = $1 and version = $2 and position($3 in encode(body, 'hex')) > 0`,
    [eventId, version, hex(from), hex(to)],
  )
}

async function cutTail(eventId: string, entries: number): Promise<unknown> {
  await sql(
    `update event_heads h set version = l.version, head_hash = l.hash, at = l.at, next_due = null
       from ledger l where h.event_id = $1 and l.event_id = $1 and l.version = h.version - $2`,
    [eventId, entries],
  )
  return sql(
    `delete from ledger l using event_heads h where h.event_id = $1 and l.event_id = $1 and l.version > h.version`,
    [eventId],
  )
}

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
}

describe('a checkpoint', () => {
  test('sees a tail that was cut off together with everything that it had made', async () => {
    const eventId = String((lastEvent += 1))
    await stack.open(eventId)
    await stack.hold(eventId, uuid(), ['A1'])
    const { heads } = await auditOf(eventId)
    expect(heads).toEqual([{ eventId, version: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }])
    await cutTail(eventId, 1)
    await sql(`delete from holds where event_id = $1`, [eventId])
    await sql(`update event_seats set status = 0, hold_id = null, held_until = null where event_id = $1`, [
      eventId,
    ])
    expect(await findings(eventId)).toEqual([])
    expect(await findings(eventId, { since: heads })).toEqual([
      `event ${eventId}, the ledger ends at version 1, the checkpoint saw version 2: entries were cut off`,
    ])
  })

  test('sees a ledger that was written anew with right hashes, and one that is gone', async () => {
    const eventId = String((lastEvent += 1))
    await stack.open(eventId)
    const { heads } = await auditOf(eventId)
    const other = heads.map((head) => ({ ...head, hash: 'a'.repeat(64) }))
    expect(await findings(eventId, { since: other })).toEqual([
      `event ${eventId}, entry 1 is not the one that the checkpoint saw: the ledger was rewritten`,
    ])
    const gone = String((lastEvent += 1))
    const found = await findings(gone, { since: [{ eventId: gone, version: 3, hash: 'a'.repeat(64) }] })
    expect(found[0]).toMatch(/the ledger ends at version 0, the checkpoint saw version 3/)
  })

  test('is still contained in a ledger that went on', async () => {
    const { eventId } = await busyEvent()
    const { heads } = await auditOf(eventId)
    await stack.hold(eventId, uuid(), ['I1'])
    expect(await findings(eventId, { since: heads })).toEqual([])
  })
})

describe("the provider's books", () => {
  const provider = () =>
    createStripeProvider({
      secretKey: 'sk_test_x',
      webhookSecret: 'x',
      apiBase: gateway.url,
      callMsMax: 2_000,
    })
  const compared = async (): Promise<string[]> =>
    (await findings(undefined, { gateway: provider() })).filter((what) => /^order|^charge/.test(what))

  test('agree with the payments, until one of them is changed', async () => {
    const sold = await busyEvent()
    // Other tests of this file have tampered with their orders; only this one's counts.
    const ours = async (): Promise<string[]> =>
      (await compared()).filter((what) => what.includes(sold.orderId))
    expect(await ours()).toEqual([])
    const { rows } = await db.database.pool.query(`select provider_ref from payments where order_id = $1`, [
      sold.orderId,
    ])
    const ref = (rows[0] as { provider_ref: string }).provider_ref
    await sql(`update payments set money = 'returned' where order_id = $1`, [sold.orderId])
    expect(await ours()).toEqual([
      expect.stringMatching(
        /charge pi_\w+: \d+ are captured and kept, the payment says that its money is returned/,
      ),
    ])
    await sql(`update payments set money = 'captured', provider_ref = 'pi_gone' where order_id = $1`, [
      sold.orderId,
    ])
    expect(await ours()).toContainEqual(expect.stringContaining('stripe has no charge pi_gone'))
    await sql(`update payments set provider_ref = $2 where order_id = $1`, [sold.orderId, ref])
    await sql(`update refunds set amount = amount - 1 where order_id = $1`, [sold.orderId])
    expect(await ours()).toEqual([expect.stringMatching(/\d+ were given back, the refunds say \d+/)])
  })

  test('a charge that no payment knows, and a second one of the same order, are named', async () => {
    const sold = await busyEvent()
    const attempt = { orderId: sold.orderId, attempt: uuid() }
    const amount = { amount: 5_000, currency: 'EUR' }
    const charge = await provider().open({ ...attempt, ...amount, token: 'pm_card_visa' })
    if (charge.kind !== 'answered') throw new Error(charge.detail)
    const { ref } = charge.value
    await provider().authorize({ ...attempt, ref })
    await provider().capture({ ...attempt, ...amount, ref })
    const found = await compared()
    expect(found).toContainEqual(`charge ${ref} (order ${sold.orderId}) is captured, and no payment knows it`)
    expect(found).toContainEqual(expect.stringMatching(`order ${sold.orderId} was charged 2 times`))
  })
})

describe('beside processes that sell', () => {
  test('a sale that goes on meanwhile raises no false alarm', async () => {
    const eventId = String((lastEvent += 1))
    await stack.open(eventId)
    let isOver = false
    const buyers = Array.from({ length: 6 }, async (_, n) => {
      for (let i = 0; !isOver; i++) {
        const who = uuid()
        const hold = await stack.hold(eventId, who, [`${'ABCDEF'[n]}${1 + (i % 20)}`])
        const reservationId = joinEventScopedId(eventId, hold.holdId)
        const booked = await stack.checkout.book({ buyer: who, reservationId, paymentToken: 'pm_card_visa' })
        if (isRefusal(booked)) throw new Error(booked.detail)
        const back = await stack.checkout.cancel({ buyer: who, orderId: booked.order.orderId })
        expect(back).toMatchObject({ status: 200 })
      }
    })
    const versions: number[] = []
    for (let i = 0; i < 8; i++) {
      const report = await auditOf(eventId)
      expect(report.findings).toEqual([])
      versions.push(report.heads[0]!.version)
    }
    isOver = true
    await Promise.all(buyers)
    expect(new Set(versions).size).toBeGreaterThan(4)
    expect(await findings(eventId)).toEqual([])
  }, 30_000)

  test('work under way is looked at twice, and reported only when it stays', async () => {
    const sold = await busyEvent()
    // As a worker that died between two steps would leave it, or one that is in the middle of it.
    await sql(`update payments set next_at = now() where order_id = $1`, [sold.orderId])
    await sql(`update order_lines set state = 'void' where order_id = $1 and line_no = 0`, [sold.orderId])
    const mend = () =>
      sql(`update order_lines set state = 'valid' where order_id = $1 and line_no = 0`, [sold.orderId])
    const options = { eventId: sold.eventId, graceMs: 1 }
    const mended = await audit(
      { database: db.database, clock: systemClock, wait: async () => void (await mend()) },
      options,
    )
    expect(mended.findings).toEqual([])
    await sql(`update order_lines set state = 'void' where order_id = $1 and line_no = 0`, [sold.orderId])
    expect(await findings(sold.eventId)).toEqual([
      expect.stringContaining(`line 0 is void, but ticket ${sold.ticketIds[0]} is valid in the ledger`),
      expect.stringContaining('line 0 is void, but nothing was refunded for it'),
    ])
  })
})

describe('what belongs to no event', () => {
  test('an answer that names an order which is gone is a finding', async () => {
    const order = uuid()
    await sql(
      `insert into idempotent_answers (caller, route, event_id, key_hash, request_hash, order_id, created_at)
       values ($1, 'bookings', 1, $1, $1, $1, now())`,
      [order],
    )
    expect(await findings()).toContain(`order ${order} is named by a remembered answer and does not exist`)
  })

  test('an event that was never opened cannot be audited, and says so', async () => {
    expect(findings('999999')).rejects.toThrow('event 999999 was never opened for sale')
  })
})

function auditOf(eventId: string): ReturnType<typeof audit> {
  return audit({ database: db.database, clock: systemClock }, { eventId, graceMs: 0 })
}

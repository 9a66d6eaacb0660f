import { afterAll, beforeAll, expect, test } from 'bun:test'
import { auditBench, type AuditBench } from '../../../test/harness/audit-bench.ts'
import { checkoutStack } from '../../../test/harness/checkout-stack.ts'
import { systemClock, systemIds } from '../../platform/clock.ts'
import { isRefusal } from '../../shared/errors.ts'
import { joinEventScopedId } from '../../shared/ids.ts'
import { createFollowMovedTickets } from '../checkout/index.ts'
import type { MovedTicket } from '../inventory/index.ts'

let bench: AuditBench
let follow: (moved: Moved) => Promise<void>
beforeAll(async () => {
  bench = await auditBench()
  const { database, catalog, inventory } = bench.stack
  const following = createFollowMovedTickets({ database, catalog, inventory, clock: systemClock })
  follow = ({ eventId, moved }) =>
    following(
      eventId,
      moved.map(({ ticketId }) => ticketId),
    )
})
afterAll(() => bench.close())

/** The event that was sold last. */
let selling = ''

type Moved = { eventId: string; version: number; moved: MovedTicket[] }
type Sold = { eventId: string; orderId: string; holdId: string; ticketIds: string[] }

/** An order of two seats, A1 and A2. */
async function sold({ checkout, hold, open }: AuditBench['stack'] = bench.stack): Promise<Sold> {
  const eventId = (selling = bench.newEvent())
  await open(eventId)
  const { holdId, buyer } = await hold(eventId, systemIds.uuid(), ['A1', 'A2'])
  const reservationId = joinEventScopedId(eventId, holdId)
  const booked = await checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' })
  if (isRefusal(booked)) throw new Error(booked.detail)
  const { orderId, lines } = booked.order
  return { eventId, orderId, holdId, ticketIds: lines.flatMap(({ ticketId }) => ticketId ?? []) }
}

async function move(eventId: string, from: string, to: string): Promise<Moved> {
  const done = await bench.stack.inventory.moveTickets({ eventId, moves: [{ from, to }], block: true })
  if (isRefusal(done)) throw new Error(done.detail)
  return { eventId, ...done }
}

test('an order that has not followed its moved ticket yet is looked at again, and told when it never does', async () => {
  const { eventId, orderId, ticketIds } = await sold()
  const moved = await move(eventId, 'A1', 'B5')
  const found = await bench.findings(eventId)
  expect(found).toEqual([
    `event ${eventId}, order ${orderId}: line 0 is for seat 0, its hold has seat 24`,
    `event ${eventId}, order ${orderId}: line 0 says seat_id "A1", the layout says "B5"`,
    `event ${eventId}, order ${orderId}: line 0 says row_label "A", the layout says "B"`,
    `event ${eventId}, order ${orderId}: line 0 says seat_label "1", the layout says "5"`,
    `event ${eventId}, order ${orderId}: line 0 has a code of version ${moved.version - 1}, ticket ${ticketIds[0]} is of version ${moved.version}`,
  ])
  const report = await bench.run({ eventId }, () => follow(moved))
  expect(report.findings).toEqual([])
})

test('an order follows in any order of the facts, and its buyer is told of each move once', async () => {
  const { eventId, orderId } = await sold()
  const [first, second] = [await move(eventId, 'A1', 'B5'), await move(eventId, 'B5', 'C7')]
  for (const moved of [second, first, second]) await follow(moved)
  const order = await bench.stack.checkout.order(orderId)
  expect(order!.lines[0]).toMatchObject({ seatId: 'C7', row: 'C', seat: '7', stateVersion: second.version })
  const { rows } = await bench.db.database.pool.query(
    `select body from money_outbox where kind = 'booking.tickets_moved' and key = $1`,
    [orderId],
  )
  const before = [{ ticket_id: order!.lines[0]!.ticketId, section: 'Stalls', row: 'A', seat: '1' }]
  expect(rows.map(({ body }) => body.before)).toEqual([before])
  expect(await bench.findings(eventId)).toEqual([])
})

test('a ticket that two calls move in one entry is followed to where it is then', async () => {
  const { eventId, orderId } = await sold()
  const [first, second] = await Promise.all([move(eventId, 'A1', 'B5'), move(eventId, 'B5', 'C7')])
  expect(first.version).toBe(second.version)
  for (const moved of [first, second]) await follow(moved)
  expect((await bench.stack.checkout.order(orderId))!.lines[0]).toMatchObject({ seatId: 'C7' })
  expect(await bench.findings(eventId)).toEqual([])
})

test('a ticket that is moved between its entry in the ledger and the end of its payment has the new code', async () => {
  let moved: Promise<void> | null = null
  const stack = checkoutStack({
    databaseUrl: bench.db.url,
    gatewayUrl: bench.gateway.url,
    probe: (point) => {
      if (point !== 'issuing:after') return
      return (moved ??= move(selling, 'A1', 'B5').then(follow))
    },
  })
  const { eventId, orderId } = await sold(stack)
  expect(moved).not.toBeNull()
  const order = (await bench.stack.checkout.order(orderId))!
  expect(order.lines[0]).toMatchObject({ state: 'valid', seatId: 'B5' })
  expect(order.lines[0]!.stateVersion).toBeGreaterThan(order.lines[1]!.stateVersion!)
  expect(await bench.findings(eventId)).toEqual([])
  await stack.close()
})

test.each<{ what: string; sql: string; of: (s: Sold) => unknown[]; named: RegExp }>([
  {
    what: 'the ticket is said to have come from another seat',
    sql: 'update tickets set moved_from = 7 where event_id = $1 and ticket_id = $2',
    of: ({ eventId, ticketIds }) => [eventId, ticketIds[0]],
    named: /the table says moved_from 7, the ledger says 0/,
  },
  {
    what: 'the ticket is said never to have been moved, so that its old code is good again',
    sql: 'update tickets set moved_from = null where event_id = $1 and ticket_id = $2',
    of: ({ eventId, ticketIds }) => [eventId, ticketIds[0]],
    named: /the table says moved_from nothing, the ledger says 0/,
  },
  {
    what: 'the ticket has the version of its old code',
    sql: 'update tickets set state_version = state_version - 1 where event_id = $1 and ticket_id = $2',
    of: ({ eventId, ticketIds }) => [eventId, ticketIds[0]],
    named: /the table says state_version \d+, the ledger says \d+/,
  },
  {
    what: 'the hold has the old seat',
    sql: `update holds set lines = replace(lines::text, '[24,', '[0,')::json where event_id = $1 and hold_id = $2`,
    of: ({ eventId, holdId }) => [eventId, holdId],
    named: /the table says lines \[\[0,/,
  },
  {
    what: "the order's line makes the old code",
    sql: 'update order_lines set state_version = state_version - 1 where order_id = $1 and line_no = 0',
    of: ({ orderId }) => [orderId],
    named: /line 0 has a code of version \d+, ticket .* is of version \d+/,
  },
  {
    what: "the order's line says another row",
    sql: `update order_lines set row_label = 'A' where order_id = $1 and line_no = 0`,
    of: ({ orderId }) => [orderId],
    named: /line 0 says row_label "A", the layout says "B"/,
  },
  {
    what: 'nobody is told of the move',
    sql: `delete from inventory_outbox where event_id = $1 and kind = 'tickets.moved'`,
    of: ({ eventId }) => [eventId],
    named: /the fact tickets.moved of version \d+ is missing from the outbox/,
  },
])('after a move, $what: the audit names it', async ({ sql, of, named }) => {
  const one = await sold()
  await follow(await move(one.eventId, 'A1', 'B5'))
  expect(await bench.findings(one.eventId)).toEqual([])
  expect((await bench.sql(sql, of(one))).rowCount).toBe(1)
  expect((await bench.findings(one.eventId)).join('\n')).toMatch(named)
})

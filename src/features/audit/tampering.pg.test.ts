import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { auditBench, type AuditBench, type Sold } from '../../../test/harness/audit-bench.ts'
import { isRefusal } from '../../shared/errors.ts'
import { joinEventScopedId } from '../../shared/ids.ts'

let bench: AuditBench
beforeAll(async () => {
  bench = await auditBench()
})
afterAll(() => bench.close())

type Tampering = {
  what: string
  by: (sold: Sold) => Promise<unknown>
  named: RegExp | ((sold: Sold) => string)
}

const inTables: Tampering[] = [
  {
    what: 'a seat that is sold is made available',
    by: (s) =>
      bench.sql(
        `update event_seats set status = 0, hold_id = null where event_id = $1 and seat_guid = 'A1'`,
        [s.eventId],
      ),
    named: (s) =>
      `seat 0 (row A 1): the table says AVAILABLE, the ledger says BOOKED by hold ${s.holdId} at version`,
  },
  {
    what: 'a seat is given to another hold',
    by: (s) =>
      bench.sql(`update event_seats set hold_id = $2 where event_id = $1 and seat_guid = 'D1'`, [
        s.eventId,
        s.holdId,
      ]),
    named: (s) => `the table says HELD by hold ${s.holdId}, the ledger says HELD by hold ${s.openHold}`,
  },
  {
    what: 'a seat is held for longer',
    by: (s) =>
      bench.sql(
        `update event_seats set held_until = held_until + interval '1 h' where event_id = $1 and seat_guid = 'D1'`,
        [s.eventId],
      ),
    named: /seat 60 \(row D 1\): the table says held until .*, the ledger 2/,
  },
  {
    what: 'a seat row is deleted',
    by: (s) => bench.sql(`delete from event_seats where event_id = $1 and seat_no = 7`, [s.eventId]),
    named: /seat 7 is missing from event_seats/,
  },
  {
    what: 'a seat row is added',
    by: (s) =>
      bench.sql(`insert into event_seats (event_id, seat_no, seat_guid) values ($1, 200, 'Z1')`, [s.eventId]),
    named: /seat 200 \(Z1\) is in event_seats, but the event has 200 seats/,
  },
  {
    what: "an area's counter is changed",
    by: (s) => bench.sql(`update event_areas set booked = booked + 1 where event_id = $1`, [s.eventId]),
    named: /area 0 \(Standing\): the table says booked 2, the ledger 1 at version/,
  },
  {
    what: "an area's capacity is changed",
    by: (s) => bench.sql(`update event_areas set capacity = 60 where event_id = $1`, [s.eventId]),
    named: /area 0 \(Standing\): the table says capacity 60, the ledger 50/,
  },
  {
    what: "a hold's time is changed",
    by: (s) =>
      bench.sql(`update holds set expires_at = '2099-01-01T00:00:00Z' where event_id = $1 and hold_id = $2`, [
        s.eventId,
        s.openHold,
      ]),
    named: (s) => `hold ${s.openHold}: the table says expires_at 2099-01-01T00:00:00.000Z, the ledger says 2`,
  },
  {
    what: "a hold's buyer is changed",
    by: (s) =>
      bench.sql(`update holds set buyer = $2 where event_id = $1 and hold_id = $2`, [s.eventId, s.openHold]),
    named: (s) => `hold ${s.openHold}: the table says buyer ${s.openHold}, the ledger says`,
  },
  {
    what: "a hold's price is changed",
    by: (s) =>
      bench.sql(
        `update holds set lines = replace(lines::text, '5000', '1')::json where event_id = $1 and hold_id = $2`,
        [s.eventId, s.openHold],
      ),
    named: (s) => `hold ${s.openHold}: the table says lines [[60,0,1,`,
  },
  {
    what: 'a released hold is alive again',
    by: (s) => bench.sql(`update holds set state = 0 where event_id = $1 and state = 3`, [s.eventId]),
    named: /the table says state held, the ledger says released/,
  },
  {
    what: 'a hold is deleted',
    by: (s) => bench.sql(`delete from holds where event_id = $1 and hold_id = $2`, [s.eventId, s.openHold]),
    named: (s) => `hold ${s.openHold} is missing from the table`,
  },
  {
    what: 'a hold is invented',
    by: (s) =>
      bench.sql(
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
      bench.sql(`update hold_areas set quantity = 9 where event_id = $1 and hold_id = $2`, [
        s.eventId,
        s.openHold,
      ]),
    named: (s) => `hold_areas row ${s.openHold}:0: the table says quantity 9, the ledger says 2`,
  },
  {
    what: 'a void ticket is made valid',
    by: (s) =>
      bench.sql(`update tickets set state = 1 where event_id = $1 and ticket_id = $2`, [
        s.eventId,
        s.ticketIds[1],
      ]),
    named: (s) => `ticket ${s.ticketIds[1]}: the table says state valid, the ledger says void at version`,
  },
  {
    what: 'a ticket is moved to another seat',
    by: (s) =>
      bench.sql(`update tickets set seat_no = 9 where event_id = $1 and ticket_id = $2`, [
        s.eventId,
        s.ticketIds[0],
      ]),
    named: (s) => `ticket ${s.ticketIds[0]}: the table says seat_no 9, the ledger says 0`,
  },
  {
    what: 'a ticket is deleted',
    by: (s) =>
      bench.sql(`delete from tickets where event_id = $1 and ticket_id = $2`, [s.eventId, s.ticketIds[0]]),
    named: (s) => `ticket ${s.ticketIds[0]} is missing from the table`,
  },
  {
    what: 'an idempotency key is deleted',
    by: (s) =>
      bench.sql(`delete from command_keys where event_id = $1 and result like $2`, [
        s.eventId,
        `${s.openHold}:%`,
      ]),
    named: /idempotency key .* is missing from the table/,
  },
  {
    what: 'an idempotency key gives another answer',
    by: (s) =>
      bench.sql(`update command_keys set result = 'x' where event_id = $1 and result like $2`, [
        s.eventId,
        `${s.openHold}:%`,
      ]),
    named: (s) => `the table says result x, the ledger says ${s.openHold}:`,
  },
  {
    what: 'a seat is taken out of its allocation',
    by: (s) =>
      bench.sql(`update event_seats set allocation_no = null where event_id = $1 and allocation_no = 1`, [
        s.eventId,
      ]),
    named: /seat 18\d .*: the table says allocation none, the ledger 1 at version/,
  },
  {
    what: 'kept places are put on sale',
    by: (s) => bench.sql(`update event_areas set kept = 0 where event_id = $1`, [s.eventId]),
    named: /area 0 \(Standing\): the table says kept 0, the ledger 2 at version/,
  },
  {
    what: 'an allocation gets more places',
    by: (s) => bench.sql(`update area_allocations set places = 4 where event_id = $1`, [s.eventId]),
    named: /area 0, allocation 1: the table says 4 places, the ledger 3 at version/,
  },
  {
    what: 'an allocation loses its places',
    by: (s) => bench.sql(`delete from area_allocations where event_id = $1`, [s.eventId]),
    named: /area 0, allocation 1: the table says 0 places, the ledger 3 at version/,
  },
  {
    what: 'a hold of kept places is one of open sale',
    by: (s) => bench.sql(`update holds set allocation_no = null where event_id = $1`, [s.eventId]),
    named: /hold .*: the table says allocation_no nothing, the ledger says 1/,
  },
  {
    what: 'a use of an access code is given back',
    by: (s) => bench.sql(`update code_uses set used = 0 where event_id = $1`, [s.eventId]),
    named: /access code .*: the table says used 0, the ledger says 1 at version/,
  },
  {
    what: 'a hold is taken out of its phase',
    by: (s) =>
      bench.sql(`update holds set offer_no = null where event_id = $1 and offer_no is not null`, [s.eventId]),
    named: (s) => `hold ${s.openHold}: the table says offer_no nothing, the ledger says 1`,
  },
  {
    what: "a hold's access code is changed",
    by: (s) =>
      bench.sql(`update holds set code_hash = hold_id where event_id = $1 and code_hash is not null`, [
        s.eventId,
      ]),
    named: (s) => `hold ${s.openHold}: the table says code_hash ${s.openHold}, the ledger says`,
  },
  {
    what: 'a ticket is given the barcode of another system',
    by: (s) =>
      bench.sql(`update tickets set foreign_barcode = 'x' where event_id = $1 and ticket_id = $2`, [
        s.eventId,
        s.ticketIds[0],
      ]),
    named: (s) => `ticket ${s.ticketIds[0]}: the table says foreign_barcode x, the ledger says nothing`,
  },
  {
    what: 'the rules of the past are changed',
    by: (s) =>
      bench.sql(
        `update event_rules set body = jsonb_set(body, '{ticketsPerBuyer}', '99') where event_id = $1 and version = 1`,
        [s.eventId],
      ),
    named: /the rules of version 1 in event_rules are not those of the ledger/,
  },
  {
    what: 'the present rules are deleted',
    by: (s) => bench.sql(`delete from event_rules where event_id = $1 and version > 1`, [s.eventId]),
    named: /the rules of version \d+ are missing from event_rules/,
  },
  {
    what: 'a fact is taken out of the outbox',
    by: (s) =>
      bench.sql(`delete from inventory_outbox where event_id = $1 and kind = 'tickets.voided'`, [s.eventId]),
    named: /the fact tickets.voided of version \d+ is missing from the outbox/,
  },
  {
    what: 'a fact is changed',
    by: (s) =>
      bench.sql(`update inventory_outbox set body = '{}' where event_id = $1 and kind = 'tickets.issued'`, [
        s.eventId,
      ]),
    named: /the fact tickets.issued at version \d+ in the outbox is not what its entry says/,
  },
  {
    what: "the lists' figures are of a version that does not exist yet",
    by: (s) => bench.sql(`insert into event_stock values ($1, 99, 250, 240)`, [s.eventId]),
    named: /event_stock is of version 99, the ledger ends at \d+: entries were cut off/,
  },
  {
    what: "the lists' figures are wrong",
    by: (s) => bench.sql(`insert into event_stock values ($1, 1, 250, 240)`, [s.eventId]),
    named: /event_stock says 240 of 250 left at version 1, the ledger 250 of 250/,
  },
  {
    what: 'the next due time is put off',
    by: (s) => bench.sql(`update event_heads set next_due = null where event_id = $1`, [s.eventId]),
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
    named: /entry 2: its bytes are not those that its hash was made of; what follows is not replayed/,
  },
  {
    what: 'an entry is of a format that nobody knows',
    by: (s) =>
      bench.sql(`update ledger set body = set_byte(body, 0, 9) where event_id = $1 and version = 3`, [
        s.eventId,
      ]),
    named: /entry 3: its bytes are not those that its hash was made of/,
  },
  {
    what: "an entry's time is changed",
    by: (s) => bench.sql(`update ledger set at = at + 1 where event_id = $1 and version = 3`, [s.eventId]),
    named: /entry 3: its column at says \d+, its bytes \d+/,
  },
  {
    what: "an entry's batch is changed",
    by: (s) =>
      bench.sql(`update ledger set batch_id = $2 where event_id = $1 and version = 3`, [s.eventId, s.holdId]),
    named: /entry 3: its column batch_id says/,
  },
  {
    what: "an entry's hash is changed",
    by: (s) =>
      bench.sql(
        `update ledger set hash = set_byte(hash, 0, get_byte(hash, 0) # 1) where event_id = $1 and version = 3`,
        [s.eventId],
      ),
    named: /entry 3: its bytes are not those that its hash was made of/,
  },
  {
    what: 'an entry is removed from the middle',
    by: (s) => bench.sql(`delete from ledger where event_id = $1 and version = 5`, [s.eventId]),
    named: /entry 5 is missing from the ledger/,
  },
  {
    what: 'entries are removed from the middle',
    by: (s) => bench.sql(`delete from ledger where event_id = $1 and version in (5, 6)`, [s.eventId]),
    named: /entries 5 to 6 are missing from the ledger/,
  },
  {
    what: 'the first entry is removed',
    by: (s) => bench.sql(`delete from ledger where event_id = $1 and version = 1`, [s.eventId]),
    named: /entry 1 is missing from the ledger/,
  },
  {
    what: 'the last entry is removed',
    by: (s) =>
      bench.sql(
        `delete from ledger l using event_heads h where l.event_id = $1 and h.event_id = $1 and l.version = h.version`,
        [s.eventId],
      ),
    named: /the head says version (\d+), the ledger ends with \d+/,
  },
  {
    what: 'the last entry is removed and the head set back',
    by: (s) => bench.cutTail(s.eventId, 1),
    named: (s) => `hold ${s.openHold} is in the table, but no entry up to version`,
  },
  {
    what: "the head's hash is changed",
    by: (s) =>
      bench.sql(
        `update event_heads set head_hash = set_byte(head_hash, 0, get_byte(head_hash, 0) # 1) where event_id = $1`,
        [s.eventId],
      ),
    named: /the head says hash [0-9a-f]{64}, the ledger ends with [0-9a-f]{64}/,
  },
  {
    what: 'the head is removed',
    by: (s) => bench.sql(`delete from event_heads where event_id = $1`, [s.eventId]),
    named: /it has a ledger, but no head/,
  },
  {
    what: 'the head says sealed',
    by: (s) => bench.sql(`update event_heads set sealed = 'elsewhere' where event_id = $1`, [s.eventId]),
    named: /the head says sealed elsewhere, the ledger ends with null/,
  },
  {
    what: 'the head says that the event is cancelled',
    by: (s) => bench.sql(`update event_heads set cancelled = true where event_id = $1`, [s.eventId]),
    named: /the head says cancelled true, the ledger ends with false/,
  },
]

// One fault is one line: what follows from it is not told as if it were a fault of its own.
const alone: Tampering[] = [
  ...inLedger.filter(({ what }) => !/removed and the head set back/.test(what)),
  ...[3, 120, 200].map((at): Tampering => ({
    what: `byte ${at} of an entry is changed`,
    by: (s) =>
      bench.sql(
        'update ledger set body = set_byte(body, $2, get_byte(body, $2) # 1) where event_id = $1 and version = 3',
        [s.eventId, at],
      ),
    named: /entry 3: its bytes are not those that its hash was made of; what follows is not replayed/,
  })),
  {
    what: 'a price in an entry is changed',
    by: (s) => rewriteBytes(s.eventId, 2, '5000', '4000'),
    named: /entry 2: its bytes are not those that its hash was made of; what follows is not replayed/,
  },
  {
    what: 'an entry is cut off',
    by: (s) =>
      bench.sql(
        'update ledger set body = substring(body from 1 for 60) where event_id = $1 and version = 3',
        [s.eventId],
      ),
    named: /entry 3: its bytes are not those that its hash was made of; what follows is not replayed/,
  },
  {
    what: "an entry's prev_hash is changed",
    by: (s) =>
      bench.sql(
        'update ledger set prev_hash = set_byte(prev_hash, 3, get_byte(prev_hash, 3) # 1) where event_id = $1 and version = 3',
        [s.eventId],
      ),
    named: /entry 3: its column prev_hash is not the hash of entry 2, of which its own hash was made/,
  },
  {
    what: "the last entry's hash is changed",
    by: (s) =>
      bench.sql(
        `update ledger l set hash = set_byte(l.hash, 3, get_byte(l.hash, 3) # 1) from event_heads h
          where l.event_id = $1 and h.event_id = $1 and l.version = h.version`,
        [s.eventId],
      ),
    named: /entry \d+: its bytes are not those that its hash was made of/,
  },
  {
    what: "the last entry's time is changed",
    by: (s) =>
      bench.sql(
        `update ledger l set at = l.at + 5 from event_heads h
          where l.event_id = $1 and h.event_id = $1 and l.version = h.version`,
        [s.eventId],
      ),
    named: /entry \d+: its column at says \d+, its bytes \d+/,
  },
]

// What a ticket and an invoice say in words.
const inTexts: Tampering[] = (
  [
    ['seat_id', 'A1'],
    ['section', undefined],
    ['row_label', 'A'],
    ['seat_label', '1'],
  ] as const
).map(([column, was]) => ({
  what: `a line's ${column} is changed`,
  by: (s) =>
    bench.sql(`update order_lines set ${column} = 'Royal box' where order_id = $1 and line_no = 0`, [
      s.orderId,
    ]),
  named: new RegExp(
    `line 0 says ${column} "Royal box", the layout says ${was === undefined ? '"' : `"${was}"`}`,
  ),
}))

const inMoney: Tampering[] = [
  ...inTexts,
  {
    what: "a line's seat label is taken away",
    by: (s) =>
      bench.sql(`update order_lines set seat_label = null where order_id = $1 and line_no = 0`, [s.orderId]),
    named: /line 0 says seat_label nothing, the layout says "1"/,
  },
  {
    what: 'a seat is given the name of an area',
    by: (s) =>
      bench.sql(`update order_lines set area_id = 'floor' where order_id = $1 and line_no = 0`, [s.orderId]),
    named: /line 0 says area_id "floor", the layout says nothing/,
  },
  {
    what: "an order's total is changed",
    by: (s) => bench.sql(`update orders set total = total + 1 where order_id = $1`, [s.orderId]),
    named: /its lines come to \d+, its total is \d+/,
  },
  {
    what: 'a sandbox order is called live',
    by: (s) => bench.sql(`update orders set livemode = not livemode where order_id = $1`, [s.orderId]),
    named: /it says (live|test) money, its payment .* (live|test) money/,
  },
  {
    what: 'an order says that less was refunded',
    by: (s) => bench.sql(`update orders set refunded = 0 where order_id = $1`, [s.orderId]),
    named: /it says that 0 were refunded, its refunds come to \d+/,
  },
  {
    what: 'a payment says that nothing was captured',
    by: (s) => bench.sql(`update payments set money = 'none' where order_id = $1`, [s.orderId]),
    named: (s) => `ticket ${s.ticketIds[0]} is valid, but no money was captured or recorded for it`,
  },
  {
    what: 'an order is deleted',
    by: async (s) => {
      await bench.sql(`delete from refund_lines where order_id = $1`, [s.orderId])
      await bench.sql(`delete from refunds where order_id = $1`, [s.orderId])
      await bench.sql(`delete from payments where order_id = $1`, [s.orderId])
      await bench.sql(`delete from order_lines where order_id = $1`, [s.orderId])
      await bench.sql(`delete from orders where order_id = $1`, [s.orderId])
    },
    named: (s) => `booked hold ${s.holdId} for order ${s.orderId}, and there is no such order`,
  },
  {
    what: 'a payment is deleted',
    by: async (s) => {
      await bench.sql(`delete from refund_lines where order_id = $1`, [s.orderId])
      await bench.sql(`delete from refunds where order_id = $1`, [s.orderId])
      await bench.sql(`delete from payments where order_id = $1`, [s.orderId])
    },
    named: /it has no payment, not even one of nothing/,
  },
  {
    what: 'a refund is deleted',
    by: async (s) => {
      await bench.sql(`delete from refund_lines where order_id = $1`, [s.orderId])
      await bench.sql(`delete from refunds where order_id = $1`, [s.orderId])
    },
    named: /line 1 is void, but nothing was refunded for it/,
  },
  {
    what: 'an order is charged twice',
    by: (s) =>
      bench.sql(
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
    by: (s) => bench.sql(`update orders set status = 'FAILED' where order_id = $1`, [s.orderId]),
    named: /it FAILED and nothing is under way, but payment .* is captured/,
  },
  {
    what: 'an order is called pending',
    by: (s) => bench.sql(`update orders set status = 'PENDING' where order_id = $1`, [s.orderId]),
    named: /it is PENDING, but its payment \(confirmed\) has nothing left to do/,
  },
  {
    what: 'a failed order is called confirmed',
    by: (s) =>
      bench.sql(`update orders set status = 'CONFIRMED' where event_id = $1 and status = 'FAILED'`, [
        s.eventId,
      ]),
    named: /it is CONFIRMED, but the ledger never booked its hold/,
  },
  {
    what: "a line's price is changed",
    by: (s) =>
      bench.sql(
        `update order_lines set amount = amount - 1000, refundable = 0 where order_id = $1 and line_no = 0`,
        [s.orderId],
      ),
    named: /line 0 costs 4000 \(fee 400, tax 327\), its hold says 5000 \(fee 400, tax 327\)/,
  },
  {
    what: "a line's seat is changed",
    by: (s) =>
      bench.sql(`update order_lines set seat_no = 9 where order_id = $1 and line_no = 0`, [s.orderId]),
    named: /line 0 is for seat 9, its hold has seat 0/,
  },
  {
    what: "a line's ticket is exchanged",
    by: (s) =>
      bench.sql(`update order_lines set ticket_id = $1 where order_id = $1 and line_no = 0`, [s.orderId]),
    named: /its tickets are not those that the ledger made for it/,
  },
]

// What the ledger vouches for with the booking: what the event and its tickets were called, and what comes back for them.
const inWhatWasSold: Tampering[] = [
  ...(
    [
      ['an order has another event on it', 'orders', `event_name = 'Other show'`],
      ['an order starts later', 'orders', `starts_at = starts_at + interval '1 hour'`],
      ['an order loses its start', 'orders', `starts_at = null`],
      ['an order is of another organiser', 'orders', `organiser_id = 'other'`],
      ['an order was asked for by another reservation', 'orders', `reservation_id = order_id`],
      ["a line's category is changed", 'order_lines', `category = 'VIP box'`],
      ["a line's price type is changed", 'order_lines', `price_type = 'Gold'`],
      ["a line's price type has another id", 'order_lines', `price_type_id = 'gold'`],
      ['a line gets a discount', 'order_lines', `discount = 5`],
      [
        'a fee that the house keeps is called refundable',
        'order_lines',
        `refundable = amount where kind = 'ticket' and refundable < amount and state = 'valid'`,
      ],
    ] as const
  ).map(([what, table, change]) => ({
    what,
    by: (s: Sold) =>
      bench.sql(
        `update ${table} set ${change} ${change.includes(' where ') ? 'and' : 'where'} order_id = $1`,
        [s.orderId],
      ),
    named: (s: Sold) => `order ${s.orderId}: what it says was sold is not what the ledger booked in entry`,
  })),
  {
    what: 'a line is worth less when it comes back',
    by: (s) =>
      bench.sql(`update order_lines set refundable = 1 where order_id = $1 and line_no = 0`, [s.orderId]),
    named: /line 0 is worth 1 when it comes back; it cost 5000, of which no more than the fee of 400 is kept/,
  },
  {
    what: 'a line that came back is called worth less',
    by: (s) =>
      bench.sql(`update order_lines set refundable = refundable - 1 where order_id = $1 and line_no = 1`, [
        s.orderId,
      ]),
    named: /refund .* gives \d+ back for line 1, which is worth \d+ when it comes back/,
  },
  {
    what: "the order's fee is called no fee",
    by: (s) => bench.sql(`update order_lines set fee = 0 where order_id = $1 and kind = 'fee'`, [s.orderId]),
    named: /line 3 costs 150, of which its fee is 0/,
  },
  {
    what: "the tax in the order's fee is changed",
    by: (s) =>
      bench.sql(`update order_lines set tax = amount where order_id = $1 and kind = 'fee'`, [s.orderId]),
    named: /the tax in its fees comes to 150, its hold says 10/,
  },
  {
    what: 'a card payment is called cash',
    by: (s) => bench.sql(`update payments set tender = 'cash' where order_id = $1`, [s.orderId]),
    named: /payment .* says cash, but stripe was asked for it/,
  },
  {
    what: 'a card payment is called cash that nobody was asked for',
    by: (s) =>
      bench.sql(
        `update payments set tender = 'cash', provider = null, provider_ref = null where order_id = $1`,
        [s.orderId],
      ),
    named: (s) => `order ${s.orderId}: what it says was sold is not what the ledger booked in entry`,
  },
  {
    what: 'an invoice is to be forgotten now',
    by: (s) => bench.sql(`update orders set retain_until = now() where order_id = $1`, [s.orderId]),
    named: /it is kept until .*, the law's time for it ends /,
  },
]

describe('tampering with one thing', () => {
  test.each([...inTables, ...inLedger, ...inMoney, ...inWhatWasSold])(
    '$what: the audit names it',
    async ({ by, named }) => {
      const sold = await bench.busyEvent()
      expect(await bench.findings(sold.eventId)).toEqual([])
      const done = (await by(sold)) as { rowCount?: number | null } | undefined
      if (done?.rowCount !== undefined) expect(done.rowCount).toBeGreaterThan(0)
      const found = await bench.findings(sold.eventId)
      const wanted = typeof named === 'function' ? named(sold) : named
      expect(found.join('\n')).toMatch(wanted instanceof RegExp ? wanted : escaped(wanted))
      expect(found[0]).toStartWith(`event ${sold.eventId}, `)
    },
  )

  test('a fee that was called refundable: named, too, once it was paid back', async () => {
    const sold = await bench.busyEvent()
    const { rows } = await bench.db.database.pool.query(
      `update order_lines l set refundable = l.amount from orders o
        where l.order_id = $1 and l.line_no = 0 and o.order_id = l.order_id
      returning l.amount, l.ticket_id as ticket, o.buyer`,
      [sold.orderId],
    )
    const { amount, ticket, buyer } = rows[0] as { amount: number; ticket: string; buyer: string }
    const ticketIds = [joinEventScopedId(sold.eventId, ticket)]
    const back = await bench.stack.checkout.cancel({ buyer, orderId: sold.orderId, ticketIds })
    if (isRefusal(back)) throw new Error(back.detail)
    expect(back.order.refunds.at(-1)).toMatchObject({ amount, state: 'settled' })
    expect(await bench.findings(sold.eventId)).toEqual([
      expect.stringContaining(`order ${sold.orderId}: what it says was sold is not what the ledger booked`),
    ])
  })

  test('an order from before the ledger had its hash: clean, and its sums are checked', async () => {
    const { inventory } = bench.stack
    const { confirm } = inventory
    inventory.confirm = ({ orderHash: _, ...booking }) => confirm(booking)
    const sold = await bench.busyEvent().finally(() => (inventory.confirm = confirm))
    expect(await bench.findings(sold.eventId)).toEqual([])
    await bench.sql(`update order_lines set refundable = 1 where order_id = $1 and line_no = 0`, [
      sold.orderId,
    ])
    expect(await bench.findings(sold.eventId)).toEqual([expect.stringContaining('line 0 is worth 1')])
  })

  test.each(alone)('$what in the ledger: one line', async ({ by, named }) => {
    const sold = await bench.busyEvent()
    const done = (await by(sold)) as { rowCount?: number | null }
    expect(done.rowCount).toBeGreaterThan(0)
    expect(await bench.findings(sold.eventId)).toEqual([expect.stringMatching(named as RegExp)])
  })
})

async function rewriteBytes(eventId: string, version: number, from: string, to: string): Promise<unknown> {
  const hex = (text: string): string => Buffer.from(text).toString('hex')
  return bench.sql(
    `update ledger set body = decode(replace(encode(body, 'hex'), $3, $4), 'hex')
      where event_id = $1 and version = $2 and position($3 in encode(body, 'hex')) > 0`,
    [eventId, version, hex(from), hex(to)],
  )
}

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
}

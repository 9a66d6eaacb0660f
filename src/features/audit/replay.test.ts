import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import type { Layout } from '../../shared/layout.ts'
import type { Change } from '../inventory/index.ts'
import { encodeEntry, hashEntry } from '../inventory/entry.ts'
import { ZERO_HASH } from '../inventory/state.ts'
import { Findings } from './findings.ts'
import type { LedgerRow } from './read-tables.ts'
import { Replay } from './replay.ts'

const hall = smallHall(2, 4, { standing: 10 })
const rules = smallRules({ orderFee: { amount: 0, tax: 0 } })
const id = (n: number): string => `01a20000-0000-7000-8000-${String(n).padStart(12, '0')}`
/** Entry n is written n seconds after the first. */
const at = (seconds: number): number => Date.UTC(2030, 0, 1, 12) + seconds * 1_000

/** Rows of a ledger whose bytes and hashes are right, whatever its changes say. */
function ledger(entries: readonly (readonly Change[])[], times: readonly number[] = []): LedgerRow[] {
  let previous: Uint8Array = ZERO_HASH
  return entries.map((changes, i) => {
    const head = { version: i + 1, at: times[i] ?? at(i), batch: id(700 + i) }
    const body = encodeEntry({ event: '42', ...head, changes: [...changes] })
    const row = {
      version: head.version,
      at: head.at,
      format: 1,
      batch_id: head.batch,
      prev_hash: previous,
      body,
    }
    previous = hashEntry(previous, body)
    return { ...row, hash: previous }
  })
}

async function findingsOf(rows: readonly LedgerRow[], layout: Layout | null = hall): Promise<string[]> {
  const findings = new Findings('42')
  const replay = new Replay('42', findings, (hash) => Promise.resolve(layout && (RELAID[hash] ?? layout)))
  for (const row of rows) await replay.feed(row)
  return findings.list.map((finding) => finding.what.replace('event 42, ', ''))
}

/** The hall with two more seats, a balcony and so many standing places. */
function larger(change: (layout: Layout) => void = () => {}): Layout {
  const layout = smallHall(2, 4, { standing: 12 })
  for (const number of ['1', '2'])
    layout.seats.push({ seat_id: `C${number}`, section: 0, row: 'C', number, x: 0, y: 300, category: 1 })
  layout.areas.push({ area_id: 'balcony', name: 'Balcony', category: 2, capacity: 5, outline: [] })
  change(layout)
  return layout
}

const RELAID: Record<string, Layout> = {
  larger: larger(({ seats }) => (seats[0]!.x = 7)),
  renumbered: larger(({ seats }) => (seats[0]!.number = '9')),
  renamed: larger(({ areas }) => (areas[0]!.name = 'Pit')),
  dearer: larger(({ categories }) => (categories[1]!.name = 'Golden')),
  small: smallHall(2, 4, { standing: 1 }),
}
const relayout = (layout: string, more: Partial<Extract<Change, { k: 'relayout' }>> = {}): Change => ({
  ...{ k: 'relayout', layout, seats: 2, areas: [12, 5] },
  ...more,
})

const open: Change = { k: 'open', layout: 'hall', seats: 8, areas: [10], rules }
const seat = (n: number): readonly [number, number, number, number, number, number] => [
  n,
  0,
  5000,
  400,
  327,
  1,
]
const hold = (n: number, changes: Partial<Extract<Change, { k: 'hold' }>> = {}): Change => ({
  k: 'hold',
  id: id(n),
  buyer: id(100 + n),
  until: at(601),
  lines: [seat(n)],
  ...changes,
})
const pay: Change = { k: 'begin-payment', id: id(1), attempt: id(201), until: at(300), max: at(400) }
const confirm: Change = {
  k: 'confirm',
  id: id(1),
  attempt: id(201),
  order: id(301),
  tickets: [id(401)],
  serial: 1,
}
const issue: Change = { k: 'issue', id: id(1), order: id(301), tickets: [id(401)] }
const cancel: Change = { k: 'cancel', id: id(1), order: id(301), tickets: [id(401)], refund: id(501) }
const reopen: Change = { k: 'reopen', id: id(1), tickets: [id(401)], refund: id(501) }
const cancelEvent: Extract<Change, { k: 'cancel-event' }> = { k: 'cancel-event', holds: [] }
const phases: Change = {
  ...open,
  rules: {
    ...rules,
    offers: [
      { id: 'friends', startsAt: null, endsAt: null, access: 'code', ticketsPerBuyer: 2, capacity: 2 },
      { id: 'late', startsAt: at(100), endsAt: null, access: 'open' },
    ],
    accessCodes: [{ hash: id(801), uses: 1, offer: 1 }],
  },
}
const coded = { offer: 1, code: id(801) }
/** A seat in front costs 40.00 early and 50.00 later; standing 20.00 always. */
const priced: Change = {
  ...open,
  rules: {
    ...rules,
    offers: [
      {
        ...{ id: 'early', startsAt: null, endsAt: at(2), access: 'open' },
        prices: [{ category: 0, priceType: 0, amount: 4000, fee: 400, tax: 262 }],
      },
      { id: 'late', startsAt: at(2), endsAt: null, access: 'open' },
    ],
  },
}
const early = {
  offer: 1,
  lines: [
    [1, 0, 4000, 400, 262, 1],
    [-1, 0, 2000, 200, 131, 1],
  ] as const,
}
const kept: Change = {
  ...open,
  rules: {
    ...rules,
    allocations: [
      { no: 1, kind: 'press', releaseAt: null },
      { no: 2, kind: 'agency', releaseAt: at(1) },
    ],
    accessCodes: [
      { hash: id(803), uses: null, allocation: 1 },
      { hash: id(804), uses: null, allocation: 2 },
    ],
  },
}
const press: Extract<Change, { k: 'allocate' }> = { k: 'allocate', no: 1, seats: [1] }
const fans: Extract<Change, { k: 'allocate-places' }> = { k: 'allocate-places', no: 1, area: 0, places: 6 }
const places = (quantity: number) => [[-1, 0, 2000, 200, 131, quantity]] as const
const fan = (quantity: number, changes: Partial<Extract<Change, { k: 'hold' }>> = {}): Change =>
  hold(1, { until: at(602), lines: places(quantity), code: id(803), allocation: 1, ...changes })
const bought = [[open], [hold(1)], [pay], [confirm], [issue]]
const move = (...moves: [string, number, number][]): Change => ({ k: 'move', moves })
/** Tickets 401 and 402 of one hold, for seats 1 and 2. */
const pair: Change[][] = [
  [open],
  [hold(1, { lines: [seat(1), seat(2)] })],
  [pay],
  [{ ...confirm, tickets: [id(401), id(402)] } as Change],
  [{ ...issue, tickets: [id(401), id(402)] } as Change],
]

describe('a ledger that keeps the rules', () => {
  test('gives no finding: a purchase, given back, and the seat sold again', async () => {
    const again = hold(2, { lines: [seat(1)], until: at(607) })
    expect(await findingsOf(ledger([...bought, [cancel], [reopen], [again]]))).toEqual([])
  })

  test('gives no finding: a phase for a code, its use given back and used again', async () => {
    const again = hold(2, { ...coded, until: at(603) })
    expect(
      await findingsOf(ledger([[phases], [hold(1, coded)], [{ k: 'release', id: id(1) }], [again]])),
    ).toEqual([])
  })

  test('gives no finding: a price of the phase, kept while the hold is extended and paid in the next one', async () => {
    const paidLater: Change[] = [
      { k: 'extend', id: id(1), until: at(901) },
      pay,
      { ...(confirm as Extract<Change, { k: 'confirm' }>), tickets: [id(401), id(402)] },
    ]
    const late = hold(2, { offer: 2, until: at(605) })
    expect(
      await findingsOf(ledger([[priced], [hold(1, early)], ...paidLater.map((change) => [change]), [late]])),
    ).toEqual([])
  })

  test('gives no finding: a kept seat held by its code, back in its allocation, released and sold to anybody', async () => {
    const entries: Change[][] = [
      [kept],
      [press],
      [hold(1, { until: at(602), code: id(803) })],
      [{ k: 'release', id: id(1) }],
      [{ k: 'release-allocation', no: 1, seats: [1] }],
      [hold(3, { until: at(605), lines: [seat(1)] })],
    ]
    expect(await findingsOf(ledger(entries))).toEqual([])
  })

  test('gives no finding: kept places held by their code, fewer kept meanwhile, back and sold to anybody', async () => {
    const entries: Change[][] = [
      [kept],
      [fans],
      [fan(4)],
      [{ ...fans, places: 2 }],
      [hold(2, { until: at(604), lines: places(4) })],
      [{ k: 'release', id: id(1) }],
      [{ ...fans, places: 6 }],
      [{ ...fans, places: 0 }],
      [hold(3, { until: at(608), lines: places(4) })],
    ]
    expect(await findingsOf(ledger(entries))).toEqual([])
  })

  test('gives no finding: tickets that change places, one moved on to a blocked seat, given back and sold again', async () => {
    const entries: Change[][] = [
      ...pair,
      [move([id(401), 1, 2], [id(402), 2, 1])],
      [{ k: 'block', seats: [5] }],
      [{ ...move([id(401), 2, 5]), block: true } as Change],
      [cancel],
      [reopen],
      [hold(5, { lines: [[5, 0, 3000, 300, 196, 1]], until: at(610) })],
    ]
    expect(await findingsOf(ledger(entries))).toEqual([])
  })

  test('gives no finding: more seats and places, held, and fewer again', async () => {
    const entries: Change[][] = [
      [open],
      [hold(1)],
      [relayout('larger'), hold(2, { lines: [[9, 0, 3000, 300, 196, 1]], until: at(602) })],
      [hold(3, { lines: [[-2, 0, 2000, 200, 131, 4]], until: at(603) })],
    ]
    expect(await findingsOf(ledger(entries))).toEqual([])
    expect(await findingsOf(ledger(entries), null)).toEqual([])
  })

  test('the golden ledger, with every kind of change in it, gives no finding', async () => {
    const file = new URL('../inventory/entry.golden.txt', import.meta.url)
    let previous: Uint8Array = ZERO_HASH
    const rows = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line): LedgerRow => {
        const body = Buffer.concat([Buffer.from([1]), Buffer.from(line.slice(65))])
        const {
          version,
          at: time,
          batch,
        } = JSON.parse(line.slice(65)) as { version: number; at: number; batch: string }
        const row = { version, at: time, format: 1, batch_id: batch, prev_hash: previous, body }
        previous = Buffer.from(line.slice(0, 64), 'hex')
        return { ...row, hash: previous }
      })
    // Version 1 kept phases of the sale, but did not sell by them.
    const found = (await findingsOf(rows.slice(0, 20), null)).filter(
      (what) => !what.endsWith('was made in no phase of the sale'),
    )
    // The last lines came later, for new keys and kinds, and stand behind the seal.
    expect(found).toEqual([])
    expect((await findingsOf(rows, null)).join('\n')).not.toContain('cannot be applied')
  })

  test("a guest's tickets count by the contact that the account brought, and no longer by the guest", async () => {
    const transfer: Change = {
      k: 'transfer',
      from: id(101),
      to: id(110),
      holds: [id(1)],
      tickets: [],
      contact: id(800),
    }
    const four = { lines: [4, 5, 6, 7].map((n) => [n, 0, 3000, 300, 196, 1] as const), until: at(603) }
    const start = [[open], [hold(1)], [transfer]]
    expect(await findingsOf(ledger([...start, [hold(2, { ...four, buyer: id(101) })]]))).toEqual([])
    const byContact = hold(2, { ...four, contact: id(800) })
    expect(await findingsOf(ledger([...start, [byContact]]))).toEqual([
      expect.stringMatching(/entry 4: hold .* 5 tickets, the limit is 4/),
    ])
    expect(await findingsOf(ledger([...start, [{ k: 'release', id: id(1) }, byContact]]))).toEqual([])
  })
})

// What an arbiter with a bug, or somebody who can rewrite the whole chain, might have written.
describe('a ledger with right bytes and hashes that breaks a rule', () => {
  const held = [[open], [hold(1)]]
  const many = { lines: [0, 1, 2, 3].map((n) => seat(n)), buyer: id(101) }
  // prettier-ignore
  test.each<[name: string, entries: Change[][], named: string | RegExp]>([
    ['two holds of one seat', [...held, [hold(2, { lines: [seat(1)], until: at(602) })]], `seat 1 was held by ${id(2)} while HELD by hold ${id(1)}`],
    ['one seat twice in a hold', [[open], [hold(1, { lines: [seat(1), seat(1)] })]], 'names seat 1 twice'],
    ['a seat that is sold', [...bought, [hold(2, { lines: [seat(1)], until: at(605) })]], `while BOOKED by hold ${id(1)}`],
    ['a seat that was given back but not freed', [...bought, [cancel], [hold(2, { lines: [seat(1)], until: at(606) })]], `while BOOKED by hold ${id(1)}`],
    ['a blocked seat', [[open, { k: 'block', seats: [1] }], [hold(1)]], 'while BLOCKED'],
    ['a seat that does not exist', [[open], [hold(1, { lines: [seat(8)] })]], 'which the event does not have'],
    ['a hold made twice', [...held, [{ k: 'release', id: id(1) }], [hold(1, { until: at(603) })]], `hold ${id(1)} was made twice`],
    ['too many places of an area', [[open, { k: 'configure', rules: { ...rules, ticketsPerBuyer: 99 } }], [hold(1, { lines: [[-1, 0, 2000, 200, 131, 11]] })]], 'takes 11 places of area 0, where 10 are left'],
    ['more tickets than the limit', [[open], [hold(1, many)], [hold(5, { buyer: id(101), lines: [[5, 0, 3000, 300, 196, 1]], until: at(602) })]], `gives buyer ${id(101)} 5 tickets, the limit is 4`],
    ['more tickets than a limit that was lowered', [[open], [{ k: 'configure', rules: { ...rules, ticketsPerBuyer: 1 } }], [hold(1, { lines: [seat(1), seat(2)], until: at(602) })]], 'the limit is 1'],
    ['a hold that lasts too long', [[open], [hold(1, { until: at(602) })]], /lasts until .*, not 600 s from/],
    ['a price of its own', [[open], [hold(1, { lines: [[1, 0, 1, 0, 0, 1]] })]], 'seat 1 at a price that the rules do not name'],
    ['the general price where the phase has its own', [[priced], [hold(1, { offer: 1 })]], 'seat 1 at a price that the rules do not name'],
    ['the price of a phase that is over', [[priced], [], [hold(1, { ...early, offer: 2, until: at(602) })]], 'seat 1 at a price that the rules do not name'],
    ['a price of another category', [[open], [hold(1, { lines: [[1, 0, 3000, 300, 196, 1]] })]], 'seat 1 at a price that the rules do not name'],
    ['an order fee of its own', [[open], [hold(1, { fee: [1, 0] })]], 'has the order fee 1, the rules say 0'],
    ['a hold before the sale', [[{ ...open, rules: { ...rules, onSaleFrom: at(99) } } as Change], [hold(1)]], 'outside the sale'],
    ['too many of a price type', [[open], [hold(1, { lines: [0, 1, 2].map((n) => [n, 1, 3000, 400, 196, 1] as const) })]], '3 tickets of the price type reduced'],
    ['an expired hold extended', [[open], [hold(1)], [{ k: 'extend', id: id(1), until: at(901) }]], /was extended at .*, after it had expired/],
    ['a hold extended twice', [[open], [hold(1)], [{ k: 'extend', id: id(1), until: at(901) }], [{ k: 'extend', id: id(1), until: at(1201) }]], 'was extended more than 1 times'],
    ['a hold extended for longer', [[open], [hold(1)], [{ k: 'extend', id: id(1), until: at(999) }]], 'not by 300 s'],
    ['a hold expired early', [...held, [{ k: 'expire', id: id(1) }]], 'was expired before its time'],
    ['a hold released while it is paid', [...held, [pay], [{ k: 'release', id: id(1) }]], 'was released while paying'],
    ['a sold hold released', [...bought, [{ k: 'release', id: id(1) }]], 'was released while booked'],
    ['two payments at once', [...held, [pay], [{ ...pay, attempt: id(209) } as Change]], `the payment ${id(209)} began, but the hold is paying by ${id(201)}`],
    ['a payment of an expired hold', [[open], [hold(1)], [pay]], 'had expired'],
    ['booked without payment', [...held, [confirm]], 'but the hold is held'],
    ['booked by another payment', [...held, [pay], [{ ...confirm, attempt: id(209) } as Change]], `the payment ${id(209)} booked hold ${id(1)}, but the hold is paying by ${id(201)}`],
    ['booked after the hardest deadline', [[open], [hold(1)], [pay], [confirm]], /was booked at .*, after it had expired/],
    ['booked twice', [...held, [pay], [confirm], [{ ...confirm, serial: 2, tickets: [id(402)] } as Change]], `order ${id(301)} booked twice`],
    ['another payment ended', [...held, [pay], [{ k: 'end-payment', id: id(1), attempt: id(209) }]], `the payment ${id(209)} of hold ${id(1)} was ended`],
    ['a serial used twice', [...held, [pay], [{ ...confirm, serial: 7 } as Change]], 'begin with serial 7, not 1'],
    ['too few tickets', [...held, [pay], [{ ...confirm, tickets: [] } as Change]], 'has 1 places and got 0 tickets'],
    ['a ticket valid before it is sold', [...held, [pay], [issue]], 'tickets of hold'],
    ['a void ticket made valid', [...bought, [cancel], [issue]], `ticket ${id(401)} became valid though it was void`],
    ['a ticket given back twice', [...bought, [cancel], [cancel]], `ticket ${id(401)} was cancelled though it was void`],
    ['a seat freed without cancel', [...bought, [reopen]], 'but the ticket is valid'],
    ['a seat freed for another refund', [...bought, [cancel], [{ ...reopen, refund: id(509) } as Change]], 'not void by that refund'],
    ['a key that acts twice', [[open], [hold(1, { key: { hash: id(9), request: id(9), result: `${id(1)}:${at(601)}` } })], [hold(2, { until: at(602), key: { hash: id(9), request: id(9), result: `${id(2)}:${at(602)}` } })]], 'acted twice'],
    ['a sold seat blocked', [...bought, [{ k: 'block', seats: [1] }]], 'seat 1 was blocked while BOOKED'],
    ['a seat unblocked that is sold', [...bought, [{ k: 'unblock', seats: [1] }]], 'seat 1 was unblocked while BOOKED'],
    ['seats taken for a payment that never held them', [[open], [hold(1, { paying: [id(201), at(300), at(601)] })]], 'follows no ended hold of the same places'],
    ["somebody else's hold transferred", [...held, [{ k: 'transfer', from: id(109), to: id(110), holds: [id(1)], tickets: [] }]], "was transferred from somebody else's name"],
    ['a change of a hold that never was', [[open], [{ k: 'release', id: id(1) }]], `hold ${id(1)} was released, but was never made`],
    ['a change of a hold that has ended', [...held, [{ k: 'release', id: id(1) }], [{ k: 'release', id: id(1) }]], `hold ${id(1)} was released, but had ended`],
    ['another layout after the event was cancelled', [[open], [cancelEvent], [relayout('larger')]], 'relayout after the event was cancelled'],
    ['a seat called otherwise', [[open], [relayout('renumbered')]], 'another layout says of seat 0 ["A1","Stalls","A","9",0], which was ["A1","Stalls","A","1",0]'],
    ['an area called otherwise', [[open], [relayout('renamed')]], 'another layout says of area 0 ["standing","Pit",2], which was'],
    ['a category called otherwise', [[open], [relayout('dearer')]], 'another layout says of category 1 "Golden", which was "Back"'],
    ['more seats than the layout has', [[open], [relayout('larger', { seats: 3 })]], 'brought 3 seats to 8, but has 10'],
    ['fewer seats than before', [[open], [relayout('unknown', { seats: -1, areas: [10] })]], /brought -1 seats$/m],
    ['a capacity that the layout does not say', [[open], [relayout('larger', { areas: [13, 5] })]], 'other capacities than the layout larger says'],
    ['fewer places than are held', [[open], [hold(1, { lines: places(2) })], [relayout('small', { seats: 0, areas: [1] })]], 'area 0 was left 1 places, of which 2 are held, booked or kept'],
    ['an area that is gone', [[open], [relayout('larger', { areas: [] })]], 'another layout left 0 areas of 1'],
    ['an event opened twice', [[open], [open]], 'the event was opened twice'],
    ['a change before the event was opened', [[{ k: 'block', seats: [] }]], 'block before the event was opened'],
    ['a hold on a cancelled event', [[open], [cancelEvent], [hold(1)]], 'hold after the event was cancelled'],
    ['a booking on a cancelled event', [[open], [hold(1)], [pay], [{ ...cancelEvent, holds: [id(1)] }], [confirm]], 'confirm after the event was cancelled'],
    ['a hold that outlives its event', [...held, [cancelEvent]], `the event was cancelled, but hold ${id(1)} goes on (held)`],
    ['a booking that ends with the event', [...bought, [{ ...cancelEvent, holds: [id(1)] }]], `hold ${id(1)} was booked and ended with the event`],
    ['a seat back on sale at a cancelled event', [[open], [cancelEvent], [{ k: 'unblock', seats: [1] }]], 'unblock after the event was cancelled'],
    ['a hold outside the phases', [[phases], [hold(1)]], `hold ${id(1)} was made in no phase of the sale`],
    ['a phase that the rules do not know', [[phases], [hold(1, { offer: 3 })]], 'was made in phase 3, which the rules do not know'],
    ['a phase that does not run', [[phases], [hold(1, { offer: 2 })]], 'when phase 2 did not run'],
    ['a phase for codes, without one', [[phases], [hold(1, { offer: 1 })]], 'was made in phase 1 without an access code'],
    ['a code that is not there', [[phases], [hold(1, { offer: 1, code: id(802) })]], `by the access code ${id(802)}, which does not open it`],
    ['a code used too often', [[phases], [hold(1, coded)], [hold(2, { ...coded, until: at(602) })]], `hold ${id(2)} is use 2 of the access code ${id(801)}, which has 1`],
    ['more tickets of a phase than a buyer may have', [[phases], [hold(1, { ...coded, lines: [seat(0), seat(1), seat(2)] })]], `3 tickets of phase 1, its limit is 2`],
    ['more tickets than a phase has', [[phases], [hold(1, { ...coded, lines: [seat(0), seat(1), seat(2)] })]], `makes 3 tickets of phase 1, which has 2`],
    ['seats kept for nobody known', [[kept], [{ k: 'allocate', no: 3, seats: [1] }]], 'allocation 3, which the rules do not know'],
    ['seats kept after their release', [[kept], [{ k: 'allocate', no: 2, seats: [1] }]], 'seats were kept for allocation 2 after its release'],
    ['a held seat kept', [[kept], [hold(1)], [{ ...press, seats: [1] }]], 'seat 1 was kept for allocation 1 while HELD'],
    ['a kept seat held without a code', [[kept], [press], [hold(1, { until: at(602) })]], `seat 1 was held by ${id(1)} while BLOCKED`],
    ['a kept seat held by the code of another', [[kept], [press], [hold(1, { until: at(602), code: id(804) })]], `seat 1 was held by ${id(1)} while BLOCKED`],
    ['an open seat held by the code of an allocation', [[kept], [press], [hold(2, { until: at(602), code: id(803) })]], `hold ${id(2)} took seat 2 with a code of allocation 1`],
    ['a kept seat unblocked', [[kept], [press], [{ k: 'unblock', seats: [1] }]], 'seat 1 was unblocked, but is kept for allocation 1'],
    ['a seat released by another allocation', [[kept], [press], [{ k: 'release-allocation', no: 2, seats: [1] }]], 'seat 1 was released by allocation 2, but is of 1'],
    ['places kept for nobody known', [[kept], [{ ...fans, no: 3 }]], 'places were kept for allocation 3, which the rules do not know'],
    ['places kept after their release', [[kept], [{ ...fans, no: 2 }]], 'places were kept for allocation 2 after its release'],
    ['more places kept than there are', [[kept], [{ ...fans, places: 11 }]], '11 more places of area 0 were kept for allocation 1, where 10 are left'],
    ['held places kept', [[kept], [hold(1, { lines: places(5) })], [fans]], '6 more places of area 0 were kept for allocation 1, where 5 are left'],
    ['places of no area kept', [[kept], [{ ...fans, area: 1 }]], 'area 1, which the event does not have, was kept for allocation 1'],
    ['half a place kept', [[kept], [{ ...fans, places: 0.5 }]], '0.5 places of area 0 were kept for allocation 1'],
    ['places kept at a cancelled event', [[kept], [cancelEvent], [fans]], 'allocate-places after the event was cancelled'],
    ['kept places held without a code', [[kept], [fans], [hold(1, { until: at(602), lines: places(5) })]], `hold ${id(1)} takes 5 places of area 0, where 4 are left for it`],
    ['kept places held by the code of another', [[kept], [fans], [fan(1, { code: id(804) })]], `hold ${id(1)} took places of allocation 1 without a code of it`],
    ['open places held by the code of an allocation', [[kept], [fans], [fan(1, { allocation: undefined as never })]], `hold ${id(1)} took area 0 with a code of allocation 1`],
    ['more places held than an allocation has', [[kept], [fans], [fan(7)]], `hold ${id(1)} takes 7 places of area 0, where 6 are left for it`],
    ['a ticket moved to a seat that is held', [...bought, [hold(2, { until: at(605) })], [move([id(401), 1, 2])]], `seat 2 was given to ticket ${id(401)} while HELD by hold ${id(2)}`],
    ['a ticket moved to a sold seat', [...pair, [move([id(401), 1, 2])]], `seat 2 was given to ticket ${id(401)} while BOOKED by hold ${id(1)}`],
    ['a ticket moved to a seat that does not exist', [...bought, [move([id(401), 1, 8])]], 'which the event does not have'],
    ['two tickets moved to one seat', [...pair, [move([id(401), 1, 4], [id(402), 2, 4])]], 'seat 4 was given to two tickets'],
    ['a ticket moved twice at once', [...bought, [move([id(401), 1, 4], [id(401), 1, 5])]], `ticket ${id(401)} was moved twice at once`],
    ['a ticket moved from a seat that is not its own', [...pair, [move([id(401), 2, 4])]], `ticket ${id(401)} was moved from seat 2, but was for 1`],
    ['a ticket moved before its money is there', [...bought.slice(0, -1), [move([id(401), 1, 4])]], `ticket ${id(401)} was moved though it was pending`],
    ['a void ticket moved', [...bought, [cancel], [move([id(401), 1, 4])]], `ticket ${id(401)} was moved though it was void`],
    ['a ticket moved that never was', [...bought, [move([id(409), 1, 4])]], `ticket ${id(409)} was moved though it was never made`],
    ['a ticket moved in a cancelled event', [...bought, [cancelEvent], [move([id(401), 1, 4])]], 'move after the event was cancelled'],
    ['a seat sold that a ticket was moved to', [...bought, [move([id(401), 1, 4])], [hold(4, { lines: [[4, 0, 3000, 300, 196, 1]], until: at(606) })]], `seat 4 was held by ${id(4)} while BOOKED by hold ${id(1)}`],
    ['an entry after the seal', [[open], [{ k: 'seal', to: 'elsewhere' }], []], 'was written after the event was sealed'],
    ['a kind of change that nobody knows', [[open], [{ k: 'gift' } as unknown as Change]], 'the kind of change "gift" is not known to this version of Usher'],
  ])('%s', async (name, entries, named) => {
    const isLate = /expired hold|hardest deadline/.test(name)
    const times = isLate ? entries.map((_, i) => at(i === entries.length - 1 ? 700 : i)) : []
    const found = await findingsOf(ledger(entries, times))
    expect(found.join('\n')).toMatch(named instanceof RegExp ? named : new RegExp(named.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  })

  test('time that goes back is named', async () => {
    expect(await findingsOf(ledger([[open], []], [at(5), at(4)]))).toEqual([
      expect.stringMatching(/^entry 2 is of .*, before entry 1/),
    ])
  })

  test('after the first finding the rest is still judged, and every finding names its entry', async () => {
    const found = await findingsOf(
      ledger([...bought, [hold(2, { lines: [seat(1)], until: at(605) })], [issue]]),
    )
    expect(found.map((what) => what.split(':')[0])).toEqual(['entry 6', 'entry 7'])
  })
})

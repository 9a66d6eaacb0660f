import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { applyChange, CHANGE_KINDS, type Change } from './changes.ts'
import { decodeEntry, encodeEntry, FORMAT_JSON, hashEntry, UnknownFormat, type Entry } from './entry.ts'
import { EventState, ZERO_HASH } from './state.ts'
import type { EventRules } from './types.ts'

/**
 * One line an entry: the hash, then the bytes after the format byte as text, as ledgers out there have them. Written
 * once by version 1; a change of code that needs another line here would break every ledger that exists.
 */
const GOLDEN = readFileSync(new URL('entry.golden.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ hash: line.slice(0, 64), json: line.slice(65) }))

const id = (n: number): string => `01a20000-0000-7000-8000-${String(n).padStart(12, '0')}`
const at = (n: number): number => Date.UTC(2030, 0, 1, 12) + n * 1_000

const rules: EventRules = {
  currency: 'EUR',
  ticketsPerBuyer: 4,
  holdSeconds: 600,
  extensionsMax: 1,
  extensionSeconds: 300,
  onSaleFrom: null,
  onSaleUntil: at(86_400),
  orphanRule: false,
  priceTypes: [
    { id: 'adult', name: 'Großer Preis', min: 0, max: null },
    { id: 'reduced', name: '学生', min: 0, max: 2 },
  ],
  prices: [
    { category: 0, priceType: 0, amount: 5000, fee: 400, tax: 327 },
    { category: 1, priceType: 1, amount: 2000, fee: 200, tax: 131 },
  ],
  orderFee: { amount: 0, tax: 0 },
  refundUntil: at(80_000),
  offers: [{ id: 'presale', startsAt: at(-10), endsAt: null, access: 'code' }],
  allocations: [{ no: 1, kind: 'house', releaseAt: null }],
  identityRequired: 'guest',
}

const key = (n: number, result: string): { hash: string; request: string; result: string } => ({
  hash: id(900 + n),
  request: id(950 + n),
  result,
})

/** Every kind of change that there is, as the rules allow them, with every optional part once; an entry a second. */
const entries: Change[][] = [
  [{ k: 'open', layout: 'f'.repeat(64), seats: 8, areas: [50], rules }],
  [{ k: 'hold', id: id(1), buyer: id(101), until: at(601), lines: [[0, 0, 5000, 400, 327, 1]] }],
  [{ k: 'configure', rules: { ...rules, ticketsPerBuyer: 6, orderFee: { amount: 150, tax: 10 } } }],
  [
    {
      k: 'hold',
      id: id(2),
      buyer: id(102),
      until: at(603),
      lines: [
        [1, 0, 5000, 400, 327, 1],
        [-1, 1, 2000, 200, 131, 2],
      ],
      fee: [150, 10],
      contact: id(800),
      key: key(1, `${id(2)}:${at(603)}`),
    },
    {
      k: 'hold',
      id: id(4),
      buyer: id(103),
      until: at(603),
      lines: [[2, 0, 5000, 400, 327, 1]],
      fee: [150, 10],
    },
  ],
  [{ k: 'extend', id: id(1), until: at(901), key: key(2, `${id(1)}:${at(901)}:1`) }],
  [{ k: 'extend', id: id(2), until: at(903) }],
  [{ k: 'begin-payment', id: id(2), attempt: id(202), until: at(400), max: at(700) }],
  [{ k: 'end-payment', id: id(2), attempt: id(202) }],
  [
    { k: 'release', id: id(2) },
    { k: 'release', id: id(4) },
  ],
  [
    {
      k: 'hold',
      id: id(3),
      buyer: id(103),
      until: at(600),
      lines: [[2, 0, 5000, 400, 327, 1]],
      fee: [150, 10],
      paying: [id(203), at(300), at(600)],
    },
  ],
  [{ k: 'confirm', id: id(3), attempt: id(203), order: id(303), tickets: [id(403)], serial: 1 }],
  [{ k: 'issue', id: id(3), order: id(303), tickets: [id(403)] }],
  [{ k: 'transfer', from: id(103), to: id(104), holds: [id(3)], tickets: [id(403)] }],
  [{ k: 'cancel', id: id(3), order: id(303), tickets: [id(403)], refund: id(503) }],
  [{ k: 'reopen', id: id(3), tickets: [id(403)], refund: id(503) }],
  [{ k: 'block', seats: [4, 5] }],
  [{ k: 'unblock', seats: [5] }],
  [],
  [{ k: 'expire', id: id(1) }],
  [{ k: 'seal', to: 'cluster-2' }],
  [{ k: 'transfer', from: id(103), to: id(104), holds: [], tickets: [], contact: id(800) }],
  [{ k: 'cancel-event', holds: [] }],
  [
    {
      k: 'hold',
      id: id(5),
      buyer: id(105),
      until: at(1_522),
      lines: [[3, 0, 5000, 400, 327, 1]],
      offer: 2,
      code: id(805),
    },
  ],
  [{ k: 'release', id: id(5) }],
  [{ k: 'allocate', no: 1, seats: [6, 7] }],
  [{ k: 'release-allocation', no: 1, seats: [7] }],
  [
    { k: 'allocate-places', no: 1, area: 0, places: 20 },
    {
      k: 'hold',
      id: id(6),
      buyer: id(106),
      until: at(1_526),
      lines: [[-1, 1, 2000, 200, 131, 2]],
      code: id(806),
      allocation: 1,
    },
    { k: 'release', id: id(6) },
  ],
  [
    { k: 'hold', id: id(7), buyer: id(107), until: at(1_600), lines: [[4, 0, 5000, 400, 327, 1]] },
    { k: 'begin-payment', id: id(7), attempt: id(207), until: at(1_300), max: at(1_600) },
    { k: 'confirm', id: id(7), attempt: id(207), order: id(307), tickets: [id(407)], serial: 2 },
    { k: 'issue', id: id(7), order: id(307), tickets: [id(407)] },
    { k: 'move', moves: [[id(407), 4, 5]], block: true },
    { k: 'cancel', id: id(7), order: id(307), tickets: [id(407)], refund: id(507) },
    { k: 'reopen', id: id(7), tickets: [id(407)], refund: id(507) },
  ],
  [
    {
      k: 'configure',
      rules: {
        ...rules,
        offers: [
          {
            ...{ id: 'early', no: 3, startsAt: null, endsAt: at(90_000), access: 'open' },
            prices: [{ category: 0, priceType: 0, amount: 4000, fee: 400, tax: 262 }],
          },
        ],
      },
    },
    { k: 'hold', id: id(8), buyer: id(108), until: at(1_528), lines: [[6, 0, 4000, 400, 262, 1]], offer: 3 },
    { k: 'release', id: id(8) },
  ],
  [{ k: 'relayout', layout: 'e'.repeat(64), seats: 2, areas: [60, 10] }],
]

const written: Entry[] = entries.map((changes, i) => ({
  event: '42',
  version: i + 1,
  at: at(i < 18 ? i : 900 + i),
  batch: id(700 + i),
  changes,
}))

describe('ledger format 1', () => {
  test('every kind of change becomes exactly the bytes and hashes of ledgers that exist', () => {
    let previous: Uint8Array = ZERO_HASH
    const lines = written.map((entry) => {
      const bytes = encodeEntry(entry)
      previous = hashEntry(previous, bytes)
      expect(bytes[0]).toBe(FORMAT_JSON)
      return { hash: Buffer.from(previous).toString('hex'), json: bytes.toString('utf8', 1) }
    })
    expect(lines).toEqual(GOLDEN)
  })

  test('the bytes of ledgers that exist are read as what was written, and replayed', () => {
    const state = new EventState('42')
    for (const [i, { json }] of GOLDEN.entries()) {
      const entry = decodeEntry(Buffer.concat([Buffer.from([1]), Buffer.from(json)]))
      expect(entry).toEqual(written[i]!)
      state.version = entry.version
      state.at = entry.at
      for (const change of entry.changes) applyChange(state, change)
    }
    // The last line that blocks what is free came later than the others.
    expect([...state.statuses]).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 0, 0])
    expect(state.layoutHash).toBe('e'.repeat(64))
    expect(state.cancelled).toBe(true)
    expect(state.areas).toEqual([
      { capacity: 60, held: 0, booked: 0, kept: [{ no: 1, places: 20, taken: 0 }] },
      { capacity: 10, held: 0, booked: 0, kept: [] },
    ])
    expect(state.holds.size + state.tickets.size).toBe(0)
    expect(state.serial).toBe(2)
  })

  test('no kind of change is missing from the golden bytes', () => {
    expect(new Set(entries.flat().map((change) => change.k))).toEqual(
      new Set(Object.keys(CHANGE_KINDS) as Change['k'][]),
    )
  })

  test('the documentation lists every key of every change', () => {
    const page = readFileSync(new URL('../../../docs/ledger-format.md', import.meta.url), 'utf8')
    for (const change of entries.flat()) {
      const row = page
        .split('\n')
        .find((line) => line.startsWith('| `') && line.split('|')[1]!.includes(`\`${change.k}\``))
      expect(row).toBeDefined()
      for (const key of Object.keys(change)) if (key !== 'k') expect(row).toContain(`\`${key}\``)
    }
  })

  test('a format or a kind of change that is not known is refused by its name, never guessed', () => {
    expect(() => decodeEntry(new Uint8Array([2, 123, 125]))).toThrow(UnknownFormat)
    expect(() => decodeEntry(new Uint8Array([]))).toThrow(UnknownFormat)
    const later = encodeEntry({ ...written[0]!, changes: [{ k: 'gift' } as unknown as Change] })
    expect(() => decodeEntry(later)).toThrow(/"gift" is not known/)
  })
})

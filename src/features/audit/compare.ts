import type { Sql, Statement } from '../../platform/postgres/database.ts'
import { dueAt, HOLD_STATES, placesKept, TICKET_STATES, type EventState } from '../inventory/index.ts'
import type { Findings } from './findings.ts'
import {
  CODE_USES, HOLD_AREAS, HOLDS, KEYS, NO_UUID, readAreaAllocations, readAreas, readOutbox, readPages, readRules, SEATS, TICKETS, type HeadRow, type StockRow,
} from './read-tables.ts' // prettier-ignore
import { canonical, HOLD_FIELDS, joined } from './records.ts'
import type { Replay } from './replay.ts'
import { iso, STATUS_NAMES } from './rules.ts'

/** Milliseconds for which every fact of an entry must still be in the outbox; older ones may have been cleared. */
export const FACTS_KEPT_MS = 3_600_000

/** Everything that the tables say about an event, against the end of its replay. */
export async function compareTables(
  sql: Sql,
  replay: Replay,
  head: HeadRow,
  findings: Findings,
): Promise<void> {
  compareHead(replay, head, findings)
  if (!replay.comparable) return
  const c: Comparison = { sql, replay, head, findings }
  await compareSeats(c)
  await compareAreas(c)
  await compareHolds(c)
  await compareHoldAreas(c)
  await compareTickets(c)
  await compareKeys(c)
  await compareCodeUses(c)
  await compareRules(c)
  await compareFacts(c)
}

type Comparison = { sql: Sql; replay: Replay; head: HeadRow; findings: Findings }

/** The chain's end. A tail that was cut off shows here unless the head was set back with it. */
export function compareHead(replay: Replay, head: HeadRow, findings: Findings): void {
  const { state, records } = replay
  const says = (what: string, table: unknown, ledger: unknown): void => {
    findings.add(
      'ledger',
      null,
      `the head says ${what} ${String(table)}, the ledger ends with ${String(ledger)}`,
    )
  }
  if (head.version !== state.version) says('version', head.version, state.version)
  else {
    if (!replay.endsWith(head.head_hash)) says('hash', hex(head.head_hash), hex(state.headHash))
    if (head.at !== state.at) says('time', iso(head.at), iso(state.at))
  }
  // What the missing entries made would be told row by row as if somebody had invented it.
  if (head.version > state.version) replay.comparable = false
  if (!replay.comparable) return
  if (head.sealed !== records.sealedTo) says('sealed', head.sealed, records.sealedTo)
  if (head.cancelled !== state.cancelled) says('cancelled', head.cancelled, state.cancelled)
  // Null says the first one, also where one entry brought another and went back.
  if ((head.layout_hash ?? records.firstLayout) !== state.layoutHash)
    says('layout', head.layout_hash, state.layoutHash)
  compareDue(head, 'a hold is due at', nextExpiry(state), findings)
  compareDue(head, 'an allocation goes on open sale at', nextRelease(state), findings)
}

function nextExpiry(state: EventState): number | null {
  let due: number | null = null
  for (const hold of state.holds.values()) {
    const at = dueAt(hold)
    if (at !== null && (due === null || at < due)) due = at
  }
  return due
}

function nextRelease({ rules, seatAllocations, areas, cancelled }: EventState): number | null {
  const places = areas.flatMap(({ kept }) => kept.flatMap((one) => (one.places > 0 ? one.no : [])))
  const kept = new Set([...seatAllocations.values(), ...places])
  const times = rules.allocations.flatMap(({ no, releaseAt }) => (kept.has(no) ? (releaseAt ?? []) : []))
  return cancelled || times.length === 0 ? null : Math.min(...times)
}

function compareDue(head: HeadRow, what: string, due: number | null, findings: Findings): void {
  if (due === null || (head.next_due !== null && head.next_due <= due)) return
  const next = head.next_due === null ? 'nothing is due' : `nothing is due before ${iso(head.next_due)}`
  findings.add('table', 3, `the head says that ${next}, but ${what} ${iso(due)}: nobody would see to it`)
}

/** The lists' figures at the version that they are of. */
export function compareStock({ state }: Replay, stock: StockRow, findings: Findings): void {
  let capacity = state.seatCount
  let remaining = state.statuses.reduce((sum, status) => (status === 0 ? sum + 1 : sum), 0)
  for (const area of state.areas) {
    capacity += area.capacity
    if (!state.cancelled) remaining += area.capacity - area.held - area.booked - placesKept(area)
  }
  if (stock.capacity !== capacity || stock.remaining !== remaining)
    findings.add(
      'table',
      13,
      `event_stock says ${stock.remaining} of ${stock.capacity} left at version ${stock.version}, the ledger ${remaining} of ${capacity}`,
    )
}

type SeatRow = {
  seat_no: number
  status: number
  hold_id: string | null
  held_until: number | null
  allocation_no: number | null
  seat_guid: string
}

async function compareSeats(c: Comparison): Promise<void> {
  const { sql, findings } = c
  const { state } = c.replay
  let next = 0
  const missing = (until: number): void => {
    for (; next < until; next++) findings.add('table', 13, `seat ${next} is missing from event_seats`)
  }
  const pages = readPages<SeatRow>(sql, SEATS, state.eventId, { first: [-1], keyOf: (row) => [row.seat_no] })
  for await (const rows of pages) {
    for (const row of rows) {
      missing(Math.min(row.seat_no, state.seatCount))
      next = row.seat_no + 1
      const fault = seatFault(c, row)
      if (fault !== null) findings.add('table', 13, fault)
    }
  }
  missing(state.seatCount)
}

function seatFault({ replay }: Comparison, row: SeatRow): string | null {
  const { state, layoutOfEvent: layout } = replay
  const seat = layout?.seats[row.seat_no]
  const subject = (): string =>
    `seat ${row.seat_no} (${seat ? `row ${seat.row} ${seat.number}` : row.seat_guid})`
  if (row.seat_no >= state.seatCount)
    return `${subject()} is in event_seats, but the event has ${state.seatCount} seats`
  const status = state.seatStatus(row.seat_no)
  const holdId = state.seatHold(row.seat_no)
  if (row.status !== status || row.hold_id !== holdId)
    return `${subject()}: the table says ${seatText(row.status, row.hold_id)}, the ledger says ${seatText(status, holdId)} at version ${state.version}`
  const until = status === 1 && holdId !== null ? (state.hold(holdId)?.expiresAt ?? null) : null
  if (row.held_until !== until)
    return `${subject()}: the table says held until ${at(row.held_until)}, the ledger ${at(until)}`
  const kept = state.allocationOf(row.seat_no)
  if (row.allocation_no !== kept)
    return `${subject()}: the table says allocation ${row.allocation_no ?? 'none'}, the ledger ${kept ?? 'none'} at version ${state.version}`
  if (seat && seat.seat_id !== row.seat_guid)
    return `${subject()} is called ${row.seat_guid} in event_seats, ${seat.seat_id} in the layout`
  return null
}

async function compareAreas({ sql, replay, findings }: Comparison): Promise<void> {
  const { state, layoutOfEvent: layout } = replay
  const rows = await readAreas(sql, state.eventId)
  state.areas.forEach((area, number) => {
    const row = rows.find((candidate) => candidate.area_no === number)
    const name = layout?.areas[number]?.name
    const subject = `area ${number}${name === undefined ? '' : ` (${name})`}`
    if (!row) return findings.add('table', 13, `${subject} is missing from event_areas`)
    const ledger = { ...area, kept: placesKept(area) }
    for (const what of ['capacity', 'held', 'booked', 'kept'] as const) {
      if (row[what] !== ledger[what])
        findings.add(
          'table',
          13,
          `${subject}: the table says ${what} ${row[what]}, the ledger ${ledger[what]} at version ${state.version}`,
        )
    }
  })
  await compareAreaAllocations({ sql, state, findings })
  for (const row of rows) {
    if (row.area_no < 0 || row.area_no >= state.areaCount)
      findings.add('table', 13, `area ${row.area_no} is in event_areas, but not in the ledger`)
  }
}

async function compareAreaAllocations({
  sql,
  state,
  findings,
}: Pick<Comparison, 'sql' | 'findings'> & { state: EventState }): Promise<void> {
  const inTable = new Map<string, number>()
  for (const { area_no, allocation_no, places } of await readAreaAllocations(sql, state.eventId))
    inTable.set(`area ${area_no}, allocation ${allocation_no}`, places)
  const inLedger = new Map<string, number>()
  state.areas.forEach(({ kept }, area) => {
    for (const { no, places } of kept) if (places > 0) inLedger.set(`area ${area}, allocation ${no}`, places)
  })
  for (const key of new Set([...inTable.keys(), ...inLedger.keys()])) {
    const [table, ledger] = [inTable.get(key) ?? 0, inLedger.get(key) ?? 0]
    if (table !== ledger)
      findings.add(
        'table',
        13,
        `${key}: the table says ${table} places, the ledger ${ledger} at version ${state.version}`,
      )
  }
}

type HoldRow = Record<(typeof HOLD_FIELDS)[number], string | number | null> & {
  hold_id: string
  state: number
}

async function compareHolds(c: Comparison): Promise<void> {
  const { records } = c.replay
  await compareRows<HoldRow>(c, {
    noun: 'hold',
    page: HOLDS,
    first: [NO_UUID],
    fields: HOLD_FIELDS,
    idOf: (row) => row.hold_id,
    textOf: (row) =>
      joined([
        row.buyer, HOLD_STATES[row.state] ?? row.state, row.expires_at, row.lines, row.rules_version, row.order_fee,
        row.order_fee_tax, row.extended_count, row.attempt, row.payment_until, row.payment_until_max, row.order_id,
        row.contact_hash, row.offer_no, row.code_hash, row.allocation_no,
      ]), // prettier-ignore
    expected: (id) => records.holdRow(id),
    expectedCount: records.holdCount,
    expectedIds: () => records.holdIds(),
  })
}

type HoldAreaRow = { hold_id: string; area_no: number; quantity: number }

async function compareHoldAreas(c: Comparison): Promise<void> {
  const { holdAreas } = c.replay.records
  await compareRows<HoldAreaRow>(c, {
    noun: 'hold_areas row',
    page: HOLD_AREAS,
    first: [NO_UUID, -1],
    keyOf: (row) => [row.hold_id, row.area_no],
    fields: ['quantity'],
    idOf: (row) => `${row.hold_id}:${row.area_no}`,
    textOf: (row) => String(row.quantity),
    expected: (id) => holdAreas.get(id)?.toString(),
    expectedCount: holdAreas.size,
    expectedIds: () => holdAreas.keys(),
  })
}

const TICKET_FIELDS = [
  'order_id', 'line_no', 'hold_id', 'buyer', 'seat_no', 'area_no', 'serial', 'state', 'state_version', 'refund_id', 'reopened',
  'moved_from', 'foreign_barcode',
] as const // prettier-ignore
type TicketRow = Record<(typeof TICKET_FIELDS)[number], string | number | boolean | null> & {
  ticket_id: string
  state: number
}

async function compareTickets(c: Comparison): Promise<void> {
  const { tickets } = c.replay.records
  await compareRows<TicketRow>(c, {
    noun: 'ticket',
    page: TICKETS,
    first: [NO_UUID],
    fields: TICKET_FIELDS,
    idOf: (row) => row.ticket_id,
    textOf: (row) =>
      joined(
        TICKET_FIELDS.map((field) =>
          field === 'state' ? (TICKET_STATES[row.state] ?? row.state) : row[field],
        ),
      ),
    expected: (id) => {
      const known = tickets.get(id)
      if (!known) return undefined
      const { ticket: t, lineNo } = known
      return joined([
        t.orderId, lineNo, t.holdId, t.buyer, t.seat, t.area, t.serial, t.state, t.stateVersion, t.refundId, t.reopened,
        t.movedFrom, null,
      ]) // prettier-ignore
    },
    expectedCount: tickets.size,
    expectedIds: () => tickets.keys(),
  })
}

type KeyRow = { key_hash: string; request_hash: string; version: number; result: string }

async function compareKeys(c: Comparison): Promise<void> {
  const { keys } = c.replay.records
  await compareRows<KeyRow>(c, {
    noun: 'idempotency key',
    page: KEYS,
    first: [NO_UUID],
    fields: ['request_hash', 'version', 'result'],
    idOf: (row) => row.key_hash,
    textOf: (row) => joined([row.request_hash, row.version, row.result]),
    expected: (id) => keys.get(id),
    expectedCount: keys.size,
    expectedIds: () => keys.keys(),
  })
}

type RowSource<Row> = {
  noun: string
  page: Statement
  first: readonly (string | number)[]
  keyOf?: (row: Row) => readonly (string | number)[]
  fields: readonly string[]
  idOf(row: Row): string
  textOf(row: Row): string
  expected(id: string): string | undefined
  expectedCount: number
  expectedIds(): Iterable<string>
}

// Row by row in the table's order; what the table lacks is looked for only when the counts say that something is.
async function compareRows<Row extends object>(c: Comparison, source: RowSource<Row>): Promise<void> {
  const { sql, replay, findings } = c
  const { version } = replay.state
  const pages = (): AsyncGenerator<Row[]> =>
    readPages(sql, source.page, replay.eventId, {
      first: source.first,
      keyOf: source.keyOf ?? ((row) => [source.idOf(row)]),
    })
  let found = 0
  for await (const rows of pages()) {
    for (const row of rows) {
      const id = source.idOf(row)
      const expected = source.expected(id)
      if (expected === undefined) {
        findings.add(
          'table',
          13,
          `${source.noun} ${id} is in the table, but no entry up to version ${version} made it`,
        )
        continue
      }
      found += 1
      const text = source.textOf(row)
      if (text === expected) continue
      const says = text.split('\t')
      const should = expected.split('\t')
      source.fields.forEach((field, i) => {
        if (says[i] !== should[i])
          findings.add(
            'table',
            13,
            `${source.noun} ${id}: the table says ${field} ${shown(field, says[i]!)}, the ledger says ${shown(field, should[i]!)} at version ${version}`,
          )
      })
    }
  }
  if (found === source.expectedCount) return
  const present = new Set<string>()
  for await (const rows of pages()) for (const row of rows) present.add(source.idOf(row))
  for (const id of source.expectedIds()) {
    if (!present.has(id))
      findings.add(
        'table',
        13,
        `${source.noun} ${id} is missing from the table; the ledger has it at version ${version}`,
      )
  }
}

type CodeRow = { code_hash: string; used: number }

async function compareCodeUses(c: Comparison): Promise<void> {
  const { codeUses } = c.replay.records
  await compareRows<CodeRow>(c, {
    noun: 'access code',
    page: CODE_USES,
    first: [NO_UUID],
    fields: ['used'],
    idOf: (row) => row.code_hash,
    textOf: (row) => String(row.used),
    expected: (id) => codeUses.get(id)?.toString(),
    expectedCount: codeUses.size,
    expectedIds: () => codeUses.keys(),
  })
}

async function compareRules({ sql, replay, findings }: Comparison): Promise<void> {
  const rows = new Map((await readRules(sql, replay.eventId)).map((row) => [row.version, row.body]))
  for (const [version, rules] of replay.records.rules) {
    if (!rows.has(version))
      findings.add('table', 13, `the rules of version ${version} are missing from event_rules`)
    else if (canonical(rows.get(version)) !== canonical(rules))
      findings.add('table', 13, `the rules of version ${version} in event_rules are not those of the ledger`)
  }
  for (const version of rows.keys()) {
    if (!replay.records.rules.has(version))
      findings.add('table', 13, `event_rules has rules of version ${version}, but the ledger has none there`)
  }
}

// Old facts may have been cleared once everybody had them, from the oldest on; what is missing behind a fact that is
// still there, or is young, was taken away.
async function compareFacts({ sql, replay, head, findings }: Comparison): Promise<void> {
  const { facts } = replay.records
  const present = new Set<string>()
  let oldest: readonly [number, number] | null = null
  for await (const rows of readOutbox(sql, replay.eventId)) {
    for (const row of rows) {
      const id = `${row.version}:${row.n}`
      oldest ??= [row.version, row.n]
      present.add(id)
      const expected = facts.get(id)
      const text = `${row.kind}\t${canonical(row.body)}`
      if (expected === undefined)
        findings.add(
          'table',
          13,
          `the outbox has the fact ${row.kind} at version ${row.version}, but no entry made it`,
        )
      else if (expected !== text)
        findings.add(
          'table',
          13,
          `the fact ${row.kind} at version ${row.version} in the outbox is not what its entry says`,
        )
    }
  }
  if (present.size === facts.size) return
  for (const [id, text] of facts) {
    if (present.has(id)) continue
    const [version, n] = id.split(':').map(Number) as [number, number]
    const isBehind = oldest !== null && (version > oldest[0] || (version === oldest[0] && n > oldest[1]))
    const isYoung = oldest === null && replay.firstAt > head.now - FACTS_KEPT_MS
    if (isBehind || isYoung)
      findings.add(
        'table',
        13,
        `the fact ${text.split('\t')[0]} of version ${version} is missing from the outbox`,
      )
  }
}

function seatText(status: number, holdId: string | null): string {
  return `${STATUS_NAMES[status as 0] ?? status}${holdId === null ? '' : ` by hold ${holdId}`}`
}

function shown(field: string, value: string): string {
  if (value === '') return 'nothing'
  return /_(at|until|max)$/.test(field) && /^\d+$/.test(value) ? iso(Number(value)) : value
}

function at(milliseconds: number | null): string {
  return milliseconds === null ? 'no time' : iso(milliseconds)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

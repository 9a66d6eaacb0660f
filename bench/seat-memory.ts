// What a seat, a hold and a ticket cost in the memory of a process that sells: events of 50,000 seats, half of them held by
// two, then booked. Only what the ledger's memory keeps: no layout, no documents, no requests.
//   bun bench/seat-memory.ts        half a minute; writes bench/results/seat-memory.json
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { heapStats } from 'bun:jsc'
import { applyChange, type Change } from '../src/features/inventory/changes.ts'
import { decodeEntry, encodeEntry } from '../src/features/inventory/entry.ts'
import { EventState } from '../src/features/inventory/state.ts'
import { systemIds } from '../src/platform/clock.ts'
import { smallRules } from '../test/harness/small-hall.ts'

/** The buyers of the second half of them send idempotency keys. */
const EVENTS = 20
const SEATS = 50_000
const HOLDS = SEATS / 4
const SEATS_A_HOLD = 2
const CHANGES_AN_ENTRY = 250

type Memory = { resident: number; heap: number }
const uuid = (): string => systemIds.uuid()
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const states = Array.from({ length: EVENTS }, (_, no) => new EventState(String(no)))
const rules = smallRules({ ticketsPerBuyer: SEATS })
const empty = await settled()
for (const state of states) feed(state, [{ k: 'open', layout: 'hall', seats: SEATS, areas: [], rules }])
const opened = await settled()
for (const state of states.slice(0, EVENTS / 2)) holdHalf(state, false)
const heldWithout = await settled()
for (const state of states.slice(EVENTS / 2)) holdHalf(state, true)
const heldAll = await settled()
for (const state of states) payAll(state)
const booked = await settled()

const perSeat = (key: keyof Memory): number => (opened[key] - empty[key]) / (EVENTS * SEATS)
const perHold = (from: Memory, to: Memory, key: keyof Memory, events: number): number =>
  (to[key] - from[key]) / (events * HOLDS)
const row = (system: string, metric: string, bytes: number): object => ({
  system,
  metric,
  unit: 'bytes',
  median: Math.round(bytes * 10) / 10,
})
const rows = (['resident', 'heap'] as const).flatMap((key) => [
  row('a seat, free or taken', key, perSeat(key)),
  row('a hold of two seats', key, perHold(opened, heldWithout, key, EVENTS / 2)),
  row('the same, with its idempotency key', key, perHold(heldWithout, heldAll, key, EVENTS / 2)),
  row('what its booking adds, with two tickets', key, perHold(heldAll, booked, key, EVENTS)),
])
const result = {
  name: 'seat-memory',
  commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim(),
  machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length },
  events: EVENTS,
  seats_an_event: SEATS,
  holds_an_event: HOLDS,
  rows,
  claims: [],
}
mkdirSync(at('results'), { recursive: true })
writeFileSync(at('results/seat-memory.json'), `${JSON.stringify(result, null, 2)}\n`)
console.table(rows)
if (states.some((state) => state.holds.size !== HOLDS || state.tickets.size !== HOLDS * SEATS_A_HOLD))
  throw new Error('not everything that was measured is there')

/** As another process's entry comes in: written, read again and applied, so that no text is shared with ours. */
function feed(state: EventState, changes: Change[]): void {
  const entry = { event: state.eventId, version: state.version + 1, at: state.at + 1, batch: uuid(), changes }
  const read = decodeEntry(encodeEntry(entry))
  state.version = read.version
  state.at = read.at
  for (const change of read.changes) applyChange(state, change)
}

function inEntries(state: EventState, changes: Change[]): void {
  for (let i = 0; i < changes.length; i += CHANGES_AN_ENTRY)
    feed(state, changes.slice(i, i + CHANGES_AN_ENTRY))
}

function holdHalf(state: EventState, withKeys: boolean): void {
  const changes = Array.from({ length: HOLDS }, (_, i): Change => {
    const id = uuid()
    const until = 1_900_000_000_000 + i
    const first = i * SEATS_A_HOLD
    return {
      k: 'hold',
      id,
      buyer: uuid(),
      until,
      lines: [
        [first, 0, 5_000, 400, 327, 1],
        [first + 1, 0, 5_000, 400, 327, 1],
      ],
      fee: [150, 10],
      ...(withKeys && { key: { hash: uuid(), request: uuid(), result: `${id}:${until}` } }),
    }
  })
  inEntries(state, changes)
}

function payAll(state: EventState): void {
  const changes = [...state.holds.keys()].flatMap((id, i): Change[] => {
    const attempt = uuid()
    const order = uuid()
    const tickets = Array.from({ length: SEATS_A_HOLD }, uuid)
    return [
      { k: 'begin-payment', id, attempt, until: 1_900_000_000_000, max: 1_900_000_300_000 },
      { k: 'confirm', id, attempt, order, tickets, serial: i * SEATS_A_HOLD + 1 },
      { k: 'issue', id, order, tickets },
    ]
  })
  inEntries(state, changes)
}

/** After everything that nobody needs was collected: the lowest of five looks. */
async function settled(): Promise<Memory> {
  let least: Memory = { resident: Infinity, heap: Infinity }
  for (let look = 0; look < 5; look++) {
    await Bun.sleep(300)
    Bun.gc(true)
    const { heapSize, extraMemorySize } = heapStats()
    least = {
      resident: Math.min(least.resident, process.memoryUsage.rss()),
      heap: Math.min(least.heap, heapSize + extraMemorySize),
    }
  }
  return least
}

import {
  applyChange,
  decodeEntry,
  EventState,
  hashEntry,
  UnknownFormat,
  type Change,
  type Entry,
} from '../inventory/index.ts'
import type { Layout } from '../../shared/layout.ts'
import type { Findings } from './findings.ts'
import type { LedgerRow } from './read-tables.ts'
import { Records } from './records.ts'
import { iso, judge } from './rules.ts'

/**
 * One event's ledger from its first entry on: recomputes the chain, judges every change and applies it with the
 * function that the selling processes use. What it ends with is what the tables should say.
 */
export class Replay {
  readonly state: EventState
  readonly records: Records
  entries = 0
  /** Of the first entry, milliseconds. */
  firstAt = 0
  /** False once entries are missing, unreadable or impossible: what follows cannot be compared any more. */
  comparable = true
  private layout: Layout | null = null

  constructor(
    readonly eventId: string,
    private readonly findings: Findings,
    /** The layout's body, where it is known. */
    private readonly layoutOf: (hash: string) => Promise<Layout | null>,
  ) {
    this.state = new EventState(eventId)
    this.records = new Records(this.state)
  }

  get layoutOfEvent(): Layout | null {
    return this.layout
  }

  async feed(row: LedgerRow): Promise<void> {
    const { state, findings } = this
    if (this.entries++ === 0) this.firstAt = row.at
    const missing = row.version - state.version - 1
    if (missing > 0) {
      const which =
        missing === 1
          ? `entry ${state.version + 1} is`
          : `entries ${state.version + 1} to ${row.version - 1} are`
      findings.add('ledger', null, `${which} missing from the ledger; what follows is not replayed`)
      this.comparable = false
    } else if (!same(row.prev_hash, state.headHash)) {
      findings.add(
        'ledger',
        null,
        `entry ${row.version} does not continue entry ${state.version}: its prev_hash is not that entry's hash`,
      )
    }
    if (!same(hashEntry(row.prev_hash, row.body), row.hash))
      findings.add('ledger', null, `entry ${row.version}: its bytes are not those that its hash was made of`)
    if (row.at < state.at)
      findings.add(
        'ledger',
        null,
        `entry ${row.version} is of ${iso(row.at)}, before entry ${state.version} (${iso(state.at)})`,
      )
    if (this.records.sealedTo !== null)
      findings.add('ledger', 11, `entry ${row.version} was written after the event was sealed`)
    const entry = this.decode(row)
    state.version = row.version
    state.at = row.at
    state.headHash = row.hash
    if (!entry || !this.comparable) return
    this.compareWithColumns(row, entry)
    for (const change of entry.changes) {
      if (change.k === 'open') this.layout = await this.layoutOf(change.layout)
      if (!this.take(change)) return
    }
    // Drops what is stale at the front of the queue, so that it does not grow with the ledger.
    state.peekDue()
  }

  private decode(row: LedgerRow): Entry | null {
    try {
      if (row.body[0] !== row.format)
        this.findings.add(
          'ledger',
          null,
          `entry ${row.version}: the column says format ${row.format}, its bytes ${row.body[0]}`,
        )
      const entry = decodeEntry(row.body)
      if (Array.isArray(entry.changes)) return entry
      throw new Error('it has no changes')
    } catch (error) {
      const why =
        error instanceof UnknownFormat ? error.message : `it cannot be read (${(error as Error).message})`
      this.findings.add('ledger', null, `entry ${row.version}: ${why}; what follows is not replayed`)
      this.comparable = false
      return null
    }
  }

  private compareWithColumns(row: LedgerRow, entry: Entry): void {
    const differ = (column: string, inBody: unknown, inRow: unknown): void => {
      if (inBody !== inRow)
        this.findings.add(
          'ledger',
          null,
          `entry ${row.version}: its column ${column} says ${String(inRow)}, its bytes ${String(inBody)}`,
        )
    }
    differ('event_id', entry.event, this.eventId)
    differ('version', entry.version, row.version)
    differ('at', entry.at, row.at)
    differ('batch_id', entry.batch, row.batch_id)
  }

  private take(change: Change): boolean {
    const { state, records, findings } = this
    try {
      judge(
        {
          state,
          records,
          layout: this.layout,
          breach: (invariant, what) => findings.add('rule', invariant, `entry ${state.version}: ${what}`),
        },
        change,
      )
      const named = 'id' in change ? [change.id] : change.k === 'cancel-event' ? change.holds : []
      const before = named.flatMap((id) => state.hold(id) ?? [])
      applyChange(state, change)
      records.note(change, before)
      return true
    } catch (error) {
      findings.add(
        'rule',
        13,
        `entry ${state.version}: its change "${String(change.k)}" cannot be applied (${(error as Error).message}); what follows is not replayed`,
      )
      this.comparable = false
      return false
    }
  }
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

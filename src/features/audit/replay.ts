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
  /** False once entries are missing, changed, unreadable or impossible: what follows cannot be compared any more. */
  comparable = true
  private layout: Layout | null = null
  /** Of the last entry, where its column hash says another one. */
  private hashOfBytes: Uint8Array | null = null

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
    this.entries += 1
    this.judgeChain(row)
    const entry = this.comparable ? this.decode(row) : null
    const at = entry?.at ?? row.at
    if (this.entries === 1) this.firstAt = at
    if (at < state.at)
      findings.add(
        'ledger',
        null,
        `entry ${row.version} is of ${iso(at)}, before entry ${state.version} (${iso(state.at)})`,
      )
    if (this.records.sealedTo !== null)
      findings.add('ledger', 11, `entry ${row.version} was written after the event was sealed`)
    state.version = row.version
    state.at = at
    state.headHash = row.hash
    if (!entry) return
    this.compareWithColumns(row, entry)
    for (const change of entry.changes) {
      const named = change.k === 'open' || change.k === 'relayout'
      const next = named ? await this.layoutOf(change.layout) : this.layout
      if (!this.take(change, next)) return
      this.layout = next
    }
    // Drops what is stale at the front of the queue, so that it does not grow with the ledger.
    state.peekDue()
  }

  /** Whether this is the hash of the last entry, by its column or, where that was changed, by its bytes. */
  endsWith(hash: Uint8Array): boolean {
    return same(hash, this.state.headHash) || (this.hashOfBytes !== null && same(hash, this.hashOfBytes))
  }

  // One line a fault: what a changed entry would lead to, and what the next one says of it, follows from that.
  private judgeChain({ version, prev_hash: prevHash, hash, body }: LedgerRow): void {
    const { state } = this
    const broken = (what: string): void => {
      this.findings.add('ledger', null, what)
      this.comparable = false
    }
    const ofBytes = hashEntry(prevHash, body)
    const missing = version - state.version - 1
    const continues = this.endsWith(prevHash)
    const isWhole = same(ofBytes, hash)
    if (missing > 0) {
      const which =
        missing === 1 ? `entry ${version - 1} is` : `entries ${state.version + 1} to ${version - 1} are`
      broken(`${which} missing from the ledger; what follows is not replayed`)
    } else if (!continues && same(hashEntry(state.headHash, body), hash)) {
      const before = version === 1 ? 'that of a first entry' : `the hash of entry ${state.version}`
      this.findings.add(
        'ledger',
        null,
        `entry ${version}: its column prev_hash is not ${before}, of which its own hash was made`,
      )
      this.hashOfBytes = null
      return
    } else if (!continues) {
      this.findings.add(
        'ledger',
        null,
        `entry ${version} does not continue entry ${state.version}: its prev_hash is not that entry's hash`,
      )
    }
    if (!isWhole)
      broken(
        `entry ${version}: its bytes are not those that its hash was made of; what follows is not replayed`,
      )
    this.hashOfBytes = isWhole ? null : ofBytes
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

  private take(change: Change, layoutAfter: Layout | null): boolean {
    const { state, records, findings } = this
    try {
      judge(
        {
          state,
          records,
          layout: this.layout,
          layoutAfter,
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

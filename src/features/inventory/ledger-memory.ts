import type { Clock } from '../../platform/clock.ts'
import { Outage, type Database } from '../../platform/postgres/database.ts'
import { applyChange, type Change } from './changes.ts'
import { UnknownFormat } from './entry.ts'
import type { Hall } from './hall.ts'
import { loadState, measureClockOffset, readEntries, readHead, type Head } from './ledger-store.ts'
import type { EventState } from './state.ts'

/** Milliseconds that the database's clock may seem to move against this process's before the offset is set anew. */
const CLOCK_DRIFT_MS_MAX = 100
/** Milliseconds from which such a step is a fault that somebody has to look at. */
const CLOCK_JUMP_MS = 1_000
/** Entries behind which reading the tables is cheaper than replaying. */
const ENTRIES_BEHIND_MAX = 5_000

export type MemoryDeps = {
  database: Database
  clock: Clock
  /** The compiled hall of a layout; rejects when there is none. */
  hall(layoutHash: string): Promise<Hall>
  observer: MemoryObserver
}

export type MemoryObserver = {
  /** After every entry that the memory took in, one's own and others'. */
  onEntry(entry: { state: EventState; from: number; changes: readonly Change[]; own: boolean }): void
  /** The memory was dropped: a restored backup or an unfaithful failover. */
  onFork(eventId: string): void
  /** For a person to look at: the text says what. */
  onAlert(eventId: string, what: string, cause?: unknown): void
}

/**
 * 503 to the caller. `busy`: too many wait, and nothing was done; `away`: the database does not answer, and nothing was
 * done; `unavailable`: nothing can be said about the outcome, or the event cannot be served now.
 */
export class Unavailable extends Error {
  /** Seconds after which asking again may help. */
  retryAfterSeconds: number | null = null

  constructor(
    readonly reason: 'busy' | 'away' | 'unavailable',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause })
  }
}

export function movedAway(): Unavailable {
  return new Unavailable('unavailable', 'this event has moved to another cluster')
}

/**
 * What one process knows of one event: the state at a version, and when that was last confirmed. Follows the ledger;
 * never writes it. Only a batch may move it (`take`, `catchUp`), so that nothing else does so at the same time.
 */
export class LedgerMemory {
  state: EventState | null = null
  hall: Hall | null = null
  /** When the read or commit that last confirmed the state was sent (monotonic); what is before is stale. */
  confirmedMs = -Infinity
  private loading: Promise<void> | null = null
  /** What the database's clock shows more than this process's, and by how much that may be wrong. */
  private clockOffset: { ms: number; errorMs: number } | null = null
  private toldFormat = false

  constructor(
    private readonly deps: MemoryDeps,
    private readonly eventId: string,
  ) {}

  get isLoading(): boolean {
    return this.loading !== null
  }

  async ensureLoaded(): Promise<void> {
    if (this.state && this.hall) return
    this.loading ??= this.load().finally(() => {
      this.loading = null
    })
    try {
      await this.loading
    } catch (error) {
      throw this.unreadable(error)
    }
  }

  private async load(): Promise<void> {
    const { database, clock } = this.deps
    const sentMs = clock.monotonic()
    if (!this.clockOffset) await this.measureClock()
    const state = await loadState(database, this.eventId)
    if (!state) return
    const hall = await this.deps.hall(state.layoutHash)
    if (this.state) return
    this.hall = hall
    this.state = state
    this.confirmedMs = sentMs
  }

  forget(): void {
    this.state = null
    this.hall = null
    this.confirmedMs = -Infinity
  }

  take(
    state: EventState,
    entry: { version: number; at: number; hash: Uint8Array; changes: readonly Change[] },
    own: boolean,
  ): void {
    const from = state.version
    state.version = entry.version
    state.at = entry.at
    state.headHash = entry.hash
    for (const change of entry.changes) applyChange(state, change)
    this.deps.observer.onEntry({ state, from, changes: entry.changes, own })
  }

  /** Takes in an entry of one's own that was committed; `nextDue` is what was stored with it, `hall` that of its layout. */
  committed(
    state: EventState,
    entry: { version: number; at: number; hash: Uint8Array; changes: readonly Change[] },
    hall: Hall | null,
    nextDue: number | null,
    sentMs: number,
  ): void {
    this.confirmedMs = sentMs
    this.state = state
    this.hall = hall
    state.nextDue = nextDue
    this.take(state, entry, true)
  }

  /** Whether the head is where `state` is, by a read that is sent now; if it is not, what was missed is read. */
  async headIsUnmoved(state: EventState): Promise<boolean> {
    const sentNow = this.deps.clock.now()
    const sentMs = this.deps.clock.monotonic()
    const head = await readHead(this.deps.database, this.eventId)
    if (head?.sealed) throw movedAway()
    if (head) this.hearClock(head, sentNow)
    if (head && head.version === state.version && Buffer.compare(head.headHash, state.headHash) === 0) {
      this.confirmedMs = sentMs
      return true
    }
    if (!head && state.version === 0) return true
    await this.catchUp(new Set())
    return false
  }

  /** Reads the head and notes when it confirms the memory; false when somebody else has moved on. */
  async confirm(sentMs: number): Promise<boolean> {
    const sentNow = this.deps.clock.now()
    const head = await readHead(this.deps.database, this.eventId)
    if (head) this.hearClock(head, sentNow)
    const { state } = this
    if (!state) return true
    // A commit of our own may have moved the memory on while the read was under way; then it confirmed it, too.
    if (head && head.version < state.version && this.confirmedMs >= sentMs) return true
    if (!head || head.version !== state.version || Buffer.compare(head.headHash, state.headHash) !== 0)
      return false
    this.confirmedMs = Math.max(this.confirmedMs, sentMs)
    return true
  }

  /**
   * Reads on from the memory's version and applies what it finds; `seen` collects the batch ids. A head below the
   * memory, another hash at its version or an entry that does not continue it is a fork: the memory is dropped.
   */
  async catchUp(seen: Set<string>): Promise<void> {
    const { database, clock } = this.deps
    const { state } = this
    if (!state) return
    const sentNow = clock.now()
    const sentMs = clock.monotonic()
    const head = await readHead(database, this.eventId)
    if (state !== this.state) return
    if (!head) {
      if (state.version > 0) this.fork()
      return
    }
    const forked =
      head.version < state.version ||
      (head.version === state.version && Buffer.compare(head.headHash, state.headHash) !== 0)
    if (forked) return this.fork()
    this.hearClock(head, sentNow)
    if (head.version - state.version > ENTRIES_BEHIND_MAX) {
      // Too far behind to replay; the batches of lost answers are among what is skipped only if they were recent.
      for (const entry of await readEntries(database, this.eventId, state.version)) seen.add(entry.batchId)
      this.forget()
      return this.ensureLoaded()
    }
    while (state.version < head.version) {
      let entries: Awaited<ReturnType<typeof readEntries>>
      try {
        entries = await readEntries(database, this.eventId, state.version)
      } catch (error) {
        throw this.unreadable(error)
      }
      if (state !== this.state) return
      const first = entries[0]
      if (
        !first ||
        first.version !== state.version + 1 ||
        Buffer.compare(first.prevHash, state.headHash) !== 0
      ) {
        return this.fork()
      }
      for (const { batchId, hash, entry } of entries) {
        const relaid = entry.changes.findLast((change) => change.k === 'relayout')
        if (relaid) {
          // Read before the entry is taken: seats and the hall that names them change at the same moment.
          const hall = await this.deps.hall(relaid.layout)
          if (state !== this.state) return
          this.hall = hall
        }
        seen.add(batchId)
        this.take(state, { version: entry.version, at: entry.at, hash, changes: entry.changes }, false)
      }
    }
    if (state.version === head.version) state.nextDue = head.nextDue
    this.confirmedMs = Math.max(this.confirmedMs, sentMs)
  }

  private fork(): void {
    this.forget()
    this.deps.observer.onFork(this.eventId)
    this.deps.observer.onAlert(
      this.eventId,
      'the ledger does not continue what this process knew; it was read again',
    )
  }

  /** After an entry's time was refused. */
  async measureClock(): Promise<void> {
    const { database, clock } = this.deps
    const sentNow = clock.now()
    const ms = await measureClockOffset(database, clock)
    this.clockOffset = { ms, errorMs: Math.abs(clock.now() - sentNow) / 2 }
  }

  // Every head read tells the time: a clock that stood still (a machine asleep) or jumped is noticed before it decides.
  private hearClock(head: Head, sentNow: number): void {
    const receivedNow = this.deps.clock.now()
    const ms = head.databaseNow - (sentNow + receivedNow) / 2
    // The answer may have waited anywhere on its way, also in front of a busy loop: that is no jump.
    const errorMs = Math.abs(receivedNow - sentNow) / 2
    const known = this.clockOffset
    const apartMs = known ? Math.abs(ms - known.ms) - errorMs - known.errorMs : Infinity
    if (!known || apartMs > CLOCK_DRIFT_MS_MAX || errorMs < known.errorMs / 2)
      this.clockOffset = { ms, errorMs }
    if (known && apartMs > CLOCK_JUMP_MS)
      this.deps.observer.onAlert(this.eventId, 'the clock of the database or of this process has jumped')
  }

  /** The larger of the last entry's time and the database's clock as far as this process knows it. */
  entryTime(state: EventState): number {
    return Math.max(state.at, Math.floor(this.deps.clock.now() + (this.clockOffset?.ms ?? 0)))
  }

  /** What a failed read means to a caller. */
  unreadable(error: unknown): unknown {
    if (error instanceof UnknownFormat) {
      // Once: every request meets it from now on.
      if (!this.toldFormat) this.deps.observer.onAlert(this.eventId, error.message)
      this.toldFormat = true
      return new Unavailable('unavailable', 'this event is written by a newer version of Usher', error)
    }
    return error instanceof Outage ? new Unavailable('away', 'the database does not answer', error) : error
  }
}

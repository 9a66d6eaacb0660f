import type { Clock, Ids, Random } from '../../platform/clock.ts'
import { Outage, type Database } from '../../platform/postgres/database.ts'
import {
  decide,
  type Command,
  type Decision,
  type Denied,
  type HoldCommand,
  type Outcome,
} from './arbiter.ts'
import { applyChange, type Change } from './changes.ts'
import { commitDeltas, commitRest } from './commit-deltas.ts'
import { encodeEntry, FORMAT_JSON, hashEntry, UnknownFormat } from './entry.ts'
import type { Hall } from './hall.ts'
import {
  findKeys,
  loadState,
  measureClockOffset,
  readEntries,
  readHead,
  sendCommit,
  type Head,
  type CommitOutcome,
  type CommitResult,
} from './ledger-store.ts'
import { dueAt, EventState, type Draft } from './state.ts'
import { SEAT } from './types.ts'

/** Commands that one entry may carry. */
export const COMMANDS_PER_BATCH_MAX = 1_024
/** Commands that may wait in front of one event. */
export const COMMANDS_WAITING_MAX = 20_000
/** Milliseconds that a new command may expect to wait before it is sent away with 503. */
export const WAIT_MS_MAX = 2_000
/** Milliseconds for which memory counts as fresh after the read or commit that confirmed it was sent. */
export const FRESH_MS = 50
/**
 * Age in milliseconds from which a refusal sends for the next head read without waiting for it, so that under a rush
 * memory does not grow stale and nobody waits. At most 29 reads a second and event.
 */
const RENEW_MS = 35
/** Milliseconds that a batch may take in all, retries included. */
export const SETTLE_MS_MAX = 12_000
/** Milliseconds for which a batch goes on asking a database that does not answer. */
export const OUTAGE_MS_MAX = 2_000
/** Milliseconds that the database's clock may seem to move against this process's before the offset is set anew. */
export const CLOCK_DRIFT_MS_MAX = 100
/** Milliseconds from which such a step is a fault that somebody has to look at. */
export const CLOCK_JUMP_MS = 1_000
/** Entries behind which reading the tables is cheaper than replaying. */
export const ENTRIES_BEHIND_MAX = 5_000

export type SequencerDeps = {
  database: Database
  /** Where commits go; see InventoryDeps. */
  commits: Database
  clock: Clock
  ids: Ids
  random: Random
  /** The compiled hall of a layout; rejects when there is none. */
  hall(layoutHash: string): Promise<Hall>
  observer: SequencerObserver
}

/** What the sequencer tells about itself: to metrics, logs, caches and streams. Must not throw. */
export type SequencerObserver = {
  /** After every entry that the memory took in, one's own and others'. */
  onEntry(entry: { state: EventState; from: number; changes: readonly Change[]; own: boolean }): void
  /** The memory was dropped: a restored backup or an unfaithful failover. */
  onFork(eventId: string): void
  onCommit(figures: {
    outcome: CommitOutcome
    milliseconds: number
    commands: number
    expiryLagMs: number | null
  }): void
  onRefusedFromMemory(): void
  /** For a person to look at: the text says what. */
  onAlert(eventId: string, what: string, cause?: unknown): void
}

/** `version` is the one that the outcome was decided at. */
export type Settled = { outcome: Outcome; version: number }

/** Nothing can be said about the outcome, or the event cannot be served now; 503 to the caller. */
export class Unavailable extends Error {
  constructor(
    readonly reason: 'busy' | 'unavailable',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause })
  }
}

type Waiting = {
  command: Command
  minVersion: number
  resolve(settled: Settled): void
  reject(error: unknown): void
}

/** A commit without an answer: it may be in the ledger, or may still arrive there. */
type Lost = { batchId: string; decision: Decision }

/**
 * One event in one process. Collects commands while a commit is under way, decides them together, and answers when
 * the entry is durable. Several processes may run one for the same event: the compare-and-set on the event's version
 * lets one of them win, and the others read what they missed and decide again.
 */
export class Sequencer {
  private state: EventState | null = null
  private hall: Hall | null = null
  private waiting: Waiting[] = []
  private pumping: Promise<void> | null = null
  private loading: Promise<void> | null = null
  private headRead: { sentMs: number; done: Promise<void> } | null = null
  /** When the read or commit that last confirmed the memory was sent (monotonic); what is before is stale. */
  private confirmedMs = -Infinity
  private clockOffsetMs: number | null = null
  /**
   * The highest version at which a commit was sent that had no answer: while the head is not past it, the commit may
   * still arrive, and nothing may be refused that does not itself move the head. -1: none.
   */
  private lostAt = -1
  /** The batch that is being committed: what it changes is not yet to be refused from memory. */
  private inFlight: Draft | null = null
  private commitMsMean = 5
  private toldFormat = false
  lastUsedMs: number

  constructor(
    private readonly deps: SequencerDeps,
    readonly eventId: string,
  ) {
    this.lastUsedMs = deps.clock.monotonic()
  }

  /** True when nothing waits and nothing runs: the memory may be let go. */
  get idle(): boolean {
    return (
      this.waiting.length === 0 && !this.pumping && !this.loading && !this.headRead && !this.mayStillArrive
    )
  }

  /** True while a commit without an answer may still arrive. Any next command settles it. */
  get mayStillArrive(): boolean {
    return this.lostAt >= (this.state?.version ?? 0)
  }

  get queueLength(): number {
    return this.waiting.length
  }

  /** The memory as it is, possibly stale; null when it is not loaded or the event was never opened. */
  get memory(): { state: EventState; hall: Hall } | null {
    return this.state && this.hall ? { state: this.state, hall: this.hall } : null
  }

  /** Decides the command in the next batch. Rejects with `Unavailable`. */
  submit(command: Command, minVersion = 0): Promise<Settled> {
    this.lastUsedMs = this.deps.clock.monotonic()
    const predictedMs = Math.ceil((this.waiting.length + 1) / COMMANDS_PER_BATCH_MAX) * this.commitMsMean
    if (this.waiting.length >= COMMANDS_WAITING_MAX || predictedMs > WAIT_MS_MAX) {
      return Promise.reject(new Unavailable('busy', 'too many are asking for this event at this moment'))
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, minVersion, resolve, reject })
      this.wake()
    })
  }

  /**
   * The refusal of a hold whose seats other people have, from memory that is fresh: no SQL. Null when it has to be
   * decided in a batch. Only other people's seats may be refused this way: what rests on a due hold, on a batch in
   * flight or on the caller's own holds needs the ledger.
   */
  refuseFromMemory(command: HoldCommand, minVersion: number): { denied: Denied; version: number } | null {
    const { state } = this
    if (!state || state.version < minVersion || command.seats.length === 0 || state.sealed) return null
    const nowMs = this.deps.clock.monotonic()
    if (nowMs - this.confirmedMs > FRESH_MS) return null
    if (this.mayStillArrive) return null
    if (command.key && (!state.keysComplete || state.key(command.key.keyHash))) return null
    const at = this.entryTime(state)
    const { rules } = state
    if (
      (rules.onSaleFrom !== null && at < rules.onSaleFrom) ||
      (rules.onSaleUntil !== null && at >= rules.onSaleUntil)
    ) {
      return null
    }
    let failed: number[] | null = null
    for (const seat of command.seats) {
      const status = state.seatStatus(seat)
      if (this.inFlight?.seats.has(seat)) return null
      if (status === SEAT.available) continue
      ;(failed ??= []).push(seat)
      if (status === SEAT.blocked) continue
      const holder = state.hold(state.seatHold(seat)!)
      if (!holder) continue
      if (holder.buyer === command.buyer) return null
      const due = dueAt(holder)
      if (due !== null && due <= at) return null
    }
    if (!failed) return null
    this.lastUsedMs = nowMs
    if (!this.headRead && nowMs - this.confirmedMs > RENEW_MS) {
      // Whoever finds the memory stale reads for themselves and hears of the failure.
      this.shareHeadRead(nowMs - RENEW_MS).catch(() => {})
    }
    this.deps.observer.onRefusedFromMemory()
    return { denied: { denied: 'seats_unavailable', seats: failed }, version: state.version }
  }

  /**
   * Makes sure that the memory is at most `milliseconds` old and at least at `minVersion`, reading the head (one read
   * at a time, shared) and what was missed. False when the event was never opened.
   */
  async refresh(milliseconds: number, minVersion = 0): Promise<boolean> {
    this.lastUsedMs = this.deps.clock.monotonic()
    const sinceMs = this.lastUsedMs - milliseconds
    await this.ensureLoaded()
    const isFresh = (): boolean => this.confirmedMs >= sinceMs
    for (let reads = 0; this.state && (!isFresh() || this.state.version < minVersion); reads++) {
      // A version that nobody has written yet cannot be waited for.
      if (reads > 0 && isFresh()) break
      if (reads > 3) throw new Unavailable('unavailable', 'the ledger could not be read in time')
      await this.shareHeadRead(sinceMs).catch((error: unknown) => {
        throw this.unreadable(error)
      })
    }
    return this.state !== null
  }

  private wake(): void {
    this.pumping ??= Promise.resolve()
      .then(() => this.pump())
      .finally(() => {
        this.pumping = null
        if (this.waiting.length > 0) this.wake()
      })
  }

  private async pump(): Promise<void> {
    // Let the requests that are already in the socket buffers join this batch.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, COMMANDS_PER_BATCH_MAX)
      await this.settleAll(batch)
    }
  }

  private async settleAll(batch: Waiting[]): Promise<void> {
    try {
      await this.settle(batch)
    } catch (error) {
      const cause =
        error instanceof Unavailable
          ? error
          : new Unavailable('unavailable', 'the ledger could not be written', error)
      if (!(error instanceof Unavailable)) this.deps.observer.onAlert(this.eventId, 'a batch failed', error)
      for (const waiting of batch) waiting.reject(cause)
    }
  }

  // Decides and commits one batch until it is settled. Every way round the loop is bounded by time or by a count.
  private async settle(batch: Waiting[], reloads = 1): Promise<void> {
    const { clock } = this.deps
    const startedMs = clock.monotonic()
    const deadlineMs = startedMs + SETTLE_MS_MAX
    const mine: Lost[] = []
    let reloadsLeft = reloads
    for (let round = 0; ; round++) {
      if (clock.monotonic() > deadlineMs) {
        throw new Unavailable(
          'unavailable',
          'no decision could be made durable in time; ask again with the same key',
        )
      }
      await this.ensureLoaded()
      const reached = await this.reachVersion(batch, mine)
      if (reached) return this.proveAndAnswer(batch, reached, deadlineMs)
      // An event that was never opened: only `open` changes it.
      const state = this.state ?? new EventState(this.eventId)
      const decision = decide(
        state,
        this.hall,
        batch.map((waiting) => waiting.command),
        this.entryTime(state),
      )
      if (await this.learnKeys(state, batch, decision)) continue
      if (decision.changes.length === 0 && !this.mayStillArrive && !this.mustMoveDue(state, batch)) {
        if (await this.headIsUnmoved(state)) return this.answer(batch, decision, state.version)
        continue
      }
      const batchId = this.deps.ids.uuid()
      const result = await this.commit(state, batchId, decision, batch)
      switch (result.outcome) {
        case 'committed':
          return this.answer(batch, decision, state.version)
        case 'moved': {
          const found = await this.findLost(mine)
          if (found) return this.proveAndAnswer(batch, found, deadlineMs)
          await this.backOff(round)
          break
        }
        case 'lost': {
          mine.push({ batchId, decision })
          this.lostAt = Math.max(this.lostAt, state.version)
          const found = await this.findLost(mine).catch((error: unknown) => {
            if (clock.monotonic() - startedMs < OUTAGE_MS_MAX) return null
            throw new Unavailable('unavailable', 'the database does not answer', error)
          })
          if (found) return this.proveAndAnswer(batch, found, deadlineMs)
          await this.backOff(round + 4)
          break
        }
        case 'time':
          this.clockOffsetMs = await measureClockOffset(this.deps.database, clock)
          this.deps.observer.onAlert(
            this.eventId,
            'an entry did not fit the database clock; it was measured again',
            result.error,
          )
          break
        case 'key':
          await this.readKeys(state, batch)
          break
        case 'drift':
          this.deps.observer.onAlert(
            this.eventId,
            'memory and table differ; the event is read again',
            result.error,
          )
          this.forget()
          if (reloadsLeft > 0) {
            reloadsLeft -= 1
            break
          }
          return this.settleHalves(batch)
        case 'sealed':
          throw movedAway()
      }
    }
  }

  // What still differs after a reload concerns some command of the batch; the others must not fail with it.
  private async settleHalves(batch: Waiting[]): Promise<void> {
    if (batch.length === 1) {
      this.deps.observer.onAlert(
        this.eventId,
        'a command cannot be written: the tables contradict the ledger',
      )
      throw new Unavailable('unavailable', 'this cannot be written now; the operator has been told')
    }
    const middle = Math.ceil(batch.length / 2)
    for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
      try {
        await this.settle(half, 0)
      } catch (error) {
        for (const waiting of half) waiting.reject(error)
      }
    }
  }

  private answer(batch: Waiting[], decision: Decision, version: number): void {
    const again: Waiting[] = []
    batch.forEach((waiting, i) => {
      const outcome = decision.outcomes[i]!
      if ('later' in outcome) again.push(waiting)
      else waiting.resolve({ outcome, version })
    })
    if (again.length > 0) this.waiting.unshift(...again)
  }

  private async commit(
    state: EventState,
    batchId: string,
    decision: Decision,
    batch: Waiting[],
  ): Promise<CommitResult> {
    const { clock, commits, ids, observer } = this.deps
    const { draft, changes } = decision
    const bytes = encodeEntry({
      event: this.eventId,
      version: draft.version,
      at: draft.at,
      batch: batchId,
      changes,
    })
    const hash = hashEntry(state.headHash, bytes)
    const due = this.nextDue(state, decision)
    const expiryLagMs = oldestLag(state, changes, draft.at)
    const values = [
      this.eventId, state.version, state.headHash, state.at, draft.at, batchId, FORMAT_JSON, hash, bytes, due,
      ...commitDeltas(draft),
      commitRest(draft, changes, () => openedSeatIds(batch), () => ids.uuid()),
    ] // prettier-ignore
    const sentMs = clock.monotonic()
    this.inFlight = draft
    const result = await sendCommit(commits, values).finally(() => {
      this.inFlight = null
    })
    const milliseconds = clock.monotonic() - sentMs
    observer.onCommit({ outcome: result.outcome, milliseconds, commands: batch.length, expiryLagMs })
    if (result.outcome !== 'committed') return result
    this.commitMsMean = this.commitMsMean * 0.9 + milliseconds * 0.1
    this.confirmedMs = sentMs
    this.state = state
    state.nextDue = due
    this.take(state, { version: draft.version, at: draft.at, hash, changes }, true)
    if (!this.hall && state.layoutHash !== '') this.hall = await this.deps.hall(state.layoutHash)
    return result
  }

  private take(
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

  /** The stored bound stays while it is a bound: rewriting it at every commit would make the head's update non-HOT. */
  private nextDue(state: EventState, decision: Decision): number | null {
    const { nextDue } = decision
    const stored = state.nextDue
    if (stored !== null && stored > decision.draft.at && nextDue !== null && stored <= nextDue) return stored
    return nextDue
  }

  // The reaper came for a bound that nothing stands behind any more: an entry without changes moves it.
  private mustMoveDue(state: EventState, batch: Waiting[]): boolean {
    return (
      batch.some((waiting) => waiting.command.k === 'expire') &&
      state.nextDue !== null &&
      state.nextDue <= this.entryTime(state)
    )
  }

  // After a lost answer: reads on and looks for the entry. Found, it answers; another at its place makes it impossible.
  private async findLost(mine: readonly Lost[]): Promise<Decision | null> {
    const seen = new Set<string>()
    await this.catchUp(seen)
    return mine.find((one) => seen.has(one.batchId))?.decision ?? null
  }

  // An entry that was only read may be lost with a primary whose standby never had it: an entry of one's own after it,
  // committed without a warning, proves both.
  private async proveAndAnswer(batch: Waiting[], found: Decision, deadlineMs: number): Promise<void> {
    for (let round = 0; this.deps.clock.monotonic() <= deadlineMs; round++) {
      await this.ensureLoaded()
      const { state } = this
      if (!state || state.version < found.draft.version) {
        throw new Unavailable('unavailable', 'the ledger was rolled back; ask again with the same key')
      }
      const empty = decide(state, this.hall, [], this.entryTime(state))
      const { outcome } = await this.commit(state, this.deps.ids.uuid(), empty, [])
      if (outcome === 'committed') return this.answer(batch, found, found.draft.version)
      if (outcome === 'time')
        this.clockOffsetMs = await measureClockOffset(this.deps.database, this.deps.clock)
      else if (outcome === 'drift') this.forget()
      else await this.catchUp(new Set())
      await this.backOff(round)
    }
    throw new Unavailable(
      'unavailable',
      'no decision could be made durable in time; ask again with the same key',
    )
  }

  private async ensureLoaded(): Promise<void> {
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
    this.clockOffsetMs ??= await measureClockOffset(database, clock)
    const state = await loadState(database, this.eventId)
    if (!state) return
    const hall = await this.deps.hall(state.layoutHash)
    if (this.state) return
    this.hall = hall
    this.state = state
    this.confirmedMs = sentMs
  }

  private forget(): void {
    this.state = null
    this.hall = null
    this.confirmedMs = -Infinity
  }

  private async reachVersion(batch: Waiting[], mine: readonly Lost[]): Promise<Decision | null> {
    const { state } = this
    if (!state || !batch.some((waiting) => waiting.minVersion > state.version)) return null
    return this.findLost(mine)
  }

  private async headIsUnmoved(state: EventState): Promise<boolean> {
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

  // One head read at a time, shared; a read that was sent too long ago for this caller is waited for, then repeated.
  private async shareHeadRead(sinceMs: number): Promise<void> {
    const running = this.headRead
    if (running) {
      await running.done
      if (running.sentMs >= sinceMs) return
    }
    if (!this.headRead) {
      const sentMs = this.deps.clock.monotonic()
      this.headRead = {
        sentMs,
        done: this.confirmOrCatchUp(sentMs).finally(() => {
          this.headRead = null
        }),
      }
    }
    await this.headRead.done
  }

  private async confirmOrCatchUp(sentMs: number): Promise<void> {
    const sentNow = this.deps.clock.now()
    const head = await readHead(this.deps.database, this.eventId)
    if (head) this.hearClock(head, sentNow)
    const { state } = this
    if (!state) return
    // A commit of our own may have moved the memory on while the read was under way; then it confirmed it, too.
    if (head && head.version < state.version && this.confirmedMs >= sentMs) return
    if (head && head.version === state.version && Buffer.compare(head.headHash, state.headHash) === 0) {
      this.confirmedMs = Math.max(this.confirmedMs, sentMs)
      return
    }
    // Only a batch moves the memory, so that nothing else can do it at the same time: let one read on.
    await this.submit({ k: 'expire' })
  }

  /**
   * Called by the pump only. Reads on from the memory's version and applies what it finds; `seen` collects the batch ids. A head below the
   * memory, another hash at its version or an entry that does not continue it is a fork: the memory is dropped.
   */
  private async catchUp(seen: Set<string>): Promise<void> {
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

  // Keys that memory may have forgotten: a refusal must not be given before the table was asked.
  private async learnKeys(state: EventState, batch: Waiting[], decision: Decision): Promise<boolean> {
    if (state.keysComplete) return false
    const refused = batch.filter(
      (_, i) => 'denied' in decision.outcomes[i]! || 'gone' in decision.outcomes[i]!,
    )
    const unknown = refused
      .flatMap((waiting) => keyOf(waiting.command) ?? [])
      .filter((hash) => !state.key(hash))
    if (unknown.length === 0) return false
    const found = await findKeys(this.deps.database, this.eventId, unknown)
    for (const [hash, use] of found) state.setKey(hash, use)
    return found.size > 0
  }

  private async readKeys(state: EventState, batch: Waiting[]): Promise<void> {
    const hashes = batch.flatMap((waiting) => keyOf(waiting.command) ?? [])
    for (const [hash, use] of await findKeys(this.deps.database, this.eventId, hashes))
      state.setKey(hash, use)
  }

  // Every head read tells the time: a clock that stood still (a machine asleep) or jumped is noticed before it decides.
  private hearClock(head: Head, sentNow: number): void {
    const receivedNow = this.deps.clock.now()
    const offsetMs = head.databaseNow - (sentNow + receivedNow) / 2
    const known = this.clockOffsetMs
    if (known === null || Math.abs(offsetMs - known) > CLOCK_DRIFT_MS_MAX + (receivedNow - sentNow)) {
      this.clockOffsetMs = offsetMs
      if (known !== null && Math.abs(offsetMs - known) > CLOCK_JUMP_MS)
        this.deps.observer.onAlert(this.eventId, 'the clock of the database or of this process has jumped')
    }
  }

  /** The larger of the last entry's time and the database's clock as far as this process knows it. */
  private entryTime(state: EventState): number {
    return Math.max(state.at, Math.floor(this.deps.clock.now() + (this.clockOffsetMs ?? 0)))
  }

  private unreadable(error: unknown): unknown {
    if (error instanceof UnknownFormat) {
      // Once: every request meets it from now on.
      if (!this.toldFormat) this.deps.observer.onAlert(this.eventId, error.message)
      this.toldFormat = true
      return new Unavailable('unavailable', 'this event is written by a newer version of Usher', error)
    }
    return error instanceof Outage
      ? new Unavailable('unavailable', 'the database does not answer', error)
      : error
  }

  private async backOff(round: number): Promise<void> {
    const milliseconds = Math.min(400, 2 ** Math.min(round, 8)) * this.deps.random.fraction()
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
  }
}

function movedAway(): Unavailable {
  return new Unavailable('unavailable', 'this event has moved to another cluster')
}

function keyOf(command: Command): string | null {
  return (command.k === 'hold' || command.k === 'extend') && command.key ? command.key.keyHash : null
}

function openedSeatIds(batch: Waiting[]): string[] {
  for (const { command } of batch) {
    if (command.k !== 'open') continue
    const { seatIds, seatCount } = command.hall
    return Array.from({ length: seatCount }, (_, seat) => seatIds.at(seat))
  }
  return []
}

function oldestLag(state: EventState, changes: readonly Change[], at: number): number | null {
  let oldest: number | null = null
  for (const change of changes) {
    if (change.k !== 'expire') continue
    const hold = state.hold(change.id)
    const due = hold ? dueAt(hold) : null
    if (due !== null && (oldest === null || due < oldest)) oldest = due
  }
  return oldest === null ? null : at - oldest
}

import { createHash } from 'node:crypto'
import type { Ids, Random } from '../../platform/clock.ts'
import { Outage, type Database } from '../../platform/postgres/database.ts'
import { decide, type Decision } from './arbiter.ts'
import type { Command, Denied, HoldWish, Outcome } from './commands.ts'
import type { Change } from './changes.ts'
import { commitDeltas, commitRest, houseDeltas, layoutDeltas, moveDeltas } from './commit-deltas.ts'
import { encodeEntry, FORMAT_JSON, hashEntry } from './entry.ts'
import type { Hall } from './hall.ts'
import {
  LedgerMemory,
  movedAway,
  Unavailable,
  type MemoryDeps,
  type MemoryObserver,
} from './ledger-memory.ts'
import { findKeys, sendCommit, type CommitOutcome, type CommitResult } from './ledger-store.ts'
import { impatient, overrun, sendAway, tooBusy, WAIT_MS_MAX, WATCH_MS, withPatience } from './patience.ts'
import { isAccessCode } from './sale-phases.ts'
import { dueAt, EventState, type Draft } from './state.ts'
import { SEAT, type EventRules } from './types.ts'

/** Commands that one entry may carry. */
export const COMMANDS_PER_BATCH_MAX = 1_024
/** Commands that may wait in front of one event. */
export const COMMANDS_WAITING_MAX = 20_000
/** Milliseconds for which memory counts as fresh after the read or commit that confirmed it was sent. */
export const FRESH_MS = 50
/**
 * Age in milliseconds from which a refusal sends for the next head read without waiting for it, so that under a rush
 * memory does not grow stale and nobody waits. At most 22 reads a second and event.
 */
const RENEW_MS = 45
/** Milliseconds that a batch may take in all, retries included. */
export const SETTLE_MS_MAX = 12_000
/** Milliseconds for which a batch goes on asking a database that does not answer. */
export const OUTAGE_MS_MAX = 2_000

export type SequencerDeps = MemoryDeps & {
  /** Where commits go; see InventoryDeps. */
  commits: Database
  ids: Ids
  random: Random
  observer: SequencerObserver
}

/** What the sequencer tells about itself: to metrics, logs, caches and streams. Must not throw. */
export type SequencerObserver = MemoryObserver & {
  onCommit(figures: {
    outcome: CommitOutcome
    milliseconds: number
    commands: number
    expiryLagMs: number | null
  }): void
  onRefusedFromMemory(): void
}

/** `version` is the one that the outcome was decided at. */
export type Settled = { outcome: Outcome; version: number }

type Waiting = {
  command: Command
  minVersion: number
  sinceMs: number
  /** Nobody waits for it any more. */
  left: boolean
  resolve(settled: Settled): void
  reject(error: unknown): void
}

/** What is being settled; `lost`: a commit of it had no answer. */
type Current = { batch: Waiting[]; sinceMs: number; lost: boolean }

/** A commit without an answer: it may be in the ledger, or may still arrive there. */
type Lost = { batchId: string; decision: Decision }

/**
 * One event in one process. Collects commands while a commit is under way, decides them together, and answers when
 * the entry is durable. Several processes may run one for the same event: the compare-and-set on the event's version
 * lets one of them win, and the others read what they missed and decide again.
 */
export class Sequencer {
  private readonly known: LedgerMemory
  private waiting: Waiting[] = []
  private pumping: Promise<void> | null = null
  private headRead: { sentMs: number; done: Promise<void> } | null = null
  /** The wait of all who want the memory confirmed by a read sent at `sinceMs` or later. */
  private sharedWait: { sinceMs: number; opened: Promise<boolean> } | null = null
  /**
   * The highest version at which a commit was sent that had no answer: while the head is not past it, the commit may
   * still arrive, and nothing may be refused that does not itself move the head. -1: none.
   */
  private lostAt = -1
  /** The batch that is being committed: what it changes is not yet to be refused from memory. */
  private inFlight: Draft | null = null
  private current: Current | null = null
  /** Grows while a batch is settled, and not while this process itself is stopped: that is nobody's silence. */
  private awakeMs = 0
  private commitMsMean = 5
  lastUsedMs: number

  constructor(
    private readonly deps: SequencerDeps,
    readonly eventId: string,
  ) {
    this.lastUsedMs = deps.clock.monotonic()
    this.known = new LedgerMemory(deps, eventId)
  }

  /** True when nothing waits and nothing runs: the memory may be let go. */
  get idle(): boolean {
    return (
      this.waiting.length === 0 &&
      !this.pumping &&
      !this.known.isLoading &&
      !this.headRead &&
      !this.mayStillArrive
    )
  }

  /** True while a commit without an answer may still arrive. Any next command settles it. */
  get mayStillArrive(): boolean {
    return this.lostAt >= (this.known.state?.version ?? 0)
  }

  get queueLength(): number {
    return this.waiting.length
  }

  /** The memory as it is, possibly stale; null when it is not loaded or the event was never opened. */
  get memory(): { state: EventState; hall: Hall } | null {
    const { state, hall } = this.known
    return state && hall ? { state, hall } : null
  }

  /** Milliseconds since the memory was last known to be the head. */
  get ageMs(): number {
    return this.deps.clock.monotonic() - this.known.confirmedMs
  }

  /** Somebody looks at the memory: it is not let go. */
  use(): void {
    this.lastUsedMs = this.deps.clock.monotonic()
  }

  /** Decides the command in the next batch. Rejects with `Unavailable`. */
  submit(command: Command, minVersion = 0): Promise<Settled> {
    this.lastUsedMs = this.deps.clock.monotonic()
    const sinceMs = this.awakeMs
    const batches = Math.ceil((this.waiting.length + 1) / COMMANDS_PER_BATCH_MAX)
    // What has been under way for a second may well take another: nothing else is known of a database that is silent.
    const runningMs = this.current ? sinceMs - this.current.sinceMs : 0
    const predictedMs = runningMs + batches * this.commitMsMean
    if (this.waiting.length >= COMMANDS_WAITING_MAX || predictedMs > WAIT_MS_MAX) {
      return Promise.reject(tooBusy(predictedMs))
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, minVersion, sinceMs, left: false, resolve, reject })
      this.wake()
    })
  }

  /**
   * The refusal of a hold whose seats other people have, from memory that is fresh: no SQL. Null when it has to be
   * decided in a batch. Only other people's seats may be refused this way: what rests on a due hold, on a batch in
   * flight or on the caller's own holds needs the ledger.
   */
  refuseFromMemory(command: HoldWish, minVersion: number): { denied: Denied; version: number } | null {
    const { state } = this.known
    if (!state || state.version < minVersion || command.seats.length === 0 || state.sealed) return null
    if (state.cancelled) return null
    const nowMs = this.deps.clock.monotonic()
    if (nowMs - this.known.confirmedMs > FRESH_MS) return null
    if (this.mayStillArrive) return null
    if (command.key && (!state.keysComplete || state.key(command.key.keyHash))) return null
    // A code that is wrong is the answer, whosever the seats are; one that memory does not know yet is not wrong.
    if (command.code !== undefined && isAccessCode(state.rules, command.code) === false) return null
    const at = this.known.entryTime(state)
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
      if (status === SEAT.blocked) {
        // It may be the seat of an allocation that the code opens, or that is due to go on open sale.
        const allocation = state.allocationOf(seat)
        if (allocation !== null && (command.code !== undefined || isReleased(rules, allocation, at)))
          return null
        continue
      }
      const holder = state.hold(state.seatHold(seat)!)
      if (!holder) continue
      if (holder.buyer === command.buyer) return null
      const due = dueAt(holder)
      if (due !== null && due <= at) return null
    }
    if (!failed) return null
    this.lastUsedMs = nowMs
    if (!this.headRead && nowMs - this.known.confirmedMs > RENEW_MS) {
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
  refresh(milliseconds: number, minVersion = 0): Promise<boolean> {
    const nowMs = (this.lastUsedMs = this.deps.clock.monotonic())
    const { state, confirmedMs } = this.known
    const sinceMs = nowMs - milliseconds
    const isKnown = state !== null && this.known.hall !== null && state.version >= minVersion
    if (isKnown && confirmedMs >= sinceMs) return Promise.resolve(true)
    const { headRead } = this
    if (headRead && nowMs - headRead.sentMs > WAIT_MS_MAX) {
      return Promise.reject(new Unavailable('away', 'the database has not answered for some time'))
    }
    if (!isKnown) return withPatience(this.readUntil(sinceMs, minVersion))
    // In a rush hundreds wait for the same read: one wait for all of them.
    if (this.sharedWait && this.sharedWait.sinceMs >= sinceMs) return this.sharedWait.opened
    const fromMs = headRead && headRead.sentMs >= sinceMs ? headRead.sentMs : nowMs
    const opened = withPatience(this.readUntil(fromMs, 0)).finally(() => {
      if (this.sharedWait?.opened === opened) this.sharedWait = null
    })
    this.sharedWait = { sinceMs: fromMs, opened }
    return opened
  }

  private async readUntil(sinceMs: number, minVersion: number): Promise<boolean> {
    await this.known.ensureLoaded()
    const isFresh = (): boolean => this.known.confirmedMs >= sinceMs
    for (let reads = 0; this.known.state && (!isFresh() || this.known.state.version < minVersion); reads++) {
      // A version that nobody has written yet cannot be waited for.
      if (reads > 0 && isFresh()) break
      if (reads > 3) throw new Unavailable('away', 'the ledger could not be read in time')
      await this.shareHeadRead(sinceMs).catch((error: unknown) => {
        throw this.known.unreadable(error)
      })
    }
    return this.known.state !== null
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
    const watch = setInterval(() => this.endPatience(), WATCH_MS)
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.splice(0, COMMANDS_PER_BATCH_MAX)
        await this.settleAll(batch)
      }
    } finally {
      clearInterval(watch)
    }
  }

  private async settleAll(batch: Waiting[]): Promise<void> {
    const current = { batch, sinceMs: this.awakeMs, lost: false }
    this.current = current
    try {
      await this.settle(batch, current)
    } catch (error) {
      const known = error instanceof Unavailable || error instanceof Outage
      if (!known) this.deps.observer.onAlert(this.eventId, 'a batch failed', error)
      const cause = overrun(error, current.lost)
      for (const waiting of batch) waiting.reject(cause)
    } finally {
      this.current = null
    }
  }

  // Buyers who have waited long enough hear what is known. The batch that was taken goes on: what it sent may still
  // arrive, and its key finds it.
  private endPatience(): void {
    const nowMs = (this.awakeMs += WATCH_MS)
    const runningMs = this.current ? nowMs - this.current.sinceMs : 0
    if (this.waiting.some((waiting) => impatient(waiting, nowMs))) {
      const tired = this.waiting.filter((waiting) => impatient(waiting, nowMs))
      this.waiting = this.waiting.filter((waiting) => !impatient(waiting, nowMs))
      sendAway(tired, tooBusy(runningMs))
    }
    if (!this.current) return
    const sent = this.inFlight !== null || this.current.lost
    const tired = this.current.batch.filter((waiting) => impatient(waiting, nowMs))
    sendAway(tired, sent ? overrun(null, true) : new Unavailable('away', 'the database does not answer'))
  }

  // Decides and commits one batch until it is settled. Every way round the loop is bounded by time or by a count.
  private async settle(given: Waiting[], current: Current, reloads = 1): Promise<void> {
    const { clock } = this.deps
    let batch = given
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
      await this.known.ensureLoaded()
      const reached = await this.reachVersion(batch, mine)
      if (reached) return this.proveAndAnswer(batch, reached, deadlineMs)
      if (mine.length === 0 && batch.some((waiting) => waiting.left)) {
        // Nothing of it was ever sent: who has left gets nothing behind their back.
        batch = batch.filter((waiting) => !waiting.left)
        if (batch.length === 0) return
      }
      // An event that was never opened: only `open` changes it.
      const state = this.known.state ?? new EventState(this.eventId)
      const decision = decide(
        state,
        this.known.hall,
        batch.map((waiting) => waiting.command),
        this.known.entryTime(state),
      )
      if (await this.learnKeys(state, batch, decision)) continue
      if (decision.changes.length === 0 && !this.mayStillArrive && !this.mustMoveDue(state, batch)) {
        if (await this.known.headIsUnmoved(state)) return this.answer(batch, decision, state.version)
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
          current.lost = true
          this.lostAt = Math.max(this.lostAt, state.version)
          const found = await this.findLost(mine).catch((error: unknown) => {
            if (clock.monotonic() - startedMs < OUTAGE_MS_MAX) return null
            throw new Unavailable('unavailable', 'the database does not answer', error)
          })
          if (found) return this.proveAndAnswer(batch, found, deadlineMs)
          await this.backOff(round + 4)
          break
        }
        case 'unsent':
          if (clock.monotonic() - startedMs > OUTAGE_MS_MAX)
            throw new Unavailable('away', 'there is no connection to the database', result.error)
          await this.backOff(round + 4)
          break
        case 'time':
          await this.known.measureClock()
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
          this.known.forget()
          if (reloadsLeft > 0) {
            reloadsLeft -= 1
            break
          }
          return this.settleHalves(batch, current)
        case 'sealed':
          throw movedAway()
      }
    }
  }

  // What still differs after a reload concerns some command of the batch; the others must not fail with it.
  private async settleHalves(batch: Waiting[], current: Current): Promise<void> {
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
        await this.settle(half, current, 0)
      } catch (error) {
        const cause = overrun(error, current.lost)
        for (const waiting of half) waiting.reject(cause)
      }
    }
  }

  private answer(batch: Waiting[], decision: Decision, version: number): void {
    const again: Waiting[] = []
    batch.forEach((waiting, i) => {
      const outcome = decision.outcomes[i]!
      if ('later' in outcome) {
        if (!waiting.left) again.push(waiting)
      } else waiting.resolve({ outcome, version })
    })
    if (again.length > 0) this.waiting.unshift(...again)
  }

  private async commit(
    state: EventState,
    batchId: string,
    decision: Decision,
    batch: Waiting[],
  ): Promise<CommitResult> {
    const { clock, commits, observer } = this.deps
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
    const house = houseDeltas(draft)
    const moves = moveDeltas(draft)
    const layout = layoutDeltas(draft)
    const values = [
      this.eventId, state.version, state.headHash, state.at, draft.at, batchId, FORMAT_JSON, hash, bytes, due,
      ...commitDeltas(draft),
      commitRest(decision, () => addedSeatIds(decision), (n) => factId(hash, n), { house, moves, layout }),
    ] // prettier-ignore
    const sentMs = clock.monotonic()
    this.inFlight = draft
    const result = await sendCommit(commits, values, layout ? 4 : moves ? 3 : house ? 2 : 1).finally(() => {
      this.inFlight = null
    })
    const milliseconds = clock.monotonic() - sentMs
    observer.onCommit({ outcome: result.outcome, milliseconds, commands: batch.length, expiryLagMs })
    if (result.outcome !== 'committed') return result
    this.commitMsMean = this.commitMsMean * 0.9 + milliseconds * 0.1
    const entry = { version: draft.version, at: draft.at, hash, changes }
    this.known.committed(state, entry, decision.hall, due, sentMs)
    return result
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
      state.nextDue <= this.known.entryTime(state)
    )
  }

  // After a lost answer: reads on and looks for the entry. Found, it answers; another at its place makes it impossible.
  private async findLost(mine: readonly Lost[]): Promise<Decision | null> {
    const seen = new Set<string>()
    await this.known.catchUp(seen)
    return mine.find((one) => seen.has(one.batchId))?.decision ?? null
  }

  // An entry that was only read may be lost with a primary whose standby never had it: an entry of one's own after it,
  // committed without a warning, proves both.
  private async proveAndAnswer(batch: Waiting[], found: Decision, deadlineMs: number): Promise<void> {
    for (let round = 0; this.deps.clock.monotonic() <= deadlineMs; round++) {
      await this.known.ensureLoaded()
      const { state } = this.known
      if (!state || state.version < found.draft.version) {
        throw new Unavailable('unavailable', 'the ledger was rolled back; ask again with the same key')
      }
      const empty = decide(state, this.known.hall, [], this.known.entryTime(state))
      const { outcome } = await this.commit(state, this.deps.ids.uuid(), empty, [])
      if (outcome === 'committed') return this.answer(batch, found, found.draft.version)
      if (outcome === 'time') await this.known.measureClock()
      else if (outcome === 'drift') this.known.forget()
      else await this.known.catchUp(new Set())
      await this.backOff(round)
    }
    throw new Unavailable(
      'unavailable',
      'no decision could be made durable in time; ask again with the same key',
    )
  }

  private async reachVersion(batch: Waiting[], mine: readonly Lost[]): Promise<Decision | null> {
    const { state } = this.known
    if (!state || !batch.some((waiting) => waiting.minVersion > state.version)) return null
    return this.findLost(mine)
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
        done: this.confirmOrReadOn(sentMs).finally(() => {
          this.headRead = null
        }),
      }
    }
    await this.headRead.done
  }

  private async confirmOrReadOn(sentMs: number): Promise<void> {
    // Only a batch moves the memory, so that nothing else can do it at the same time: let one read on.
    if (!(await this.known.confirm(sentMs))) await this.submit({ k: 'expire' })
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
    // Somebody may have left meanwhile, too.
    return found.size > 0 || batch.some((waiting) => waiting.left)
  }

  private async readKeys(state: EventState, batch: Waiting[]): Promise<void> {
    const hashes = batch.flatMap((waiting) => keyOf(waiting.command) ?? [])
    for (const [hash, use] of await findKeys(this.deps.database, this.eventId, hashes))
      state.setKey(hash, use)
  }

  private async backOff(round: number): Promise<void> {
    const milliseconds = Math.min(400, 2 ** Math.min(round, 8)) * this.deps.random.fraction()
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
  }
}

function isReleased({ allocations }: EventRules, no: number, at: number): boolean {
  return allocations.some((one) => one.no === no && one.releaseAt !== null && one.releaseAt <= at)
}

function keyOf(command: Command): string | null {
  return (command.k === 'hold' || command.k === 'extend') && command.key ? command.key.keyHash : null
}

/** Derived from the entry, so that whoever writes or reads it again means the same fact. */
function factId(entryHash: Uint8Array, n: number): string {
  const hex = createHash('sha256').update(entryHash).update(`fact ${n}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

function addedSeatIds({ draft, hall }: Decision): string[] {
  const first = draft.base.seatCount
  return Array.from({ length: draft.seatCount - first }, (_, i) => hall!.seatIds.at(first + i))
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

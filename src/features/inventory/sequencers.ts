import type { Clock, Ids, Random } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { countStock } from './availability.ts'
import type { Hall } from './hall.ts'
import { dueEvents, saveStock, staleStock, type Stock } from './ledger-store.ts'
import { Sequencer, type SequencerObserver } from './sequencer.ts'

/** Events kept in memory at most, and their summed weight in bytes; the least recently used idle ones are let go. */
export const EVENTS_IN_MEMORY_MAX = 2_000
export const EVENTS_BYTES_MAX = 192 * 1024 * 1024
/** Milliseconds that an event stays in memory after its last use, whatever the room. */
export const EVENT_IDLE_MS_MAX = 10 * 60_000

/** Milliseconds after its last use for which an event counts as in use and stays, and between two looks for room. */
const IN_USE_MS = 500
const LET_GO_MS_MIN = 200

/** Bytes a seat, a hold of two seats (bench/seat-memory.ts) and an event without either. */
const BYTES_A_SEAT = 12
const BYTES_A_HOLD = 700
const BYTES_AN_EVENT = 4_000

/** Milliseconds between looks at the next due hold, and between writes of what changed in the lists' stock. */
const REAPER_MS_MAX = 1_000
const STOCK_MS = 1_000
const DUE_EVENTS_MAX = 200
const STALE_STOCK_MAX = 500

export type SequencersDeps = {
  database: Database
  commits?: Database
  clock: Clock
  ids: Ids
  random: Random
  hall(layoutHash: string): Promise<Hall>
  observer: Partial<SequencerObserver>
}

/** The sequencers of this process: made on first use, let go when idle, and the reaper that expires due holds. */
export class Sequencers {
  private readonly byEvent = new Map<string, Sequencer>()
  private readonly dirty = new Set<string>()
  private readonly listeners = new Set<SequencerObserver['onEntry']>()
  private readonly forkListeners = new Set<(eventId: string) => void>()
  private readonly observer: SequencerObserver
  private timers: ReturnType<typeof setTimeout>[] = []
  private running = false
  private letGoMs = -Infinity
  private working: Promise<unknown>[] = []

  constructor(private readonly deps: SequencersDeps) {
    const ignore = (): void => {}
    const { observer } = deps
    this.observer = {
      onCommit: observer.onCommit ?? ignore,
      onRefusedFromMemory: observer.onRefusedFromMemory ?? ignore,
      onAlert: observer.onAlert ?? ignore,
      onFork: (eventId) => {
        observer.onFork?.(eventId)
        for (const listener of this.forkListeners) listener(eventId)
      },
      onEntry: (entry) => {
        this.dirty.add(entry.state.eventId)
        observer.onEntry?.(entry)
        for (const listener of this.listeners) listener(entry)
      },
    }
  }

  /** The event's sequencer, made when it is not there; nothing is read before it is used. */
  of(eventId: string): Sequencer {
    const known = this.byEvent.get(eventId)
    if (known) return known
    const made = new Sequencer(
      { ...this.deps, commits: this.deps.commits ?? this.deps.database, observer: this.observer },
      eventId,
    )
    this.byEvent.set(eventId, made)
    // Not at every new event: while most are in use, looking through them all frees little.
    const sinceMs = made.lastUsedMs - this.letGoMs
    if (this.byEvent.size > EVENTS_IN_MEMORY_MAX && sinceMs > LET_GO_MS_MIN) this.letGo()
    return made
  }

  get loadedCount(): number {
    return this.byEvent.size
  }

  /** Loaded events at which the buyer has something. */
  eventsOf(buyer: string): string[] {
    return [...this.byEvent.values()].flatMap(({ eventId, memory }) =>
      memory && memory.state.tally(buyer) > 0 ? eventId : [],
    )
  }

  /** Commands that wait in front of all events of this process. */
  get waitingCount(): number {
    let waiting = 0
    for (const sequencer of this.byEvent.values()) waiting += sequencer.queueLength
    return waiting
  }

  /** Called for every entry that the memory takes in; returns how to stop that. */
  subscribe(
    listener: SequencerObserver['onEntry'],
    onFork: (eventId: string) => void = () => {},
  ): () => void {
    this.listeners.add(listener)
    this.forkListeners.add(onFork)
    return () => {
      this.listeners.delete(listener)
      this.forkListeners.delete(onFork)
    }
  }

  /** Starts the reaper and the writer of the lists' stock. */
  start(): void {
    if (this.running) return
    this.running = true
    this.loop('reaper', () => this.reap(), REAPER_MS_MAX)
    this.loop('stock', () => this.writeStock(), STOCK_MS)
    this.loop('stale stock', () => this.findStaleStock(), 30_000)
    this.loop('memory', () => this.letGo(), 5_000)
  }

  /** Stops the timers and waits for what they were doing. */
  async stop(): Promise<void> {
    this.running = false
    for (const timer of this.timers) clearTimeout(timer)
    this.timers = []
    await Promise.allSettled(this.working)
  }

  /** Expires what is due everywhere; returns the milliseconds until the next look. */
  async reap(): Promise<number> {
    // By the database's clock: that of this process may be wrong by hours.
    const { events: due, now } = await dueEvents(this.deps.database, DUE_EVENTS_MAX)
    const late = due.filter((event) => event.nextDue <= now)
    await Promise.allSettled(late.map((event) => this.of(event.eventId).submit({ k: 'expire' })))
    if (late.length === DUE_EVENTS_MAX) return 0
    const next = due.find((event) => event.nextDue > now)
    return Math.max(20, Math.min(REAPER_MS_MAX, (next?.nextDue ?? Infinity) - now))
  }

  private async writeStock(): Promise<void> {
    const stock: Stock[] = []
    for (const eventId of this.dirty) {
      const state = this.byEvent.get(eventId)?.memory?.state
      if (state) stock.push({ eventId, version: state.version, ...countStock(state) })
    }
    this.dirty.clear()
    if (stock.length > 0) await saveStock(this.deps.database, stock)
  }

  // What a process that died had not written any more.
  private async findStaleStock(): Promise<void> {
    for (const eventId of await staleStock(this.deps.database, STALE_STOCK_MAX)) {
      if (!this.running) return
      if (await this.of(eventId).refresh(STOCK_MS)) this.dirty.add(eventId)
    }
  }

  private letGo(): void {
    const now = this.deps.clock.monotonic()
    this.letGoMs = now
    const byAge = [...this.byEvent.values()].sort((a, b) => a.lastUsedMs - b.lastUsedMs)
    let bytes = byAge.reduce((sum, sequencer) => sum + weight(sequencer), 0)
    let count = byAge.length
    for (const sequencer of byAge) {
      const tooMuch = bytes > EVENTS_BYTES_MAX || count > EVENTS_IN_MEMORY_MAX * 0.9
      if (now - sequencer.lastUsedMs < (tooMuch ? IN_USE_MS : EVENT_IDLE_MS_MAX)) return
      if (sequencer.mayStillArrive && sequencer.queueLength === 0) {
        void sequencer.submit({ k: 'expire' }).catch(() => {})
      }
      if (!sequencer.idle || this.dirty.has(sequencer.eventId)) continue
      this.byEvent.delete(sequencer.eventId)
      bytes -= weight(sequencer)
      count -= 1
    }
  }

  // Repeats the work, after the milliseconds that it returned or the usual ones; a failure waits and tries again.
  private loop(name: string, work: () => Promise<number | void> | number | void, everyMs: number): void {
    const once = async (): Promise<void> => {
      let nextMs = everyMs
      try {
        nextMs = (await work()) ?? everyMs
      } catch (error) {
        if (this.running) this.observer.onAlert('-', `the ${name} failed and will try again`, error)
      }
      if (this.running) this.timers.push(setTimeout(run, nextMs))
    }
    const run = (): void => {
      this.timers = this.timers.slice(-16)
      const working = once().finally(() => {
        this.working = this.working.filter((one) => one !== working)
      })
      this.working.push(working)
    }
    run()
  }
}

function weight(sequencer: Sequencer): number {
  const state = sequencer.memory?.state
  return state ? BYTES_AN_EVENT + state.seatCount * BYTES_A_SEAT + state.holds.size * BYTES_A_HOLD : 0
}

import type { Clock, Ids, Random } from '../clock.ts'
import type { Database, Sql } from '../postgres/database.ts'
import {
  OUTBOX_LIMITS,
  UnderWay,
  wordOf,
  type Consumer,
  type Fact,
  type OutboxLimits,
  type OutboxObserver,
} from './fact.ts'
import {
  clear,
  countOld,
  outboxStore as store,
  type Claimed,
  type Parking,
  type Row,
  type Source,
} from './outbox-store.ts'

export * from './fact.ts'
export { listDeadFacts, reviveDeadFacts } from './outbox-store.ts'
export { observeOutbox } from './observe-outbox.ts'

export type OutboxReaderDeps = {
  database: Database
  clock: Clock
  ids: Ids
  random: Random
  /** The outbox table, e.g. `things_outbox`. */
  table: string
  consumer: Consumer
  limits?: Partial<OutboxLimits>
  observer?: OutboxObserver
}

export interface OutboxReader {
  start(): void
  /** Something was written: look at once. Cheap, from anywhere in the process. */
  nudge(): void
  /** Waits for what is being handled, then lets another process read at once. */
  stop(): Promise<void>
  /** Everything that can be read and is due, once: how many facts were dealt with. */
  runOnce(): Promise<number>
}

/**
 * Hands the facts of an outbox to a consumer, in the order (xid, event_id, version, n), each at least once. A fact
 * that fails is parked with the later ones of its key and tried again, with longer pauses and at last given up; facts
 * of other keys go on. One process reads at a time; the others stand by.
 */
export function createOutboxReader(deps: OutboxReaderDeps): OutboxReader {
  return new Reader(deps)
}

type Outcome = { row: Row; error: unknown } | null

class Reader implements OutboxReader {
  readonly #deps: OutboxReaderDeps
  readonly #limits: OutboxLimits
  readonly #observer: OutboxObserver
  readonly #lease: string
  #source: Source | null = null
  #adopted = false
  #running: Promise<void> | null = null
  #stopping = false
  #isNudged = false
  #wake: (() => void) | null = null

  constructor(deps: OutboxReaderDeps) {
    this.#deps = deps
    this.#limits = { ...OUTBOX_LIMITS, ...deps.limits }
    this.#observer = deps.observer ?? {}
    this.#lease = deps.ids.uuid()
  }

  start(): void {
    this.#stopping = false
    this.#running ??= this.#loop()
  }

  nudge(): void {
    this.#isNudged = true
    this.#wake?.()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#running
    this.#running = null
    const source = this.#source
    this.#source = null
    if (source) await store.release(this.#deps.database, source).catch(() => {})
  }

  async runOnce(): Promise<number> {
    let handled = 0
    for (;;) {
      const source = await this.#findSource()
      const claimed = await store.claim(this.#deps.database, source, this.#limits.leaseMs)
      if (!claimed) return handled
      const batch = await this.#keepLease(source, () => this.#runBatch(source, claimed))
      handled += batch.handled
      if (!batch.goOn || this.#stopping) return handled
    }
  }

  async #loop(): Promise<void> {
    while (!this.#stopping) {
      this.#isNudged = false
      try {
        await this.runOnce()
      } catch (error) {
        // Perhaps another cluster answers when the database is back: ask it again who it is.
        this.#source = null
        this.#observer.fault?.(this.#deps.consumer.name, error)
      }
      await this.#pause()
    }
  }

  #pause(): Promise<void> {
    if (this.#isNudged || this.#stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), this.#limits.pollMs)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
    })
  }

  async #findSource(): Promise<Source> {
    if (this.#source) return this.#source
    const { database, consumer, table } = this.#deps
    const cluster = await store.cluster(database)
    this.#source = { consumer: consumer.name, table, cluster, lease: this.#lease }
    this.#adopted = false
    return this.#source
  }

  async #runBatch(source: Source, claimed: Claimed): Promise<{ handled: number; goOn: boolean }> {
    const { database } = this.#deps
    if (!this.#adopted) {
      await store.adopt(database, source)
      this.#adopted = true
      // What was adopted can be read only now.
      return { handled: 0, goOn: true }
    }
    const retried = claimed.hasParked ? await this.#retryParked(source) : 0
    if (!claimed.hasRows) return { handled: retried, goOn: false }
    const rows = await store.read(database, source, claimed, this.#limits.batchRowsMax)
    const last = rows.at(-1)
    if (!last) return { handled: retried, goOn: false }
    const failures = await this.#handleRows(source, rows)
    const now = this.#now()
    const parked = failures.map(({ row, error }) => ({ row, parking: this.#parking(row, error, 0, now) }))
    const isOurs = await store.advance(database, source, last, parked, now)
    const mine = rows.filter((row) => this.#isWanted(row)).length
    const handled = retried + mine - failures.length
    return { handled, goOn: isOurs && rows.length === this.#limits.batchRowsMax }
  }

  /** Those that failed, and those that have to wait for one that did, in their order. */
  async #handleRows(source: Source, rows: readonly Row[]): Promise<{ row: Row; error: unknown }[]> {
    const wanted = rows.filter((row) => this.#isWanted(row))
    const byKey = Map.groupBy(wanted, (row) => row.key)
    const blocked = await store.keysParked(this.#deps.database, source, [...byKey.keys()])
    const failures: { row: Row; error: unknown }[] = []
    await this.#forEachKey([...byKey.values()], async (facts) => {
      let isBlocked = blocked.has(facts[0]!.key)
      for (const row of facts) {
        const failure: Outcome = isBlocked ? { row, error: BEHIND } : await this.#handle(row)
        if (!failure) continue
        isBlocked = true
        failures.push(failure)
      }
    })
    const place = new Map(rows.map((row, i) => [row, i]))
    return failures.sort((a, b) => place.get(a.row)! - place.get(b.row)!)
  }

  async #retryParked(source: Source): Promise<number> {
    const { database } = this.#deps
    let handled = 0
    for (;;) {
      const due = await store.parkedDue(database, source, this.#now(), this.#limits.batchRowsMax)
      await this.#forEachKey(due, async (row) => {
        const failure = await this.#handle(row)
        if (!failure) {
          handled += 1
          return store.parkedDone(database, source, row.factId)
        }
        const parking = this.#parking(row, failure.error, row.tries, this.#now())
        return store.parkedRetry(database, source, row.factId, parking)
      })
      // What waited behind one that is dealt with now is due at once.
      if (due.length === 0 || this.#stopping) return handled
      if (!(await store.renew(database, source, this.#limits.leaseMs))) return handled
    }
  }

  async #handle(row: Row): Promise<Outcome> {
    const { consumer } = this.#deps
    const { factId, eventId, version, n, kind, key, body, at } = row
    try {
      const handling = consumer.handle({ factId, eventId, version, n, kind, key, body, at })
      await within(handling, this.#limits.handleMsMax)
      this.#observer.handled?.(consumer.name, kind)
      return null
    } catch (error) {
      return { row, error }
    }
  }

  #parking(row: Row, error: unknown, triesBefore: number, now: Date): Parking {
    const { consumer, random } = this.#deps
    // It was not tried: it is due as soon as what is before it has gone.
    if (error === BEHIND) return { tries: 0, nextAt: now, error: null, deadAt: null }
    const tries = triesBefore + 1
    const isDead = tries >= this.#limits.triesMax
    if (error instanceof UnderWay) this.#observer.underWay?.(consumer.name, row, tries)
    else this.#observer.failed?.(consumer.name, row, tries, error)
    if (isDead) this.#observer.dead?.(consumer.name, row, error)
    const { retryMsMin, retryMsMax } = this.#limits
    const fullMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(tries - 1, 30))
    const nextAt = new Date(now.getTime() + Math.round(fullMs * (0.5 + 0.5 * random.fraction())))
    return { tries, nextAt, error: wordOf(error), deadAt: isDead ? now : null }
  }

  /** At most `keysMax` at a time. */
  async #forEachKey<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const queue = items.values()
    const worker = async (): Promise<void> => {
      for (const item of queue) await work(item)
    }
    await Promise.all(Array.from({ length: Math.min(this.#limits.keysMax, items.length) }, worker))
  }

  async #keepLease<T>(source: Source, work: () => Promise<T>): Promise<T> {
    const { leaseMs } = this.#limits
    // A renewal that fails costs nothing: another process takes over, and facts are handled twice at worst.
    const renew = (): void => void store.renew(this.#deps.database, source, leaseMs).catch(() => {})
    const timer = setInterval(renew, leaseMs / 3)
    try {
      return await work()
    } finally {
      clearInterval(timer)
    }
  }

  #isWanted(fact: Fact): boolean {
    return this.#deps.consumer.kinds.includes(fact.kind)
  }

  #now(): Date {
    return new Date(this.#deps.clock.now())
  }
}

const BEHIND = Symbol('an earlier fact of the same key is parked')

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not dealt with in ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, tooLong])
  } finally {
    clearTimeout(timer)
  }
}

/** Rows are kept this long, so that a restored or moved database, or a new consumer, finds the recent past. */
export const OUTBOX_KEPT_MS = 7 * 24 * 3_600_000
/** A consumer that has not read for this long was taken out of service: it does not keep rows any more. */
const OUTBOX_KEPT_MS_MAX = 30 * 24 * 3_600_000
const CLEAR_ROWS_MAX = 5_000

/** Deletes what is older than seven days and was read by every consumer of this cluster; how many rows went. */
export async function clearOutbox(sql: Sql, table: string, nowMs: number): Promise<number> {
  const cluster = await store.cluster(sql)
  const before = new Date(nowMs - OUTBOX_KEPT_MS)
  const beforeAtLatest = new Date(nowMs - OUTBOX_KEPT_MS_MAX)
  for (let cleared = 0; ;) {
    const { rowCount } = await sql.query(clear(table), [before, beforeAtLatest, cluster, CLEAR_ROWS_MAX])
    cleared += rowCount
    if (rowCount < CLEAR_ROWS_MAX) return cleared
  }
}

/** How many rows `clearOutbox` would delete now. */
export async function countOldFacts(sql: Sql, table: string, nowMs: number): Promise<number> {
  const values = [
    new Date(nowMs - OUTBOX_KEPT_MS),
    new Date(nowMs - OUTBOX_KEPT_MS_MAX),
    await store.cluster(sql),
  ]
  return (await sql.query<{ count: number }>(countOld(table), values)).rows[0]!.count
}

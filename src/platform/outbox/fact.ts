/** A row of an outbox table. Facts of one `key` are handled in their order; different keys do not wait for each other. */
export type Fact = {
  /** Stays the same however often the fact is delivered: consumers are idempotent by it. */
  factId: string
  eventId: number
  version: number
  n: number
  kind: string
  key: string
  body: unknown
  at: Date
}

export type Consumer = {
  /** Names the position; never changed, else everything kept is read again. */
  name: string
  /** Facts of other kinds are passed over. */
  kinds: readonly string[]
  /**
   * Resolves when the fact is dealt with. At least once: it comes again after a crash, a lost lease and a restored
   * database. Throwing parks it for another try; `UnderWay` says that nothing failed.
   */
  handle(fact: Fact): Promise<void>
}

/** Thrown by a consumer where another process is at the fact: it may have died, so the fact comes again. */
export class UnderWay extends Error {
  override name = 'UnderWay'
}

export type OutboxLimits = {
  /** Rows read at a time, and parked facts tried at a time. */
  batchRowsMax: number
  /** Keys handled at the same time. */
  keysMax: number
  /** Milliseconds between two looks when nobody nudges. */
  pollMs: number
  /** Milliseconds that a process which says nothing keeps a consumer to itself. */
  leaseMs: number
  /** Milliseconds that handling one fact may take before it counts as failed. */
  handleMsMax: number
  /** Milliseconds before the first repetition; doubled every time, with half of it left to chance. */
  retryMsMin: number
  retryMsMax: number
  /** Tries after which a fact is given up: with the times above, about a day. */
  triesMax: number
}

export const OUTBOX_LIMITS: OutboxLimits = {
  batchRowsMax: 100,
  keysMax: 8,
  pollMs: 2_000,
  leaseMs: 15_000,
  handleMsMax: 30_000,
  retryMsMin: 1_000,
  retryMsMax: 3_600_000,
  triesMax: 36,
}

/** For what nobody waits for: every look costs two statements, also where nothing ever happens. */
export const UNHURRIED = { pollMs: 5_000 } as const satisfies Partial<OutboxLimits>

/** What happened, for metrics and log. Errors may come from a mail server: their text is not logged. */
export type OutboxObserver = {
  handled?(consumer: string, kind: string): void
  failed?(consumer: string, fact: Fact, tries: number, error: unknown): void
  /** Somebody else is at it. */
  underWay?(consumer: string, fact: Fact, tries: number): void
  /** Given up: somebody has to look. */
  dead?(consumer: string, fact: Fact, error: unknown): void
  /** The reader itself failed (the database is away): it goes on by itself. */
  fault?(consumer: string, error: unknown): void
}

const WORD_LENGTH_MAX = 100

/** The kind of error and its code: the message itself may name a person (a refused mail address). */
export function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = error as { code?: unknown }
  return `${error.name}${typeof code === 'string' ? ` ${code}` : ''}`.slice(0, WORD_LENGTH_MAX)
}

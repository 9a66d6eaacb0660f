/** How exact a deadline is: one timer looks at all requests so often, instead of a timer for each. */
const SWEEP_MS = 250
/**
 * Milliseconds of silence after which whoever waits hears of it: a little more than what waits itself says so after
 * (`in-time.ts`, the ledger), because that knows more of what was done. Counted in looks, so that a process that slept
 * is not late.
 */
const SILENT_MS_MAX = 3_500

export type Overdue = 'late' | 'silent'

type Entry = { endsAtMs: number; silentMs: number; expire: (why: Overdue) => void }

/**
 * Requests in flight with the moment by which each must have been answered, or sooner where what they wait for tells
 * nobody anything. Adding and removing one costs a set operation; nothing here is allocated but the entry.
 */
export class Deadlines {
  readonly #entries = new Set<Entry>()
  readonly #monotonic: () => number
  readonly #silentMs: () => number
  readonly #timer: NodeJS.Timeout

  /** `silentMs`: for how long nobody has been told anything by what requests wait for. */
  constructor(monotonic: () => number, silentMs: () => number = () => 0) {
    this.#monotonic = monotonic
    this.#silentMs = silentMs
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS)
    this.#timer.unref()
  }

  get inFlight(): number {
    return this.#entries.size
  }

  add(endsAtMs: number, expire: (why: Overdue) => void): Entry {
    const entry = { endsAtMs, silentMs: 0, expire }
    this.#entries.add(entry)
    return entry
  }

  /** False where it was done before. */
  done(entry: Entry): boolean {
    return this.#entries.delete(entry)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #sweep(): void {
    const now = this.#monotonic()
    const silentMs = this.#silentMs()
    for (const entry of this.#entries) {
      entry.silentMs = Math.min(entry.silentMs + SWEEP_MS, silentMs)
      if (entry.silentMs >= SILENT_MS_MAX) entry.expire('silent')
      else if (entry.endsAtMs <= now) entry.expire('late')
    }
  }
}

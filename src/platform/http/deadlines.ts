/** How exact a deadline is: one timer looks at all requests so often, instead of a timer for each. */
const SWEEP_MS = 250

type Entry = { endsAtMs: number; expire: () => void }

/**
 * Requests in flight with the moment by which each must have been answered. Adding and removing one costs a set
 * operation; nothing here is allocated but the entry.
 */
export class Deadlines {
  readonly #entries = new Set<Entry>()
  readonly #monotonic: () => number
  readonly #timer: NodeJS.Timeout

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS)
    this.#timer.unref()
  }

  get inFlight(): number {
    return this.#entries.size
  }

  add(endsAtMs: number, expire: () => void): Entry {
    const entry = { endsAtMs, expire }
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
    for (const entry of this.#entries) {
      if (entry.endsAtMs <= now) entry.expire()
    }
  }
}

/** State of a seat as the ledger has it: two bits. */
export const SEAT_FREE = 0
export const SEAT_HELD = 1
export const SEAT_BOOKED = 2
export const SEAT_BLOCKED = 3

/** The body of `/availability` and of a stream's `snapshot`. */
export type SnapshotBody = {
  version: number
  layout: string
  seats: string
  areas: Record<string, number>
}

/** A stream's `availability`: what changed since `from`. */
export type DeltaBody = {
  from: number
  version: number
  changes: [seat: number, status: number][]
  areas: Record<string, number>
}

/** Seats that changed, or null when all may have. */
export type ChangedSeats = ArrayLike<number> | null

/** What one thread has heard and tells another: all seats, or those that changed as `seat * 4 + status`. */
export type StockNews = {
  seats: { all: Uint8Array<ArrayBuffer>; changed: null } | { all: null; changed: Uint32Array<ArrayBuffer> }
  areas: Record<string, number>
  version: number
  layout: string
  limited: boolean
}

/** What an access code opens: 1 for each such seat, and what is left of each area with it. */
export type Opened = { seats: Uint8Array<ArrayBuffer>; areas: Record<string, number> }

/**
 * `reload`: something is missing between this message and what is known, or the history has forked; only a snapshot
 * helps.
 */
export type Applied = 'applied' | 'known' | 'reload'

/**
 * What is free, at one version of the ledger. Versions only rise and follow each other; whoever misses one reads a
 * snapshot. A snapshot counts always, also with a lower version: the house was restored from a backup.
 */
export class Availability {
  /** As they are for whoever looks: see `show`. */
  readonly statuses: Uint8Array<ArrayBuffer>
  /** As the server tells everybody. */
  readonly #told: Uint8Array
  #toldAreas: Record<string, number> = {}
  #opened: Opened | null = null
  /** What is left of each area, by its id. */
  areas: Record<string, number> = {}
  /** Nothing is free but what a code opens. */
  limited = false
  /** -1 before the first snapshot. */
  version = -1
  /** Version and first digits of the entry's hash, as far as they are known: `12-8b4fc41c`. */
  tag = ''
  /** Hash of the layout that the seats are numbered by. */
  layout = ''
  /** Free seats of each section, and of each section's categories together in each category. */
  readonly freeInSection: Uint32Array
  readonly freeInCategory: Uint32Array
  readonly #sectionOf: Uint16Array
  readonly #categoryOf: Uint8Array

  constructor(sectionOf: Uint16Array, categoryOf: Uint8Array, sections: number, categories: number) {
    this.statuses = new Uint8Array(sectionOf.length).fill(SEAT_BLOCKED)
    this.#told = this.statuses.slice()
    this.#sectionOf = sectionOf
    this.#categoryOf = categoryOf
    this.freeInSection = new Uint32Array(sections)
    this.freeInCategory = new Uint32Array(categories)
  }

  /** Takes the snapshot whole. Returns what differs from before, null for the first one. */
  applySnapshot(body: SnapshotBody, tag: string): ChangedSeats {
    const told = unpackStatuses(body.seats)
    const first = this.version < 0
    const changed: number[] = []
    for (let seat = 0; seat < this.statuses.length; seat++) {
      const status = told(seat)
      if (this.#told[seat] === status) continue
      this.#tell(seat, status)
      changed.push(seat)
    }
    this.#tellAreas(body.areas)
    this.layout = body.layout
    this.version = body.version
    this.tag = tag === '' ? String(body.version) : tag
    return first ? null : changed
  }

  /** `tag`: the message's id. `changed` gets the seats that differ now. */
  applyDelta(body: DeltaBody, tag: string, changed: number[]): Applied {
    if (this.version < 0) return 'reload'
    if (body.version === this.version && sameMoment(tag, this.tag)) return 'known'
    // Older ones arrive when a stream and a snapshot cross; the same version with another hash is another history.
    if (body.version < this.version) return 'known'
    if (body.from !== this.version || body.version === this.version) return 'reload'
    for (const [seat, status] of body.changes) {
      if (seat >= this.#told.length || this.#told[seat] === status) continue
      this.#tell(seat, status)
      changed.push(seat)
    }
    this.#tellAreas(body.areas)
    this.version = body.version
    this.tag = tag === '' ? String(body.version) : tag
    return 'applied'
  }

  /** What the holder of a code may have, and nothing else; null: what is on open sale. Everything may differ then. */
  show(opened: Opened | null): void {
    this.#opened = opened
    this.limited = opened !== null
    for (let seat = 0; seat < this.#told.length; seat++) this.#tell(seat, this.#told[seat]!)
    this.#tellAreas(this.#toldAreas)
  }

  /** What another thread has to know to be where this one is. `changed` as `applySnapshot` and `applyDelta` say it. */
  newsOf(changed: ChangedSeats): StockNews {
    const { statuses, areas, version, layout, limited } = this
    const seats: StockNews['seats'] =
      changed === null
        ? { all: statuses.slice(), changed: null }
        : { all: null, changed: Uint32Array.from(changed, (seat) => seat * 4 + statuses[seat]!) }
    return { seats, areas, version, layout, limited }
  }

  /** Takes over what another thread has heard. */
  follow({ seats, areas, version, layout, limited }: StockNews): ChangedSeats {
    if (seats.all) for (let seat = 0; seat < this.statuses.length; seat++) this.#set(seat, seats.all[seat]!)
    else for (const packed of seats.changed) this.#set(packed >> 2, packed & 3)
    this.areas = areas
    this.version = version
    this.layout = layout
    this.limited = limited
    return seats.changed?.map((packed) => packed >> 2) ?? null
  }

  // What is kept for the code is blocked to everybody else while it is free.
  #tell(seat: number, status: number): void {
    this.#told[seat] = status
    const opened = this.#opened?.seats[seat]
    if (opened === undefined || status === SEAT_HELD || status === SEAT_BOOKED) this.#set(seat, status)
    else this.#set(seat, opened === 1 && status === SEAT_BLOCKED ? SEAT_FREE : SEAT_BLOCKED)
  }

  #tellAreas(areas: Record<string, number>): void {
    this.#toldAreas = areas
    this.areas = this.#opened?.areas ?? areas
  }

  #set(seat: number, status: number): void {
    const step = (status === SEAT_FREE ? 1 : 0) - (this.statuses[seat] === SEAT_FREE ? 1 : 0)
    if (step !== 0) {
      this.freeInSection[this.#sectionOf[seat]!]! += step
      this.freeInCategory[this.#categoryOf[seat]!]! += step
    }
    this.statuses[seat] = status
  }
}

/** Of seats as the API packs them: the status by the seat's number. */
export function unpackStatuses(base64: string): (seat: number) => number {
  const packed = fromBase64(base64)
  // A seat that the sale does not know yet, because the house is just adding it, is not free.
  return (seat) => ((packed[seat >> 2] ?? 255) >> ((seat & 3) * 2)) & 3
}

/** `W/"12-8b4fc41c"` is the tag `12-8b4fc41c`. */
export function tagOfEtag(etag: string | null): string {
  return /"([^"]*)"/.exec(etag ?? '')?.[1] ?? ''
}

/** A tag without a hash fits any of its version. */
function sameMoment(a: string, b: string): boolean {
  return a === b || !a.includes('-') || !b.includes('-')
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

import type { Clock } from '../../platform/clock.ts'
import { availabilityOf, packStatuses } from './availability.ts'
import { labelsOf, type Hall } from './hall.ts'
import type { EventState } from './state.ts'
import type { EventRules } from './types.ts'

/** A body that many get: made once, compressed once. */
export type Document = {
  version: number
  etag: string
  body: Uint8Array<ArrayBuffer>
  gzip(): Uint8Array<ArrayBuffer>
}

/** Milliseconds for which a big document is given again although the ledger has moved on. */
export const SEAT_LIST_STALE_MS = 1_000
/** Events whose documents are kept. */
export const DOCUMENTS_MAX = 256

const STATUS_NAME = ['AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED'] as const

export type SeatFilter = { section?: string; status?: string }

/** The documents of the seat map, from memory: availability once a version, the seat list at most once a second. */
export class ReadModel {
  readonly #availability = new Map<string, Document>()
  readonly #seatLists = new Map<string, { document: Document; madeMs: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  availability(state: EventState, hall: Hall): Document {
    const known = this.#availability.get(state.eventId)
    const etag = etagOf(state)
    if (known?.etag === etag) return known
    const view = availabilityOf(state, hall)
    const made = document(state, {
      event_id: view.eventId,
      version: view.version,
      layout: view.layoutHash,
      seats: Buffer.from(packStatuses(view.seats)).toString('base64'),
      areas: Object.fromEntries(view.areas.map((area) => [area.areaId, area.remaining])),
    })
    remember(this.#availability, state.eventId, made)
    return made
  }

  /** `minVersion`: a reader who has seen it must not get an older list. */
  seatList(state: EventState, hall: Hall, minVersion: number): Document {
    const known = this.#seatLists.get(state.eventId)
    const etag = etagOf(state)
    if (known) {
      const young = this.#clock.monotonic() - known.madeMs < SEAT_LIST_STALE_MS
      if (known.document.etag === etag || (young && known.document.version >= minVersion))
        return known.document
    }
    const made = document(state, seatList(state, hall, {}))
    remember(this.#seatLists, state.eventId, { document: made, madeMs: this.#clock.monotonic() })
    return made
  }
}

/** The seats with labels, prices and states, all or those that the filter names. */
export function seatList(state: EventState, hall: Hall, filter: SeatFilter): Record<string, unknown> {
  const { layout } = hall
  const prices = firstPrices(state.rules, layout.categories.length)
  const seats: unknown[] = []
  const section =
    filter.section === undefined ? -1 : layout.sections.findIndex((s) => s.name === filter.section)
  for (let i = 0; i < hall.seatCount; i++) {
    const status = STATUS_NAME[state.seatStatus(i)]
    const category = hall.category[i]!
    if (filter.section !== undefined && hall.rows[hall.rowOf[i]!]!.section !== section) continue
    if (filter.status !== undefined && filter.status !== status) continue
    seats.push({
      seat_id: hall.seatIds.at(i),
      ...labelsOf(hall, i),
      category: layout.categories[category]!.name,
      status,
      price: prices[category],
    })
  }
  const areas = layout.areas.map((area, i) => {
    const { capacity, held, booked } = state.areas[i]!
    return {
      area_id: area.area_id,
      name: area.name,
      category: layout.categories[area.category]!.name,
      capacity,
      remaining: state.cancelled ? 0 : capacity - held - booked,
      price: prices[area.category],
    }
  })
  return { event_id: state.eventId, version: state.version, seats, areas }
}

/** Weak: the same version may come in other bytes. The hash tells two histories of one version apart. */
export function etagOf(state: EventState): string {
  return `W/"${state.version}-${Buffer.from(state.headHash).toString('hex', 0, 4)}"`
}

/** The version in a tag of ours, so that a reader who has seen it makes this process read on; 0 for any other. */
export function versionInEtag(etag: string | null): number {
  return Number(/^(?:W\/)?"(\d{1,15})-[0-9a-f]{8}"$/.exec(etag ?? '')?.[1] ?? 0)
}

function firstPrices(rules: EventRules, categories: number): ({ amount: number; currency: string } | null)[] {
  return Array.from({ length: categories }, (_, category) => {
    const price = rules.prices.find((p) => p.category === category && p.priceType === 0)
    return price ? { amount: price.amount, currency: rules.currency } : null
  })
}

function document(state: EventState, json: unknown): Document {
  const body = new TextEncoder().encode(JSON.stringify(json))
  let zipped: Uint8Array<ArrayBuffer> | null = null
  return {
    version: state.version,
    etag: etagOf(state),
    body,
    gzip: () => (zipped ??= Bun.gzipSync(body, { level: 4 })),
  }
}

function remember<T>(documents: Map<string, T>, eventId: string, value: T): void {
  documents.delete(eventId)
  documents.set(eventId, value)
  if (documents.size > DOCUMENTS_MAX) documents.delete(documents.keys().next().value!)
}

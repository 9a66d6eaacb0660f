import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { Encoding } from '../../platform/http/encoding.ts'
import { availabilityOf, packStatuses, placesOnSale } from './availability.ts'
import { labelsOf, type Hall } from './hall.ts'
import { hasPhasePrices, phaseShown, pricesShown } from './phase-prices.ts'
import type { EventState } from './state.ts'
import type { EventRules } from './types.ts'

/** A body that many get: made once, compressed once. */
export type Document = {
  version: number
  etag: string
  body: Uint8Array<ArrayBuffer>
  /** At once where it was asked for before; compressed beside the loop, so that nobody waits for it. */
  encoded(encoding: Encoding): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>
}

/** Milliseconds for which a big document is given again although the ledger has moved on. */
export const SEAT_LIST_STALE_MS = 1_000
/** Events whose documents are kept. */
export const DOCUMENTS_MAX = 256

/** Seats whose unchanging text is kept: about 120 bytes each. */
const SEAT_TEXTS_MAX = 300_000
/** A body that is new every second: higher levels take twice as long for a twentieth less. */
const GZIP_LEVEL = 4
const BROTLI_QUALITY = 4

const STATUS_NAME = ['AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED'] as const

export type SeatFilter = { section?: string; status?: string }

/** The documents of the seat map, from memory: availability once a version, the seat list at most once a second. */
export class ReadModel {
  readonly #availability = new Map<string, Document>()
  readonly #seatLists = new Map<string, { document: Document; madeMs: number }>()
  readonly #seatTexts = new LRUCache<Hall, string[]>({
    maxSize: SEAT_TEXTS_MAX,
    sizeCalculation: (texts) => texts.length + 1,
  })
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  availability(state: EventState, hall: Hall): Document {
    const known = this.#availability.get(state.eventId)
    const etag = etagOf(state)
    if (known?.etag === etag) return known
    const view = availabilityOf(state, hall)
    const made = documentOf(state, {
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
    const now = this.#clock.now()
    const etag = seatsEtag(state, now)
    if (known) {
      const young = this.#clock.monotonic() - known.madeMs < SEAT_LIST_STALE_MS
      if (known.document.etag === etag || (young && known.document.version >= minVersion))
        return known.document
    }
    const made = document(state, this.#wholeList(state, hall, now), etag)
    remember(this.#seatLists, state.eventId, { document: made, madeMs: this.#clock.monotonic() })
    return made
  }

  /** Those that the filter names, made for one reader. */
  seatsWhere(state: EventState, hall: Hall, filter: SeatFilter): { etag: string; json: object } {
    const now = this.#clock.now()
    return { etag: seatsEtag(state, now), json: seatList(state, hall, filter, now) }
  }

  // As `seatList` without a filter. Of fifty thousand seats only the states change: putting their text together takes
  // a tenth of what it takes to write it anew.
  #wholeList(state: EventState, hall: Hall, now: number): string {
    let texts = this.#seatTexts.get(hall)
    if (!texts) this.#seatTexts.set(hall, (texts = seatTexts(hall)))
    const ends = firstPrices(state.rules, hall.layout.categories.length, now).map((price) =>
      STATUS_NAME.map((status) => `"status":"${status}","price":${JSON.stringify(price)}}`),
    )
    const { event_id, version, areas } = frameOf(state, hall, now)
    let text = `{"event_id":${JSON.stringify(event_id)},"version":${version},"seats":[`
    for (let i = 0; i < hall.seatCount; i++)
      text += texts[i]! + ends[hall.category[i]!]![state.seatStatus(i)]!
    return `${text}],"areas":${JSON.stringify(areas)}}`
  }
}

/** What never changes of each seat, up to its state; with the comma that parts it from the one before. */
function seatTexts(hall: Hall): string[] {
  return Array.from({ length: hall.seatCount }, (_, i) => {
    const category = hall.layout.categories[hall.category[i]!]!.name
    const text = JSON.stringify({ seat_id: hall.seatIds.at(i), ...labelsOf(hall, i), category })
    return `${i === 0 ? '' : ','}${text.slice(0, -1)},`
  })
}

/** The seats with labels, the prices of this moment and states, all or those that the filter names. */
function seatList(state: EventState, hall: Hall, filter: SeatFilter, now: number): Record<string, unknown> {
  const { layout } = hall
  const prices = firstPrices(state.rules, layout.categories.length, now)
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
  const { event_id, version, areas } = frameOf(state, hall, now)
  return { event_id, version, seats, areas }
}

function frameOf(state: EventState, hall: Hall, now: number) {
  const { layout } = hall
  const prices = firstPrices(state.rules, layout.categories.length, now)
  const areas = layout.areas.map((area, i) => {
    return {
      area_id: area.area_id,
      name: area.name,
      category: layout.categories[area.category]!.name,
      capacity: state.areas[i]!.capacity,
      remaining: placesOnSale(state, i),
      price: prices[area.category],
    }
  })
  return { event_id: state.eventId, version: state.version, areas }
}

/** Weak: the same version may come in other bytes. The hash tells two histories of one version apart. */
function etagOf(state: EventState): string {
  return `W/"${state.version}-${Buffer.from(state.headHash).toString('hex', 0, 4)}"`
}

/** As the clock turns other prices may be shown at the same version: then the place of the phase is in the tag, too. */
function seatsEtag(state: EventState, now: number): string {
  const etag = etagOf(state)
  if (!hasPhasePrices(state.rules)) return etag
  const shown = phaseShown(state.rules, now)
  return `${etag.slice(0, -1)}-${shown ? state.rules.offers.indexOf(shown) + 1 : 0}"`
}

/** The version in a tag of ours, so that a reader who has seen it makes this process read on; 0 for any other. */
export function versionInEtag(etag: string | null): number {
  return Number(/^(?:W\/)?"(\d{1,15})-[0-9a-f]{8}(?:-\d{1,3})?"$/.exec(etag ?? '')?.[1] ?? 0)
}

function firstPrices(
  rules: EventRules,
  categories: number,
  now: number,
): ({ amount: number; currency: string } | null)[] {
  const prices = pricesShown(rules, now)
  return Array.from({ length: categories }, (_, category) => {
    const price = prices.find((p) => p.category === category && p.priceType === 0)
    return price ? { amount: price.amount, currency: rules.currency } : null
  })
}

function documentOf(state: EventState, json: unknown): Document {
  return document(state, JSON.stringify(json), etagOf(state))
}

function document(state: EventState, text: string, etag: string): Document {
  const body = new TextEncoder().encode(text)
  const made: Partial<Record<Encoding, ReturnType<Document['encoded']>>> = { identity: body }
  return {
    version: state.version,
    etag,
    body,
    encoded: (encoding) =>
      (made[encoding] ??= compress(body, encoding).then(
        (bytes) => (made[encoding] = bytes),
        (error: unknown) => {
          delete made[encoding]
          throw error
        },
      )),
  }
}

const gzipBeside = promisify(gzip)
const brotliBeside = promisify(brotliCompress)

async function compress(body: Uint8Array<ArrayBuffer>, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const bytes =
    encoding === 'br'
      ? await brotliBeside(body, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
          },
        })
      : await gzipBeside(body, { level: GZIP_LEVEL })
  return bytes as Uint8Array<ArrayBuffer>
}

function remember<T>(documents: Map<string, T>, eventId: string, value: T): void {
  documents.delete(eventId)
  documents.set(eventId, value)
  if (documents.size > DOCUMENTS_MAX) documents.delete(documents.keys().next().value!)
}

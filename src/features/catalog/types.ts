import type { Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import type { Layout, LayoutPlaces } from '../../shared/layout.ts'
import type { Picture } from '../../shared/picture.ts'
import type { EventRules } from '../inventory/index.ts'

/** What a thing is called, by BCP 47 language; `default` names the language to fall back on. */
export type LocalizedText = { default: string; [language: string]: string }

export type EventStatus = 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
/** The real data often knows only the day. */
export type StartPrecision = 'time' | 'day'
export type Availability = 'available' | 'few_left' | 'sold_out'
/** `announced`: nothing is sold yet, or not here; `ended`: nothing is sold any more. */
export type SaleState = 'announced' | 'on_sale' | 'ended'

export type Venue = {
  venueId: string
  name: string
  street: string | null
  city: string
  /** The city around it, where `city` is a part of one. */
  metro: string | null
  region: string | null
  /** ISO 3166-1 alpha-2, or null where the source does not say. */
  country: string | null
  /** IANA zone; every local day and time of the venue is meant in it. */
  timezone: string
  lat: number | null
  lon: number | null
}

export type Performer = { name: string; kind: 'person' | 'group'; role: string | null }
export type Work = { title: string; composer: string | null }

/** `index` is the category's index in the layout: the number that prices and availability use. */
export type Category = { index: number; name: string; color: string }
/** `index` is the number that prices and holds use, `id` the name that clients send. */
export type PriceType = { index: number; id: string; name: string; min: number; max: number | null }

/** Rates are in parts per million: 19 % is 190,000. */
export type TaxRule = {
  name: string
  ratePpm: number
  included: boolean
  appliesTo: 'all' | 'tickets' | 'fees'
}
export type FeeRule = {
  name: string
  per: 'ticket' | 'order'
  /** Minor units. */
  amount: number
  /** Of a ticket's face value; zero for a fee per order. */
  ratePpm: number
  refundable: boolean
}

/** What a ticket of one category and price type costs: everything in it, and the parts of it. Minor units. */
export type TicketPrice = {
  category: number
  priceType: number
  amount: number
  fee: number
  tax: number
}

export type CatalogEvent = {
  eventId: EventId
  organiserId: string
  productionId: string | null
  /** The id that the event came with (`@id`), unique within its organiser. */
  sourceId: string | null
  revision: number
  status: EventStatus
  /** In the language asked for, else the default one. */
  name: string
  description: string | null
  names: LocalizedText
  /** concert, film, theatre, sport, club … */
  type: string
  genres: string[]
  /** Where a picture of it is said to be; fetched from there into `picture`, never shown from there. */
  imageUrl: string | null
  picture: Picture | null
  venue: Venue
  /** Name of the room within the venue, where it has several. */
  room: string | null
  /** Milliseconds since 1970; the start of the venue's day where only the day is known. */
  startsAt: number
  startsAtPrecision: StartPrecision
  /** The day at the venue, YYYY-MM-DD. */
  startsOn: string
  doorsAt: number | null
  durationMinutes: number | null
  performers: Performer[]
  works: Work[]

  /** Null while the event is only announced. */
  layoutHash: string | null
  currency: string
  onSaleFrom: number | null
  onSaleUntil: number | null
  ticketsPerBuyer: number
  holdSeconds: number
  extensionsMax: number
  extensionSeconds: number
  orphanRule: boolean
  identityRequired: 'guest' | 'email'
  /** Milliseconds since 1970; null: tickets are not taken back. */
  refundUntil: number | null
  categories: Category[]
  priceTypes: PriceType[]
  /** Fees and taxes are in `amount`. */
  prices: TicketPrice[]
  orderFee: { amount: number; tax: number }
  fees: FeeRule[]
  taxes: TaxRule[]
  /** The lowest `amount`, or null where nothing is sold. */
  priceFrom: number | null
}

/** Filters of the list; every text has been checked by the route's schema. */
export type EventQuery = {
  keyword?: string
  city?: string
  genre?: string
  type?: string
  /** Dates of one production: a film, a play, a tour. */
  production?: string
  /** `on_sale`: can be bought now; `soon`: the sale begins at a known time to come. */
  sale?: 'on_sale' | 'soon'
  /** A bare date (the venue's day) or an RFC 3339 time. */
  from?: string
  to?: string
  near?: { lat: number; lon: number }
  radiusKm?: number
  /** Minor units, fees and taxes included. */
  priceMax?: number
  /** `on_sale`: the next sale first; `newest`: the latest announcement first; `relevance` is the default of a keyword. */
  sort?: 'relevance' | 'date' | 'name' | 'price' | 'on_sale' | 'newest'
  limit?: number
  cursor?: string
}

export type EventListItem = Pick<
  CatalogEvent,
  | 'eventId'
  | 'productionId'
  | 'name'
  | 'type'
  | 'genres'
  | 'status'
  | 'startsAt'
  | 'startsAtPrecision'
  | 'startsOn'
  | 'room'
  | 'imageUrl'
  | 'picture'
  | 'currency'
  | 'priceFrom'
  | 'onSaleFrom'
> & {
  venue: Pick<Venue, 'name' | 'city' | 'country' | 'timezone'>
  /** The first few. */
  performers: Performer[]
  availability: Availability
  sale: SaleState
  score: number
}

export type Facet = { value: string; count: number }

export type EventPage = {
  items: EventListItem[]
  nextCursor: string | null
  total: number
  /** Whether more events fit than are counted: the numbers mean "at least". */
  countsCapped?: boolean
  /** How a keyword was read. */
  understood?: {
    words: string[]
    corrected: { from: string; to: string }[]
    ignored: string[]
    days: { from: string; to: string } | null
  }
  facets: { city: Facet[]; genre: Facet[]; type: Facet[] }
}

/** A layout as it is served: the bytes whose SHA-256 is its hash, and the same compressed once. */
export type LayoutBytes = { raw: Uint8Array; gzip: Uint8Array; brotli: Uint8Array }

/** How much is left of the events that are open; an event that is not open is missing from the answer. */
export type Stock = (
  eventIds: readonly EventId[],
) => Promise<ReadonlyMap<EventId, { remaining: number; capacity: number }>>

/** Where an event's ledger begins: `Inventory` of the inventory feature is one. */
export type EventOpener = {
  /** Null for what was never opened. */
  rules(eventId: EventId): Promise<EventRules | null>
  open(c: { eventId: EventId; layoutHash: string; rules: EventRules }): Promise<{ version: number } | Refusal>
}

/** What other features may ask of the catalog. Drafts exist for nobody here. */
export interface Catalog {
  event(eventId: EventId, language?: string): Promise<CatalogEvent | null>
  events(eventIds: readonly EventId[], language?: string): Promise<Map<EventId, CatalogEvent>>
  /** Parsed, remembered; do not change it. */
  layout(hash: string): Promise<Layout | null>
  layoutBytes(hash: string): Promise<LayoutBytes | null>
  /** Remembered for longer than the layout itself. */
  layoutPlaces(hash: string): Promise<LayoutPlaces | null>
  list(query: EventQuery, language?: string): Promise<EventPage | Refusal>
  /** Ids after `after` in ascending order; drafts exist for nobody. Begin with "0". */
  eventIds(after: EventId, limit: number): Promise<EventId[]>
  /** The event's prices, fees, taxes and limits as the ledger takes them; null for what has no layout. */
  rulesFor(eventId: EventId): Promise<EventRules | null>
  /** The last step of a cancellation: buyers read it once the ledger has it. Says nothing where it says so already. */
  markCancelled(c: { eventId: EventId; actor: string }): Promise<void>
  /** Stores a layout under its hash; the document it came from is kept for the export. Idempotent. */
  storeLayout(c: { layout: Layout; original?: { format: 'pretix' | 'usher'; text: string } }): Promise<{
    hash: string
    added: boolean
  }>
  exportLayout(hash: string, format?: 'pretix' | 'usher'): Promise<string | Refusal>
}

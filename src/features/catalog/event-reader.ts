import { statement, type Database } from '../../platform/postgres/database.ts'
import type { Picture } from '../../shared/picture.ts'
import type { EventColumns } from './event-columns.ts'
import { orderFee, ticketPrice } from './pricing.ts'
import { refundEnd } from './sale-state.ts'
import type {
  CatalogEvent,
  Category,
  FeeRule,
  LocalizedText,
  Performer,
  PriceType,
  TaxRule,
  Venue,
} from './types.ts'

export type EventDefaults = { holdSeconds: number; ticketsPerBuyer: number }

type Text = Record<string, { name: string; description?: string } | string>

type Row = EventColumns &
  Omit<Venue, 'venueId' | 'name'> & {
    production_id: string | null
    source_id: string | null
    text: Text
    picture: Picture | null
    venue_id: string
    venue_name: string
    performers: Performer[] | null
    categories: { index: number; text: Text; color: string }[] | null
    price_types: { index: number; id: string; text: Text; min: number; max: number | null }[] | null
    prices: { category: number; price_type: number; amount: number }[] | null
    taxes:
      { name: string; rate_ppm: number; included: boolean; applies_to: 'all' | 'tickets' | 'fees' }[] | null
    fees:
      | { name: string; per: 'ticket' | 'order'; amount: number; rate_ppm: number; refundable: boolean }[]
      | null
  }

const findEvents = statement(
  'catalog.events.find',
  `select e.event_id, e.organiser_id, e.production_id, e.source_id, e.revision, e.status, e.text, e.type, e.genres,
          e.image_url, e.picture, e.room, e.works, e.starts_at, e.starts_at_precision, e.starts_on::text, e.doors_at,
          e.duration_minutes, e.layout_hash, e.currency, e.on_sale_from, e.on_sale_until, e.tickets_per_buyer,
          e.hold_seconds, e.extensions_max, e.extension_seconds, e.orphan_rule, e.identity_required, e.refund_until,
          e.is_refundable, e.price_from, v.venue_id, v.name as venue_name, v.street, v.city, v.metro, v.region,
          v.country, v.timezone, v.lat, v.lon,
          (select jsonb_agg(jsonb_build_object('name', p.name, 'kind', p.kind, 'role', l.role) order by l.position)
             from event_performers l join performers p using (performer_id) where l.event_id = e.event_id) as performers,
          (select jsonb_agg(jsonb_build_object('index', c.category_no, 'text', c.text, 'color', c.color)
                            order by c.category_no)
             from categories c where c.event_id = e.event_id) as categories,
          (select jsonb_agg(jsonb_build_object('index', t.price_type_no, 'id', t.id, 'text', t.text,
                            'min', t.min_per_order, 'max', t.max_per_order) order by t.price_type_no)
             from price_types t where t.event_id = e.event_id) as price_types,
          (select jsonb_agg(jsonb_build_object('category', p.category_no, 'price_type', p.price_type_no,
                            'amount', p.amount) order by p.category_no, p.price_type_no)
             from prices p where p.event_id = e.event_id and p.offer_no = 0) as prices,
          (select jsonb_agg(jsonb_build_object('name', t.name, 'rate_ppm', t.rate_ppm, 'included', t.included,
                            'applies_to', t.applies_to) order by t.tax_no)
             from tax_rules t where t.event_id = e.event_id) as taxes,
          (select jsonb_agg(jsonb_build_object('name', f.name, 'per', f.per, 'amount', f.amount,
                            'rate_ppm', f.rate_ppm, 'refundable', f.refundable) order by f.fee_no)
             from fee_rules f where f.event_id = e.event_id) as fees
     from events e join venues v using (venue_id)
    where e.event_id = any($1::bigint[]) and e.status <> 'draft'`,
)

/** Whole events in the order in which the database finds them; drafts and unknown ids are missing. */
export async function readEvents(
  database: Database,
  eventIds: readonly string[],
  defaults: EventDefaults,
  language: string | undefined,
): Promise<CatalogEvent[]> {
  const { rows } = await database.query<Row>(findEvents, [eventIds])
  return rows.map((row) => eventOf(row, defaults, language))
}

function eventOf(row: Row, defaults: EventDefaults, language: string | undefined): CatalogEvent {
  const startsAt = row.starts_at.getTime()
  const fees = row.fees ?? []
  const taxes = row.taxes ?? []
  const feesOf = fees.map((f) => ({ per: f.per, amount: f.amount, ratePpm: f.rate_ppm }))
  const taxesOf = taxes.map((t) => ({ ratePpm: t.rate_ppm, included: t.included, appliesTo: t.applies_to }))
  return {
    eventId: String(row.event_id),
    organiserId: row.organiser_id,
    productionId: row.production_id,
    sourceId: row.source_id,
    revision: row.revision,
    status: row.status,
    name: inLanguage(row.text, language).name,
    description: inLanguage(row.text, language).description ?? null,
    names: namesOf(row.text),
    type: row.type,
    genres: row.genres,
    imageUrl: row.image_url,
    picture: row.picture,
    venue: venueOf(row),
    room: row.room,
    startsAt,
    startsAtPrecision: row.starts_at_precision,
    startsOn: row.starts_on,
    doorsAt: row.doors_at?.getTime() ?? null,
    durationMinutes: row.duration_minutes,
    performers: row.performers ?? [],
    works: row.works,
    layoutHash: row.layout_hash,
    currency: row.currency,
    onSaleFrom: row.on_sale_from?.getTime() ?? null,
    onSaleUntil: row.on_sale_until?.getTime() ?? null,
    ticketsPerBuyer: row.tickets_per_buyer ?? defaults.ticketsPerBuyer,
    holdSeconds: row.hold_seconds ?? defaults.holdSeconds,
    extensionsMax: row.extensions_max,
    extensionSeconds: row.extension_seconds,
    orphanRule: row.orphan_rule,
    identityRequired: row.identity_required,
    refundUntil: row.is_refundable
      ? (row.refund_until?.getTime() ?? refundEnd({ status: row.status, startsAt }))
      : null,
    categories: (row.categories ?? []).map((c): Category => ({
      index: c.index,
      name: inLanguage(c.text, language).name,
      color: c.color,
    })),
    priceTypes: (row.price_types ?? []).map((t): PriceType => ({
      index: t.index,
      id: t.id,
      name: inLanguage(t.text, language).name,
      min: t.min,
      max: t.max,
    })),
    prices: (row.prices ?? []).map((p) => ({
      category: p.category,
      priceType: p.price_type,
      ...ticketPrice(p.amount, feesOf, taxesOf),
    })),
    orderFee: orderFee(feesOf, taxesOf),
    fees: fees.map((f): FeeRule => ({
      name: f.name,
      per: f.per,
      amount: f.amount,
      ratePpm: f.rate_ppm,
      refundable: f.refundable,
    })),
    taxes: taxes.map((t, i): TaxRule => ({ name: t.name, ...taxesOf[i]! })),
    priceFrom: row.price_from,
  }
}

function venueOf(row: Row): CatalogEvent['venue'] {
  const { venue_id, venue_name, street, city, metro, region, country, timezone, lat, lon } = row
  return { venueId: venue_id, name: venue_name, street, city, metro, region, country, timezone, lat, lon }
}

/** The language asked for, its base language ("de" for "de-AT"), else the default one. */
export function inLanguage(text: Text, language: string | undefined): { name: string; description?: string } {
  const candidates = [language, language?.split('-')[0], text.default as string, ...Object.keys(text)]
  for (const tag of candidates) {
    const found = tag === undefined || tag === 'default' ? undefined : text[tag]
    if (typeof found === 'object') return found
  }
  return { name: '' }
}

function namesOf(text: Text): LocalizedText {
  const names: LocalizedText = { default: text.default as string }
  for (const [tag, value] of Object.entries(text)) if (typeof value === 'object') names[tag] = value.name
  return names
}

import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { EventId } from '../../shared/ids.ts'
import type { EventColumns } from './event-columns.ts'
import type { HouseEvent, HouseSale } from './house-types.ts'

type Named = { default: string; [language: string]: { name: string; description?: string } | string }

type Row = EventColumns & {
  source_id: string
  text: HouseEvent['text']
  listed_until: Date
  venue: HouseEvent['venue']
  production: { sourceId: string; text: Named; facts: Record<string, unknown> } | null
  performers: HouseEvent['performers'] | null
  categories: { text: Named; color: string }[] | null
  price_types: { id: string; text: Named; min: number; max: number | null }[] | null
  prices: { category: number; type: number; amount: number }[] | null
  taxes: HouseSale['taxes'] | null
  fees: HouseSale['fees'] | null
  phases:
    | {
        no: number
        id: string
        starts: number | null
        ends: number | null
        access: 'open' | 'code'
        perBuyer: number | null
        capacity: number | null
        prices: { category: number; type: number; amount: number }[] | null
      }[]
    | null
  allotments: { no: number; kind: string; release: number | null }[] | null
  codes: { hash: string; uses: number | null; phase: string | null; allotment: string | null }[] | null
}

const SELECT = `select e.event_id, e.organiser_id, coalesce(e.source_id, '') as source_id, e.revision, e.status, e.text,
       e.type, e.genres, e.image_url, e.room, e.works, e.starts_at, e.starts_at_precision, e.starts_on::text,
       e.listed_until, e.doors_at, e.duration_minutes, e.layout_hash, e.currency, e.on_sale_from, e.on_sale_until,
       e.tickets_per_buyer, e.hold_seconds, e.extensions_max, e.extension_seconds, e.orphan_rule,
       e.identity_required, e.refund_until, e.is_refundable, e.price_from,
       jsonb_build_object('name', v.name, 'street', v.street, 'city', v.city, 'metro', v.metro, 'region', v.region,
         'country', v.country, 'timezone', v.timezone, 'lat', v.lat, 'lon', v.lon) as venue,
       (select jsonb_build_object('sourceId', p.source_id, 'text', p.text, 'facts', p.body)
          from productions p where p.production_id = e.production_id) as production,
       (select jsonb_agg(jsonb_build_object('name', p.name, 'sortName', p.sort_name, 'kind', p.kind, 'role', l.role)
                         order by l.position)
          from event_performers l join performers p using (performer_id) where l.event_id = e.event_id) as performers,
       (select jsonb_agg(jsonb_build_object('text', c.text, 'color', c.color) order by c.category_no)
          from categories c where c.event_id = e.event_id) as categories,
       (select jsonb_agg(jsonb_build_object('id', t.id, 'text', t.text, 'min', t.min_per_order,
                         'max', t.max_per_order) order by t.price_type_no)
          from price_types t where t.event_id = e.event_id) as price_types,
       (select jsonb_agg(jsonb_build_object('category', p.category_no, 'type', p.price_type_no, 'amount', p.amount))
          from prices p where p.event_id = e.event_id and p.offer_no = 0) as prices,
       (select jsonb_agg(jsonb_build_object('name', t.name, 'ratePpm', t.rate_ppm, 'included', t.included,
                         'appliesTo', t.applies_to) order by t.tax_no)
          from tax_rules t where t.event_id = e.event_id) as taxes,
       (select jsonb_agg(jsonb_build_object('name', f.name, 'per', f.per, 'amount', f.amount, 'ratePpm', f.rate_ppm,
                         'refundable', f.refundable) order by f.fee_no)
          from fee_rules f where f.event_id = e.event_id) as fees,
       (select jsonb_agg(jsonb_build_object('no', o.offer_no, 'id', o.id, 'starts', (extract(epoch from o.starts_at) * 1000)::bigint,
                         'ends', (extract(epoch from o.ends_at) * 1000)::bigint, 'access', o.access,
                         'perBuyer', o.tickets_per_buyer, 'capacity', o.capacity, 'prices',
                         (select jsonb_agg(jsonb_build_object('category', p.category_no, 'type', p.price_type_no,
                                           'amount', p.amount) order by p.category_no, p.price_type_no)
                            from prices p where p.event_id = o.event_id and p.offer_no = o.offer_no)) order by o.offer_no)
          from offers o where o.event_id = e.event_id) as phases,
       (select jsonb_agg(jsonb_build_object('no', a.allocation_no, 'kind', a.kind,
                         'release', (extract(epoch from a.release_at) * 1000)::bigint) order by a.allocation_no)
          from allocations a where a.event_id = e.event_id) as allotments,
       (select jsonb_agg(jsonb_build_object('hash', encode(c.code_hash, 'hex')::uuid::text, 'uses', c.uses_max, 'phase', o.id,
                         'allotment', a.kind) order by c.code_hash)
          from access_codes c
          left join offers o on o.event_id = c.event_id and o.offer_no = c.offer_no
          left join allocations a on a.event_id = c.event_id and a.allocation_no = c.allocation_no
         where c.event_id = e.event_id) as codes
  from events e join venues v using (venue_id)`

const byId = statement('catalog.house.by-id', `${SELECT} where e.event_id = $1::bigint`)
const bySource = statement(
  'catalog.house.by-source',
  `${SELECT} where e.organiser_id = $1::uuid and e.source_id = $2`,
)
const page = statement(
  'catalog.house.page',
  `${SELECT} where ($1::uuid is null or e.organiser_id = $1) and ($2::text is null or e.status = $2)
       and e.event_id < $3::bigint order by e.event_id desc limit $4::int`,
)

export type HouseReference = { eventId: EventId } | { organiserId: string; sourceId: string }

/** The event as it is at this moment, drafts too; null: there is none. */
export async function readHouseEvent(sql: Sql, which: HouseReference): Promise<HouseEvent | null> {
  const { rows } =
    'eventId' in which
      ? await sql.query<Row>(byId, [which.eventId])
      : await sql.query<Row>(bySource, [which.organiserId, which.sourceId])
  return rows[0] ? houseEventOf(rows[0]) : null
}

/** The latest made first, below `before`. */
export async function readHouseEvents(
  sql: Sql,
  c: { organiserId: string | null; status: string | null; before: number; limit: number },
): Promise<HouseEvent[]> {
  const { rows } = await sql.query<Row>(page, [c.organiserId, c.status, c.before, c.limit])
  return rows.map(houseEventOf)
}

function houseEventOf(row: Row): HouseEvent {
  return {
    eventId: String(row.event_id),
    organiserId: row.organiser_id,
    revision: row.revision,
    sourceId: row.source_id,
    status: row.status,
    text: row.text,
    type: row.type,
    genres: row.genres,
    imageUrl: row.image_url,
    venue: row.venue,
    startsAt: row.starts_at.getTime(),
    startsAtPrecision: row.starts_at_precision,
    startsOn: row.starts_on,
    listedUntil: row.listed_until.getTime(),
    doorsAt: row.doors_at?.getTime() ?? null,
    durationMinutes: row.duration_minutes,
    performers: row.performers ?? [],
    works: row.works,
    onSaleFrom: row.on_sale_from?.getTime() ?? null,
    priceFrom: row.price_from,
    currency: row.currency,
    ...(row.room !== null && { room: row.room }),
    ...(row.production && {
      production: {
        sourceId: row.production.sourceId,
        name: nameOf(row.production.text),
        facts: row.production.facts,
      },
    }),
    sale: row.layout_hash === null ? null : saleOf(row, row.layout_hash),
  }
}

function saleOf(row: Row, layoutHash: string): HouseSale {
  const categories = row.categories ?? []
  const priceTypes = row.price_types ?? []
  const faces: (number | null)[][] = categories.map(() => priceTypes.map(() => null))
  for (const { category, type, amount } of row.prices ?? []) faces[category]![type] = amount
  return {
    layoutHash,
    currency: row.currency,
    onSaleFrom: row.on_sale_from?.getTime() ?? null,
    onSaleUntil: row.on_sale_until?.getTime() ?? null,
    ...(row.tickets_per_buyer !== null && { ticketsPerBuyer: row.tickets_per_buyer }),
    ...(row.hold_seconds !== null && { holdSeconds: row.hold_seconds }),
    extensionsMax: row.extensions_max,
    extensionSeconds: row.extension_seconds,
    orphanRule: row.orphan_rule,
    identityRequired: row.identity_required,
    refundable: row.is_refundable,
    ...(row.refund_until && { refundUntil: row.refund_until.getTime() }),
    categories: categories.map(({ text, color }) => ({ name: nameOf(text), color })),
    priceTypes: priceTypes.map(({ id, text, min, max }) => ({
      id,
      name: nameOf(text),
      ...otherNamesOf(text),
      ...(min > 0 && { min }),
      ...(max !== null && { max }),
    })),
    faces,
    taxes: row.taxes ?? [],
    fees: row.fees ?? [],
    phases: (row.phases ?? []).map(({ no, id, starts, ends, access, perBuyer, capacity, prices }) => ({
      no,
      id,
      startsAt: starts,
      endsAt: ends,
      access,
      ticketsPerBuyer: perBuyer,
      capacity,
      prices: (prices ?? []).map(({ category, type, amount }) => ({
        category: nameOf(categories[category]!.text),
        priceType: priceTypes[type]!.id,
        face: amount,
      })),
    })),
    allotments: (row.allotments ?? []).map(({ no, kind, release }) => ({ no, kind, releaseAt: release })),
    codes: (row.codes ?? []).map(({ hash, uses, phase, allotment }) => ({
      hash,
      uses,
      opens: phase === null ? { allotment: allotment! } : { phase },
    })),
  }
}

function otherNamesOf(text: Named): { names?: Record<string, string> } {
  const others = Object.entries(text).flatMap(([language, found]) =>
    typeof found === 'object' && language !== text.default ? [[language, found.name] as const] : [],
  )
  return others.length === 0 ? {} : { names: Object.fromEntries(others) }
}

function nameOf(text: Named): string {
  const found = text[text.default]
  return typeof found === 'object' ? found.name : ''
}

import {
  knownCity,
  readMoment,
  sortName,
  type HouseEvent,
  type HouseSale,
  type Moment,
} from '../catalog/index.ts'
import { selectPlaces } from './area-names.ts'
import { resolveSale } from './resolve-sale.ts'
import { selectSeats } from './seat-selectors.ts'
import type { Spec } from './spec.ts'
import type { Fault, Path, Report, ResolveContext, Wish } from './types.ts'

const SALE_MEMBERS = [
  'limits',
  'identity',
  'refund',
  'price_types',
  'prices',
  'fees',
  'taxes',
  'phases',
  'allotments',
  'blocked',
] as const satisfies (keyof Spec)[]

/** The event as the description wants it: what is not spoken of stays as it is. */
export function resolve(spec: Spec, context: ResolveContext): { wish: Wish } | { faults: Fault[] } {
  const faults: Fault[] = []
  const report: Report = (path, message, code = 'malformed') => void faults.push({ path, message, code })
  const base = baseOf(spec, context, report)
  if (!base) return { faults }
  const start = startOf(spec, base, context.current, report)
  const event: HouseEvent = {
    ...base,
    ...start,
    ...textOf(spec, base, report),
    ...(spec.status !== undefined && { status: spec.status }),
    ...(spec.type !== undefined && { type: spec.type }),
    ...(spec.genres && { genres: spec.genres }),
    ...(spec.image_url !== undefined && { imageUrl: spec.image_url }),
    ...(spec.duration_minutes !== undefined && { durationMinutes: spec.duration_minutes }),
    ...(spec.doors !== undefined && { doorsAt: momentAt(spec.doors, ['doors'], base, report) }),
    ...(spec.works && {
      works: spec.works.map(({ title, composer }) => ({ title, composer: composer ?? null })),
    }),
    ...(spec.performers && {
      performers: spec.performers.map(({ name, kind, role }) => ({
        name,
        sortName: sortName(name),
        kind: kind ?? 'person',
        role: role ?? null,
      })),
    }),
  }
  if (spec.room !== undefined) {
    delete event.room
    if (spec.room !== null) event.room = spec.room
  }
  if (spec.production !== undefined) {
    delete event.production
    if (spec.production) event.production = { sourceId: spec.production.id, name: spec.production.name }
  }
  const from = spec.on_sale?.from
  if (from !== undefined) event.onSaleFrom = momentAt(from, ['on_sale', 'from'], base, report)
  const wish: Wish = { event, codes: [], added: [], allotted: new Map(), places: new Map() }
  sellAs(spec, context, wish, report)
  if (event.doorsAt !== null && event.doorsAt > event.startsAt && event.startsAtPrecision === 'time')
    report(['doors'], 'is after the start')
  return faults.length > 0 ? { faults } : { wish }
}

function sellAs(spec: Spec, context: ResolveContext, wish: Wish, report: Report): void {
  const { layout } = context
  if (!layout) {
    for (const member of [...SALE_MEMBERS, 'currency' as const]) {
      if (spec[member] !== undefined) report([member], 'needs a layout: nothing is sold without one')
    }
    if (spec.on_sale?.until) report(['on_sale', 'until'], 'needs a layout: nothing is sold without one')
    return
  }
  const momentOf = (value: string | null, path: Path) => momentAt(value, path, wish.event, report)
  const sale: HouseSale | null = resolveSale(
    spec,
    { ...context, event: wish.event, ...layout, momentOf },
    wish,
    report,
  )
  if (!sale) return
  wish.event.sale = sale
  wish.event.currency = sale.currency
  if (spec.blocked) wish.blocked = selectSeats(layout.layout, spec.blocked, ['blocked'], report)
  const owner = new Map<number, string>()
  spec.allotments?.forEach(({ name, seats, areas }, i) => {
    if (areas) wish.places.set(name, selectPlaces(layout.layout, areas, ['allotments', i, 'areas'], report))
    if (!seats) return
    const path = ['allotments', i, 'seats']
    const chosen = selectSeats(layout.layout, seats, path, report)
    for (const seat of chosen) {
      const other = owner.get(seat)
      const { seat_id: seatId } = layout.layout.seats[seat]!
      if (other !== undefined) report(path, `seat "${seatId}" is in the allotment "${other}" already`)
      owner.set(seat, name)
    }
    wish.allotted.set(name, chosen)
  })
  for (const seat of wish.blocked ?? []) {
    const other = owner.get(seat)
    if (other !== undefined)
      report(
        ['blocked'],
        `seat "${layout.layout.seats[seat]!.seat_id}" is in the allotment "${other}" already`,
      )
  }
}

/** The event that the description changes, with its venue; null where a new one lacks what it must have. */
function baseOf(spec: Spec, { current, organiserId }: ResolveContext, report: Report): HouseEvent | null {
  const venue = spec.venue ? venueOf(spec.venue, current?.venue ?? null, report) : current?.venue
  if (current) return { ...current, venue: venue ?? current.venue }
  for (const member of ['name', 'start', 'venue', 'type'] as const) {
    if (spec[member] === undefined) report([member], 'is missing: a new event needs it')
  }
  if (!venue || spec.name === undefined || spec.start === undefined || spec.type === undefined) return null
  return {
    eventId: '',
    organiserId,
    revision: 0,
    sourceId: spec.external_id ?? '',
    status: 'draft',
    text: { default: spec.language ?? 'en' },
    type: spec.type,
    genres: [],
    imageUrl: null,
    venue,
    startsAt: 0,
    startsAtPrecision: 'time',
    startsOn: '',
    listedUntil: 0,
    doorsAt: null,
    durationMinutes: null,
    performers: [],
    works: [],
    onSaleFrom: null,
    priceFrom: null,
    currency: spec.currency ?? null,
    sale: null,
  }
}

type VenueSpec = NonNullable<Spec['venue']>

function venueOf(
  spec: VenueSpec,
  current: HouseEvent['venue'] | null,
  report: Report,
): HouseEvent['venue'] | null {
  const region = spec.region ?? null
  const same = current?.name === spec.name && current.city === spec.city ? current : null
  const known = knownCity(spec.city, region ?? '')
  const timezone = spec.timezone ?? same?.timezone ?? known?.timezone
  if (timezone === undefined) {
    report(['venue', 'timezone'], `is missing: the time zone of "${spec.city}" is not known here`)
    return null
  }
  if (!isTimezone(timezone)) {
    report(['venue', 'timezone'], `"${timezone}" is no IANA time zone`)
    return null
  }
  const kept = <T>(given: T | null | undefined, before: T | null | undefined): T | null =>
    given === undefined ? (before ?? null) : given
  return {
    name: spec.name,
    city: spec.city,
    street: kept(spec.street, same?.street),
    metro: same?.metro ?? null,
    region: kept(spec.region, same?.region),
    country: kept(spec.country, same?.country ?? known?.country),
    timezone,
    lat: kept(spec.lat, same?.lat ?? known?.lat),
    lon: kept(spec.lon, same?.lon ?? known?.lon),
  }
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

type Start = Pick<HouseEvent, 'startsAt' | 'startsAtPrecision' | 'startsOn' | 'listedUntil'>

// A venue that moves to another zone keeps the moment; its day there may be another one.
function startOf(spec: Spec, base: HouseEvent, current: HouseEvent | null, report: Report): Partial<Start> {
  const { timezone } = base.venue
  if (spec.start === undefined && (timezone === current?.venue.timezone || base.startsAtPrecision === 'day'))
    return {}
  const text = spec.start ?? new Date(base.startsAt).toISOString()
  const moment = readMoment(text, timezone, (message) => report(['start'], message))
  return moment ? startAt(moment) : {}
}

function startAt({ at, until, precision, day }: Moment): Start {
  return { startsAt: at, startsAtPrecision: precision, startsOn: day, listedUntil: until }
}

function textOf(spec: Spec, base: HouseEvent, report: Report): Pick<HouseEvent, 'text'> {
  if (spec.name === undefined && spec.description === undefined && spec.language === undefined)
    return { text: base.text }
  const language = spec.language ?? base.text.default
  const text: HouseEvent['text'] = { ...base.text, default: language }
  if (spec.name !== undefined) {
    const names = typeof spec.name === 'string' ? { [language]: spec.name } : spec.name
    // Several languages name all that there are; a plain text changes its own.
    if (typeof spec.name !== 'string')
      for (const tag of Object.keys(text)) if (tag !== 'default' && !(tag in names)) delete text[tag]
    for (const [tag, name] of Object.entries(names)) {
      const before = text[tag]
      text[tag] = { ...(typeof before === 'object' && before), name }
    }
  }
  if (typeof text[language] !== 'object')
    report(['name'], `has no text in "${language}", the language of the event`)
  const { description } = spec
  if (description === undefined) return { text }
  const described: Record<string, string> =
    typeof description === 'string' ? { [language]: description } : (description ?? {})
  for (const [tag, value] of Object.entries(text)) {
    if (typeof value !== 'object') continue
    const given = described[tag]
    if (given !== undefined) text[tag] = { name: value.name, description: given }
    else if (typeof description !== 'string') text[tag] = { name: value.name }
  }
  for (const tag of Object.keys(described))
    if (typeof text[tag] !== 'object') report(['description', tag], 'has no name in that language beside it')
  return { text }
}

/** A moment with its offset or on the clock of the venue; a bare day begins with the venue's day. */
function momentAt(
  value: string | null,
  path: Path,
  { venue }: Pick<HouseEvent, 'venue'>,
  report: Report,
): number | null {
  if (value === null) return null
  return readMoment(value, venue.timezone, (message) => report(path, message))?.at ?? null
}

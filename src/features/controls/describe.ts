import type { CodeDraft, HouseEvent, HouseSale } from '../catalog/index.ts'
import { fromMinorUnits } from './amounts.ts'

/** Seconds and their fractions are not shown where they are zero. */
const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::00(?:\.000)?)?$/

/** Every field of an event with what it says, for people to compare. Fields that say nothing are missing. */
export function describe(event: HouseEvent, layoutName: (hash: string) => string): Map<string, string> {
  const fields = new Map<string, string>()
  const set = (field: string, value: string | number | null | undefined): void => {
    if (value !== null && value !== undefined && value !== '') fields.set(field, String(value))
  }
  const time = (at: number | null): string | null =>
    at === null ? null : localTime(at, event.venue.timezone)
  const { venue, sale } = event
  set('external_id', event.sourceId)
  set('status', event.status)
  for (const [tag, text] of Object.entries(event.text)) {
    if (typeof text !== 'object') continue
    const suffix = tag === event.text.default ? '' : `.${tag}`
    set(`name${suffix}`, text.name)
    set(`description${suffix}`, text.description)
  }
  set('language', event.text.default)
  set('type', event.type)
  set('genres', event.genres.join(', '))
  set('image_url', event.imageUrl)
  set('start', event.startsAtPrecision === 'day' ? event.startsOn : time(event.startsAt))
  set('doors', time(event.doorsAt))
  set('duration_minutes', event.durationMinutes)
  const place = [venue.name, venue.street, venue.city, venue.region, venue.country]
  set('venue', place.filter((part) => part !== null).join(', '))
  set('venue.timezone', venue.timezone)
  if (venue.lat !== null && venue.lon !== null) set('venue.position', `${venue.lat}, ${venue.lon}`)
  set('room', event.room)
  set('production', event.production && `${event.production.name} (${event.production.sourceId})`)
  set('performers', event.performers.map(({ name, role }) => (role ? `${name} (${role})` : name)).join(', '))
  set(
    'works',
    event.works.map(({ title, composer }) => (composer ? `${composer}: ${title}` : title)).join('; '),
  )
  set('on_sale.from', time(event.onSaleFrom))
  if (sale) describeSale(sale, set, time, layoutName)
  return fields
}

function describeSale(
  sale: HouseSale,
  set: (field: string, value: string | number | null | undefined) => void,
  time: (at: number | null) => string | null,
  layoutName: (hash: string) => string,
): void {
  const money = (amount: number): string => `${fromMinorUnits(amount, sale.currency)} ${sale.currency}`
  set('layout', layoutName(sale.layoutHash))
  set('currency', sale.currency)
  set('on_sale.until', time(sale.onSaleUntil))
  set('limits.tickets_per_buyer', sale.ticketsPerBuyer)
  set('limits.hold_seconds', sale.holdSeconds)
  set('limits.extensions', sale.extensionsMax)
  set('limits.extension_seconds', sale.extensionSeconds)
  set('limits.no_orphan_seats', sale.orphanRule ? 'yes' : 'no')
  set('identity', sale.identityRequired)
  set('refund', refundText(sale, time))
  sale.priceTypes.forEach(({ id, name, names = {}, min, max }, i) => {
    const bounds = [min ? `at least ${min}` : '', max ? `at most ${max}` : ''].filter((part) => part !== '')
    const others = Object.keys(names)
      .toSorted()
      .map((language) => `${language}: ${names[language]}`)
    set(`price_types.${id}`, [name, ...others, ...bounds, `no. ${i + 1}`].join(', '))
  })
  sale.categories.forEach(({ name }, category) => {
    sale.priceTypes.forEach(({ id }, type) => {
      const face = sale.faces[category]?.[type] ?? null
      if (face !== null) set(`prices.${name}.${id}`, money(face))
    })
  })
  sale.fees.forEach(({ name, per, amount, ratePpm, refundable }, i) => {
    const parts = [amount > 0 ? money(amount) : '', ratePpm > 0 ? percent(ratePpm) : ''].filter(
      (part) => part !== '',
    )
    const size = parts.length > 0 ? parts.join(' + ') : 'nothing'
    set(`fees.${i + 1}`, `${name}: ${size} per ${per}${refundable ? ', refundable' : ''}`)
  })
  sale.taxes.forEach(({ name, ratePpm, included, appliesTo }, i) => {
    set(
      `taxes.${i + 1}`,
      `${name}: ${percent(ratePpm)}${included ? ' included' : ' on top'}, on ${appliesTo}`,
    )
  })
  for (const { id, startsAt, endsAt, access, ticketsPerBuyer, capacity, prices } of sale.phases) {
    const bounds = [
      startsAt === null ? '' : `from ${time(startsAt)}`,
      endsAt === null ? '' : `until ${time(endsAt)}`,
      access === 'code' ? 'with a code' : 'open to all',
      ticketsPerBuyer === null ? '' : `${ticketsPerBuyer} a buyer`,
      capacity === null ? '' : `${capacity} in all`,
    ]
    set(`phases.${id}`, bounds.filter((part) => part !== '').join(', '))
    for (const { category, priceType, face } of prices)
      set(`phases.${id}.prices.${category}.${priceType}`, money(face))
  }
  for (const { kind, releaseAt } of sale.allotments) {
    set(`allotments.${kind}`, releaseAt === null ? 'kept until released' : `released ${time(releaseAt)}`)
  }
}

export function opensText(opens: CodeDraft['opens']): string {
  return 'phase' in opens ? `phases.${opens.phase}.codes` : `allotments.${opens.allotment}.codes`
}

/** "2027-05-04 20:00" at the venue; read back by `readMoment`. */
export function localTime(at: number, timezone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone)
  const text = local.toPlainDateTime().toString()
  const short = LOCAL.exec(text)
  // An hour that a change of clocks repeats is told apart by its offset.
  if (local.toPlainDateTime().toZonedDateTime(timezone).epochMilliseconds !== at)
    return `${text}${local.offset}`
  return short ? `${short[1]} ${short[2]}` : text.replace('T', ' ')
}

function refundText(sale: HouseSale, time: (at: number | null) => string | null): string {
  if (!sale.refundable) return 'never'
  return sale.refundUntil === undefined ? 'until a day before the start' : `until ${time(sale.refundUntil)}`
}

function percent(ratePpm: number): string {
  return `${ratePpm / 10_000} %`
}

import { composerName, eventName, performerName, sortName, withAccents, workTitle } from './names.ts'
import { countryOfRegion, knownCity, metroOf } from './cities.ts'
import { languageTag } from './language-tag.ts'
import { readMoment, type Moment } from './moments.ts'
import type { Venue } from '../types.ts'

export type RecordFault = { field: string; message: string }

export type ImportedVenue = Omit<Venue, 'venueId'>
export type ImportedPerformer = {
  name: string
  sortName: string
  kind: 'person' | 'group'
  role: string | null
}

/** One event, cleaned and complete: what the catalog stores. Times in milliseconds since 1970. */
export type ImportedEvent = {
  sourceId: string
  status: 'published' | 'postponed' | 'cancelled'
  /** By language; `default` names the one that is meant where none is asked for. */
  text: { default: string; [language: string]: { name: string; description?: string } | string }
  type: string
  genres: string[]
  imageUrl: string | null
  venue: ImportedVenue
  startsAt: number
  startsAtPrecision: 'time' | 'day'
  startsOn: string
  listedUntil: number
  doorsAt: number | null
  durationMinutes: number | null
  performers: ImportedPerformer[]
  works: { title: string; composer: string | null }[]
  onSaleFrom: number | null
  priceFrom: number | null
  currency: string | null
}

export type ReadRecord = { event: ImportedEvent; warnings: RecordFault[] } | { faults: RecordFault[] }

const NAME_LENGTH_MAX = 500
const LIST_LENGTH_MAX = 500
const URL_LENGTH_MAX = 1_000
/** Of a value that is quoted, in characters. */
const VALUE_SHOWN_MAX = 60
const COLLECTIVES =
  /\b(chorus|choir|ensemble|orchestra|band|quartet|quintet|trio|company|troupe|group|chorale)\b/i

/** schema.org's types in the words that the list filters by. */
const TYPES: Record<string, string> = {
  MusicEvent: 'concert',
  Festival: 'festival',
  ScreeningEvent: 'film',
  TheaterEvent: 'theatre',
  SportsEvent: 'sport',
  ComedyEvent: 'comedy',
  DanceEvent: 'dance',
  ChildrensEvent: 'family',
  LiteraryEvent: 'reading',
  EducationEvent: 'talk',
  ExhibitionEvent: 'exhibition',
  VisualArtsEvent: 'exhibition',
  FoodEvent: 'food',
  SocialEvent: 'social',
  BusinessEvent: 'business',
}

type Json = Record<string, unknown>

/** Reads one schema.org Event. Everything that is wrong with it is named by its field. */
export function readEventRecord(record: unknown, defaults: { language: string }): ReadRecord {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return { faults: [{ field: '$', message: 'is not an object' }] }
  }
  const reader = new RecordReader(record as Json, defaults.language)
  const event = reader.read()
  return event && reader.faults.length === 0
    ? { event, warnings: reader.warnings }
    : { faults: reader.faults }
}

class RecordReader {
  readonly faults: RecordFault[] = []
  readonly warnings: RecordFault[] = []

  constructor(
    private readonly record: Json,
    private readonly language: string,
  ) {}

  read(): ImportedEvent | null {
    const { record } = this
    const type = this.#type()
    const sourceId = text(record['@id'])
    if (!sourceId) this.#fault('@id', 'is missing')
    const names = this.#text()
    const venue = this.#venue()
    if (!venue || !names || !sourceId) {
      readMoment(record.startDate, 'UTC', (message) => this.#fault('startDate', message))
      return null
    }
    const start = readMoment(record.startDate, venue.timezone, (message) => this.#fault('startDate', message))
    if (!start) return null
    const offer = this.#offer(venue.timezone)
    return {
      sourceId,
      status: this.#status(),
      text: names,
      type,
      genres: words(record.keywords)
        .concat(words(record.genre))
        .filter((word, i, all) => all.indexOf(word) === i),
      imageUrl: imageOf(record.image),
      venue,
      startsAt: start.at,
      startsAtPrecision: start.precision,
      startsOn: start.day,
      listedUntil: start.until,
      doorsAt:
        record.doorTime === undefined ? null : (this.#optional('doorTime', venue.timezone)?.at ?? null),
      durationMinutes: this.#duration(start, venue.timezone),
      performers: this.#performers(),
      works: this.#works(),
      ...offer,
    }
  }

  #type(): string {
    const types = list(this.record['@type']).filter((t) => typeof t === 'string')
    const name = types
      .map((t) => t.replace(/^https?:\/\/schema\.org\//, ''))
      .find((t) => /Event$|^Festival$/.test(t))
    if (!name) this.#fault('@type', 'is not a schema.org Event')
    return TYPES[name ?? ''] ?? 'other'
  }

  // A plain text, a language-tagged one, or several of these.
  #text(): ImportedEvent['text'] | null {
    const { language } = this
    const faultsBefore = this.faults.length
    const named = this.#tagged('name')
    if (named.size === 0) {
      if (this.faults.length === faultsBefore) this.#fault('name', 'is missing')
      return null
    }
    const described = this.#tagged('description')
    const result: ImportedEvent['text'] = { default: named.has(language) ? language : [...named.keys()][0]! }
    for (const [tag, name] of named) {
      const cleaned = eventName(name)
      if (cleaned === '') this.#fault('name', 'is empty')
      if (cleaned.length > NAME_LENGTH_MAX)
        this.#fault('name', `is longer than ${NAME_LENGTH_MAX} characters`)
      const description = described.get(tag)
      result[tag] = { name: cleaned, ...(description && { description }) }
    }
    return result
  }

  /** Texts by their language. */
  #tagged(field: 'name' | 'description'): Map<string, string> {
    const value = this.record[field]
    const result = new Map<string, string>()
    for (const [i, item] of list(value).entries()) {
      if (typeof item === 'string') result.set(this.language, item.trim())
      if (!isObject(item) || typeof item['@value'] !== 'string') continue
      const given = item['@language'] ?? this.language
      const tag = typeof given === 'string' ? languageTag(given) : null
      if (tag) result.set(tag, item['@value'].trim())
      else {
        const at = Array.isArray(value) ? `${field}[${i}]` : field
        this.#fault(`${at}.@language`, `${JSON.stringify(given)} is no language tag of BCP 47`)
      }
    }
    return result
  }

  #status(): ImportedEvent['status'] {
    const status = text(this.record.eventStatus)?.replace(/^https?:\/\/schema\.org\//, '')
    switch (status) {
      case undefined:
      case 'EventScheduled':
      case 'EventRescheduled':
      case 'EventMovedOnline':
        return 'published'
      case 'EventPostponed':
        return 'postponed'
      case 'EventCancelled':
        return 'cancelled'
      default:
        this.#fault('eventStatus', `"${status}" is none of schema.org's`)
        return 'published'
    }
  }

  #venue(): ImportedVenue | null {
    const place = list(this.record.location).find((l) => isObject(l) && l['@type'] !== 'VirtualLocation') as
      Json | undefined
    const name = place && text(place.name)
    if (!place || !name) {
      this.#fault(place ? 'location.name' : 'location', 'is missing')
      return null
    }
    const address = isObject(place.address) ? place.address : {}
    const city =
      text(address.addressLocality) ?? (typeof place.address === 'string' ? place.address.trim() : null)
    if (!city) {
      this.#fault('location.address.addressLocality', 'is missing')
      return null
    }
    const region = text(address.addressRegion)
    const known = knownCity(city, region ?? '')
    const named = isObject(address.addressCountry)
      ? text(address.addressCountry.name)
      : text(address.addressCountry)
    const regionCountry = region ? countryOfRegion(region) : null
    const geo = isObject(place.geo) ? place.geo : {}
    const timezone = this.#timezone(text(place.timezone), known?.timezone, city)
    return {
      name: withAccents(name),
      street: text(address.streetAddress),
      city,
      metro: metroOf(city, region ?? ''),
      // A region that is a country's name says nothing that the country does not.
      region: regionCountry ? null : region,
      country: (named && (isoCountry(named) ?? countryOfRegion(named))) ?? known?.country ?? regionCountry,
      timezone,
      lat: this.#coordinate('latitude', geo.latitude, 90) ?? known?.lat ?? null,
      lon: this.#coordinate('longitude', geo.longitude, 180) ?? known?.lon ?? null,
    }
  }

  #timezone(given: string | null, known: string | undefined, city: string): string {
    if (given) {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone
      } catch {
        this.#fault('location.timezone', `"${given}" is no IANA time zone`)
      }
    }
    if (known) return known
    this.warnings.push({ field: 'location', message: `the time zone of "${city}" is not known: UTC` })
    return 'UTC'
  }

  #performers(): ImportedPerformer[] {
    return this.#list('performer', (item, field) => {
      const raw = typeof item === 'string' ? item : isObject(item) ? text(item.name) : null
      if (!raw) {
        this.#fault(`${field}.name`, 'is missing')
        return null
      }
      const role = isObject(item) ? text(item.roleName) : null
      const isPerson = !isObject(item) || item['@type'] === undefined || item['@type'] === 'Person'
      const isAlone = !raw.includes(',')
      const isCollective =
        isAlone && ((role && COLLECTIVES.test(role)) || COLLECTIVES.test(raw) || raw.includes(' '))
      const name = isPerson ? performerName(raw) : withAccents(raw.trim())
      if (!name) return null
      return { name, sortName: sortName(raw), kind: isPerson && !isCollective ? 'person' : 'group', role }
    })
  }

  #works(): ImportedEvent['works'] {
    const read = (item: unknown, field: string) => {
      const raw = typeof item === 'string' ? item : isObject(item) ? text(item.name) : null
      if (!raw) {
        this.#fault(`${field}.name`, 'is missing')
        return null
      }
      const by = isObject(item) ? list(item.composer ?? item.director ?? item.author)[0] : null
      const composer = typeof by === 'string' ? by : isObject(by) ? text(by.name) : null
      return { title: workTitle(raw), composer: composer ? composerName(composer) : null }
    }
    const { workPerformed, workPresented } = this.record
    if (workPerformed !== undefined) return this.#list('workPerformed', read)
    return workPresented === undefined ? [] : this.#list('workPresented', read)
  }

  #list<T>(field: string, read: (item: unknown, field: string) => T | null): T[] {
    const value = this.record[field]
    const items = list(value)
    if (items.length > LIST_LENGTH_MAX) this.#fault(field, `has more than ${LIST_LENGTH_MAX} entries`)
    return items.flatMap((item, i) => read(item, Array.isArray(value) ? `${field}[${i}]` : field) ?? [])
  }

  #offer(timezone: string): Pick<ImportedEvent, 'onSaleFrom' | 'priceFrom' | 'currency'> {
    const offers = list(this.record.offers).filter(isObject)
    const prices: number[] = []
    let currency: string | null = null
    let onSaleFrom: number | null = null
    for (const offer of offers) {
      currency ??= text(offer.priceCurrency)
      const price = Number(offer.lowPrice ?? offer.price ?? Number.NaN)
      if (price >= 0 && currency) prices.push(Math.round(price * 10 ** digitsOf(currency)))
      if (offer.validFrom !== undefined) {
        const moment = readMoment(offer.validFrom, timezone, (message) =>
          this.#fault('offers.validFrom', message),
        )
        if (moment) onSaleFrom = Math.min(onSaleFrom ?? Infinity, moment.at)
      }
    }
    if (currency !== null && !/^[A-Z]{3}$/.test(currency))
      this.#fault('offers.priceCurrency', 'is no ISO 4217 code')
    return { onSaleFrom, priceFrom: prices.length > 0 ? Math.min(...prices) : null, currency }
  }

  #optional(field: string, timezone: string): Moment | null {
    return readMoment(this.record[field], timezone, (message) => this.#fault(field, message))
  }

  #duration(start: Moment, timezone: string): number | null {
    const { duration, endDate } = this.record
    const end = endDate === undefined ? null : this.#optional('endDate', timezone)
    if (end && isBefore(end, start)) this.#fault('endDate', `"${String(endDate)}" is before the start`)
    const iso =
      typeof duration === 'string' ? /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?$/.exec(duration) : null
    if (iso) return Number(iso[1] ?? 0) * 1_440 + Number(iso[2] ?? 0) * 60 + Number(iso[3] ?? 0) || null
    if (duration !== undefined) this.#fault('duration', 'is no ISO 8601 duration')
    return end && end.at > start.at ? Math.round((end.at - start.at) / 60_000) : null
  }

  /** Null where nothing is said. */
  #coordinate(member: 'latitude' | 'longitude', value: unknown, max: number): number | null {
    if (value === undefined || value === null || (typeof value === 'string' && !text(value))) return null
    const result = typeof value === 'string' ? Number(value) : value
    if (typeof result === 'number' && Math.abs(result) <= max) return result
    this.#fault(`location.geo.${member}`, `${shown(value)} is no number from -${max} to ${max}`)
    return null
  }

  #fault(field: string, message: string): void {
    this.faults.push({ field, message })
  }
}

function words(value: unknown): string[] {
  return list(value)
    .flatMap((item) => (typeof item === 'string' ? item.split(',') : []))
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** The first that can be fetched. An ImageObject's `url` may be the page around the picture. */
function imageOf(value: unknown): string | null {
  const named = list(value).flatMap((one) =>
    isObject(one) ? [text(one.contentUrl) ?? text(list(one.url)[0])] : [text(one)],
  )
  return named.find((url) => url !== null && url.length <= URL_LENGTH_MAX && isWebAddress(url)) ?? null
}

function isWebAddress(url: string): boolean {
  const protocol = URL.parse(url)?.protocol
  return protocol === 'http:' || protocol === 'https:'
}

function isoCountry(name: string): string | null {
  return /^[A-Z]{2}$/.test(name) ? name : null
}

function digitsOf(currency: string): number {
  try {
    return (
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2
    )
  } catch {
    return 2
  }
}

function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** Where only a day is known, the day is compared. */
function isBefore(end: Moment, start: Moment): boolean {
  return end.precision === 'day' || start.precision === 'day' ? end.day < start.day : end.at < start.at
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, VALUE_SHOWN_MAX)
}

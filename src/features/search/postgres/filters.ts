import { foldText } from '../../../shared/fold-text.ts'
import { dayOf, FILTERS, priceDigits, weekOf } from '../document-terms.ts'
import { addDays, type DateWish } from '../parse-dates.ts'
import type { SearchQuery } from '../types.ts'
import { sameAs } from '../words.ts'
import { or } from './tiers.ts'
import { quote } from './weeks.ts'

const RADIUS_KM = 25
const KM_PER_DEGREE = 111.2
/** Squares of a degree that are named in a query; a larger circle is only measured. */
const CELLS_MAX = 40
/** Weeks for which a sale may be announced and still be found by `sale=soon`. */
const SALE_WEEKS_AHEAD = 60
/** Days that are named in a query one by one. */
const DAYS_NAMED_MAX = 35
const DAY_MS = 86_400_000
/** Longer than from the start of the earliest day on earth to the end of the latest. */
const ZONES_MS = 26 * 3_600_000

/** Conditions with their values; the names make one prepared statement for each combination. */
export class Conditions {
  readonly texts: string[] = []
  readonly values: unknown[]
  readonly names: string[] = []

  constructor(values: readonly unknown[]) {
    this.values = [...values]
  }

  add(name: string, condition: (place: string) => string, value: unknown): void {
    this.names.push(name)
    this.values.push(value)
    this.texts.push(condition(`$${this.values.length}`))
  }

  get where(): string {
    return this.texts.map((text) => ` and ${text}`).join('')
  }
}

/** Filters as terms: the index on the terms answers them together with the words. */
export function filterTerms(query: SearchQuery, asOf: number): string[] {
  const { city, genre, type, production, priceMax, near, sale } = query
  const terms: string[] = []
  if (city !== undefined) {
    const names = sameAs(foldText(city.trim())).map((words) => words.join(' '))
    terms.push(or([city, ...names].map((name) => quote(FILTERS.city(name)))))
  }
  // Also as the terms of events were before they were folded, which are there until the event is indexed again.
  if (genre !== undefined) terms.push(or([quote(FILTERS.genre(genre)), quote(`@genre=${genre}`)]))
  if (type !== undefined) terms.push(or([quote(FILTERS.type(type)), quote(`@type=${type}`)]))
  if (production !== undefined) terms.push(quote(FILTERS.production(production)))
  if (priceMax !== undefined) {
    const digits = priceDigits(priceMax)
    terms.push(or(range(1, digits).map((n) => quote(FILTERS.price(n)))))
  }
  if (sale === 'on_sale') terms.push(quote(FILTERS.sellable))
  if (sale === 'soon') {
    const week = weekOf(asOf)
    terms.push(or(range(week, week + SALE_WEEKS_AHEAD).map((n) => quote(FILTERS.sale(n)))))
  }
  const cells = near === undefined ? [] : cellsAround(near, query.radiusKm ?? RADIUS_KM)
  if (cells.length > 0) terms.push(or(cells.map(quote)))
  return terms
}

/** What the terms only say roughly, exactly. */
export function addConditions(c: Conditions, query: SearchQuery, asOf: number): void {
  const { from, to, priceMax, near, sale } = query
  const time = (place: string): string => `to_timestamp(${place}::float8 / 1000)`
  if (from === undefined) c.add('u', (p) => `d.listed_until >= ${time(p)}`, asOf)
  else if (isDay(from)) c.add('fd', (p) => `d.starts_on >= ${p}::date`, from)
  else c.add('ft', (p) => `d.starts_at >= ${p}::timestamptz`, from)
  if (to !== undefined) {
    if (isDay(to)) c.add('td', (p) => `d.starts_on <= ${p}::date`, to)
    else c.add('tt', (p) => `d.starts_at <= ${p}::timestamptz`, to)
  }
  if (priceMax !== undefined) c.add('p', (p) => `d.price_from <= ${p}::int`, priceMax)
  if (sale === 'soon') c.add('s', (p) => `d.on_sale_from > ${time(p)}`, asOf)
  if (sale === 'on_sale') {
    c.add(
      'o',
      (p) =>
        `d.is_sellable and (d.on_sale_from is null or d.on_sale_from <= ${time(p)}) and coalesce(d.on_sale_until, d.listed_until) > ${time(p)}`,
      asOf,
    )
  }
  if (near) {
    const circle = [near.lat, near.lon, query.radiusKm ?? RADIUS_KM]
    c.add('n', (p) => `${distanceKm(p)} <= (${p}::float8[])[3]`, circle)
  }
}

/** The days that a keyword asks for: the venue's, whatever day it is there at this moment. */
export function addDateWish(c: Conditions, wish: DateWish, asOf: number, isNegated: boolean): void {
  const todays = todaysOnEarth(asOf)
  const [low, high] = [wish.fromMinute ?? 0, wish.beforeMinute ?? 1_440]
  // One array, so that the statement is the same for all wishes: the moment, the minutes, then three days each.
  const values = [
    ...[new Date(asOf).toISOString(), String(low), String(high)],
    ...todays.flatMap((today) => [today, wish.days(today).from, wish.days(today).to]),
  ]
  const at = (p: string, n: number, type: string): string => `(${p}::text[])[${n}]::${type}`
  const oneOf = (p: string): string =>
    todays
      .map((_today, i) => {
        const n = 4 + i * 3
        return `(d.starts_on between ${at(p, n + 1, 'date')} and ${at(p, n + 2, 'date')}
          and (${at(p, 1, 'timestamptz')} at time zone d.timezone)::date = ${at(p, n, 'date')})`
      })
      .join(' or ')
  c.add(
    `${isNegated ? 'xw' : 'w'}${todays.length}`,
    (p) =>
      `${isNegated ? 'not ' : ''}((${oneOf(p)})
        and coalesce(d.local_minute, ${at(p, 2, 'int')}) between ${at(p, 2, 'int')} and ${at(p, 3, 'int')})`,
    values,
  )
}

export function todaysOnEarth(asOf: number): string[] {
  return [
    ...new Set([-12, 0, 14].map((hours) => new Date(asOf + hours * 3_600_000).toISOString().slice(0, 10))),
  ]
}

const FOREVER = 8.64e15
/** What PostgreSQL's timestamps can hold, too. */
const LAST = Date.UTC(9999, 0, 1)
const FIRST = Date.UTC(1, 0, 1)

/** The time that a query covers, roughly: filters say exactly. */
export function spanOf(query: SearchQuery, asOf: number, wish: DateWish | null): { lo: number; hi: number } {
  let lo = asOf - ZONES_MS
  let hi = FOREVER
  if (query.from !== undefined) lo = Date.parse(query.from.replace(' ', 'T')) - ZONES_MS
  if (query.to !== undefined) hi = Date.parse(query.to.replace(' ', 'T')) + DAY_MS + ZONES_MS
  if (wish) {
    const days = todaysOnEarth(asOf).map((today) => wish.days(today))
    lo = Math.max(lo, Math.min(...days.map((d) => Date.parse(d.from))) - ZONES_MS)
    hi = Math.min(hi, Math.max(...days.map((d) => Date.parse(addDays(d.to, 1)))) + ZONES_MS)
  }
  return { lo: Math.max(FIRST, lo), hi: Math.min(LAST, hi) }
}

/** Few days that are asked for, as a term: an event has that of its venue's day. Null where there are many or none. */
export function daysTerm(query: SearchQuery, asOf: number, wish: DateWish | null): string | null {
  const asked = wish
    ? todaysOnEarth(asOf).map((today) => wish.days(today))
    : query.from !== undefined && query.to !== undefined
      ? [{ from: query.from.slice(0, 10), to: query.to.slice(0, 10) }]
      : []
  const days = new Set<number>()
  for (const { from, to } of asked) {
    // A moment is another day elsewhere.
    const margin = wish ? 0 : 1
    const [first, last] = [dayOf(Date.parse(from)) - margin, dayOf(Date.parse(to)) + margin]
    if (!(last - first < DAYS_NAMED_MAX)) return null
    for (const day of range(first, last)) days.add(day)
  }
  return days.size === 0 ? null : or([...days].map((day) => quote(FILTERS.day(day))))
}

// The great circle. `$n` is [latitude, longitude, radius]; null where the venue's place is not known.
export function distanceKm(place: string): string {
  const [lat, lon] = [`(${place}::float8[])[1]`, `(${place}::float8[])[2]`]
  return `(12742 * asin(least(1, sqrt(power(sin(radians(d.lat - ${lat}) / 2), 2)
    + cos(radians(${lat})) * cos(radians(d.lat)) * power(sin(radians(d.lon - ${lon}) / 2), 2)))))`
}

function cellsAround(near: { lat: number; lon: number }, radiusKm: number): string[] {
  const dLat = radiusKm / KM_PER_DEGREE
  const top = Math.min(89, Math.abs(near.lat) + dLat)
  const dLon = radiusKm / (KM_PER_DEGREE * Math.cos((top * Math.PI) / 180))
  const lats = range(Math.floor(near.lat - dLat), Math.floor(near.lat + dLat))
  const lons = range(Math.floor(near.lon - dLon), Math.floor(near.lon + dLon))
  if (lats.length * lons.length > CELLS_MAX || Math.abs(near.lat) + dLat >= 89) return []
  const around = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180
  return lats.flatMap((lat) => lons.map((lon) => FILTERS.cell(lat, around(lon))))
}

function isDay(text: string): boolean {
  return text.length === 10
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
}

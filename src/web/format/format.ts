import type { Money } from '../../shared/money.ts'
import type { Locale } from '../i18n/text.tsx'

/**
 * Dates and money as people read them. Always in the venue's zone: a concert in New York begins at 19:30 wherever one
 * reads about it. Put together from parts, so that a server and a browser with other language data write the same.
 */
export type When = { starts_at: string; starts_at_precision: 'time' | 'day'; starts_on: string }

export type DayParts = {
  weekday: string
  weekdayLong: string
  day: string
  month: string
  monthShort: string
  year: string
}

/** For dates English is British: 18 March, 19:30. */
const DATE_TAG: Record<Locale, string> = { en: 'en-GB', de: 'de-DE' }
const MONEY_TAG: Record<Locale, string> = { en: 'en-US', de: 'de-DE' }

/** `day` is YYYY-MM-DD. */
export function dayParts(day: string, locale: Locale): DayParts {
  const at = new Date(`${day}T12:00:00Z`)
  const part = (options: Intl.DateTimeFormatOptions, type: Intl.DateTimeFormatPartTypes): string =>
    (partsOf(DATE_TAG[locale], { ...options, timeZone: 'UTC' }, at)[type] ?? '').replace(/\.$/, '')
  return {
    weekday: part({ weekday: 'short' }, 'weekday'),
    weekdayLong: part({ weekday: 'long' }, 'weekday'),
    day: part({ day: 'numeric' }, 'day'),
    month: part({ month: 'long', day: 'numeric' }, 'month'),
    // English abbreviates September to four letters, German some months to five.
    monthShort: part({ month: 'short', day: 'numeric' }, 'month').slice(0, 3),
    year: part({ year: 'numeric' }, 'year'),
  }
}

/** "Thu 18 March", "Do 18. März"; with the year where it is not this one. */
export function formatDay(day: string, locale: Locale, thisYear?: number): string {
  const p = dayParts(day, locale)
  const year = thisYear !== undefined && String(thisYear) !== p.year ? ` ${p.year}` : ''
  return locale === 'de'
    ? `${p.weekday} ${p.day}. ${p.month}${year}`
    : `${p.weekday} ${p.day} ${p.month}${year}`
}

/** "Thursday, 18 March 2027", "Donnerstag, 18. März 2027". */
export function formatLongDay(day: string, locale: Locale): string {
  const p = dayParts(day, locale)
  return `${p.weekdayLong}, ${p.day}${locale === 'de' ? '.' : ''} ${p.month} ${p.year}`
}

/** "19:30" in the zone. */
export function formatTime(at: string, timezone: string): string {
  const { hour, minute } = partsOf(
    'en-GB',
    { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: timezone },
    new Date(at),
  )
  return `${hour}:${minute}`
}

/** The day in the zone, YYYY-MM-DD. */
export function dayIn(at: string | number | Date, timezone: string): string {
  const { year, month, day } = partsOf(
    'en-GB',
    { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: timezone },
    new Date(at),
  )
  return `${year}-${month}-${day}`
}

export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** 0 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay()
}

/** "Thu 18 March, 19:30", and without a time where only the day is known. */
export function formatWhen(event: When, timezone: string, locale: Locale): string {
  const day = formatDay(event.starts_on, locale)
  return event.starts_at_precision === 'day' ? day : `${day}, ${formatTime(event.starts_at, timezone)}`
}

/** "$48", "$48.50", "48 €"; whole amounts without zeros, unless `exact`. */
export function formatMoney(money: Money, locale: Locale, { exact = false } = {}): string {
  const format = moneyFormat(MONEY_TAG[locale], money.currency)
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  const whole = money.amount % 10 ** digits === 0
  const text = format.format(money.amount / 10 ** digits)
  return whole && !exact && digits > 0 ? text.replace(/[.,]0+(?=\D*$)/, '') : text
}

/** What `Intl` calls it. */
export function numberLocale(locale: Locale): string {
  return MONEY_TAG[locale]
}

export function formatNumber(value: number, locale: Locale): string {
  return new Intl.NumberFormat(MONEY_TAG[locale]).format(value)
}

/** "1 h 50", "45 min". */
export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return `${rest} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest}`
}

/** What is left of a countdown: "3 d 04:12:09", "04:12:09", "12:09". */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  const [d, h, m, s] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ]
  const two = (n: number): string => String(n).padStart(2, '0')
  if (d > 0) return `${d} d ${two(h)}:${two(m)}:${two(s)}`
  return h > 0 ? `${two(h)}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`
}

const dateFormats = new Map<string, Intl.DateTimeFormat>()
function partsOf(
  tag: string,
  options: Intl.DateTimeFormatOptions,
  at: Date,
): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const key = `${tag}${JSON.stringify(options)}`
  let format = dateFormats.get(key)
  if (!format) dateFormats.set(key, (format = new Intl.DateTimeFormat(tag, options)))
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
}

const moneyFormats = new Map<string, Intl.NumberFormat>()
function moneyFormat(tag: string, currency: string): Intl.NumberFormat {
  const key = `${tag} ${currency}`
  let format = moneyFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
    moneyFormats.set(key, format)
  }
  return format
}

import type { Money } from '../../shared/money.ts'
import type { DeliveredEvent } from './types.ts'
import { formatLocaleOf } from './words.ts'

/** A start in words, at the venue's clock; `time` is null where only the day is known. */
export type Moment = {
  day: string
  month: string
  weekday: string
  /** "Friday, 19 March 2027" */
  date: string
  time: string | null
  doors: string | null
}

export function momentOf(event: DeliveredEvent, locale: string): Moment {
  const isDay = event.startsAtPrecision === 'day'
  // A day is a day everywhere: it is written as it stands, not moved between zones.
  const at = isDay ? Date.parse(`${event.startsOn}T12:00:00Z`) : event.startsAt
  const timeZone = isDay ? 'UTC' : event.venue.timezone
  const form = (options: Intl.DateTimeFormatOptions, ms = at): string =>
    new Intl.DateTimeFormat(formatLocaleOf(locale), { timeZone, ...options }).format(ms)
  const clock = (ms: number): string => form({ timeStyle: 'short' }, ms)
  return {
    day: form({ day: 'numeric' }).replace(/\D/g, ''),
    month: form({ month: 'long' }),
    weekday: form({ weekday: 'short' }).replace('.', ''),
    date: form({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    time: isDay ? null : clock(event.startsAt),
    doors: isDay || event.doorsAt === null ? null : clock(event.doorsAt),
  }
}

/** In the currency's own decimals: yen have none, dinars three. */
export function moneyText({ amount, currency }: Money, locale: string): string {
  const form = new Intl.NumberFormat(formatLocaleOf(locale), { style: 'currency', currency })
  return form.format(amount / 10 ** (form.resolvedOptions().maximumFractionDigits ?? 2))
}

export function placeText(event: DeliveredEvent): { name: string; address: string } {
  const { name, street, city } = event.venue
  return {
    name: event.room ? `${name}, ${event.room}` : name,
    address: [street, city].filter(Boolean).join(', '),
  }
}

import { expect, test } from 'bun:test'
import { daysOf } from '../app/dates.ts'
import { preferredLocale } from '../i18n/text.tsx'
import {
  addDays,
  dayIn,
  formatCountdown,
  formatDay,
  formatDuration,
  formatMoney,
  formatTime,
  formatWhen,
} from './format.ts'

const NEW_YORK = 'America/New_York'

test("times and days are the venue's, wherever one reads them", () => {
  const event = {
    starts_at: '2027-03-19T00:30:00Z',
    starts_at_precision: 'time',
    starts_on: '2027-03-18',
  } as const
  expect(formatWhen(event, NEW_YORK, 'en')).toBe('Thu 18 March, 20:30')
  expect(formatWhen(event, NEW_YORK, 'de')).toBe('Do 18. März, 20:30')
  expect(formatTime('2027-03-18T23:30:00Z', 'Europe/Berlin')).toBe('00:30')
  expect(dayIn('2027-03-18T23:30:00Z', 'Europe/Berlin')).toBe('2027-03-19')
})

test('where only the day is known no time is made up', () => {
  const event = {
    starts_at: '2027-03-18T04:00:00Z',
    starts_at_precision: 'day',
    starts_on: '2027-03-18',
  } as const
  expect(formatWhen(event, NEW_YORK, 'en')).toBe('Thu 18 March')
})

test('the year stands only where it is not this one', () => {
  expect(formatDay('2027-03-18', 'en', 2027)).toBe('Thu 18 March')
  expect(formatDay('2027-03-18', 'en', 2026)).toBe('Thu 18 March 2027')
})

test('money loses zeros that say nothing, unless it is a bill', () => {
  expect(formatMoney({ amount: 4_800, currency: 'USD' }, 'en')).toBe('$48')
  expect(formatMoney({ amount: 4_850, currency: 'USD' }, 'en')).toBe('$48.50')
  expect(formatMoney({ amount: 4_800, currency: 'USD' }, 'en', { exact: true })).toBe('$48.00')
  expect(formatMoney({ amount: 123_456, currency: 'EUR' }, 'de').replace(/\s/g, ' ')).toBe('1.234,56 €')
  expect(formatMoney({ amount: 4_800, currency: 'EUR' }, 'de').replace(/\s/g, ' ')).toBe('48 €')
  expect(formatMoney({ amount: 5_000, currency: 'JPY' }, 'en')).toBe('¥5,000')
  expect(formatMoney({ amount: 1_000, currency: 'EUR' }, 'en')).toBe('€10')
})

test('countdowns and durations', () => {
  expect(formatCountdown(61_000)).toBe('01:01')
  expect(formatCountdown(3_600_000 * 26 + 5_000)).toBe('1 d 02:00:05')
  expect(formatCountdown(-5)).toBe('00:00')
  expect(formatDuration(110)).toBe('1 h 50')
  expect(formatDuration(45)).toBe('45 min')
})

test("tonight and this weekend are the place's", () => {
  // Thursday evening in New York, Friday in Berlin.
  const now = Date.parse('2027-03-19T01:00:00Z')
  expect(daysOf('tonight', now, NEW_YORK)).toEqual({ from: '2027-03-18', to: '2027-03-18' })
  expect(daysOf('weekend', now, NEW_YORK)).toEqual({ from: '2027-03-19', to: '2027-03-21' })
  expect(daysOf('tonight', now, 'Europe/Berlin')).toEqual({ from: '2027-03-19', to: '2027-03-19' })
  const sunday = Date.parse('2027-03-21T16:00:00Z')
  expect(daysOf('weekend', sunday, NEW_YORK)).toEqual({ from: '2027-03-21', to: '2027-03-21' })
  expect(addDays('2027-02-28', 1)).toBe('2027-03-01')
})

test('the language is the first wish that there is', () => {
  expect(preferredLocale('de-AT,de;q=0.9,en;q=0.8')).toBe('de')
  expect(preferredLocale('fr,en;q=0.5,de;q=0.7')).toBe('de')
  expect(preferredLocale('fr')).toBe('en')
  expect(preferredLocale(null)).toBe('en')
})

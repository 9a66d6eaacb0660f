import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createReadStream, readFileSync } from 'node:fs'
import { testDatabase, type TestDatabase } from '../../../../test/harness/database.ts'
import { systemIds } from '../../../platform/clock.ts'
import type { EventRules } from '../../inventory/index.ts'
import { createCatalog, loadDemo, type CatalogService, type EventPage, type Film } from '../index.ts'
import { addDays, daysBetween, weekday } from '../importing/moments.ts'
import type { ImportedEvent } from '../importing/event-record.ts'
import { showtimes } from './demo-events.ts'
import { moveConcerts, movedDay } from './move-concerts.ts'

const asset = (name: string) => new URL(`../../../../assets/demo/${name}`, import.meta.url)
const films = JSON.parse(readFileSync(asset('films.json'), 'utf8')) as Film[]
const NOW = Date.UTC(2026, 10, 22, 17)

describe('moving concerts into the coming months', () => {
  test('keeps the weekday and stays within three days of the date, from tomorrow on', () => {
    for (const today of ['2026-11-22', '2027-02-28', '2028-02-29', '2026-12-31']) {
      for (const day of ['1984-09-01', '2008-02-29', '1999-12-31', '2011-01-01', '2010-11-22']) {
        const moved = movedDay(day, today)
        expect(weekday(moved)).toBe(weekday(day))
        expect(moved > today).toBe(true)
        expect(daysBetween(today, moved)).toBeLessThanOrEqual(371)
        const sameDate = [0, 1, 2].map(
          (year) =>
            `${Number(today.slice(0, 4)) + year}-${day.slice(5) === '02-29' ? '02-28' : day.slice(5)}`,
        )
        expect(Math.min(...sameDate.map((date) => Math.abs(daysBetween(date, moved))))).toBeLessThanOrEqual(4)
      }
    }
  })

  const concert = (sourceId: string, startsOn: string, hour: number): ImportedEvent => ({
    sourceId,
    status: 'published',
    text: { default: 'en', en: { name: sourceId } },
    type: 'concert',
    genres: [],
    imageUrl: null,
    venue: {
      name: 'Hall',
      street: null,
      city: 'Manhattan',
      metro: null,
      region: 'NY',
      country: 'US',
      timezone: 'America/New_York',
      lat: null,
      lon: null,
    },
    startsAt: Temporal.PlainDateTime.from(`${startsOn}T${hour}:30`).toZonedDateTime('America/New_York')
      .epochMilliseconds,
    startsAtPrecision: 'time',
    startsOn,
    listedUntil: 0,
    doorsAt: null,
    durationMinutes: null,
    performers: [],
    works: [],
    onSaleFrom: null,
    priceFrom: null,
    currency: null,
  })

  test('keeps the time of day at the venue, summer or winter', () => {
    const [moved] = moveConcerts([concert('a', '1991-07-05', 20)], { today: '2026-11-22', days: 365, max: 9 })
    expect(moved!.startsOn).toBe('2027-07-02')
    expect(new Date(moved!.startsAt).toISOString()).toBe('2027-07-03T00:30:00.000Z')
    expect(moved!.sourceId).toBe('demo:a')
  })

  test('where two would play at once the newer one does', () => {
    const two = [concert('older', '2004-12-03', 20), concert('newer', '2010-12-03', 20)]
    expect(moveConcerts(two, { today: '2026-11-22', days: 300, max: 9 }).map((c) => c.sourceId)).toEqual([
      'demo:newer',
    ])
  })
})

test('no two films overlap in a room, and the rooms do not begin together', () => {
  const shows = showtimes(films, '2026-11-22', NOW)
  expect(shows.length).toBeGreaterThan(60)
  const byRoom = Map.groupBy(shows, (show) => show.room)
  for (const inRoom of byRoom.values()) {
    inRoom.forEach((show, i) => {
      const next = inRoom[i + 1]
      if (next)
        expect(next.startsAt).toBeGreaterThanOrEqual(
          show.startsAt + show.durationMinutes! * 60_000 + 20 * 60_000,
        )
    })
  }
  expect(new Set(shows.map((show) => show.sourceId)).size).toBe(shows.length)
  expect(shows.every((show) => show.startsAt > NOW)).toBe(true)
})

describe('the demo', () => {
  let db: TestDatabase
  let catalog: CatalogService
  let now = NOW
  const opened = new Map<string, EventRules>()

  beforeAll(async () => {
    db = await testDatabase()
    catalog = createCatalog({
      database: db.database,
      clock: { now: () => now, monotonic: () => now },
      ids: systemIds,
      defaults: { holdSeconds: 600, ticketsPerBuyer: 4 },
    })
  })
  afterAll(() => db.drop())

  const load = () =>
    loadDemo({
      catalog,
      opener: {
        rules: async (eventId) => opened.get(eventId) ?? null,
        open: async ({ eventId, rules }) => (opened.set(eventId, rules), { version: 1 }),
      },
      concerts: createReadStream(asset('nyphil-concerts.ndjson.gz')),
      films,
      now,
    })

  test('opens a few dozen concerts, a multiplex, a stadium and a club; the rest is announced', async () => {
    expect(await catalog.isEmpty()).toBe(true)
    const summary = await load()
    expect(await catalog.isEmpty()).toBe(false)
    expect(summary.added).toBeGreaterThan(500)
    expect(summary.seats).toBeGreaterThan(50_000 + 24 * 2_700 + 60 * 180)
    const { facets, total } = (await catalog.list({})) as EventPage
    expect(total).toBe(summary.added)
    expect(facets.type.map((f) => f.value).toSorted()).toEqual(['club', 'concert', 'film'])
    for (const rules of opened.values()) {
      expect(rules.prices.length).toBeGreaterThan(0)
      expect(rules.prices.every((price) => price.amount > 0 && price.fee > 0)).toBe(true)
      expect(rules.onSaleUntil).toBeGreaterThan(now)
    }
  }, 60_000)

  test('every seat of an open event has a price at the first price type', async () => {
    for (const [eventId, rules] of opened) {
      const event = (await catalog.event(eventId))!
      const layout = (await catalog.layout(event.layoutHash!))!
      const priced = new Set(rules.prices.filter((p) => p.priceType === 0).map((p) => p.category))
      expect(layout.categories.every((_, i) => priced.has(i))).toBe(true)
    }
  })

  test('of two prices for one place each says what it asks, in both languages', async () => {
    const { items } = (await catalog.list({ type: 'club' })) as EventPage
    const named = async (language: string) =>
      (await catalog.event(items[0]!.eventId, language))!.priceTypes.map(({ name }) => name)
    expect(await named('en')).toEqual(['Entry at any time', 'Entry before midnight'])
    expect(await named('de')).toEqual(['Einlass jederzeit', 'Einlass vor Mitternacht'])
  })

  test('running it again changes nothing; some days later there are new showtimes and no concert has moved', async () => {
    expect(await load()).toEqual({ added: 0, opened: 0, seats: 0 })
    now = Date.parse(`${addDays('2026-11-22', 3)}T17:00:00Z`)
    const later = await load()
    expect(later.added).toBeGreaterThan(30)
    expect(later.opened).toBeGreaterThan(30)
    expect(later.opened).toBeLessThanOrEqual(later.added)
    expect(later.seats).toBeLessThan(50_000)
    const { rows } = await db.database.query<{ n: number }>({
      name: 'moved',
      text: 'select count(*) as n from events where revision > 1',
    })
    expect(rows[0]!.n).toBe(0)
  }, 60_000)
})

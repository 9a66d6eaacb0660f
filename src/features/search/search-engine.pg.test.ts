import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { systemClock } from '../../platform/clock.ts'
import { isRefusal } from '../../shared/errors.ts'
import { createPostgresSearch } from './postgres/engine.ts'
import { parseKeyword } from './parse-keyword.ts'
import type { SearchDocument, SearchEngine, SearchPage, SearchQuery } from './types.ts'

// Friday noon in New York.
const NOW = Date.parse('2027-03-19T16:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

const NEW_YORK = {
  ...{
    venueId: 'v',
    street: null,
    name: 'Carnegie Hall',
    city: 'Manhattan',
    metro: 'New York',
    region: 'NY',
  },
  ...{ country: 'US', timezone: 'America/New_York', lat: 40.77, lon: -73.98 },
}
const TOKYO = {
  ...{ venueId: 't', street: null, name: 'Suntory Hall', city: 'Tokyo', metro: null, region: null },
  ...{ country: 'JP', timezone: 'Asia/Tokyo', lat: 35.67, lon: 139.74 },
}

let database: TestDatabase
let engine: SearchEngine
beforeAll(async () => {
  database = await testDatabase()
  engine = createPostgresSearch(database.database, systemClock)
  await (await engine.startRebuild()).finish()
  await engine.index([
    event(1, 'Beethoven', {
      startsAt: NOW + 8 * HOUR,
      works: [['Ludwig van Beethoven', 'Symphony No. 9, D Minor, Op. 125']],
    }),
    event(2, 'Beethoven', {
      startsAt: NOW + 5 * DAY,
      works: [['Ludwig van Beethoven', 'Symphony No. 9, D Minor, Op. 125']],
    }),
    event(3, 'Beethoven and Dvořák', {
      startsAt: NOW + DAY,
      works: [
        ['Ludwig van Beethoven', 'Concerto, Violin, D Major, Op. 61'],
        ['Antonín Dvořák', 'Symphony No. 9, E Minor, Op. 95 (From the New World)'],
      ],
      performers: ['Anne-Sophie Mutter'],
    }),
    event(4, 'Mahler in Tokyo', {
      startsAt: NOW + 2 * DAY,
      venue: TOKYO,
      works: [['Gustav Mahler', 'Symphony No. 5']],
      priceFrom: 9_000,
    }),
    event(5, 'Yesterday', { startsAt: NOW - DAY, works: [['Gustav Mahler', 'Symphony No. 5']] }),
    event(6, 'Jazz', {
      startsAt: NOW + 3 * DAY,
      genres: ['Jazz'],
      performers: ['John Coltrane Tribute', 'Adam Williams'],
      priceFrom: 2_000,
    }),
    event(7, 'Film music', { startsAt: NOW + 30 * DAY, performers: ['John Williams'], priceFrom: 4_000 }),
  ])
})
afterAll(() => database.drop())

describe('typing', () => {
  test('finds the work that was meant first, the soonest first, then what only has the words', async () => {
    expect(await find('beethoven 9')).toEqual(['1', '2', '3'])
    expect(await find('beethoven ninth symphony')).toEqual(['1', '2', '3'])
    expect(await find('dvorak new world')).toEqual(['3'])
    expect(await find('Dvořák carnegie')).toEqual(['3'])
    expect(await find('john williams')).toEqual(['7', '6'])
  })

  test('understands days as the venue has them, and shows other days after the asked one', async () => {
    const page = await search({ keyword: parseKeyword('beethoven 9 tonight') })
    expect(ids(page)).toEqual(['1', '2', '3'])
    expect(page.total).toBe(1)
    expect(page.items[0]!.score).toBeGreaterThan(page.items[1]!.score)
    expect(await find('saturday')).toEqual(['3'])
    // It is Saturday in Tokyo already when it is noon on Friday in New York: the concert there is on its Monday.
    expect(await find('mahler monday')).toEqual(['4'])
  })

  test('a numbered work on another day comes before another composer’s number tonight', async () => {
    expect(await find('beethoven 9 tomorrow')).toEqual(['1', '2', '3'])
    const page = await search({ keyword: parseKeyword('beethoven 9 tomorrow') })
    expect(page.items[2]!.score).toBeLessThan(page.items[1]!.score)
    expect(await find('beethoven violin concerto tomorrow')).toEqual(['3'])
  })

  test('a number that the composer’s works here do not have is not another composer’s', async () => {
    const page = await search({ keyword: parseKeyword('mahler 9') })
    expect(ids(page)).toEqual(['4'])
    expect(page.understood).toMatchObject({ words: ['mahler'], ignored: ['9'] })
    // Nobody here has a numbered work of that name: all words, wherever they are.
    expect(await find('mutter 9')).toEqual(['3'])
    expect(await find('dvorak 5')).toEqual(['3'])
  })

  test('corrects what is mistyped and says so', async () => {
    const page = await search({ keyword: parseKeyword('bethoven mutter') })
    expect(ids(page)).toEqual(['3'])
    expect(page.understood!.corrected).toEqual([{ from: 'bethoven', to: 'beethoven' }])
    expect(await find('mhaler')).toEqual(['4'])
  })

  test('takes a mistyped word for that of a day where nothing here is called so, and says so, on all pages', async () => {
    const query = { keyword: parseKeyword('beethoven 9 saterday'), limit: 1 }
    const page = await search(query)
    expect(page.understood).toMatchObject({
      words: ['beethoven', '9'],
      corrected: [{ from: 'saterday', to: 'saturday' }],
      days: { from: '2027-03-20', to: '2027-03-20' },
    })
    const rest = await search({ ...query, limit: 20, cursor: page.nextCursor! })
    expect([...ids(page), ...ids(rest)]).toEqual(await find('beethoven 9 saturday'))
    expect(rest.understood).toEqual(page.understood)
    expect(await find('saterday')).toEqual(['3'])
    // Somebody is called so, and nobody's name is a day.
    await engine.index([event(50, 'Saterday', { startsAt: NOW + 9 * DAY })])
    expect(await find('saterday')).toEqual(['50'])
    await engine.remove(['50'])
  })

  test('corrects other names, too, and knows what kinds of events are called', async () => {
    const page = await search({ keyword: parseKeyword('beethoven nineth') })
    expect(page.understood!.corrected).toEqual([{ from: 'nineth', to: 'ninth' }])
    expect(ids(page)).toEqual(['1', '2', '3'])
    await engine.index([
      event(51, 'Casablanca', { startsAt: NOW + HOUR, type: 'film', genres: ['Classical'] }),
      event(52, 'Elsewhere', { startsAt: NOW + HOUR, venue: { ...TOKYO, city: 'Vienna' } }),
    ])
    expect(await find('kino heute')).toEqual(['51', '7'])
    expect((await search({ keyword: parseKeyword('kino heute') })).total).toBe(1)
    expect(await find('klassik')).toEqual(['51'])
    const [there, city] = [await search({ keyword: parseKeyword('tokyo konzert') }), await find('tokyo')]
    expect(ids(there)).toEqual(city)
    expect(there.items[0]!.score).toBeGreaterThan(0.9)
    expect(ids(await search({ city: 'Wien' }))).toEqual(['52'])
    expect(await engine.suggest('wien', { limit: 5, now: NOW })).toContainEqual(
      expect.objectContaining({ text: 'Vienna', kind: 'city' }),
    )
    for (const [type, genre] of [
      ['Film', 'classical'],
      ['film', 'CLASSICAL'],
    ] as const) {
      expect(ids(await search({ type, genre }))).toEqual(['51'])
    }
    await engine.remove(['51', '52'])
    for (const strange of ['constructor', '__proto__']) {
      expect(await find(strange)).toEqual([])
      expect(ids(await search({ city: strange }))).toEqual([])
      expect(await engine.suggest(strange, { limit: 5, now: NOW })).toEqual([])
    }
  })

  test('takes beginnings of words, other languages and other spellings', async () => {
    expect(await find('beeth')).toEqual(['1', '3', '2'])
    expect(await find('Violinkonzert Beethoven')).toEqual(['3'])
    expect(await find('symphonies')).toEqual(['1', '3', '4', '2'])
    expect(await find('tokio')).toEqual(['4'])
    expect(await find('new york jazz')).toEqual(['6'])
  })

  test('a beginning that happens to be a rare word stays a beginning; a frequent word is itself', async () => {
    const at = (id: number, name: string): SearchDocument => event(id, name, { startsAt: NOW + id * HOUR })
    const recitals = Array.from({ length: 5 }, (_, i) => at(30 + i, `Chopin Piano ${i}`))
    await engine.index([...recitals, at(40, 'Chopin Pian'), at(41, 'Pianola')])
    const whole = await find('chopin piano')
    expect(whole).toHaveLength(5)
    for (const typed of ['chopin p', 'chopin pi', 'chopin pia', 'chopin pian']) {
      expect([typed, await find(typed)]).toEqual([typed, expect.arrayContaining(whole)])
    }
    expect(await find('piano')).toEqual(whole)
    // Finished: a space follows.
    expect(await find('chopin pian ')).toEqual(['40'])
    await engine.remove(['30', '31', '32', '33', '34', '40', '41'])
  })

  test('leaves a word out where all together find nothing, and shows nothing for what nothing contains', async () => {
    expect(await find('mahler coltrane')).toEqual(expect.arrayContaining(['4', '6']))
    const page = await search({ keyword: parseKeyword('xyzzyqwert') })
    expect(page.items).toEqual([])
    expect(page.understood!.ignored).toEqual(['xyzzyqwert'])
    for (const strange of ["'", '\\', "o'", '& | !', ':*', "x') or 1=1 --", '<->']) {
      await search({ keyword: parseKeyword(strange) })
    }
  })
})

describe('filters', () => {
  test.each([
    [{ city: 'new york' }, ['1', '3', '6', '2', '7']],
    [{ city: 'Tokyo' }, ['4']],
    [{ genre: 'Jazz' }, ['6']],
    [{ type: 'film' }, []],
    [{ priceMax: 4_000 }, ['6', '7']],
    [{ near: { lat: 35.6, lon: 139.7 } }, ['4']],
    [{ near: { lat: 40.7, lon: -74 }, radiusKm: 20_000 }, ['1', '3', '4', '6', '2', '7']],
    [{ from: '2027-03-20', to: '2027-03-22' }, ['3', '4', '6']],
    [{ from: '2027-03-01', to: '2027-03-18' }, ['5']],
    [{ sort: 'price' }, ['6', '7', '4', '1', '2', '3']],
    [{ sort: 'newest' }, ['7', '6', '4', '3', '2', '1']],
    [{ sort: 'name', genre: 'Jazz' }, ['6']],
  ] as const)('%j', async (filters, expected) => {
    expect(ids(await search(filters as Partial<SearchQuery>))).toEqual([...expected])
  })

  test('are counted by city, genre and type over all pages', async () => {
    const { facets, total } = await search({ limit: 1 })
    expect(total).toBe(6)
    expect(facets.city).toEqual([
      { value: 'Manhattan', count: 5 },
      { value: 'Tokyo', count: 1 },
    ])
    expect(facets.genre).toContainEqual({ value: 'Jazz', count: 1 })
    expect(facets.type).toEqual([{ value: 'concert', count: 6 }])
  })
})

describe('pages', () => {
  test.each([
    { keyword: parseKeyword('beethoven 9 tonight') },
    { sort: 'price' as const },
    { sort: 'name' as const },
    {},
  ])('meet every event once and stay as of the first: %j', async (query) => {
    const whole = ids(await search(query))
    const seen: string[] = []
    let cursor: string | undefined
    let now = NOW
    do {
      const page = await search({ ...query, limit: 1, now, ...(cursor !== undefined && { cursor }) })
      seen.push(...ids(page))
      cursor = page.nextCursor ?? undefined
      // Days pass between the pages.
      now += 2 * DAY
    } while (cursor !== undefined && seen.length < 20)
    expect(seen).toEqual(whole)
  })

  test('look for the words of the first, though a mistyped word has become a word since', async () => {
    const query = { keyword: parseKeyword('bethoven carnegie'), limit: 1 }
    const first = await search(query)
    await engine.index([event(20, 'Bethoven Carnegie', { startsAt: NOW + HOUR })])
    const rest = await search({ ...query, limit: 20, cursor: first.nextCursor! })
    expect([...ids(first), ...ids(rest)]).toEqual(['1', '3', '2'])
    expect(rest.understood!.corrected).toEqual([{ from: 'bethoven', to: 'beethoven' }])
    expect(rest.total).toBe(3)
    expect(ids(await search(query))).toEqual(['20'])
    await engine.remove(['20'])
  })

  test('refuse a cursor whose words were tampered with', async () => {
    const { nextCursor } = await search({ keyword: parseKeyword('beethoven'), limit: 1 })
    const parts = JSON.parse(inflateRawSync(Buffer.from(nextCursor!, 'base64url')).toString()) as unknown[]
    for (const words of [null, [], [[['x', 'no list', [], 1]], [], [], []], [[], [], [], [['x', -1]]]]) {
      const cursor = deflateRawSync(JSON.stringify([...parts.slice(0, -1), words])).toString('base64url')
      const query = { keyword: parseKeyword('beethoven'), now: NOW, language: undefined, cursor }
      const answer = await engine.search(query)
      expect(isRefusal(answer) && answer.refused).toBe('malformed')
    }
    const quotes = [[["'", ["a'b\\"], [["'"]], 1]], [], [], [["'~'", 1]]]
    const cursor = deflateRawSync(JSON.stringify([...parts.slice(0, -1), quotes])).toString('base64url')
    expect(ids(await search({ keyword: parseKeyword('beethoven'), cursor }))).toEqual([])
  })

  test('refuse a cursor of another query', async () => {
    const { nextCursor } = await search({ limit: 1 })
    const answer = await engine.search({
      keyword: parseKeyword('jazz'),
      now: NOW,
      language: undefined,
      cursor: nextCursor!,
    })
    expect(isRefusal(answer) && answer.refused).toBe('malformed')
  })
})

describe('completion', () => {
  test('offers names by any of their words, mistyped ones too, and nothing that is over', async () => {
    const texts = async (typed: string) =>
      (await engine.suggest(typed, { limit: 5, now: NOW })).map(({ text }) => text)
    expect(await texts('b')).toContain('Ludwig van Beethoven')
    expect(await texts('be')).toContain('Ludwig van Beethoven')
    expect((await texts('beetho'))[0]).toBe('Ludwig van Beethoven')
    expect((await texts('dvor'))[0]).toBe('Antonín Dvořák')
    expect(await texts('sunt')).toEqual(['Suntory Hall'])
    expect(await texts('new y')).toEqual(['New York'])
    expect((await texts('bethoven'))[0]).toBe('Ludwig van Beethoven')
    expect(await texts('yesterd')).toEqual([])
    expect(await texts('%_')).toEqual([])
    expect(await texts('')).toEqual([])
  })
})

describe('the index', () => {
  test('takes a newer revision, leaves an older one, and forgets what is removed, in vocabulary and completions, too', async () => {
    const draft = { startsAt: NOW + 9 * DAY, performers: ['Hildegard Quux'] }
    await engine.index([event(8, 'First', { ...draft, revision: 2 })])
    await engine.index([event(8, 'Stale', { ...draft, revision: 1 })])
    expect(await find('stale')).toEqual([])
    expect(await find('quux')).toEqual(['8'])
    await engine.index([event(8, 'Second', { ...draft, revision: 3 })])
    expect(await find('second quux')).toEqual(['8'])
    await engine.remove(['8'])
    expect(await find('quux')).toEqual([])
    expect(await engine.suggest('quux', { limit: 5, now: NOW })).toEqual([])
    expect(await find('beethoven 9')).toEqual(['1', '2', '3'])
  })

  test('counts the same after many changes as after a rebuild', async () => {
    const counts = async () =>
      (
        await database.database.pool.query(
          'select term, documents from search_vocabulary where documents > 0 order by term collate "C"',
        )
      ).rows
    const before = await counts()
    const rebuild = await engine.startRebuild()
    const { items } = await search({ from: '1900-01-01', limit: 100 })
    expect(items.length).toBe(7)
    await database.database.pool.query(`update search_documents set indexed_at = clock_timestamp()`)
    await rebuild.finish()
    expect(await counts()).toEqual(before)
  })

  test('is rid of what a rebuild did not see', async () => {
    await (await engine.startRebuild()).finish()
    expect((await search({ from: '1900-01-01' })).total).toBe(0)
  })
})

type Changes = {
  startsAt: number
  works?: [composer: string, title: string][]
  performers?: string[]
  venue?: SearchDocument['venue']
  genres?: string[]
  type?: string
  priceFrom?: number
  revision?: number
}

function event(id: number, name: string, changes: Changes): SearchDocument {
  const { works = [], performers = [], venue = NEW_YORK, ...rest } = changes
  const startsOn = new Intl.DateTimeFormat('en-CA', { timeZone: venue.timezone }).format(changes.startsAt)
  return {
    ...{ eventId: String(id), productionId: null, revision: 1, status: 'published' as const, name },
    ...{
      names: { default: 'en', en: name },
      description: null,
      type: 'concert',
      genres: [],
      imageUrl: null,
      picture: null,
      venue,
    },
    ...{ room: null, startsAtPrecision: 'time' as const, startsOn, layoutHash: null, currency: 'USD' },
    ...{ onSaleFrom: null, onSaleUntil: null, priceFrom: null },
    works: works.map(([composer, title]) => ({ composer, title })),
    performers: performers.map((p) => ({ name: p, kind: 'person' as const, role: null })),
    ...rest,
  }
}

async function search(query: Partial<SearchQuery>): Promise<SearchPage> {
  const page = await engine.search({ keyword: null, now: NOW, language: undefined, ...query })
  if (isRefusal(page)) throw new Error(page.detail)
  return page
}

async function find(typed: string): Promise<string[]> {
  return ids(await search({ keyword: parseKeyword(typed) }))
}

function ids(page: SearchPage): string[] {
  return page.items.map((item) => item.eventId)
}

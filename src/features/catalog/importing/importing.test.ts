import { describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { composerName, displayName, eventName, performerName, workTitle } from './names.ts'
import { readEventRecord, type ImportedEvent } from './event-record.ts'
import { readRecords, type SourceRecord } from './read-records.ts'

describe('names', () => {
  test.each([
    ['Mehta, Zubin', 'Zubin Mehta'],
    ['Bartok [Bartók], Béla', 'Béla Bartók'],
    ['Siebert, Renee (Renée)', 'Renée Siebert'],
    ['Ligeti, György [Gyorgy]', 'György Ligeti'],
    ['Herold, Louis Joseph Ferdinand [Hérold]', 'Louis Joseph Ferdinand Hérold'],
    ['Bailey, Elden C. (Buster)', 'Elden C. (Buster) Bailey'],
    ['Strauss, Johann, II', 'Johann Strauss II'],
    ['May, Billy & Kenton, Stan', 'Billy May & Stan Kenton'],
    ['Paert [Pärt], Arvo', 'Arvo Pärt'],
    ['Coldplay,', 'Coldplay'],
    ['New York Choral Artists', 'New York Choral Artists'],
    ['Burleigh, Henry [Harry] Thacker', 'Henry Thacker Burleigh'],
  ])('%s is shown as %s', (written, shown) => {
    expect(displayName(written)).toBe(shown)
  })

  test('who stands where a composer should but names nobody is none', () => {
    expect(['Anthem,', 'Unspecified,', 'Improvisation,'].map(composerName)).toEqual([null, null, null])
    expect(composerName('Traditional,')).toBe('Traditional')
    expect(performerName('No Soloist')).toBeNull()
  })

  test.each([
    ['SYMPHONY NO. 4 IN E MINOR, OP. 98', 'Symphony No. 4 in E Minor, Op. 98'],
    [
      'AMERICAN IN PARIS, AN (TRADITIONAL VERSION) (ARR. Campbell-Watson)',
      'An American in Paris (Traditional Version) (arr. Campbell-Watson)',
    ],
    ['GOTTERDAMMERUNG [GÖTTERDÄMMERUNG] – PROLOGUE: Dawn', 'Götterdämmerung – Prologue: Dawn'],
    ['CON., VIOLINS, (TWO), BWV 1043, D MINOR', 'Con., Violins, (Two), BWV 1043, D Minor'],
    ['VARIATIONS ON A THEME BY HAYDN', 'Variations on a Theme by Haydn'],
    ['CONCERTO, A MINOR', 'Concerto, A Minor'],
    ['Pictures at an Exhibition', 'Pictures at an Exhibition'],
  ])('%s is titled %s', (written, shown) => {
    expect(workTitle(written)).toBe(shown)
  })

  test("an event's name loses brackets and composers who are none", () => {
    expect(eventName('New York Philharmonic: Anthem, Bartok [Bartók], Chopin')).toBe(
      'New York Philharmonic: Bartók, Chopin',
    )
    expect(eventName('New York Philharmonic: Unspecified')).toBe('New York Philharmonic')
  })
})

const record = (more: object = {}) => ({
  '@type': 'MusicEvent',
  '@id': 'x:1',
  name: 'A concert',
  startDate: '1984-09-03T19:30:00',
  location: {
    '@type': 'Place',
    name: 'Thammasat University',
    address: { addressLocality: 'Bangkok', addressRegion: 'THAILAND' },
  },
  ...more,
})
function read(more: object = {}): ImportedEvent {
  const result = readEventRecord(record(more), { language: 'en' })
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return result.event
}
function faults(more: object): string[] {
  const result = readEventRecord(record(more), { language: 'en' })
  return 'faults' in result ? result.faults.map((fault) => fault.field) : []
}

describe('a schema.org event', () => {
  test("a local time is meant in the venue's zone", () => {
    expect(new Date(read().startsAt).toISOString()).toBe('1984-09-03T12:30:00.000Z')
    expect(read()).toMatchObject({
      startsAtPrecision: 'time',
      startsOn: '1984-09-03',
      venue: { country: 'TH', timezone: 'Asia/Bangkok', region: null },
    })
  })

  test("where only the day is known it is the venue's day", () => {
    const event = read({ startDate: '1984-09-01' })
    expect(event).toMatchObject({ startsAtPrecision: 'day', startsOn: '1984-09-01' })
    expect(new Date(event.startsAt).toISOString()).toBe('1984-08-31T17:00:00.000Z')
    expect(event.listedUntil - event.startsAt).toBe(86_400_000)
  })

  test('a time with an offset is that moment, on the day it is at the venue', () => {
    expect(read({ startDate: '2026-01-01T23:30:00Z' })).toMatchObject({
      startsAt: Date.UTC(2026, 0, 1, 23, 30),
      startsOn: '2026-01-02',
    })
  })

  test('a city that nobody knows is at UTC, and that is said', () => {
    const place = { name: 'Hall', address: { addressLocality: 'Erewhon' } }
    const result = readEventRecord(record({ location: place }), { language: 'en' })
    expect(result).toMatchObject({ event: { venue: { timezone: 'UTC' } }, warnings: [{ field: 'location' }] })
  })

  test('names in several languages, status, offers and coordinates arrive', () => {
    const event = read({
      name: [
        { '@value': 'A concert', '@language': 'en' },
        { '@value': 'Ein Konzert', '@language': 'de' },
      ],
      eventStatus: 'https://schema.org/EventPostponed',
      offers: [{ price: '25.50', priceCurrency: 'EUR', validFrom: '1984-08-01' }],
      endDate: '1984-09-03T21:30:00',
      location: {
        name: 'Hall',
        address: { addressLocality: 'Bangkok', addressCountry: 'TH' },
        geo: { latitude: '13.7', longitude: 100.5 },
      },
    })
    expect(event.text).toEqual({ default: 'en', en: { name: 'A concert' }, de: { name: 'Ein Konzert' } })
    expect(event).toMatchObject({
      status: 'postponed',
      priceFrom: 2_550,
      currency: 'EUR',
      durationMinutes: 120,
      venue: { lat: 13.7, lon: 100.5 },
    })
  })

  test('what is wrong is named by its field', () => {
    expect(faults({ '@id': undefined })).toEqual(['@id'])
    expect(faults({ '@type': 'Person' })).toEqual(['@type'])
    expect(faults({ name: '', startDate: 'soon' })).toEqual(['name', 'startDate'])
    expect(faults({ startDate: '2026-02-30' })).toEqual(['startDate'])
    expect(faults({ startDate: '2026-02-03T25:00:00' })).toEqual(['startDate'])
    expect(faults({ location: undefined })).toEqual(['location'])
    for (const [geo, wrong] of [
      [{ latitude: 999, longitude: 'abc' }, ['latitude', 'longitude']],
      [{ latitude: -90.1, longitude: 180 }, ['latitude']],
      [{ latitude: [], longitude: '1,5' }, ['latitude', 'longitude']],
      [{ latitude: ' ', longitude: null }, []],
      [{ latitude: -90, longitude: '180' }, []],
    ] as const)
      expect(faults({ location: { ...record().location, geo } })).toEqual(
        wrong.map((member) => `location.geo.${member}`),
      )
    expect(faults({ startDate: '0001-01-05' })).toEqual(['startDate'])
    expect(faults({ startDate: '1582-12-31T20:00:00' })).toEqual(['startDate'])
    expect(faults({ startDate: '1583-01-01' })).toEqual([])
    expect(faults({ location: { name: 'Hall' } })).toEqual(['location.address.addressLocality'])
    expect(faults({ performer: [{ name: 'A' }, {}] })).toEqual(['performer[1].name'])
    expect(faults({ eventStatus: 'EventForgotten' })).toEqual(['eventStatus'])
    const klingon = { '@value': 'qaStaH', '@language': 'klingon!' }
    expect(faults({ name: klingon })).toEqual(['name.@language'])
    expect(faults({ description: ['A text', klingon] })).toEqual(['description[1].@language'])
    // Would be read as the word for the language that is meant where none is asked for.
    expect(faults({ name: { '@value': 'x', '@language': 'default' } })).toEqual(['name.@language'])
    expect(readEventRecord([], { language: 'en' })).toEqual({
      faults: [{ field: '$', message: 'is not an object' }],
    })
  })
})

describe('moments', () => {
  const inBerlin = { name: 'Hall', address: { addressLocality: 'Berlin' } }

  test('an hour that the change of clocks leaves out is named; the one it repeats is the first', () => {
    const said = readEventRecord(record({ location: inBerlin, startDate: '2027-03-28T02:30' }), {
      language: 'en',
    })
    expect(said).toEqual({
      faults: [
        {
          field: 'startDate',
          message: '"2027-03-28T02:30" does not exist in Europe/Berlin: the clocks leave that hour out',
        },
      ],
    })
    const { startsAt } = read({ location: inBerlin, startDate: '2027-10-31T02:30' })
    expect(startsAt).toBe(Date.UTC(2027, 9, 31, 0, 30))
    // Midnight is what it leaves out there, and the day is a day all the same.
    const inBeirut = { ...inBerlin, timezone: 'Asia/Beirut' }
    expect(read({ location: inBeirut, startDate: '2027-03-28' }).startsAt).toBe(Date.UTC(2027, 2, 27, 22))
  })

  test('an end before its start is named; one on the same day, or at the start itself, is none', () => {
    const startDate = '2027-03-02T20:00:00'
    expect(faults({ startDate, endDate: '2026-03-02T22:00:00' })).toEqual(['endDate'])
    expect(faults({ startDate, endDate: '2026-03-02T22:00:00', duration: 'PT2H' })).toEqual(['endDate'])
    expect(faults({ startDate, endDate: '2027-03-01' })).toEqual(['endDate'])
    expect(faults({ startDate: '2027-03-02', endDate: '2027-03-01T23:59:00' })).toEqual(['endDate'])
    for (const endDate of ['2027-03-02', startDate, '2027-03-02T22:00:00'])
      expect(faults({ startDate, endDate })).toEqual([])
    expect(faults({ startDate: '2027-03-02', endDate: '2027-03-02' })).toEqual([])
    expect(read({ startDate, endDate: '2027-03-02', duration: 'PT2H' }).durationMinutes).toBe(120)
  })
})

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}
async function records(text: string | Uint8Array, size = 7): Promise<SourceRecord[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return Array.fromAsync(readRecords(inPieces(bytes, size)))
}

describe('a file of records', () => {
  const two = [
    { line: 1, value: { a: 'ä' } },
    { line: 2, value: { b: [1, { c: ']' }] } },
  ]

  test('one object a line, with blank lines between them, in pieces of any size', async () => {
    for (const size of [1, 3, 1000]) {
      expect(await records('{"a":"ä"}\n{"b":[1,{"c":"]"}]}\n\n', size)).toEqual(two)
      expect(await records('\n{"a":1}\n', size)).toEqual([{ line: 2, value: { a: 1 } }])
    }
  })

  test('an array in any layout', async () => {
    for (const size of [1, 3, 1000]) {
      expect(await records('[{"a":"ä"},\n{"b":[1,{"c":"]"}]}]', size)).toEqual(two)
      expect(await records('[\n  {\n    "a": "\\"},{"\n  },\n  {}\n]\n', size)).toEqual([
        { line: 2, value: { a: '"},{' } },
        { line: 5, value: {} },
      ])
    }
    expect(await records('[]')).toEqual([])
  })

  test('an element of an array that is no object stands on its own line', async () => {
    for (const size of [1, 3, 1000]) {
      expect(await records('[\n{"a":1},\n\n\n7,\n"x",\n null]\n', size)).toEqual([
        { line: 2, value: { a: 1 } },
        { line: 5, value: 7 },
        { line: 6, value: 'x' },
        { line: 7, value: null },
      ])
    }
    expect(await records('[7\n,8]')).toMatchObject([{ line: 1 }, { line: 2 }])
  })

  test('gzip is told by its first bytes', async () => {
    expect(await records(gzipSync('{"a":"ä"}\n{"b":[1,{"c":"]"}]}'), 5)).toEqual(two)
  })

  test('a byte order mark is no part of the first record', async () => {
    for (const size of [1, 3, 1000]) {
      expect(await records('\uFEFF{"a":"ä"}\n{"b":[1,{"c":"]"}]}', size)).toEqual(two)
      expect(await records('\uFEFF[{"a":"ä"},\n{"b":[1,{"c":"]"}]}]', size)).toEqual(two)
    }
  })

  test('a record that is not UTF-8 is named with the text before it, and the rest is read', async () => {
    // "Café" in Latin-1.
    const latin1 = Buffer.from('{"a":"Café"}', 'latin1')
    const error = 'has a byte that is not UTF-8 (0xE9, byte 10 of the record), after: {"a":"Caf'
    const good = { line: 2, value: { b: '\uFFFD' } }
    const as = (...parts: (string | Uint8Array)[]): Uint8Array =>
      Buffer.concat(parts.map((p) => Buffer.from(p)))
    for (const size of [1, 3, 1000]) {
      expect(await records(as(latin1, '\n{"b":"\uFFFD"}'), size)).toEqual([{ line: 1, error }, good])
      expect(await records(as('[', latin1, ',\n{"b":"\uFFFD"}]'), size)).toEqual([{ line: 1, error }, good])
      // Cut off in the middle of a letter.
      expect(await records(as('{"a":1}\n{"a":"ä').subarray(0, -1), size)).toMatchObject([
        { line: 1, value: { a: 1 } },
        { line: 2, error: 'has a byte that is not UTF-8 (0xC3, byte 7 of the record), after: {"a":"' },
      ])
      expect(await records(as(Buffer.from([0xff]), '{}'), size)).toEqual([
        { line: 1, error: 'has a byte that is not UTF-8 (0xFF, byte 1 of the record)' },
      ])
      // Its last byte is a blank in Latin-1, and no letter of its own here.
      expect(await records('"à', size)).toMatchObject([{ error: expect.stringContaining('is not JSON') }])
      // A letter that stands for a wrong byte is none.
      expect(await records(as('{"�":"', Buffer.from([0x80]), '"}'), size)).toMatchObject([
        { error: expect.stringContaining('(0x80, byte 9 of the record), after: {"�":"') },
      ])
    }
  })

  test('a line that is no JSON is named, and the rest is read', async () => {
    const all = await records('{"a":1}\nnonsense\n{"b":2}')
    expect(all.map((r) => [r.line, 'error' in r])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ])
  })

  test('an array that breaks off says so', async () => {
    expect((await records('[{"a":1},{"b":')).at(-1)).toMatchObject({
      error: 'the file ends in the middle of the array',
    })
  })

  test('an empty file has no records', async () => {
    expect(await records('')).toEqual([])
  })
})

import { expect, test } from 'bun:test'
import { EVERY_WEEK, firstWeeksOf, PLACE, quote, weeksOf } from './weeks.ts'

const WEEK_MS = 604_800_000
const START = Date.UTC(2026, 10, 22)

test('two years are looked through week by week, what is later in blocks, until nothing can follow', () => {
  const endings = weeksOf({ lo: START, hi: Date.UTC(9999, 0, 1) }).map(({ ending }) => ending)
  expect(endings.slice(0, 104).every((ending) => /^@[0-9a-f]{4}'$/.test(ending))).toBe(true)
  expect(endings.at(-1)).toBe(`@3f':*`)
  expect(endings.length).toBeLessThan(160)
})

test.each([
  ['a day', START, START + 86_400_000],
  ['two years', START, START + 104 * WEEK_MS],
  ['two centuries', Date.UTC(1842, 11, 7), Date.UTC(2050, 0, 1)],
  ['everything', Date.UTC(1, 0, 1), Date.UTC(9999, 0, 1)],
])('every week of %s is in one piece, each in its turn', (_name, lo, hi) => {
  const weeks = weeksOf({ lo, hi }).flatMap(({ ending }) => {
    const { digits, rest } = /^@(?<digits>[0-9a-f]+)'(?<rest>:\*)?$/.exec(ending)!.groups as Record<
      string,
      string
    >
    const size = rest ? 16 ** (4 - digits!.length) : 1
    return Array.from({ length: size }, (_, i) => Number.parseInt(digits!, 16) * size + i)
  })
  const numberOf = (ms: number): number =>
    Math.min(16_383, Math.max(0, Math.floor((ms - Date.UTC(1800, 0, 1)) / WEEK_MS)))
  expect(weeks[0]).toBe(numberOf(lo))
  expect(weeks.at(-1)).toBeGreaterThanOrEqual(numberOf(hi - 1))
  expect(weeks).toEqual(Array.from({ length: weeks.length }, (_, i) => weeks[0]! + i))
})

test('of what is rare the first weeks are looked through one by one, then all others at once, each event once', () => {
  const windows = firstWeeksOf({ lo: START, hi: Date.UTC(9999, 0, 1) }, 12)
  expect(windows.length).toBe(13)
  const rest = windows.at(-1)!
  expect(rest.ending).toBe(EVERY_WEEK)
  const weeks = weeksOf({ lo: START, hi: rest.since })
  expect(weeks).toEqual(windows.slice(0, -1))
  expect(weeksOf({ lo: START, hi: rest.since + 1 }).length).toBe(13)
  expect(firstWeeksOf({ lo: START, hi: START + WEEK_MS }, 12)).toEqual(
    weeksOf({ lo: START, hi: START + WEEK_MS }),
  )
  expect(firstWeeksOf({ lo: START, hi: START + 1 }, 0)).toEqual([{ ending: EVERY_WEEK, since: START }])
  expect(firstWeeksOf({ lo: START, hi: START }, 0)).toEqual([])
})

test('nothing is looked for in an empty span', () => {
  expect(weeksOf({ lo: START, hi: START })).toEqual([])
})

test('a term is quoted, whatever is in it', () => {
  const text = quote(`o'\\${PLACE}x`).replaceAll(`${PLACE}'`, EVERY_WEEK)
  expect(text).toBe(`'o''\\\\ x'`)
})

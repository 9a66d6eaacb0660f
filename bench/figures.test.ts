import { describe, expect, test } from 'bun:test'
import { claimsOf, goodputMetric, isMet, median, METRICS, rowsOf, type Sample } from './figures.ts'
import { parseWrk } from './load/wrk.ts'

const sample = (system: string, metric: string, ...values: number[]): Sample[] =>
  values.map((value) => ({ system, metric, unit: '1/s', value }))

describe('medians', () => {
  test('the median is the middle run, and between the two in the middle of an even number', () => {
    expect(median([30, 10, 20])).toBe(20)
    expect(median([40, 10, 20, 30])).toBe(25)
    expect(() => median([])).toThrow('no median')
  })

  test('runs of one system and metric become one row with its extremes', () => {
    const rows = rowsOf([
      ...sample('usher', METRICS.capacity, 26_000, 30_000, 28_123.4),
      ...sample('bare server', METRICS.capacity, 90_000),
    ])
    expect(rows).toEqual([
      { system: 'usher', metric: METRICS.capacity, unit: '1/s', median: 28_120, min: 26_000, max: 30_000, runs: 3 },
      { system: 'bare server', metric: METRICS.capacity, unit: '1/s', median: 90_000, min: 90_000, max: 90_000, runs: 1 },
    ]) // prettier-ignore
  })
})

describe('claims', () => {
  const rows = rowsOf([
    ...sample('usher', METRICS.capacity, 20_000, 28_000, 24_000),
    ...sample('for-update', METRICS.capacity, 2_500, 3_000, 2_900),
    ...sample('for-update + status index', METRICS.capacity, 2_000, 3_000, 1_000),
    ...sample('function', METRICS.capacity, 4_000),
    ...sample('function + status index', METRICS.capacity, 5_000),
    ...sample('bare server', METRICS.capacity, 80_000),
    ...sample('usher', METRICS.refusals, 75_000),
    ...sample('version', METRICS.refusals, 3_000),
    ...sample('usher', METRICS.statements, 0.0004),
    ...sample('usher', goodputMetric(64), 15_000),
    ...sample('usher', goodputMetric(512), 24_000),
    ...sample('usher', goodputMetric(4_096), 22_800),
    ...sample('usher', METRICS.soldIn, 3),
    ...sample('for-update', METRICS.soldIn, 27),
  ])

  test('the first is accepted holds against FOR UPDATE, of medians, with the better of its variants', () => {
    expect(claimsOf(rows)[0]).toEqual({ name: 'accepted holds / FOR UPDATE', ratio: 8.276, asked: 7 })
  })

  test('each is a ratio of medians against the strongest rival', () => {
    expect(claimsOf(rows).map(({ ratio, asked }) => [ratio, asked])).toEqual([
      [8.276, 7],
      [4.8, 4],
      [0.3, 0.22],
      [25, 15],
      [0.0004, 0.001],
      [0.95, 0.9],
      [9, 6],
    ])
    expect(claimsOf(rows).every(isMet)).toBe(true)
  })

  test('too many statements a refusal and too few holds are not met', () => {
    expect(isMet({ name: 'SQL statements a refusal (at most)', ratio: 0.002, asked: 0.001 })).toBe(false)
    expect(isMet({ name: 'accepted holds / FOR UPDATE', ratio: 6.9, asked: 7 })).toBe(false)
  })

  test('what was not run is not claimed', () => {
    const some = rows.filter((row) => row.metric === METRICS.refusals)
    expect(claimsOf(some).map((claim) => claim.name)).toEqual(['refusals / best per-buyer server'])
  })
})

test("the load generator's line is read, and its failure is told", () => {
  expect(parseWrk('Running 8s test\nRESULT 24000 12 3 8000000 17.250 40.500\n')).toEqual({
    requests: 24_000,
    refused: 12,
    failed: 3,
    seconds: 8,
    p50Ms: 17.25,
    p99Ms: 40.5,
  })
  expect(() => parseWrk('', 'unable to connect')).toThrow('unable to connect')
})

import { expect, test } from 'bun:test'
import { chart } from './chart.ts'
import { METRICS, rowsOf } from './figures.ts'

test('every system of a metric has a bar, and words are escaped', () => {
  const rows = rowsOf([
    { system: 'usher', metric: METRICS.capacity, unit: '1/s', value: 28_000 },
    { system: 'a <b> & "c"', metric: METRICS.capacity, unit: '1/s', value: 3_000 },
  ])
  const svg = chart({
    name: 'holds',
    commit: '0123456789abcdef',
    machine: { cpu: 'A & B', cores: 2 },
    rows,
    claims: [],
    ratio: 9.333,
    audit: 'clean',
  })
  expect(svg.match(/<rect class="bar/g)).toHaveLength(2)
  expect(svg).toContain('>28,000<')
  expect(svg).toContain('a &lt;b> &amp; &quot;c&quot;')
  expect(svg).toContain('prefers-color-scheme: dark')
})

import { expect, test } from 'bun:test'
import type { Layout } from '../../../shared/layout.ts'
import { hallData } from './hall.ts'
import { ROW_NAMES_FROM, rowNames } from './labels.ts'

const RADIUS = 40
const WIDTH = 14

/** Two blocks with an aisle between them, in which every other row goes a seat further. */
const data = hallData({
  name: 'Hall',
  size: { width: 4_000, height: 2_000 },
  seat_radius: RADIUS,
  categories: [{ name: 'A', color: '#000000' }],
  floors: [],
  sections: [{ name: 'Left' }, { name: 'Right' }],
  seats: [0, 1].flatMap((section) =>
    Array.from({ length: 10 }, (_, row) =>
      Array.from({ length: 8 + (section === 0 ? row % 2 : 0) }, (_seat, i) => ({
        seat_id: `${section}-${row}-${i}`,
        section,
        row: 'ABCDEFGHIJ'[row]!.repeat(2),
        number: String(i + 1),
        category: 0,
        x: section * 1_100 + i * 100,
        y: row * 120,
      })),
    ).flat(),
  ),
  areas: [],
  focal_point: null,
  background: null,
} as unknown as Layout)

test('at no zoom does the name of a row lie on another or on a seat, and each row has one', () => {
  const names = rowNames(data, () => WIDTH)
  for (let radius = ROW_NAMES_FROM; radius <= 30; radius *= 1.05) {
    const scale = radius / RADIUS
    const shown = names.filter(({ scaleMin }) => scaleMin <= scale)
    expect(shown.length).toBeGreaterThanOrEqual(data.rows.length)
    const boxes = shown.map(({ x, y, dx, dy }) => ({ x: x * scale + dx, y: y * scale + dy }))
    boxes.forEach((a, i) => {
      const near = boxes.filter((b, j) => j > i && Math.abs(a.x - b.x) < WIDTH && Math.abs(a.y - b.y) < 11)
      expect(near).toEqual([])
      const onSeat = data.x.some(
        (x, seat) => Math.hypot(a.x - x * scale, a.y - data.y[seat]! * scale) < radius,
      )
      expect(onSeat).toBe(false)
    })
  }
})

test('the rows of one side of a section are named together', () => {
  const names = rowNames(data, () => WIDTH)
  const inAisle = names.filter(({ x, dx }) => dx < 0 && x > 1_000)
  expect(inAisle).toHaveLength(10)
  // Rows that go further have less room: nine of ten wait for each other.
  expect(new Set(inAisle.map(({ scaleMin }) => scaleMin)).size).toBe(1)
  expect(inAisle[0]!.scaleMin).toBeGreaterThan(ROW_NAMES_FROM / RADIUS)
})

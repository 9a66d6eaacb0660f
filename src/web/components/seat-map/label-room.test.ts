import { expect, test } from 'bun:test'
import type { Layout } from '../../../shared/layout.ts'
import { hallData } from './hall.ts'

test('a label stands in the middle of its section, also above a gap there, with the room that the section has', () => {
  const block = sectionOf(20, 20, (row, seat) => Math.abs(row - 9.5) > 2 || Math.abs(seat - 9.5) > 2)
  expect([block.x, block.y].map(Math.round)).toEqual([950, 950])
  expect(block.oneLine.width).toBeGreaterThan(1_500)
  expect(block.oneLine.width).toBeLessThan(2_300)
  expect(block.oneLine.height).toBeLessThan(block.twoLines.height)
})

test('a bent section has its label on its seats, not in the middle of the box around it', () => {
  const bent = sectionOf(4, 60, () => true, 3_000)
  const away = Math.hypot(bent.x, bent.y)
  expect(away).toBeGreaterThan(3_000)
  expect(away).toBeLessThan(3_300)
  expect(bent.oneLine.height).toBeLessThan(700)
})

test('a narrow section is named along itself in small letters, a wide one is not turned', () => {
  const narrow = sectionOf(24, 6, () => true)
  expect(narrow.small.rotation).toBe(-Math.PI / 2)
  expect(narrow.small.width).toBeGreaterThan(narrow.oneLine.width * 1.5)
  // Along the rows it would stand over both sides.
  expect(narrow.small.width).toBeGreaterThan(600)
  expect(narrow.small.width).toBeLessThan(2_400)
  expect(sectionOf(6, 24, () => true).small.rotation).toBe(0)
  expect(sectionOf(20, 20, () => true).small.rotation).toBe(0)
})

test('in the corner of a bowl the name follows the section', () => {
  const { small, oneLine } = sectionOf(6, 40, () => true, 1_500)
  expect(small.rotation).toBe(-Math.PI / 4)
  expect(small.width).toBeGreaterThan(oneLine.width * 1.3)
})

/** Rows of seats 100 apart, straight or around a middle a quarter of a circle long. */
function sectionOf(
  rows: number,
  seats: number,
  has: (row: number, seat: number) => boolean,
  radius = 0,
): ReturnType<typeof hallData>['sections'][number] {
  const at = (row: number, seat: number): { x: number; y: number } => {
    if (radius === 0) return { x: seat * 100, y: row * 100 }
    const angle = (seat / (seats - 1)) * (Math.PI / 2)
    return { x: Math.cos(angle) * (radius + row * 100), y: Math.sin(angle) * (radius + row * 100) }
  }
  const layout: Layout = {
    name: 'Hall',
    size: { width: 8_000, height: 8_000 },
    seat_radius: 40,
    categories: [{ name: 'A', color: '#000000' }],
    floors: [],
    sections: [{ name: '101' }],
    seats: Array.from({ length: rows * seats }, (_, i) => [Math.floor(i / seats), i % seats] as const)
      .filter(([row, seat]) => has(row, seat))
      .map(([row, seat]) => ({
        seat_id: `${row}-${seat}`,
        ...at(row, seat),
        section: 0,
        category: 0,
        row: String(row),
        number: String(seat),
      })),
    areas: [],
    focal_point: null,
    background: null,
  } as unknown as Layout
  return hallData(layout).sections[0]!
}

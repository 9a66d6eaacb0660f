import { expect, test } from 'bun:test'
import type { Layout } from '../../../shared/layout.ts'
import { Hall, hallData, shortNames } from './hall.ts'
import { nearestLike, orphansOf } from './neighbours.ts'
import { SeatGrid } from './seat-grid.ts'

test('what is offered for a lost seat is next to what is still chosen', () => {
  const { hall, isFree } = theHall(['A: .....x....', 'B: ..........'])
  // A 5 went, A 4 is kept: A 3 is beside it.
  expect(nearestLike(hall, isFree, [5], [4])).toEqual([3])
})

test('a pair is offered as a pair, in the same row before another', () => {
  const { hall, isFree } = theHall(['A: ..xx......', 'B: ..........'])
  expect(nearestLike(hall, isFree, [2, 3], [])).toEqual([0, 1])
  const full = theHall(['A: xxxxxxxxxx', 'B: ..........'])
  expect(nearestLike(full.hall, full.isFree, [2, 3], [])).toEqual([12, 13])
})

test('single seats are offered where no pair is left, and nothing where there is nothing', () => {
  const { hall, isFree } = theHall(['A: x.x.x.xxxx'])
  expect(nearestLike(hall, isFree, [2, 4], [])?.toSorted()).toEqual([1, 3])
  const none = theHall(['A: xxxxxxxxxx'])
  expect(nearestLike(none.hall, none.isFree, [2], [])).toBeNull()
})

test('a single seat between taken ones is named before the server refuses it', () => {
  const { hall, isFree } = theHall(['A: ..........'])
  expect(orphansOf(hall, isFree, [1, 2])).toEqual([0])
  expect(orphansOf(hall, isFree, [0, 1])).toEqual([])
  const three = theHall(['A: ...xxxxxxx'])
  expect(orphansOf(three.hall, three.isFree, [0, 1])).toEqual([])
})

test('the grid finds the seat that a search through all seats finds', () => {
  const { hall } = theHall(['A: ..........', 'B: ..........', 'C: ..........'])
  const { x, y } = hall.data
  const grid = new SeatGrid(x, y, 130)
  for (const [px, py] of [
    [-40, -10],
    [234, 61],
    [590, 178],
    [455, 90],
  ] as const) {
    const distances = [...x].map((_, i) => Math.hypot(x[i]! - px, y[i]! - py))
    const nearest = distances.indexOf(Math.min(...distances))
    expect(grid.nearest(px, py, 200)).toBe(nearest)
  }
  expect(grid.nearest(5_000, 5_000, 100)).toBe(-1)
})

test('the word that all sections begin with is left out of their labels', () => {
  expect(shortNames(['Sector 101', 'Sector 102'])).toEqual(['101', '102'])
  expect(shortNames(['Orchestra Left', 'Balcony'])).toEqual(['Orchestra Left', 'Balcony'])
  expect(shortNames(['Seats'])).toEqual(['Seats'])
})

test('rows are found from one end to the other, and labels of the plan that repeat them are left out', () => {
  const { hall } = theHall(['A: ....', 'B: ....'])
  expect(hall.data.rows.map(({ label, first, count }) => [label, first, count])).toEqual([
    ['A', 0, 4],
    ['B', 4, 4],
  ])
  expect(hall.data.shapes.map(({ text }) => text)).toEqual(['Stage'])
  expect([hall.indexOf('A-2'), hall.indexOf('Z-1'), hall.seatId(5)]).toEqual([2, -1, 'B-1'])
})

// "A: .x" is row A with a free and a taken seat; seats are 60 apart and rows 100.
function theHall(rows: string[]) {
  const taken = new Set<number>()
  const seats: Layout['seats'] = []
  rows.forEach((line, r) => {
    const [row = '', states = ''] = line.split(': ')
    for (const [i, state] of Array.from(states).entries()) {
      if (state === 'x') taken.add(seats.length)
      seats.push({
        seat_id: `${row}-${i}`,
        section: 0,
        row,
        number: String(i),
        x: i * 60,
        y: r * 100,
        category: 0,
      })
    }
  })
  const layout: Layout = {
    name: 'Hall',
    size: { width: 1_000, height: 1_000 },
    seat_radius: 22,
    categories: [{ name: 'One', color: '#000' }],
    floors: [],
    sections: [{ name: 'Seats' }],
    seats,
    areas: [],
    focal_point: null,
    background: {
      shapes: [
        { kind: 'text', role: 'label', text: 'A', center: [0, 0] },
        { kind: 'text', role: 'label', text: 'Stage', center: [0, 0] },
      ],
    },
  }
  return { hall: new Hall(hallData(layout)), isFree: (seat: number) => !taken.has(seat) }
}

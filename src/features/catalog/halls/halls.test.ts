import { describe, expect, test } from 'bun:test'
import { layoutBytes, layoutCapacity, layoutHash, layoutPlaces, type Layout } from '../../../shared/layout.ts'
import { HALLS, type HallName } from './halls.ts'

/** Seats are drawn as circles; two of them may touch, never overlap. */
const CELL = 100

const EXPECTED: Record<HallName, { seats: number; capacity: number; accessible: number }> = {
  stadium: { seats: 50_000, capacity: 50_000, accessible: 60 },
  'stadium-concert': { seats: 50_000, capacity: 50_000, accessible: 60 },
  'stadium-standing': { seats: 50_000, capacity: 62_000, accessible: 60 },
  'concert-hall': { seats: 2_700, capacity: 2_700, accessible: 10 },
  cinema: { seats: 180, capacity: 180, accessible: 4 },
  studio: { seats: 200, capacity: 200, accessible: 1 },
  club: { seats: 0, capacity: 800, accessible: 0 },
}

test('the best seats of the cinema are two thirds back, in the middle, not in the front row', () => {
  const { seats, focal_point: focus } = HALLS.cinema()
  const rows = [...new Set(seats.map((seat) => seat.row))]
  const away = (seat: (typeof seats)[number]): number => Math.hypot(seat.x - focus!.x, seat.y - focus!.y)
  const best = seats.toSorted((a, b) => away(a) - away(b)).slice(0, 20)
  for (const seat of best) {
    const back = (rows.indexOf(seat.row) + 1) / rows.length
    expect(back).toBeGreaterThan(0.5)
    expect(back).toBeLessThan(0.85)
  }
  const middle = best.reduce((sum, seat) => sum + seat.x, 0) / best.length
  expect(Math.abs(middle - focus!.x)).toBeLessThan(62)
})

for (const name of Object.keys(HALLS) as HallName[]) {
  describe(name, () => {
    const layout = HALLS[name]()
    const expected = EXPECTED[name]

    test('has the number of seats that it promises, and places for wheelchairs', () => {
      expect(layout.seats.length).toBe(expected.seats)
      expect(layoutCapacity(layout)).toBe(expected.capacity)
      const { seats, areas, wheelchair, companion } = layoutPlaces(layout)
      expect([seats, areas]).toEqual([expected.seats, layout.areas.length])
      expect(wheelchair).toBeGreaterThanOrEqual(expected.accessible)
      expect(companion).toBe(wheelchair)
    })

    test('no two seats overlap', () => {
      expect(smallestDistance(layout)).toBeGreaterThanOrEqual(
        layout.seats.length ? 2 * layout.seat_radius : 0,
      )
    })

    test('ids are unique, and so are section, row and number together', () => {
      expect(new Set(layout.seats.map((seat) => seat.seat_id)).size).toBe(layout.seats.length)
      expect(new Set(layout.seats.map((s) => `${s.section}/${s.row}/${s.number}`)).size).toBe(
        layout.seats.length,
      )
      expect(new Set(layout.sections.map((section) => section.name)).size).toBe(layout.sections.length)
    })

    test('every seat lies inside, and in a section and category that exist', () => {
      for (const seat of layout.seats) {
        expect(seat.x > 0 && seat.x < layout.size.width && seat.y > 0 && seat.y < layout.size.height).toBe(
          true,
        )
        expect(layout.sections[seat.section]).toBeDefined()
        expect(layout.categories[seat.category]).toBeDefined()
      }
    })

    test('every wheelchair place has a companion beside it', () => {
      layout.seats.forEach((seat, i) => {
        if (!seat.accessible) return
        const beside = [layout.seats[i - 1], layout.seats[i + 1]]
        expect(beside.some((other) => other?.companion && other.row === seat.row)).toBe(true)
      })
    })

    test('the seats of a row follow each other from one end to the other', () => {
      let jumps = 0
      layout.seats.forEach((seat, i) => {
        const next = layout.seats[i + 1]
        if (next && next.section === seat.section && next.row === seat.row) {
          if (Math.hypot(next.x - seat.x, next.y - seat.y) > 420) jumps += 1
        }
      })
      // Only the mouth of a vomitory, the gap between wheelchair places and the middle aisle may be this wide.
      expect(jumps).toBeLessThanOrEqual(2)
    })

    test('comes out the same every time', async () => {
      expect(await layoutHash(layoutBytes(HALLS[name]()))).toBe(await layoutHash(layoutBytes(layout)))
    })
  })
}

function smallestDistance(layout: Layout): number {
  const cells = new Map<string, { x: number; y: number }[]>()
  let smallest = Infinity
  for (const seat of layout.seats) {
    const [cx, cy] = [Math.floor(seat.x / CELL), Math.floor(seat.y / CELL)]
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (const other of cells.get(`${cx + dx},${cy + dy}`) ?? []) {
          smallest = Math.min(smallest, Math.hypot(seat.x - other.x, seat.y - other.y))
        }
      }
    }
    const key = `${cx},${cy}`
    cells.set(key, [...(cells.get(key) ?? []), seat])
  }
  return smallest
}

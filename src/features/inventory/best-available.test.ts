import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { smallHall } from '../../../test/harness/small-hall.ts'
import { Alternatives, bestAvailable, nearestAlternatives } from './best-available.ts'
import { EventState } from './state.ts'
import { compileHall, type Hall } from './hall.ts'
import { leavesOrphan } from './orphan-seat.ts'

const hall = compileHall('hall', smallHall(6, 10))
const any = { category: null, accessible: false }
const free = (): number => 0
const taken =
  (...seats: number[]): ((seat: number) => number) =>
  (seat) =>
    seats.includes(seat) ? 1 : 0

function distanceOf(inHall: Hall, seats: readonly number[]): number {
  return seats.reduce((sum, seat) => sum + inHall.distance[seat]!, 0) / seats.length
}

/** Every window of `quantity` free ordinary seats side by side. */
function allTogether(inHall: Hall, status: (seat: number) => number, quantity: number): number[][] {
  return inHall.rows.flatMap(({ seats }) =>
    seats.flatMap((_, i) => {
      const window = seats.slice(i, i + quantity)
      const fits = window.every((seat) => status(seat) === 0 && inHall.flags[seat] === 0)
      return window.length === quantity && fits ? [window] : []
    }),
  )
}

describe('best available', () => {
  test('takes the middle of the first row, side by side', () => {
    expect(bestAvailable(hall, free, { ...any, quantity: 4 })).toEqual([3, 4, 5, 6])
  })

  test('prefers together further back to apart in front', () => {
    const status = taken(1, 4, 7)
    const found = bestAvailable(hall, status, { ...any, quantity: 3 })!
    expect(hall.rowOf[found[0]!]).toBe(1)
  })

  test('no window is nearer than what it takes, whatever is free', () => {
    // Rows so close to each other that the next one often has the nearer seats.
    const layout = smallHall(6, 10)
    for (const [i, seat] of layout.seats.entries()) seat.y = Math.floor(i / 10) * 20
    const close = compileHall('close', layout)
    const drawn = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 50 })
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 10 }), (gone, quantity) => {
        const status = taken(...gone)
        const found = bestAvailable(close, status, { ...any, quantity })
        if (60 - gone.length < quantity) return expect(found).toBeNull()
        expect(new Set(found).size).toBe(quantity)
        for (const seat of found!) expect(status(seat)).toBe(0)
        const windows = allTogether(close, status, quantity)
        if (windows.length === 0) return
        const nearest = Math.min(...windows.map((window) => distanceOf(close, window)))
        expect(windows).toContainEqual(found!)
        expect(distanceOf(close, found!)).toBeCloseTo(nearest, 3)
        return
      }),
      { numRuns: 500 },
    )
  })

  test('splits into as large parts as there are, the second near the first', () => {
    // Only columns 0–2 and 5–6 of every row are free, and two single seats in front.
    const status = (seat: number): number => ([0, 1, 2, 5, 6].includes(seat % 10) ? 0 : 1)
    const found = bestAvailable(hall, status, { ...any, quantity: 5 })!
    expect(found.slice(0, 3)).toEqual([0, 1, 2])
    expect(found.slice(3)).toEqual([10, 11])
  })

  test('gives single seats where nothing else is left, and null where there are too few', () => {
    const status = (seat: number): number => (seat % 2 === 0 ? 0 : 1)
    const found = bestAvailable(hall, status, { ...any, quantity: 3 })!
    expect(new Set(found).size).toBe(3)
    expect(bestAvailable(hall, () => 1, { ...any, quantity: 1 })).toBeNull()
    expect(
      bestAvailable(hall, taken(...Array.from({ length: 58 }, (_, i) => i)), { ...any, quantity: 3 }),
    ).toBeNull()
  })

  test('stays within the category that was asked for', () => {
    const found = bestAvailable(hall, free, { quantity: 4, category: 1, accessible: false })!
    expect(found).toEqual([33, 34, 35, 36])
    const left = taken(...Array.from({ length: 29 }, (_, i) => 30 + i))
    expect(bestAvailable(hall, left, { quantity: 2, category: 1, accessible: false })).toBeNull()
  })

  test('does not reach across an aisle', () => {
    const layout = smallHall(2, 10)
    for (const [i, seat] of layout.seats.entries()) if (i % 10 >= 5) seat.x += 150
    const parted = compileHall('parted', layout)
    const found = bestAvailable(parted, free, { ...any, quantity: 4 })!
    expect(new Set(found.map((seat) => parted.rowOf[seat])).size).toBe(1)
    // Six cannot sit together: five, and one.
    const six = bestAvailable(parted, free, { ...any, quantity: 6 })!
    expect(new Set(six.slice(0, 5).map((seat) => parted.rowOf[seat])).size).toBe(1)
  })

  test('leaves no single seat behind where the event asks for that and another choice is there', () => {
    // Four free in front, of which the nearest two leave one on each side; sparing takes an end.
    const status = (seat: number): number => (seat >= 3 && seat <= 6 ? 0 : seat < 10 ? 1 : 0)
    expect(bestAvailable(hall, status, { ...any, quantity: 2 })).toEqual([4, 5])
    const spared = bestAvailable(hall, status, { ...any, quantity: 2 }, true)!
    expect([
      [3, 4],
      [5, 6],
    ]).toContainEqual(spared)
    expect(leavesOrphan(hall, status, spared)).toBeNull()
    // Where every choice does, it takes one all the same.
    const few = (seat: number): number => (seat === 3 || seat === 4 ? 0 : 1)
    expect(bestAvailable(hall, few, { ...any, quantity: 1 }, true)).toHaveLength(1)
  })
})

describe('accessible places', () => {
  const layout = smallHall(4, 10)
  for (const seat of [9, 19]) layout.seats[seat]!.accessible = true
  for (const seat of [8, 18]) layout.seats[seat]!.companion = true
  const inclusive = compileHall('inclusive', layout)
  const wish = { category: null, accessible: true }

  test('are kept for those who ask for them, with their companions', () => {
    const rest = taken(...Array.from({ length: 40 }, (_, i) => i).filter((i) => ![8, 9, 18, 19].includes(i)))
    expect(bestAvailable(inclusive, rest, { ...any, quantity: 1 })).toBeNull()
    expect(bestAvailable(inclusive, rest, { ...wish, quantity: 2 })).toEqual([9, 8])
  })

  test('come with the companion place beside, then with the nearest ordinary seats', () => {
    expect(bestAvailable(inclusive, free, { ...wish, quantity: 1 })).toEqual([9])
    expect(bestAvailable(inclusive, free, { ...wish, quantity: 2 })).toEqual([9, 8])
    const three = bestAvailable(inclusive, taken(8, 18), { ...wish, quantity: 3 })!
    expect(three[0]).toBe(9)
    for (const seat of three.slice(1))
      expect(Math.hypot((seat % 10) - 9, Math.floor(seat / 10))).toBeLessThan(2.5)
  })

  test("never take another wheelchair place's companion place while that place can still be had", () => {
    // Four take what is theirs and ordinary seats, although the other companion place is nearer.
    const four = bestAvailable(inclusive, free, { ...wish, quantity: 4 })!
    expect(four.slice(0, 2)).toEqual([9, 8])
    expect(four).not.toContain(18)
    // With its own companion place gone, a place is worth less than one that has its own.
    expect(bestAvailable(inclusive, taken(8), { ...wish, quantity: 2 })).toEqual([19, 18])
    // Nobody is left who could want the companion place of a place that is taken.
    const crowded = taken(...Array.from({ length: 40 }, (_, i) => i).filter((i) => ![9, 18].includes(i)))
    expect(bestAvailable(inclusive, crowded, { ...wish, quantity: 2 })).toEqual([9, 18])
    const both = taken(...Array.from({ length: 40 }, (_, i) => i).filter((i) => ![9, 18, 19].includes(i)))
    expect(bestAvailable(inclusive, both, { ...wish, quantity: 2 })).toEqual([19, 18])
  })

  test.each([
    ['WCWC', [0, 1]],
    ['WCCW', [0, 1]],
    ['CWWC', [1, 0]],
    ['CWCW', [1, 0]],
    ['WWCC', [1, 2]],
  ] as const)('in %s every wheelchair place has a companion place of its own', (row, first) => {
    const drawn = smallHall(1, 4)
    for (const [i, kind] of row.split('').entries())
      drawn.seats[i]![kind === 'W' ? 'accessible' : 'companion'] = true
    drawn.focal_point = { x: first[0] * 55, y: -10 }
    const pairs = compileHall(row, drawn)
    const one = bestAvailable(pairs, free, { ...wish, quantity: 2 })!
    expect(one).toEqual([...first])
    const two = bestAvailable(pairs, taken(...one), { ...wish, quantity: 2 })!
    expect([...one, ...two].toSorted()).toEqual([0, 1, 2, 3])
  })

  test('are sold out when none is free, or when there is no room for the company', () => {
    expect(bestAvailable(inclusive, taken(9, 19), { ...wish, quantity: 1 })).toBeNull()
    const nobody = taken(...Array.from({ length: 40 }, (_, i) => i).filter((i) => i !== 9 && i !== 19))
    expect(bestAvailable(inclusive, nobody, { ...wish, quantity: 2 })).toBeNull()
  })
})

describe('alternatives to what was refused', () => {
  test('are as many, side by side, free and of the same category, and are found in the same row where there are any', () => {
    const drawn = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 45 })
    const wanted = fc.tuple(fc.integer({ min: 0, max: 56 }), fc.integer({ min: 1, max: 4 }))
    fc.assert(
      fc.property(drawn, wanted, (gone, [first, quantity]) => {
        const status = taken(...gone)
        const seats = Array.from({ length: quantity }, (_, i) => first + i)
        const found = nearestAlternatives(hall, status, seats)
        expect(found.length).toBeLessThanOrEqual(3)
        for (const choice of found) {
          expect(choice).toHaveLength(quantity)
          choice.forEach((seat, i) => {
            expect(status(seat)).toBe(0)
            expect(hall.category[seat]).toBe(hall.category[first]!)
            expect(hall.rowOf[seat]).toBe(hall.rowOf[choice[0]!]!)
            if (i > 0) expect(hall.placeInRow[seat]).toBe(hall.placeInRow[choice[i - 1]!]! + 1)
          })
        }
        expect(new Set(found.map(String)).size).toBe(found.length)
        // Whatever is to be had in the same row is found.
        const inRow = allTogether(hall, status, quantity).filter(
          ([seat]) => hall.rowOf[seat!] === hall.rowOf[first],
        )
        if (inRow.length > 0) expect(found.length).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })

  test('nothing is offered where nothing is free, nor for a seat that the hall does not have', () => {
    expect(nearestAlternatives(hall, () => 1, [5])).toEqual([])
    expect(nearestAlternatives(hall, free, [])).toEqual([])
    expect(nearestAlternatives(hall, free, [9_999])).toEqual([])
  })

  test('what was searched in vain is searched again only when a seat has become free', () => {
    const alternatives = new Alternatives()
    let looks = 0
    const status = (of: (seat: number) => number) => (seat: number) => {
      looks += 1
      return of(seat)
    }
    expect(alternatives.near(hall, 7, status(() => 1), [5])).toEqual([]) // prettier-ignore
    const looksOfOneSearch = looks
    expect(looksOfOneSearch).toBeGreaterThan(0)
    expect(alternatives.near(hall, 7, status(() => 1), [6])).toEqual([]) // prettier-ignore
    expect(looks).toBe(looksOfOneSearch)
    expect(alternatives.near(hall, 8, status(free), [5])).toEqual(nearestAlternatives(hall, free, [5]))
    expect(looks).toBeGreaterThan(looksOfOneSearch)
  })

  test('the state counts the seats that become free, and no others', () => {
    const state = new EventState('1')
    state.setSeat(0, 1, 'hold')
    state.setSeat(0, 2, 'hold')
    state.setSeat(1, 3, null)
    expect(state.freedCount).toBe(0)
    state.setSeat(0, 0, null)
    expect(state.freedCount).toBe(1)
  })
})

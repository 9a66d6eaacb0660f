import { SeatGrid } from './seat-grid.ts'

/** In layout units. */
export type Room = { width: number; height: number }

/**
 * Where the name of a section stands: in its middle, and how much of the section lies around it there. `small`: for small
 * letters, turned as they have most room.
 */
export type LabelPlace = { x: number; y: number; oneLine: Room; twoLines: Room; small: Turned }
export type Turned = Room & { rotation: number }

type Seats = {
  x: Float32Array
  y: Float32Array
  section: Uint16Array
  rows: readonly { section: number; first: number; count: number }[]
  seatRadius: number
  blobRadius: number
}

/** CSS pixels of a letter about, of a line, and of two; only their ratio counts. */
const LETTER = 7.6
const LINE = 16
const TWO_LINES = 46
/** Letters that "835 left" has in the other line. */
const LEFT_LETTERS = 7
const SMALLER = 0.92
const TRIES = 32
/** Small letters: of a section's name, 9.4 CSS pixels, and their line. */
export const SMALL = 0.72
export const SMALL_LINE = 10.4
/** CSS pixels of a letter before it is made small: figures are wide. */
const WIDE_LETTER = 8.3
const SMALL_STEP = 0.97
const SMALL_TRIES = 80
/** Upwards along a narrow section, and along those in the corners of a bowl. */
const TURNS = [-Math.PI / 2, -Math.PI / 4, Math.PI / 4]
/** How much more room has to be there before letters are turned. */
const WORTH_TURNING = 1.15
/** How far a border may lie from the next seat, in radii at which seats flow together. */
const REACH = 1.8
/** Points of a border, as shares of half its sides. */
const BORDER = [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => [x, y] as const)).filter(([x, y]) => x || y)

/**
 * Measures for every section the largest box in its middle. A bent section fills only a part of the box around it, and the
 * middle of its seats may lie beside it: then the middle of its middle row counts. A gap in the middle is no obstacle: the
 * label covers it.
 */
export function labelPlaces(data: Seats, names: readonly string[]): LabelPlace[] {
  const { x, y, section, rows, blobRadius, seatRadius } = data
  const grid = new SeatGrid(x, y, seatRadius * 6)
  const middles = names.map(() => ({ n: 0, x: 0, y: 0, width: 0, rows: [] as number[] }))
  for (let seat = 0; seat < x.length; seat++) {
    const middle = middles[section[seat]!]!
    middle.n += 1
    middle.x += x[seat]!
    middle.y += y[seat]!
  }
  rows.forEach((row, r) => middles[row.section]!.rows.push(r))
  return names.map((name, s) => {
    const { n, rows: its, ...sum } = middles[s]!
    if (n === 0)
      return { x: 0, y: 0, oneLine: NOTHING, twoLines: NOTHING, small: { ...NOTHING, rotation: 0 } }
    const row = rows[its[its.length >> 1]!]!
    const seat = row.first + (row.count >> 1)
    const widest = Math.sqrt(n) * blobRadius * 5
    const isOn = (px: number, py: number): boolean =>
      grid.nearest(px, py, blobRadius * REACH, (other) => section[other] === s) >= 0
    const room = (cx: number, cy: number, aspect: number): Room => {
      let width = widest
      for (let i = 0; i < TRIES; i++, width *= SMALLER) {
        const height = width / aspect
        if (BORDER.every(([bx, by]) => isOn(cx + (bx * width) / 2, cy + (by * height) / 2)))
          return { width, height }
      }
      return NOTHING
    }
    const turned = (cx: number, cy: number, aspect: number, rotation: number): Turned => {
      const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)]
      let width = widest
      for (let i = 0; i < SMALL_TRIES; i++, width *= SMALL_STEP) {
        const [w, h] = [width / 2, width / aspect / 2]
        const fits = BORDER.every(([bx, by]) =>
          isOn(cx + bx * w * cos - by * h * sin, cy + bx * w * sin + by * h * cos),
        )
        if (fits) return { width, height: width / aspect, rotation }
      }
      return { ...NOTHING, rotation }
    }
    const letters = name.length * LETTER
    const places = [
      { x: sum.x / n, y: sum.y / n },
      { x: x[seat]!, y: y[seat]! },
    ].map((at) => ({ ...at, oneLine: room(at.x, at.y, (letters + 6) / LINE) }))
    const [first, second] = places as [(typeof places)[0], (typeof places)[0]]
    const best = second.oneLine.width > first.oneLine.width * 1.25 ? second : first
    const both = Math.max(letters, LEFT_LETTERS * LETTER) + 22
    const small = [0, ...TURNS]
      .map((turn) => turned(best.x, best.y, (name.length * WIDE_LETTER * SMALL + 1) / SMALL_LINE, turn))
      .reduce((a, b) => (b.width > a.width * (a.rotation === 0 ? WORTH_TURNING : 1) ? b : a))
    return { ...best, twoLines: room(best.x, best.y, both / TWO_LINES), small }
  })
}

const NOTHING: Room = { width: 0, height: 0 }

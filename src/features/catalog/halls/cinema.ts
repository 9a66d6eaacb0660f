import type { Layout } from '../../../shared/layout.ts'
import { HallBuilder, onArc, rectangle, rowLetters, type NewSeat } from './hall-builder.ts'

const SEAT_PITCH = 62
const ROW_PITCH = 120
const AISLE = 120
/** Rows curve around a point far behind the screen. */
const CENTER_Y = -4_000
const FIRST_ROW_Y = 620

/**
 * Where people like to sit: two thirds back, in the middle, where the screen fills the view that films are mixed and
 * framed for. The best available seats are those nearest to it, not those nearest to the screen.
 */
const BEST_ROW = 6.7

const FRONT = 0
const STANDARD = 1
const PREMIUM = 2

/** Seats of a row left of, between and right of the two aisles. */
const ROWS: [number, number, number][] = [
  [0, 10, 0],
  [3, 10, 3],
  [3, 10, 3],
  [3, 10, 3],
  [3, 10, 3],
  [4, 10, 4],
  [4, 10, 4],
  [4, 10, 4],
  [4, 10, 4],
  [4, 10, 4],
]

/** A cinema room of 180 seats: raked rows, two aisles, wheelchair places beside the first and the last row. */
export function cinema(name = 'Cinema room'): Layout {
  const hall = new HallBuilder(
    name,
    [
      { name: 'Front', color: '#4f8fc0' },
      { name: 'Standard', color: '#3f9d74' },
      { name: 'Premium', color: '#b8862b' },
    ],
    [],
    25,
  )
  drawRoom(hall)
  const section = hall.section('S', 'Seats', undefined, 'Foyer')
  const rows = ROWS.map((counts, index) => rowOfSeats(counts, index))
  rows[0]!.unshift(...wheelchairs(0, -1))
  rows[0]!.push(...wheelchairs(0, 1))
  rows.push(lastRow(ROWS.length))
  rows.forEach((seats, index) => {
    seats.forEach((seat, i) => (seat.number = String(i + 1)))
    hall.row(section, rowLetters(index), seats)
  })
  rows.forEach((seats, index) => labelRow(hall, seats, rowLetters(index)))
  return hall.finish([0, FIRST_ROW_Y + BEST_ROW * ROW_PITCH])
}

function radiusOf(index: number): number {
  return FIRST_ROW_Y - CENTER_Y + index * ROW_PITCH
}

function rowOfSeats([left, center, right]: [number, number, number], index: number): NewSeat[] {
  const radius = radiusOf(index)
  const category = index < 2 ? FRONT : index >= 6 ? PREMIUM : STANDARD
  const half = (center * SEAT_PITCH) / 2
  const offsets = [
    ...Array.from({ length: left }, (_, i) => -half - AISLE - (left - i - 0.5) * SEAT_PITCH),
    ...Array.from({ length: center }, (_, i) => -half + (i + 0.5) * SEAT_PITCH),
    ...Array.from({ length: right }, (_, i) => half + AISLE + (i + 0.5) * SEAT_PITCH),
  ]
  return offsets.map((offset) => {
    const [x, y] = onArc(CENTER_Y, radius, offset / radius)
    return { number: '', x, y, category }
  })
}

// From the wall towards the middle on the left, from the middle towards the wall on the right.
function wheelchairs(index: number, side: -1 | 1): NewSeat[] {
  const radius = radiusOf(index)
  const first = 5 * SEAT_PITCH + AISLE
  const pair = [first + 30, first + 130].map((offset, i): NewSeat => {
    const [x, y] = onArc(CENTER_Y, radius, (side * offset) / radius)
    const flag = i === 0 ? ({ companion: true } as const) : ({ accessible: true } as const)
    return { number: '', x, y, category: FRONT, ...flag }
  })
  return side < 0 ? pair.toReversed() : pair
}

// Level with the door at the back: a wheelchair place on each side, eight seats between them.
function lastRow(index: number): NewSeat[] {
  const radius = radiusOf(index) + 40
  const at = (offset: number, flags: Partial<NewSeat>): NewSeat => {
    const [x, y] = onArc(CENTER_Y, radius, offset / radius)
    return { number: '', x, y, category: PREMIUM, ...flags }
  }
  const middle = Array.from({ length: 8 }, (_, i) => at((i - 3.5) * SEAT_PITCH, {}))
  const outer = 5 * SEAT_PITCH + AISLE
  const side = (sign: -1 | 1) => [
    at(sign * (outer + 30), { companion: true }),
    at(sign * (outer + 130), { accessible: true }),
  ]
  return [...side(-1).toReversed(), ...middle, ...side(1)]
}

function drawRoom(hall: HallBuilder): void {
  const bottom = FIRST_ROW_Y + (ROWS.length + 1) * ROW_PITCH + 60
  hall.shape({
    kind: 'polygon',
    role: 'wall',
    color: '#f6f5f7',
    border_color: '#bdb9c4',
    points: rectangle(-880, -160, 880, bottom),
  })
  hall.shape({
    kind: 'polygon',
    role: 'screen',
    color: '#2d2b36',
    points: [
      [-640, 10],
      [-320, -18],
      [0, -28],
      [320, -18],
      [640, 10],
      [640, 34],
      [320, 6],
      [0, -4],
      [-320, 6],
      [-640, 34],
    ],
  })
  hall.shape({
    kind: 'text',
    role: 'label',
    text: 'Screen',
    center: [0, 110],
    text_size: 72,
    color: '#6f6b7a',
  })
}

function labelRow(hall: HallBuilder, seats: NewSeat[], label: string): void {
  const first = seats[0]!
  const last = seats[seats.length - 1]!
  for (const [x, y] of [
    [first.x - 75, first.y],
    [last.x + 75, last.y],
  ] as const) {
    hall.shape({ kind: 'text', role: 'label', text: label, center: [x, y], text_size: 48, color: '#8d8898' })
  }
}

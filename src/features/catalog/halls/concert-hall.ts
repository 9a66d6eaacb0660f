import type { Layout } from '../../../shared/layout.ts'
import { HallBuilder, onArc, rectangle, rowLetters, type NewSeat } from './hall-builder.ts'

/** Centimetres from seat to seat, from row to row, and across an aisle. */
const SEAT_PITCH = 54
const ROW_PITCH = 96
const AISLE = 110

/** Rows are arcs around a point behind the stage. */
const CENTER_Y = -4200
const FIRST_ROW_Y = 1500

const PREMIUM = 0
const ORCHESTRA = 1
const FIRST = 2
const SECOND = 3
const THIRD = 4
const RESTRICTED = 5

/**
 * A concert hall in the shoebox tradition: an orchestra and a parterre in three blocks, three tiers that run along
 * both sides (the first in boxes) and across the back. Left is odd, right is even, the middle counts from 101.
 */
export function concertHall(): Layout {
  const hall = new HallBuilder(
    'Concert Hall',
    [
      { name: 'Prime Orchestra', color: '#b4235a' },
      { name: 'Orchestra', color: '#d9663b' },
      { name: 'First Tier', color: '#c79a1b' },
      { name: 'Second Tier', color: '#3d8f6b' },
      { name: 'Third Tier', color: '#3a78b5' },
      { name: 'Partial View', color: '#7d6fae' },
    ],
    ['Orchestra', 'First Tier', 'Second Tier', 'Third Tier'],
    22,
  )
  walls(hall)
  stage(hall)
  orchestra(hall)
  firstTier(hall)
  galleries(hall)
  return hall.finish([0, 700])
}

function walls(hall: HallBuilder): void {
  hall.shape({
    kind: 'polygon',
    role: 'wall',
    color: '#fbf9f5',
    border_color: '#d8d0c2',
    points: [
      [-900, -350],
      [900, -350],
      [2420, 1000],
      [2420, 7000],
      [1900, 7420],
      [900, 7600],
      [0, 7650],
      [-900, 7600],
      [-1900, 7420],
      [-2420, 7000],
      [-2420, 1000],
    ],
  })
  const labels: [string, number][] = [
    ['First Tier', 5010],
    ['Second Tier', 5860],
    ['Third Tier', 6590],
  ]
  for (const [text, y] of labels)
    hall.shape({ kind: 'text', role: 'label', text, center: [0, y], text_size: 120, color: '#8a8172' })
}

function stage(hall: HallBuilder): void {
  hall.shape({
    kind: 'polygon',
    role: 'stage',
    color: '#e9dcc3',
    border_color: '#b59f74',
    points: [
      [-800, -100],
      [800, -100],
      [1120, 1080],
      [780, 1180],
      [400, 1235],
      [0, 1255],
      [-400, 1235],
      [-780, 1180],
      [-1120, 1080],
    ],
  })
  hall.shape({
    kind: 'text',
    role: 'label',
    text: 'Stage',
    center: [0, 560],
    text_size: 220,
    color: '#7a673e',
  })
}

// The middle block keeps its width, the sides widen with the hall.
function orchestra(hall: HallBuilder): void {
  const front = { rows: 20, code: 'ORCH', name: 'Orchestra', door: 'Ground floor, doors 1–4' }
  const back = { rows: 11, code: 'PARQ', name: 'Parterre', door: 'Ground floor, doors 5–8' }
  let index = 0
  for (const part of [front, back]) {
    const crossAisle = part === back ? 150 : 0
    const [left, center, right] = ['Left', 'Center', 'Right'].map((side) =>
      hall.section(`${part.code}${side[0]}`, `${part.name} ${side}`, 'Orchestra', part.door),
    ) as [number, number, number]
    const rows = Array.from({ length: part.rows }, (_, i) => orchestraRow(index + i, crossAisle))
    for (const [section, pick] of [
      [left, 0],
      [center, 1],
      [right, 2],
    ] as const) {
      rows.forEach((row, i) => hall.row(section, rowLetters(index + i), row[pick]!))
    }
    index += part.rows
  }
  wheelchairRow(hall, FIRST_ROW_Y + index * ROW_PITCH + 150 + 70)
}

function orchestraRow(index: number, crossAisle: number): NewSeat[][] {
  const radius = FIRST_ROW_Y - CENTER_Y + index * ROW_PITCH + crossAisle
  const middle = 14 + (index % 2)
  const side = Math.min(13, 7 + Math.floor(index / 3))
  const category = index >= 3 && index < 17 ? PREMIUM : ORCHESTRA
  const at = (offset: number) => onArc(CENTER_Y, radius, offset / radius)
  const seat = (offset: number, number: number, kind: number): NewSeat => {
    const [x, y] = at(offset)
    return { number: String(number), x, y, category: kind }
  }
  const half = (middle / 2) * SEAT_PITCH
  const center = Array.from({ length: middle }, (_, i) =>
    seat(-half + (i + 0.5) * SEAT_PITCH, 101 + i, category),
  )
  const outwards = Array.from({ length: side }, (_, i) => half + AISLE + (i + 0.5) * SEAT_PITCH)
  const kind = (i: number) => (i < 5 ? category : ORCHESTRA)
  const left = outwards.map((offset, i) => seat(-offset, 2 * i + 1, kind(i))).toReversed()
  const right = outwards.map((offset, i) => seat(offset, 2 * i + 2, kind(i)))
  return [left, center, right]
}

// A level cross aisle behind the parterre: wheelchair places, each with a companion's seat beside it.
function wheelchairRow(hall: HallBuilder, y: number): void {
  const section = hall.section('ACC', 'Parterre Accessible', 'Orchestra', 'Ground floor, doors 5–8')
  const radius = y - CENTER_Y
  const seats: NewSeat[] = []
  for (const side of [-1, 1]) {
    const offsets = Array.from({ length: 10 }, (_, i) => 420 + Math.floor(i / 2) * 190 + (i % 2) * 80)
    const half = offsets.map((offset, i): NewSeat => {
      const [x, py] = onArc(CENTER_Y, radius, (side * offset) / radius)
      const number = String(side < 0 ? 10 - i : 11 + i)
      const flag = i % 2 === 0 ? ({ accessible: true } as const) : ({ companion: true } as const)
      return { number, x, y: py, category: ORCHESTRA, ...flag }
    })
    seats.push(...(side < 0 ? half.toReversed() : half))
  }
  hall.row(section, 'W', seats)
}

const TIER_SIDE_X = [1460, 1790, 2120]
const TIER_BACK_Y = [5160, 6010, 6740]

function firstTier(hall: HallBuilder): void {
  const boxes = 12
  for (const side of [-1, 1] as const) {
    const word = side < 0 ? 'Left' : 'Right'
    const section = hall.section(
      `T1B${word[0]}`,
      `First Tier Boxes ${word}`,
      'First Tier',
      `First floor, ${word.toLowerCase()}`,
    )
    for (let box = 0; box < boxes; box += 1) {
      const top = 1180 + box * 300
      const number = 2 * box + (side < 0 ? 1 : 2)
      const seats = Array.from({ length: 6 }, (_, i): NewSeat => {
        const depth = i < 3 ? 0 : 90
        const along = top + 66 + (i % 3) * 74 + (depth > 0 ? 12 : 0)
        const x = side * (TIER_SIDE_X[0]! + depth)
        const restricted = box < 2 || (depth > 0 && box < 4)
        return {
          number: String(i + 1),
          x,
          y: along,
          category: restricted ? RESTRICTED : FIRST,
          ...(restricted && { restricted_view: true as const }),
        }
      })
      hall.row(section, `Box ${number}`, seats)
      const [near, far] = [side * (TIER_SIDE_X[0]! - 50), side * (TIER_SIDE_X[0]! + 150)]
      hall.shape({
        kind: 'polygon',
        role: 'wall',
        border_color: '#c9c2b4',
        points: rectangle(Math.min(near, far), top + 15, Math.max(near, far), top + 285),
      })
    }
  }
  backOfTier(hall, {
    code: 'T1',
    name: 'First Tier',
    floor: 'First Tier',
    y: TIER_BACK_Y[0]!,
    rows: 6,
    seats: 47,
    grow: 1,
    category: FIRST,
  })
}

function galleries(hall: HallBuilder): void {
  const upper = [
    {
      code: 'T2',
      name: 'Second Tier',
      tier: 1,
      sideSeats: 52,
      back: { rows: 5, seats: 57, grow: 1 },
      category: SECOND,
    },
    {
      code: 'T3',
      name: 'Third Tier',
      tier: 2,
      sideSeats: 52,
      back: { rows: 6, seats: 64, grow: 1 },
      category: THIRD,
    },
  ]
  for (const { code, name, tier, sideSeats, back, category } of upper) {
    for (const side of [-1, 1] as const)
      sideGallery(hall, { code, name, tier, side, seats: sideSeats, category })
    backOfTier(hall, { code, name, floor: name, y: TIER_BACK_Y[tier]!, ...back, category })
  }
}

// Two rows of loose chairs along the wall; the places nearest the stage look at it sideways.
function sideGallery(
  hall: HallBuilder,
  o: { code: string; name: string; tier: number; side: -1 | 1; seats: number; category: number },
): void {
  const word = o.side < 0 ? 'Left' : 'Right'
  const section = hall.section(
    `${o.code}${word[0]}`,
    `${o.name} ${word}`,
    o.name,
    `Floor ${o.tier + 1}, ${word.toLowerCase()}`,
  )
  for (const row of [0, 1]) {
    const seats = Array.from({ length: o.seats }, (_, i): NewSeat => {
      const restricted = i < 10 || (row === 1 && i < 18)
      // A passage every thirteen places.
      const y = 1180 + (i + 0.5) * 66 + Math.floor(i / 13) * 90
      const x = o.side * (TIER_SIDE_X[o.tier]! + row * ROW_PITCH)
      const number = String(2 * i + (o.side < 0 ? 1 : 2))
      return {
        number,
        x,
        y,
        category: restricted ? RESTRICTED : o.category,
        ...(restricted && { restricted_view: true as const }),
      }
    })
    hall.row(section, rowLetters(row), seats)
  }
}

function backOfTier(
  hall: HallBuilder,
  o: {
    code: string
    name: string
    floor: string
    y: number
    rows: number
    seats: number
    grow: number
    category: number
  },
): void {
  const blocks = ['Left Center', 'Center', 'Right Center']
  const sections = blocks.map((block, i) =>
    hall.section(`${o.code}${['LC', 'C', 'RC'][i]}`, `${o.name} ${block}`, o.floor, 'Staircase C'),
  )
  const rows = Array.from({ length: o.rows }, (_, row) => {
    const count = o.seats + row * o.grow
    const radius = o.y - CENTER_Y + row * ROW_PITCH
    const sideCount = Math.floor(count / 3)
    const length = count * SEAT_PITCH + 2 * AISLE
    return Array.from({ length: count }, (_unused, i) => {
      const block = i < sideCount ? 0 : i < count - sideCount ? 1 : 2
      const [x, y] = onArc(CENTER_Y, radius, (-length / 2 + (i + 0.5) * SEAT_PITCH + block * AISLE) / radius)
      return { block, seat: { number: String(i + 1), x, y, category: o.category } satisfies NewSeat }
    })
  })
  sections.forEach((section, block) => {
    rows.forEach((row, i) =>
      hall.row(
        section,
        rowLetters(i),
        row.filter((s) => s.block === block).map((s) => s.seat),
      ),
    )
  })
}

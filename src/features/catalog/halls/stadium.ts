import type { Layout } from '../../../shared/layout.ts'
import { outline, pointInSlice, rowLength, sliceBowl, type Bowl, type Slice } from './bowl.ts'
import { HallBuilder, rectangle, type NewSeat, type Point } from './hall-builder.ts'

export const STADIUM_SEATS = 50_000

const SEAT_PITCH = 50
const AISLE = 120
/** A football pitch of 105 × 68 m with run-off, corners rounded. */
const BOWL: Bowl = { halfWidth: 5_950, halfHeight: 4_100, cornerRadius: 1_700 }
const PITCH = { halfWidth: 5_250, halfHeight: 3_400 }

type Tier = {
  name: string
  /** Sectors are numbered from here, clockwise. */
  firstSector: number
  outwards: number
  rows: number
  rowPitch: number
  slices: { long: number; short: number; corner: number }
  /** Rows that the mouth of a vomitory takes out of every other sector's middle. */
  vomitory: { rows: [number, number]; width: number } | null
}

const TIERS: Tier[] = [
  {
    name: 'Lower Tier',
    firstSector: 101,
    outwards: 100,
    rows: 26,
    rowPitch: 80,
    slices: { long: 6, short: 4, corner: 2 },
    vomitory: { rows: [12, 16], width: 260 },
  },
  {
    name: 'Club',
    firstSector: 201,
    outwards: 2_740,
    rows: 8,
    rowPitch: 90,
    slices: { long: 6, short: 4, corner: 3 },
    vomitory: null,
  },
  {
    name: 'Upper Tier',
    firstSector: 301,
    outwards: 3_890,
    rows: 19,
    rowPitch: 78,
    slices: { long: 7, short: 5, corner: 4 },
    vomitory: { rows: [6, 10], width: 260 },
  },
]

const CATEGORIES = [
  { name: 'Club', color: '#7b2d8b' },
  { name: 'Category 1', color: '#c0392b' },
  { name: 'Category 2', color: '#e08a1e' },
  { name: 'Category 3', color: '#2e8b57' },
  { name: 'Category 4', color: '#2f6fb3' },
  { name: 'Restricted view', color: '#8a94a0' },
  { name: 'Standing', color: '#d6437b' },
]
const STANDING = 6

/**
 * A football stadium of exactly 50,000 seats in three tiers. `match` looks at the pitch; `concert` puts a stage at
 * the left end, and `standing` opens the pitch in front of it to general admission.
 */
export function stadium(
  options: { set: 'match' | 'concert'; standing?: boolean } = { set: 'match' },
): Layout {
  const isConcert = options.set === 'concert'
  const hall = new HallBuilder(
    isConcert ? 'Stadium, concert' : 'Stadium',
    options.standing ? CATEGORIES : CATEGORIES.slice(0, STANDING),
    TIERS.map((tier) => tier.name),
    21,
  )
  const focal: Point = isConcert ? [-4_300, 0] : [0, 0]
  drawGround(hall, isConcert)
  const rows = TIERS.flatMap((tier) => tierRows(tier, isConcert))
  trim(rows, STADIUM_SEATS)
  let section = -1
  let sector = -1
  for (const row of rows) {
    if (row.sector !== sector) {
      sector = row.sector
      section = hall.section(String(sector), `Sector ${sector}`, row.tier.name, gate(row.slice))
    }
    hall.row(section, row.label, row.seats)
  }
  for (const tier of TIERS) labelSectors(hall, tier)
  if (options.standing) standing(hall)
  return hall.finish(focal)
}

type Row = { tier: Tier; slice: Slice; sector: number; label: string; seats: NewSeat[] }

function tierRows(tier: Tier, isConcert: boolean): Row[] {
  return sliceBowl(BOWL, tier.slices).flatMap((slice, index) => {
    const sector = tier.firstSector + index
    const rows: Row[] = []
    for (let row = 0; row < tier.rows; row += 1) {
      rows.push({
        tier,
        slice,
        sector,
        label: String(row + 1),
        seats: seatsOfRow(tier, slice, index, row, isConcert),
      })
    }
    if (tier.name === 'Lower Tier' && index % 2 === 0) {
      rows.push({ tier, slice, sector, label: 'Platform', seats: platform(tier, slice, isConcert) })
    }
    return rows
  })
}

function seatsOfRow(tier: Tier, slice: Slice, index: number, row: number, isConcert: boolean): NewSeat[] {
  const outwards = tier.outwards + row * tier.rowPitch
  const length = rowLength(BOWL, slice, outwards, AISLE)
  const count = Math.floor(length / SEAT_PITCH)
  const mouth = tier.vomitory
  const isMouth = mouth !== null && index % 2 === 1 && row >= mouth.rows[0] && row < mouth.rows[1]
  const price = priced(tier, slice, isConcert)
  const seats: NewSeat[] = []
  for (let i = 0; i < count; i += 1) {
    const along = (i - (count - 1) / 2) * SEAT_PITCH
    if (isMouth && Math.abs(along) < mouth.width / 2) continue
    const [x, y] = pointInSlice(BOWL, slice, outwards, along)
    seats.push({ number: String(seats.length + 1), x, y, ...price })
  }
  return seats
}

// Level places on the concourse behind the lower tier: a wheelchair and a companion's seat side by side.
function platform(tier: Tier, slice: Slice, isConcert: boolean): NewSeat[] {
  const outwards = tier.outwards + tier.rows * tier.rowPitch + 130
  const { category } = priced(tier, slice, isConcert)
  const pairs = Math.min(5, Math.floor(rowLength(BOWL, slice, outwards, AISLE) / 230))
  return Array.from({ length: pairs * 2 }, (_, i): NewSeat => {
    const along = (Math.floor(i / 2) - (pairs - 1) / 2) * 230 + (i % 2 === 0 ? -45 : 45)
    const [x, y] = pointInSlice(BOWL, slice, outwards, along)
    const flag = i % 2 === 0 ? ({ accessible: true } as const) : ({ companion: true } as const)
    return { number: String(i + 1), x, y, category: Math.min(category, 3), ...flag }
  })
}

// What a sector costs follows from how its middle looks at the pitch, or how far it is from the stage.
function priced(tier: Tier, slice: Slice, isConcert: boolean): { category: number; restricted_view?: true } {
  const [x, y] = pointInSlice(BOWL, slice, tier.outwards + (tier.rows * tier.rowPitch) / 2, 0)
  const isUpper = tier.name === 'Upper Tier'
  if (isConcert) {
    if (x < -7_000) return { category: 5, restricted_view: true }
    if (tier.name === 'Club') return { category: 0 }
    const far = Math.hypot(x + 4_300, y) + (isUpper ? 1_500 : 0)
    return { category: far < 7_200 ? 1 : far < 9_800 ? 2 : far < 12_500 ? 3 : 4 }
  }
  if (tier.name === 'Club') return { category: 0 }
  const isAlong = slice.part === 'straight' && (slice.side === 'top' || slice.side === 'bottom')
  const isMiddle = isAlong && Math.abs(x) < 2_900
  if (isUpper) return { category: isMiddle ? 2 : isAlong ? 3 : 4 }
  return { category: isMiddle ? 1 : isAlong ? 2 : 3 }
}

// The last rows of the upper tier lose a seat each, then a second, until the number is right.
function trim(rows: Row[], seatCount: number): void {
  let surplus = rows.reduce((sum, row) => sum + row.seats.length, 0) - seatCount
  const highest = rows
    .filter((row) => row.tier === TIERS[2])
    .toSorted((a, b) => Number(b.label) - Number(a.label) || b.seats.length - a.seats.length)
  if (surplus < 0 || surplus > 3 * highest.length)
    throw new Error(`the stadium has ${surplus} seats too many`)
  for (let i = 0; surplus > 0; i = (i + 1) % highest.length, surplus -= 1) highest[i]!.seats.pop()
}

function gate(slice: Slice): string {
  return `Gate ${{ top: 'North', right: 'East', bottom: 'South', left: 'West' }[slice.side]}`
}

function drawGround(hall: HallBuilder, isConcert: boolean): void {
  const last = TIERS[2]!
  const edge = last.outwards + last.rows * last.rowPitch
  hall.shape({
    kind: 'polygon',
    role: 'wall',
    color: '#f4f2ee',
    border_color: '#c8c2b6',
    points: outline(BOWL, edge + 150),
  })
  hall.shape({ kind: 'polygon', role: 'other', color: '#e6e1d6', points: outline(BOWL, 0) })
  const { halfWidth, halfHeight } = PITCH
  const grass = isConcert ? '#b9c6ab' : '#8fbf75'
  const line = '#ffffff'
  hall.shape({
    kind: 'polygon',
    role: 'pitch',
    color: grass,
    border_color: line,
    points: rectangle(-halfWidth, -halfHeight, halfWidth, halfHeight),
  })
  if (isConcert) {
    hall.shape({
      kind: 'polygon',
      role: 'stage',
      color: '#3b3a44',
      points: [...rectangle(-5_700, -2_000, -4_400, 2_000)],
    })
    hall.shape({
      kind: 'polygon',
      role: 'stage',
      color: '#3b3a44',
      points: rectangle(-4_400, -250, -2_600, 250),
    })
    hall.shape({
      kind: 'text',
      role: 'label',
      text: 'STAGE',
      center: [-5_050, 0],
      rotation: -90,
      text_size: 480,
      color: '#ffffff',
    })
    return
  }
  hall.shape({
    kind: 'polygon',
    role: 'pitch',
    border_color: line,
    points: rectangle(-5, -halfHeight, 5, halfHeight),
  })
  hall.shape({ kind: 'ellipse', role: 'pitch', border_color: line, center: [0, 0], radius: [915, 915] })
  for (const side of [-1, 1]) {
    const box = (depth: number, half: number) =>
      rectangle(
        Math.min(side * halfWidth, side * (halfWidth - depth)),
        -half,
        Math.max(side * halfWidth, side * (halfWidth - depth)),
        half,
      )
    hall.shape({ kind: 'polygon', role: 'pitch', border_color: line, points: box(1_650, 2_016) })
    hall.shape({ kind: 'polygon', role: 'pitch', border_color: line, points: box(550, 916) })
  }
}

// Between the tiers, where nobody sits.
function labelSectors(hall: HallBuilder, tier: Tier): void {
  const outwards = tier.outwards + tier.rows * tier.rowPitch + (tier.name === 'Lower Tier' ? 330 : 140)
  sliceBowl(BOWL, tier.slices).forEach((slice, index) => {
    const center = pointInSlice(BOWL, slice, tier.name === 'Upper Tier' ? outwards + 250 : outwards, 0)
    hall.shape({
      kind: 'text',
      role: 'label',
      text: String(tier.firstSector + index),
      center,
      text_size: 200,
      color: '#6d6759',
    })
  })
}

function standing(hall: HallBuilder): void {
  const { halfWidth, halfHeight } = PITCH
  const front: Point[] = [
    [-4_200, -halfHeight],
    [-600, -halfHeight],
    [-600, halfHeight],
    [-4_200, halfHeight],
    [-4_200, 450],
    [-2_400, 450],
    [-2_400, -450],
    [-4_200, -450],
  ]
  hall.area({
    area_id: 'standing-front',
    name: 'Front standing',
    category: STANDING,
    capacity: 4_000,
    outline: front,
  })
  hall.area({
    area_id: 'standing-rear',
    name: 'Rear standing',
    category: STANDING,
    capacity: 8_000,
    outline: rectangle(-300, -halfHeight, halfWidth, halfHeight),
  })
}

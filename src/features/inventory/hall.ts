import type { Layout } from '../../shared/layout.ts'
import { SeatIds } from './seat-ids.ts'

/** A run of seats that people see as one row, in the order in which they stand. */
export type HallRow = {
  readonly section: number
  readonly label: string
  readonly seats: readonly number[]
  readonly nearest: number
}

/** A layout made ready for deciding: shared by all events in the same hall. */
export type Hall = {
  readonly layoutHash: string
  /** The layout without its seats: what a seat needs is in columns, which the garbage collector need not visit. */
  readonly layout: Omit<Layout, 'seats'>
  readonly seatCount: number
  readonly seatIds: SeatIds
  /** The label on the seat; section and row are those of its row. */
  readonly numbers: readonly string[]
  readonly x: Float32Array
  readonly y: Float32Array
  /** Index into layout.categories, a seat. */
  readonly category: Uint8Array
  /** Index into `rows`, a seat. */
  readonly rowOf: Uint32Array
  /** Position within its row, a seat. */
  readonly placeInRow: Uint16Array
  /** In the layout's order, so that neighbours here are neighbours in the hall; a wide gap (an aisle) ends a row. */
  readonly rows: readonly HallRow[]
  /** The same rows by their seat nearest the focal point, nearest first. */
  readonly rowsNearestFirst: readonly HallRow[]
  /** Distance to the focal point in layout units, a seat. */
  readonly distance: Float32Array
  /** 1 accessible, 2 companion, a seat. */
  readonly flags: Uint8Array
  readonly areaById: ReadonlyMap<string, number>
}

export const ACCESSIBLE = 1
export const COMPANION = 2

/** Compiles a layout. Without a focal point the front is the middle of the upper edge. */
export function compileHall(layoutHash: string, layout: Layout): Hall {
  const { seats, ...rest } = layout
  const focus = layout.focal_point ?? { x: layout.size.width / 2, y: 0 }
  const x = Float32Array.from(seats, (seat) => seat.x)
  const y = Float32Array.from(seats, (seat) => seat.y)
  const category = new Uint8Array(seats.length)
  const distance = new Float32Array(seats.length)
  const flags = new Uint8Array(seats.length)
  const bySectionAndRow = new Map<string, number[]>()
  seats.forEach((seat, i) => {
    category[i] = seat.category
    distance[i] = Math.hypot(seat.x - focus.x, seat.y - focus.y)
    flags[i] = (seat.accessible ? ACCESSIBLE : 0) | (seat.companion ? COMPANION : 0)
    const key = `${seat.section}\n${seat.row}`
    const row = bySectionAndRow.get(key)
    if (row) row.push(i)
    else bySectionAndRow.set(key, [i])
  })
  const rows = [...bySectionAndRow.values()]
    .flatMap((row) => splitAtAisles(layout, row))
    .map((row) => ({
      section: seats[row[0]!]!.section,
      label: seats[row[0]!]!.row,
      seats: row,
      nearest: row.reduce((least, i) => Math.min(least, distance[i]!), Infinity),
    }))
  const rowOf = new Uint32Array(seats.length)
  const placeInRow = new Uint16Array(seats.length)
  rows.forEach((row, r) => {
    row.seats.forEach((seat, place) => {
      rowOf[seat] = r
      placeInRow[seat] = place
    })
  })
  return {
    layoutHash,
    layout: rest,
    seatCount: seats.length,
    seatIds: new SeatIds(seats.map((seat) => seat.seat_id)),
    numbers: shared(seats.map((seat) => seat.number)),
    x,
    y,
    category,
    rowOf,
    placeInRow,
    rows,
    rowsNearestFirst: [...rows].sort((a, b) => a.nearest - b.nearest),
    distance,
    flags,
    areaById: new Map(layout.areas.map((area, i) => [area.area_id, i])),
  }
}

/** A seat's labels: their words are in the layout's sections. */
export function labelsOf(hall: Hall, seat: number): { section: string; row: string; number: string } {
  const row = hall.rows[hall.rowOf[seat]!]!
  return {
    section: hall.layout.sections[row.section]!.name,
    row: row.label,
    number: hall.numbers[seat]!,
  }
}

// The same text once: most rows number their seats alike.
function shared(texts: string[]): string[] {
  const known = new Map<string, string>()
  return texts.map((text) => {
    const first = known.get(text)
    if (first !== undefined) return first
    known.set(text, text)
    return text
  })
}

/** Seats further apart than this many times the row's usual spacing do not sit side by side. */
const AISLE_FACTOR = 1.9

function splitAtAisles(layout: Layout, row: readonly number[]): number[][] {
  const gaps = row.slice(1).map((seat, i) => {
    const a = layout.seats[row[i]!]!
    const b = layout.seats[seat]!
    return Math.hypot(a.x - b.x, a.y - b.y)
  })
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
  const parts: number[][] = [[row[0]!]]
  gaps.forEach((gap, i) => {
    if (usual > 0 && gap > usual * AISLE_FACTOR) parts.push([])
    parts.at(-1)!.push(row[i + 1]!)
  })
  return parts
}

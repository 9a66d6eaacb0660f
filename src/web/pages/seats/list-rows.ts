import { SEAT_FREE } from '../../components/seat-map/availability.ts'
import type { Hall } from '../../components/seat-map/hall.ts'
import { passes, type SeatFilter } from './seat-filter.ts'

export type ListRow = { index: number; label: string; free: number; seats: number[] }

type Shown = {
  hall: Hall
  statuses: Uint8Array
  filter: SeatFilter
  /** Chosen seats stay, whatever else is asked for. */
  isMine: (seat: number) => boolean
  /** Seats that were free when they were first shown: they stay as "taken", so that nothing jumps under a finger. */
  seen: Set<number>
}

/** The rows of a section with the seats that can be had, in the order in which they stand. */
export function listRows(section: number, { hall, statuses, filter, isMine, seen }: Shown): ListRow[] {
  return hall.rowsOf(section).flatMap(({ index, row }) => {
    const seats: number[] = []
    let free = 0
    for (let seat = row.first; seat < row.first + row.count; seat++) {
      const isFree = statuses[seat] === SEAT_FREE && passes(filter, hall, seat)
      if (isFree) {
        free += 1
        seen.add(seat)
      }
      if (isFree || isMine(seat) || (seen.has(seat) && passes(filter, hall, seat))) seats.push(seat)
    }
    return seats.length > 0 ? [{ index, label: row.label, free, seats }] : []
  })
}

/** Free seats of every section that pass the filter. */
export function freeBySection(hall: Hall, statuses: Uint8Array, filter: SeatFilter): Uint32Array {
  const free = new Uint32Array(hall.data.sections.length)
  for (let seat = 0; seat < statuses.length; seat++) {
    if (statuses[seat] === SEAT_FREE && passes(filter, hall, seat)) free[hall.data.section[seat]!]! += 1
  }
  return free
}

export type Direction = 'next' | 'previous' | 'below' | 'above' | 'first' | 'last'

/** Where an arrow key leads from a seat: along the row, or to the seat of the next row that stands nearest. */
export function seatBeside(rows: readonly ListRow[], hall: Hall, from: number, direction: Direction): number {
  const r = rows.findIndex(({ seats }) => seats.includes(from))
  const row = rows[r]
  if (!row) return rows[0]?.seats[0] ?? -1
  const i = row.seats.indexOf(from)
  switch (direction) {
    case 'next':
      return row.seats[i + 1] ?? from
    case 'previous':
      return row.seats[i - 1] ?? from
    case 'first':
      return row.seats[0]!
    case 'last':
      return row.seats.at(-1)!
    case 'below':
    case 'above': {
      const other = rows[direction === 'below' ? r + 1 : r - 1]
      if (!other) return from
      const away = (seat: number): number =>
        Math.hypot(hall.data.x[seat]! - hall.data.x[from]!, hall.data.y[seat]! - hall.data.y[from]!)
      return other.seats.reduce((best, seat) => (away(seat) < away(best) ? seat : best))
    }
  }
}

import type { HallData } from './hall.ts'

/** Rows as lines: both ends of each, and what its seats have in common (section low, section high, category, flags). */
export type RowLines = { count: number; ends: Float32Array<ArrayBuffer>; kinds: Uint8Array<ArrayBuffer> }

/** How far a seat may lie beside its line, in radii of a seat. */
const BEND_MAX = 0.3
/** Seats further apart than this leave a gap, in radii at which they flow together. */
const GAP_FROM = 2.3

/**
 * Seats that follow each other in a row and are alike, as straight lines: from far away a stadium is some thousand lines
 * instead of fifty thousand seats.
 */
export function rowLines(data: HallData): RowLines {
  const { x, y, section, category, flags, rows, seatRadius, blobRadius } = data
  const ends: number[] = []
  const kinds: number[] = []
  const add = (from: number, to: number): void => {
    ends.push(x[from]!, y[from]!, x[to]!, y[to]!)
    kinds.push(section[from]! & 255, section[from]! >> 8, category[from]!, flags[from]!)
  }
  const straight = (from: number, to: number): void => {
    const middle = furthest(data, from, to)
    if (middle < 0 || distance(data, middle, from, to) <= seatRadius * BEND_MAX) return add(from, to)
    straight(from, middle)
    straight(middle, to)
  }
  for (const { first, count } of rows) {
    let start = first
    for (let seat = first + 1; seat <= first + count; seat++) {
      const before = seat - 1
      const goesOn =
        seat < first + count &&
        category[seat] === category[before] &&
        flags[seat] === flags[before] &&
        Math.hypot(x[seat]! - x[before]!, y[seat]! - y[before]!) <= blobRadius * GAP_FROM
      if (goesOn) continue
      straight(start, before)
      start = seat
    }
  }
  return { count: ends.length / 4, ends: Float32Array.from(ends), kinds: Uint8Array.from(kinds) }
}

function furthest(data: HallData, from: number, to: number): number {
  let best = -1
  let most = 0
  for (let seat = from + 1; seat < to; seat++) {
    const away = distance(data, seat, from, to)
    if (away > most) [best, most] = [seat, away]
  }
  return best
}

/** Of a seat from the line between two others. */
function distance({ x, y }: HallData, seat: number, from: number, to: number): number {
  const [dx, dy] = [x[to]! - x[from]!, y[to]! - y[from]!]
  const [px, py] = [x[seat]! - x[from]!, y[seat]! - y[from]!]
  const long = Math.hypot(dx, dy)
  return long === 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / long
}

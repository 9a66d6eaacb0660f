import { ACCESSIBLE, COMPANION, type Hall, type HallRow } from './hall.ts'
import { leavesOrphan } from './orphan-seat.ts'
import { SEAT } from './types.ts'

export type Wish = {
  quantity: number
  /** Index into the layout's categories; null: any. */
  category: number | null
  /** One accessible place, the others beside it. */
  accessible: boolean
}

type IsFree = (seat: number) => boolean
type IsAllowed = (seats: readonly number[]) => boolean
type Block = { seats: number[]; distance: number }

/**
 * The best free seats for a wish: together in one row and nearest the focal point; where no row has enough, in as
 * few pieces as a greedy split finds, each near the first. Accessible places and their companions are kept for
 * those who ask for them. With `sparing`, a choice that leaves no single seat behind comes before a nearer one that
 * does. Null when there are not enough.
 */
export function bestAvailable(
  hall: Hall,
  status: (seat: number) => number,
  wish: Wish,
  sparing = false,
): number[] | null {
  const open: IsFree = (seat) =>
    status(seat) === SEAT.available && (wish.category === null || hall.category[seat] === wish.category)
  if (wish.accessible) return accessibleParty(hall, open, wish.quantity)
  const free: IsFree = (seat) => open(seat) && hall.flags[seat] === 0
  const spares = (seats: readonly number[]): boolean => leavesOrphan(hall, status, seats) === null
  const together =
    (sparing && bestBlock(hall, free, wish.quantity, hall.distance, spares)) ||
    bestBlock(hall, free, wish.quantity, hall.distance)
  if (together) return together.seats
  return split(hall, free, wish.quantity)
}

/** Rows come nearest first, so the search stops at the first row that cannot beat what was found. */
function bestBlock(
  hall: Hall,
  free: IsFree,
  quantity: number,
  distance: Float32Array,
  allowed?: IsAllowed,
): Block | null {
  let best: Block | null = null
  for (const row of hall.rowsNearestFirst) {
    if (best && distance === hall.distance && row.nearest >= best.distance) break
    if (row.seats.length < quantity) continue
    const found = bestInRow(row, free, quantity, distance, allowed)
    if (found && (!best || found.distance < best.distance)) best = found
  }
  return best
}

// A window of `quantity` seats slides over the row; its distance is the mean over its seats.
function bestInRow(
  row: HallRow,
  free: IsFree,
  quantity: number,
  distance: Float32Array,
  allowed?: IsAllowed,
): Block | null {
  let run = 0
  let sum = 0
  let bestSum = Infinity
  let bestEnd = -1
  const { seats } = row
  for (let i = 0; i < seats.length; i++) {
    const seat = seats[i]!
    if (!free(seat)) {
      run = 0
      sum = 0
      continue
    }
    run += 1
    sum += distance[seat]!
    if (run > quantity) {
      sum -= distance[seats[i - quantity]!]!
      run = quantity
    }
    if (run === quantity && sum < bestSum && (!allowed || allowed(seats.slice(i - quantity + 1, i + 1)))) {
      bestSum = sum
      bestEnd = i
    }
  }
  if (bestEnd < 0) return null
  return { seats: seats.slice(bestEnd - quantity + 1, bestEnd + 1), distance: bestSum / quantity }
}

function split(hall: Hall, free: IsFree, quantity: number): number[] | null {
  const chosen: number[] = []
  const taken = new Set<number>()
  const stillFree: IsFree = (seat) => !taken.has(seat) && free(seat)
  let distance = hall.distance
  let size = quantity - 1
  while (chosen.length < quantity) {
    size = Math.min(size, quantity - chosen.length)
    if (size === 0) return null
    const block = bestBlock(hall, stillFree, size, distance)
    if (!block) {
      size -= 1
      continue
    }
    for (const seat of block.seats) {
      taken.add(seat)
      chosen.push(seat)
    }
    if (distance === hall.distance) distance = distancesFrom(hall, block.seats[0]!)
  }
  return chosen
}

function distancesFrom(hall: Hall, seat: number): Float32Array {
  const { x, y } = hall
  return x.map((otherX, other) => Math.hypot(otherX - x[seat]!, y[other]! - y[seat]!))
}

/**
 * The accessible place nearest the focal point and its company: its own companion places first, then the nearest
 * ordinary seats. Where company is asked for, a place whose companion place is free comes before a nearer one whose is
 * not. The companion place of another accessible place that is still free is never taken: whoever books that one
 * later would have nobody beside them.
 */
function accessibleParty(hall: Hall, open: IsFree, quantity: number): number[] | null {
  const placeOf = accessiblePlaces(hall)
  const withCompanion = new Set<number>()
  if (quantity > 1) for (const [companion, place] of placeOf) if (open(companion)) withCompanion.add(place)
  const before = (a: number, b: number): boolean =>
    withCompanion.has(a) === withCompanion.has(b)
      ? hall.distance[a]! < hall.distance[b]!
      : withCompanion.has(a)
  let place = -1
  for (let seat = 0; seat < hall.seatCount; seat++) {
    if (!(hall.flags[seat]! & ACCESSIBLE) || !open(seat)) continue
    if (place < 0 || before(seat, place)) place = seat
  }
  if (place < 0) return null
  if (quantity === 1) return [place]
  const distance = distancesFrom(hall, place)
  const company: number[] = []
  for (let seat = 0; seat < hall.seatCount; seat++) {
    if (hall.flags[seat]! & ACCESSIBLE || !open(seat)) continue
    const other = placeOf.get(seat)
    if (other === undefined || other === place || !open(other)) company.push(seat)
  }
  if (company.length < quantity - 1) return null
  const rank = (seat: number): number => (placeOf.get(seat) === place ? 0 : 1e6) + distance[seat]!
  company.sort((a, b) => rank(a) - rank(b))
  return [place, ...company.slice(0, quantity - 1)]
}

const placesOfHalls = new WeakMap<Hall, ReadonlyMap<number, number>>()

/**
 * By companion place: the accessible place that it belongs to. The nearest pairs find each other first, and every
 * accessible place gets one before any gets a second.
 */
function accessiblePlaces(hall: Hall): ReadonlyMap<number, number> {
  const known = placesOfHalls.get(hall)
  if (known) return known
  const withFlag = (flag: number): number[] =>
    Array.from(hall.flags.keys()).filter((seat) => hall.flags[seat]! & flag)
  const [places, companions] = [withFlag(ACCESSIBLE), withFlag(COMPANION)]
  const pairs = places.flatMap((place) =>
    companions.map((companion) => ({
      ...{ place, companion },
      apart: Math.hypot(hall.x[place]! - hall.x[companion]!, hall.y[place]! - hall.y[companion]!),
    })),
  )
  pairs.sort((a, b) => a.apart - b.apart || a.place - b.place || a.companion - b.companion)
  const placeOf = new Map<number, number>()
  while (places.length > 0 && placeOf.size < companions.length) {
    const served = new Set<number>()
    for (const { place, companion } of pairs) {
      if (served.has(place) || placeOf.has(companion)) continue
      served.add(place)
      placeOf.set(companion, place)
    }
  }
  placesOfHalls.set(hall, placeOf)
  return placeOf
}

/** Windows of seats that a search for alternatives may look at, so that a refusal stays cheap. */
const ALTERNATIVE_WINDOWS_MAX = 240
const ALTERNATIVES_MAX = 3

/**
 * Free seats like those that were refused: as many, side by side, of the same category, in the same row or in the
 * rows next to it. Each alternative is a whole choice. Bounded, because most callers of a rush are refused. `barren`
 * names the rows that have nothing for such a wish, and those that have nothing around them either: they are passed
 * over, and what is found to be so is added.
 */
export function nearestAlternatives(
  hall: Hall,
  status: (seat: number) => number,
  wanted: readonly number[],
  barren = new Set<number>(),
): number[][] {
  const first = wanted[0]
  if (first === undefined || first >= hall.seatCount) return []
  const quantity = wanted.length
  const category = hall.category[first]!
  const flags = hall.flags[first]!
  const free: IsFree = (seat) =>
    status(seat) === SEAT.available && hall.category[seat] === category && hall.flags[seat] === flags
  const found: number[][] = []
  let windows = 0
  const rowIndex = hall.rowOf[first]!
  const keyOf = (row: number): number =>
    (row * 1_024 + category * 4 + flags) * 1_024 + Math.min(quantity, 1_023)
  const around = -1 - keyOf(rowIndex)
  if (barren.has(around)) return found
  for (const r of [rowIndex, rowIndex - 1, rowIndex + 1, rowIndex - 2, rowIndex + 2]) {
    const seats = hall.rows[r]?.seats
    const key = keyOf(r)
    if (!seats || seats.length < quantity || barren.has(key)) continue
    const last = seats.length - quantity
    const origin = Math.min(hall.placeInRow[first]!, last)
    const foundBefore = found.length
    // Windows start further and further away, on both sides.
    for (let offset = 0; offset <= Math.max(origin, last - origin); offset++) {
      if ((windows += 2) > ALTERNATIVE_WINDOWS_MAX) return found
      const left = origin - offset
      const right = origin + offset
      const start = left >= 0 && allFree(seats, left, quantity, free) ? left : right
      if (start > last || (start === right && !allFree(seats, right, quantity, free))) continue
      found.push(seats.slice(start, start + quantity))
      if (found.length === ALTERNATIVES_MAX) return found
      offset += quantity
    }
    if (found.length === foundBefore) barren.add(key)
  }
  if (found.length === 0) barren.add(around)
  return found
}

/**
 * Remembers which rows have nothing to offer, until a seat becomes free or the hall is another: in a rush nearly every
 * refusal asks for what was looked for in vain a moment ago, and the search would be most of what a refusal costs.
 */
export class Alternatives {
  private freedCount = -1
  private hall: Hall | null = null
  private readonly barren = new Set<number>()

  /** `freedCount`: how often a seat of this hall has become free. */
  near(
    hall: Hall,
    freedCount: number,
    status: (seat: number) => number,
    wanted: readonly number[],
  ): number[][] {
    if (freedCount !== this.freedCount || hall !== this.hall) {
      this.freedCount = freedCount
      this.hall = hall
      this.barren.clear()
    }
    return nearestAlternatives(hall, status, wanted, this.barren)
  }
}

function allFree(seats: readonly number[], start: number, quantity: number, free: IsFree): boolean {
  for (let i = start; i < start + quantity; i++) if (!free(seats[i]!)) return false
  return true
}

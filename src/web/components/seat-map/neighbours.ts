import type { Hall } from './hall.ts'

type IsFree = (seat: number) => boolean

/**
 * As many free seats as were lost, like them (category, and accessible where they were), side by side, and as near as
 * can be to where they were and to what is still chosen. Null when the hall has none.
 */
export function nearestLike(
  hall: Hall,
  isFree: IsFree,
  lost: readonly number[],
  kept: readonly number[],
): number[] | null {
  const [first] = lost
  if (first === undefined) return null
  const taken = new Set(kept)
  const { category, flags } = hall.data
  const fits: IsFree = (seat) =>
    isFree(seat) && !taken.has(seat) && category[seat] === category[first] && flags[seat] === flags[first]
  const near = [...lost, ...kept]
  const block =
    nearestBlock(hall, fits, lost.length, near, hall.row(first).section) ??
    nearestBlock(hall, fits, lost.length, near, null)
  return block ?? nearestSingles(hall, fits, lost, near)
}

function nearestBlock(
  hall: Hall,
  fits: IsFree,
  size: number,
  near: readonly number[],
  section: number | null,
): number[] | null {
  const { rows } = hall.data
  let best: number[] | null = null
  let bestCost = Infinity
  for (const row of rows) {
    if (section !== null && row.section !== section) continue
    let run = 0
    for (let seat = row.first; seat < row.first + row.count; seat++) {
      run = fits(seat) ? run + 1 : 0
      if (run < size) continue
      const cost = distance(hall, seat - size + 1, near) + distance(hall, seat, near)
      if (cost >= bestCost) continue
      bestCost = cost
      best = Array.from({ length: size }, (_, i) => seat - size + 1 + i)
    }
  }
  return best
}

function nearestSingles(
  hall: Hall,
  fits: IsFree,
  lost: readonly number[],
  near: readonly number[],
): number[] | null {
  const candidates: { seat: number; cost: number }[] = []
  for (let seat = 0; seat < hall.seatCount; seat++) {
    if (fits(seat)) candidates.push({ seat, cost: distance(hall, seat, near) })
  }
  if (candidates.length < lost.length) return null
  return candidates
    .toSorted((a, b) => a.cost - b.cost)
    .slice(0, lost.length)
    .map(({ seat }) => seat)
}

// Another row counts twice as far as another seat: people rather move along than back.
function distance({ data }: Hall, seat: number, near: readonly number[]): number {
  let sum = 0
  for (const other of near) {
    const apart = Math.hypot(data.x[seat]! - data.x[other]!, data.y[seat]! - data.y[other]!)
    sum += data.rowOf[seat] === data.rowOf[other] ? apart : apart * 1.6
  }
  return sum / near.length
}

/**
 * The seats that a choice would leave single between taken ones: the rule of the house that the server checks, told
 * before it refuses. Unavoidable ones (the free run is one longer than what is taken of it) are allowed.
 */
export function orphansOf(hall: Hall, isFree: IsFree, chosen: readonly number[]): number[] {
  const taking = new Set(chosen)
  const orphans: number[] = []
  for (const r of new Set(chosen.map((seat) => hall.data.rowOf[seat]!))) {
    const row = hall.data.rows[r]!
    const seats = Array.from({ length: row.count }, (_, i) => row.first + i)
    for (const run of runs(seats, isFree)) {
      const taken = run.filter((seat) => taking.has(seat)).length
      if (taken === 0 || run.length - taken === 1) continue
      for (const rest of runs(run, (seat) => !taking.has(seat))) if (rest.length === 1) orphans.push(rest[0]!)
    }
  }
  return orphans
}

function runs(seats: readonly number[], belongs: IsFree): number[][] {
  const found: number[][] = []
  let run: number[] = []
  for (const seat of seats) {
    if (belongs(seat)) {
      run.push(seat)
      continue
    }
    if (run.length > 0) found.push(run)
    run = []
  }
  if (run.length > 0) found.push(run)
  return found
}

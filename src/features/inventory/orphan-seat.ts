import type { Hall } from './hall.ts'
import { SEAT } from './types.ts'

/**
 * The seats that a choice would leave single between taken ones, or null. A choice that could not avoid it (the run
 * of free seats is one longer than what is taken of it) is allowed, and so is a single seat that was one before.
 */
export function leavesOrphan(
  hall: Hall,
  status: (seat: number) => number,
  chosen: readonly number[],
): number[] | null {
  const taking = new Set(chosen)
  const orphans: number[] = []
  for (const r of new Set(chosen.map((seat) => hall.rowOf[seat]!))) {
    const { seats } = hall.rows[r]!
    for (const run of freeRuns(seats, status)) {
      const taken = run.filter((seat) => taking.has(seat)).length
      if (taken === 0 || run.length - taken === 1) continue
      for (const rest of freeRuns(run, (seat) => (taking.has(seat) ? SEAT.held : SEAT.available))) {
        if (rest.length === 1) orphans.push(rest[0]!)
      }
    }
  }
  return orphans.length > 0 ? orphans : null
}

function freeRuns(seats: readonly number[], status: (seat: number) => number): number[][] {
  const runs: number[][] = []
  let run: number[] = []
  for (const seat of seats) {
    if (status(seat) === SEAT.available) {
      run.push(seat)
      continue
    }
    if (run.length > 0) runs.push(run)
    run = []
  }
  if (run.length > 0) runs.push(run)
  return runs
}

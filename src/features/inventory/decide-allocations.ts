import { placesLeft, placesOf, withKept } from './area-places.ts'
import { write, type Batch } from './batch.ts'
import type { Command, Outcome } from './commands.ts'
import type { Draft, StateView } from './state.ts'
import { allocationTally } from './tallies.ts'
import { SEAT, type Allocation } from './types.ts'

/** What is free for a code of an allocation is its own seats alone, and for everybody else what is on open sale. */
export function isFreeFor(view: StateView, seat: number, allocation: number | null): boolean {
  const status = view.seatStatus(seat)
  if (allocation === null) return status === SEAT.available
  return status === SEAT.blocked && view.allocationOf(seat) === allocation
}

/** Puts on open sale what is due; before anything of the batch is decided, and when new rules may have made it due. */
export function releaseDueAllocations(batch: Batch): void {
  const { draft, at } = batch
  for (const { no, releaseAt } of keptAllocations(draft)) {
    if (releaseAt !== null && releaseAt <= at) releaseAll(batch, no)
  }
}

/** When the next allocation goes on open sale by itself, in milliseconds. */
export function nextRelease(draft: Draft): number | null {
  let next: number | null = null
  for (const { releaseAt } of keptAllocations(draft)) {
    if (releaseAt !== null && (next === null || releaseAt < next)) next = releaseAt
  }
  return next
}

export function allocate(batch: Batch, command: Extract<Command, { k: 'allocate' }>): Outcome {
  const { draft, at, dueLeft } = batch
  const { no, seats } = command
  if (draft.cancelled) return { denied: 'event_cancelled' }
  const allocation = draft.rules.allocations.find((one) => one.no === no)
  if (!allocation) return { denied: 'not_found' }
  if (allocation.releaseAt !== null && allocation.releaseAt <= at) return { denied: 'conflict' }
  const wanted = [...new Set(seats)].filter((seat) => draft.allocationOf(seat) !== no)
  const failed = wanted.filter((seat) => draft.seatStatus(seat) !== SEAT.available)
  if (failed.length > 0) return dueLeft ? { later: true } : { denied: 'seats_unavailable', seats: failed }
  if (wanted.length > 0) write(batch, { k: 'allocate', no, seats: wanted })
  return { done: true }
}

export function releaseAllocation(
  batch: Batch,
  { no, seats }: Extract<Command, { k: 'release-allocation' }>,
): Outcome {
  const { draft } = batch
  if (draft.cancelled) return { denied: 'event_cancelled' }
  if (seats === null) {
    releaseAll(batch, no)
    return { done: true }
  }
  const kept = [...new Set(seats)].filter((seat) => draft.allocationOf(seat) === no)
  if (kept.length > 0) write(batch, { k: 'release-allocation', no, seats: kept })
  return { done: true }
}

/** More only of what is on open sale; fewer also of an allocation that is left out of the rules. */
export function allocatePlaces(
  batch: Batch,
  { no, area, places }: Extract<Command, { k: 'allocate-places' }>,
): Outcome {
  const { draft, at, dueLeft } = batch
  if (draft.cancelled) return { denied: 'event_cancelled' }
  const now = draft.area(area)
  const more = places - placesOf(now, no)
  if (more > 0) {
    const allocation = draft.rules.allocations.find((one) => one.no === no)
    if (!allocation) return { denied: 'not_found' }
    if (allocation.releaseAt !== null && allocation.releaseAt <= at) return { denied: 'conflict' }
    if (placesLeft(withKept(now, no, { places: more }), null) < 0)
      return dueLeft ? { later: true } : { denied: 'sold_out' }
  }
  if (more !== 0) write(batch, { k: 'allocate-places', no, area, places })
  return { done: true }
}

function releaseAll(batch: Batch, no: number): void {
  const { draft } = batch
  const seats = seatsOf(draft, no)
  if (seats.length > 0) write(batch, { k: 'release-allocation', no, seats })
  for (let area = 0; area < draft.areaCount; area++) {
    if (placesOf(draft.area(area), no) > 0) write(batch, { k: 'allocate-places', no, area, places: 0 })
  }
}

// A cancelled event releases nothing any more.
function keptAllocations(draft: Draft): Allocation[] {
  if (draft.cancelled || draft.rules.allocations.length === 0) return []
  return draft.rules.allocations.filter(({ no }) => draft.tally(allocationTally(no)) > 0)
}

function seatsOf(draft: Draft, no: number): number[] {
  const seats: number[] = []
  for (let seat = 0; seat < draft.seatCount; seat++) if (draft.allocationOf(seat) === no) seats.push(seat)
  return seats
}

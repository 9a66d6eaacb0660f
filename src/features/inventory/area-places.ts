/** Places of an area that an allocation has. */
export type KeptPlaces = {
  /** The allocation's number. */
  readonly no: number
  /** How many it has, those that its codes took included. */
  readonly places: number
  /** Held or booked by its codes; more than `places` where fewer are kept since. */
  readonly taken: number
}

export type Area = {
  readonly capacity: number
  readonly held: number
  readonly booked: number
  /** By allocation, in the order of their numbers; those that have none and took none are left out. */
  readonly kept: readonly KeptPlaces[]
}

export const NOTHING_KEPT: readonly KeptPlaces[] = []

/** Places that are left for a code of the allocation, or (null) for everybody. */
export function placesLeft(area: Area, allocation: number | null): number {
  if (allocation === null) return area.capacity - area.held - area.booked - placesKept(area)
  const kept = keptOf(area, allocation)
  return Math.max(0, kept.places - kept.taken)
}

/** Places that wait for codes of any allocation. */
export function placesKept({ kept }: Area): number {
  let waiting = 0
  for (const { places, taken } of kept) waiting += Math.max(0, places - taken)
  return waiting
}

/** Places that the allocation has in the area, taken ones included. */
export function placesOf(area: Area, allocation: number): number {
  return keptOf(area, allocation).places
}

/** The same area, of which the allocation has so many places more or fewer, and of those so many more are taken. */
export function withKept(area: Area, no: number, more: { places?: number; taken?: number }): Area {
  const { places, taken } = keptOf(area, no)
  const next = { no, places: places + (more.places ?? 0), taken: taken + (more.taken ?? 0) }
  const others = area.kept.filter((one) => one.no !== no)
  if (next.places === 0 && next.taken === 0) return { ...area, kept: others }
  return { ...area, kept: [...others, next].sort((a, b) => a.no - b.no) }
}

function keptOf({ kept }: Area, no: number): KeptPlaces {
  return kept.find((one) => one.no === no) ?? { no, places: 0, taken: 0 }
}

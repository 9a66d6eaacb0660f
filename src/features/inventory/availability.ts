import { placesLeft } from './area-places.ts'
import type { Hall } from './hall.ts'
import type { EventState } from './state.ts'
import { SEAT, type AvailabilityView } from './types.ts'

/** The memory's availability; `seats` is the memory's own array, not a copy. */
export function availabilityOf(state: EventState, hall: Hall): AvailabilityView {
  const { layout } = hall
  const remainingByCategory = layout.categories.map(() => 0)
  const capacityByCategory = layout.categories.map(() => 0)
  const { statuses } = state
  for (let seat = 0; seat < statuses.length; seat++) {
    const category = hall.category[seat]!
    capacityByCategory[category]! += 1
    if (statuses[seat] === SEAT.available) remainingByCategory[category]! += 1
  }
  const areas = layout.areas.map((area, i) => {
    const { capacity } = state.areas[i]!
    const remaining = placesOnSale(state, i)
    capacityByCategory[area.category]! += capacity
    remainingByCategory[area.category]! += remaining
    return { areaId: area.area_id, capacity, remaining }
  })
  return {
    eventId: state.eventId,
    version: state.version,
    cancelled: state.cancelled,
    headTag: Buffer.from(state.headHash).toString('hex', 0, 4),
    layoutHash: state.layoutHash,
    seats: statuses,
    areas,
    remainingByCategory,
    capacityByCategory,
  }
}

/** Places of the area that everybody may hold. */
export function placesOnSale(state: EventState, area: number): number {
  return state.cancelled ? 0 : placesLeft(state.areas[area]!, null)
}

/** Two bits a seat in index order, low bits first. */
export function packStatuses(statuses: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(statuses.length / 4))
  for (let seat = 0; seat < statuses.length; seat++) packed[seat >> 2]! |= statuses[seat]! << ((seat & 3) * 2)
  return packed
}

/** Places in all and places left, areas included. */
export function countStock(state: EventState): { capacity: number; remaining: number } {
  let remaining = 0
  let capacity = state.seatCount
  for (let seat = 0; seat < state.statuses.length; seat++)
    if (state.statuses[seat] === SEAT.available) remaining += 1
  state.areas.forEach((area, i) => {
    capacity += area.capacity
    remaining += placesOnSale(state, i)
  })
  return { capacity, remaining }
}

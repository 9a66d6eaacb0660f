import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW, type Hall } from '../../components/seat-map/hall.ts'
import type { MapFilter } from '../../components/seat-map/scene.ts'

/** What a buyer wants to see; the rest is dimmed on the map and left out of the list. No categories means all. */
export type SeatFilter = { categories: readonly number[]; accessible: boolean; clearView: boolean }

export const EVERYTHING: SeatFilter = { categories: [], accessible: false, clearView: false }

export function mapFilter(filter: SeatFilter): MapFilter {
  const bits = filter.categories.reduce((mask, category) => mask | (1 << (category & 31)), 0)
  return {
    categories: filter.categories.length === 0 ? 0xffffffff : bits >>> 0,
    any: filter.accessible ? ACCESSIBLE | COMPANION : 0,
    bars: filter.clearView ? RESTRICTED_VIEW : 0,
  }
}

export function passes(filter: SeatFilter, hall: Hall, seat: number): boolean {
  const flags = hall.data.flags[seat]!
  if (filter.categories.length > 0 && !filter.categories.includes(hall.data.category[seat]!)) return false
  if (filter.accessible && (flags & (ACCESSIBLE | COMPANION)) === 0) return false
  return !(filter.clearView && (flags & RESTRICTED_VIEW) !== 0)
}

export function passesArea(filter: SeatFilter, category: number): boolean {
  return filter.categories.length === 0 || filter.categories.includes(category)
}

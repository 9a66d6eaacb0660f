import { placesKept, type Area } from './area-places.ts'
import { write, type Batch } from './batch.ts'
import type { Outcome } from './commands.ts'
import type { Hall } from './hall.ts'

/** Other seats and capacities while tickets are sold: refused where something that is there would be another or gone. */
export function relayout(batch: Batch, hall: Hall): Outcome {
  const { draft, dueLeft } = batch
  if (draft.layoutHash === '' || !batch.hall) return { denied: 'not_found' }
  if (draft.layoutHash === hall.layoutHash) return { done: true }
  if (draft.cancelled) return { denied: 'event_cancelled' }
  // One entry brings seats by the opening or by this, not by both.
  if (draft.base.layoutHash === '') return { later: true }
  const areas = Array.from({ length: draft.areaCount }, (_, area) => draft.area(area))
  const why = faultOfRelayout(areas, batch.hall, hall)
  if (why !== null) return dueLeft ? { later: true } : { denied: 'conflict', why }
  write(batch, {
    k: 'relayout',
    layout: hall.layoutHash,
    seats: hall.seatCount - draft.seatCount,
    areas: hall.layout.areas.map((area) => area.capacity),
  })
  batch.hall = hall
  return { done: true }
}

/**
 * Why an event on sale cannot be sold by another layout, in words; null: it can. The ledger and tickets name places by
 * their index, so all that there are stay where they are in the list, and what stands on tickets and invoices stays, too:
 * section, row and number, categories, areas' names. `areas` are those of the event at this moment.
 */
export function faultOfRelayout(areas: readonly Area[], from: Hall, to: Hall): string | null {
  return faultOfSeats(from, to) ?? faultOfAreas(areas, from, to)
}

function faultOfSeats(from: Hall, to: Hall): string | null {
  const categories = from.layout.categories.map(({ name }) => name)
  const other = categories.findIndex((name, i) => to.layout.categories[i]?.name !== name)
  if (other >= 0)
    return `The category "${categories[other]}" is missing or in another place of the list; new ones come last.`
  const missing = from.seatIds.firstMissingIn(to.seatIds)
  if (missing >= 0) {
    const id = from.seatIds.at(missing)
    return to.seatIds.indexOf(id) === undefined
      ? `The seat "${id}" is missing: an event on sale keeps its seats. Block it instead.`
      : `The seat "${id}" is in another place of the list: new seats come after all that there are.`
  }
  for (let seat = 0; seat < from.seatCount; seat++) {
    const what = changeOf(from, to, seat)
    if (what !== null)
      return `The seat "${from.seatIds.at(seat)}" has another ${what}, which is on tickets and in prices.`
  }
  for (let seat = from.seatCount; seat < to.seatCount; seat++) {
    const id = to.seatIds.at(seat)
    if (from.seatIds.indexOf(id) !== undefined || to.seatIds.indexOf(id) !== seat)
      return `The seat "${id}" is there twice.`
  }
  return null
}

function changeOf(from: Hall, to: Hall, seat: number): string | null {
  const [before, after] = [from.rows[from.rowOf[seat]!]!, to.rows[to.rowOf[seat]!]!]
  if (from.layout.sections[before.section]!.name !== to.layout.sections[after.section]!.name) return 'section'
  if (before.label !== after.label) return 'row'
  if (from.numbers[seat] !== to.numbers[seat]) return 'number'
  return from.category[seat] === to.category[seat] ? null : 'category'
}

function faultOfAreas(areas: readonly Area[], from: Hall, to: Hall): string | null {
  for (const [i, { area_id: id, name, category }] of from.layout.areas.entries()) {
    const after = to.layout.areas[i]
    if (after?.area_id !== id)
      return `The area "${name}" is missing or in another place of the list: an event on sale keeps its areas, and new ones come last.`
    if (after.name !== name || after.category !== category)
      return `The area "${name}" has another ${after.name === name ? 'category' : 'name'}, which is on tickets and in prices.`
    const { held, booked } = areas[i]!
    const kept = placesKept(areas[i]!)
    if (after.capacity < held + booked + kept)
      return `The area "${name}" cannot have ${after.capacity} places: ${booked} are sold, ${held} held and ${kept} kept for allotments.`
  }
  const ids = to.layout.areas.map(({ area_id: id }) => id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  return twice === undefined ? null : `The area "${twice}" is there twice.`
}

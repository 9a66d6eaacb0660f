import type { EventItem } from '../api/queries.ts'

/** Showings of one thing at one place, as one card: a film with its times. In the order of the first showing. */
export type Showings = { first: EventItem; all: EventItem[] }

export function groupShowings(items: readonly EventItem[]): Showings[] {
  const groups = new Map<string, Showings>()
  for (const item of items) {
    const key = item.production_id ? `${item.production_id} ${item.venue.name}` : item.event_id
    const group = groups.get(key)
    if (group) group.all.push(item)
    else groups.set(key, { first: item, all: [item] })
  }
  return [...groups.values()]
}

/** Takes turns between types, so that twenty films do not hide the one concert. Within a type the order stays. */
export function mixTypes(groups: readonly Showings[]): Showings[] {
  const queues = [...Map.groupBy(groups, ({ first }) => first.type).values()]
  const mixed: Showings[] = []
  for (let round = 0; mixed.length < groups.length; round += 1) {
    for (const queue of queues) if (round < queue.length) mixed.push(queue[round]!)
  }
  return mixed
}

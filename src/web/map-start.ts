import type { Event } from './api/queries.ts'
import type { PageState } from './app/context.tsx'
import { loadHall } from './components/seat-map/load-hall.ts'

// Runs before everything else on the page of the seats: a worker reads the plan and what is free while the main thread lays
// the page out and takes the rest of the script apart.
const state = JSON.parse(document.getElementById('page-state')!.textContent) as PageState
for (const [key, data] of state.queries) {
  const event = data as Event
  if (key[0] !== 'event' || event.sale !== 'on_sale' || event.layout_url === null) continue
  loadHall(event.layout_url, `${location.origin}/v1/events/${event.event_id}`).catch(() => undefined)
}

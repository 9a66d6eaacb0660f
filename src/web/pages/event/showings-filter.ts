import type { Event, EventFilter } from '../../api/queries.ts'

const SHOWINGS_MAX = 100

/** All dates of the same production, from today on. */
export function showingsFilter(event: Pick<Event, 'production_id'>): EventFilter | null {
  return event.production_id === null ? null : { production: event.production_id, limit: SHOWINGS_MAX }
}

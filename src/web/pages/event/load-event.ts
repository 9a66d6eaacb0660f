import { notFound } from '@tanstack/react-router'
import type { App } from '../../app/context.tsx'
import { eventQuery, eventsQuery, type Event, type EventFilter } from '../../api/queries.ts'
import { isApiError } from '../../api/problem.ts'

const SHOWINGS_MAX = 100

/** All dates of the same production, from today on. */
export function showingsFilter(event: Pick<Event, 'production_id'>): EventFilter | null {
  return event.production_id === null ? null : { production: event.production_id, limit: SHOWINGS_MAX }
}

export async function loadEvent(
  { api, queryClient }: Pick<App, 'api' | 'queryClient'>,
  eventId: string,
): Promise<void> {
  // The cities in the head of the page: known or not before anything is shown, also where the event is not there, so
  // that the page wakes up as it was written. They hold up no event that can be read.
  const cities = queryClient.prefetchQuery(eventsQuery(api, { limit: 1 }))
  try {
    const event = await loadEventAlone({ api, queryClient }, eventId)
    const showings = showingsFilter(event)
    if (showings) await queryClient.ensureQueryData(eventsQuery(api, showings))
  } finally {
    await cities
  }
}

/** Without what stands around it; for the map, which has a frame of its own. */
export async function loadEventAlone(
  { api, queryClient }: Pick<App, 'api' | 'queryClient'>,
  eventId: string,
): Promise<Event> {
  try {
    return await queryClient.ensureQueryData(eventQuery(api, eventId))
  } catch (error) {
    throw isApiError(error, 'not_found') ? notFound() : error
  }
}

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
  try {
    const [event] = await Promise.all([
      queryClient.ensureQueryData(eventQuery(api, eventId)),
      queryClient.ensureQueryData(eventsQuery(api, { limit: 1 })),
    ])
    const showings = showingsFilter(event)
    if (showings) await queryClient.ensureQueryData(eventsQuery(api, showings))
  } catch (error) {
    throw isApiError(error, 'not_found') ? notFound() : error
  }
}

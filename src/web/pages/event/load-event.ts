import { lazyRouteComponent, notFound } from '@tanstack/react-router'
import type { App } from '../../app/context.tsx'
import { eventQuery, eventsQuery, type Event } from '../../api/queries.ts'
import { isApiError } from '../../api/problem.ts'
import { showingsFilter } from './showings-filter.ts'

/** Most events have one date and one phase: what shows several comes with them, before the page is shown or wakes up. */
export const Showings = lazyRouteComponent(() => import('./showings.tsx'), 'Showings')
export const Phases = lazyRouteComponent(() => import('./phases.tsx'), 'Phases')

export async function loadEvent(
  { api, queryClient }: Pick<App, 'api' | 'queryClient'>,
  eventId: string,
): Promise<void> {
  // The cities in the head of the page: known or not before anything is shown, also where the event is not there, so
  // that the page wakes up as it was written. They hold up no event that can be read.
  const cities = queryClient.prefetchQuery(eventsQuery(api, { limit: 1 }))
  try {
    const event = await loadEventAlone({ api, queryClient }, eventId)
    if (event.phases.length > 0) await Phases.preload?.()
    const showings = showingsFilter(event)
    if (showings)
      await Promise.all([queryClient.ensureQueryData(eventsQuery(api, showings)), Showings.preload?.()])
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

import { queryOptions } from '@tanstack/react-query'
import type { Api } from './client.ts'
import { read } from './client.ts'
import type { paths } from './schema.ts'

export type EventFilter = NonNullable<paths['/v1/events']['get']['parameters']['query']>
export type EventList = paths['/v1/events']['get']['responses'][200]['content']['application/json']
export type EventItem = EventList['items'][number]
export type Event = paths['/v1/events/{event_id}']['get']['responses'][200]['content']['application/json']
export type Suggestion =
  paths['/v1/events/suggest']['get']['responses'][200]['content']['application/json']['items'][number]

/** Milliseconds for which an answer counts as fresh; the server's own may be 5 s old. Lists may age: nobody buys from one. */
const FRESH_MS = 5_000
const LIST_FRESH_MS = 120_000

export function eventQuery(api: Api, eventId: string) {
  return queryOptions({
    queryKey: ['event', eventId],
    queryFn: ({ signal }) =>
      read(api.GET('/v1/events/{event_id}', { params: { path: { event_id: eventId } }, signal })),
    staleTime: FRESH_MS,
  })
}

export function eventsQuery(api: Api, filter: EventFilter) {
  return queryOptions({
    queryKey: ['events', filter],
    queryFn: ({ signal }) => read(api.GET('/v1/events', { params: { query: filter }, signal })),
    staleTime: LIST_FRESH_MS,
  })
}

export function suggestQuery(api: Api, q: string, limit: number) {
  return queryOptions({
    queryKey: ['suggest', q],
    queryFn: ({ signal }) => read(api.GET('/v1/events/suggest', { params: { query: { q, limit } }, signal })),
    staleTime: LIST_FRESH_MS,
  })
}

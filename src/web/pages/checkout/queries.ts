import { queryOptions } from '@tanstack/react-query'
import { read, type Api } from '../../api/client.ts'
import type { paths } from '../../api/schema.ts'
import { noteServerTime } from '../../app/context.tsx'

export type Reservation =
  paths['/v1/reservations/{id}']['get']['responses'][200]['content']['application/json']

export function reservationKey(id: string): readonly string[] {
  return ['reservation', id]
}

/** A reservation as it is now; its answer also sets the countdown's clock. */
export function reservationQuery(api: Api, id: string) {
  return queryOptions({
    queryKey: reservationKey(id),
    queryFn: ({ signal }) =>
      onServerTime(api.GET('/v1/reservations/{id}', { params: { path: { id } }, signal, cache: 'no-store' })),
    staleTime: 0,
    refetchOnWindowFocus: 'always',
  })
}

/** Milliseconds by which a Date header is early on average: it has whole seconds. */
const DATE_ROUNDING_MS = 500

/** Reads an answer that no cache has kept, and takes the server's time from it. */
export async function onServerTime<A extends { data?: unknown; error?: unknown; response: Response }>(
  call: Promise<A>,
): Promise<NonNullable<A['data']>> {
  const sentAt = performance.now()
  const answer = await call
  const date = Date.parse(answer.response.headers.get('date') ?? '')
  if (!Number.isNaN(date)) noteServerTime(date + DATE_ROUNDING_MS + (performance.now() - sentAt) / 2)
  return read(Promise.resolve(answer))
}

import type { App } from '../../app/context.tsx'
import { eventsQuery } from '../../api/queries.ts'

export type SearchFilter = { q?: string }

export function readSearch(search: Record<string, unknown>): SearchFilter {
  return { ...(typeof search['q'] === 'string' && search['q'] !== '' && { q: search['q'] }) }
}

export async function loadSearch(
  { api, queryClient }: Pick<App, 'api' | 'queryClient'>,
  filter: SearchFilter,
) {
  await queryClient.ensureQueryData(eventsQuery(api, filter.q === undefined ? {} : { keyword: filter.q }))
}

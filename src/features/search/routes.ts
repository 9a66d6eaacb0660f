import { route, type Route } from '../../platform/http/route.ts'
import { inTime } from '../../platform/postgres/in-time.ts'
import { SuggestionsSchema, SuggestQuerySchema } from '../../shared/schemas/search.ts'
import type { Search } from './search.ts'

const LIMIT = 8
/** The same letters are typed by many: an edge may keep the answer for a minute. */
const CACHE = 'public, max-age=30, s-maxage=60, stale-while-revalidate=300, stale-if-error=3600'

export function searchRoutes(search: Pick<Search, 'suggest'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/events/suggest',
      summary: 'Complete what is being typed',
      description: 'Performers, composers, venues, cities and names of events that are still to come.',
      tag: 'Events',
      access: 'public',
      query: SuggestQuerySchema,
      answers: { 200: { description: 'Completions', schema: SuggestionsSchema } },
      errors: ['malformed', 'rate_limited', 'unavailable'],
      async handle({ query }) {
        const items = await inTime(search.suggest(query.q, query.limit ?? LIMIT))
        return { status: 200, json: { items }, headers: { 'cache-control': CACHE } }
      },
    }),
  ]
}

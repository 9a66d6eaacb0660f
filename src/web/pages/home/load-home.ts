import type { App } from '../../app/context.tsx'
import { daysOf } from '../../app/dates.ts'
import { eventsQuery, type EventFilter } from '../../api/queries.ts'

/** The zone of an empty house. */
const NO_ZONE = 'UTC'
const ROW_LIMIT = 12
/** Films fill an evening: enough to have a row of different things after showings are put together. */
const DAY_LIMIT = 60

type Deps = Pick<App, 'api' | 'queryClient' | 'preferences'>
export type HomeFilters = ReturnType<typeof homeFilters>

/** What each row asks for. Days are those of the place that is looked at, whatever the reader's clock says. */
function homeFilters(now: number, timezone: string, city: string | null) {
  const place: EventFilter = city === null ? {} : { city }
  const tonight = daysOf('tonight', now, timezone)
  const weekend = daysOf('weekend', now, timezone)
  return {
    tonight: { ...place, ...tonight, sale: 'on_sale', limit: DAY_LIMIT },
    weekend: { ...place, ...weekend, limit: DAY_LIMIT },
    soon: { ...place, sale: 'soon', sort: 'on_sale', limit: ROW_LIMIT },
    announced: { ...place, sort: 'newest', limit: ROW_LIMIT },
  } satisfies Record<string, EventFilter>
}

/** All rows at once, after one question that tells the clock of the place. */
export async function loadHome({ api, queryClient, preferences }: Deps, now: number): Promise<HomeFilters> {
  const { city } = preferences
  const ask = (filter: EventFilter) => queryClient.ensureQueryData(eventsQuery(api, filter))
  // Without a city everything on the page is somewhere else; the first event's clock is as good as any.
  const first = await ask({ ...(city !== null && { city }), limit: 1 })
  const filters = homeFilters(now, first.items[0]?.venue.timezone ?? NO_ZONE, city)
  await Promise.all([...Object.values(filters).map(ask), ...(city === null ? [] : [ask({ limit: 1 })])])
  return filters
}

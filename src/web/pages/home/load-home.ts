import { queryOptions } from '@tanstack/react-query'
import type { App } from '../../app/context.tsx'
import { daysOf } from '../../app/dates.ts'
import { groupShowings, mixTypes, type Showings } from '../../app/group.ts'
import { read, type Api } from '../../api/client.ts'
import { eventsQuery, type EventFilter } from '../../api/queries.ts'
import { addDays, dayIn, weekdayOf } from '../../format/format.ts'
import type { SearchFilter } from '../search/search-filter.ts'

/** The zone of an empty house. */
const NO_ZONE = 'UTC'
const ROW_MAX = 12
/** Films fill an evening: enough to have a row of different things after showings are put together. */
const LIST_LIMIT = 100
/** Milliseconds for which the rows stay as they are while somebody goes to and fro. */
const FRESH_MS = 120_000
const SUNDAY = 0

export type RowName = 'tonight' | 'weekend' | 'nextWeekend' | 'soon' | 'announced'
export type HomeRow = { name: RowName; groups: Showings[]; total: number; search: SearchFilter }
export type Home = {
  rows: HomeRow[]
  types: string[]
  /** Of the prices around here. */
  currency: string | null
}

/** The rows with what is shown of them and no more: they travel in the page. */
export function homeQuery(api: Api, city: string | null, minute: number) {
  return queryOptions({
    queryKey: ['home', city, dayIn(minute, NO_ZONE)],
    queryFn: () => readHome(api, city, minute),
    staleTime: FRESH_MS,
  })
}

type Deps = Pick<App, 'api' | 'queryClient' | 'preferences'>

export async function loadHome({ api, queryClient, preferences }: Deps, now: number): Promise<number> {
  await Promise.all([
    queryClient.ensureQueryData(homeQuery(api, preferences.city, now)),
    // For the choice of a city in the head of the page.
    queryClient.ensureQueryData(eventsQuery(api, { limit: 1 })),
  ])
  return now
}

async function readHome(api: Api, city: string | null, now: number): Promise<Home> {
  const place = city === null ? {} : { city }
  const list = (query: EventFilter) =>
    read(api.GET('/v1/events', { params: { query: { ...place, ...query } } }))
  // Without a city everything on the page is somewhere else; the first event's clock is as good as any.
  const first = await list({ limit: 1 })
  const plans = plansOf(now, first.items[0]?.venue.timezone ?? NO_ZONE)
  const lists = await Promise.all(plans.map(({ filter }) => list(filter)))
  const rows = plans.map(({ name, search, mixed }, i): HomeRow => {
    const { items, total } = lists[i]!
    const groups = groupShowings(items)
    return {
      name,
      search: { ...place, ...search },
      total,
      groups: (mixed ? mixTypes(groups) : groups).slice(0, ROW_MAX),
    }
  })
  return {
    rows: rows.filter(({ groups }) => groups.length > 0),
    types: first.facets.type.map(({ value }) => value),
    currency: lists.flatMap((l) => l.items).find((item) => item.price_from)?.price_from?.currency ?? null,
  }
}

type Plan = { name: RowName; filter: EventFilter; search: SearchFilter; mixed: boolean }

/** What each row asks for. Days are those of the place that is looked at, whatever the reader's clock says. */
function plansOf(now: number, timezone: string): Plan[] {
  const today = dayIn(now, timezone)
  const isSunday = weekdayOf(today) === SUNDAY
  // What is on tonight stands above already: on a Sunday the next weekend is of more use.
  const weekend = isSunday
    ? { from: addDays(today, 5), to: addDays(today, 7) }
    : daysOf('weekend', now, timezone)
  const from = weekend.from === today ? addDays(today, 1) : weekend.from
  return [
    {
      name: 'tonight',
      filter: { ...daysOf('tonight', now, timezone), sale: 'on_sale', limit: LIST_LIMIT },
      search: { when: 'tonight' },
      mixed: true,
    },
    {
      name: isSunday ? 'nextWeekend' : 'weekend',
      filter: { from, to: weekend.to, limit: LIST_LIMIT },
      search: isSunday ? weekend : { when: 'weekend' },
      mixed: true,
    },
    {
      name: 'soon',
      filter: { sale: 'soon', sort: 'on_sale', limit: ROW_MAX },
      search: { sale: 'soon', sort: 'on_sale' },
      mixed: false,
    },
    {
      name: 'announced',
      filter: { sort: 'newest', limit: LIST_LIMIT },
      search: { sort: 'newest' },
      mixed: true,
    },
  ]
}

import type { App } from '../../app/context.tsx'
import { daysOf, type WhenName } from '../../app/dates.ts'
import { eventsQuery, type EventFilter } from '../../api/queries.ts'

/** What stands in the address of a search: it can be sent to a friend. */
export type SearchFilter = {
  q?: string
  city?: string
  type?: string
  genre?: string
  when?: WhenName
  /** Days, YYYY-MM-DD; they win over `when`. */
  from?: string
  to?: string
  price_max?: number
  sale?: 'on_sale' | 'soon'
  sort?: 'name' | 'price' | 'on_sale' | 'newest'
}

const PAGE = 48
/** As the API takes them. */
export const TEXT_LENGTH_MAX = 200
const TYPE_LENGTH_MAX = 40
export const WHENS: readonly WhenName[] = ['tonight', 'weekend', 'week', 'month']
export const SORTS = ['price', 'name', 'on_sale', 'newest'] as const
export const SALES = ['on_sale', 'soon'] as const

/**
 * Takes what it understands from the address and leaves the rest alone. The router hands on what it has not checked,
 * too: whoever reads a search reads it with this.
 */
export function readSearch(raw: Record<string, unknown>): SearchFilter {
  const text = (name: string, lengthMax = TEXT_LENGTH_MAX): string | undefined => {
    const value = raw[name]
    const string = typeof value === 'number' ? String(value) : value
    return typeof string === 'string' &&
      string.trim() !== '' &&
      string.length <= lengthMax &&
      !string.includes('\0')
      ? string
      : undefined
  }
  const oneOf = <T extends string>(name: string, all: readonly T[]): T | undefined =>
    all.find((v) => v === raw[name])
  const day = (name: string): string | undefined => {
    const value = text(name)
    return value && isDay(value) ? value : undefined
  }
  const price = Number(raw['price_max'])
  const filter = {
    q: text('q'),
    city: text('city'),
    type: text('type', TYPE_LENGTH_MAX),
    genre: text('genre'),
    when: oneOf('when', WHENS),
    from: day('from'),
    to: day('to'),
    price_max: Number.isSafeInteger(price) && price > 0 && price < 2 ** 31 ? price : undefined,
    sale: oneOf('sale', SALES),
    sort: oneOf('sort', SORTS),
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

/** A day of the calendar, and none of the year 0, which databases do not know. */
function isDay(value: string): boolean {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const at = Date.parse(value)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value)
}

/** The same as a question to the API. */
export function toEventFilter(filter: SearchFilter, now: number, timezone: string): EventFilter {
  const { q, when, from, to, ...rest } = filter
  return {
    ...rest,
    ...(q !== undefined && { keyword: q }),
    ...(from !== undefined || to !== undefined
      ? { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
      : when && daysOf(when, now, timezone)),
    limit: PAGE,
  }
}

type Deps = Pick<App, 'api' | 'queryClient'>

/** The first page of results, and what the API was asked. */
export async function loadSearch(
  { api, queryClient }: Deps,
  filter: SearchFilter,
  now: number,
): Promise<EventFilter> {
  const ask = (f: EventFilter) => queryClient.ensureQueryData(eventsQuery(api, f))
  const [first] = await Promise.all([
    filter.when ? ask({ ...(filter.city !== undefined && { city: filter.city }), limit: 1 }) : null,
    ask({ limit: 1 }),
  ])
  const asked = toEventFilter(filter, now, first?.items[0]?.venue.timezone ?? 'UTC')
  await ask(asked)
  return asked
}

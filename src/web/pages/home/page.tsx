import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useApp } from '../../app/context.tsx'
import { groupShowings } from '../../app/group.ts'
import { eventsQuery, type EventFilter } from '../../api/queries.ts'
import { Button } from '../../components/button.tsx'
import { chipLook } from '../../components/chip.tsx'
import { EventRow } from '../../components/event-row.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { Notice } from '../../components/states.tsx'
import { formatMoney, formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { useTitle } from '../../app/title.ts'
import type { SearchFilter } from '../search/search-filter.ts'
import { homeText } from './text.ts'

const route = getRouteApi('/')
/** A type of event is offered where there is some of it, in this order. */
const TYPES = ['concert', 'film', 'theatre', 'sport', 'club'] as const
const CHEAP = 4_000
const ROW_MAX = 12
/** Posters of the first row that are in sight at once. */
const EAGER = 6

export function HomePage() {
  const t = useText(homeText)
  useTitle(t.title)
  const { api, preferences, setPreferences } = useApp()
  const filters = route.useLoaderData()
  const tonight = useSuspenseQuery(eventsQuery(api, filters.tonight)).data
  const weekend = useSuspenseQuery(eventsQuery(api, filters.weekend)).data
  const soon = useSuspenseQuery(eventsQuery(api, filters.soon)).data
  const announced = useSuspenseQuery(eventsQuery(api, filters.announced)).data
  const rows = [
    { title: t.tonight, list: tonight, show: 'times', search: { when: 'tonight' } },
    { title: t.weekend, list: weekend, show: 'day', search: { when: 'weekend' } },
    { title: t.soon, list: soon, show: 'sale', search: { sale: 'soon', sort: 'on_sale' } },
    { title: t.announced, list: announced, show: 'day', search: { sort: 'newest' } },
  ] as const
  const filled = rows.filter(({ list }) => list.items.length > 0)
  return (
    <>
      <h1 className="sr-only">{t.title}</h1>
      <div className="pt-8 md:pt-14">
        <SearchBox size="page" />
      </div>
      <Chips />
      {filled.map(({ title, list, show, search }, i) => (
        <EventRow
          key={title}
          title={title}
          groups={groupShowings(list.items).slice(0, ROW_MAX)}
          show={show}
          eager={i === 0 ? EAGER : 0}
          more={<MoreLink count={list.total} search={search} />}
        />
      ))}
      {filled.length === 0 && (
        <Notice
          level={2}
          title={preferences.city === null ? t.emptyAnywhere : t.emptyTitle(preferences.city)}
          actions={
            preferences.city !== null && (
              <Button onClick={() => setPreferences({ city: null })}>{t.lookEverywhere}</Button>
            )
          }
        >
          {preferences.city !== null && <p>{t.emptyHint}</p>}
        </Notice>
      )}
    </>
  )
}

function MoreLink({ count, search }: { count: number; search: SearchFilter }) {
  const t = useText(homeText)
  const locale = useLocale()
  const { preferences } = useApp()
  return (
    <Link
      to="/search"
      search={{ ...search, ...(preferences.city !== null && { city: preferences.city }) }}
      className="tabular inline-flex min-h-11 items-center text-sm font-medium text-muted underline-offset-4 hover:underline"
    >
      {t.all(formatNumber(count, locale))}
    </Link>
  )
}

function Chips() {
  const t = useText(homeText)
  const locale = useLocale()
  const { api, preferences } = useApp()
  const filter: EventFilter = { ...(preferences.city !== null && { city: preferences.city }), limit: 1 }
  const { data } = useQuery(eventsQuery(api, filter))
  const known = new Set(data?.facets.type.map(({ value }) => value))
  const currency = data?.items[0]?.price_from?.currency
  const city = preferences.city === null ? {} : { city: preferences.city }
  const chips: { label: string; search: SearchFilter }[] = [
    { label: t.tonight, search: { when: 'tonight' } },
    { label: t.weekend, search: { when: 'weekend' } },
    ...TYPES.filter((type) => known.has(type)).map((type) => ({ label: t.types[type], search: { type } })),
    ...(currency
      ? [{ label: t.under(formatMoney({ amount: CHEAP, currency }, locale)), search: { price_max: CHEAP } }]
      : []),
  ]
  return (
    <nav
      aria-label={t.question}
      className="scroll-row -mx-(--gutter) mt-3 flex gap-2.5 px-(--gutter) py-2 md:mt-4"
    >
      {chips.map(({ label, search }) => (
        <Link key={label} to="/search" search={{ ...search, ...city }} className={chipLook()}>
          {label}
        </Link>
      ))}
    </nav>
  )
}

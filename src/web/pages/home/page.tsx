import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useApp } from '../../app/context.tsx'
import { useTitle } from '../../app/title.ts'
import { Button } from '../../components/button.tsx'
import { chipLook } from '../../components/chip.tsx'
import { EventRow } from '../../components/event-row.tsx'
import { findText } from '../../components/find-text.ts'
import { SearchBox } from '../../components/search-box.tsx'
import { Notice } from '../../components/states.tsx'
import { formatMoney, formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import type { SearchFilter } from '../search/search-filter.ts'
import { homeQuery, type Home, type HomeRow } from './load-home.ts'
import { homeText } from './text.ts'

const route = getRouteApi('/')
/** A type of event is offered where there is some of it, in this order. */
const TYPES = ['concert', 'film', 'theatre', 'sport', 'club'] as const
/** Minor units. */
const CHEAP = 4_000
/** Posters of the first row that are in sight at once. */
const EAGER = 3
const SHOWN = {
  tonight: 'times',
  weekend: 'day',
  nextWeekend: 'day',
  soon: 'sale',
  announced: 'day',
} as const

export function HomePage() {
  const t = useText(homeText)
  useTitle(t.title)
  const { api, preferences } = useApp()
  const { data: home } = useSuspenseQuery(homeQuery(api, preferences.city, route.useLoaderData()))
  return (
    <>
      <h1 className="sr-only">{t.title}</h1>
      <div className="pt-8 md:pt-14">
        <SearchBox size="page" />
      </div>
      <Chips home={home} />
      {home.rows.map((row, i) => (
        // Wakes up on its own, so that no row holds up another.
        <Suspense key={row.name} fallback={null}>
          <EventRow
            title={t.rows[row.name]}
            groups={row.groups}
            show={SHOWN[row.name]}
            eager={i === 0 ? EAGER : 0}
            more={<MoreLink row={row} />}
          />
        </Suspense>
      ))}
      {home.rows.length === 0 && <Empty />}
    </>
  )
}

function MoreLink({ row: { name, search, total } }: { row: HomeRow }) {
  const t = useText(homeText)
  const locale = useLocale()
  return (
    <Link
      to="/search"
      search={search}
      className="tabular inline-flex min-h-11 items-center text-sm font-medium text-muted underline-offset-4 hover:underline"
    >
      {t.all(formatNumber(total, locale))}
      <span className="sr-only">: {t.rows[name]}</span>
    </Link>
  )
}

function Chips({ home }: { home: Home }) {
  const t = useText(homeText)
  const { types } = useText(findText)
  const locale = useLocale()
  const { preferences } = useApp()
  const city = preferences.city === null ? {} : { city: preferences.city }
  const price = home.currency && formatMoney({ amount: CHEAP, currency: home.currency }, locale)
  const chips: { label: string; search: SearchFilter }[] = [
    { label: t.rows.tonight, search: { when: 'tonight' } },
    { label: t.rows.weekend, search: { when: 'weekend' } },
    ...TYPES.filter((type) => home.types.includes(type)).map((type) => ({
      label: types[type],
      search: { type },
    })),
    ...(price ? [{ label: t.under(price), search: { price_max: CHEAP } }] : []),
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

function Empty() {
  const t = useText(homeText)
  const { preferences, setPreferences } = useApp()
  const { city } = preferences
  if (city === null) return <Notice level={2} title={t.emptyAnywhere} />
  return (
    <Notice
      level={2}
      title={t.emptyTitle(city)}
      actions={<Button onClick={() => setPreferences({ city: null })}>{t.lookEverywhere}</Button>}
    >
      <p>{t.emptyHint}</p>
    </Notice>
  )
}

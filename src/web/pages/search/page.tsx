import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useApp } from '../../app/context.tsx'
import { groupShowings, type Showings } from '../../app/group.ts'
import { useTitle } from '../../app/title.ts'
import { eventsQuery, type EventFilter, type EventItem } from '../../api/queries.ts'
import { Button, ButtonLink } from '../../components/button.tsx'
import { EventCard } from '../../components/event-card.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { Notice } from '../../components/states.tsx'
import { formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { Filters } from './filters.tsx'
import { readSearch, type SearchFilter } from './search-filter.ts'
import { searchText } from './text.ts'

const route = getRouteApi('/search')
/** Posters that are in sight at once on a desk. */
const EAGER = 5
const NEAREST = 12

export function SearchPage() {
  const t = useText(searchText)
  const locale = useLocale()
  const { api } = useApp()
  const filter = readSearch(route.useSearch())
  const asked = route.useLoaderData()
  const first = useSuspenseQuery(eventsQuery(api, asked)).data
  const later = useLaterPages(asked, first.next_cursor)
  const groups = groupShowings([...first.items, ...later.items])
  const what = [filter.q, filter.genre, filter.city].filter(Boolean).join(', ')
  useTitle(what === '' ? t.title : t.titleFor(what))
  return (
    <>
      <h1 className="sr-only">{what === '' ? t.everything : t.titleFor(what)}</h1>
      <div className="pt-6">
        <SearchBox key={filter.q} size="bar" initial={filter.q ?? ''} />
      </div>
      <div className="mt-6 grid gap-x-12 lg:grid-cols-[15rem_1fr]">
        <Filters filter={filter} facets={first.facets} currency={currencyOf(first.items)} />
        <section aria-labelledby="results">
          <h2 id="results" className="tabular mb-5 text-sm font-medium text-muted">
            <span role="status">
              {first.total === 1 ? t.one : t.found(formatNumber(first.total, locale))}
            </span>
          </h2>
          {groups.length === 0 && <Nothing filter={filter} />}
          <Cards groups={groups} show={filter.sale === 'soon' ? 'sale' : 'day'} />
          {later.more && (
            <div className="mt-10 flex justify-center">
              <Button kind="plain" busy={later.loading} onClick={later.load}>
                {t.more}
              </Button>
            </div>
          )}
        </section>
      </div>
    </>
  )
}

function Cards({ groups, show }: { groups: readonly Showings[]; show: 'day' | 'sale' }) {
  return (
    <ul className="grid grid-cols-2 gap-x-4 gap-y-8 sm:grid-cols-3 md:gap-x-5 lg:grid-cols-4 xl:grid-cols-5">
      {groups.map((showings, i) => (
        <li key={showings.first.event_id}>
          <EventCard showings={showings} show={show} eager={i < EAGER} />
        </li>
      ))}
    </ul>
  )
}

/** The pages after the first, as they are asked for; another search begins again. */
function useLaterPages(asked: EventFilter, firstCursor: string | null) {
  const { api } = useApp()
  const queryClient = useQueryClient()
  const [state, setState] = useState<Later>({ asked, items: [], cursor: firstCursor, loading: false })
  const later: Later =
    state.asked === asked ? state : { asked, items: [], cursor: firstCursor, loading: false }
  const load = async (): Promise<void> => {
    if (later.cursor === null) return
    setState({ ...later, loading: true })
    try {
      const page = await queryClient.fetchQuery(eventsQuery(api, { ...asked, cursor: later.cursor }))
      setState({ asked, items: [...later.items, ...page.items], cursor: page.next_cursor, loading: false })
    } catch {
      // The button stays, and another press asks again.
      setState({ ...later, loading: false })
    }
  }
  return { ...later, more: later.cursor !== null, load: () => void load() }
}

type Later = { asked: EventFilter; items: EventItem[]; cursor: string | null; loading: boolean }

function Nothing({ filter }: { filter: SearchFilter }) {
  const t = useText(searchText)
  const { api, preferences } = useApp()
  const { q: what, sort: _, ...filters } = filter
  const isFiltered = Object.keys(filters).length > 0
  const place = preferences.city === null ? {} : { city: preferences.city }
  const { data } = useQuery(eventsQuery(api, { ...place, limit: NEAREST }))
  return (
    <>
      <Notice
        level={2}
        title={what === undefined ? t.emptyTitlePlain : t.emptyTitle(what)}
        actions={
          <ButtonLink to="/search" kind="plain">
            {isFiltered ? t.reset : t.showAll}
          </ButtonLink>
        }
      >
        <p>{isFiltered ? t.emptyHint : t.emptyHintPlain}</p>
      </Notice>
      {data && data.items.length > 0 && (
        <>
          <h2 className="display mb-5 text-xl">{t.nearest}</h2>
          <Cards groups={groupShowings(data.items)} show="day" />
        </>
      )}
    </>
  )
}

function currencyOf(items: readonly { price_from: { currency: string } | null }[]): string | null {
  return items.find((item) => item.price_from)?.price_from?.currency ?? null
}

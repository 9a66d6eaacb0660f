import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useApp } from '../../app/context.tsx'
import { groupShowings } from '../../app/group.ts'
import { useTitle } from '../../app/title.ts'
import { read } from '../../api/client.ts'
import { eventsQuery } from '../../api/queries.ts'
import { Button, ButtonLink } from '../../components/button.tsx'
import { EventCard } from '../../components/event-card.tsx'
import { EventRow } from '../../components/event-row.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { Notice } from '../../components/states.tsx'
import { formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { Filters } from './filters.tsx'
import { searchText } from './text.ts'

const route = getRouteApi('/search')
/** Posters that are in sight at once on a desk. */
const EAGER = 5
const NEAREST = 12

export function SearchPage() {
  const t = useText(searchText)
  const locale = useLocale()
  const { api } = useApp()
  const filter = route.useSearch()
  const asked = route.useLoaderData()
  const first = useSuspenseQuery(eventsQuery(api, asked)).data
  const later = useInfiniteQuery({
    queryKey: ['events', 'later', asked],
    queryFn: ({ pageParam, signal }) =>
      read(api.GET('/v1/events', { params: { query: { ...asked, cursor: pageParam } }, signal })),
    initialPageParam: first.next_cursor ?? '',
    getNextPageParam: (page) => page.next_cursor,
    enabled: false,
  })
  const pages = later.data?.pages ?? []
  const groups = groupShowings([first, ...pages].flatMap((page) => page.items))
  const more = later.data ? later.hasNextPage : first.next_cursor !== null
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
          <h2 id="results" role="status" className="tabular mb-5 text-sm font-medium text-muted">
            {first.total === 1 ? t.one : t.found(formatNumber(first.total, locale))}
          </h2>
          {groups.length === 0 && <Nothing what={filter.q} />}
          <ul className="grid grid-cols-2 gap-x-4 gap-y-8 sm:grid-cols-3 md:gap-x-5 lg:grid-cols-4 xl:grid-cols-5">
            {groups.map((showings, i) => (
              <li key={showings.first.event_id}>
                <EventCard
                  showings={showings}
                  show={filter.sale === 'soon' ? 'sale' : 'day'}
                  eager={i < EAGER}
                />
              </li>
            ))}
          </ul>
          {more && (
            <div className="mt-10 flex justify-center">
              <Button
                kind="plain"
                busy={later.isFetching}
                onClick={() => void (later.data ? later.fetchNextPage() : later.refetch())}
              >
                {t.more}
              </Button>
            </div>
          )}
        </section>
      </div>
    </>
  )
}

function Nothing({ what }: { what: string | undefined }) {
  const t = useText(searchText)
  const { api, preferences } = useApp()
  const place = preferences.city === null ? {} : { city: preferences.city }
  const { data } = useQuery(eventsQuery(api, { ...place, sale: 'on_sale', limit: NEAREST }))
  return (
    <>
      <Notice
        level={2}
        title={what === undefined ? t.emptyTitlePlain : t.emptyTitle(what)}
        actions={
          <ButtonLink to="/search" kind="plain">
            {t.reset}
          </ButtonLink>
        }
      >
        <p>{t.emptyHint}</p>
      </Notice>
      {data && data.items.length > 0 && (
        <EventRow title={t.nearest} groups={groupShowings(data.items)} show="day" />
      )}
    </>
  )
}

function currencyOf(items: readonly { price_from: { currency: string } | null }[]): string | null {
  return items.find((item) => item.price_from)?.price_from?.currency ?? null
}

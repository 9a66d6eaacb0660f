import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { eventQuery } from '../../api/queries.ts'
import { serverNow, useApi, useApp } from '../../app/context.tsx'
import { Button, ButtonLink } from '../../components/button.tsx'
import { Tag } from '../../components/chip.tsx'
import { ErrorState, Loading, Notice } from '../../components/states.tsx'
import { dayParts, formatWhen } from '../../format/format.ts'
import { groupPlaces } from '../../format/places.ts'
import { useText } from '../../i18n/text.tsx'
import { Account } from '../account/sign-in.tsx'
import { KeptNote } from './kept-note.tsx'
import { loadOrders, type ListedOrder } from './queries.ts'
import type { Order } from './order-view.ts'
import { statusOf } from './status.ts'
import { ordersText } from './text.ts'

/** Milliseconds after its start for which an event still counts as coming up: one may be standing at the door. */
const STILL_ON_MS = 6 * 3_600_000

/** Everything bought by this visitor, what comes next first. */
export function OrdersPage() {
  const api = useApi()
  const t = useText(ordersText)
  const query = useInfiniteQuery({
    queryKey: ['orders'],
    queryFn: ({ pageParam, signal }) => loadOrders(api, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    retry: false,
    networkMode: 'always',
    refetchOnWindowFocus: 'always',
  })
  useEffect(() => {
    document.title = `${t.title} · Usher`
  }, [t])
  if (query.isPending) return <Loading />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const orders = query.data.pages.flatMap((page) => page.orders).filter(({ order }) => isWorthShowing(order))
  if (orders.length === 0)
    return (
      <>
        <Empty />
        <Account />
      </>
    )
  const { coming, other } = inTurn(orders)
  return (
    <div className="pt-8 md:pt-12">
      <h1 className="display text-4xl">{t.title}</h1>
      <KeptNote keptAt={query.data.pages[0]!.keptAt} />
      {coming.length > 0 && <OrderList title={t.coming} orders={coming} />}
      {other.length > 0 && <OrderList title={t.other} orders={other} isQuiet />}
      {query.hasNextPage && (
        <p className="mt-8">
          <Button kind="plain" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t.more}
          </Button>
        </p>
      )}
      <Account />
    </div>
  )
}

/** A declined card is no order in anybody's eyes; what else came to nothing is told. */
function isWorthShowing(order: Order): boolean {
  return order.status !== 'FAILED' || order.failure?.code !== 'card_declined'
}

function inTurn(orders: readonly ListedOrder[]): { coming: ListedOrder[]; other: ListedOrder[] } {
  const from = serverNow() - STILL_ON_MS
  const isComing = ({ order: { status, starts_at } }: ListedOrder): boolean =>
    (status === 'CONFIRMED' || status === 'PENDING') && (starts_at === null || Date.parse(starts_at) > from)
  const startOf = ({ order }: ListedOrder): string => order.starts_at ?? ''
  return {
    coming: orders.filter(isComing).toSorted((a, b) => startOf(a).localeCompare(startOf(b))),
    other: orders.filter((listed) => !isComing(listed)),
  }
}

function OrderList({
  title,
  orders,
  isQuiet = false,
}: {
  title: string
  orders: readonly ListedOrder[]
  isQuiet?: boolean
}) {
  return (
    <section className="mt-8 max-w-3xl md:mt-10">
      <h2 className="text-sm font-semibold text-muted">{title}</h2>
      <ul className="mt-2 border-t border-line">
        {orders.map((listed) => (
          <li key={listed.order.booking_id} className="border-b border-line">
            <OrderRow listed={listed} isQuiet={isQuiet} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function OrderRow({ listed, isQuiet }: { listed: ListedOrder; isQuiet: boolean }) {
  const { order } = listed
  const { locale } = useApp().preferences
  // An order knows when its event begins; which day that is, the venue knows.
  const query = useQuery({ ...eventQuery(useApi(), order.event_id), enabled: listed.event === null })
  const event = listed.event ?? query.data ?? null
  const day = event?.starts_on ?? (query.isError ? order.starts_at?.slice(0, 10) : undefined)
  const status = statusOf(order, locale)
  const date = day ? dayParts(day, locale) : null
  const valid = order.tickets.filter((ticket) => ticket.status !== 'void')
  const places = groupPlaces(valid.length > 0 ? valid : order.tickets, locale)
  return (
    <Link
      to="/orders/$bookingId"
      params={{ bookingId: order.booking_id }}
      className="group -mx-3 flex items-center gap-5 rounded-read px-3 py-4 hover:bg-sunken md:gap-8"
    >
      <span className="w-12 shrink-0 text-center">
        {date && (
          <>
            <span className={`display block text-3xl leading-none ${isQuiet ? 'text-muted' : ''}`}>
              {date.day}
            </span>
            <span className="mt-1 block text-xs text-muted">{date.monthShort}</span>
          </>
        )}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-semibold group-hover:underline">{event?.name ?? order.event_name}</span>
        {event && (
          <span className="block text-sm text-muted">
            {formatWhen(event, event.venue.timezone, locale)}, {event.venue.name}
          </span>
        )}
        <span className="block text-sm text-muted">
          {places.map(({ title: words, section }) => [section, words].filter(Boolean).join(', ')).join('; ')}
        </span>
        <Tag tone={status.tone}>{status.words}</Tag>
      </span>
    </Link>
  )
}

function Empty() {
  const t = useText(ordersText)
  return (
    <Notice title={t.emptyTitle} actions={<ButtonLink to="/search">{t.toSearch}</ButtonLink>}>
      <p>{t.empty}</p>
    </Notice>
  )
}

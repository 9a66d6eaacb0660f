import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import clsx from 'clsx'
import { useEffect, useState } from 'react'
import { isApiError } from '../../api/problem.ts'
import { serverNow, useApi, useApp } from '../../app/context.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { Tag } from '../../components/chip.tsx'
import { ErrorState, Loading, Notice } from '../../components/states.tsx'
import { Ticket } from '../../components/ticket/ticket.tsx'
import { TicketRow } from '../../components/ticket/ticket-row.tsx'
import { formatWhen } from '../../format/format.ts'
import { useText } from '../../i18n/text.tsx'
import { Account } from '../account/sign-in.tsx'
import { Details } from './details.tsx'
import { Files } from './files.tsx'
import { openWithoutNetwork } from './keep-offline.ts'
import { KeptNote } from './kept-note.tsx'
import { orderQuery } from './queries.ts'
import type { OrderView } from './order-view.ts'
import { failureWords, refundWords, statusOf } from './status.ts'
import { ordersText } from './text.ts'

const route = getRouteApi('/orders/$bookingId')
/** Milliseconds for which an order counts as just paid. */
const JUST_PAID_MS = 120_000

/** One order: its tickets first, everything else beside or below them. */
export function OrderPage() {
  const { bookingId } = route.useParams()
  const query = useQuery(orderQuery(useApi(), bookingId))
  useEffect(() => {
    if (query.data?.order.tickets.some((ticket) => ticket.code !== null)) openWithoutNetwork()
  }, [query.data])
  if (query.data) return <OrderShown view={query.data} />
  if (query.isPending) return <Loading />
  const isOthers = isApiError(query.error, 'not_found') || isApiError(query.error, 'unauthorized')
  if (!isOthers) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <>
      <NotHere />
      <Account />
    </>
  )
}

/** It may be an account's by now, or have been bought on another device: the way to it is the mail address. */
function NotHere() {
  const t = useText(ordersText)
  return (
    <Notice title={t.notHereTitle}>
      <p>{t.notHere}</p>
    </Notice>
  )
}

function OrderShown({ view }: { view: OrderView }) {
  const { order, event, doors, keptAt } = view
  const { locale } = useApp().preferences
  const t = useText(ordersText)
  const status = statusOf(order, locale)
  const tickets = [...order.tickets].sort((a, b) => Number(a.status === 'void') - Number(b.status === 'void'))
  const name = event?.name ?? order.event_name
  const hasTickets = order.status !== 'FAILED' && tickets.length > 0
  useEffect(() => {
    document.title = `${name} · Usher`
  }, [name])
  return (
    <div className={clsx('md:pt-10', hasTickets && keptAt === null ? '' : 'pt-6')}>
      <div
        className={clsx(
          'grid items-start gap-x-14 gap-y-8',
          hasTickets && 'md:grid-cols-[minmax(0,28rem)_minmax(0,1fr)] md:grid-rows-[auto_1fr]',
        )}
      >
        {/* On a phone the ticket itself says all of this, and comes first. */}
        <header
          className={clsx(hasTickets && 'md:col-start-2', hasTickets && keptAt === null && 'max-md:sr-only')}
        >
          <p className="mb-1">
            <Tag tone={status.tone}>{status.words}</Tag>
          </p>
          <h1 className="display text-2xl md:text-3xl">{name}</h1>
          {event && (
            <p className="mt-1.5 text-muted">
              {formatWhen(event, event.venue.timezone, locale)}, {event.venue.name}
            </p>
          )}
          <KeptNote keptAt={keptAt} />
        </header>
        {hasTickets && (
          <div className="stage -mx-(--gutter) px-4 py-5 md:col-start-1 md:row-span-2 md:row-start-1 md:mx-0 md:rounded-read md:px-8 md:py-8">
            <TicketRow>
              {tickets.map((ticket) => (
                <Ticket
                  key={ticket.ticket_id}
                  ticket={ticket}
                  door={doors[ticket.ticket_id] ?? null}
                  event={event}
                  eventName={name}
                  startsAt={order.starts_at}
                  livemode={order.livemode}
                />
              ))}
            </TicketRow>
          </div>
        )}
        <div className="grid gap-8">
          <div className="grid gap-3">
            {hasTickets && (
              <p className="md:hidden">
                <Tag tone={status.tone}>{status.words}</Tag>
              </p>
            )}
            <State view={view} />
          </div>
          {order.tickets.some((ticket) => ticket.code !== null) && (
            <Files bookingId={order.booking_id} isKept={keptAt !== null} />
          )}
          <Details view={view} />
          <p>
            <ButtonLink kind="plain" size="small" to="/orders">
              {t.all}
            </ButtonLink>
          </p>
        </div>
      </div>
    </div>
  )
}

/** What has happened and what it means, where there is something to say. */
function State({ view: { order, event } }: { view: OrderView }) {
  const t = useText(ordersText)
  const { locale } = useApp().preferences
  // As it was when the page opened: the sentence does not go away while somebody reads it.
  const [openedAt] = useState(serverNow)
  const isNew = order.settled_at !== null && openedAt - Date.parse(order.settled_at) < JUST_PAID_MS
  const said = [
    event?.status === 'cancelled'
      ? t.eventCancelled
      : event?.status === 'postponed'
        ? t.eventPostponed
        : null,
    order.status === 'PENDING' ? t.pending : null,
    order.status === 'CONFIRMED' && isNew && order.refunded.status === 'none' ? t.justPaid : null,
    order.status === 'CANCELLED' ? t.cancelled : null,
    order.status === 'FAILED' ? failureWords(order, locale) : null,
    refundWords(order, locale),
  ].filter((sentence) => sentence !== null)
  return (
    <div role="status" className="grid gap-2 empty:hidden">
      {said.map((sentence) => (
        <p key={sentence} className="font-medium">
          {sentence}
        </p>
      ))}
      {order.status === 'FAILED' && (
        <p className="mt-2">
          <ButtonLink to="/events/$eventId/seats" params={{ eventId: order.event_id }}>
            {t.chooseAgain}
          </ButtonLink>
        </p>
      )}
    </div>
  )
}

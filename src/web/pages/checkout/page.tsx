import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, type ReactNode } from 'react'
import { isApiError } from '../../api/problem.ts'
import { eventQuery } from '../../api/queries.ts'
import { serverNow, useApi, useApp } from '../../app/context.tsx'
import { Logo } from '../../app/logo.tsx'
import { ErrorState, Loading } from '../../components/states.tsx'
import { useText } from '../../i18n/text.tsx'
import { findBooking } from './find-booking.ts'
import { CountdownRing, useTimeLeft } from './countdown.tsx'
import { Gone, NotYours, Waiting } from './outcomes.tsx'
import { PayForm } from './pay-form.tsx'
import { reservationQuery, type Reservation } from './queries.ts'
import { Summary } from './summary.tsx'
import { checkoutText } from './text.ts'
import { TimeWarning } from './time-warning.tsx'
import { usePayment } from './use-payment.ts'

const route = getRouteApi('/checkout/$reservationId')
/** Milliseconds after its end for which a hold may still be answered as HELD. */
const END_GRACE_MS = 1_500
/** Milliseconds between two looks for the booking of a reservation that is paid elsewhere. */
const LOOK_MS = 2_000

/** One page, three things: what you get, who you are, how you pay. */
export function CheckoutPage() {
  const { reservationId } = route.useParams()
  const api = useApi()
  const t = useText(checkoutText)
  const reservation = useQuery(reservationQuery(api, reservationId))
  // Asked for beside it and waited for: what comes later would push the form down under somebody's finger.
  const { isPending: isEventPending } = useQuery(eventQuery(api, reservationId.split('.')[0]!))
  useEffect(() => {
    document.title = `${t.title} · Usher`
  }, [t])
  if (reservation.data && !isEventPending)
    return <Checkout key={reservationId} reservation={reservation.data} />
  return (
    <Frame>
      {reservation.isPending || reservation.data ? (
        <Loading />
      ) : isApiError(reservation.error, 'not_found') || isApiError(reservation.error, 'unauthorized') ? (
        <NotYours eventId={reservationId.split('.')[0]!} />
      ) : (
        <ErrorState error={reservation.error} onRetry={() => void reservation.refetch()} />
      )}
    </Frame>
  )
}

function Checkout({ reservation }: { reservation: Reservation }) {
  const { reservation_id: id, event_id: eventId, status } = reservation
  const api = useApi()
  const navigate = useNavigate()
  const query = useQuery(reservationQuery(api, id))
  const { refetch } = query
  useEffect(() => {
    // A window beside another stays visible when one turns to it, and there the seats may have been let go.
    const look = (): void => void refetch()
    addEventListener('focus', look)
    return () => removeEventListener('focus', look)
  }, [refetch])
  const { data: event } = useQuery(eventQuery(api, eventId))
  const { payment: way } = useApp()
  const payment = usePayment(
    id,
    useCallback(
      (action) => {
        if (action.type === 'redirect') location.assign(action.url)
        else if (way.kind === 'stripe')
          void import('./stripe.ts').then(({ finishAtBank }) =>
            finishAtBank(way.publishableKey, action.client_secret),
          )
      },
      [way],
    ),
  )
  const { step, follow } = payment
  const t = useText(checkoutText)
  useEffect(() => {
    if (event) document.title = `${t.title}: ${event.name} · Usher`
  }, [event, t])

  const paidId = step.at === 'paid' ? step.bookingId : null
  useEffect(() => {
    if (paidId === null) return
    // In place of checkout: the way back leads to the seats, never into a payment that is done.
    void navigate({ to: '/orders/$bookingId', params: { bookingId: paidId }, replace: true })
  }, [navigate, paidId])

  // Another tab or an earlier visit pays or has paid: its booking is this page's, too.
  const isElsewhere = step.at === 'form' && (status === 'PAYING' || status === 'BOOKED')
  useEffect(() => {
    if (!isElsewhere) return
    const controller = new AbortController()
    const look = (): void => {
      void findBooking(api, id, controller.signal).then((bookingId) => {
        if (bookingId && !controller.signal.aborted) follow(bookingId, id)
      })
    }
    look()
    // It may be a moment until it is written down.
    const timer = setInterval(look, LOOK_MS)
    return () => {
      clearInterval(timer)
      controller.abort()
    }
  }, [api, follow, id, isElsewhere])

  const expiresAt = Date.parse(reservation.expires_at)
  const runs = step.at === 'form' && status === 'HELD'
  const left = useTimeLeft(runs ? expiresAt : null, () => void query.refetch())
  const isOver = left === 0 && serverNow() > expiresAt + END_GRACE_MS
  if (step.at === 'gone' || (step.at === 'form' && (isOver || status === 'EXPIRED' || status === 'RELEASED')))
    return (
      <Frame>
        <Gone reservation={reservation} event={event} />
      </Frame>
    )
  const fullMs = (event?.limits.hold_seconds ?? 600) * 1000
  const isForm = step.at === 'form' || step.at === 'asking'
  return (
    <Frame
      aside={
        runs && (
          <>
            <TimeWarning reservation={reservation} event={event} leftMs={left} />
            <CountdownRing leftMs={left} fullMs={fullMs} />
          </>
        )
      }
    >
      <h1 className="sr-only">{t.title}</h1>
      <div className="grid gap-10 py-6 md:grid-cols-2 md:gap-16 md:py-12 lg:gap-24">
        <Summary reservation={reservation} event={event} />
        {isElsewhere ? (
          <Loading />
        ) : isForm ? (
          <PayForm reservation={reservation} event={event} payment={payment} />
        ) : (
          <Waiting payment={payment} />
        )}
      </div>
    </Frame>
  )
}

/** Checkout leads nowhere else: a name, the time that is left, which stays in sight, and the page. */
function Frame({ aside, children }: { aside?: ReactNode; children: ReactNode }) {
  return (
    <div className="page-gutter mx-auto w-full max-w-5xl [&_input]:scroll-mt-24">
      <header className="group/head sticky top-0 z-45 -mx-(--gutter) flex h-15 items-center gap-4 border-b border-line bg-ground px-(--gutter) md:h-17">
        <span className="max-sm:group-has-data-speaks/head:hidden">
          <Logo />
        </span>
        {aside}
      </header>
      {children}
    </div>
  )
}

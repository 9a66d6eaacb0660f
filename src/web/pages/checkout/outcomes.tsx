import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { read } from '../../api/client.ts'
import { codeName, holdName } from '../../api/open-holds.ts'
import type { Event } from '../../api/queries.ts'
import { serverNow, useApi } from '../../app/context.tsx'
import { Button, ButtonLink } from '../../components/button.tsx'
import { Loading, Notice } from '../../components/states.tsx'
import { useText } from '../../i18n/text.tsx'
import type { Reservation } from './queries.ts'
import { checkoutText } from './text.ts'
import type { Payment } from './use-payment.ts'

/** While nobody knows yet whether the money moved: what is known, and that nothing is paid twice. */
export function Waiting({ payment }: { payment: Payment }) {
  const t = useText(checkoutText)
  const { step } = payment
  // It comes in the form's place, which on a phone may be out of sight.
  const card = useRef<HTMLDivElement>(null)
  useEffect(() => card.current?.focus(), [])
  if (step.at === 'paid') return <p role="status">{t.paid}</p>
  const isPending = step.at === 'pending'
  return (
    <div
      ref={card}
      tabIndex={-1}
      role="status"
      className="content-start self-start rounded-read outline-none border border-line bg-surface p-6 md:p-8"
    >
      <p className="busy-bar h-[3px] text-action" aria-hidden />
      <h2 className="display mt-5 text-xl">{isPending ? t.pendingTitle : t.lostTitle}</h2>
      <p className="mt-3">
        {isPending ? t.pending : step.at === 'lost' && !step.network ? t.lostBusy : t.lostNetwork}
      </p>
      {isPending && <p className="mt-3 text-muted">{t.pendingLeave}</p>}
      <div className="mt-6 flex flex-wrap gap-3">
        {isPending ? (
          <ButtonLink kind="plain" to="/orders/$bookingId" params={{ bookingId: step.bookingId }}>
            {t.toOrder}
          </ButtonLink>
        ) : (
          <Button kind="plain" onClick={payment.askNow}>
            {t.askNow}
          </Button>
        )}
      </div>
    </div>
  )
}

/** The hold has ended: says so, and offers the same seats again or others. */
export function Gone({ reservation, event }: { reservation: Reservation; event: Event | undefined }) {
  const t = useText(checkoutText)
  const again = useSameAgain(reservation)
  const { event_id: eventId } = reservation
  // It comes in the form's place, which may have had the focus.
  const card = useRef<HTMLDivElement>(null)
  useEffect(() => card.current?.focus(), [])
  if (again.isPending) return <Loading />
  return (
    <div ref={card} tabIndex={-1} role="status" className="outline-none">
      <Notice
        title={t.goneTitle}
        actions={
          <>
            {!again.isError && <Button onClick={() => again.mutate()}>{t.sameAgain}</Button>}
            <ButtonLink
              kind={again.isError ? 'act' : 'plain'}
              to="/events/$eventId/seats"
              params={{ eventId }}
            >
              {t.choose}
            </ButtonLink>
          </>
        }
      >
        <p>{again.isError ? t.sameGone : whyGone(reservation, t)}</p>
        {event && <p className="mt-2">{event.name}</p>}
      </Notice>
    </div>
  )
}

/** Only what is known: a hold that is over without a word about why may have ended anywhere. */
function whyGone(
  { status, expires_at }: Reservation,
  t: { released: string; expired: string; ended: string },
): string {
  if (status === 'RELEASED') return t.released
  return status === 'EXPIRED' || Date.parse(expires_at) <= serverNow() ? t.expired : t.ended
}

function useSameAgain({ event_id, seats, areas }: Reservation) {
  const api = useApi()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => {
      // Seats that a code opened are nobody's without it.
      const code = sessionStorage.getItem(codeName(event_id))
      return read(
        api.POST('/v1/reservations', {
          body: {
            event_id,
            ...(code !== null && { access_code: code }),
            ...(seats.length > 0 && {
              seats: seats.map(({ seat_id, price_type }) => ({ seat_id, price_type })),
            }),
            ...(areas.length > 0 && {
              areas: areas.map(({ area_id, quantity, price_type }) => ({ area_id, quantity, price_type })),
            }),
          },
        }),
      )
    },
    onSuccess: ({ reservation_id: reservationId }) => {
      sessionStorage.setItem(holdName(event_id), reservationId)
      return navigate({ to: '/checkout/$reservationId', params: { reservationId }, replace: true })
    },
  })
}

/** No such reservation for this visitor: over for long, or made in another browser. */
export function NotYours({ eventId }: { eventId: string }) {
  const t = useText(checkoutText)
  return (
    <Notice
      title={t.foundNone}
      actions={
        <>
          {/^\d+$/.test(eventId) && (
            <ButtonLink to="/events/$eventId/seats" params={{ eventId }}>
              {t.choose}
            </ButtonLink>
          )}
          <ButtonLink kind="plain" to="/orders">
            {t.toOrders}
          </ButtonLink>
        </>
      }
    >
      <p>{t.foundNoneHint}</p>
    </Notice>
  )
}

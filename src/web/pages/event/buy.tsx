import { useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { useApi, useNow } from '../../app/context.tsx'
import { eventQuery, type Event } from '../../api/queries.ts'
import { ButtonLink } from '../../components/button.tsx'
import { dayIn, formatCountdown, formatDay, formatMoney, formatTime } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { cheapestType } from './cheapest-type.ts'
import { Phases } from './load-event.ts'
import { phasesLeft, saleNow } from '../../app/sale-phases.ts'
import { eventText } from './text.ts'

/** What it costs and the one button; on a phone the button stays at the lower edge. */
export function Buy({ event }: { event: Event }) {
  const t = useText(eventText)
  if (event.status === 'cancelled') return <Card title={t.cancelled} hint={t.cancelledHint} />
  if (event.status === 'postponed') return <Card title={t.postponed} hint={t.postponedHint} />
  if (event.sale === 'ended') return <Card title={t.ended} />
  if (event.phases.length > 0 && event.layout_hash !== null) return <InPhases event={event} />
  if (event.sale === 'announced' && event.on_sale_at !== null)
    return <Countdown event={event} at={event.on_sale_at} />
  if (event.layout_hash === null || event.price_from === null)
    return <Card title={t.noSale} hint={t.noSaleHint} />
  return <OnSale event={event} />
}

/** A sale in phases: who may buy now, what opens next, and all that is to come. */
function InPhases({ event }: { event: Event }) {
  const t = useText(eventText)
  const now = useNow(1_000)
  const left = phasesLeft(event, now)
  const { who, next } = saleNow(left, now)
  // Two seconds later no cache on the way has the prices of before.
  useRefetch(event, event.prices_until !== null && now > Date.parse(event.prices_until) + 2_000)
  if (left.length === 0) return <Card title={t.ended} />
  // One phase for everybody that runs already is a sale like any other.
  const phases = left.length > 1 || who !== 'everybody' ? <Phases {...{ event, left, next, now, t }} /> : null
  if (who === 'nobody' && next)
    return (
      <Countdown event={event} at={iso(next.from)} title={next.needsCode ? t.presaleIn : t.saleIn}>
        {phases}
        {event.takes_codes && event.sale === 'on_sale' && (
          <ButtonLink
            to="/events/$eventId/seats"
            params={{ eventId: event.event_id }}
            kind="plain"
            size="small"
            wide
            className="mt-4"
          >
            {t.haveCode}
          </ButtonLink>
        )}
      </Countdown>
    )
  return <OnSale event={event}>{phases}</OnSale>
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function OnSale({ event, children }: { event: Event; children?: ReactNode }) {
  const t = useText(eventText)
  const soldOut = event.availability === 'sold_out'
  const price = usePrice(event)
  const choose = (
    <ButtonLink
      to="/events/$eventId/seats"
      params={{ eventId: event.event_id }}
      kind={soldOut ? 'plain' : 'act'}
      wide
      // The map is another page with a script of its own: it comes when somebody is about to press.
      preload="intent"
    >
      {soldOut ? t.watchMap : event.places?.seats === 0 ? t.chooseTickets : t.chooseSeats}
    </ButtonLink>
  )
  return (
    <>
      <Card hint={soldOut ? t.soldOutHint : undefined}>
        {soldOut ? (
          <p className="display text-3xl">{t.soldOut}</p>
        ) : (
          <>
            {price.isFrom && <p className="text-sm text-muted">{t.priceFrom}</p>}
            <p className="display tabular mt-0.5 text-3xl">{price.words}</p>
            <p className="tabular mt-1 text-sm text-muted">{price.about}</p>
          </>
        )}
        <div className="mt-4 max-md:hidden">{choose}</div>
        {!soldOut && (
          <p className="mt-4 flex items-center gap-2.5 text-sm">
            <span
              aria-hidden
              className={`size-2 rounded-full ${event.availability === 'few_left' ? 'bg-danger' : 'bg-done'}`}
            />
            {event.availability === 'few_left' ? t.fewLeft : t.available}
          </p>
        )}
        {children}
      </Card>
      <div className="fixed inset-x-0 bottom-0 z-20 flex items-center gap-5 border-t border-line bg-ground px-(--gutter) pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:hidden">
        {!soldOut && (
          <p className="tabular max-w-1/2 shrink-0 text-sm leading-tight text-muted" aria-hidden>
            {price.isFrom && `${t.from} `}
            <span className="display text-2xl text-text">{price.words}</span>
            {price.type !== undefined && <span className="block">{price.type}</span>}
          </p>
        )}
        {choose}
      </div>
    </>
  )
}

/** The lowest price, whose it is where not everybody has it, and what of the fees is in it. */
function usePrice(event: Event): { words: string; isFrom: boolean; type: string | undefined; about: string } {
  const t = useText(eventText)
  const locale = useLocale()
  const { price_from: from, order_fee: orderFee, fees } = event
  const isFree = from?.amount === 0
  const type = cheapestType(event)
  const about = [
    type,
    !isFree && fees.some(({ per }) => per === 'ticket') && t.feesIn,
    orderFee.amount > 0 && t.orderFee(formatMoney(orderFee, locale)),
  ]
  return {
    words: from === null ? '' : isFree ? t.free : formatMoney(from, locale),
    isFrom: !isFree,
    type,
    about: about.filter(Boolean).join(', '),
  }
}

/** Counts down to the sale by the server's clock, and opens it without a reload. */
function Countdown({
  event,
  at,
  title,
  children,
}: {
  event: Event
  at: string
  title?: string
  children?: ReactNode
}) {
  const t = useText(eventText)
  const locale = useLocale()
  const left = Date.parse(at) - useNow(1_000)
  const due = left <= 0
  useRefetch(event, due)
  const { timezone } = event.venue
  return (
    <Card>
      <p className="text-sm text-muted">{due ? t.saleOpen : (title ?? t.saleIn)}</p>
      <p className="display tabular mt-0.5 text-3xl" role="timer">
        {formatCountdown(left)}
      </p>
      {!children && (
        <p className="mt-2 text-sm">
          {t.saleStarts}{' '}
          <time dateTime={at} className="font-semibold">
            {formatDay(dayIn(at, timezone), locale)}, {formatTime(at, timezone)}
          </time>
        </p>
      )}
      {event.price_from && (
        <p className="tabular mt-1 text-sm text-muted">
          {t.priceFrom} {formatMoney(event.price_from, locale)}
        </p>
      )}
      {children}
    </Card>
  )
}

function useRefetch({ event_id: eventId }: Event, due: boolean): void {
  const api = useApi()
  const queryClient = useQueryClient()
  useEffect(() => {
    if (due) void queryClient.invalidateQueries(eventQuery(api, eventId))
  }, [due, api, eventId, queryClient])
}

function Card({
  title,
  hint,
  children,
}: {
  title?: string
  hint?: string | undefined
  children?: ReactNode
}) {
  return (
    <section className="rounded-read border border-line bg-surface p-5">
      {title !== undefined && <p className="display text-xl">{title}</p>}
      {children}
      {hint !== undefined && <p className="mt-2 text-sm text-muted">{hint}</p>}
    </section>
  )
}

import type { ReactNode } from 'react'
import type { Event } from '../../api/queries.ts'
import { dayIn, formatCountdown, formatDay, formatMoney, formatTime } from '../../format/format.ts'
import { useLocale } from '../../i18n/text.tsx'
import type { SalePhase } from '../../app/sale-phases.ts'

type Words = Record<
  'phases' | 'presale' | 'openSale' | 'runsNow' | 'from' | 'until' | 'priceFrom' | 'presaleHint',
  string
> & { opensIn(left: string): string }

/** All phases of the sale that are still to come or run. */
export function Phases({
  event,
  left,
  next,
  now,
  t,
}: {
  event: Event
  left: readonly SalePhase[]
  next: SalePhase | null
  now: number
  t: Words
}) {
  const locale = useLocale()
  const { timezone } = event.venue
  const moment = (at: number): ReactNode => (
    <time dateTime={iso(at)} className="whitespace-nowrap">
      {formatDay(dayIn(at, timezone), locale)}, {formatTime(iso(at), timezone)}
    </time>
  )
  return (
    <ol className="mt-4 space-y-3 border-t border-line pt-4 text-sm" aria-label={t.phases}>
      {left.map(({ id, from, until, needsCode, price }) => (
        <li key={id} aria-current={from <= now ? 'step' : undefined}>
          <p className="font-semibold">{needsCode ? t.presale : t.openSale}</p>
          <p className="tabular text-muted">
            {from <= now ? (
              t.runsNow
            ) : (
              <>
                {t.from} {moment(from)}
              </>
            )}
            {/* The sale to all ends with the event, and nobody needs to be told that. */}
            {until < Infinity && (needsCode || until !== closing(event)) && (
              <>
                {' '}
                {t.until} {moment(until)}
              </>
            )}
          </p>
          {price && (
            <p className="tabular">
              {t.priceFrom} {formatMoney(price, locale)}
            </p>
          )}
          {needsCode && <p className="text-muted">{t.presaleHint}</p>}
          {/* Whoever has no code waits for this one; before any phase the card itself counts down. */}
          {id === next?.id && left.some((phase) => phase.from <= now) && (
            <p className="tabular font-medium" role="timer">
              {t.opensIn(formatCountdown(from - now))}
            </p>
          )}
        </li>
      ))}
    </ol>
  )
}

function closing({ on_sale_until: until }: Event): number {
  return until === null ? Infinity : Date.parse(until)
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

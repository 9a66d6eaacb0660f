import type { Event } from '../../api/queries.ts'
import { serverNow, useApp } from '../../app/context.tsx'
import { keptFees } from '../../app/kept-fees.ts'
import { dayIn, formatDay, formatMoney, formatTime, formatWhen } from '../../format/format.ts'
import { groupPlaces } from '../../format/places.ts'
import { useText, type Locale } from '../../i18n/text.tsx'
import { keptAmount } from './kept-amount.ts'
import type { Reservation } from './queries.ts'
import { checkoutText } from './text.ts'

/** What the buyer gets: the seats first, then for what, then what it costs. */
export function Summary({ reservation, event }: { reservation: Reservation; event: Event | undefined }) {
  const t = useText(checkoutText)
  const { locale } = useApp().preferences
  const groups = groupPlaces(placesOf(reservation), locale)
  const { breakdown, total } = reservation
  const fees = { ...total, amount: breakdown.ticket_fees.amount + breakdown.order_fee.amount }
  const tax = breakdown.tax_included
  const money = (amount: typeof total): string => formatMoney(amount, locale, { exact: true })
  return (
    <section aria-labelledby="what">
      <h2 id="what" className="sr-only">
        {t.what}
      </h2>
      <div className="grid gap-1">
        {groups.map(({ title, section }) => (
          <div key={`${section} ${title}`}>
            {section && <p className="text-sm font-medium text-muted">{section}</p>}
            <p className="display text-2xl md:text-3xl">{title}</p>
          </div>
        ))}
      </div>
      {event && (
        <div className="mt-3 text-muted">
          <p className="font-medium text-text">{event.name}</p>
          <p>
            {formatWhen(event, event.venue.timezone, locale)}, {event.venue.name}
          </p>
        </div>
      )}
      <dl className="mt-5 grid gap-2.5 border-t border-line pt-5">
        {linesOf(reservation, event).map(({ label, amount }) => (
          <Line key={label} label={label} value={money({ ...total, amount })} />
        ))}
        {breakdown.order_fee.amount > 0 && <Line label={t.orderFee} value={money(breakdown.order_fee)} />}
        <Line label={t.total} value={total.amount === 0 ? t.free : money(total)} strong />
      </dl>
      {(fees.amount > 0 || tax.amount > 0) && (
        <p className="mt-2 text-sm text-muted">
          {t.included(fees.amount > 0 ? money(fees) : null, tax.amount > 0 ? money(tax) : null)}
        </p>
      )}
      {event && <p className="mt-4 text-sm text-muted">{refundWords(event, reservation, locale, t)}</p>}
    </section>
  )
}

function Line({ label, value, strong = false }: { label: string; value: string; strong?: boolean }) {
  return (
    <div
      className={`flex items-baseline justify-between gap-6 ${strong ? 'mt-1 border-t border-line pt-3.5 font-semibold' : ''}`}
    >
      <dt>{label}</dt>
      <dd className="tabular">{value}</dd>
    </div>
  )
}

export function placesOf({ seats, areas }: Reservation) {
  return [
    ...seats.map(({ section, row, number }) => ({ section, row, number })),
    ...areas.flatMap(({ name, quantity }) =>
      Array.from({ length: quantity }, () => ({ section: name, row: null, number: null })),
    ),
  ]
}

/** One line for every category at one price. */
function linesOf(
  { seats, areas }: Reservation,
  event: Event | undefined,
): { label: string; amount: number }[] {
  const lines = new Map<string, { words: string; count: number; amount: number }>()
  const namesTypes = (event?.price_types.length ?? 0) > 1
  for (const place of [...seats.map((seat) => ({ ...seat, quantity: 1 })), ...areas]) {
    const type = event?.price_types.find(({ id }) => id === place.price_type)?.name
    const words = [place.category, namesTypes && type].filter(Boolean).join(', ')
    const line = lines.get(words) ?? { words, count: 0, amount: 0 }
    line.count += place.quantity
    line.amount += place.price.amount * place.quantity
    lines.set(words, line)
  }
  return [...lines.values()].map(({ words, count, amount }) => ({ label: `${count} × ${words}`, amount }))
}

function refundWords(
  { refund, venue, fees }: Event,
  { breakdown, total }: Reservation,
  locale: Locale,
  t: RefundText,
): string {
  const { until } = refund
  if (!refund.allowed || until === null || Date.parse(until) <= serverNow()) return t.noRefund
  const when = `${formatDay(dayIn(until, venue.timezone), locale)}, ${formatTime(until, venue.timezone)}`
  if (total.amount === 0) return t.giveBack(when)
  const ticketFees = breakdown.ticket_fees.amount
  const amount = keptAmount({ fees }, { ticketFees, orderFee: breakdown.order_fee.amount })
  if (amount === 0) return t.refundFull(when)
  return amount === null
    ? t.refundLessNamed(when, keptFees({ fees }).join(', '))
    : t.refundLess(when, formatMoney({ ...total, amount }, locale, { exact: true }))
}

type RefundText = Record<'giveBack' | 'refundFull', (when: string) => string> &
  Record<'refundLess' | 'refundLessNamed', (when: string, fees: string) => string> & { noRefund: string }

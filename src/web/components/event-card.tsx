import { Link } from '@tanstack/react-router'
import { useApp, useNow } from '../app/context.tsx'
import type { Showings } from '../app/group.ts'
import type { EventItem } from '../api/queries.ts'
import { dayIn, formatCountdown, formatDay, formatMoney, formatTime } from '../format/format.ts'
import { useLocale, useText } from '../i18n/text.tsx'
import { findText } from './find-text.ts'
import { splitName } from '../app/event-name.ts'
import { Poster } from './poster.tsx'

const TIMES_MAX = 3
const DAY_MS = 86_400_000

/** An event, or all showings of a film, as a poster with the facts one decides by. The whole card is one link. */
export function EventCard({
  showings: { first, all },
  show = 'day',
  eager = false,
}: {
  showings: Showings
  /** What the row does not say already: the day, or only times, or the day and how long until the sale. */
  show?: 'day' | 'times' | 'sale'
  eager?: boolean
}) {
  const t = useText(findText)
  const { over, name } = splitName(first)
  return (
    <article className="group relative">
      <Poster
        event={first}
        eager={eager}
        className="transition-transform duration-240 ease-place group-hover:-translate-y-1"
      />
      <h3 className="mt-3 line-clamp-2 font-semibold leading-snug">
        <Link
          to="/events/$eventId"
          params={{ eventId: first.event_id }}
          className="after:absolute after:inset-0 after:content-['']"
        >
          {name}
        </Link>
      </h3>
      {over !== null && <p className="truncate text-sm text-muted">{over}</p>}
      <p className="tabular mt-1 text-sm text-muted">
        <When all={all} show={show === 'times' ? 'times' : 'day'} />
      </p>
      <p className="tabular text-sm text-muted">
        {show === 'sale' ? <SaleStart event={first} /> : <PriceLine event={first} />}
        <span className="sr-only">, {first.venue.name}</span>
      </p>
      {first.status === 'cancelled' && <p className="text-sm font-medium text-danger">{t.cancelled}</p>}
      {first.status === 'postponed' && <p className="text-sm font-medium text-danger">{t.postponed}</p>}
    </article>
  )
}

function When({ all, show }: { all: readonly EventItem[]; show: 'day' | 'times' }) {
  const locale = useLocale()
  const { now } = useApp()
  const first = all[0]!
  const { timezone } = first.venue
  const day = formatDay(first.starts_on, locale, Number(dayIn(now, timezone).slice(0, 4)))
  if (first.starts_at_precision === 'day') return day
  const sameDay = all.filter((event) => event.starts_on === first.starts_on)
  const times = sameDay.slice(0, TIMES_MAX).map((event) => formatTime(event.starts_at, event.venue.timezone))
  const more = all.length - times.length
  const list = times.join(', ') + (more > 0 ? ` +${more}` : '')
  return show === 'times' ? list : `${day}, ${list}`
}

/** "from $48", "4 left", "sold out": what one can still have, for how much. */
export function PriceLine({ event }: { event: Pick<EventItem, 'price_from' | 'availability' | 'sale'> }) {
  const t = useText(findText)
  const locale = useLocale()
  if (event.availability === 'sold_out') return <span className="font-medium text-danger">{t.soldOut}</span>
  if (!event.price_from) return <span>{t.announced}</span>
  return (
    <>
      {t.from(formatMoney(event.price_from, locale))}
      {event.availability === 'few_left' && <span className="font-medium text-danger"> · {t.fewLeft}</span>}
    </>
  )
}

/** Within a day a countdown, before that the day. */
function SaleStart({ event }: { event: EventItem }) {
  const t = useText(findText)
  const locale = useLocale()
  const now = useNow(1_000)
  if (event.on_sale_at === null) return null
  const left = Date.parse(event.on_sale_at) - now
  if (left <= 0) return <span className="font-medium text-done">{t.onSaleNow}</span>
  const { timezone } = event.venue
  const thisYear = Number(dayIn(now, timezone).slice(0, 4))
  const day = formatDay(dayIn(event.on_sale_at, timezone), locale, thisYear)
  return (
    <time dateTime={event.on_sale_at} className="font-medium text-text">
      {left < DAY_MS
        ? t.saleIn(formatCountdown(left))
        : t.saleFrom(`${day}, ${formatTime(event.on_sale_at, timezone)}`)}
    </time>
  )
}

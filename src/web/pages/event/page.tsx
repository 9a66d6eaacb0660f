import clsx from 'clsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { MapPin } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { useApi, useNow } from '../../app/context.tsx'
import { useTitle } from '../../app/title.ts'
import { eventQuery, type Event } from '../../api/queries.ts'
import { findText } from '../../components/find-text.ts'
import { Poster, shapeOf } from '../../components/poster.tsx'
import { dayIn, dayParts, formatDay, formatDuration, formatTime } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { Buy } from './buy.tsx'
import { keptFees } from '../../app/kept-fees.ts'
import { eventTitle, splitName } from '../../app/event-name.ts'
import { Prices } from './prices.tsx'
import { Showings } from './load-event.ts'
import { eventText } from './text.ts'
import { groupWorks } from './works.ts'

const route = getRouteApi('/events/$eventId')

/** The first column of the page, by its width. */
const COLUMN = '(min-width: 80rem) 24rem, (min-width: 64rem) 20rem, (min-width: 48rem) 17rem'

export function EventPage() {
  const { eventId } = route.useParams()
  const { data: event } = useSuspenseQuery(eventQuery(useApi(), eventId))
  const t = useText(eventText)
  const locale = useLocale()
  useTitle(eventTitle(event, locale, t.tickets))
  const { over, name } = splitName(event)
  const isWide = event.picture !== null && shapeOf(event.picture) > 1
  return (
    <article className="grid gap-x-12 gap-y-8 pt-6 pb-24 md:grid-cols-[minmax(0,17rem)_1fr] md:pt-11 md:pb-0 lg:grid-cols-[minmax(0,20rem)_1fr] xl:grid-cols-[minmax(0,24rem)_1fr_19rem] xl:gap-x-14">
      <div className={clsx('mx-auto md:w-full xl:row-span-2', isWide ? 'w-full' : 'w-40 sm:w-56')}>
        <Poster event={event} eager sizes={isWide ? `${COLUMN}, 100vw` : `${COLUMN}, 14rem`} />
      </div>
      <header className="min-w-0">
        <Kind event={event} over={over} />
        <h1 className="display mt-2 text-4xl hyphens-auto md:text-5xl">{name}</h1>
        <BigDate event={event} />
      </header>
      <aside className="max-xl:md:col-start-2 xl:col-start-3 xl:row-span-2 xl:row-start-1">
        <Buy event={event} />
      </aside>
      <div className="min-w-0 md:col-start-2">
        {event.production_id !== null && (
          <Showings
            event={event}
            title={event.type === 'film' ? t.showings : t.otherDates}
            roomName={t.room}
          />
        )}
        <Facts event={event} />
      </div>
    </article>
  )
}

function Kind({ event, over }: { event: Event; over: string | null }) {
  const find = useText(findText)
  const type = (find.types as Record<string, string>)[event.type] ?? event.type
  return (
    <p className="text-sm font-medium text-muted">
      <Link to="/search" search={{ type: event.type }} className="underline-offset-4 hover:underline">
        {type}
      </Link>
      {over !== null && <> · {over}</>}
    </p>
  )
}

/** A date is a picture: the day large, month and weekday small. */
function BigDate({ event }: { event: Event }) {
  const t = useText(eventText)
  const locale = useLocale()
  const p = dayParts(event.starts_on, locale)
  const { timezone } = event.venue
  return (
    <div className="mt-6 flex items-center gap-5">
      <time
        dateTime={event.starts_at_precision === 'day' ? event.starts_on : event.starts_at}
        className="contents"
      >
        <span className="display tabular text-[4.75rem] leading-none font-medium md:text-[5.5rem]">
          {p.day}
        </span>
        <span className="tabular leading-snug">
          <span className="block font-semibold">
            {p.month} {p.year}, {p.weekdayLong}
          </span>
          <span className="block text-muted">
            {event.starts_at_precision === 'day' ? t.dayOnly : formatTime(event.starts_at, timezone)}
            {event.doors_at !== null && <>, {t.doors(formatTime(event.doors_at, timezone))}</>}
          </span>
          {event.duration_minutes !== null && (
            <span className="block text-muted">{t.lasts(formatDuration(event.duration_minutes))}</span>
          )}
        </span>
      </time>
    </div>
  )
}

/** In the order in which people ask: where, how to get in, who plays what, access, what if plans change. */
function Facts({ event }: { event: Event }) {
  const t = useText(eventText)
  return (
    <dl className="border-line">
      <Fact name={t.where}>
        <Where event={event} />
      </Fact>
      {event.layout_hash !== null && (
        <Fact name={t.getIn}>
          {event.doors_at !== null && (
            <p>{capital(t.doors(formatTime(event.doors_at, event.venue.timezone)))}.</p>
          )}
          <p>{t.code}</p>
          <p>
            {t.upTo(event.limits.tickets_per_buyer)}
            {event.identity_required === 'email' && ` ${t.verified}`}
          </p>
        </Fact>
      )}
      {event.performers.length > 0 && (
        <Fact name={t.who}>
          <ul className="space-y-1">
            {event.performers.map(({ name, role }) => (
              <li key={`${name} ${role}`}>
                <Link to="/search" search={{ q: name }} className="underline-offset-4 hover:underline">
                  {name}
                </Link>
                {role !== null && <span className="text-muted"> · {t.role(role)}</span>}
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {event.works.length > 0 && (
        <Fact name={t.works}>
          <Works event={event} />
        </Fact>
      )}
      {event.description !== null && <Fact name={t.about}>{event.description}</Fact>}
      {event.prices.length > 0 && (
        <Fact name={t.prices} wide={event.price_types.length > 1}>
          <Prices event={event} />
        </Fact>
      )}
      {event.layout_hash !== null && (
        <>
          <Fact name={t.access}>{accessWords(event, t)}</Fact>
          <Fact name={t.changes}>
            <Refund event={event} />
          </Fact>
        </>
      )}
    </dl>
  )
}

/** `wide`: below its name, where a table needs the whole width. */
function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={clsx('gap-x-6 border-t border-line py-4', wide || 'sm:grid sm:grid-cols-[9.5rem_1fr]')}>
      <dt className={clsx('text-sm text-muted', wide ? 'mb-1' : 'max-sm:mb-1')}>{name}</dt>
      <dd className="min-w-0 space-y-1">{children}</dd>
    </div>
  )
}

function Where({ event: { venue, room } }: { event: Event }) {
  const t = useText(eventText)
  const address = [venue.street, [venue.city, venue.region].filter(Boolean).join(', ')].filter(Boolean)
  const map =
    venue.lat !== null && venue.lon !== null
      ? `https://www.openstreetmap.org/?mlat=${venue.lat}&mlon=${venue.lon}#map=16/${venue.lat}/${venue.lon}`
      : `https://www.openstreetmap.org/search?query=${encodeURIComponent([venue.name, ...address].join(', '))}`
  return (
    <>
      <p className="font-semibold">
        {venue.name}
        {room !== null && <span className="font-normal text-muted"> · {t.room(room)}</span>}
      </p>
      {address.map((line, i) => (
        <Fragment key={i}>
          <p>{line}</p>
        </Fragment>
      ))}
      <a
        href={map}
        rel="noopener external"
        target="_blank"
        className="inline-flex min-h-11 items-center gap-1.5 font-medium text-link underline underline-offset-4"
      >
        <MapPin aria-hidden size={16} />
        {t.map}
        <span className="sr-only"> ({t.ownMap})</span>
      </a>
    </>
  )
}

/** Movements and numbers of one work stand under it, to be opened: an oratorio has fifty. */
function Works({ event }: { event: Event }) {
  const t = useText(eventText)
  return (
    <ul className="space-y-1">
      {groupWorks(event.works).map(({ composer, title, parts }, i) => (
        <li key={i}>
          {composer !== null && <span className="text-muted">{composer}: </span>}
          {title}
          {parts.length > 0 && (
            <details className="text-sm">
              <summary className="min-h-11 w-fit cursor-pointer content-center text-muted underline-offset-4 hover:underline">
                {t.parts(parts.length)}
              </summary>
              <ol className="list-inside list-decimal space-y-0.5 ps-1 pb-2 marker:text-muted">
                {parts.map((part, n) => (
                  <li key={n}>{part}</li>
                ))}
              </ol>
            </details>
          )}
        </li>
      ))}
    </ul>
  )
}

function Refund({ event }: { event: Event }) {
  const t = useText(eventText)
  const locale = useLocale()
  const now = useNow(60_000)
  const { until } = event.refund
  if (until === null) return t.refundNot
  const { timezone } = event.venue
  const when = `${formatDay(dayIn(until, timezone), locale)}, ${formatTime(until, timezone)}`
  if (Date.parse(until) <= now) return t.refundOver(when)
  const kept = keptFees(event)
  return kept.length > 0 ? t.refundLess(when, kept.join(', ')) : t.refundUntil(when)
}

function accessWords(
  { places }: Event,
  t: Record<'accessBoth' | 'accessPlaces' | 'accessNone', string>,
): string {
  if (!places?.wheelchair) return t.accessNone
  return places.companion > 0 ? t.accessBoth : t.accessPlaces
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

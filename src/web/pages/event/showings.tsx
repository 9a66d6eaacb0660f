import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { useId, useState } from 'react'
import { useApi } from '../../app/context.tsx'
import { eventsQuery, type Event, type EventItem } from '../../api/queries.ts'
import { findText } from '../../components/find-text.ts'
import { dayParts, formatLongDay, formatTime } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { showingsFilter } from './showings-filter.ts'

/** All dates of a film or a play: first the day, then the houses with their times. */
export function Showings({
  event,
  title,
  roomName,
}: {
  event: Event
  title: string
  /** In the language of the page. */
  roomName(room: string): string
}) {
  const locale = useLocale()
  const id = useId()
  const { data } = useSuspenseQuery(eventsQuery(useApi(), showingsFilter(event)!))
  const days = [...new Set(data.items.map((item) => item.starts_on))]
  const [chosen, choose] = useState(event.starts_on)
  const day = days.includes(chosen) ? chosen : (days[0] ?? chosen)
  const houses = Map.groupBy(
    data.items.filter((item) => item.starts_on === day),
    (item) => item.venue.name,
  )
  if (days.length === 0) return null
  return (
    <section aria-labelledby={id} className="mb-8">
      <h2 id={id} className="display text-xl">
        {title}
      </h2>
      <div role="group" aria-labelledby={id} className="scroll-row -mx-1 mt-4 flex gap-2 p-1">
        {days.map((d) => {
          const p = dayParts(d, locale)
          return (
            <button
              key={d}
              type="button"
              aria-pressed={d === day}
              onClick={() => choose(d)}
              className={clsx(
                'tabular grid min-h-16 w-16 shrink-0 place-content-center rounded-press border text-center leading-tight transition-colors duration-120',
                d === day ? 'border-text bg-text text-ground' : 'border-edge hover:bg-sunken',
              )}
            >
              <span aria-hidden className="text-xs">
                {p.weekday}
              </span>
              <span aria-hidden className="display text-xl">
                {p.day}
              </span>
              <span className="sr-only">{formatLongDay(d, locale)}</span>
            </button>
          )
        })}
      </div>
      {[...houses].map(([house, items]) => (
        <div key={house} className="mt-5">
          <h3 className="font-semibold">{house}</h3>
          <ul className="mt-2.5 flex flex-wrap gap-2.5">
            {items.map((item) => (
              <li key={item.event_id}>
                <Showing item={item} current={item.event_id === event.event_id} roomName={roomName} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

function Showing({
  item,
  current,
  roomName,
}: {
  item: EventItem
  current: boolean
  roomName(room: string): string
}) {
  const find = useText(findText)
  const soldOut = item.availability === 'sold_out'
  const note = soldOut
    ? find.soldOut
    : item.availability === 'few_left'
      ? find.fewLeft
      : item.room !== null
        ? roomName(item.room)
        : ''
  return (
    <Link
      to="/events/$eventId"
      params={{ eventId: item.event_id }}
      resetScroll={false}
      aria-current={current ? 'true' : undefined}
      className={clsx(
        'tabular block min-h-13 min-w-20 rounded-press border px-3.5 py-1.5 text-center leading-tight',
        current ? 'border-beam bg-beam text-on-beam' : 'border-edge hover:bg-sunken',
      )}
    >
      <span className={clsx('block font-semibold', soldOut && 'line-through')}>
        {formatTime(item.starts_at, item.venue.timezone)}
      </span>
      <span className={clsx('block text-xs', !current && 'text-muted')}>{note}</span>
    </Link>
  )
}

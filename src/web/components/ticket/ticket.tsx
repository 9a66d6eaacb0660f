import clsx from 'clsx'
import type { CSSProperties } from 'react'
import type { BookingBody } from '../../../shared/schemas/bookings.ts'
import { dayParts, formatTime } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import type { EventFacts } from '../../pages/orders/queries.ts'
import { LIGHT } from '../../theme/tokens.ts'
import { QrCode } from './qr-code.tsx'
import { ticketText } from './text.ts'

export type TicketBody = BookingBody['tickets'][number]

/** A ticket is paper in both themes: what is in the scanner's light is the same at night. */
const PAPER = Object.fromEntries(
  Object.entries(LIGHT).map(([name, value]) => [`--${name}`, value]),
) as CSSProperties

type Props = {
  ticket: TicketBody
  door: string | null
  event: EventFacts | null
  eventName: string
  startsAt: string | null
  livemode: boolean
}

/** A stub with a tear line: where to go, for what, and below the line the code. */
export function Ticket({ ticket, door, event, eventName, startsAt, livemode }: Props) {
  const t = useText(ticketText)
  const isVoid = ticket.status === 'void'
  return (
    <article style={PAPER} className="ticket flex flex-col bg-ground text-text">
      <div className={clsx('px-6 pt-6 pb-4', isVoid && 'opacity-60')}>
        <WhereToGo ticket={ticket} door={door} />
        <hr className="my-4 border-line" />
        <What event={event} name={eventName} startsAt={startsAt} />
      </div>
      <div aria-hidden className="tear" />
      <div className="grid flex-1 place-items-center px-4 pt-2 pb-5">
        {ticket.code ? (
          <div className="w-full max-w-80">
            <QrCode text={ticket.code} label={t.code(placeName(ticket))} />
          </div>
        ) : (
          <p className="px-6 py-16 text-center font-medium">{isVoid ? t.void : t.pending}</p>
        )}
        {!livemode && ticket.code && <p className="mt-2 text-center text-xs text-muted">{t.test}</p>}
      </div>
    </article>
  )
}

/** Door, row and seat before everything else, to be read at arm's length. */
function WhereToGo({ ticket, door }: Pick<Props, 'ticket' | 'door'>) {
  const t = useText(ticketText)
  const { section, row, number } = ticket
  const cells = [
    ...(door ? [{ label: t.door, value: door }] : []),
    ...(number === null
      ? [{ label: t.place, value: section ?? t.free }]
      : [...(row ? [{ label: t.row, value: row }] : []), { label: t.seat, value: number }]),
  ]
  return (
    <div>
      <dl className="flex items-end justify-between gap-4">
        {cells.map(({ label, value }) => (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-muted">{label}</dt>
            <dd className={clsx('display leading-none break-words', figureSize(cells))}>{value}</dd>
          </div>
        ))}
      </dl>
      {number !== null && section && <p className="mt-2.5 font-medium">{section}</p>}
    </div>
  )
}

/** As large as the longest of them allows. */
function figureSize(cells: readonly { value: string }[]): string {
  const letters = cells.reduce((sum, { value }) => sum + Math.max(2, value.length), 0)
  return letters <= 8 ? 'text-[3.25rem]' : letters <= 12 ? 'text-[2.375rem]' : 'text-[1.625rem]'
}

function What({
  event,
  name,
  startsAt,
}: {
  event: EventFacts | null
  name: string
  startsAt: string | null
}) {
  const t = useText(ticketText)
  const locale = useLocale()
  const zone = event?.venue.timezone ?? 'UTC'
  const day = event?.starts_on ?? startsAt?.slice(0, 10)
  const date = day ? dayParts(day, locale) : null
  const times =
    event && event.starts_at_precision === 'time'
      ? [
          formatTime(event.starts_at, zone),
          ...(event.doors_at ? [t.doors(formatTime(event.doors_at, zone))] : []),
        ].join(', ')
      : null
  return (
    <div className="flex items-start justify-between gap-5">
      <div className="min-w-0">
        <p className="display line-clamp-3 text-lg leading-tight">{name}</p>
        {times && <p className="mt-2 font-medium">{times}</p>}
        {event && (
          <p className="text-sm text-muted">
            {[event.venue.name, event.room, event.venue.street].filter(Boolean).join(', ')}
          </p>
        )}
      </div>
      {date && (
        <p className="text-end">
          <span className="display block text-[2.5rem] leading-none">{date.day}</span>
          <span className="block text-xs font-medium whitespace-nowrap">
            {date.month}, {date.weekday}
          </span>
        </p>
      )}
    </div>
  )
}

export function placeName({ section, row, number }: TicketBody): string {
  return [section, row, number].filter(Boolean).join(' ')
}

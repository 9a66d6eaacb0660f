import clsx from 'clsx'
import type { CSSProperties } from 'react'
import type { BookingBody } from '../../../shared/schemas/bookings.ts'
import { dayParts, formatTime } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import type { EventFacts } from '../../pages/orders/order-view.ts'
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
    <article style={PAPER} className="ticket flex flex-col bg-surface text-text">
      <div className="px-6 pt-5 pb-3">
        <WhereToGo ticket={ticket} door={door} />
        <hr className="my-3.5 border-line" />
        <What event={event} name={eventName} startsAt={startsAt} />
      </div>
      <div aria-hidden className="tear" />
      <div className="grid flex-1 place-items-center px-4 pb-4">
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
  const seat =
    number === null
      ? [{ label: t.place, value: section ?? t.free }]
      : [...(row ? [{ label: t.row, value: row }] : []), { label: t.seat, value: number }]
  // A door with a long name has a line of its own, so that the seat stays large.
  const isShort = door !== null && door.length <= DOOR_LETTERS_MAX
  const figures = isShort ? [{ label: t.door, value: door }, ...seat] : seat
  return (
    <div className={clsx(ticket.status === 'void' && 'line-through decoration-2')}>
      {door && !isShort && (
        <dl className="mb-3">
          <Figure label={t.door} value={door} size="text-2xl" />
        </dl>
      )}
      <dl className="flex items-end gap-x-8 gap-y-3">
        {figures.map(({ label, value }) => (
          <Figure key={label} label={label} value={value} size={figureSize(figures)} />
        ))}
      </dl>
      {number !== null && section && <p className="mt-2 font-medium">{section}</p>}
    </div>
  )
}

const DOOR_LETTERS_MAX = 3

function Figure({ label, value, size }: { label: string; value: string; size: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className={clsx('display leading-none', size)}>{value}</dd>
    </div>
  )
}

/** As large as all of them together allow. */
function figureSize(figures: readonly { value: string }[]): string {
  const letters = figures.reduce((sum, { value }) => sum + Math.max(2, value.length), 0)
  return letters <= 8 ? 'text-[3.5rem]' : letters <= 14 ? 'text-[2.375rem]' : 'text-2xl'
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
        {times && <p className="mt-1.5 font-medium">{times}</p>}
        {event && (
          <p className="text-sm text-muted">{[event.venue.name, event.room].filter(Boolean).join(', ')}</p>
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

import { TZDate } from '@date-fns/tz'
import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import { tzlib_get_ical_block } from 'timezones-ical-library'

export type CalendarEntry = {
  /** Stays the same over every change of the entry. */
  uid: string
  /** Rises with every change: a calendar keeps the highest. */
  sequence: number
  status: 'confirmed' | 'tentative' | 'cancelled'
  summary: string
  description: string
  location: string
  /** IANA zone in which the times are meant. */
  timezone: string
  /** A day is all day, wherever the calendar is looked at. */
  when: { day: string } | { startsAt: number; endsAt: number | null }
  /** When this version was written. */
  stampedAt: number
  url?: string | undefined
}

/** An iCalendar file (RFC 5545) with one entry and, for a time, the definition of its zone. */
export function calendarFile(entry: CalendarEntry): string {
  const { when, timezone } = entry
  const isCancelled = entry.status === 'cancelled'
  const calendar = ical({
    prodId: { company: 'Usher', product: 'Tickets' },
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  })
  if (!('day' in when)) calendar.timezone({ name: null, generator: zoneDefinition })
  calendar.createEvent({
    id: entry.uid,
    sequence: entry.sequence,
    status: STATUS[entry.status],
    summary: entry.summary,
    description: entry.description,
    location: entry.location,
    stamp: new Date(entry.stampedAt),
    ...(entry.url !== undefined && { url: entry.url }),
    ...('day' in when
      ? {
          start: midnight(when.day),
          end: new Date(midnight(when.day).getTime() + 24 * 3_600_000),
          allDay: true,
          transparency: ICalEventTransparency.TRANSPARENT,
        }
      : {
          start: new TZDate(when.startsAt, timezone),
          ...(when.endsAt !== null && { end: new TZDate(when.endsAt, timezone) }),
          timezone,
        }),
  })
  // Every line ends so (RFC 5545, 3.1), and the library leaves out the last one's.
  return `${calendar.toString()}\r\n`
}

const STATUS = {
  confirmed: ICalEventStatus.CONFIRMED,
  tentative: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
} as const

/** Null leaves the definition out: readers know the zones of the IANA by name. */
function zoneDefinition(timezone: string): string | null {
  const [block] = tzlib_get_ical_block(timezone)
  return typeof block === 'string' && block !== '' ? block : null
}

// A date has no zone: it is written as it stands in UTC.
function midnight(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}

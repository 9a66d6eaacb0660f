/** A start as the data knows it: to the minute, or only the day. */
export type Moment = {
  /** Milliseconds since 1970; the first of the venue's day where only that is known. */
  at: number
  /** When it lies in the past: the start itself, or the end of that day. */
  until: number
  precision: 'time' | 'day'
  /** The venue's day, YYYY-MM-DD. */
  day: string
}

/** The calendar that dates are read in began in the year before; what stands for no date at all is earlier, too. */
const YEAR_MIN = 1583

const SHAPE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/

/** A date, a local time at the venue, or a time with its offset (RFC 3339). */
export function readMoment(
  value: unknown,
  timezone: string,
  fault: (message: string) => void,
): Moment | null {
  if (typeof value !== 'string' || value === '') {
    fault('is missing')
    return null
  }
  const parts = SHAPE.exec(value.trim())
  if (!parts) {
    fault(`"${value.slice(0, 60)}" is neither a date nor a time of ISO 8601`)
    return null
  }
  const [, day, time, offset] = parts as unknown as [string, string, string?, string?]
  if (Number(day.slice(0, 4)) < YEAR_MIN) {
    fault(`"${value}" is before the year ${YEAR_MIN}`)
    return null
  }
  try {
    if (time !== undefined && offset === undefined && isLeftOut(day, time, timezone)) {
      fault(`"${value}" does not exist in ${timezone}: the clocks leave that hour out`)
      return null
    }
    return momentOf(day, time, offset, timezone)
  } catch {
    fault(`"${value}" does not exist in the calendar`)
    return null
  }
}

/** Where the venue's day begins, in milliseconds since 1970. */
export function startOfDay(day: string, timezone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(timezone).epochMilliseconds
}

/** The venue's day of a moment, YYYY-MM-DD. */
export function dayOf(at: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate().toString()
}

/** A local time at the venue; one that a change of clocks skips is moved forward with them. */
export function localTime(day: string, time: string, timezone: string): number {
  return Temporal.PlainDateTime.from(`${day}T${time}`, { overflow: 'reject' }).toZonedDateTime(timezone)
    .epochMilliseconds
}

function isLeftOut(day: string, time: string, timezone: string): boolean {
  const local = Temporal.PlainDateTime.from(`${day}T${time}`, { overflow: 'reject' })
  return !local.toZonedDateTime(timezone).toPlainDateTime().equals(local)
}

export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}

export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days
}

/** 1 is Monday. */
export function weekday(day: string): number {
  return Temporal.PlainDate.from(day).dayOfWeek
}

function momentOf(
  day: string,
  time: string | undefined,
  offset: string | undefined,
  timezone: string,
): Moment {
  if (time === undefined) {
    const until = startOfDay(addDays(day, 1), timezone)
    return { at: startOfDay(day, timezone), until, precision: 'day', day }
  }
  const at = offset
    ? Temporal.Instant.from(`${day}T${time}${offset}`).epochMilliseconds
    : localTime(day, time, timezone)
  return { at, until: at, precision: 'time', day: offset ? dayOf(at, timezone) : day }
}

import { addDays, dayOf, daysBetween, localTime, startOfDay } from '../importing/moments.ts'
import type { ImportedEvent } from '../importing/event-record.ts'

/**
 * Concerts of the past, moved into the days after `today`: to the same season of the year, with their weekday and
 * time of day. Newest first; where two would play in the same place at the same time, the newer one does.
 */
export function moveConcerts(
  concerts: readonly ImportedEvent[],
  o: { today: string; days: number; max: number },
): ImportedEvent[] {
  const last = addDays(o.today, o.days)
  const taken = new Set<string>()
  const moved: ImportedEvent[] = []
  for (const concert of concerts.toSorted((a, b) => b.startsAt - a.startsAt)) {
    if (moved.length >= o.max) break
    const day = movedDay(concert.startsOn, o.today)
    const event = day > last ? null : at(concert, day)
    if (!event) continue
    const slot = `${event.venue.name}|${event.venue.city}|${event.startsAt}`
    if (taken.has(slot)) continue
    taken.add(slot)
    moved.push(event)
  }
  return moved.toSorted((a, b) => a.startsAt - b.startsAt)
}

/** The day nearest to the same date in the coming year that is the same weekday, from tomorrow on. */
export function movedDay(day: string, today: string): string {
  const tomorrow = addDays(today, 1)
  const year = Number(today.slice(0, 4))
  for (const candidate of [year - 1, year, year + 1, year + 2]) {
    // 29 February is the 28th elsewhere.
    const date = `${candidate}-${day.slice(5) === '02-29' ? '02-28' : day.slice(5)}`
    const weeks = Math.round(daysBetween(day, date) / 7)
    const result = addDays(day, weeks * 7)
    if (result >= tomorrow) return result
  }
  throw new Error(`no day for ${day} after ${today}`)
}

// The same time of day at the venue, whatever its clocks do by then.
function at(concert: ImportedEvent, day: string): ImportedEvent {
  const { timezone } = concert.venue
  const sourceId = `demo:${concert.sourceId}`
  if (concert.startsAtPrecision === 'day') {
    const startsAt = startOfDay(day, timezone)
    return {
      ...concert,
      sourceId,
      startsOn: day,
      startsAt,
      listedUntil: startOfDay(addDays(day, 1), timezone),
    }
  }
  const startsAt = localTime(day, timeOfDay(concert.startsAt, timezone), timezone)
  return { ...concert, sourceId, startsOn: dayOf(startsAt, timezone), startsAt, listedUntil: startsAt }
}

function timeOfDay(at: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainTime().toString()
}

import type { Event } from '../api/queries.ts'
import { formatDay } from '../format/format.ts'
import type { Locale } from '../i18n/text.tsx'

/** "New York Philharmonic: Mozart, Haydn" is set as a small line and a large one. */
export function splitName(event: Pick<Event, 'name' | 'performers'>): { over: string | null; name: string } {
  const at = event.name.indexOf(': ')
  const before = event.name.slice(0, at)
  if (at < 0 || !event.performers.some((performer) => performer.name === before))
    return { over: null, name: event.name }
  return { over: before, name: event.name.slice(at + 2) }
}

/** Of the document: what, when, where. */
export function eventTitle(
  event: Pick<Event, 'name' | 'starts_on' | 'venue'>,
  locale: Locale,
  tickets: string,
): string {
  return `${event.name}, ${formatDay(event.starts_on, locale)}, ${event.venue.name}: ${tickets}`
}

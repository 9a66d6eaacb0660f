import type { ListedEvent } from '../catalog/index.ts'
import { foldText } from '../../shared/fold-text.ts'
import { completionsOf } from './document-terms.ts'
import type { SearchDocument } from './types.ts'

const PERFORMERS_MAX = 5
const SORT_NAME_LENGTH_MAX = 100
const DAY_MS = 86_400_000

/** What is kept of an event to show it in a list; `labels` is what it gives to the completions. */
export type SearchItem = Omit<ListedEvent, 'name' | 'score'> & {
  names: SearchDocument['names']
  labels: [kind: string, label: string][]
}

export function itemOf(document: SearchDocument): SearchItem {
  const { venue } = document
  return {
    eventId: document.eventId,
    productionId: document.productionId,
    names: document.names,
    type: document.type,
    genres: document.genres,
    status: document.status,
    startsAt: document.startsAt,
    startsAtPrecision: document.startsAtPrecision,
    startsOn: document.startsOn,
    room: document.room,
    imageUrl: document.imageUrl,
    picture: document.picture,
    currency: document.currency,
    priceFrom: document.priceFrom,
    onSaleFrom: document.onSaleFrom,
    onSaleUntil: document.onSaleUntil,
    hasLayout: document.layoutHash !== null,
    venue: { name: venue.name, city: venue.city, country: venue.country, timezone: venue.timezone },
    performers: document.performers.slice(0, PERFORMERS_MAX),
    labels: completionsOf(document).map(({ kind, label }) => [kind, label]),
  }
}

/** In the language asked for, its base language ("de" for "de-AT"), else the default one. */
export function inNames(item: SearchItem, language: string | undefined): Omit<ListedEvent, 'score'> {
  const { names, labels: _labels, ...rest } = item
  const tags = [language, language?.split('-')[0], names.default, ...Object.keys(names)]
  const tag = tags.find((t) => t !== undefined && t !== 'default' && names[t] !== undefined)
  // What was indexed before there were pictures has none.
  return { ...rest, picture: rest.picture ?? null, name: tag === undefined ? '' : names[tag]! }
}

export function sortNameOf(document: SearchDocument): string {
  return foldText(document.name).slice(0, SORT_NAME_LENGTH_MAX)
}

/** The start, or the end of its day where only that is known. */
export function listedUntil(document: SearchDocument): number {
  return document.startsAt + (document.startsAtPrecision === 'day' ? DAY_MS : 0)
}

/** Minutes since midnight at the venue; null where only the day is known. */
export function localMinute(document: SearchDocument): number | null {
  if (document.startsAtPrecision === 'day') return null
  let format = FORMATS.get(document.venue.timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: document.venue.timezone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    FORMATS.set(document.venue.timezone, format)
  }
  const [hour, minute] = format.format(document.startsAt).split(':').map(Number)
  return hour! * 60 + minute!
}

/** Making one costs more than using it; there are a few hundred zones. */
const FORMATS = new Map<string, Intl.DateTimeFormat>()

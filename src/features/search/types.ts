import type { CatalogEvent, EventPage, EventQuery, ListedEvent } from '../catalog/index.ts'
import type { Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import type { ParsedKeyword } from './parse-keyword.ts'

/** What an engine keeps of an event. */
export type SearchDocument = Pick<
  CatalogEvent,
  | 'eventId'
  | 'productionId'
  | 'revision'
  | 'status'
  | 'name'
  | 'names'
  | 'description'
  | 'type'
  | 'genres'
  | 'imageUrl'
  | 'picture'
  | 'venue'
  | 'room'
  | 'startsAt'
  | 'startsAtPrecision'
  | 'startsOn'
  | 'performers'
  | 'works'
  | 'layoutHash'
  | 'currency'
  | 'onSaleFrom'
  | 'onSaleUntil'
  | 'priceFrom'
>

export type SearchQuery = Omit<EventQuery, 'keyword'> & {
  /** What was typed, as it is understood; null for a list without a keyword. */
  keyword: ParsedKeyword | null
  /** Milliseconds since 1970. */
  now: number
  language: string | undefined
}

/** How a keyword was read, for the page to say so. */
export type Understood = {
  /** Words as they were looked for; a mistyped one as it was corrected. */
  words: string[]
  corrected: { from: string; to: string }[]
  /** Words that nothing contains. */
  ignored: string[]
  /** The days that were meant, from the venues' point of view, when it is now for most of them. */
  days: { from: string; to: string } | null
}

/** Without what changes by the second: what is left is added by who answers. */
export type SearchPage = Omit<EventPage, 'items'> & { items: ListedEvent[] }

export const COMPLETION_KINDS = ['event', 'performer', 'composer', 'work', 'venue', 'city'] as const
export type CompletionKind = (typeof COMPLETION_KINDS)[number]
/** `text` is what to search for. */
export type Completion = { text: string; kind: CompletionKind; count: number }

/** Builds everything anew, while what is there keeps answering. */
export interface Rebuild {
  add(documents: readonly SearchDocument[]): Promise<void>
  /** Documents that were not added and are older than the rebuild are gone after this. */
  finish(): Promise<void>
}

/** What finds events. PostgreSQL is one; whatever implements this passes the same tests. */
export interface SearchEngine {
  /** Facets and total count at most 10,000 (`countsCapped`). Pages of one cursor chain are as of the first. */
  search(query: SearchQuery): Promise<SearchPage | Refusal>
  /** Completions of what was typed so far, the most frequent first. */
  suggest(prefix: string, o: { limit: number; now: number }): Promise<Completion[]>
  /** Adds or replaces; an older revision than the one that is there changes nothing. */
  index(documents: readonly SearchDocument[]): Promise<void>
  remove(eventIds: readonly EventId[]): Promise<void>
  startRebuild(): Promise<Rebuild>
  /** Whether it holds everything: false before the first rebuild. */
  isBuilt(): Promise<boolean>
}

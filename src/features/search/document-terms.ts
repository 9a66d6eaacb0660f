import { foldText } from '../../shared/fold-text.ts'
import type { CompletionKind, SearchDocument } from './types.ts'
import { isForm, isNoise, isNumber, pairOf, wordsOf } from './words.ts'

/** Words of one text that are paired with each other and with whoever wrote it. */
const PAIRED_WORDS_MAX = 10
const WORDS_PER_DOCUMENT_MAX = 600
const PAIRS_PER_DOCUMENT_MAX = 600
const DAY_MS = 86_400_000
/** Of a name; "II" and "Jr." are not what people remember. */
const SUFFIXES = new Set(['i', 'ii', 'iii', 'jr', 'sr'])

export type DocumentTerms = {
  words: Set<string>
  /** Two words of one thing: a name, a venue, a composer and a work. */
  pairs: Set<string>
  /** What is filtered by, with `@` in front. */
  filters: Set<string>
}

/** Everything that a document is found by. */
export function documentTerms(document: SearchDocument): DocumentTerms {
  const words = new Set<string>()
  const pairs = new Set<string>()
  const add = (text: string): string[] => {
    const found = wordsOf(text)
    for (const word of found) words.add(word)
    addNeighbours(pairs, found)
    return found
  }
  const { names, venue, performers, works, genres } = document
  for (const [language, name] of Object.entries(names)) if (language !== 'default') add(name)
  for (const performer of performers) {
    add(performer.name)
    for (const word of wordsOf(performer.role ?? '')) words.add(word)
  }
  for (const { composer, title } of works)
    addWork(words, pairs, add(title), composer === null ? [] : add(composer))
  for (const part of [venue.name, venue.city, venue.metro ?? '', venue.region ?? '', document.room ?? ''])
    add(part)
  for (const genre of [...genres, document.type]) add(genre)
  for (const word of wordsOf(document.description ?? '')) words.add(word)
  return {
    words: firstOf(words, WORDS_PER_DOCUMENT_MAX),
    pairs: firstOf(pairs, PAIRS_PER_DOCUMENT_MAX),
    filters: filtersOf(document),
  }
}

// "dvorak~new", "dvorak~9" and "dvorak~symphony~9" for Dvořák's Symphony No. 9, "From the New World".
function addWork(words: Set<string>, pairs: Set<string>, title: readonly string[], composer: string[]): void {
  const author = composer.findLast((word) => !SUFFIXES.has(word))
  const telling = title.filter((word) => !isNoise(word)).slice(0, PAIRED_WORDS_MAX)
  const form = telling.find(isForm)
  const number = telling.find(isNumber)
  if (form !== undefined && number !== undefined) pairs.add(pairOf(form, number))
  if (author === undefined) return
  words.add(author)
  for (const word of telling) if (word !== author) pairs.add(pairOf(author, word))
  if (form !== undefined && number !== undefined) pairs.add(numbered(author, form, number))
}

/** A composer's numbered work of a form. */
export function numbered(author: string, form: string, number: string): string {
  return `${author}~${form}~${number}`
}

function addNeighbours(pairs: Set<string>, words: readonly string[]): void {
  const telling = words.filter((word) => !isNoise(word))
  for (let i = 1; i < telling.length; i++) {
    if (telling[i] !== telling[i - 1]) pairs.add(pairOf(telling[i - 1]!, telling[i]!))
  }
}

function firstOf(set: Set<string>, max: number): Set<string> {
  return set.size <= max ? set : new Set([...set].slice(0, max))
}

export const FILTERS = {
  city: (city: string) => `@city=${foldText(city.trim())}`,
  genre: (genre: string) => `@genre=${foldText(genre.trim())}`,
  type: (type: string) => `@type=${foldText(type.trim())}`,
  production: (id: string) => `@production=${id}`,
  /** What has a layout and is published: neither postponed nor cancelled. */
  sellable: '@sellable',
  /** Every document has it. */
  any: '@any',
  /** Days since 1970 of the venue's day. */
  day: (day: number) => `@d${day}`,
  /** Degrees, rounded down. */
  cell: (lat: number, lon: number) => `@at=${lat},${lon}`,
  /** Number of binary digits of the lowest price. */
  price: (digits: number) => `@price=${digits}`,
  /** Week in which the sale begins. */
  sale: (week: number) => `@sale=${week}`,
} as const

export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

export function weekOf(ms: number): number {
  return Math.floor(dayOf(ms) / 7)
}

export function priceDigits(minorUnits: number): number {
  return minorUnits.toString(2).length
}

export function isSellable({ layoutHash, status }: SearchDocument): boolean {
  return layoutHash !== null && status === 'published'
}

function filtersOf(document: SearchDocument): Set<string> {
  const { venue, priceFrom, onSaleFrom, productionId } = document
  const filters = new Set([
    FILTERS.city(venue.city),
    FILTERS.type(document.type),
    FILTERS.day(dayOf(Date.parse(`${document.startsOn}T00:00:00Z`))),
    FILTERS.any,
  ])
  if (venue.metro !== null) filters.add(FILTERS.city(venue.metro))
  if (isSellable(document)) filters.add(FILTERS.sellable)
  for (const genre of document.genres) filters.add(FILTERS.genre(genre))
  if (productionId !== null) filters.add(FILTERS.production(productionId))
  if (venue.lat !== null && venue.lon !== null)
    filters.add(FILTERS.cell(Math.floor(venue.lat), Math.floor(venue.lon)))
  if (priceFrom !== null) filters.add(FILTERS.price(priceDigits(priceFrom)))
  if (onSaleFrom !== null) filters.add(FILTERS.sale(weekOf(onSaleFrom)))
  return filters
}

export type CompletionSource = { kind: CompletionKind; label: string }

/** What a search box may offer because of this document. */
export function completionsOf(document: SearchDocument): CompletionSource[] {
  const sources: CompletionSource[] = [
    { kind: 'event', label: document.name },
    ...document.performers.map(({ name }): CompletionSource => ({ kind: 'performer', label: name })),
    ...document.works.flatMap(({ composer }): CompletionSource[] =>
      composer === null ? [] : [{ kind: 'composer', label: composer }],
    ),
    { kind: 'venue', label: document.venue.name },
    { kind: 'city', label: document.venue.metro ?? document.venue.city },
  ]
  const seen = new Set<string>()
  return sources.filter(({ kind, label }) => {
    const key = `${kind} ${label}`
    if (label.trim() === '' || label.length > LABEL_LENGTH_MAX || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const LABEL_LENGTH_MAX = 120
const SUFFIXES_PER_LABEL_MAX = 6

/** "Ludwig van Beethoven" → itself, "van beethoven", "beethoven": whatever somebody begins with. */
export function suffixesOf(label: string): string[] {
  const words = completionText(label).split(' ')
  return words.slice(0, SUFFIXES_PER_LABEL_MAX).map((_word, i) => words.slice(i).join(' '))
}

/** Folded, single spaces, without the signs between words. */
export function completionText(text: string): string {
  return (foldText(text).match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')
}

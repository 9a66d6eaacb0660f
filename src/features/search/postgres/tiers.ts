import { numbered } from '../document-terms.ts'
import { isForm, isNumber, pairOf } from '../words.ts'
import { quote } from './weeks.ts'

/** What one word of the query may stand for. */
export type Slot = {
  word: string
  /** Words of the vocabulary, the best first. */
  words: readonly string[]
  /** Lists of words that stand for it together ("klavierkonzert": piano, concerto). */
  groups: readonly (readonly string[])[]
  /** How many documents contain it, roughly. */
  documents: number
}

/** A query, how many documents it finds at most, roughly, and how many words it has. */
export type Tier = { query: string; documents: number; words: number }

/** Pairs that would tie neighbouring words of the query together, for a look into the vocabulary. */
export function pairsOf(slots: readonly Slot[]): string[] {
  const pairs = new Set<string>()
  for (const [a, b] of neighbours(slots)) for (const pair of pairsBetween(a, b)) pairs.add(pair)
  for (const term of numberedWorks(slots)) pairs.add(term)
  return [...pairs]
}

/**
 * From the most to the least relevant: all words, where neighbours that can belong together do, first of them the
 * numbered works; all words, wherever they are. `known` are the pairs that exist, with how many documents have them.
 */
export function tiersOf(slots: readonly Slot[], known: ReadonlyMap<string, number>): Tier[] {
  if (slots.length === 0) return []
  const anyOf = (terms: readonly string[]): Tier => ({
    query: or(terms.map(quote)),
    documents: terms.reduce((sum, term) => sum + (known.get(term) ?? 0), 0),
    words: 0,
  })
  const all = allOf(slots.map((slot) => ({ query: slotQuery(slot), documents: slot.documents, words: 1 })))
  const ties = neighbours(slots).flatMap(([a, b]) => {
    const there = pairsBetween(a, b).filter((pair) => known.has(pair))
    return there.length === 0 ? [] : [anyOf(there)]
  })
  const works = numberedWorks(slots).filter((term) => known.has(term))
  const tiers: Tier[] = []
  if (works.length > 0) tiers.push(allOf([all, ...ties, anyOf(works)]))
  if (ties.length > 0) tiers.push(allOf([all, ...ties]))
  tiers.push(all)
  return tiers
}

function allOf(parts: readonly Tier[]): Tier {
  return {
    query: and(parts.map(({ query }) => query)),
    documents: Math.min(...parts.map(({ documents }) => documents)),
    words: parts.reduce((sum, part) => sum + part.words, 0),
  }
}

/** Whether one of the works that the query numbers is there. */
export function hasNumberedWork(slots: readonly Slot[], known: ReadonlyMap<string, number>): boolean {
  return numberedWorks(slots).some((term) => known.has(term))
}

/** What would show that the number of the query is that of a composer's work, and that there are others of the kind. */
export function numberTerms(slots: readonly Slot[]): { own: string[]; others: string[]; slot: Slot } | null {
  const meant = numberMeant(slots)
  if (!meant) return null
  const { authors, forms, numbers, slot } = meant
  const own = authors.flatMap((author) => numbers.map((n) => pairOf(author, n)))
  const others = authors.flatMap((author) =>
    forms.flatMap((form) => NUMBERS_TRIED.map((n) => numbered(author, form, n))),
  )
  return { own: [...own, ...numberedWorks(slots)], others, slot }
}

/** Numbers of which a composer of numbered works has one. */
const NUMBERS_TRIED = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

/** Where all words together find nothing: all but one, the most telling kept longest. */
export function relaxedTiers(slots: readonly Slot[], known: ReadonlyMap<string, number>): Tier[] {
  if (slots.length < 2) return []
  // What hangs together with a neighbour stays longest, then what is rare.
  const isTied = (slot: Slot): boolean =>
    neighbours(slots).some(
      ([a, b]) => (a === slot || b === slot) && pairsBetween(a, b).some((p) => known.has(p)),
    )
  const byWorth = slots.toSorted((a, b) => Number(isTied(a)) - Number(isTied(b)) || b.documents - a.documents)
  return byWorth.slice(0, RELAXED_MAX).flatMap((dropped) =>
    tiersOf(
      slots.filter((slot) => slot !== dropped),
      known,
    ),
  )
}

const RELAXED_MAX = 4

/** `query` without what `before` finds. */
export function except(query: string, before: readonly string[]): string {
  return before.length === 0 ? query : `${query} & !(${before.join(' | ')})`
}

export function and(queries: readonly string[]): string {
  return queries.length === 1 ? queries[0]! : `(${queries.join(' & ')})`
}

export function or(queries: readonly string[]): string {
  return queries.length === 1 ? queries[0]! : `(${queries.join(' | ')})`
}

function slotQuery(slot: Slot): string {
  return or([...slot.words.map(quote), ...slot.groups.map((group) => and(group.map(quote)))])
}

function neighbours(slots: readonly Slot[]): [Slot, Slot][] {
  return slots.slice(1).map((slot, i) => [slots[i]!, slot])
}

function pairsBetween(a: Slot, b: Slot): string[] {
  const [left, right] = [
    [...a.words, ...a.groups.map((g) => g.at(-1)!)],
    [...b.words, ...b.groups.map((g) => g[0]!)],
  ]
  return left.flatMap((x) => right.filter((y) => y !== x).map((y) => pairOf(x, y)))
}

// A number beside a name means a symphony where no other form is said.
function numberedWorks(slots: readonly Slot[]): string[] {
  const meant = numberMeant(slots)
  if (!meant) return []
  const { authors, forms, numbers } = meant
  return authors.flatMap((author) => forms.flatMap((form) => numbers.map((n) => numbered(author, form, n))))
}

function numberMeant(
  slots: readonly Slot[],
): { authors: string[]; forms: string[]; numbers: string[]; slot: Slot } | null {
  const words = slots.map((slot) => [...slot.words, ...slot.groups.flat()])
  const at = words.findIndex((alternatives) => alternatives.some(isNumber))
  if (at === -1) return null
  const numbers = words[at]!.filter(isNumber)
  const forms = words.flat().filter(isForm)
  const authors = words
    .filter((_w, i) => i !== at)
    .flatMap((alternatives) => alternatives.filter((w) => !isForm(w)))
  return { authors, forms: forms.length > 0 ? forms : ['symphony'], numbers, slot: slots[at]! }
}

import { numbered } from '../document-terms.ts'
import { isForm, isNumber, pairOf } from '../words.ts'

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

/** Pairs that would tie neighbouring words of the query together, for a look into the vocabulary. */
export function pairsOf(slots: readonly Slot[]): string[] {
  const pairs = new Set<string>()
  for (const [a, b] of neighbours(slots)) for (const pair of pairsBetween(a, b)) pairs.add(pair)
  for (const term of numberedWorks(slots)) pairs.add(term)
  return [...pairs]
}

/**
 * From the most to the least relevant: all words, where neighbours that can belong together do, first of them the
 * numbered works; all words, wherever they are. `known` are the pairs that exist.
 */
export function tiersOf(slots: readonly Slot[], known: ReadonlySet<string>): string[] {
  if (slots.length === 0) return []
  const all = and(slots.map(slotQuery))
  const ties = neighbours(slots).flatMap(([a, b]) => {
    const there = pairsBetween(a, b).filter((pair) => known.has(pair))
    return there.length === 0 ? [] : [or(there.map(quote))]
  })
  const works = numberedWorks(slots).filter((term) => known.has(term))
  const tiers: string[] = []
  if (works.length > 0) tiers.push(and([all, ...ties, or(works.map(quote))]))
  if (ties.length > 0) tiers.push(and([all, ...ties]))
  tiers.push(all)
  return tiers
}

/** Where all words together find nothing: all but one, the most telling kept longest. */
export function relaxedTiers(slots: readonly Slot[], known: ReadonlySet<string>): string[] {
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

/** A term within the text form of a query. */
export function quote(term: string): string {
  return `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
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
  const words = slots.map((slot) => [...slot.words, ...slot.groups.flat()])
  const at = words.findIndex((alternatives) => alternatives.some(isNumber))
  if (at === -1) return []
  const numbers = words[at]!.filter(isNumber)
  const forms = words.flat().filter(isForm)
  const authors = words
    .filter((_w, i) => i !== at)
    .flatMap((alternatives) => alternatives.filter((w) => !isForm(w)))
  return authors.flatMap((author) =>
    (forms.length > 0 ? forms : ['symphony']).flatMap((form) =>
      numbers.map((n) => numbered(author, form, n)),
    ),
  )
}

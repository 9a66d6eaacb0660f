import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { statement, type Sql } from '../../../platform/postgres/database.ts'
import { edits, editsAllowed } from '../edits.ts'
import { isNumber, nearestNames, sameAs } from '../words.ts'
import { WORDS_MAX, type ParsedKeyword } from '../parse-keyword.ts'
import { numberTerms, pairsOf, type Slot } from './tiers.ts'

const ALTERNATIVES_MAX = 8
const PREFIX_LENGTH_MIN = 2
/** So many times as frequent as the word itself is what it is taken for the beginning of. */
const RARE_BESIDE = 4
const FUZZY_LENGTH_MIN = 4
const SIMILAR_MAX = 20
/** Three words of at most 40 letters and what ties them together. */
const TERM_LENGTH_MAX = 130
/** Pairs of words of one query that exist and are used. */
const PAIRS_MAX = 32

type Found = { asked: string; term: string; how: 'same' | 'stem' | 'prefix'; documents: number }

// One look for all words: as they are, words with their English or German stem, and what they begin.
const FIND_WORDS = statement(
  'search.vocabulary.find',
  `select asked, term, how, documents from unnest($1::text[], $2::boolean[]) as a(asked, is_open)
    cross join lateral (
      (select term, 'same' as how, documents from search_vocabulary where term = asked and is_word and documents > 0)
      union all
      (select term, 'stem', documents from search_vocabulary
        where is_word and documents > 0 and term <> asked and length(asked) > 3
          and (stem_en = (ts_lexize('english_stem', asked))[1] or stem_de = (ts_lexize('german_stem', asked))[1])
        order by documents desc limit ${ALTERNATIVES_MAX})
      union all
      (select term, 'prefix', documents from search_vocabulary
        where is_word and documents > 0 and is_open and length(asked) >= ${PREFIX_LENGTH_MIN}
          and term like asked || '%' and term <> asked
        order by documents desc limit ${ALTERNATIVES_MAX})
    ) found`,
)

const FIND_SIMILAR = statement(
  'search.vocabulary.similar',
  `select asked, term, documents from unnest($1::text[]) as a(asked)
    cross join lateral (
      select term, documents from search_vocabulary
       where is_word order by term <-> asked limit ${SIMILAR_MAX}
    ) found
   where documents > 0`,
)

const FIND_PAIRS = statement(
  'search.vocabulary.pairs',
  `select term, documents from search_vocabulary where term = any ($1::text[]) and documents > 0`,
)

type Pair = { term: string; documents: number }

export type Resolved = {
  slots: Slot[]
  corrected: { from: string; to: string }[]
  ignored: string[]
  /** Pairs of neighbouring words that exist, with how many documents have them. */
  pairs: Map<string, number>
}

export const NO_WORDS: Resolved = { slots: [], corrected: [], ignored: [], pairs: new Map() }

/** For a cursor, which a stranger can write: what is read back is checked and limited, and quoted where it is used. */
export function packResolved({ slots, corrected, ignored, pairs }: Resolved): Packed {
  return [
    slots.map(({ word, words, groups, documents }) => [
      word,
      [...words],
      groups.map((group) => [...group]),
      documents,
    ]),
    corrected.map(({ from, to }) => [from, to]),
    ignored,
    [...pairs],
  ]
}

/** Null for what is not the words of a query. */
export function unpackResolved(packed: unknown): Resolved | null {
  if (!Value.Check(PackedSchema, packed)) return null
  const [slots, corrected, ignored, pairs] = packed
  return {
    slots: slots.map(([word, words, groups, documents]) => ({ word, words, groups, documents })),
    corrected: corrected.map(([from, to]) => ({ from, to })),
    ignored,
    pairs: new Map(pairs),
  }
}

const Term = Type.String({ maxLength: TERM_LENGTH_MAX })
const Documents = Type.Integer({ minimum: 0 })
const TermsSchema = Type.Array(Term, { maxItems: ALTERNATIVES_MAX })
const PackedSchema = Type.Tuple([
  Type.Array(
    Type.Tuple([Term, TermsSchema, Type.Array(TermsSchema, { maxItems: ALTERNATIVES_MAX }), Documents]),
    { maxItems: WORDS_MAX },
  ),
  Type.Array(Type.Tuple([Term, Term]), { maxItems: WORDS_MAX }),
  Type.Array(Term, { maxItems: WORDS_MAX }),
  Type.Array(Type.Tuple([Term, Documents]), { maxItems: PAIRS_MAX }),
])
type Packed = Static<typeof PackedSchema>

/** Looks the words of a query up: what each stands for in this vocabulary, mistyped ones corrected. */
export async function resolveWords(sql: Sql, keyword: ParsedKeyword): Promise<Resolved> {
  const { words, isLastOpen } = keyword
  if (words.length === 0) return NO_WORDS
  const asked = [...new Set(words.flatMap((word) => [word, ...sameAs(word).flat()]))]
  const open = asked.map((word) => isLastOpen && word === words.at(-1) && !isNumber(word))
  const byWord = await findWords(sql, asked, open)
  const slots = new Map<string, Slot>()
  const missing: string[] = []
  for (const word of words) {
    const slot = slotOf(word, byWord)
    if (slot) slots.set(word, slot)
    else missing.push(word)
  }
  const corrected = await correct(sql, missing, slots)
  let found = words.flatMap((word) => slots.get(word) ?? [])
  const pairs = pairsOf(found)
  const number = numberTerms(found)
  const looked = [...new Set([...pairs, ...(number?.own ?? []), ...(number?.others ?? [])])]
  const there = looked.length === 0 ? [] : (await sql.query<Pair>(FIND_PAIRS, [looked])).rows
  const isThere = (terms: readonly string[]): boolean => there.some(({ term }) => terms.includes(term))
  // A ninth symphony of a composer who has others here, but not that one: another composer's is not what was meant.
  if (number && !isThere(number.own) && isThere(number.others)) {
    found = found.filter((slot) => slot !== number.slot)
    slots.delete(number.slot.word)
  }
  const wanted = new Set(pairs)
  const known = there.filter(({ term }) => wanted.has(term)).slice(0, PAIRS_MAX)
  return {
    slots: found,
    corrected,
    ignored: words.filter((word) => !slots.has(word)),
    pairs: new Map(known.map(({ term, documents }) => [term, documents])),
  }
}

async function findWords(
  sql: Sql,
  asked: readonly string[],
  open: readonly boolean[] = asked.map(() => false),
): Promise<Map<string, Found[]>> {
  const { rows } = await sql.query<Found>(FIND_WORDS, [asked, open])
  return Map.groupBy(rows, (row) => row.asked)
}

function slotOf(word: string, byWord: ReadonlyMap<string, Found[]>): Slot | null {
  const own = byWord.get(word) ?? []
  const same = own.filter((found) => found.how === 'same')
  const stems = own.filter((found) => found.how === 'stem')
  // What it begins counts where it is not a word itself, or a rare one beside it: "beet", and "pian" for "piano", though
  // somebody is called so; but not "berg" for "bergen".
  const whole = documentsOf([...same, ...stems])
  const prefixes = own.filter(
    ({ how, term }) => how === 'prefix' && !stems.some((stem) => stem.term === term),
  )
  const begun = prefixes.some(({ documents }) => documents > RARE_BESIDE * whole) ? prefixes : []
  const groups = sameAs(word).filter((group) =>
    group.every((w) => byWord.get(w)?.some((found) => found.how === 'same')),
  )
  const words = [...same, ...stems, ...begun].slice(0, ALTERNATIVES_MAX)
  if (words.length === 0 && groups.length === 0) return null
  const documents =
    documentsOf(words) +
    groups.reduce((sum, group) => sum + Math.min(...group.map((w) => byWord.get(w)![0]!.documents)), 0)
  return { word, words: words.map((found) => found.term), groups, documents }
}

function documentsOf(words: readonly { documents: number }[]): number {
  return words.reduce((sum, word) => sum + word.documents, 0)
}

async function correct(
  sql: Sql,
  missing: readonly string[],
  slots: Map<string, Slot>,
): Promise<{ from: string; to: string }[]> {
  const long = missing.filter((word) => word.length >= FUZZY_LENGTH_MIN && !/^\d+$/.test(word))
  if (long.length === 0) return []
  const { rows } = await sql.query<{ asked: string; term: string; documents: number }>(FIND_SIMILAR, [long])
  const byWord = Map.groupBy(rows, (row) => row.asked)
  const names = new Map(long.map((asked) => [asked, nearestNames(asked)]))
  const others = [...names.values()].flat().flatMap(({ word }) => sameAs(word).flat())
  const there = others.length === 0 ? new Map<string, Found[]>() : await findWords(sql, [...new Set(others)])
  const corrected: { from: string; to: string }[] = []
  for (const asked of long) {
    const near = (byWord.get(asked) ?? [])
      .map((candidate) => ({ ...candidate, edits: edits(asked, candidate.term) }))
      .filter(({ edits: count, term }) => count <= editsAllowed(asked) && !/^\d+$/.test(term))
      .toSorted((a, b) => a.edits - b.edits || b.documents - a.documents)
    const known = names.get(asked)!.flatMap(({ word, edits: count }) => {
      const slot = slotOf(word, there)
      return slot ? [{ word, edits: count, slot }] : []
    })
    const least = Math.min(near[0]?.edits ?? Infinity, known[0]?.edits ?? Infinity)
    // As near and as good: two spellings of one name are both meant.
    const words = near.filter((c) => c.edits === least).slice(0, 3)
    const meant = known.filter((c) => c.edits === least).slice(0, 3)
    const to = words[0]?.term ?? meant[0]?.word
    if (to === undefined) continue
    slots.set(asked, {
      word: asked,
      words: words.map((c) => c.term),
      groups: meant.flatMap(({ slot }) => slot.groups),
      documents: documentsOf(words) + documentsOf(meant.map(({ slot }) => slot)),
    })
    corrected.push({ from: asked, to })
  }
  return corrected
}

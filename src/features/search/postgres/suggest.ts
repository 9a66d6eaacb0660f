import { statement, type Sql } from '../../../platform/postgres/database.ts'
import { completionText } from '../document-terms.ts'
import { edits } from '../edits.ts'
import type { Completion, CompletionKind } from '../types.ts'
import { isNumber, sameAs } from '../words.ts'

const PREFIX_LENGTH_MAX = 60
/** Letters from which on a mistyped beginning is corrected. */
const FUZZY_LENGTH_MIN = 4
/** Rows that are looked at: the same name may be there as performer and as composer. */
const ROWS_PER_COMPLETION = 4
const SIMILAR_MAX = 40

type Row = { suffix: string; kind: CompletionKind; label: string; documents: number }

const OF_LENGTH = (where: string): string => `
  select suffix, kind, label, documents from search_completions
   where ${where} and documents > 0 and last_at >= to_timestamp($2::float8 / 1000)
   order by documents desc, label limit $3`

const ONE_LETTER = statement('search.suggest.one', OF_LENGTH('left(suffix, 1) = $1'))
const TWO_LETTERS = statement('search.suggest.two', OF_LENGTH('left(suffix, 2) = $1'))
const LONGER = statement('search.suggest.longer', OF_LENGTH(`suffix like $1 || '%'`))
const SIMILAR = statement(
  'search.suggest.similar',
  `select suffix, kind, label, documents from (
     select suffix, kind, label, documents, last_at from search_completions order by suffix <-> $1 limit ${SIMILAR_MAX}
   ) near where documents > 0 and last_at >= to_timestamp($2::float8 / 1000)`,
)

/** Names, venues and cities of which a word begins with what was typed; where none does, with something like it. */
export async function suggest(
  sql: Sql,
  typed: string,
  o: { limit: number; now: number },
): Promise<Completion[]> {
  const prefix = completionText(typed).slice(0, PREFIX_LENGTH_MAX)
  if (prefix === '') return []
  // What is called otherwise here ("wien") comes first: the whole name was typed.
  const names = sameAs(prefix).map((words) => words.join(' '))
  const rows: Row[] = []
  for (const begin of [...names.filter((name) => !isNumber(name)), prefix]) {
    const one = begin.length === 1 ? ONE_LETTER : begin.length === 2 ? TWO_LETTERS : LONGER
    rows.push(...(await sql.query<Row>(one, [begin, o.now, o.limit * ROWS_PER_COMPLETION])).rows)
  }
  if (rows.length > 0 || prefix.length < FUZZY_LENGTH_MIN) return distinct(rows, o.limit)
  const { rows: similar } = await sql.query<Row>(SIMILAR, [prefix, o.now])
  const near = similar
    .map((row) => ({ row, distance: edits(prefix, row.suffix.slice(0, prefix.length)) }))
    .filter(({ distance }) => distance <= Math.ceil(prefix.length / 4))
    .toSorted((a, b) => a.distance - b.distance || b.row.documents - a.row.documents)
  return distinct(
    near.map(({ row }) => row),
    o.limit,
  )
}

// Who conducts and composes is offered once.
function distinct(rows: readonly Row[], limit: number): Completion[] {
  const byLabel = new Map<string, Completion>()
  for (const { label, kind, documents } of rows) {
    const known = byLabel.get(label)
    if (known) known.count = Math.max(known.count, documents)
    else byLabel.set(label, { text: label, kind, count: documents })
  }
  return [...byLabel.values()].slice(0, limit)
}

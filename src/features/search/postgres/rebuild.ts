import { statement, type Database, type Sql } from '../../../platform/postgres/database.ts'
import type { Rebuild } from '../types.ts'
import { indexDocuments, writeCompletions } from './index-documents.ts'

const LABELS_PER_WRITE_MAX = 2_000
/** Over a million events the index takes minutes. */
const LONG = { driverMsMax: 4 * 3_600_000 }

const STATE = statement(
  'search.state',
  'select built_at is not null as is_built, clock_timestamp() as now from search_state',
)
const BUILT = statement('search.state.built', 'update search_state set built_at = clock_timestamp()')
const DROP_INDEX = statement(
  'search.index.drop',
  'drop index if exists search_documents_by_week, search_documents_terms',
)
// Every change goes into the index at once: a list of changes to come would be read again for each week of a query.
const CREATE_INDEX = statement(
  'search.index.create',
  `create index if not exists search_documents_by_week on search_documents
    using gin (search_terms_by_week(terms, starts_at)) with (fastupdate = off)`,
  LONG,
)
// Nothing is known from samples of it that would be worth their time.
const NO_STATISTICS = statement(
  'search.index.statistics',
  'alter index search_documents_by_week alter column 1 set statistics 0',
)
const NO_TIMEOUT = statement('search.rebuild.timeout', 'set local statement_timeout = 0')
/** Readers go on; who writes documents waits until the counts fit them. */
const LOCK_DOCUMENTS = statement(
  'search.rebuild.lock',
  'lock table search_documents in share row exclusive mode',
)
const DELETE_OLD = statement(
  'search.rebuild.delete',
  'delete from search_documents where indexed_at < $1::timestamptz',
  LONG,
)
const CLEAR_VOCABULARY = statement('search.rebuild.clear_vocabulary', 'delete from search_vocabulary')
const FILL_VOCABULARY = statement(
  'search.rebuild.vocabulary',
  `insert into search_vocabulary (term, is_word, stem_en, stem_de, documents)
   select s.word, strpos(s.word, '~') = 0,
          case when strpos(s.word, '~') = 0 then (ts_lexize('english_stem', s.word))[1] end,
          case when strpos(s.word, '~') = 0 then (ts_lexize('german_stem', s.word))[1] end, s.ndoc
     from ts_stat('select terms from search_documents') s
    where s.word not like '@%'`,
  LONG,
)
const CLEAR_COMPLETIONS = statement('search.rebuild.clear_completions', 'delete from search_completions')
const READ_LABELS = statement(
  'search.rebuild.labels',
  `select l ->> 0 as kind, l ->> 1 as label, count(*)::int as delta,
          (extract(epoch from max(d.listed_until)) * 1000)::float8 as "lastAt"
     from search_documents d cross join lateral jsonb_array_elements(d.item -> 'labels') l
    group by 1, 2`,
  LONG,
)
const ANALYZE = statement(
  'search.rebuild.analyze',
  'analyze search_documents, search_vocabulary, search_completions',
  LONG,
)

export async function isBuilt(sql: Sql): Promise<boolean> {
  return (await sql.query<{ is_built: boolean }>(STATE)).rows[0]?.is_built ?? false
}

/**
 * In place: documents are replaced one batch after the other while searches go on. The very first time there is
 * nothing to search yet, so the index on the terms is made at the end, which takes a fraction of the time.
 */
export async function startRebuild(database: Database): Promise<Rebuild> {
  const { is_built: isUpdate, now } = (await database.query<{ is_built: boolean; now: Date }>(STATE)).rows[0]!
  if (!isUpdate) await database.query(DROP_INDEX)
  return {
    add: (documents) => indexDocuments(database, documents, { isCounted: false }),
    async finish() {
      await database.transaction(async (sql) => {
        await sql.query(NO_TIMEOUT)
        await sql.query(LOCK_DOCUMENTS)
        await sql.query(DELETE_OLD, [now])
        await sql.query(CREATE_INDEX)
        await sql.query(NO_STATISTICS)
        await countAll(sql)
        await sql.query(BUILT)
      })
      await database.transaction(async (sql) => {
        await sql.query(NO_TIMEOUT)
        await sql.query(ANALYZE)
      })
    },
  }
}

async function countAll(sql: Sql): Promise<void> {
  await sql.query(CLEAR_VOCABULARY)
  await sql.query(FILL_VOCABULARY)
  await sql.query(CLEAR_COMPLETIONS)
  const { rows } = await sql.query<{ kind: string; label: string; delta: number; lastAt: number }>(
    READ_LABELS,
  )
  for (let i = 0; i < rows.length; i += LABELS_PER_WRITE_MAX) {
    await writeCompletions(sql, rows.slice(i, i + LABELS_PER_WRITE_MAX))
  }
}

import { statement, type Database, type Sql, type Statement } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const GUESTS_PER_LOOK = 1_000
/** Days for which it is remembered that an id was erased, so that an interrupted checkout does not bring it back. */
const ERASED_DAYS = 90
/** Days for which a finished move from a guest to an account can be looked up. */
const MOVES_DAYS = 30

/** Tables whose rows tell something about people; rewritten after rows went, so that nothing of them is left behind. */
export const PEOPLE_TABLES = [
  'person_keys',
  'persons',
  'mail_codes',
  'mail_code_counts',
  'passkeys',
  'spent_challenges',
  'account_moves',
  'erasures',
  'consents',
  'buyer_events',
  'retained_documents',
] as const

type Pair = { count: Statement; remove: Statement }

function pair(name: string, from: string): Pair {
  return {
    count: statement(`account.${name}_count`, `select count(*) as count from ${from}`),
    remove: statement(`account.${name}_delete`, `delete from ${from}`),
  }
}

const CODES = pair('old_codes', 'mail_codes where expires_at <= $1')
const COUNTS = pair('old_code_counts', 'mail_code_counts where began_at <= $1')
const CHALLENGES = pair('old_challenges', 'spent_challenges where expires_at <= $1')
const MOVES = pair('old_moves', 'account_moves where next_at is null and at <= $1')
const ERASED = pair('old_erased', 'persons where erased_at <= $1')
// Whoever is still known may sign in and take along what was bought as a guest: for that the events have to be known.
const VISITS = pair(
  'old_guest_events',
  `buyer_events b where b.at <= $1 and not exists (
     select 1 from persons p where p.person_id = b.buyer and p.erased_at is null)`,
)

const GUESTS = statement(
  'account.old_guests',
  `select person_id as buyer from persons
    where mail_verified_at is null and erased_at is null and updated_at <= $1 and person_id > $2
    order by person_id limit ${GUESTS_PER_LOOK}`,
)

const GUESTS_DELETE = statement(
  'account.old_guests_delete',
  `with gone as (delete from persons where person_id = any($1::uuid[]) and mail_verified_at is null and updated_at <= $2
                 returning person_id, key_id),
        visits as (delete from buyer_events where buyer in (select person_id from gone)),
        agreed as (delete from consents where person_id in (select person_id from gone)),
        keys as (delete from person_keys where key_id in (select key_id from gone))
   select person_id from gone`,
)

const DOCUMENTS_COUNT = statement(
  'account.old_documents_count',
  `select count(*) as count from retained_documents where retain_until <= $1`,
)
const DOCUMENTS_DELETE = statement(
  'account.old_documents_delete',
  `with gone as (delete from retained_documents where retain_until <= $1 returning key_id),
        keys as (delete from person_keys where key_id in (select key_id from gone))
   select key_id from gone`,
)

export type RetentionOptions = {
  database: Database
  nowMs: number
  /** Days after which a guest who was not heard of is forgotten. */
  guestDays: number
  dryRun: boolean
  /** Of these guests, those whom somebody may still have to write to. */
  needed(buyers: readonly BuyerId[], since: Date): Promise<Set<BuyerId>>
}

/** Deletes what people's data need not be kept any longer, or counts it; a line a rule. */
export async function retainPeople(o: RetentionOptions): Promise<{ what: string; rows: number }[]> {
  const { database, nowMs, guestDays } = o
  const before = (ms: number): Date => new Date(nowMs - ms)
  const run = async ({ count, remove }: Pair, until: Date): Promise<number> => {
    if (!o.dryRun) return (await database.query(remove, [until])).rowCount
    return countOf(database, count, until)
  }
  return [
    { what: 'codes that ended an hour ago', rows: await run(CODES, before(HOUR_MS)) },
    { what: 'counts of codes of days gone by', rows: await run(COUNTS, before(DAY_MS)) },
    { what: 'spent challenges of passkeys', rows: await run(CHALLENGES, before(0)) },
    {
      what: `moves to accounts done ${MOVES_DAYS} days ago`,
      rows: await run(MOVES, before(MOVES_DAYS * DAY_MS)),
    },
    {
      what: `guests not heard of for ${guestDays} days`,
      rows: await forgetGuests(o, before(guestDays * DAY_MS)),
    },
    { what: `guests' events of ${guestDays} days ago`, rows: await run(VISITS, before(guestDays * DAY_MS)) },
    { what: `ids erased ${ERASED_DAYS} days ago`, rows: await run(ERASED, before(ERASED_DAYS * DAY_MS)) },
    { what: 'invoices that need not be kept any more', rows: await endDocuments(o, before(0)) },
  ]
}

async function forgetGuests({ database, dryRun, needed }: RetentionOptions, until: Date): Promise<number> {
  let last = '00000000-0000-0000-0000-000000000000'
  for (let forgotten = 0; ;) {
    const { rows } = await database.query<{ buyer: BuyerId }>(GUESTS, [until, last])
    if (rows.length === 0) return forgotten
    last = rows.at(-1)!.buyer
    const all = rows.map((row) => row.buyer)
    const kept = await needed(all, until)
    const gone = all.filter((buyer) => !kept.has(buyer))
    forgotten += dryRun ? gone.length : (await database.query(GUESTS_DELETE, [gone, until])).rowCount
  }
}

async function endDocuments({ database, dryRun }: RetentionOptions, until: Date): Promise<number> {
  if (dryRun) return countOf(database, DOCUMENTS_COUNT, until)
  return (await database.query(DOCUMENTS_DELETE, [until])).rowCount
}

async function countOf(sql: Sql, count: Statement, until: Date): Promise<number> {
  return (await sql.query<{ count: number }>(count, [until])).rows[0]!.count
}

import type { Clock, Ids } from '../../platform/clock.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'
import type { OtherSets } from './identity-types.ts'
import { GUESTS_FOUND_MAX, GUESTS_LOOKED_AT_MAX, GUESTS_PER_LOOK } from './limits.ts'
import { savePerson, type PeopleOptions } from './people.ts'

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export type AccountRow = { buyer: BuyerId; generation: number }

// Two codes for one mailbox that are typed in at once must not make two accounts.
const LOCK = statement(
  'account.mailbox_lock',
  `select pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 0))`,
)

// Locked until the sign-in is written: an erasure under way is waited for, and then there is no such account any more.
const FIND = statement(
  'account.by_mailbox',
  `select person_id as buyer, session_generation as generation from persons
    where mail_hash = $1 and mail_verified_at is not null and erased_at is null for no key update`,
)

const BY_ID = `select person_id as buyer, session_generation as generation from persons
    where person_id = $1 and mail_verified_at is not null and erased_at is null`
const FIND_BY_ID = statement('account.by_id', BY_ID)
const LOCK_BY_ID = statement('account.by_id_locked', `${BY_ID} for no key update`)

const VERIFIED = statement(
  'account.mail_verified',
  `update persons set mail_verified_at = $2 where person_id = $1 and erased_at is null`,
)

// Guests who gave this address; the latest first, from where the last look ended. The time goes back and forth as text:
// a date in JavaScript has no microseconds.
const GUESTS = statement(
  'account.guests_by_mailbox',
  `select person_id as buyer, updated_at::text as "at" from persons
    where mail_hash = $1 and mail_verified_at is null and mail_hash is not null and erased_at is null
      and (updated_at, person_id) < ($2::timestamptz, $3)
    order by updated_at desc, person_id desc limit ${GUESTS_PER_LOOK}`,
)

/**
 * The account of the mailbox, made when there is none. Its id is its own: a guest's token never becomes its key.
 * `locale` is the language that was named, which an account is spoken to in from now on; a new one where none was
 * named takes `newLocale`.
 */
export async function accountOf(
  sql: Sql,
  c: { email: string; mailHash: Uint8Array; locale: string | null; newLocale: string },
  people: PeopleOptions & { clock: Clock; ids: Ids },
): Promise<AccountRow> {
  await sql.query(LOCK, [c.mailHash])
  const known = (await sql.query<AccountRow>(FIND, [c.mailHash])).rows[0]
  if (known) {
    if (c.locale !== null) await savePerson(sql, known.buyer, { locale: c.locale }, people)
    return known
  }
  const buyer = people.ids.uuid()
  await savePerson(sql, buyer, { email: c.email, locale: c.locale ?? c.newLocale }, people)
  await sql.query(VERIFIED, [buyer, new Date(people.clock.now())])
  return { buyer, generation: 0 }
}

/**
 * Guests who gave the address of this mailbox, which nobody had proved to be theirs, and bought something. Who did not is
 * passed over: anybody can type somebody's address as often as they like, and must not hide with it what was bought.
 */
export async function buyersOfMailbox(
  sql: Sql,
  mailHash: Uint8Array,
  sets: Pick<OtherSets, 'whoBought'>,
): Promise<BuyerId[]> {
  const found: BuyerId[] = []
  let after: { at: string; buyer: BuyerId } = { at: 'infinity', buyer: LAST_ID }
  for (let seen = 0; seen < GUESTS_LOOKED_AT_MAX; seen += GUESTS_PER_LOOK) {
    const { rows } = await sql.query<typeof after>(GUESTS, [mailHash, after.at, after.buyer])
    const bought = await sets.whoBought(rows.map((row) => row.buyer))
    for (const { buyer } of rows) if (bought.has(buyer)) found.push(buyer)
    if (rows.length < GUESTS_PER_LOOK || found.length >= GUESTS_FOUND_MAX) break
    after = rows.at(-1)!
  }
  return found.slice(0, GUESTS_FOUND_MAX)
}

/** Locked until the transaction ends: it is not erased meanwhile. */
export async function lockAccount(sql: Sql, buyer: BuyerId): Promise<AccountRow | null> {
  return (await sql.query<AccountRow>(LOCK_BY_ID, [buyer])).rows[0] ?? null
}

export async function findAccount(sql: Sql, buyer: BuyerId): Promise<AccountRow | null> {
  return (await sql.query<AccountRow>(FIND_BY_ID, [buyer])).rows[0] ?? null
}

import type { Clock, Ids } from '../../platform/clock.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'
import { GUESTS_FOUND_MAX } from './limits.ts'
import { savePerson, type PeopleOptions } from './people.ts'

export type AccountRow = { buyer: BuyerId; generation: number; mailHash: Uint8Array }

// Two codes for one mailbox that are typed in at once must not make two accounts.
const LOCK = statement(
  'account.mailbox_lock',
  `select pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 0))`,
)

const FIND = statement(
  'account.by_mailbox',
  `select person_id as buyer, session_generation as generation, mail_hash as "mailHash" from persons
    where mail_hash = $1 and mail_verified_at is not null and erased_at is null`,
)

const FIND_BY_ID = statement(
  'account.by_id',
  `select person_id as buyer, session_generation as generation, mail_hash as "mailHash" from persons
    where person_id = $1 and mail_verified_at is not null and erased_at is null`,
)

const VERIFIED = statement(
  'account.mail_verified',
  `update persons set mail_verified_at = $2 where person_id = $1 and erased_at is null`,
)

// Whoever bought as a guest and gave this address; the latest first.
const GUESTS = statement(
  'account.guests_by_mailbox',
  `select person_id as buyer from persons
    where mail_hash = $1 and mail_verified_at is null and erased_at is null
    order by updated_at desc limit ${GUESTS_FOUND_MAX}`,
)

const OTHERS = statement(
  'account.others_of_mailbox',
  `select other.person_id as buyer from persons mine join persons other using (mail_hash)
    where mine.person_id = $1 and mine.mail_verified_at is not null
      and other.person_id <> $1 and other.erased_at is null`,
)

/** The account of the mailbox, made when there is none. Its id is its own: a guest's token never becomes its key. */
export async function accountOf(
  sql: Sql,
  c: { email: string; mailHash: Uint8Array; locale: string },
  people: PeopleOptions & { clock: Clock; ids: Ids },
): Promise<AccountRow> {
  await sql.query(LOCK, [c.mailHash])
  const known = (await sql.query<AccountRow>(FIND, [c.mailHash])).rows[0]
  if (known) return known
  const buyer = people.ids.uuid()
  await savePerson(sql, buyer, { email: c.email, locale: c.locale }, people)
  await sql.query(VERIFIED, [buyer, new Date(people.clock.now())])
  return { buyer, generation: 0, mailHash: c.mailHash }
}

/** Guests who gave the address of this mailbox, which nobody had proved to be theirs. */
export async function guestsOfMailbox(sql: Sql, mailHash: Uint8Array): Promise<BuyerId[]> {
  return (await sql.query<{ buyer: BuyerId }>(GUESTS, [mailHash])).rows.map((row) => row.buyer)
}

/** Everybody else who gave the address of this account, found as a buyer or not. None where it is no account. */
export async function othersOfMailbox(sql: Sql, account: BuyerId): Promise<BuyerId[]> {
  return (await sql.query<{ buyer: BuyerId }>(OTHERS, [account])).rows.map((row) => row.buyer)
}

export async function findAccount(sql: Sql, buyer: BuyerId): Promise<AccountRow | null> {
  return (await sql.query<AccountRow>(FIND_BY_ID, [buyer])).rows[0] ?? null
}

import type { Clock } from '../../platform/clock.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'
import { ERASED_REMEMBERED, SESSION_SECONDS } from './limits.ts'

/** Ends are read again for this long, for clocks differ and a commit may come later than its time. */
const LOOK_BACK_MS = 60_000

const GENERATION = statement(
  'account.session_generation',
  `select session_generation as generation from persons
    where person_id = $1 and mail_verified_at is not null and erased_at is null`,
)

const END = statement(
  'account.sessions_end',
  `update persons set session_generation = session_generation + 1, sessions_ended_at = $2
    where person_id = $1 and mail_verified_at is not null and erased_at is null`,
)

const ENDED = statement(
  'account.sessions_ended',
  `select person_id as buyer, session_generation as generation, erased_at is not null as erased
     from persons where sessions_ended_at > $1`,
)

const ERASED = statement(
  'account.erased',
  `select person_id as buyer from (
     select person_id, sessions_ended_at from persons where sessions_ended_at > $1 and erased_at is not null
      order by sessions_ended_at desc limit ${ERASED_REMEMBERED}) latest
    order by sessions_ended_at`,
)

export type EndedSessions = { buyer: BuyerId; generation: number; erased: boolean }

/** The generation that the account's sessions are in; null where there is no such account (any more). */
export async function sessionGeneration(sql: Sql, buyer: BuyerId): Promise<number | null> {
  return (await sql.query<{ generation: number }>(GENERATION, [buyer])).rows[0]?.generation ?? null
}

export async function endSessions(sql: Sql, buyer: BuyerId, now: Date): Promise<void> {
  await sql.query(END, [buyer, now])
}

/**
 * Whose sessions were ended lately, and which generation they are in now. A token is compared with the table when it
 * is first seen and remembered afterwards, so the calls of people who are signed in cost no query; this one query
 * tells which to forget. The same rows come again for a minute: a comparison may have been under way.
 */
export async function sessionsEndedLately(sql: Sql, clock: Clock): Promise<EndedSessions[]> {
  return (await sql.query<EndedSessions>(ENDED, [new Date(clock.now() - LOOK_BACK_MS)])).rows
}

/** Who was erased while a token of theirs may still live, in the order of it. */
export async function erasedPeople(sql: Sql, clock: Clock): Promise<BuyerId[]> {
  const since = new Date(clock.now() - SESSION_SECONDS * 1000 - LOOK_BACK_MS)
  return (await sql.query<{ buyer: BuyerId }>(ERASED, [since])).rows.map((row) => row.buyer)
}

/** The people erased last, so many of them: a guest's token is compared with these and not with a table. */
export class ErasedPeople {
  readonly #ids: Set<BuyerId>
  readonly #max: number

  constructor(ids: readonly BuyerId[], max = ERASED_REMEMBERED) {
    this.#ids = new Set(ids)
    this.#max = max
  }

  add(buyer: BuyerId): void {
    this.#ids.add(buyer)
    if (this.#ids.size > this.#max) this.#ids.delete(this.#ids.values().next().value!)
  }

  has(buyer: BuyerId): boolean {
    return this.#ids.has(buyer)
  }
}

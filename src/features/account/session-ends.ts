import type { Clock } from '../../platform/clock.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'

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
  `select person_id as buyer, session_generation as generation from persons where sessions_ended_at > $1`,
)

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
export async function sessionsEndedLately(sql: Sql, clock: Clock): Promise<ReadonlyMap<BuyerId, number>> {
  const since = new Date(clock.now() - LOOK_BACK_MS)
  const { rows } = await sql.query<{ buyer: BuyerId; generation: number }>(ENDED, [since])
  return new Map(rows.map((row) => [row.buyer, row.generation]))
}

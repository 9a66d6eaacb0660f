import type { Clock, Random } from '../../platform/clock.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'
import { CODE_MS, CODE_TRIES_MAX, CODES_A_DAY_MAX, RESEND_MS_MIN } from './limits.ts'
import type { Mac } from './types.ts'

/** Who asked without a session. Such a code is good for everybody who knows it. */
const NOBODY = '00000000-0000-0000-0000-000000000000'
const DIGITS = 6
const DAY_MS = 24 * 3_600_000

// One row a mailbox, whatever stands behind a "+": it bounds what a stranger can send there and how often they can guess, whoever they pretend to be.
const COUNT = statement(
  'account.mail_code_count',
  `insert into mail_code_counts as c (mail_hash, began_at, sent) values ($1, $2, 1)
   on conflict (mail_hash) do update
      set began_at = case when c.began_at <= $3 then $2 else c.began_at end,
          sent = case when c.began_at <= $3 then 1 else c.sent + 1 end
    where c.began_at <= $3 or c.sent < $4
  returning sent`,
)

const WRITE = statement(
  'account.mail_code_write',
  `insert into mail_codes as c (mail_hash, asker, code_hash, tries_left, sent_at, expires_at, locale)
   values ($1, $2, $3, $4, $5, $6, $8)
   on conflict (mail_hash, asker) do update
      set code_hash = excluded.code_hash, tries_left = excluded.tries_left, sent_at = excluded.sent_at,
          expires_at = excluded.expires_at, locale = excluded.locale
    where c.sent_at <= $7
  returning 1`,
)

// The try is taken before the code is looked at, so that a thousand guesses at once are still three.
const TRY = statement(
  'account.mail_code_try',
  `update mail_codes set tries_left = tries_left - 1
    where mail_hash = $1 and asker = any($2::uuid[]) and tries_left > 0 and expires_at > $3
  returning asker, code_hash as "codeHash", locale`,
)

// Of two who come with the right code at once, one gets it.
const SPEND = statement(
  'account.mail_code_spend',
  `delete from mail_codes where mail_hash = $1 and asker = $2 and code_hash = $3`,
)

export type MailCodeDeps = { database: Database; mac: Mac; clock: Clock; random: Random }

/** Whose code it is, and by what the codes that are sent there are counted. */
export type Mailbox = { mailHash: Uint8Array; contactHash: string }

export type RightCode = {
  /** The language that was named when it was asked for. */
  locale: string | null
  /** Uses the code up, in the transaction of what it is good for. False: somebody was quicker. */
  spend(sql: Sql): Promise<boolean>
}

/** A new code for the mailbox; null when it was sent enough already. `locale`: named by whoever asks, and kept with it. */
export async function makeCode(
  { database, mac, clock, random }: MailCodeDeps,
  { mailHash, contactHash }: Mailbox,
  { asker, locale }: { asker: BuyerId | null; locale: string | null },
): Promise<string | null> {
  const nowMs = clock.now()
  const now = new Date(nowMs)
  const code = randomDigits(random)
  const of = asker ?? NOBODY
  return database
    .transaction(async (sql) => {
      const values = [
        mailHash,
        of,
        codeHash(mac, mailHash, of, code),
        CODE_TRIES_MAX,
        now,
        new Date(nowMs + CODE_MS),
        new Date(nowMs - RESEND_MS_MIN),
        locale,
      ]
      if ((await sql.query(WRITE, values)).rowCount === 0) return null
      const counted = await sql.query(COUNT, [
        countHash(mac, contactHash),
        now,
        new Date(nowMs - DAY_MS),
        CODES_A_DAY_MAX,
      ])
      if (counted.rowCount === 1) return code
      throw new TooMany()
    })
    .catch((error: unknown) => {
      if (error instanceof TooMany) return null
      throw error
    })
}

class TooMany extends Error {
  override name = 'TooMany'
}

/** Takes one of the few tries. Null for a wrong, spent, expired or invented code: nobody learns which. */
export async function tryCode(
  { database, mac, clock }: MailCodeDeps,
  mailHash: Uint8Array,
  asker: BuyerId | null,
  code: string,
): Promise<RightCode | null> {
  const askers = asker === null ? [NOBODY] : [NOBODY, asker]
  const { rows } = await database.query<{ asker: string; codeHash: Uint8Array; locale: string | null }>(TRY, [
    mailHash,
    askers,
    new Date(clock.now()),
  ])
  const byAsker = new Map(rows.map((row) => [row.asker, row]))
  let right: RightCode | null = null
  // Every possible row is compared, those that are not there with zeros: the time tells nothing.
  for (const of of askers) {
    const stored = byAsker.get(of)?.codeHash ?? new Uint8Array(32)
    if (!mac.verify(signed(mailHash, of, code), stored)) continue
    right = {
      locale: byAsker.get(of)?.locale ?? null,
      spend: async (sql) => (await sql.query(SPEND, [mailHash, of, stored])).rowCount === 1,
    }
  }
  return right
}

function codeHash(mac: Mac, mailHash: Uint8Array, asker: string, code: string): Uint8Array {
  return mac.sign(signed(mailHash, asker, code))
}

// Another name than the one by which the ledger counts. It outlives an erasure by a day: else whoever may read
// one address of a mailbox could erase its account, and begin anew to guess the codes of another one.
function countHash(mac: Mac, contactHash: string): Uint8Array {
  return mac.sign(`mail code count\n${contactHash}`)
}

// Under the key of links, whose texts begin with a slash.
function signed(mailHash: Uint8Array, asker: string, code: string): string {
  return `mail code\n${Buffer.from(mailHash).toString('base64url')}\n${asker}\n${code}`
}

// Six uniform digits: a draw that would favour some of them is repeated.
function randomDigits(random: Random): string {
  const size = 10 ** DIGITS
  for (;;) {
    const drawn = Buffer.from(random.bytes(4)).readUInt32BE()
    if (drawn < Math.floor(2 ** 32 / size) * size) return String(drawn % size).padStart(DIGITS, '0')
  }
}

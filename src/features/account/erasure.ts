import type { Clock } from '../../platform/clock.ts'
import type { Caller } from '../../platform/http/route.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'
import type { IdentityContext } from './identity-deps.ts'
import type { Invoice } from './identity-types.ts'
import { ERASED_GUESTS_PER_LOOK, ERASURE_RETRY_MS, ERASURES_PER_LOOK } from './limits.ts'
import { erasePerson } from './people.ts'
import { retain } from './retained-documents.ts'
import type { Contact } from './types.ts'

const NOTE = statement(
  'account.erasure_note',
  `insert into erasures (person_id, mail_hash, guests, at, next_at) values ($1, $2, $3, $4, $5)
   on conflict (person_id) do nothing`,
)

// Claimed by moving its time: two processes do not take up the same one.
const CLAIM = statement(
  'account.erasures_claim',
  `update erasures e set next_at = $2, tries = tries + 1
     from (select person_id from erasures where next_at <= $1
            order by next_at limit ${ERASURES_PER_LOOK} for update skip locked) d
    where e.person_id = d.person_id
  returning e.person_id as buyer, e.mail_hash as "mailHash", e.guests, e.at`,
)

const DONE = statement('account.erasure_done', `delete from erasures where person_id = $1`)

const SOON = statement('account.erasure_goes_on', `update erasures set next_at = $2 where person_id = $1`)

const IS_ACCOUNT = statement(
  'account.is_account',
  `select 1 from persons where person_id = $1 and mail_verified_at is not null and erased_at is null`,
)

const MOVING = statement(
  'account.guests_moving',
  `select from_buyer as buyer from account_moves where to_buyer = $1 and next_at is not null`,
)

// Who is heard of with this address afterwards begins anew.
const GUESTS = statement(
  'account.guests_to_erase',
  `select person_id as buyer from persons
    where mail_hash = $1 and mail_verified_at is null and mail_hash is not null and erased_at is null
      and updated_at <= $2
    order by updated_at limit ${ERASED_GUESTS_PER_LOOK}`,
)

// One statement, one moment: nothing of the person outlives another part of it. Guests whose things became the
// account's are known by the moves alone: their tokens end, unless they have begun anew since.
const FORGET = statement(
  'account.forget',
  `with codes as (delete from mail_codes where mail_hash in (select mail_hash from persons where person_id = $1 and mail_verified_at is not null)),
        keys as (delete from passkeys where person_id = $1),
        agreed as (delete from consents where person_id = $1),
        moves as (delete from account_moves where from_buyer = $1 or to_buyer = $1 returning from_buyer),
        ended as (insert into persons (person_id, created_at, updated_at, erased_at, session_generation, sessions_ended_at)
                  select distinct from_buyer, $2::timestamptz, $2::timestamptz, $2::timestamptz, 1, $2::timestamptz
                    from moves where from_buyer <> $1
                  on conflict (person_id) do nothing)
   delete from buyer_events where buyer = $1`,
)

type Erasure = { buyer: BuyerId; mailHash: Uint8Array | null; guests: boolean; at: Date }

/**
 * Erases the person: their key and everything sealed with it, at once. Tickets and orders go on under an id that is
 * nobody's; invoices that the law wants kept are sealed under keys of their own first. Of an account, what was given
 * as a guest with the same address goes, too: whoever proved the mailbox is that person.
 *
 * The first step ends their sessions, so that they could not ask again: it writes down what is left, and whoever finds
 * that finishes it. Hence no error afterwards, either: the person is erased, and the rest follows by itself.
 */
export async function erase(ctx: IdentityContext, caller: Caller): Promise<void> {
  const { database } = ctx
  const isAccount = (await database.query(IS_ACCOUNT, [caller.id])).rowCount === 1
  // A guest who signed in is this person, also where not everything of theirs has arrived yet.
  const moving = isAccount ? (await database.query<{ buyer: BuyerId }>(MOVING, [caller.id])).rows : []
  const begun = await begin(ctx, [
    { buyer: caller.id, guests: isAccount },
    ...moving.map(({ buyer }) => ({ buyer, guests: false })),
  ])
  await ctx.account.endSessions(caller.id)
  for (const erasure of begun) await finishOrLater(ctx, erasure)
}

/** Takes up erasures that were interrupted, or have more to do than fits into one answer; how many are done. */
export async function resumeErasures(ctx: IdentityContext): Promise<number> {
  let done = 0
  for (const one of await claim(ctx.database, ctx.clock)) if (await finishOrLater(ctx, one)) done += 1
  return done
}

async function claim(sql: Sql, clock: Clock): Promise<Erasure[]> {
  const now = clock.now()
  return (await sql.query<Erasure>(CLAIM, [new Date(now), new Date(now + 2 * ERASURE_RETRY_MS)])).rows
}

/** What cannot be asked for again, in one transaction with a note of what is left. */
async function begin(
  ctx: IdentityContext,
  persons: readonly { buyer: BuyerId; guests: boolean }[],
): Promise<Erasure[]> {
  const { database, clock, sets, peopleOptions } = ctx
  const { people } = ctx.account
  const at = new Date(clock.now())
  const known: (Erasure & { contact: Contact | null; invoices: Invoice[] })[] = []
  for (const { buyer, guests } of persons) {
    const contact = await people.contact(buyer)
    const mailHash = contact && contact.email !== '' ? people.mailHash(contact.email) : null
    const invoices = contact ? await sets.invoices(buyer) : []
    known.push({ buyer, guests, at, mailHash, contact, invoices })
  }
  await database.transaction(async (sql) => {
    for (const { buyer, guests, mailHash, contact, invoices } of known) {
      for (const invoice of invoices) await retain(sql, invoice, { name: contact!.name }, peopleOptions)
      await sql.query(NOTE, [buyer, mailHash, guests, at, new Date(at.getTime() + ERASURE_RETRY_MS)])
      await sql.query(FORGET, [buyer, at])
      await erasePerson(sql, buyer, at)
    }
  })
  return known
}

async function finishOrLater(ctx: IdentityContext, erasure: Erasure): Promise<boolean> {
  try {
    return await finish(ctx, erasure)
  } catch (error) {
    ctx.onProblem('an erasure could not be finished yet', error)
    return false
  }
}

/** Every step may be repeated. False where there are more guests than fit into one look. */
async function finish(ctx: IdentityContext, { buyer, mailHash, guests, at }: Erasure): Promise<boolean> {
  const { database, clock, sets } = ctx
  const { people } = ctx.account
  if (guests && mailHash) {
    const { rows } = await database.query<{ buyer: BuyerId }>(GUESTS, [mailHash, at])
    for (const { buyer: guest } of rows) {
      for (const erasure of await begin(ctx, [{ buyer: guest, guests: false }])) await finish(ctx, erasure)
    }
    // Their tokens with the answer, too: what just ended is looked up again.
    if (rows.length > 0) await ctx.account.endSessions(buyer)
    if (rows.length === ERASED_GUESTS_PER_LOOK) {
      await database.query(SOON, [buyer, new Date(clock.now())])
      return false
    }
  }
  await sets.forget(buyer)
  await sets.deleteMails(
    buyer,
    (address) => mailHash !== null && Buffer.compare(people.mailHash(address), mailHash) === 0,
  )
  await database.query(DONE, [buyer])
  return true
}

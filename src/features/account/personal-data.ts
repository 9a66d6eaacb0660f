import type { Caller } from '../../platform/http/route.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import type { BuyerId } from '../../shared/ids.ts'
import type { Profile } from './identity-types.ts'
import type { IdentityContext } from './identity-deps.ts'

const ABOUT = statement(
  'account.about',
  `select p.mail_verified_at as "verifiedAt", p.created_at as "createdAt", p.updated_at as "updatedAt", p.locale,
          (select count(*) from passkeys k where k.person_id = p.person_id)::int as passkeys
     from persons p where p.person_id = $1 and p.erased_at is null`,
)

const CONSENTS = statement(
  'account.consents_of',
  `select kind, version, granted, at from consents where person_id = $1 order by at`,
)

const EVENTS = statement(
  'account.events_of',
  `select event_id::text as event_id, at from buyer_events where buyer = $1 order by at`,
)

const PASSKEYS = statement(
  'account.passkeys_export',
  `select credential_id, transports, created_at, last_used_at from passkeys where person_id = $1 order by created_at`,
)

const MOVES = statement(
  'account.moves_export',
  `select from_buyer as guest_id, at from account_moves where to_buyer = $1 order by at`,
)

type About = {
  verifiedAt: Date | null
  createdAt: Date
  updatedAt: Date
  locale: string | null
  passkeys: number
}

export async function profileOf(ctx: IdentityContext, caller: Caller): Promise<Profile> {
  const [contact, about] = await Promise.all([
    ctx.account.people.contact(caller.id),
    aboutOf(ctx.database, caller.id),
  ])
  const text = (value: string | undefined): string | null =>
    value === undefined || value === '' ? null : value
  return {
    userId: caller.id,
    kind: caller.sessionGeneration === undefined ? 'guest' : 'account',
    name: text(contact?.name),
    email: text(contact?.email),
    emailVerified: about?.verifiedAt != null,
    phone: text(contact?.phone),
    locale: about?.locale ?? null,
    passkeys: about?.passkeys ?? 0,
  }
}

export async function changeProfile(
  ctx: IdentityContext,
  caller: Caller,
  changes: { name?: string; phone?: string; locale?: string },
): Promise<Profile | Refusal> {
  const saved = await ctx.account.people.saveContact(caller.id, changes)
  if (!saved) return refuse('conflict', 'Everything about this person was erased. Begin a new session.')
  return profileOf(ctx, caller)
}

/** Everything that is stored about the person, by the set of tables that holds it. */
export async function exportAll(ctx: IdentityContext, caller: Caller): Promise<Record<string, unknown>> {
  const { database } = ctx
  const { people } = ctx.account
  const buyer = caller.id
  const eventIds = [...new Set([...(await people.eventsOf(buyer)), ...ctx.sets.eventsInMemoryOf(buyer)])]
  const rows = async (s: ReturnType<typeof statement>): Promise<unknown[]> =>
    (await database.query(s, [buyer])).rows
  const [contact, about, consents, events, passkeys, moves, others] = await Promise.all([
    people.contact(buyer),
    aboutOf(database, buyer),
    rows(CONSENTS),
    rows(EVENTS),
    rows(PASSKEYS),
    rows(MOVES),
    ctx.sets.export(buyer, eventIds),
  ])
  return {
    made_at: new Date(ctx.clock.now()).toISOString(),
    people: {
      user_id: buyer,
      name: contact?.name ?? null,
      email: contact?.email ?? null,
      email_verified_at: about?.verifiedAt ?? null,
      // What the ledger counts tickets by; made of the address with a key, and not the address.
      email_hash: caller.contactHash ?? null,
      phone: contact?.phone ?? null,
      locale: about?.locale ?? null,
      created_at: about?.createdAt ?? null,
      updated_at: about?.updatedAt ?? null,
      consents,
      events,
      passkeys,
      guests_taken_over: moves,
    },
    ...others,
  }
}

async function aboutOf(sql: Sql, buyer: BuyerId): Promise<About | null> {
  return (await sql.query<About>(ABOUT, [buyer])).rows[0] ?? null
}

import type { Clock } from '../../platform/clock.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import { isRefusal } from '../../shared/errors.ts'
import type { BuyerId, EventId } from '../../shared/ids.ts'
import type { OtherSets } from './identity-types.ts'
import { MOVE_RETRY_MS, MOVES_PER_LOOK } from './limits.ts'
import type { People } from './types.ts'

// Of two who sign in with one guest's token at once, one gets the guest's things, and all of them.
const LOCK = statement(
  'account.guest_lock',
  `select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 1))`,
)

const NOTE = statement(
  'account.move_note',
  `insert into account_moves (from_buyer, to_buyer, event_ids, at, next_at)
   select $1, $2, $3, $4, $5
    where not exists (select 1 from account_moves
                       where from_buyer = $1 and to_buyer <> $2 and next_at is not null)
   on conflict (from_buyer, to_buyer) do update
      set event_ids = excluded.event_ids, at = excluded.at, next_at = excluded.next_at, tries = 0`,
)

const DROP = statement(
  'account.move_drop',
  `delete from account_moves where from_buyer = $1 and to_buyer = $2`,
)

const DONE = statement(
  'account.move_done',
  `update account_moves set next_at = null where from_buyer = $1 and to_buyer = $2 and at = $3`,
)

// Claimed by moving its time: two processes do not take up the same one.
const CLAIM = statement(
  'account.moves_claim',
  `update account_moves m set next_at = $2, tries = tries + 1
     from (select from_buyer, to_buyer from account_moves where next_at <= $1
            order by next_at limit ${MOVES_PER_LOOK} for update skip locked) d
    where m.from_buyer = d.from_buyer and m.to_buyer = d.to_buyer
  returning m.from_buyer as "from", m.to_buyer as "to", m.event_ids::text[] as "eventIds", m.at`,
)

const EVENTS_MOVE = statement(
  'account.buyer_events_move',
  `with gone as (delete from buyer_events where buyer = $1 returning event_id, at)
   insert into buyer_events (buyer, event_id, at) select $2, event_id, at from gone on conflict do nothing`,
)

const CONSENTS_MOVE = statement(
  'account.consents_move',
  `with gone as (delete from consents where person_id = $1 returning kind, version, granted, at)
   insert into consents (person_id, kind, version, granted, at)
   select $2, kind, version, granted, at from gone on conflict do nothing`,
)

// The guest is gone without a trace: whoever goes on with the old token begins anew.
const GUEST_DELETE = statement(
  'account.guest_delete',
  `with gone as (delete from persons where person_id = $1 and mail_verified_at is null and erased_at is null
                 returning key_id)
   delete from person_keys where key_id in (select key_id from gone)`,
)

export type Move = { from: BuyerId; to: BuyerId; eventIds: EventId[]; at: Date }

export type MoveDeps = {
  database: Database
  clock: Clock
  people: People
  sets: Pick<OtherSets, 'moveHoldings' | 'moveOrders'>
}

/**
 * Written in the transaction of the sign-in, so that no crash can lose a guest's tickets. Answers the moves to carry out:
 * what is on its way to another account goes there.
 */
export async function noteMoves(sql: Sql, moves: readonly Move[]): Promise<Move[]> {
  const noted: Move[] = []
  // In one order everywhere: two sign-ins that lock the same guests must not wait for each other.
  for (const move of moves.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const { from, to, eventIds, at } = move
    const due = new Date(at.getTime() + MOVE_RETRY_MS)
    await sql.query(LOCK, [from])
    const { rowCount } = await sql.query(NOTE, [from, to, `{${eventIds.join(',')}}`, at, due])
    if (rowCount === 1) noted.push(move)
  }
  return noted
}

/** The account was erased meanwhile: what is still the guest's stays theirs. */
export async function dropMove(sql: Sql, { from, to }: Move): Promise<void> {
  await sql.query(DROP, [from, to])
}

/**
 * A guest's holds, tickets and orders become the account's. Every step may be repeated; the ledger comes first, so
 * that an order never belongs to somebody whose tickets do not.
 */
export async function carryOut(deps: MoveDeps, move: Move, contactHash: string): Promise<void> {
  const { database, people, sets } = deps
  const { from, to } = move
  const known = [...(await people.eventsOf(from)), ...move.eventIds]
  for (const eventId of new Set(known)) {
    const moved = await sets.moveHoldings({ eventId, from, to, contactHash })
    // An event that was never opened has nothing to move.
    if (isRefusal(moved) && moved.refused !== 'not_found') {
      throw new Error(`the holds of a guest could not be moved: ${moved.refused}`)
    }
  }
  await sets.moveOrders(from, to)
  const [guest, account] = [await people.contact(from), await people.contact(to)]
  if (guest && account) {
    await people.saveContact(to, {
      ...(account.name === '' && guest.name !== '' && { name: guest.name }),
      ...(account.phone === undefined && guest.phone !== undefined && { phone: guest.phone }),
    })
  }
  await database.transaction(async (sql) => {
    await sql.query(EVENTS_MOVE, [from, to])
    await sql.query(CONSENTS_MOVE, [from, to])
    await sql.query(GUEST_DELETE, [from])
    await sql.query(DONE, [from, to, move.at])
  })
}

export async function claimMoves(sql: Sql, clock: Clock): Promise<Move[]> {
  const now = clock.now()
  return (await sql.query<Move>(CLAIM, [new Date(now), new Date(now + 2 * MOVE_RETRY_MS)])).rows
}

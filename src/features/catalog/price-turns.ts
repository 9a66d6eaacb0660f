import type { Ids } from '../../platform/clock.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import { insertFacts } from './event-store.ts'
import { readHouseEvent } from './house-reader.ts'
import { lowestPriceShown } from './house-rules.ts'

/** Events whose prices turn at one look; the next look takes the others. */
const TURNS_MAX = 500

const findNext = statement(
  'catalog.price-turns.next',
  `select event_id, (extract(epoch from turns_at) * 1000)::float8 as turns_at
     from price_turns order by price_turns.turns_at, event_id limit $1`,
)
const lockEvent = statement('catalog.price-turns.lock', 'select 1 from events where event_id = $1 for update')
const setPrice = statement(
  'catalog.price-turns.price',
  'update events set price_from = $2 where event_id = $1',
)
const setTurn = statement(
  'catalog.price-turns.set',
  `insert into price_turns (event_id, turns_at) values ($1, to_timestamp($2 / 1000.0))
   on conflict (event_id) do update set turns_at = excluded.turns_at`,
)
const endTurns = statement('catalog.price-turns.end', 'delete from price_turns where event_id = $1')

/** Says when the event's lowest price is to be looked at again; null: not because time passes. */
export async function writeTurn(sql: Sql, eventId: number | string, turnsAt: number | null): Promise<void> {
  await (turnsAt === null ? sql.query(endTurns, [eventId]) : sql.query(setTurn, [eventId, turnsAt]))
}

/** How many lowest prices are others now, and when the next one will be (Unix milliseconds; null: none is known). */
export type TurnedPrices = { turned: number; nextAt: number | null }

/**
 * Writes down the lowest price of every event where a phase has begun or ended since the last look, with a fact for
 * whoever shows it. Any number of processes may look: who comes second finds it written.
 */
export async function turnPrices(database: Database, o: { now: number; ids: Ids }): Promise<TurnedPrices> {
  const { rows } = await database.query<{ event_id: number; turns_at: number }>(findNext, [TURNS_MAX])
  const due = rows.filter(({ turns_at }) => turns_at <= o.now)
  let turned = 0
  const failures: unknown[] = []
  for (const { event_id } of due) {
    try {
      if (await database.transaction((sql) => turnPrice(sql, event_id, o))) turned += 1
    } catch (error) {
      // It stands in nobody's way and is tried again at the next look.
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  // What was due may turn again soon, or more may be due than were read.
  if (due.length > 0) return { turned, nextAt: o.now }
  return { turned, nextAt: rows[0]?.turns_at ?? null }
}

// The event's row first, as whoever changes the event locks it: the other waits, and then reads what was written.
async function turnPrice(
  sql: Sql,
  eventId: number,
  { now, ids }: { now: number; ids: Ids },
): Promise<boolean> {
  await sql.query(lockEvent, [eventId])
  const event = await readHouseEvent(sql, { eventId: String(eventId) })
  const shown = event?.sale ? lowestPriceShown(event.sale, now) : null
  await writeTurn(sql, eventId, shown?.until ?? null)
  if (!event || !shown || shown.from === event.priceFrom) return false
  await sql.query(setPrice, [eventId, shown.from])
  const fact = { event_id: eventId, revision: event.revision, fact_id: ids.uuid(), imported: false }
  await sql.query(insertFacts, [JSON.stringify([fact]), now])
  return true
}

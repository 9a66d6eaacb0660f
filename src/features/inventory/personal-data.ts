import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId, EventId } from '../../shared/ids.ts'

// Asked rarely, and only at the events that the buyer is known to have been at: no index on the hot tables for it.
const EXPORT = statement(
  'inventory.export_buyer',
  `select $1::text as event_id,
          (select jsonb_agg(to_jsonb(h) - '{event_id,buyer}'::text[] order by h.hold_id)
             from holds h where h.event_id = $1::bigint and h.buyer = $2) as holds,
          (select jsonb_agg(to_jsonb(t) - '{event_id,buyer}'::text[] order by t.serial)
             from tickets t where t.event_id = $1::bigint and t.buyer = $2) as tickets,
          (select jsonb_agg(to_jsonb(s) - 'event_id' order by s.scanned_at)
             from ticket_scans s join tickets t using (event_id, ticket_id)
            where s.event_id = $1::bigint and t.buyer = $2) as scans,
          (select jsonb_agg(to_jsonb(q) - '{event_id,buyer}'::text[] order by q.number)
             from queue_entries q where q.event_id = $1::bigint and q.buyer = $2) as queue_places`,
)

/** All that the ledgers' tables store about the buyer, an event each. */
export async function exportHoldings(
  sql: Sql,
  buyer: BuyerId,
  eventIds: readonly EventId[],
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = []
  for (const eventId of eventIds) found.push(...(await sql.query(EXPORT, [eventId, buyer])).rows)
  return found
}

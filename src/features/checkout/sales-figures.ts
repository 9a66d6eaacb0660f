import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { EventId } from '../../shared/ids.ts'

/** What an event sold so far; amounts in minor units, fees and taxes included. */
export type SalesFigures = {
  /** Confirmed, also where all of it was given back since. */
  orders: number
  /** Valid ones. */
  tickets: number
  charged: number
  refunded: number
}

const SALES = statement(
  'checkout.sales',
  `select o.event_id as "eventId", count(*) as orders, coalesce(sum(l.tickets), 0)::int8 as tickets,
          sum(o.total)::int8 as charged, sum(o.refunded)::int8 as refunded
     from orders o
     left join lateral (
       select count(*) as tickets from order_lines
        where order_id = o.order_id and kind = 'ticket' and state = 'valid') l on true
    where o.event_id = any($1::bigint[]) and o.status in ('CONFIRMED', 'CANCELLED')
    group by o.event_id`,
)

/** Events without an order are missing. */
export async function salesOf(
  sql: Sql,
  eventIds: readonly EventId[],
): Promise<ReadonlyMap<EventId, SalesFigures>> {
  const { rows } = await sql.query<SalesFigures & { eventId: number }>(SALES, [eventIds])
  return new Map(rows.map(({ eventId, ...figures }) => [String(eventId), figures]))
}

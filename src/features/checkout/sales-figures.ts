import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
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

/** By event; those without an order are missing. */
export type Sales = (eventIds: readonly EventId[]) => Promise<ReadonlyMap<EventId, SalesFigures>>

/**
 * Figures of an event are kept the longer the more orders have to be read for them: 10 seconds for 50,000, so that they
 * cost a house that looks all day some hundredths of a core. Small events are always read.
 */
const FRESH_ORDERS_PER_MS = 5
const FRESH_ORDERS_MIN = 1_000
const FRESH_MS_MAX = 60_000
const REMEMBERED_MAX = 5_000

// Each table once: a look into the lines of every order reads forty times as much (of 20,000 orders 3,155 pages, not
// 121,000).
const SALES = statement(
  'checkout.sales',
  `select o.event_id as "eventId", o.orders, coalesce(l.tickets, 0)::int8 as tickets, o.charged, o.refunded
     from (select event_id, count(*) as orders, sum(total)::int8 as charged, sum(refunded)::int8 as refunded
             from orders
            where event_id = any($1::bigint[]) and status in ('CONFIRMED', 'CANCELLED')
            group by event_id) o
     left join (select event_id, count(*) as tickets from order_lines
                 where event_id = any($1::bigint[]) and kind = 'ticket' and state = 'valid'
                 group by event_id) l on l.event_id = o.event_id`,
)

export function createSales({ database, clock }: { database: Sql; clock: Clock }): Sales {
  const remembered = new LRUCache<EventId, SalesFigures>({
    max: REMEMBERED_MAX,
    perf: { now: () => clock.monotonic() },
    ttlResolution: 0,
  })
  return async (eventIds) => {
    const known = eventIds.flatMap((eventId) => {
      const figures = remembered.get(eventId)
      return figures ? [[eventId, figures] as const] : []
    })
    const found = new Map<EventId, SalesFigures>(known)
    const missing = eventIds.filter((eventId) => !found.has(eventId))
    if (missing.length === 0) return found
    const { rows } = await database.query<SalesFigures & { eventId: number }>(SALES, [missing])
    for (const { eventId, ...figures } of rows) {
      found.set(String(eventId), figures)
      if (figures.orders < FRESH_ORDERS_MIN) continue
      const ttl = Math.min(FRESH_MS_MAX, Math.round(figures.orders / FRESH_ORDERS_PER_MS))
      remembered.set(String(eventId), figures, { ttl })
    }
    return found
  }
}

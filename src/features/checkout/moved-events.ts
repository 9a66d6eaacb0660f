import type { Consumer } from '../../platform/outbox/outbox.ts'
import { statement } from '../../platform/postgres/database.ts'
import type { CheckoutDeps } from './types.ts'

/** Buyers told in one statement. */
const BUYERS_PER_PAGE_MAX = 500

// What they know and what is told change together: whoever comes second finds nobody left to tell. A fact is named
// after what it says to whom, and the order that it speaks of first.
const TELL = statement(
  'checkout.moved_event_tell',
  `with buyers as (
     select o.buyer, array_agg(o.order_id order by o.order_id) as orders,
            min(coalesce(o.told_starts_at, o.starts_at)) as was, bool_or(coalesce(o.told_postponed, false)) as postponed
       from orders o
      where o.event_id = $1 and o.status = 'CONFIRMED' and o.starts_at is not null
        and (coalesce(o.told_starts_at, o.starts_at) <> $2 or coalesce(o.told_postponed, false) <> $3)
      group by o.buyer order by o.buyer limit ${BUYERS_PER_PAGE_MAX}),
   named as (
     select b.*, left(encode(sha256(convert_to($1::bigint::text || '/moved/' || $4::int::text || '/' || b.orders[1]::text,
                                               'UTF8')), 'hex'), 32)::uuid as fact_id
       from buyers b),
   told as (
     update orders o set told_starts_at = $2, told_postponed = $3 from named n where o.order_id = any(n.orders)),
   facts as (
     insert into money_outbox (fact_id, event_id, kind, key, body, at)
     select n.fact_id, $1::bigint, 'booking.event_moved', n.orders[1]::text,
            jsonb_build_object('order_id', n.orders[1], 'event_id', $1::bigint::text, 'order_ids', n.orders,
                               'was', to_char(n.was at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), $5
       from named n on conflict (fact_id) do nothing)
   select count(*)::int as count from named`,
)

/**
 * Tells everybody who has tickets when their event is postponed or gets another date; read from `catalog_outbox`. It
 * compares with what each order was told last, so that a change is told once, however often its fact comes.
 */
export function createMovedEventConsumer(
  deps: Pick<CheckoutDeps, 'database' | 'catalog' | 'clock' | 'onFact'>,
): Consumer {
  const { database, catalog, clock } = deps
  return {
    name: 'moved-events',
    kinds: ['event.changed'],
    async handle({ key: eventId }) {
      const event = await catalog.event(eventId)
      // What is cancelled says so itself, with the money that comes back.
      if (!event || (event.status !== 'published' && event.status !== 'postponed')) return
      const { startsAt, status, revision } = event
      for (let told = BUYERS_PER_PAGE_MAX; told === BUYERS_PER_PAGE_MAX;) {
        const now = new Date(clock.now())
        const values = [eventId, new Date(startsAt), status === 'postponed', revision, now]
        told = (await database.query<{ count: number }>(TELL, values)).rows[0]!.count
        if (told > 0) deps.onFact?.()
      }
    },
  }
}

import type { Consumer } from '../../platform/outbox/outbox.ts'
import { statement } from '../../platform/postgres/database.ts'
import { isRefusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import type { CheckoutDeps } from './types.ts'

// Whoever comes second finds the lines at that version or a later one, changes nothing and tells nobody. The price and
// its category stay: they are what was paid for.
const FOLLOW = statement(
  'checkout.moved_tickets_follow',
  `with moved as (
     update order_lines l
        set seat_no = x.seat_no, seat_id = x.seat_id, section = x.section, row_label = x.row_label,
            seat_label = x.seat_label, state_version = x.version
       from unnest($2::uuid[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[])
              as x(ticket_id, version, seat_no, seat_id, section, row_label, seat_label),
            order_lines was
      where l.ticket_id = x.ticket_id and was.ticket_id = x.ticket_id and coalesce(l.state_version, 0) < x.version
  returning l.order_id, l.line_no, l.ticket_id, x.version, was.section, was.row_label, was.seat_label),
   orders as (
     select order_id, max(version) as version,
            jsonb_agg(jsonb_build_object('ticket_id', ticket_id, 'section', section, 'row', row_label,
                                         'seat', seat_label) order by line_no) as before
       from moved group by order_id),
   facts as (
     insert into money_outbox (fact_id, event_id, kind, key, body, at)
     select left(encode(sha256(convert_to($1::bigint::text || '/tickets-moved/' || version::text || '/' || order_id::text,
                                          'UTF8')), 'hex'), 32)::uuid,
            $1::bigint, 'booking.tickets_moved', order_id::text,
            jsonb_build_object('order_id', order_id, 'event_id', $1::bigint::text, 'before', before), $9
       from orders on conflict (fact_id) do nothing)
   select count(*)::int as count from orders`,
)

/**
 * Makes orders follow tickets of an event that the house has moved, and tells their buyers. It looks where the ledger
 * has the tickets now, so it may be called again and in any order.
 */
export type FollowMovedTickets = (eventId: EventId, ticketIds: readonly string[]) => Promise<void>

export function createFollowMovedTickets(
  deps: Pick<CheckoutDeps, 'database' | 'catalog' | 'clock' | 'onFact'> & {
    inventory: Pick<CheckoutDeps['inventory'], 'availability' | 'findTickets'>
  },
): FollowMovedTickets {
  const { database, catalog, inventory, clock } = deps
  return async (eventId, ticketIds) => {
    const tickets = await inventory.findTickets(eventId, ticketIds)
    // By the ledger's layout at that version: what the catalog remembers of the event may lack its newest seats.
    const version = Math.max(0, ...tickets.map(({ stateVersion }) => stateVersion))
    const view = await inventory.availability(eventId, version)
    if (isRefusal(view)) throw new Error(`event ${eventId}: ${view.detail}`)
    const layout = await catalog.layout(view.layoutHash)
    if (!layout) throw new Error(`event ${eventId}: tickets were moved, and its layout is not known`)
    const seats = tickets.map(({ seat }) => layout.seats[seat!]!)
    const { rows } = await database.query<{ count: number }>(FOLLOW, [
      eventId,
      tickets.map(({ ticketId }) => ticketId),
      tickets.map(({ stateVersion }) => stateVersion),
      tickets.map(({ seat }) => seat),
      seats.map((seat) => seat.seat_id),
      seats.map((seat) => layout.sections[seat.section]!.name),
      seats.map((seat) => seat.row),
      seats.map((seat) => seat.number),
      new Date(clock.now()),
    ])
    if (rows[0]!.count > 0) deps.onFact?.()
  }
}

/** Reads `inventory_outbox`: whoever moved the tickets may have stopped before their orders followed. */
export function createMovedTicketsConsumer(follow: FollowMovedTickets): Consumer {
  return {
    name: 'moved-tickets',
    kinds: ['tickets.moved'],
    async handle({ eventId, body }) {
      const { tickets } = body as { tickets: { ticket_id: string }[] }
      await follow(
        String(eventId),
        tickets.map(({ ticket_id: ticketId }) => ticketId),
      )
    },
  }
}

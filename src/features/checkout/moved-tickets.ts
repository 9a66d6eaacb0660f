import type { Consumer } from '../../platform/outbox/outbox.ts'
import { statement } from '../../platform/postgres/database.ts'
import type { EventId } from '../../shared/ids.ts'
import type { CheckoutDeps } from './types.ts'

// Whoever comes second finds the lines at that version or a later one, changes nothing and tells nobody. The price and
// its category stay: they are what was paid for.
const FOLLOW = statement(
  'checkout.moved_tickets_follow',
  `with moved as (
     update order_lines l
        set seat_no = x.seat_no, seat_id = x.seat_id, section = x.section, row_label = x.row_label,
            seat_label = x.seat_label, state_version = $2
       from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[])
              as x(ticket_id, seat_no, seat_id, section, row_label, seat_label),
            order_lines was
      where l.ticket_id = x.ticket_id and was.ticket_id = x.ticket_id and coalesce(l.state_version, 0) < $2
  returning l.order_id, l.line_no, l.ticket_id, was.section, was.row_label, was.seat_label),
   orders as (
     select order_id, jsonb_agg(jsonb_build_object('ticket_id', ticket_id, 'section', section, 'row', row_label,
                                                   'seat', seat_label) order by line_no) as before
       from moved group by order_id),
   facts as (
     insert into money_outbox (fact_id, event_id, kind, key, body, at)
     select left(encode(sha256(convert_to($1::bigint::text || '/tickets-moved/' || $2::bigint::text || '/' || order_id::text,
                                          'UTF8')), 'hex'), 32)::uuid,
            $1::bigint, 'booking.tickets_moved', order_id::text,
            jsonb_build_object('order_id', order_id, 'event_id', $1::bigint::text, 'before', before), $9
       from orders on conflict (fact_id) do nothing)
   select count(*)::int as count from orders`,
)

/** What the ledger moved at `version` of an event; seats by their index in the layout. */
export type TicketsMoved = {
  eventId: EventId
  version: number
  tickets: readonly { ticketId: string; to: number }[]
}

/** Makes orders follow tickets that the house has moved, and tells their buyers. Idempotent. */
export type FollowMovedTickets = (moved: TicketsMoved) => Promise<void>

export function createFollowMovedTickets(
  deps: Pick<CheckoutDeps, 'database' | 'catalog' | 'clock' | 'onFact'>,
): FollowMovedTickets {
  const { database, catalog, clock } = deps
  return async ({ eventId, version, tickets }) => {
    const event = await catalog.event(eventId)
    const layout = event?.layoutHash ? await catalog.layout(event.layoutHash) : null
    if (!layout) throw new Error(`event ${eventId}: tickets were moved, and its layout is not known`)
    const seats = tickets.map(({ to }) => layout.seats[to]!)
    const { rows } = await database.query<{ count: number }>(FOLLOW, [
      eventId,
      version,
      tickets.map(({ ticketId }) => ticketId),
      tickets.map(({ to }) => to),
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
    async handle({ eventId, version, body }) {
      const { tickets } = body as { tickets: { ticket_id: string; to: number }[] }
      await follow({
        eventId: String(eventId),
        version,
        tickets: tickets.map(({ ticket_id: ticketId, to }) => ({ ticketId, to })),
      })
    },
  }
}

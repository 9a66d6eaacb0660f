import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { TicketView } from '../inventory/index.ts'
import type { Advance } from './payment-store.ts'

// The last step of a booking in one round trip: the payment is settled, the order confirmed, its tickets valid, and
// other systems are told; or, for whoever lost the lease, nothing of it. A ticket that the house has just moved has the
// higher version already.
const CONFIRM = statement(
  'checkout.payment_confirmed',
  `with moved as (
     update payments
        set state = 'confirmed', money = $4, booked = true, failure = null, next_action = null, token = null,
            tries = 0, next_at = null, lease = null, leased_until = null, return_url = null, settled_at = $5
      where payment_id = $1 and lease = $2 and state = $3
  returning payment_id, order_id),
   step as (
     insert into payment_steps (payment_id, at, from_state, event, to_state)
     select payment_id, $5, $3, $6, 'confirmed' from moved),
   confirmed as (
     update orders o set status = 'CONFIRMED', settled_at = $5, failure = null
       from moved where o.order_id = moved.order_id and o.status = 'PENDING'),
   lines as (
     update order_lines l set state = 'valid', serial = x.serial,
            state_version = greatest(l.state_version, x.version)
       from moved, (select * from unnest($7::uuid[], $8::int[], $9::bigint[])
                    union all select null, null, null) as x(ticket_id, serial, version)
      where l.order_id = moved.order_id and l.ticket_id is not distinct from x.ticket_id and l.state = 'pending')
   insert into money_outbox (fact_id, event_id, kind, key, body, at)
   select $10, $11, 'booking.confirmed', order_id, $12, $5 from moved`,
)

/** False: the lease was lost or somebody else has moved it. */
export async function confirmBooking(
  sql: Sql,
  { payment, lease, event, after, tickets, factId }: Advance & { tickets: TicketView[]; factId: string },
): Promise<boolean> {
  const { orderId, eventId, holdId, ticketIds } = payment
  const { rowCount } = await sql.query(CONFIRM, [
    payment.paymentId,
    lease.id,
    payment.state,
    after.money,
    lease.now,
    event,
    tickets.map((ticket) => ticket.ticketId),
    tickets.map((ticket) => ticket.serial),
    tickets.map((ticket) => ticket.stateVersion),
    factId,
    eventId,
    JSON.stringify({ order_id: orderId, event_id: eventId, hold_id: holdId, ticket_ids: ticketIds }),
  ])
  return rowCount === 1
}

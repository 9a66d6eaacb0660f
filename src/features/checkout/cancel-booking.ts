import { statement, type Sql } from '../../platform/postgres/database.ts'
import { assert } from '../../shared/assert.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { splitEventScopedId } from '../../shared/ids.ts'
import { refundOfCancelledEvent } from './cancel-event.ts'
import { hash128, requestHash } from './keys.ts'
import { findKey, findOrder, lockOrder, noteAnswer, takeKey, type KeyScope } from './order-store.ts'
import { versionOf } from './present.ts'
import type { RefundDriver } from './refunds.ts'
import type { BookingAnswer, CancelRequest, Context, Order, OrderLine } from './types.ts'

const REFUND_INSERT = statement(
  'checkout.refund_insert',
  `insert into refunds (refund_id, order_id, payment_id, amount, currency, state, hold_id, next_at, created_at)
   select $1, o.order_id, p.payment_id, $3, o.currency, 'voiding', o.hold_id, $5, $4
     from orders o join payments p on p.order_id = o.order_id and p.no = 1
    where o.order_id = $2`,
)

const REFUND_LINES_INSERT = statement(
  'checkout.refund_lines_insert',
  `insert into refund_lines (refund_id, order_id, line_no, amount)
   select $1, $2, x.line_no, x.amount from unnest($3::int[], $4::bigint[]) as x(line_no, amount)`,
)

const LINES_TAKEN = statement(
  'checkout.refund_lines_of_order',
  `select line_no as "lineNo", refund_id as "refundId" from refund_lines where order_id = $1`,
)

/**
 * Gives some or all tickets of an order back: they are void at once, the money goes back, then the seats are for
 * sale again. Asking for what is given back already answers how that stands.
 */
export async function cancelBooking(
  ctx: Context,
  driver: RefundDriver,
  request: CancelRequest,
): Promise<BookingAnswer | Refusal> {
  const { buyer, orderId, key, ticketIds } = request
  const order = await findOrder(ctx.database, orderId)
  if (!order || order.buyer !== buyer) return refuse('not_found', 'There is no such booking.')
  const asked = requestHash({ orderId, ticketIds: ticketIds?.toSorted() })
  // The event is part of the scope; a key without the order would let one key cancel two orders of an event.
  const scope: KeyScope | null =
    key === undefined ? null : { buyer, route: 'cancel', eventId: order.eventId, keyHash: hash128(key) }
  const known = scope && (await findKey(ctx.database, scope))
  if (known) {
    if (known.requestHash === asked) return answer(ctx, driver, orderId, known.refundId)
    return refuse('idempotency_mismatch', 'The key was used with another request. Take a new one.')
  }
  // The house gives everything back, whatever the buyer asks for and until when that may be asked.
  const cancelled =
    order.status === 'CONFIRMED' ? await refundOfCancelledEvent(ctx, order.eventId, orderId) : null
  if (cancelled) return answer(ctx, driver, orderId, cancelled.refundId)
  const refused = await mayNotBeCancelled(ctx, order)
  if (refused) return refused
  const begun = await begin(ctx, order, request, scope, asked)
  if (isRefusal(begun)) return begun
  await ctx.probe('refund:recorded')
  const result = await answer(ctx, driver, orderId, begun)
  if (scope && !isRefusal(result) && result.status === 200) await noteAnswer(ctx.database, scope, 200)
  return result
}

async function mayNotBeCancelled(ctx: Context, order: Order): Promise<Refusal | null> {
  const version = versionOf(order)
  switch (order.status) {
    case 'PENDING':
      return refuse('booking_in_progress', 'The booking is still being paid.', {
        extra: { booking_id: order.orderId },
      })
    case 'FAILED':
      return refuse('conflict', 'The booking failed; there is nothing to cancel.')
    case 'CANCELLED':
      return null
    case 'CONFIRMED': {
      const event = await ctx.catalog.event(order.eventId)
      const until = event?.refundUntil ?? null
      return until !== null && ctx.clock.now() <= until
        ? null
        : refuse('refund_closed', 'The event takes no tickets back any more.', {
            extra: {
              refund_until: until === null ? null : new Date(until).toISOString(),
              ...(version !== null && { version }),
            },
          })
    }
  }
}

/** Writes the refund down; its id, or null where all that was asked for is given back already. */
async function begin(
  ctx: Context,
  order: Order,
  request: CancelRequest,
  scope: KeyScope | null,
  asked: string,
): Promise<string | null | Refusal> {
  const { orderId } = order
  const refundId = ctx.ids.uuid()
  const now = new Date(ctx.clock.now())
  // This process drives it at once; the recovery loop only if that did not happen.
  const later = new Date(now.getTime() + ctx.times.leaseMs)
  return ctx.database.transaction(async (sql) => {
    await lockOrder(sql, orderId)
    const taken = await linesTaken(sql, orderId)
    const wanted = choose(order, request.ticketIds, taken)
    if (isRefusal(wanted)) return wanted
    // Nothing changes, so nothing is remembered.
    if (wanted.length === 0) return null
    const keyed = !scope || (await takeKey(sql, { ...scope, requestHash: asked, orderId, refundId, now }))
    // The same key came twice at once: the lock let the other one in first.
    if (!keyed) return (await findKey(sql, scope!))?.refundId ?? null
    const amount = wanted.reduce((sum, line) => sum + line.refundable, 0)
    const { rowCount } = await sql.query(REFUND_INSERT, [refundId, orderId, amount, now, later])
    assert(rowCount === 1, 'a refund belongs to a payment')
    await sql.query(REFUND_LINES_INSERT, [
      refundId,
      orderId,
      wanted.map((line) => line.lineNo),
      wanted.map((line) => line.refundable),
    ])
    return refundId
  })
}

async function linesTaken(sql: Sql, orderId: string): Promise<Set<number>> {
  const { rows } = await sql.query<{ lineNo: number }>(LINES_TAKEN, [orderId])
  return new Set(rows.map((row) => row.lineNo))
}

/** The lines to give back; the order's fee goes with its last ticket. */
function choose(
  order: Order,
  ticketIds: string[] | undefined,
  taken: ReadonlySet<number>,
): OrderLine[] | Refusal {
  const tickets = order.lines.filter((line) => line.kind === 'ticket')
  const asked = ticketIds?.map((id) => {
    const parts = splitEventScopedId(id)
    return tickets.find((line) => line.ticketId === parts?.uuid && parts?.eventId === order.eventId)
  })
  if (asked?.includes(undefined)) return refuse('not_found', 'The booking has no such ticket.')
  const free = (line: OrderLine): boolean => !taken.has(line.lineNo)
  const wanted = new Set((asked as OrderLine[] | undefined) ?? tickets)
  const lines = tickets.filter((line) => wanted.has(line) && free(line))
  const isLast = tickets.every((line) => !free(line) || wanted.has(line))
  if (lines.length > 0 && isLast)
    lines.push(...order.lines.filter((line) => line.kind === 'fee' && free(line)))
  return lines
}

async function answer(
  ctx: Context,
  driver: RefundDriver,
  orderId: string,
  refundId: string | null,
): Promise<BookingAnswer | Refusal> {
  if (refundId) await driver.resume(refundId)
  const order = await findOrder(ctx.database, orderId)
  if (!order) return refuse('not_found', 'There is no such booking.')
  const open = order.refunds.some(
    (refund) => (refundId === null || refund.refundId === refundId) && refund.state !== 'settled',
  )
  return { status: open ? 202 : 200, order }
}

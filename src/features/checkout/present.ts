import { joinEventScopedId } from '../../shared/ids.ts'
import type { Money } from '../../shared/money.ts'
import type { BookingBody } from '../../shared/schemas/bookings.ts'
import type { Context, Order, OrderLine } from './types.ts'

type PresentDeps = Pick<Context, 'ticketCode'>

/** An order as clients see it. `asOf: 'confirmed'`: as it was answered when it was confirmed. */
export async function presentBooking(
  deps: PresentDeps,
  present: Order,
  asOf?: 'confirmed',
): Promise<BookingBody> {
  const order = asOf === 'confirmed' ? asConfirmed(present) : present
  const { currency, eventId } = order
  const money = (amount: number): Money => ({ amount, currency })
  const tickets = order.lines.filter((line) => line.kind === 'ticket')
  const orderFees = order.lines.filter((line) => line.kind === 'fee')
  const sum = (lines: readonly OrderLine[], of: (line: OrderLine) => number): Money =>
    money(lines.reduce((total, line) => total + of(line), 0))
  return {
    booking_id: order.orderId,
    status: order.status,
    event_id: eventId,
    event_name: order.eventName,
    starts_at: time(order.startsAt),
    reservation_id: joinEventScopedId(eventId, order.reservationId),
    seats: tickets.filter((line) => line.areaNo === null).map((line) => place(line, currency)),
    areas: areasOf(tickets, currency),
    total: money(order.total),
    breakdown: {
      tickets: sum(tickets, (line) => line.amount - line.fee),
      ticket_fees: sum(tickets, (line) => line.fee),
      order_fee: sum(orderFees, (line) => line.amount),
      order_fee_refundable: sum(orderFees, (line) => line.refundable),
      tax_included: sum(order.lines, (line) => line.tax),
    },
    tickets:
      order.status === 'FAILED' ? [] : await Promise.all(tickets.map((line) => ticket(deps, order, line))),
    payment: { provider: order.payment.provider, status: paymentStatus(order) },
    refunded: { status: refundStatus(order), ...money(order.refunded) },
    failure: order.failure ? { code: order.failure, decline_code: order.declineCode } : null,
    next_action: order.status === 'PENDING' ? order.payment.nextAction : null,
    version: versionOf(order),
    livemode: order.livemode,
    created_at: order.createdAt.toISOString(),
    settled_at: time(order.settledAt),
    cancelled_at: time(order.cancelledAt),
  }
}

/** The event's version at which the tickets became what they are; null while there are none. */
export function versionOf({ lines }: Order): number | null {
  return lines.reduce<number | null>(
    (latest, { stateVersion }) =>
      stateVersion === null || (latest !== null && latest >= stateVersion) ? latest : stateVersion,
    null,
  )
}

function asConfirmed(order: Order): Order {
  return {
    ...order,
    status: 'CONFIRMED',
    refunded: 0,
    refunds: [],
    cancelledAt: null,
    lines: order.lines.map((line) => ({ ...line, state: 'valid' })),
  }
}

async function ticket(
  deps: PresentDeps,
  order: Order,
  line: OrderLine,
): Promise<BookingBody['tickets'][number]> {
  const { eventId, livemode } = order
  const { ticketId, serial, stateVersion, state } = line
  const isValid = state === 'valid' && ticketId !== null && serial !== null && stateVersion !== null
  return {
    ticket_id: joinEventScopedId(eventId, ticketId ?? ''),
    status: state,
    code: isValid
      ? await deps.ticketCode({ eventId, ticketId, serial, stateVersion, place: placeOf(line), livemode })
      : null,
    serial,
    ...place(line, order.currency),
    refundable: { amount: line.refundable, currency: order.currency },
  }
}

function placeOf(line: OrderLine): Parameters<Context['ticketCode']>[0]['place'] {
  if (line.seatNo !== null) return { kind: 'seat', no: line.seatNo }
  return line.areaNo === null ? null : { kind: 'area', no: line.areaNo }
}

function place(line: OrderLine, currency: string): BookingBody['seats'][number] {
  return {
    seat_id: line.seatId,
    area_id: line.areaId,
    section: line.section,
    row: line.row,
    number: line.seat,
    category: line.category,
    price_type: line.priceTypeId,
    price: { amount: line.amount, currency },
  }
}

/** Places of one area at one price, counted together. */
function areasOf(tickets: readonly OrderLine[], currency: string): BookingBody['areas'] {
  const areas = new Map<string, BookingBody['areas'][number]>()
  for (const line of tickets) {
    if (line.areaNo === null) continue
    const key = `${line.areaNo}/${line.priceTypeId}/${line.amount}`
    const before = areas.get(key)
    if (before) before.quantity += 1
    else areas.set(key, { ...place(line, currency), quantity: 1 })
  }
  return [...areas.values()]
}

function paymentStatus(order: Order): BookingBody['payment']['status'] {
  const { money, provider } = order.payment
  if (provider === null) return order.status === 'PENDING' ? 'pending' : 'none'
  if (order.failure === 'card_declined') return 'declined'
  // Everything that comes back has come back; how much that is stands in `refunded`.
  if (order.status === 'CANCELLED' && order.refunds.every((refund) => refund.state === 'settled'))
    return 'refunded'
  return money === 'unknown' || (money === 'none' && order.status === 'PENDING') ? 'pending' : money
}

function refundStatus(order: Order): BookingBody['refunded']['status'] {
  if (order.refunds.some((refund) => refund.state !== 'settled')) return 'pending'
  if (order.refunded === 0) return 'none'
  return order.refunded < order.total ? 'partial' : 'full'
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null
}

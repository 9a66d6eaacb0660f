import { joinEventScopedId } from '../../shared/ids.ts'
import type { Money } from '../../shared/money.ts'
import { labelsOf, type Hall } from './hall.ts'
import type { HoldState, HoldView } from './types.ts'

// `ended` is a booking whose tickets were all cancelled: its seats are for sale again.
const STATUS: Record<HoldState, string> = {
  held: 'HELD',
  paying: 'PAYING',
  booked: 'BOOKED',
  released: 'RELEASED',
  expired: 'EXPIRED',
  ended: 'RELEASED',
}

/** A hold as the contract shows it. */
export function presentReservation(hold: HoldView, hall: Hall): Record<string, unknown> {
  const { layout } = hall
  const { currency } = hold
  const money = (amount: number): Money => ({ amount, currency })
  const seats: unknown[] = []
  const areas: unknown[] = []
  let fees = 0
  let tax = hold.orderFeeTax
  for (const line of hold.lines) {
    fees += line.fee * line.quantity
    tax += line.tax * line.quantity
    const shared = {
      category: layout.categories[line.category]?.name ?? '',
      price_type: line.priceTypeId,
      price: money(line.amount),
    }
    if (line.seat !== undefined) {
      seats.push({ seat_id: hall.seatIds.at(line.seat), ...labelsOf(hall, line.seat), ...shared })
    } else if (line.area !== undefined) {
      const area = layout.areas[line.area]!
      areas.push({ area_id: area.area_id, name: area.name, quantity: line.quantity, ...shared })
    }
  }
  return {
    reservation_id: joinEventScopedId(hold.eventId, hold.holdId),
    event_id: hold.eventId,
    status: STATUS[hold.state],
    expires_at: new Date(hold.expiresAt).toISOString(),
    seats,
    areas,
    total: money(hold.total),
    breakdown: {
      tickets: money(hold.total - fees - hold.orderFee),
      ticket_fees: money(fees),
      order_fee: money(hold.orderFee),
      tax_included: money(tax),
    },
    version: hold.version,
  }
}

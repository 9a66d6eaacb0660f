import { joinEventScopedId } from '../../shared/ids.ts'
import type { Money } from '../../shared/money.ts'
import { packStatuses } from './availability.ts'
import { labelsOf, type Hall } from './hall.ts'
import type { CodeView } from './opened-by-code.ts'
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

let isoText = ''
let isoOfMs = NaN

/** In ISO 8601. Holds of one entry mostly end at the same moment, which is put into words once. */
function isoOf(ms: number): string {
  if (ms !== isoOfMs) {
    isoOfMs = ms
    isoText = new Date(ms).toISOString()
  }
  return isoText
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
    const category = layout.categories[line.category]?.name ?? ''
    const price_type = line.priceTypeId
    const price = money(line.amount)
    // Written out, not spread: serializing a spread object takes twice as long.
    if (line.seat !== undefined) {
      const { section, row, number } = labelsOf(hall, line.seat)
      const seat_id = hall.seatIds.at(line.seat)
      seats.push({ seat_id, section, row, number, category, price_type, price })
    } else if (line.area !== undefined) {
      const { area_id, name } = layout.areas[line.area]!
      areas.push({ area_id, name, quantity: line.quantity, category, price_type, price })
    }
  }
  return {
    reservation_id: joinEventScopedId(hold.eventId, hold.holdId),
    event_id: hold.eventId,
    status: STATUS[hold.state],
    expires_at: isoOf(hold.expiresAt),
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

export function presentOpened(eventId: string, view: CodeView): Record<string, unknown> {
  const { opened, version, layoutHash, seats, areas, ticketsPerBuyer, prices } = view
  return {
    event_id: eventId,
    opens: opened.opens,
    phase: opened.opens === 'phase' ? opened.phase : null,
    is_open: opened.isOpen,
    version,
    layout: layoutHash,
    seats: Buffer.from(packStatuses(seats)).toString('base64'),
    areas,
    tickets_per_buyer: ticketsPerBuyer,
    ...(prices && {
      prices: prices.map(({ category, categoryName, priceTypeId, amount, fee, tax, currency }) => ({
        category: categoryName,
        category_index: category,
        price_type: priceTypeId,
        price: { amount, currency },
        fee_included: { amount: fee, currency },
        tax_included: { amount: tax, currency },
      })),
    }),
  }
}

import type { Layout } from '../../shared/layout.ts'
import type { CatalogEvent } from '../catalog/index.ts'
import type { HoldLine, HoldView } from '../inventory/index.ts'
import type { OrderLine } from './types.ts'

/** A line a ticket, in the order of the hold's lines (which is the order of its tickets), then the order's fee. */
export function orderLines(c: {
  hold: HoldView
  event: CatalogEvent
  layout: Layout | null
  /** One for every ticket. */
  newTicketId: () => string
}): OrderLine[] {
  const { hold, event, layout, newTicketId } = c
  const lines: OrderLine[] = []
  for (const line of hold.lines) {
    const words = describe(line, event, layout)
    const refundable = line.amount - keptFee(line, event)
    for (let i = 0; i < line.quantity; i++) {
      const ticketId = newTicketId()
      const { amount, fee, tax } = line
      lines.push({ ...BLANK, ...words, lineNo: lines.length, ticketId, amount, fee, tax, refundable })
    }
  }
  if (hold.orderFee > 0) {
    const rules = event.fees.filter((fee) => fee.per === 'order')
    lines.push({
      ...BLANK,
      kind: 'fee',
      lineNo: lines.length,
      amount: hold.orderFee,
      fee: hold.orderFee,
      tax: hold.orderFeeTax,
      refundable: hold.orderFee - share(hold.orderFee, rules, 0),
    })
  }
  return lines
}

const BLANK: OrderLine = {
  lineNo: 0,
  kind: 'ticket',
  ticketId: null,
  seatNo: null,
  areaNo: null,
  seatId: null,
  areaId: null,
  section: null,
  row: null,
  seat: null,
  category: null,
  priceTypeId: null,
  priceType: null,
  amount: 0,
  fee: 0,
  tax: 0,
  discount: 0,
  refundable: 0,
  state: 'pending',
  serial: null,
  stateVersion: null,
}

function describe(line: HoldLine, event: CatalogEvent, layout: Layout | null): Partial<OrderLine> {
  const seat = line.seat === undefined ? undefined : layout?.seats[line.seat]
  const area = line.area === undefined ? undefined : layout?.areas[line.area]
  return {
    seatNo: line.seat ?? null,
    areaNo: line.area ?? null,
    seatId: seat?.seat_id ?? null,
    areaId: area?.area_id ?? null,
    section: seat ? (layout?.sections[seat.section]?.name ?? null) : (area?.name ?? null),
    row: seat?.row ?? null,
    seat: seat?.number ?? null,
    category:
      layout?.categories[line.category]?.name ??
      event.categories.find((category) => category.index === line.category)?.name ??
      null,
    priceTypeId: line.priceTypeId,
    priceType: line.priceTypeName,
  }
}

/** The part of a ticket's fees that the house keeps when the ticket comes back. */
function keptFee(line: HoldLine, event: CatalogEvent): number {
  const rules = event.fees.filter((fee) => fee.per === 'ticket')
  return share(line.fee, rules, faceOf(line.amount - line.fee, event.taxes))
}

/** The price without the taxes that were added to it: what a fee in per cent was reckoned from. */
function faceOf(paid: number, taxes: CatalogEvent['taxes']): number {
  const ppm = (isIncluded: boolean): number =>
    taxes
      .filter(
        (tax) => tax.included === isIncluded && (tax.appliesTo === 'all' || tax.appliesTo === 'tickets'),
      )
      .reduce((sum, tax) => sum + tax.ratePpm, 0)
  return paid / (1 + ppm(false) / (1_000_000 + ppm(true)))
}

/** Of `fee`, the share of those rules that are not refundable; each counts by what it asks for a ticket of `face`. */
function share(fee: number, rules: readonly CatalogEvent['fees'][number][], face: number): number {
  const weight = (rule: CatalogEvent['fees'][number]): number =>
    rule.amount + (face * rule.ratePpm) / 1_000_000
  const all = rules.reduce((sum, rule) => sum + weight(rule), 0)
  const kept = rules.filter((rule) => !rule.refundable).reduce((sum, rule) => sum + weight(rule), 0)
  return all === 0 ? 0 : Math.min(fee, Math.round((fee * kept) / all))
}

import type { Layout } from '../../shared/layout.ts'
import type { CatalogEvent } from '../catalog/index.ts'
import type { Order, OrderLine, TicketCode } from '../checkout/index.ts'
import type { DeliveredTicket, Delivery, TicketingDeps } from './types.ts'
import { languageOf } from './words.ts'

export async function findDelivery(
  deps: Pick<TicketingDeps, 'checkout' | 'catalog'>,
  code: TicketCode,
  orderId: string,
): Promise<Delivery | null> {
  const order = await deps.checkout.order(orderId)
  const event = order && (await deps.catalog.event(order.eventId, languageOf(order.locale)))
  if (!order || !event) return null
  const layout = await layoutOf(deps, event)
  const valid = order.status === 'CONFIRMED' ? order.lines.filter(isValid) : []
  return {
    orderId,
    buyer: order.buyer,
    locale: order.locale,
    livemode: order.livemode,
    currency: order.currency,
    event,
    isPending: order.status === 'PENDING',
    tickets: await Promise.all(valid.map((line) => deliver(order, line, layout, code))),
  }
}

/** Where a ticket's line says one sits, in words. The door is the hall's at this moment. */
export function placeOf(
  line: Pick<OrderLine, 'seatNo' | 'section' | 'row' | 'seat' | 'priceType'>,
  layout: Layout | null,
): Pick<DeliveredTicket, 'door' | 'section' | 'row' | 'seat' | 'priceType'> {
  const { seatNo, section, row, seat, priceType } = line
  const sectionNo = seatNo === null ? undefined : layout?.seats[seatNo]?.section
  const door = sectionNo === undefined ? null : (layout?.sections[sectionNo]?.door ?? null)
  return { door, section, row, seat, priceType }
}

export async function layoutOf(
  deps: Pick<TicketingDeps, 'catalog'>,
  event: Pick<CatalogEvent, 'layoutHash'> | null,
): Promise<Layout | null> {
  return event?.layoutHash ? deps.catalog.layout(event.layoutHash) : null
}

type ValidLine = OrderLine & { ticketId: string; serial: number; stateVersion: number }

function isValid(line: OrderLine): line is ValidLine {
  const { kind, state, ticketId, serial, stateVersion } = line
  return (
    kind === 'ticket' && state === 'valid' && ticketId !== null && serial !== null && stateVersion !== null
  )
}

async function deliver(
  order: Order,
  line: ValidLine,
  layout: Layout | null,
  code: TicketCode,
): Promise<DeliveredTicket> {
  const { eventId, livemode } = order
  const { ticketId, serial, stateVersion, seatNo, areaNo, amount } = line
  const place =
    seatNo !== null
      ? ({ kind: 'seat', no: seatNo } as const)
      : areaNo !== null
        ? ({ kind: 'area', no: areaNo } as const)
        : null
  return {
    ticketId,
    serial,
    code: await code({ eventId, ticketId, serial, stateVersion, place, livemode }),
    amount,
    ...placeOf(line, layout),
  }
}

import { decodeTicketCode } from '../../shared/ticket-code.ts'
import { layoutOf, placeOf } from './delivery.ts'
import type { CheckedTicket, Ticketing, TicketingDeps } from './types.ts'

const NOWHERE = { seatNo: null, section: null, row: null, seat: null, priceType: null }

export async function checkTicket(deps: TicketingDeps, code: string): ReturnType<Ticketing['check']> {
  const decoded = decodeTicketCode(code)
  if (!decoded) return null
  const { ticket, signed, signature } = decoded
  if (!deps.signer.verify(ticket.keyId, signed, signature)) return null
  const { eventId, ticketId, stateVersion, livemode } = ticket
  const [now] = await deps.inventory.findTickets(eventId, [ticketId])
  if (!now) return null
  const [order, event] = await Promise.all([deps.checkout.order(now.orderId), deps.catalog.event(eventId)])
  const line = order?.lines.find((l) => l.ticketId === ticketId) ?? NOWHERE
  const isPresent = now.state === 'valid' && now.stateVersion === stateVersion
  const verdict: CheckedTicket['verdict'] = !isPresent ? 'void' : livemode ? 'valid' : 'test'
  return {
    buyer: now.buyer,
    organiserId: event?.organiserId ?? order?.organiserId ?? null,
    ticket: {
      eventId,
      eventName: event?.name ?? order?.eventName ?? '',
      ticketId,
      serial: now.serial,
      status: now.state,
      verdict,
      stateVersion: now.stateVersion,
      livemode,
      place: placeOf(line, await layoutOf(deps, event)),
    },
  }
}

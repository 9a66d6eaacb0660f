import { signTicket } from '../../shared/ticket-code.ts'
import type { Signer } from '../account/index.ts'
import type { TicketCode } from '../checkout/index.ts'
import { checkTicket } from './check-ticket.ts'
import { findDelivery } from './delivery.ts'
import { ticketCalendar } from './ticket-calendar.ts'
import { ticketPdf } from './ticket-pdf.ts'
import type { Ticketing, TicketingDeps } from './types.ts'
import { voidedList } from './voided-list.ts'

export { momentOf, moneyText, placeText } from './moments.ts'
export { seatText } from './ticket-calendar.ts'
export { ticketingRoutes } from './routes.ts'
export { walletRoutes, type Wallets } from './wallet-routes.ts'
export { languageOf, type Language } from './words.ts'
export { voidedList } from './voided-list.ts'
export type * from './types.ts'

/** The signed text of a ticket, for everybody who shows one: always the same for the same state of it. */
export function createTicketCode(signer: Pick<Signer, 'keyId' | 'sign'>): TicketCode {
  return (ticket) => signTicket(ticket, signer)
}

export function createTicketing(deps: TicketingDeps): Ticketing {
  const code = createTicketCode(deps.signer)
  return {
    delivery: (orderId) => findDelivery(deps, code, orderId),
    pdf: async (delivery) => {
      const contact = await deps.people.contact(delivery.buyer)
      return ticketPdf(delivery, contact?.name ?? '', new Date(deps.clock.now()))
    },
    calendar: (delivery) => ticketCalendar(delivery, deps.clock.now()),
    check: (text) => checkTicket(deps, text),
    voidedList: (eventId, since) => voidedList(deps, eventId, since),
  }
}

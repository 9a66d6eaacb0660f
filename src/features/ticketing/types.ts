import type { Clock } from '../../platform/clock.ts'
import type { Sql } from '../../platform/postgres/database.ts'
import type { BuyerId, EventId, OrderId } from '../../shared/ids.ts'
import type { People, Signer } from '../account/index.ts'
import type { Catalog, CatalogEvent } from '../catalog/index.ts'
import type { Checkout } from '../checkout/index.ts'
import type { Inventory } from '../inventory/index.ts'

/** What is delivered of an order: its valid tickets in words, and the event they are for. */
export type Delivery = {
  orderId: OrderId
  buyer: BuyerId
  locale: string
  livemode: boolean
  currency: string
  event: DeliveredEvent
  /** Not paid yet: there may be tickets soon. */
  isPending: boolean
  /** In the order of the booking; only those that admit somebody. */
  tickets: DeliveredTicket[]
}

export type DeliveredEvent = Pick<
  CatalogEvent,
  | 'eventId'
  | 'name'
  | 'revision'
  | 'status'
  | 'venue'
  | 'room'
  | 'startsAt'
  | 'startsAtPrecision'
  | 'startsOn'
  | 'doorsAt'
  | 'durationMinutes'
  | 'refundUntil'
>

export type DeliveredTicket = {
  ticketId: string
  serial: number
  code: string
  /** Null where the hall does not name one. */
  door: string | null
  section: string | null
  /** Both null for a place in an area. */
  row: string | null
  seat: string | null
  priceType: string | null
  /** Minor units, fees and taxes included. */
  amount: number
}

/** What a code is worth at this moment. */
export type CheckedTicket = {
  eventId: EventId
  eventName: string
  ticketId: string
  serial: number
  status: 'pending' | 'valid' | 'void' | 'replaced'
  /** `void`: the ticket is void, or a newer code of it is the one that counts. `test`: paid with sandbox money. */
  verdict: 'valid' | 'void' | 'test'
  stateVersion: number
  livemode: boolean
  place: Pick<DeliveredTicket, 'door' | 'section' | 'row' | 'seat' | 'priceType'>
}

export type TicketingDeps = {
  checkout: Pick<Checkout, 'order'>
  catalog: Pick<Catalog, 'event' | 'layout'>
  people: Pick<People, 'contact'>
  inventory: Pick<Inventory, 'findTickets'>
  /** Where inventory's tables are. */
  inventorySql: Sql
  signer: Signer
  clock: Clock
}

export interface Ticketing {
  /** Null: no such order, or its event is not there any more. Tickets that are not valid are left out. */
  delivery(orderId: OrderId): Promise<Delivery | null>
  /** One page a ticket, made anew every time: it names a person, and nothing that does is stored. */
  pdf(delivery: Delivery): Promise<Uint8Array>
  /** An iCalendar file; cancelled where the event is, or where no ticket is left. */
  calendar(delivery: Delivery): string
  /** Null: not one of our codes. `buyer` owns the ticket. */
  check(code: string): Promise<{ ticket: CheckedTicket; buyer: BuyerId; organiserId: string | null } | null>
  /** The signed list of tickets of the event that became void after `since` (docs/tickets.md); null: no such event. */
  voidedList(eventId: EventId, since: number): Promise<string | null>
}

import type { Clock, Ids, Random } from '../../platform/clock.ts'
import type { NextAction, PaymentProvider } from '../../platform/payment/provider.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Refusal } from '../../shared/errors.ts'
import type { BuyerId, EventId, OrderId } from '../../shared/ids.ts'
import type { People } from '../account/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { BookingState, Failure, MoneyState } from './booking.ts'

export type CheckoutTimes = {
  /** Milliseconds that a payment may take; until then the hold does not expire. */
  paymentMs: number
  /** Milliseconds after which even a silent provider cannot keep the seats. */
  paymentMsMax: number
  /** Milliseconds between two looks of the recovery loop. */
  recoveryMs: number
  /** Milliseconds that a worker which says nothing keeps a payment to itself. Longer than any one step. */
  leaseMs: number
  /** Milliseconds before the first repetition of a step that nobody answered; doubled every time. */
  retryMsMin: number
  retryMsMax: number
  /** Milliseconds between two looks at a cancelled event whose orders have not all ended. */
  cancellationMs: number
}

export const CHECKOUT_TIMES: CheckoutTimes = {
  paymentMs: 300_000,
  paymentMsMax: 600_000,
  recoveryMs: 1_000,
  leaseMs: 10_000,
  retryMsMin: 500,
  retryMsMax: 30_000,
  cancellationMs: 1_000,
}

export type TicketCode = (ticket: {
  eventId: EventId
  ticketId: string
  serial: number
  stateVersion: number
  /** Index of the seat or the area in the layout. */
  place: { kind: 'seat' | 'area'; no: number } | null
  livemode: boolean
}) => string | Promise<string>

export type CheckoutDeps = {
  database: Database
  inventory: Inventory
  catalog: Pick<Catalog, 'event' | 'layout' | 'markCancelled'>
  people: Pick<People, 'contact' | 'saveContact' | 'noteBuyerEvent'>
  /** By name; the first is used where a request names none. */
  providers: readonly PaymentProvider[]
  /** The signed text of a valid ticket's QR code. */
  ticketCode: TicketCode
  clock: Clock
  ids: Ids
  random: Random
  times?: Partial<CheckoutTimes>
  /** A fact was written: whoever reads the outbox in this process may look at once. */
  onFact?: () => void
  /** What an operator should see: no personal data in it. */
  onProblem?: (message: string, about: Record<string, unknown>) => void
  /** Called around every step, so that a test can stop the process between any two of them. */
  probe?: (point: string) => Promise<void> | void
}

/** The deps with every default filled in: what the files of this feature pass among themselves. */
export type Context = Required<Omit<CheckoutDeps, 'times'>> & { times: CheckoutTimes }

export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'

export type OrderLine = {
  lineNo: number
  kind: 'ticket' | 'fee'
  ticketId: string | null
  seatNo: number | null
  areaNo: number | null
  seatId: string | null
  areaId: string | null
  section: string | null
  row: string | null
  seat: string | null
  category: string | null
  priceTypeId: string | null
  priceType: string | null
  /** Minor units, fees and taxes included. */
  amount: number
  fee: number
  tax: number
  discount: number
  /** What comes back when the line is cancelled. */
  refundable: number
  state: 'pending' | 'valid' | 'void'
  serial: number | null
  stateVersion: number | null
}

export type Order = {
  orderId: OrderId
  buyer: BuyerId
  organiserId: string
  eventId: EventId
  reservationId: string
  holdId: string
  status: OrderStatus
  failure: Failure | null
  declineCode: string | null
  total: number
  currency: string
  refunded: number
  locale: string
  livemode: boolean
  eventName: string
  startsAt: Date | null
  createdAt: Date
  settledAt: Date | null
  cancelledAt: Date | null
  lines: OrderLine[]
  payment: {
    provider: string | null
    tender: string
    money: MoneyState
    state: BookingState
    nextAction: NextAction | null
  }
  refunds: { refundId: string; amount: number; state: string }[]
}

export type BookingRequest = {
  buyer: BuyerId
  reservationId: string
  paymentToken?: string
  paymentProvider?: string
  key?: string
  contact?: { name?: string; email?: string; locale?: string }
  returnUrl?: string
}

export type CancelRequest = { buyer: BuyerId; orderId: OrderId; ticketIds?: string[]; key?: string }

/** `asOf`: the answer that the key got when it acted, whatever happened to the order since. */
export type BookingAnswer = { status: 200 | 201 | 202; order: Order; asOf?: 'confirmed' }

export interface Checkout {
  book(request: BookingRequest): Promise<BookingAnswer | Refusal>
  cancel(request: CancelRequest): Promise<BookingAnswer | Refusal>
  find(orderId: OrderId, buyer: BuyerId): Promise<Order | null>
  /** Newest first. */
  list(c: {
    buyer: BuyerId
    limit: number
    cursor?: string
  }): Promise<{ orders: Order[]; nextCursor: string | null } | Refusal>
  /** The booking that a payment attempt belongs to: the ledger knows attempts only. */
  bookingOf(attempt: string): Promise<OrderId | null>
  /** For consumers of facts (tickets, mail): no buyer is checked. */
  order(orderId: OrderId): Promise<Order | null>
  /** What the house says to the buyers of an event that it has cancelled; null: nothing, or it has not. */
  cancellationMessage(eventId: EventId): Promise<string | null>
  /** Stores what a provider sent. */
  receiveWebhook(provider: string, body: string, headers: Headers): Promise<WebhookOutcome>
}

/** `forged`: the signature is not the provider's; `malformed`: it is, and the body is no event all the same. */
export type WebhookOutcome = 'stored' | 'unknown_provider' | 'forged' | 'malformed'

/** What the house asks for when an event will not take place. */
export type EventCancelRequest = {
  eventId: EventId
  /** For the record: why, in the operator's words. Buyers do not see it. */
  reason: string
  /** Who asked, as the log of operators names them. */
  by: string
  /** Said to every buyer in the mail, as it stands; null: the mail says only what happened and what comes back. */
  message?: string | null
}

/** How the cancellation of an event stands. Orders count once; amounts are in minor units. */
export type EventCancellation = {
  cancellationId: string
  eventId: EventId
  reason: string
  by: string
  message: string | null
  /**
   * `closing`: the ledger, then the catalog are being told. `refunding`: nothing can be bought any more, money goes back. `done`: every
   * order has ended, its money gone back or listed in `failures`.
   */
  state: 'closing' | 'refunding' | 'done'
  requestedAt: Date
  finishedAt: Date | null
  /** Orders that get something back, and those still being paid: these end in no charge or in a refund. */
  ordersTotal: number
  refunded: number
  /** A person has to look: they are in `failures`. */
  failed: number
  waiting: number
  amountTotal: number
  amountRefunded: number
  currency: string | null
  /** The first hundred. */
  failures: RefundFailure[]
}

export type RefundFailure = {
  refundId: string
  orderId: OrderId
  eventId: EventId
  amount: number
  currency: string
  /** What was being done: tickets made void, money given back, seats freed. */
  step: 'voiding' | 'refunding' | 'reopening'
  /** A stable word: the ledger's or the provider's. */
  reason: string
  provider: string | null
  since: Date
}

/** The house cancels a whole event: one durable job an event, finished by any worker, whatever dies meanwhile. */
export interface EventCancellations {
  /**
   * Writes the job down, tells the ledger, and leaves the refunds to the workers. Idempotent: an event is cancelled
   * once, and asking again answers how it stands. Refused only where the ledger refuses for good.
   */
  cancelEvent(request: EventCancelRequest): Promise<EventCancellation | Refusal>
  /** Null: nobody has cancelled the event. */
  cancellationOf(eventId: EventId): Promise<EventCancellation | null>
  /** What `cancelEvent` would give back at this moment. */
  refundsOfCancelling(eventId: EventId): Promise<RefundsOfCancelling>
}

export type RefundsOfCancelling = {
  /** One refund each. */
  orders: number
  tickets: number
  /** Minor units; fees included. */
  amount: number
  /** Null: there is nothing to give back. */
  currency: string | null
  /** Ended, and given back where they were paid already. */
  ordersInPayment: number
}

/** The loop that finishes what a crash, a silent provider or a lost answer left open. */
export interface Recovery {
  start(): void
  stop(): Promise<void>
  /** Everything that is due, once; how many steps of work it found. */
  runOnce(): Promise<number>
}

import type { Caller } from '../../platform/http/route.ts'
import type { Mail } from '../../platform/mail.ts'
import type { Refusal } from '../../shared/errors.ts'
import type { BuyerId, EventId, OrderId } from '../../shared/ids.ts'
import type { IssuedSession } from './types.ts'

/** An invoice in the words of the day it was made: what the law wants kept when its buyer is erased. */
export type Invoice = { orderId: OrderId; retainUntil: Date; body: Record<string, unknown> }

/** What the other sets hold of a buyer. The account asks them by id; it never reads their tables. */
export type OtherSets = {
  /** Events with something of the buyer's that is not written down elsewhere yet. */
  eventsInMemoryOf(buyer: BuyerId): EventId[]
  /** Holds and tickets of one event. Idempotent; a refusal means: try again later. */
  moveHoldings(c: {
    eventId: EventId
    from: BuyerId
    to: BuyerId
    contactHash: string
  }): Promise<Refusal | { version: number }>
  /** Everything else: orders, places in queues. Idempotent. */
  moveOrders(from: BuyerId, to: BuyerId): Promise<void>
  /** Of these buyers, those whose order was paid. */
  whoBought(buyers: readonly BuyerId[]): Promise<Set<BuyerId>>
  /** All that each set stores, by its name. */
  export(buyer: BuyerId, eventIds: readonly EventId[]): Promise<Record<string, unknown>>
  invoices(buyer: BuyerId): Promise<Invoice[]>
  /** What could still tell something about the person goes; orders stay, under an id that is nobody's. */
  forget(buyer: BuyerId): Promise<void>
  /** Mails that lie in the development folder: those about the buyer's orders, and those sent to these addresses. */
  deleteMails(buyer: BuyerId, isTheirs: (address: string) => boolean): Promise<void>
}

export type Profile = {
  userId: BuyerId
  kind: 'guest' | 'account'
  name: string | null
  email: string | null
  emailVerified: boolean
  phone: string | null
  locale: string | null
  passkeys: number
}

export type SignedIn = IssuedSession & {
  /** Things of the guest's that could not be moved at once; it goes on by itself. */
  moving: boolean
}

export interface Identity {
  /**
   * Sends a code, later: the answer comes before anything is looked up, so neither its content nor its time tells
   * whether there is an account.
   */
  requestCode(c: {
    email: string
    asker: Caller | null
    /** The language that was named: whoever signs in with the code is spoken to in it from then on. */
    locale: string | null
    /** The language of the browser: for this mail where none was named. */
    browserLocale: string
    address: string
  }): Refusal | null
  verifyCode(c: {
    email: string
    code: string
    caller: Caller | null
    /** For an account that is made where nobody named a language. */
    browserLocale: string
    address: string
    eventIds: readonly EventId[]
  }): Promise<SignedIn | Refusal>
  /** Somebody who has proved to be this account: their guest's things move, they get a token. */
  signIn(buyer: BuyerId, guest: Caller | null, eventIds: readonly EventId[]): Promise<SignedIn | Refusal>
  profile(caller: Caller): Promise<Profile>
  change(caller: Caller, c: { name?: string; phone?: string; locale?: string }): Promise<Profile | Refusal>
  export(caller: Caller): Promise<Record<string, unknown>>
  erase(caller: Caller): Promise<void>
  /** An invoice of somebody who was erased, until the law no longer asks for it. */
  retainedDocument(orderId: OrderId): Promise<Record<string, unknown> | null>
  /** Takes up moves that were interrupted; how many are done. */
  resumeMoves(): Promise<number>
  /** Finishes erasures that were interrupted; how many are done. */
  resumeErasures(): Promise<number>
  start(): void
  /** Waits for mails and moves under way. */
  stop(): Promise<void>
}

export type SendMail = (mail: Mail) => Promise<void>

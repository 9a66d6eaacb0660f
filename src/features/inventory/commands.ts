import type { ErrorCode } from '../../shared/errors.ts'
import type { Hall } from './hall.ts'
import type { Hold, KeyUse, Line, Ticket } from './state.ts'
import type { EventRules, KeyedBy, LeftSeat } from './types.ts'

export type HoldCommand = {
  k: 'hold'
  /** UUID of the hold to be. */
  id: string
  buyer: string
  /** The rules by which price types have their numbers here. */
  rulesVersion?: number
  /** Seat numbers, each with the index of its price type. */
  seats: readonly number[]
  seatTypes: readonly number[]
  areas: readonly { area: number; quantity: number; type: number }[]
  best: { quantity: number; category: number | null; accessible: boolean; type: number } | null
  key?: KeyedBy
  contact?: string
  /** Hash of an access code. */
  code?: string
}

/** A hold that nobody has given an id yet: most of a rush is refused before it would need one. */
export type HoldWish = Omit<HoldCommand, 'id'>

export type Command =
  | HoldCommand
  | { k: 'extend'; holdId: string; buyer: string; key?: KeyedBy }
  | { k: 'release'; holdId: string; buyer: string }
  | { k: 'expire' }
  | {
      k: 'begin-payment'
      holdId: string
      buyer: string
      attempt: string
      paymentMs: number
      paymentMsMax: number
    }
  | { k: 'end-payment'; holdId: string; attempt: string }
  | {
      k: 'confirm'
      holdId: string
      attempt: string
      orderId: string
      orderHash?: string
      ticketIds: readonly string[]
    }
  | { k: 'issue'; holdId: string; orderId: string }
  | { k: 'cancel'; holdId: string; orderId: string; ticketIds: readonly string[]; refundId: string }
  | { k: 'reopen'; holdId: string; ticketIds: readonly string[]; refundId: string }
  | {
      k: 'hold-again'
      id: string
      buyer: string
      lines: readonly Line[]
      orderFee: number
      orderFeeTax: number
      attempt: string
      paymentMs: number
      paymentMsMax: number
      contact?: string
      /** As the hold that has ended had them. */
      offer?: number
      code?: string
    }
  | { k: 'transfer'; from: string; to: string; contact?: string }
  | { k: 'open'; hall: Hall; rules: EventRules }
  | { k: 'configure'; rules: EventRules }
  | { k: 'block'; seats: readonly number[] }
  | { k: 'unblock'; seats: readonly number[] }
  /** Sold tickets from seat to seat; the seats left behind are blocked, or sold again. */
  | { k: 'move'; moves: readonly SeatMove[]; block: boolean }
  | { k: 'allocate'; no: number; seats: readonly number[] }
  /** Null: all of its seats and all of its places of areas. */
  | { k: 'release-allocation'; no: number; seats: readonly number[] | null }
  /** How many places of the area the allocation is to have, those that its codes took included. */
  | { k: 'allocate-places'; no: number; area: number; places: number }
  /** Sells by another layout of the same event from now on: what there is stays, more may come. */
  | { k: 'relayout'; hall: Hall }
  | { k: 'cancel-event' }
  | { k: 'seal'; to: string }

/** `ticket`: the one that is meant; left out: whichever has the seat. All moves of a command name theirs, or none. */
export type SeatMove = { readonly from: number; readonly to: number; readonly ticket?: string }

export type Denied = {
  denied: ErrorCode
  /** The seats that failed, by number. */
  seats?: number[]
  /** What stands in the way, in words; left out where the code says it all. */
  why?: string
  /** The attempt that stands in the way. */
  attempt?: string
  /** The order that the reservation has become, or of seats that the caller has bought. */
  order?: string
  /** The first hold of seats that the caller holds already. */
  holdId?: string
  /** Of the seats that failed, those that are the caller's own. */
  own?: number[]
  /** The most tickets that the buyer may have, and how many they have or hold already. */
  limit?: { max: number; had: number }
  /** Index of the price type whose own bounds an order broke. */
  priceType?: number
}

export type Outcome =
  | { hold: Hold; tickets?: Ticket[] }
  /** The key acted before: give that answer again. */
  | { replay: KeyUse }
  | { done: true }
  /** The tickets at their new seats, none where they were there before; `left`: what became of the old one, if it is empty. */
  | { moved: { ticket: Ticket; left: LeftSeat | null }[] }
  | Denied
  /** No such live hold: it may have ended, or never have been. The table knows. */
  | { gone: true }
  /** More holds are due than one entry may expire; ask again after this one. */
  | { later: true }
  /** The command names price types by rules that are not in force (any more): name them again. */
  | { renamed: true }

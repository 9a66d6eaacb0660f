import type { Command } from '../../src/features/inventory/commands.ts'

export type Place = { seat: number } | { area: number }
export type NaiveLine = Place & { type: number; quantity: number; amount: number; fee: number; tax: number }
export type NaiveHold = {
  id: string
  buyer: string
  contact?: string | undefined
  offer?: number | undefined
  code?: string | undefined
  /** Where its places of areas come from. */
  allocation?: number | undefined
  state: 'held' | 'paying' | 'booked' | 'released' | 'expired' | 'ended'
  expiresAt: number
  lines: NaiveLine[]
  fee: number
  feeTax: number
  extended: number
  attempt: string | null
  until: number | null
  max: number | null
  order: string | null
  tickets: string[]
}
export type NaiveTicket = {
  id: string
  hold: string
  order: string
  buyer: string
  place: Place
  serial: number
  state: 'pending' | 'valid' | 'void'
  refund: string | null
  reopened: boolean
  movedFrom: number | null
}

/** What a command led to, in few words: `ok`, a refusal, `gone`, or a repeated key's result. */
export type NaiveOutcome = {
  is: string
  seats?: number[]
  own?: number[]
  holdId?: string
  attempt?: string
  order?: string
  result?: string
  priceType?: number
  limit?: { max: number; had: number }
}

/** What the house asks for, in the naive model. */
export type HouseCommand = Extract<
  Command,
  {
    k:
      | 'open'
      | 'configure'
      | 'block'
      | 'unblock'
      | 'move'
      | 'allocate'
      | 'release-allocation'
      | 'allocate-places'
      | 'relayout'
      | 'cancel-event'
      | 'seal'
  }
>

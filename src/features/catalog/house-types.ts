import type { EventId } from '../../shared/ids.ts'
import type { EventDraft, SaleDraft } from './event-draft.ts'
import type { EventStatus } from './types.ts'

/** A phase of the sale: its own time and limits, for everybody or for holders of a code. */
export type PhaseDraft = {
  /** Names it in the ledger for good; 0: not written yet. */
  no: number
  id: string
  startsAt: number | null
  endsAt: number | null
  access: 'open' | 'code'
  ticketsPerBuyer: number | null
  /** Tickets that may be sold in it; null: bounded by the hall alone. */
  capacity: number | null
  prices: PhasePrice[]
}

/** What a ticket costs in one phase alone: a face value in minor units, by the names of its category and price type. */
export type PhasePrice = { category: string; priceType: string; face: number }

/** Seats kept back for somebody; which ones they are is in the ledger, under the same number. */
export type AllotmentDraft = {
  /** Names it in the ledger for good; 0: not written yet. */
  no: number
  /** For whom: press, sponsor, an agency's name. Unique within the event. */
  kind: string
  /** When what is left of it goes on sale; null: only by hand. */
  releaseAt: number | null
}

/** A code that opens a phase or the seats of an allotment. The code itself is kept nowhere. */
export type CodeDraft = {
  hash: string
  /** Holds that it may have at a time; null: any number. */
  uses: number | null
  opens: { phase: string } | { allotment: string }
}

/** How tickets are sold, with everything that the house decides about it. */
export type HouseSale = SaleDraft & {
  extensionsMax: number
  extensionSeconds: number
  identityRequired: 'guest' | 'email'
  phases: PhaseDraft[]
  allotments: AllotmentDraft[]
  codes: CodeDraft[]
}

/** An event as the house sees and changes it: with drafts, all languages and the face values of its prices. */
export type HouseEvent = Omit<EventDraft, 'sale' | 'status'> & {
  eventId: EventId
  organiserId: string
  revision: number
  status: EventStatus
  sale: HouseSale | null
}

/** `taken`: another event has this source id. `moved`: somebody changed the event meanwhile. */
export type HouseWritten = { eventId: EventId; revision: number } | 'taken' | 'moved'

import type { Database } from '../../platform/postgres/database.ts'
import type { Hall } from './hall.ts'
import { findPriceTypes } from './ledger-store.ts'
import type { Sequencers } from './sequencers.ts'
import type { Hold, Ticket } from './state.ts'
import type { EventRules, HoldLine, HoldView, TicketView } from './types.ts'

/** How stale, in milliseconds, memory may be where only the hall and the currency are wanted. */
const CONTEXT_STALE_MS = 1_000

/** What a hold's numbers mean: its hall, its currency, and the price types of the rules that it was made under. */
export type Context = { hall: Hall } & Pick<EventRules, 'currency' | 'priceTypes'>

/** Where a hold's numbers are looked up. */
export type ContextDeps = { database: Database; sequencers: Sequencers }

export async function contextOf(
  { database, sequencers }: ContextDeps,
  eventId: string,
  { rulesVersion }: Pick<Hold, 'rulesVersion'>,
): Promise<Context> {
  const sequencer = sequencers.of(eventId)
  if (!sequencer.memory) await sequencer.refresh(CONTEXT_STALE_MS)
  const { memory } = sequencer
  if (!memory) throw new Error(`event ${eventId} has holds but was never opened`)
  const { hall, state } = memory
  const { currency } = state.rules
  // Another rule may have given its place in the list to another price type since.
  const priceTypes =
    state.rulesVersion === rulesVersion
      ? state.rules.priceTypes
      : await findPriceTypes(database, eventId, rulesVersion)
  return { hall, currency, priceTypes }
}

export function holdView(
  eventId: string,
  hold: Hold,
  { hall, currency, priceTypes }: Context,
  version: number,
): HoldView {
  let total = hold.orderFee
  const lines: HoldLine[] = hold.lines.map(([place, priceType, amount, fee, tax, quantity]) => {
    total += amount * quantity
    const type = priceTypes[priceType]
    const priceTypeId = type?.id ?? ''
    const priceTypeName = type?.name ?? ''
    // Written out, not spread: a rush makes thousands of them a second.
    if (place >= 0) {
      const category = hall.category[place]!
      return { seat: place, quantity, category, priceType, priceTypeId, priceTypeName, amount, fee, tax }
    }
    const area = -1 - place
    const { category } = hall.layout.areas[area]!
    return { area, quantity, category, priceType, priceTypeId, priceTypeName, amount, fee, tax }
  })
  return {
    eventId,
    holdId: hold.id,
    buyer: hold.buyer,
    state: hold.state,
    expiresAt: hold.expiresAt,
    lines,
    layoutHash: hall.layoutHash,
    orderFee: hold.orderFee,
    orderFeeTax: hold.orderFeeTax,
    total,
    currency,
    extendedCount: hold.extendedCount,
    attempt: hold.attempt,
    orderId: hold.orderId,
    version,
  }
}

export function ticketView(eventId: string, ticket: Ticket): TicketView {
  return {
    eventId,
    ticketId: ticket.id,
    orderId: ticket.orderId,
    holdId: ticket.holdId,
    buyer: ticket.buyer,
    seat: ticket.seat,
    area: ticket.area,
    serial: ticket.serial,
    state: ticket.state,
    stateVersion: ticket.stateVersion,
  }
}

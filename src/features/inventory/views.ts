import type { Hall } from './hall.ts'
import type { Sequencers } from './sequencers.ts'
import type { Hold, Ticket } from './state.ts'
import type { HoldLine, HoldView, TicketView } from './types.ts'

/** How stale, in milliseconds, memory may be where only the hall and the currency are wanted. */
const CONTEXT_STALE_MS = 1_000

/** What a hold's numbers mean: its hall and its currency. */
export type Context = { hall: Hall; currency: string }

export async function contextOf(sequencers: Sequencers, eventId: string): Promise<Context> {
  const sequencer = sequencers.of(eventId)
  if (!sequencer.memory) await sequencer.refresh(CONTEXT_STALE_MS)
  const { memory } = sequencer
  if (!memory) throw new Error(`event ${eventId} has holds but was never opened`)
  return { hall: memory.hall, currency: memory.state.rules.currency }
}

export function holdView(
  eventId: string,
  hold: Hold,
  { hall, currency }: Context,
  version: number,
): HoldView {
  let total = hold.orderFee
  const lines: HoldLine[] = hold.lines.map(([place, priceType, amount, fee, tax, quantity]) => {
    total += amount * quantity
    return {
      ...(place >= 0 ? { seat: place } : { area: -1 - place }),
      quantity,
      category: place >= 0 ? hall.category[place]! : hall.layout.areas[-1 - place]!.category,
      priceType,
      amount,
      fee,
      tax,
    }
  })
  return {
    eventId,
    holdId: hold.id,
    buyer: hold.buyer,
    state: hold.state,
    expiresAt: hold.expiresAt,
    lines,
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

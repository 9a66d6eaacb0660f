import type { EventRules, Offer } from '../inventory/index.ts'
import type { EventDefaults } from './event-reader.ts'
import type { HouseEvent, HouseSale } from './house-types.ts'
import { orderFee, ticketPrice } from './pricing.ts'
import { refundEnd, saleEnd } from './sale-state.ts'

/** A moment long gone: in the rules it means that nothing is sold, or that no ticket is taken back, any more. */
const LONG_AGO = 0

/**
 * What the ledger has to know of an event: prices with everything in them, limits, the times of the sale. Null for what
 * has no layout. Only a published event sells: one that is postponed to a day not yet known sells again with the day.
 */
export function rulesOf(event: HouseEvent, defaults: EventDefaults): EventRules | null {
  const { sale } = event
  if (!sale) return null
  const { fees, taxes } = sale
  return {
    currency: sale.currency,
    ticketsPerBuyer: sale.ticketsPerBuyer ?? defaults.ticketsPerBuyer,
    holdSeconds: sale.holdSeconds ?? defaults.holdSeconds,
    extensionsMax: sale.extensionsMax,
    extensionSeconds: sale.extensionSeconds,
    onSaleFrom: sale.onSaleFrom,
    onSaleUntil: event.status === 'published' ? (sale.onSaleUntil ?? saleEnd(event)) : LONG_AGO,
    orphanRule: sale.orphanRule ?? false,
    priceTypes: sale.priceTypes.map(({ id, name, min, max }) => ({
      id,
      name,
      min: min ?? 0,
      max: max ?? null,
    })),
    prices: sale.faces.flatMap((row, category) =>
      row.flatMap((face, priceType) =>
        face === null ? [] : { category, priceType, ...ticketPrice(face, fees, taxes) },
      ),
    ),
    orderFee: orderFee(fees, taxes),
    refundUntil: sale.refundable ? (sale.refundUntil ?? refundEnd(event)) : LONG_AGO,
    offers: sale.phases.map(({ no, id, startsAt, endsAt, access, ticketsPerBuyer, capacity }): Offer => ({
      ...{ id, no, startsAt, endsAt, access, ticketsPerBuyer, capacity },
    })),
    allocations: sale.allotments.map(({ no, kind, releaseAt }) => ({ no, kind, releaseAt })),
    ...(sale.codes.length > 0 && { accessCodes: codesOf(sale) }),
    identityRequired: sale.identityRequired,
  }
}

function codesOf({ codes, phases, allotments }: HouseSale): NonNullable<EventRules['accessCodes']> {
  const offerNo = new Map(phases.map(({ id, no }) => [id, no]))
  const allocationNo = new Map(allotments.map(({ kind, no }) => [kind, no]))
  return codes.map(({ hash, uses, opens }) => ({
    hash,
    uses,
    ...('phase' in opens
      ? { offer: offerNo.get(opens.phase)! }
      : { allocation: allocationNo.get(opens.allotment)! }),
  }))
}

import {
  phaseShown,
  pricesIn,
  pricesUntil,
  type EventRules,
  type Offer,
  type Price,
} from '../inventory/index.ts'
import type { EventDefaults } from './event-reader.ts'
import type { HouseEvent, HouseSale, PhaseDraft } from './house-types.ts'
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
  const { prices, offers } = pricedSale(sale)
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
    prices,
    orderFee: orderFee(fees, taxes),
    refundUntil: sale.refundable ? (sale.refundUntil ?? refundEnd(event)) : LONG_AGO,
    offers,
    allocations: sale.allotments.map(({ no, kind, releaseAt }) => ({ no, kind, releaseAt })),
    ...(sale.codes.length > 0 && { accessCodes: codesOf(sale) }),
    identityRequired: sale.identityRequired,
  }
}

/** The lowest price that is shown now, and until when as far as is known; `from` null: nothing is sold. */
export function lowestPriceShown(
  sale: HouseSale,
  now: number,
): { from: number | null; until: number | null } {
  const priced = pricedSale(sale)
  const amounts = pricesIn(priced, phaseShown(priced, now)).map(({ amount }) => amount)
  return { from: amounts.length === 0 ? null : Math.min(...amounts), until: pricesUntil(priced, now) }
}

/** Prices with fees and taxes in them: the general ones, and those of each phase. */
function pricedSale(sale: HouseSale): Pick<EventRules, 'prices' | 'offers' | 'onSaleFrom'> {
  const priceOf = (category: number, priceType: number, face: number): Price => ({
    ...{ category, priceType },
    ...ticketPrice(face, sale.fees, sale.taxes),
  })
  const prices = sale.faces.flatMap((row, category) =>
    row.flatMap((face, priceType) => (face === null ? [] : priceOf(category, priceType, face))),
  )
  const offers = sale.phases.map((phase): Offer => {
    const { no, id, startsAt, endsAt, access, ticketsPerBuyer, capacity } = phase
    const own = numberedPrices(sale, phase).map((p) => priceOf(p.category, p.priceType, p.face))
    return {
      ...{ id, no, startsAt, endsAt, access, ticketsPerBuyer, capacity },
      ...(own.length > 0 && { prices: own }),
    }
  })
  return { prices, offers, onSaleFrom: sale.onSaleFrom }
}

/** A phase's own prices by the numbers of their categories and price types, in that order. */
export function numberedPrices(
  { categories, priceTypes }: Pick<HouseSale, 'categories' | 'priceTypes'>,
  { prices }: Pick<PhaseDraft, 'prices'>,
): { category: number; priceType: number; face: number }[] {
  return prices
    .map(({ category, priceType, face }) => ({
      category: categories.findIndex(({ name }) => name === category),
      priceType: priceTypes.findIndex(({ id }) => id === priceType),
      face,
    }))
    .toSorted((a, b) => a.category - b.category || a.priceType - b.priceType)
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

import { isRunning, offerOf } from './sale-phases.ts'
import type { EventRules, Offer, Price } from './types.ts'

type Sale = Pick<EventRules, 'prices' | 'offers' | 'onSaleFrom'>

/**
 * What a ticket costs that is sold in the phase of that number (null: in none): the phase's own price, else the general
 * one. What has no general price is sold in no phase.
 */
export function priceOf(
  rules: EventRules,
  offer: number | null,
  category: number,
  priceType: number,
): Price | undefined {
  const general = priceIn(rules.prices, category, priceType)
  const own = offer === null ? undefined : offerOf(rules, offer)?.prices
  return (general && own && priceIn(own, category, priceType)) ?? general
}

/** Whether it matters for any price when or with which code one buys. */
export function hasPhasePrices({ offers }: Pick<Sale, 'offers'>): boolean {
  return offers.some(({ prices }) => prices !== undefined)
}

/** All that is sold in a phase, by category and price type; null: in none. */
export function pricesIn({ prices }: Pick<Sale, 'prices'>, offer: Offer | null): readonly Price[] {
  const own = offer?.prices
  return own ? prices.map((general) => priceIn(own, general.category, general.priceType) ?? general) : prices
}

/**
 * The phase whose prices are shown: what a ticket costs whoever buys at this moment, without a code if that is possible;
 * before the sale or between two phases what it will cost first. Null: no phase is left, or there never was one.
 */
export function phaseShown({ offers, onSaleFrom }: Omit<Sale, 'prices'>, now: number): Offer | null {
  const at = Math.max(now, onSaleFrom ?? now)
  const running = offers.filter((offer) => isRunning(offer, at))
  const begins = ({ startsAt }: Offer): number => startsAt ?? -Infinity
  const [next] = offers.filter((offer) => begins(offer) > at).toSorted((a, b) => begins(a) - begins(b))
  return running.find(({ access }) => access === 'open') ?? running[0] ?? next ?? null
}

/** What is shown at this moment, as `phaseShown` says. */
export function pricesShown(sale: Sale, now: number): readonly Price[] {
  return hasPhasePrices(sale) ? pricesIn(sale, phaseShown(sale, now)) : sale.prices
}

/** The next moment at which other prices may be shown, because a phase begins or ends; null: none is known. */
export function pricesUntil(sale: Sale, now: number): number | null {
  if (!hasPhasePrices(sale)) return null
  const shown = phaseShown(sale, now)
  const moments = sale.offers
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .filter((at) => at !== null && at > now) as number[]
  const turns = (at: number): boolean => {
    const then = phaseShown(sale, at)
    return then !== shown && (then?.prices ?? shown?.prices) !== undefined
  }
  return moments.toSorted((a, b) => a - b).find(turns) ?? null
}

function priceIn(prices: readonly Price[], category: number, priceType: number): Price | undefined {
  return prices.find((price) => price.category === category && price.priceType === priceType)
}

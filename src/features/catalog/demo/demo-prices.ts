import type { Layout } from '../../../shared/layout.ts'
import type { SaleDraft } from '../event-draft.ts'

type Scheme = Pick<SaleDraft, 'currency' | 'priceTypes' | 'taxes' | 'fees'> & {
  /** Face value by category in minor units. */
  faces: Record<string, number>
  /** Share of it by price type; null where the category is not sold at it. */
  shares: (number | null)[]
}

const NEW_YORK_TAX = { name: 'NY sales tax', ratePpm: 88_750, included: false, appliesTo: 'fees' as const }

export const CONCERT_PRICES: Scheme = {
  currency: 'USD',
  priceTypes: [
    { id: 'adult', name: 'Adult', names: { de: 'Erwachsene' } },
    { id: 'student', name: 'Student', names: { de: 'Studierende' }, max: 2 },
    { id: 'child', name: 'Child (6–17)', names: { de: 'Kind (6–17)' }, max: 4 },
  ],
  shares: [1, 0.5, 0.5],
  faces: {
    'Prime Orchestra': 14_900,
    Orchestra: 11_500,
    'First Tier': 9_800,
    'Second Tier': 7_200,
    'Third Tier': 4_900,
    'Partial View': 2_900,
    Center: 4_500,
    Side: 3_500,
  },
  taxes: [NEW_YORK_TAX],
  fees: [
    { name: 'Service fee', per: 'ticket', amount: 250, ratePpm: 50_000, refundable: false },
    { name: 'Handling', per: 'order', amount: 350, ratePpm: 0, refundable: false },
  ],
}

export const FILM_PRICES: Scheme = {
  currency: 'USD',
  priceTypes: [
    { id: 'adult', name: 'Adult', names: { de: 'Erwachsene' } },
    { id: 'child', name: 'Child', names: { de: 'Kind' } },
    { id: 'senior', name: 'Senior', names: { de: 'Senior' } },
  ],
  shares: [1, 0.7, 0.8],
  faces: { Front: 1_200, Standard: 1_500, Premium: 1_900 },
  taxes: [{ ...NEW_YORK_TAX, appliesTo: 'all' }],
  fees: [{ name: 'Booking fee', per: 'ticket', amount: 150, ratePpm: 0, refundable: true }],
}

export const STADIUM_PRICES: Scheme = {
  currency: 'USD',
  priceTypes: [{ id: 'standard', name: 'Standard' }],
  shares: [1],
  faces: {
    Club: 24_900,
    'Category 1': 17_900,
    'Category 2': 13_900,
    'Category 3': 9_900,
    'Category 4': 6_900,
    'Restricted view': 4_500,
    Standing: 11_900,
  },
  taxes: [{ name: 'Amusement tax', ratePpm: 90_000, included: false, appliesTo: 'tickets' }],
  fees: [
    { name: 'Service fee', per: 'ticket', amount: 0, ratePpm: 100_000, refundable: false },
    { name: 'Handling', per: 'order', amount: 495, ratePpm: 0, refundable: false },
  ],
}

export const CLUB_PRICES: Scheme = {
  currency: 'EUR',
  priceTypes: [
    // Whoever may choose between two prices reads in their names what each asks.
    { id: 'anytime', name: 'Entry at any time', names: { de: 'Einlass jederzeit' } },
    { id: 'midnight', name: 'Entry before midnight', names: { de: 'Einlass vor Mitternacht' } },
  ],
  shares: [1, 0.75],
  faces: { 'Dance floor': 1_800, Balcony: 2_500, Lounge: 4_000 },
  taxes: [{ name: 'MwSt.', ratePpm: 190_000, included: true, appliesTo: 'all' }],
  fees: [{ name: 'Presale fee', per: 'ticket', amount: 120, ratePpm: 0, refundable: false }],
}

/** A sale in this hall at these prices, open since `onSaleFrom`. */
export function saleOf(
  scheme: Scheme,
  hall: { hash: string; layout: Layout },
  o: { onSaleFrom: number; orphanRule?: boolean },
): SaleDraft {
  const { currency, priceTypes, taxes, fees, shares } = scheme
  return {
    layoutHash: hall.hash,
    currency,
    onSaleFrom: o.onSaleFrom,
    onSaleUntil: null,
    orphanRule: o.orphanRule ?? false,
    refundable: true,
    categories: hall.layout.categories,
    priceTypes,
    faces: hall.layout.categories.map(({ name }) => {
      const face = scheme.faces[name]
      if (face === undefined) throw new Error(`no price for the category "${name}"`)
      return shares.map((share) => (share === null ? null : Math.round((face * share) / 50) * 50))
    }),
    taxes,
    fees,
  }
}

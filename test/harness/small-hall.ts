import type { Layout } from '../../src/shared/layout.ts'
import type { EventRules } from '../../src/features/inventory/types.ts'

/** A hall for tests: `rows` rows of `perRow` seats ("A1", "A2" …), a stage in front, and a standing area. */
export function smallHall(rows: number, perRow: number, options: { standing?: number } = {}): Layout {
  return {
    name: 'Test hall',
    size: { width: perRow * 60, height: rows * 90 },
    seat_radius: 20,
    categories: [
      { name: 'Front', color: '#3366cc' },
      { name: 'Back', color: '#cc6633' },
      { name: 'Standing', color: '#669933' },
    ],
    floors: ['Ground'],
    sections: [{ name: 'Stalls' }],
    seats: Array.from({ length: rows * perRow }, (_, i) => {
      const row = Math.floor(i / perRow)
      const place = i % perRow
      const label = rowLabel(row)
      return {
        seat_id: `${label}${place + 1}`,
        section: 0,
        row: label,
        number: String(place + 1),
        x: place * 55,
        y: row * 90,
        category: row < rows / 2 ? 0 : 1,
      }
    }),
    areas: options.standing
      ? [{ area_id: 'standing', name: 'Standing', category: 2, capacity: options.standing, outline: [] }]
      : [],
    focal_point: { x: (perRow * 55) / 2, y: -200 },
    background: null,
  }
}

function rowLabel(row: number): string {
  const letter = String.fromCharCode(65 + (row % 26))
  return row < 26 ? letter : `${rowLabel(Math.floor(row / 26) - 1)}${letter}`
}

/** Rules for the small hall: on sale, four tickets a buyer, ten minutes, 50.00 in front, 30.00 behind, 20.00 standing. */
export function smallRules(changes: Partial<EventRules> = {}): EventRules {
  return {
    currency: 'EUR',
    ticketsPerBuyer: 4,
    holdSeconds: 600,
    extensionsMax: 1,
    extensionSeconds: 300,
    onSaleFrom: null,
    onSaleUntil: null,
    orphanRule: false,
    priceTypes: [
      { id: 'adult', name: 'Adult', min: 0, max: null },
      { id: 'reduced', name: 'Reduced', min: 0, max: 2 },
    ],
    prices: [
      { category: 0, priceType: 0, amount: 5000, fee: 400, tax: 327 },
      { category: 0, priceType: 1, amount: 3000, fee: 400, tax: 196 },
      { category: 1, priceType: 0, amount: 3000, fee: 300, tax: 196 },
      { category: 1, priceType: 1, amount: 2000, fee: 300, tax: 131 },
      { category: 2, priceType: 0, amount: 2000, fee: 200, tax: 131 },
    ],
    orderFee: { amount: 150, tax: 10 },
    refundUntil: null,
    offers: [],
    allocations: [],
    identityRequired: 'guest',
    ...changes,
  }
}

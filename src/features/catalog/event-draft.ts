import { foldText as fold } from '../../shared/fold-text.ts'
import type { ImportedEvent } from './importing/event-record.ts'
import { ticketPrice, type Fee, type Tax } from './pricing.ts'

/** How an event's tickets are sold: what the organiser decides, before it is in the ledger. */
export type SaleDraft = {
  layoutHash: string
  currency: string
  onSaleFrom: number | null
  onSaleUntil: number | null
  ticketsPerBuyer?: number
  holdSeconds?: number
  orphanRule?: boolean
  refundable: boolean
  refundUntil?: number
  /** In the layout's order. */
  categories: { name: string; color: string }[]
  /** `names`: in other languages than English. */
  priceTypes: { id: string; name: string; names?: Record<string, string>; min?: number; max?: number }[]
  /** Face values in minor units: a row a category, a column a price type; null where that pair is not sold. */
  faces: (number | null)[][]
  taxes: (Tax & { name: string })[]
  fees: (Fee & { name: string; refundable: boolean })[]
}

/** An event as an import or a tool writes it; without `sale` it is only announced. */
export type EventDraft = ImportedEvent & {
  room?: string
  production?: { sourceId: string; name: string; facts?: Record<string, unknown> }
  sale?: SaleDraft
}

/** The lowest price with everything in it, of what can be bought alone. */
export function lowestPrice(sale: SaleDraft): number | null {
  const amounts = sale.faces.flatMap((row) =>
    row.flatMap((face) => (face === null ? [] : ticketPrice(face, sale.fees, sale.taxes).amount)),
  )
  return amounts.length === 0 ? null : Math.min(...amounts)
}

/** Everything that a keyword is looked up in, folded as the keyword will be. */
export function searchText(draft: EventDraft): string {
  const texts = Object.values(draft.text).flatMap((value) =>
    typeof value === 'string' ? [] : [value.name, value.description ?? ''],
  )
  const parts = [
    ...texts,
    draft.production?.name ?? '',
    ...draft.performers.map((performer) => performer.name),
    ...draft.works.flatMap((work) => [work.composer ?? '', work.title]),
    draft.venue.name,
    draft.venue.city,
    draft.venue.metro ?? '',
    ...draft.genres,
  ]
  return fold([...new Set(parts.filter((part) => part !== ''))].join(' · '))
}

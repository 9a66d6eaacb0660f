import { refuse, type Refusal } from '../../shared/errors.ts'
import { placesLeft, placesOf } from './area-places.ts'
import { placesOnSale } from './availability.ts'
import { isFreeFor } from './decide-allocations.ts'
import type { Hall } from './hall.ts'
import { hasPhasePrices, pricesIn } from './phase-prices.ts'
import { openedBy, type Opened } from './sale-phases.ts'
import type { EventState, StateView } from './state.ts'
import { SEAT, type Price, type SeatStatus } from './types.ts'

/** What the holder of an access code finds: `seats` and `areas` as availability has them, of what the code opens alone. */
export type CodeView = {
  version: number
  layoutHash: string
  opened: Opened
  seats: Uint8Array
  areas: Record<string, number>
  /** The most tickets that one buyer may have with it. */
  ticketsPerBuyer: number
  /** What tickets cost with it, where that depends on the phase; null: what they cost everybody. */
  prices: CodePrice[] | null
}

export type CodePrice = Price & { categoryName: string; priceTypeId: string; currency: string }

/** `code`: its hash. `buyer`: who asks; their own holds with it do not use it up for them. */
export function viewByCode(
  state: EventState,
  hall: Hall,
  { code, buyer, at }: { code: string; buyer: string; at: number },
): CodeView | Refusal {
  const own = (): number => {
    let count = 0
    for (const hold of state.holds.values())
      if (hold.code === code && hold.buyer === buyer && hold.state === 'held') count += 1
    return count
  }
  const opened = openedBy(state, code, at, own)
  if (!opened) return refuse('access_code_invalid', 'This event has no such access code.')
  if (state.cancelled) return refuse('event_cancelled', 'This event is cancelled.')
  if ('denied' in opened)
    return refuse('access_code_used_up', 'This access code was used as often as it can be.')
  const { version, layoutHash, statuses } = state
  const prices = opened.isOpen ? pricesWith(state, hall, opened) : null
  const ticketsPerBuyer = limitWith(state, opened)
  const { areas } = hall.layout
  if (opened.opens === 'phase' || !opened.isOpen) {
    const onSale = Object.fromEntries(areas.map(({ area_id: id }, i) => [id, placesOnSale(state, i)]))
    return { version, layoutHash, opened, seats: statuses, areas: onSale, ticketsPerBuyer, prices }
  }
  const { allocation } = opened
  return {
    ...{ version, layoutHash, opened, ticketsPerBuyer, prices },
    seats: Uint8Array.from(statuses, (_, seat) => statusFor(state, seat, allocation)),
    areas: Object.fromEntries(
      areas.flatMap(({ area_id: id }, i): [string, number][] => {
        const area = state.area(i)
        return placesOf(area, allocation) > 0 ? [[id, placesLeft(area, allocation)]] : []
      }),
    ),
  }
}

function limitWith({ rules }: EventState, opened: Opened): number {
  const phase = opened.opens === 'phase' ? rules.offers.find(({ id }) => id === opened.phase) : undefined
  return Math.min(rules.ticketsPerBuyer, phase?.ticketsPerBuyer ?? Infinity)
}

// What is kept for an allotment is sold in no phase.
function pricesWith({ rules }: EventState, { layout }: Hall, opened: Opened): CodePrice[] | null {
  if (!hasPhasePrices(rules)) return null
  const offer = opened.opens === 'phase' ? rules.offers.find(({ id }) => id === opened.phase)! : null
  return pricesIn(rules, offer).map((price) => ({
    ...price,
    categoryName: layout.categories[price.category]?.name ?? '',
    priceTypeId: rules.priceTypes[price.priceType]!.id,
    currency: rules.currency,
  }))
}

/** A seat as holders of a code of the allocation find it: every other seat is blocked to them. */
export function statusFor(view: StateView, seat: number, allocation: number): SeatStatus {
  if (view.allocationOf(seat) !== allocation) return SEAT.blocked
  return isFreeFor(view, seat, allocation) ? SEAT.available : view.seatStatus(seat)
}

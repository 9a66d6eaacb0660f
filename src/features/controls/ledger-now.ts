import { isRefusal, type Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import { SEAT, type InventoryService } from '../inventory/index.ts'
import type { LedgerNow } from './types.ts'

/** Where the event's ledger stands; null: it was never opened. Reads what was committed before the call. */
export async function ledgerNow(
  inventory: Pick<InventoryService, 'view' | 'sequencers'>,
  eventId: EventId,
): Promise<LedgerNow | null | Refusal> {
  // What the view answers may be a second old; what is decided here must not be. Its own refusal names an outage.
  await inventory.sequencers
    .of(eventId)
    .refresh(0)
    .catch(() => false)
  const found = await inventory.view(eventId)
  if (found === null || isRefusal(found)) return found
  const { state, hall } = found
  const allotted = new Map<number, number[]>()
  const blocked: number[] = []
  for (const [seat, no] of state.seatAllocations) {
    const seats = allotted.get(no)
    if (seats) seats.push(seat)
    else allotted.set(no, [seat])
  }
  for (let seat = 0; seat < state.seatCount; seat++) {
    if (state.seatStatus(seat) === SEAT.blocked && state.allocationOf(seat) === null) blocked.push(seat)
  }
  const places = new Map<number, Map<number, number>>()
  state.areas.forEach(({ kept }, area) => {
    for (const one of kept) {
      if (one.places === 0) continue
      const ofOne = places.get(one.no) ?? new Map<number, number>()
      places.set(one.no, ofOne.set(area, one.places))
    }
  })
  return {
    version: state.version,
    layoutHash: state.layoutHash,
    hall,
    cancelled: state.cancelled,
    rules: state.rules,
    blocked,
    allotted,
    places,
    areas: [...state.areas],
    taken: (seat) => state.seatStatus(seat) === SEAT.held || state.seatStatus(seat) === SEAT.booked,
  }
}

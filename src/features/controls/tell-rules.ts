import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import { ledgerNow } from './ledger-now.ts'
import { sameRules } from './plan.ts'
import type { ControlsDeps } from './types.ts'

/** Tries to tell the ledger what the catalog says, when that changes again meanwhile. */
const TRIES_MAX = 5
const RETRY_SECONDS = 5
const STILL_CHANGING =
  'It is saved, but the event was changed again and again meanwhile: its sale does not follow yet. Send it again.'
/** Millisecond at which the sale of an event ends whose kept seats are not kept yet: nothing is sold, and all can see why. */
export const BEING_OPENED = 1

/** Has the ledger sell by what the catalog says, where it does not yet; refused where that goes on changing meanwhile. */
// Two changes at once may tell the ledger in the wrong order: whoever comes second looks again.
export async function tellRules(
  { catalog, inventory }: Pick<ControlsDeps, 'catalog' | 'inventory'>,
  eventId: EventId,
): Promise<Refusal | null> {
  for (let tries = 1; ; tries++) {
    const event = (await catalog.house({ eventId }))!
    const rules = catalog.houseRules(event)
    if (!rules || event.status === 'cancelled') return null
    const ledger = await ledgerNow(inventory, eventId)
    if (isRefusal(ledger)) return ledger
    if (!ledger || sameRules(ledger.rules, rules)) return null
    if (tries > TRIES_MAX) return refuse('busy', STILL_CHANGING, { retryAfterSeconds: RETRY_SECONDS })
    const configured = await inventory.configure({ eventId, rules })
    if (isRefusal(configured)) return configured
  }
}

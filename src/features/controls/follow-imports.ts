import { Failure } from '../../platform/failure.ts'
import type { Consumer } from '../../platform/outbox/outbox.ts'
import { isRefusal, type Refusal } from '../../shared/errors.ts'
import { ledgerNow } from './ledger-now.ts'
import { BEING_OPENED, tellRules } from './tell-rules.ts'
import type { ControlsDeps } from './types.ts'

const REASON = 'cancelled by an import'
const ACTOR = 'import'

/**
 * Has the ledger of an event on sale follow what an import said of it: another day moves the end of its sale and of its
 * refunds, postponed stops it, cancelled ends it for good and gives the money back. Read from `catalog_outbox`, so that
 * it happens whichever process imported and whatever died meanwhile. What the house changes itself is told by its own
 * call, in the order in which seats have to be kept.
 */
export function createImportFollower(
  deps: Pick<ControlsDeps, 'catalog' | 'inventory' | 'cancellations'>,
): Consumer {
  const { catalog, inventory, cancellations } = deps
  return {
    name: 'imports',
    kinds: ['event.changed'],
    async handle({ key: eventId, body }) {
      if ((body as { imported?: boolean }).imported !== true) return
      const event = await catalog.house({ eventId })
      if (!event?.sale) return
      const ledger = await ledgerNow(inventory, eventId)
      mustBeTaken(ledger)
      if (!ledger || ledger.cancelled) return
      if (event.status === 'cancelled') {
        mustBeTaken(await cancellations.cancelEvent({ eventId, reason: REASON, by: ACTOR }))
        return
      }
      // Its seats are being kept back: whoever does that opens it afterwards, by what the catalog says then.
      if (ledger.rules.onSaleUntil === BEING_OPENED) return
      mustBeTaken(await tellRules(deps, eventId))
    },
  }
}

/** A fact that was not dealt with comes again. */
function mustBeTaken<T>(answer: T | Refusal): asserts answer is T {
  if (isRefusal(answer)) throw new Failure(`${answer.refused}: ${answer.detail}`)
}

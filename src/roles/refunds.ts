import { reviveStuckRefunds, stuckRefunds } from '../features/checkout/index.ts'
import { systemClock } from '../platform/clock.ts'
import { WrongInput } from '../platform/failure.ts'
import { isEventId } from '../shared/ids.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openCatalog } from './open-catalog.ts'

/** `usher refunds`: those that a person has to look at, and, when the cause is gone, sets going again. */
export const run: Run<{ event?: string; retry?: boolean }> = async (
  { event = null, retry = false },
  { config, shutdown },
) => {
  if (event !== null && !isEventId(event)) throw new WrongInput(['--event is not the id of an event'])
  const { catalog, database } = await openCatalog(config, shutdown)
  if (event !== null && !(await catalog.house({ eventId: event })))
    throw new WrongInput(`there is no event ${event}`)
  if (retry) {
    const revive = () => reviveStuckRefunds(database, event, new Date(systemClock.now()))
    const about = event === null ? {} : { target: { event_id: event } }
    const count = await inLog(database, 'refunds --retry', revive, about)
    console.log(`${count} set going again: a worker goes on with them.`)
    return
  }
  const stuck = await stuckRefunds(database, event)
  if (stuck.length === 0) console.log('No refund is stuck.')
  for (const { eventId, orderId, refundId, amount, currency, step, reason, provider, since } of stuck) {
    console.log(
      oneLine(
        `event ${eventId}  order ${orderId}  refund ${refundId}  ${amount} ${currency} (minor units)  ${step} since ${since.toISOString()}: ${reason}${provider ? ` (${provider})` : ''}`,
      ),
    )
  }
  return stuck.length === 0 ? 0 : 1
}

import { rewrapPeople } from '../features/account/index.ts'
import { systemRandom } from '../platform/clock.ts'
import { Wrapping } from '../platform/crypto/seal.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openAccount } from './open-account.ts'

/**
 * `usher keys rewrap`: after USHER_KEY was changed, moves everything that USHER_KEY_PREVIOUS still wraps to it. What
 * signs was moved when the account was opened; this walks the people.
 */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  const { database, masterKeys } = await openAccount(config, shutdown)
  const rewrap = () =>
    rewrapPeople({ database, wrapping: new Wrapping(masterKeys, systemRandom) }, (done) =>
      console.error(`${done} people's keys moved`),
    )
  const moved = await inLog(database, 'keys rewrap', rewrap)
  console.log(
    config.keyPrevious === null
      ? `${moved} people's keys moved: USHER_KEY_PREVIOUS is not set, so USHER_KEY wraps all`
      : `${moved} people's keys moved; USHER_KEY_PREVIOUS can be taken away`,
  )
}

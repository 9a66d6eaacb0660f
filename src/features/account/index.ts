import type { Clock, Ids, Random } from '../../platform/clock.ts'
import { Wrapping, type WrappingKeys } from '../../platform/crypto/seal.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { createAuthenticate } from './authenticate.ts'
import { openKeyRing } from './key-ring.ts'
import { createLinks } from './links.ts'
import { createPeople } from './people.ts'
import { createSessions } from './sessions.ts'
import { createStaff } from './staff.ts'
import type { Account } from './types.ts'

export { rewrapPeople } from './people.ts'
export { accountRoutes } from './routes.ts'
export * from './types.ts'

export type AccountDeps = {
  database: Database
  clock: Clock
  ids: Ids
  random: Random
  /** `USHER_KEY` and, during a rotation, `USHER_KEY_PREVIOUS`. */
  masterKeys: WrappingKeys
  /** False with the sandbox gateway: tokens say so, and are worth nothing where money is real. */
  livemode: boolean
  operatorToken?: string | undefined
  onFault?: ((error: unknown) => void) | undefined
}

/** Loads the key ring (and makes the first keys), so that everything afterwards answers from memory. */
export async function createAccount(deps: AccountDeps): Promise<Account> {
  const wrapping = new Wrapping(deps.masterKeys, deps.random)
  const keys = await openKeyRing({ ...deps, wrapping })
  return {
    keys,
    people: createPeople({ ...deps, wrapping, contactMac: keys.mac('contact') }),
    sessions: createSessions({ ...deps, keys }),
    staff: createStaff(deps),
    links: createLinks(keys.mac('link'), deps.clock),
    authenticate: createAuthenticate({ ...deps, keys }),
    close: () => keys.close(),
  }
}

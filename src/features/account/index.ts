import type { Clock, Ids, Random } from '../../platform/clock.ts'
import { Wrapping, type WrappingKeys } from '../../platform/crypto/seal.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { createAuthenticate } from './authenticate.ts'
import { openKeyRing } from './key-ring.ts'
import { createLinks } from './links.ts'
import { createPeople } from './people.ts'
import { SESSION_END_SEEN_MS } from './limits.ts'
import {
  endSessions,
  ErasedPeople,
  erasedPeople,
  sessionGeneration,
  sessionsEndedLately,
} from './session-ends.ts'
import { createSessions } from './sessions.ts'
import { createSecondFactor } from './staff-totp.ts'
import { createStaff } from './staff.ts'
import type { Account } from './types.ts'
import { makeMailHashesWhole } from './whole-mail-hashes.ts'

export { rewrapPeople } from './people.ts'
export { createIdentity } from './identity.ts'
export type { IdentityDeps } from './identity-deps.ts'
export { identityRoutes } from './identity-routes.ts'
export type * from './identity-types.ts'
export { passkeyRoutes } from './passkey-routes.ts'
export { createPasskeys, type Passkeys } from './passkeys.ts'
export { logCommand, withOperatorLog } from './operator-log.ts'
export { organiserFor, withOrganisers } from './staff-access.ts'
export { staffPasskeyRoutes } from './staff-passkey-routes.ts'
export { createStaffPasskeys } from './staff-passkeys.ts'
export { staffRoutes } from './staff-routes.ts'
export { PEOPLE_TABLES, retainPeople } from './retention.ts'
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
  const { database, clock } = deps
  const wrapping = new Wrapping(deps.masterKeys, deps.random)
  const keys = await openKeyRing({ ...deps, wrapping })
  await makeMailHashesWhole({ database, wrapping, contactMac: keys.mac('contact') })
  const erased = new ErasedPeople(await erasedPeople(database, clock))
  const { authenticate, recognize, forget, forgetStaff } = createAuthenticate({ ...deps, keys, erased })
  const sessions = createSessions({ ...deps, keys })
  const secondFactor = createSecondFactor({ ...deps, wrapping })
  const look = async (): Promise<void> => {
    const ended = await sessionsEndedLately(database, clock)
    for (const { buyer, erased: isErased } of ended) if (isErased) erased.add(buyer)
    if (ended.length > 0) forget(ended)
  }
  const timer = setInterval(() => void look().catch((error) => deps.onFault?.(error)), SESSION_END_SEEN_MS)
  timer.unref()
  return {
    keys,
    people: createPeople({ ...deps, wrapping, contactMac: keys.mac('contact') }),
    sessions,
    refresh: async ({ id, contactHash, sessionGeneration: generation }) => {
      if (generation === undefined) return sessions.issue(id)
      // Asked of the table, not of what is remembered: an ended session must not become a new one.
      if ((await sessionGeneration(database, id)) !== generation) return null
      return sessions.issue(id, { contactHash: contactHash!, generation })
    },
    staff: createStaff(deps),
    secondFactor: {
      ...secondFactor,
      // The token alone opens nothing from here on, also where it was just believed.
      confirm: (staffId, code) => secondFactor.confirm(staffId, code).finally(forgetStaff),
      reset: (name) => secondFactor.reset(name).finally(forgetStaff),
    },
    links: createLinks(keys.mac('link'), clock),
    isErased: (buyer) => erased.has(buyer),
    endSessions: async (buyer) => {
      await endSessions(database, buyer, new Date(clock.now()))
      await look()
    },
    authenticate,
    recognize,
    forgetStaff,
    close: () => {
      clearInterval(timer)
      keys.close()
    },
  }
}

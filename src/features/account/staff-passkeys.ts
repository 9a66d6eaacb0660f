import type { Ids } from '../../platform/clock.ts'
import type { Caller } from '../../platform/http/route.ts'
import { statement } from '../../platform/postgres/database.ts'
import {
  authenticationOptions,
  registrationOptions,
  verifyAuthentication,
  verifyRegistration,
  type CredentialJson,
  type Passkey,
  type Site,
} from '../../platform/webauthn.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import { CHALLENGE_MS, PASSKEYS_MAX } from './limits.ts'
import { challenge, checked, type ChallengeDeps } from './passkeys.ts'
import { openStaffSession, type StaffSession } from './staff-sessions.ts'

const LIST = statement(
  'account.staff_passkeys',
  `select credential_id as "credentialId", transports from staff_passkeys where staff_id = $1 order by created_at`,
)

const INSERT = statement(
  'account.staff_passkey_insert',
  `insert into staff_passkeys (credential_id, staff_id, public_key, sign_count, transports, created_at)
   select $1, staff_id, $3, $4, $5, $6 from staff
    where staff_id = $2 and removed_at is null
      and (select count(*) from staff_passkeys where staff_id = $2) < $7
   on conflict (credential_id) do nothing`,
)

const FIND = statement(
  'account.staff_passkey_find',
  `select credential_id as "credentialId", public_key as "publicKey", sign_count as "signCount", transports
     from staff_passkeys where credential_id = $1 and staff_id = $2`,
)

// As for buyers: a counter that does not rise is a copied authenticator's.
const USED = statement(
  'account.staff_passkey_used',
  `update staff_passkeys set sign_count = $2, last_used_at = $3
    where credential_id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0))`,
)

/** Passkeys as staff's second factor, beside their token. */
export interface StaffPasskeys {
  registrationOptions(caller: Caller, site: Site): Promise<object | Refusal>
  /** From now on the member's token opens nothing without `signIn`. */
  register(
    caller: Caller,
    site: Site,
    credential: CredentialJson,
  ): Promise<{ credentialId: string } | Refusal>
  signInOptions(staffId: string, site: Site): Promise<object>
  /** A token for twelve hours; null for a passkey that is not theirs, or a challenge that is not this one. */
  signIn(staffId: string, site: Site, credential: CredentialJson): Promise<StaffSession | null>
}

export type StaffPasskeyDeps = ChallengeDeps & { ids: Ids; houseName: string }

export function createStaffPasskeys(deps: StaffPasskeyDeps): StaffPasskeys {
  const { database, clock, houseName } = deps
  type Known = { credentialId: string; transports: string[] }
  const list = async (staffId: string): Promise<Known[]> =>
    (await database.query<Known>(LIST, [staffId])).rows
  return {
    registrationOptions: async (caller, site) => {
      if (!mayChangeFactor(caller)) return SIGN_IN_FIRST
      return registrationOptions({
        site,
        houseName,
        userId: Buffer.from(caller.id),
        userName: 'operator',
        challenge: challenge(deps, making(caller.id)),
        existing: await list(caller.id),
        timeoutMs: CHALLENGE_MS,
      })
    },
    register: async (caller, site, credential) => {
      if (!mayChangeFactor(caller)) return SIGN_IN_FIRST
      const passkey = await checked(deps, credential, making(caller.id), (isChallenge) =>
        verifyRegistration(site, credential, isChallenge),
      )
      if (!passkey)
        return refuse('wrong_code', 'This is not a passkey made for this site and this moment. Begin again.')
      const { credentialId, publicKey, signCount, transports } = passkey
      const now = new Date(clock.now())
      const values = [credentialId, caller.id, publicKey, signCount, transports, now, PASSKEYS_MAX]
      if ((await database.query(INSERT, values)).rowCount === 1) return { credentialId }
      return refuse(
        'conflict',
        `This passkey is registered already, there are ${PASSKEYS_MAX}, or this token belongs to no person.`,
      )
    },
    signInOptions: (staffId, site) =>
      authenticationOptions({
        site,
        challenge: challenge(deps, signingIn(staffId)),
        timeoutMs: CHALLENGE_MS,
      }),
    signIn: async (staffId, site, credential) => {
      const row = (await database.query<Passkey>(FIND, [credential.id, staffId])).rows[0]
      if (!row) return null
      const used = await checked(deps, credential, signingIn(staffId), (isChallenge) =>
        verifyAuthentication(site, credential, row, isChallenge),
      )
      if (!used) return null
      const values = [row.credentialId, used.signCount, new Date(clock.now())]
      const { rowCount } = await database.query(USED, values)
      return rowCount === 1 ? openStaffSession(deps, staffId) : null
    },
  }
}

/** Who has a second factor and has not shown it has no role: with the token alone nobody brings a factor of their own. */
export function mayChangeFactor(caller: Caller): boolean {
  return caller.roles.length > 0
}

const SIGN_IN_FIRST = refuse('conflict', 'There is a second factor already: sign in with it first.')

const making = (staffId: string): string => `staff ${staffId}`
const signingIn = (staffId: string): string => `staff-sign-in ${staffId}`

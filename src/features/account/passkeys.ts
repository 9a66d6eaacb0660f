import type { Clock, Random } from '../../platform/clock.ts'
import type { Caller } from '../../platform/http/route.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import {
  authenticationOptions,
  challengeIn,
  registrationOptions,
  verifyAuthentication,
  verifyRegistration,
  type CredentialJson,
  type Passkey,
  type Site,
} from '../../platform/webauthn.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import type { BuyerId } from '../../shared/ids.ts'
import { CHALLENGE_MS, PASSKEYS_MAX } from './limits.ts'
import type { Mac, People } from './types.ts'

const LIST = statement(
  'account.passkeys',
  `select credential_id as "credentialId", transports, created_at as "createdAt", last_used_at as "lastUsedAt"
     from passkeys where person_id = $1 order by created_at`,
)

const INSERT = statement(
  'account.passkey_insert',
  `insert into passkeys (credential_id, person_id, public_key, sign_count, transports, created_at)
   select $1, $2, $3, $4, $5, $6 where (select count(*) from passkeys where person_id = $2) < $7
   on conflict (credential_id) do nothing`,
)

const FIND = statement(
  'account.passkey_find',
  `select credential_id as "credentialId", person_id as buyer, public_key as "publicKey", sign_count as "signCount",
          transports
     from passkeys where credential_id = $1`,
)

// A counter that does not rise is a copied authenticator's; most passkeys count nothing and stay at 0.
const USED = statement(
  'account.passkey_used',
  `update passkeys set sign_count = $2, last_used_at = $3
    where credential_id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0))`,
)

const DELETE = statement(
  'account.passkey_delete',
  `delete from passkeys where credential_id = $1 and person_id = $2`,
)

const SPEND = statement(
  'account.challenge_spend',
  `insert into spent_challenges (challenge_hash, expires_at) values ($1, $2) on conflict do nothing`,
)

export type PasskeyView = { credentialId: string; createdAt: Date; lastUsedAt: Date | null }

export interface Passkeys {
  list(buyer: BuyerId): Promise<PasskeyView[]>
  /** For `navigator.credentials.create()`; only for an account. */
  registrationOptions(caller: Caller, site: Site): Promise<object | Refusal>
  register(
    caller: Caller,
    site: Site,
    credential: CredentialJson,
  ): Promise<{ credentialId: string } | Refusal>
  remove(buyer: BuyerId, credentialId: string): Promise<boolean>
  /** For `navigator.credentials.get()`: names no account, so it tells about none. */
  signInOptions(site: Site): Promise<object>
  /** Whose passkey signed; null for anything else. A challenge is good once. */
  verify(site: Site, credential: CredentialJson): Promise<BuyerId | null>
}

export type ChallengeDeps = { database: Database; clock: Clock; random: Random; mac: Mac }

export type PasskeyDeps = ChallengeDeps & {
  people: Pick<People, 'contact'>
  houseName: string
}

const SIGN_IN = 'sign-in'

export function createPasskeys(deps: PasskeyDeps): Passkeys {
  const { database, clock, people, houseName } = deps
  const list = async (buyer: BuyerId): Promise<(PasskeyView & { transports: string[] })[]> =>
    (await database.query<PasskeyView & { transports: string[] }>(LIST, [buyer])).rows
  return {
    list,
    registrationOptions: async (caller, site) => {
      if (caller.sessionGeneration === undefined) return needsAccount()
      const contact = await people.contact(caller.id)
      return registrationOptions({
        site,
        houseName,
        userId: Buffer.from(caller.id),
        userName: contact?.email ?? '',
        challenge: challenge(deps, caller.id),
        existing: await list(caller.id),
        timeoutMs: CHALLENGE_MS,
      })
    },
    register: async (caller, site, credential) => {
      if (caller.sessionGeneration === undefined) return needsAccount()
      const passkey = await checked(deps, credential, caller.id, (isChallenge) =>
        verifyRegistration(site, credential, isChallenge),
      )
      if (!passkey)
        return refuse('malformed', 'This is not a passkey made for this site and this moment. Begin again.')
      const { credentialId, publicKey, signCount, transports } = passkey
      const now = new Date(clock.now())
      const values = [credentialId, caller.id, publicKey, signCount, transports, now, PASSKEYS_MAX]
      const { rowCount } = await database.query(INSERT, values)
      if (rowCount === 1) return { credentialId }
      return refuse(
        'conflict',
        `This passkey is registered already, or the account has ${PASSKEYS_MAX} of them.`,
      )
    },
    remove: async (buyer, credentialId) =>
      (await database.query(DELETE, [credentialId, buyer])).rowCount === 1,
    signInOptions: (site) =>
      authenticationOptions({ site, challenge: challenge(deps, SIGN_IN), timeoutMs: CHALLENGE_MS }),
    verify: async (site, credential) => {
      const row = (await database.query<Passkey & { buyer: BuyerId }>(FIND, [credential.id])).rows[0]
      if (!row) return null
      const used = await checked(deps, credential, SIGN_IN, (isChallenge) =>
        verifyAuthentication(site, credential, row, isChallenge),
      )
      if (!used) return null
      const { rowCount } = await database.query(USED, [
        row.credentialId,
        used.signCount,
        new Date(clock.now()),
      ])
      return rowCount === 1 ? row.buyer : null
    },
  }
}

// Random, its end, and a signature over both and what it is for: nothing is stored until it is used.
const RANDOM_BYTES = 16
const TIME_BYTES = 6

export function challenge({ clock, random, mac }: ChallengeDeps, purpose: string): Uint8Array {
  const head = Buffer.alloc(RANDOM_BYTES + TIME_BYTES)
  head.set(random.bytes(RANDOM_BYTES))
  head.writeUIntBE(clock.now() + CHALLENGE_MS, RANDOM_BYTES, TIME_BYTES)
  return Buffer.concat([head, mac.sign(signed(head, purpose))])
}

function signed(head: Uint8Array, purpose: string): string {
  return `passkey\n${purpose}\n${Buffer.from(head).toString('base64url')}`
}

/** What `verify` makes of a credential whose challenge was ours, for this purpose, in time, and never used before. */
export async function checked<T>(
  { database, clock, mac }: ChallengeDeps,
  credential: CredentialJson,
  purpose: string,
  verify: (isChallenge: (challenge: string) => boolean) => Promise<T | null>,
): Promise<T | null> {
  const said = challengeIn(credential)
  if (!said) return null
  const head = Buffer.from(said.bytes.subarray(0, RANDOM_BYTES + TIME_BYTES))
  if (head.length < RANDOM_BYTES + TIME_BYTES) return null
  if (!mac.verify(signed(head, purpose), said.bytes.subarray(head.length))) return null
  const expiresMs = head.readUIntBE(RANDOM_BYTES, TIME_BYTES)
  if (expiresMs <= clock.now()) return null
  const verified = await verify((text) => text === said.text)
  if (verified === null) return null
  const spent = await database.query(SPEND, [said.hash, new Date(expiresMs)])
  return spent.rowCount === 1 ? verified : null
}

function needsAccount(): Refusal {
  return refuse('conflict', 'Only an account has passkeys. Verify a mail address first.')
}

import type { Clock, Ids } from '../../platform/clock.ts'
import { CLOCK_LEEWAY_SECONDS, signJwt, verifyJwt } from '../../platform/crypto/jwt.ts'
import type { Caller } from '../../platform/http/route.ts'
import { isUuid } from '../../shared/ids.ts'
import type { SessionKeys } from './key-ring.ts'
import { SESSION_SECONDS } from './limits.ts'
import type { Sessions } from './types.ts'

/** Issuer and audience of every session: a token made for anything else is not one. */
const ISSUER = 'usher'
const AUDIENCE = 'usher:buyers'
const NO_ROLES: readonly string[] = []

export type SessionsOptions = {
  keys: SessionKeys
  clock: Clock
  ids: Ids
  /** False with sandbox money. A token of one kind is nobody's token in the other. */
  livemode: boolean
}

export function createSessions({ keys, clock, ids, livemode }: SessionsOptions): Sessions {
  const issue: Sessions['issue'] = async (buyer, account) => {
    const issuedAtSeconds = Math.floor(clock.now() / 1000)
    const { keyId, key } = keys.sessionSigningKey()
    const accessToken = await signJwt({
      key,
      keyId,
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: buyer,
      issuedAtSeconds,
      expiresAtSeconds: issuedAtSeconds + SESSION_SECONDS,
      claims: { livemode, ...(account && { contact: account.contactHash, gen: account.generation }) },
    })
    return { accessToken, expiresInSeconds: SESSION_SECONDS, userId: buyer }
  }
  return { issue, issueGuest: () => issue(ids.uuid()) }
}

export type VerifiedSession = { caller: Caller; validUntilMs: number }

/** The buyer whom a session token names, or null. Costs about 0.1 ms: callers remember the answer. */
export async function verifySession(
  token: string,
  { keys, clock, livemode }: Omit<SessionsOptions, 'ids'>,
): Promise<VerifiedSession | null> {
  const claims = await verifyJwt(token, {
    issuer: ISSUER,
    audience: AUDIENCE,
    nowMs: clock.now(),
    key: (keyId) => keys.sessionVerifyingKey(keyId),
  })
  if (!claims || claims['livemode'] !== livemode || !isUuid(claims.sub!)) return null
  const contactHash = claims['contact']
  const sessionGeneration = claims['gen']
  return {
    caller: {
      kind: 'buyer',
      id: claims.sub!,
      roles: NO_ROLES,
      ...(typeof contactHash === 'string' && { contactHash }),
      ...(typeof sessionGeneration === 'number' && { sessionGeneration }),
    },
    validUntilMs: (claims.exp! + CLOCK_LEEWAY_SECONDS) * 1000,
  }
}

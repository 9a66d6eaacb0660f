import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import { equalBytes, sha256 } from '../../platform/crypto/signing.ts'
import type { Caller } from '../../platform/http/route.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { SessionKeys } from './key-ring.ts'
import { REMEMBERED_TOKENS, STAFF_TOKEN_TRUSTED_MS, TOKEN_LENGTH_MAX } from './limits.ts'
import { sessionGeneration, type EndedSessions, type ErasedPeople } from './session-ends.ts'
import { verifySession, type VerifiedSession } from './sessions.ts'
import { effectiveRoles, findStaffByToken, STAFF_TOKEN_PREFIX } from './staff.ts'

export const SESSION_COOKIE = 'usher_session'
const BEARER = 'Bearer '
const STAFF_TOKENS_REMEMBERED = 1_000

/** Who calls with `OPERATOR_TOKEN`: the house's own scripts. */
export const OPERATOR: Caller = {
  kind: 'staff',
  id: '00000000-0000-0000-0000-000000000000',
  roles: effectiveRoles(['admin']),
}

export type AuthenticateOptions = {
  keys: SessionKeys
  clock: Clock
  database: Database
  livemode: boolean
  operatorToken?: string | undefined
  /** Their guests' tokens are not good any more; accounts are asked for in the database. */
  erased: ErasedPeople
}

export type Authentication = {
  authenticate(request: Request): Caller | null | Promise<Caller | null>
  /** From memory: null without a token, undefined for one that has to be verified. */
  recognize(request: Request): Caller | null | undefined
  /** Forgets the remembered sessions of these people that began before the generation named, a guest's at all events. */
  forget(ended: readonly EndedSessions[]): void
  /** Asks the database again about all tokens of staff. */
  forgetStaff(): void
}

/**
 * Tells who calls. A session token that was verified before costs one look-up in a map, by the whole header and not
 * by a part of it: anything less than the whole token could be combined with another's signature.
 */
export function createAuthenticate(options: AuthenticateOptions): Authentication {
  const { keys, clock } = options
  const remembered = new LRUCache<string, VerifiedSession>({ max: REMEMBERED_TOKENS })
  const staff = createStaffAuthenticate(options)
  let generation = keys.generation

  const verify = async (header: string): Promise<Caller | null> => {
    const session = await verifySession(header.slice(BEARER.length), options)
    if (!session) return null
    const { id, sessionGeneration: began } = session.caller
    // A guest has nothing to sign out of, and costs no query. Looked at last, without a wait before it is remembered.
    if (began === undefined && options.erased.has(id)) return null
    if (began !== undefined && (await sessionGeneration(options.database, id)) !== began) return null
    remembered.set(header, session)
    return session.caller
  }

  const authenticate: Authentication['authenticate'] = (request) => {
    const header = request.headers.get('authorization') ?? fromCookie(request)
    if (header === null) return null
    if (generation !== keys.generation) {
      remembered.clear()
      generation = keys.generation
    }
    // Not `get`: moving every token to the front costs more than verifying the few again that leave too early.
    const known = remembered.peek(header)
    if (known !== undefined) {
      if (known.validUntilMs > clock.now()) return known.caller
      remembered.delete(header)
      return null
    }
    if (!header.startsWith(BEARER) || header.length > TOKEN_LENGTH_MAX) return null
    // A JWT begins with an encoded brace; nothing else is worth a verification.
    return header.startsWith('eyJ', BEARER.length) ? verify(header) : staff.find(header.slice(BEARER.length))
  }
  const recognize: Authentication['recognize'] = (request) => {
    const header = request.headers.get('authorization') ?? fromCookie(request)
    if (header === null) return null
    if (generation !== keys.generation) return undefined
    const known = remembered.get(header)
    if (known !== undefined) return known.validUntilMs > clock.now() ? known.caller : undefined
    if (!header.startsWith(BEARER) || header.length > TOKEN_LENGTH_MAX) return undefined
    return header.startsWith('eyJ', BEARER.length) ? undefined : staff.known(header.slice(BEARER.length))
  }
  return {
    authenticate,
    recognize,
    forgetStaff: staff.forget,
    forget: (ended) => {
      const generations = new Map(ended.map(({ buyer, generation }) => [buyer, generation]))
      for (const [header, { caller }] of remembered) {
        const generation = generations.get(caller.id)
        if (generation !== undefined && (caller.sessionGeneration ?? -1) < generation)
          remembered.delete(header)
      }
    },
  }
}

// Staff tokens are remembered for seconds only and by their hash: a removed member is out soon, and no secret that
// does not expire lies in memory.
function createStaffAuthenticate({ clock, database, operatorToken }: AuthenticateOptions): {
  find(token: string): Caller | null | Promise<Caller | null>
  known(token: string): Caller | undefined
  forget(): void
} {
  const operatorHash = operatorToken ? sha256(operatorToken) : null
  const remembered = new LRUCache<string, { caller: Caller | null; untilMs: number }>({
    max: STAFF_TOKENS_REMEMBERED,
  })

  const look = async (token: string, key: string): Promise<Caller | null> => {
    const caller = await findStaffByToken(token, { database, clock })
    remembered.set(key, { caller, untilMs: clock.monotonic() + STAFF_TOKEN_TRUSTED_MS })
    return caller
  }

  const inMemory = (token: string): { caller: Caller | null } | { key: string } => {
    const hashed = sha256(token)
    if (operatorHash && equalBytes(hashed, operatorHash)) return { caller: OPERATOR }
    if (!token.startsWith(STAFF_TOKEN_PREFIX)) return { caller: null }
    const key = Buffer.from(hashed).toString('base64url')
    const found = remembered.get(key)
    return found && found.untilMs > clock.monotonic() ? found : { key }
  }
  return {
    find: (token) => {
      const found = inMemory(token)
      return 'key' in found ? look(token, found.key) : found.caller
    },
    known: (token) => {
      const found = inMemory(token)
      // One that is not good stays one to be verified: it counts as bad each time.
      return 'key' in found ? undefined : (found.caller ?? undefined)
    },
    forget: () => remembered.clear(),
  }
}

/**
 * The web app's session, as if it had come in the header. SameSite keeps other sites from sending it; browsers that
 * tell where a request comes from are believed, too, for everything that changes something.
 */
function fromCookie(request: Request): string | null {
  const cookies = request.headers.get('cookie')
  if (cookies === null) return null
  const start = cookies.startsWith(`${SESSION_COOKIE}=`) ? 0 : cookies.indexOf(`; ${SESSION_COOKIE}=`)
  if (start < 0) return null
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const site = request.headers.get('sec-fetch-site')
    if (site !== null && site !== 'same-origin' && site !== 'none') return null
  }
  const from = cookies.indexOf('=', start) + 1
  const end = cookies.indexOf(';', from)
  return BEARER + cookies.slice(from, end < 0 ? undefined : end)
}

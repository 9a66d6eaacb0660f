import type { KeyObject } from 'node:crypto'
import type { Clock, Ids, Random } from '../../platform/clock.ts'
import type { Wrapping } from '../../platform/crypto/seal.ts'
import {
  equalBytes,
  generateJwk,
  hmacSha256,
  privateKeyOf,
  publicJwk,
  publicKeyOf,
  signEd25519,
  verifyEd25519,
  type Algorithm,
  type Jwk,
} from '../../platform/crypto/signing.ts'
import type { Database, Sql } from '../../platform/postgres/database.ts'
import { assert } from '../../shared/assert.ts'
import { keyStore, type StoredKey } from './key-store.ts'
import { SESSION_SECONDS } from './limits.ts'
import type { KeyRing, Mac, MacPurpose, Signer } from './types.ts'

const DAY_MS = 24 * 3600 * 1000
/** How often keys made by other processes are looked for. */
export const REFRESH_MS = 60_000
/** A new key is published this long before it signs, so that every process knows it by then. */
export const PUBLISHED_BEFORE_SIGNING_MS = 2 * REFRESH_MS

/**
 * What each purpose signs with and how long a signature lives; null: for ever. Tickets are checked years later, and
 * hashes of contacts are stored, so their keys never end (and that of contacts is never rotated).
 */
const PURPOSES = {
  session: { algorithm: 'ES256', livesMs: SESSION_SECONDS * 1000 + DAY_MS },
  ticket: { algorithm: 'EdDSA', livesMs: null },
  link: { algorithm: 'HS256', livesMs: DAY_MS },
  cursor: { algorithm: 'HS256', livesMs: DAY_MS },
  contact: { algorithm: 'HS256', livesMs: null },
} as const satisfies Record<string, { algorithm: Algorithm; livesMs: number | null }>

type Purpose = keyof typeof PURPOSES

type LoadedKey = {
  keyId: string
  signsFromMs: number
  verifyUntilMs: number
  jwk: Jwk
  privateKey?: KeyObject
  publicKey?: KeyObject
  secret?: Uint8Array
}

/** The ring with what only sessions need: the keys themselves. */
export type SessionKeys = KeyRing & {
  sessionSigningKey(): { keyId: string; key: KeyObject }
  /** Null: no such key. Asks the database once in a while, for another process may have made it. */
  sessionVerifyingKey(keyId: string): KeyObject | null | Promise<KeyObject | null>
  /** Rises when the set of keys changes; what was verified with an older set must be verified again. */
  readonly generation: number
}

export type KeyRingOptions = {
  database: Database
  wrapping: Wrapping
  clock: Clock
  ids: Ids
  random: Random
  onFault?: ((error: unknown) => void) | undefined
}

/** Loads the keys, makes those that are missing, and moves what an older USHER_KEY wrapped to the present one. */
export async function openKeyRing(options: KeyRingOptions): Promise<SessionKeys> {
  const { database, clock } = options
  const stored = await keyStore.locked(database, async (sql) => {
    const now = new Date(clock.now())
    let keys = await keyStore.list(sql, now)
    for (const purpose of Object.keys(PURPOSES) as Purpose[]) {
      if (!keys.some((key) => key.purpose === purpose)) await make(sql, purpose, now, options)
    }
    keys = await keyStore.list(sql, now)
    for (const key of keys) await rewrap(sql, key, options.wrapping)
    return keys
  })
  return ring(options, stored)
}

function ring(options: KeyRingOptions, stored: StoredKey[]): SessionKeys {
  const { database, clock, wrapping } = options
  let keys = load(stored, wrapping)
  let fingerprint = fingerprintOf(stored)
  let generation = 0
  let refreshedMs = clock.monotonic()
  let refreshing: Promise<void> | null = null

  const of = (purpose: Purpose): LoadedKey[] =>
    keys.get(purpose)!.filter((key) => key.verifyUntilMs > clock.now())

  const current = (purpose: Purpose): LoadedKey => {
    const all = keys.get(purpose)!
    const key = all.find((k) => k.signsFromMs <= clock.now()) ?? all.at(-1)
    assert(key, `there is no key for ${purpose}`)
    return key
  }

  const refresh = async (): Promise<void> => {
    const rows = await keyStore.list(database, new Date(clock.now()))
    refreshedMs = clock.monotonic()
    const now = fingerprintOf(rows)
    if (now === fingerprint) return
    keys = load(rows, wrapping)
    fingerprint = now
    generation += 1
  }
  const refreshOnce = (): Promise<void> => (refreshing ??= refresh().finally(() => (refreshing = null)))
  const timer = setInterval(() => void refreshOnce().catch((error) => options.onFault?.(error)), REFRESH_MS)
  timer.unref()

  return {
    tickets: signer(
      () => current('ticket'),
      () => of('ticket'),
    ),
    mac: macs(current, of),
    jwks: () => ({
      keys: (['session', 'ticket'] as const).flatMap((purpose) =>
        of(purpose).map(({ keyId, jwk }) => ({
          ...publicJwk(jwk),
          kid: keyId,
          alg: PURPOSES[purpose].algorithm,
          use: 'sig',
        })),
      ),
    }),
    refresh: refreshOnce,
    rotate: async (purpose) => {
      const keyId = await rotate(purpose, options)
      await refresh()
      return { keyId }
    },
    close: () => clearInterval(timer),
    sessionSigningKey: () => {
      const { keyId, privateKey } = current('session')
      return { keyId, key: privateKey! }
    },
    sessionVerifyingKey: (keyId) => {
      const find = (): KeyObject | null => of('session').find((key) => key.keyId === keyId)?.publicKey ?? null
      const known = find()
      // A token with an invented key id must not cost a query each: one look in five seconds is enough.
      if (known || clock.monotonic() - refreshedMs < 5_000) return known
      return refreshOnce().then(find)
    },
    get generation() {
      return generation
    },
  }
}

function signer(current: () => LoadedKey, all: () => LoadedKey[]): Signer {
  return {
    get keyId() {
      return current().keyId
    },
    sign: (bytes) => signEd25519(current().privateKey!, bytes),
    publicKeys: () =>
      all().map(({ keyId, jwk }) => ({ keyId, publicKey: new Uint8Array(Buffer.from(jwk.x!, 'base64url')) })),
    verify: (keyId, bytes, signature) => {
      const key = all().find((k) => k.keyId === keyId)
      return key !== undefined && verifyEd25519(key.publicKey!, bytes, signature)
    },
  }
}

function macs(current: (p: Purpose) => LoadedKey, all: (p: Purpose) => LoadedKey[]): (p: MacPurpose) => Mac {
  const make = (purpose: MacPurpose): Mac => ({
    get keyId() {
      return current(purpose).keyId
    },
    sign: (data) => hmacSha256(current(purpose).secret!, data),
    verify: (data, tag, keyId) =>
      all(purpose).some(
        (key) =>
          (keyId === undefined || key.keyId === keyId) && equalBytes(hmacSha256(key.secret!, data), tag),
      ),
  })
  const made: Record<MacPurpose, Mac> = {
    link: make('link'),
    contact: make('contact'),
    cursor: make('cursor'),
  }
  return (purpose) => made[purpose]
}

function load(stored: StoredKey[], wrapping: Wrapping): Map<Purpose, LoadedKey[]> {
  const keys = new Map<Purpose, LoadedKey[]>((Object.keys(PURPOSES) as Purpose[]).map((p) => [p, []]))
  for (const key of stored) {
    const jwk = JSON.parse(Buffer.from(wrapping.unwrap(key, context(key))).toString()) as Jwk
    keys.get(key.purpose as Purpose)?.push({
      keyId: key.keyId,
      signsFromMs: key.signsFrom.getTime(),
      verifyUntilMs: key.verifyUntil?.getTime() ?? Number.POSITIVE_INFINITY,
      jwk,
      ...(jwk.kty === 'oct'
        ? { secret: Buffer.from(jwk.k!, 'base64url') }
        : { privateKey: privateKeyOf(jwk), publicKey: publicKeyOf(jwk) }),
    })
  }
  return keys
}

async function make(sql: Sql, purpose: Purpose, signsFrom: Date, o: KeyRingOptions): Promise<string> {
  const { algorithm } = PURPOSES[purpose]
  // Random hex, short: the id travels in every token and in every ticket's code.
  const keyId = Buffer.from(o.random.bytes(6)).toString('hex')
  const jwk = Buffer.from(JSON.stringify(generateJwk(algorithm, o.random)))
  const wrapped = o.wrapping.wrap(jwk, context({ keyId, purpose }))
  await keyStore.insert(sql, { keyId, purpose, algorithm, signsFrom, ...wrapped }, new Date(o.clock.now()))
  return keyId
}

function rotate(purpose: Purpose, options: KeyRingOptions): Promise<string> {
  const { database, clock } = options
  return keyStore.locked(database, async (sql) => {
    const signsFromMs = clock.now() + PUBLISHED_BEFORE_SIGNING_MS
    const keyId = await make(sql, purpose, new Date(signsFromMs), options)
    const { livesMs } = PURPOSES[purpose]
    if (livesMs !== null) await keyStore.endOthers(sql, purpose, keyId, new Date(signsFromMs + livesMs))
    await keyStore.forget(sql, new Date(clock.now()))
    return keyId
  })
}

async function rewrap(sql: Sql, key: StoredKey, wrapping: Wrapping): Promise<void> {
  if (key.wrappingKeyId === wrapping.currentId) return
  const again = wrapping.wrap(wrapping.unwrap(key, context(key)), context(key))
  await keyStore.rewrap(sql, key, again.wrapped, again.wrappingKeyId)
}

function context({ keyId, purpose }: { keyId: string; purpose: string }): string {
  return `keys/${purpose}/${keyId}`
}

function fingerprintOf(keys: StoredKey[]): string {
  return keys.map((key) => `${key.keyId}:${key.verifyUntil?.getTime() ?? ''}`).join(' ')
}

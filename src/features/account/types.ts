import type { Caller } from '../../platform/http/route.ts'
import type { BuyerId, EventId } from '../../shared/ids.ts'

/** What a buyer told us about themselves. Stored encrypted under a key of the person's own. */
export type Contact = {
  name: string
  email: string
  /** BCP 47, e.g. "en" or "de-AT". */
  locale: string
  phone?: string
}

/**
 * The people behind the ids. Ledger, facts, orders and logs carry ids only; whatever names a person is here, under a
 * key of its own, and erasing the person deletes that key.
 */
export interface People {
  /**
   * Creates the person on first use; what is left out of a later call stays as it was. False where the person was
   * erased: they stay erased.
   */
  saveContact(buyer: BuyerId, contact: Partial<Contact>): Promise<boolean>
  /** Null where nothing is known or the person was erased. */
  contact(buyer: BuyerId): Promise<Contact | null>
  /** Remembers that the buyer has something at this event, so that "my orders" asks only there. Idempotent. */
  noteBuyerEvent(buyer: BuyerId, eventId: EventId): Promise<void>
  /** The latest first. */
  eventsOf(buyer: BuyerId): Promise<EventId[]>
  /** `kind` names the text agreed to ("terms", "newsletter"), `version` which one of it. */
  noteConsent(buyer: BuyerId, kind: string, version: string, granted: boolean): Promise<void>
  /** Keyed hash of a mail address for limits: without the tag after a "+". Nobody is found by it. */
  contactHash(email: string): string
  /** Keyed hash of the whole mail address, by which a person is found: 256 bits. */
  mailHash(email: string): Uint8Array
  /** Deletes the person's key: what was encrypted with it is gone, also in every backup made from now on. */
  erase(buyer: BuyerId): Promise<void>
}

/** Signs with the newest key and publishes every key whose signatures must still be checked. */
export interface Signer {
  /** Of the key that signs now; travels with the signature. */
  readonly keyId: string
  /** Ed25519, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array
  /** Raw Ed25519 keys, 32 bytes, newest first. */
  publicKeys(): { keyId: string; publicKey: Uint8Array }[]
  verify(keyId: string, bytes: Uint8Array, signature: Uint8Array): boolean
}

/** HMAC-SHA-256 under the newest key of one purpose; older keys go on verifying until they are retired. */
export interface Mac {
  readonly keyId: string
  sign(data: string | Uint8Array): Uint8Array
  /** Constant time. Without `keyId` every key of the purpose is tried. */
  verify(data: string | Uint8Array, tag: Uint8Array, keyId?: string): boolean
}

/** What a MAC is for. A tag made for one purpose never verifies for another. */
export type MacPurpose = 'link' | 'contact' | 'cursor'

export interface KeyRing {
  /** Tickets, signed so that a scanner needs no network. */
  readonly tickets: Signer
  mac(purpose: MacPurpose): Mac
  /** The document at /.well-known/jwks.json: public keys of sessions (ES256) and tickets (EdDSA). */
  jwks(): { keys: Record<string, unknown>[] }
  /** Reads the keys that other processes added. Runs once a minute by itself. */
  refresh(): Promise<void>
  /** Makes a new key of the purpose; the old one stays published until what it signed has expired. */
  rotate(purpose: 'session' | 'ticket' | 'link' | 'cursor'): Promise<{ keyId: string }>
  close(): void
}

export type IssuedSession = { accessToken: string; expiresInSeconds: number; userId: BuyerId }

/** What an account's token carries beside its owner: the generation that signing out everywhere ends. */
export type AccountSession = { contactHash: string; generation: number }

export interface Sessions {
  /** A guest: a new id in a signed token; no row is written. */
  issueGuest(): Promise<IssuedSession>
  /** A token for a known buyer, e.g. a refreshed one; `account` where their mail is verified. */
  issue(buyer: BuyerId, account?: AccountSession): Promise<IssuedSession>
}

/**
 * - admin: everything, for the whole house or for one organiser
 * - catalog: events, layouts, prices, texts
 * - sales: orders, refunds, holds of the house, waiting room and control room
 * - box-office: sells and cancels at the counter
 * - scanner: admits tickets at the door
 * - auditor: reads everything but personal data, changes nothing; also the metrics
 */
export const STAFF_ROLES = ['admin', 'catalog', 'sales', 'box-office', 'scanner', 'auditor'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

export type StaffMember = {
  staffId: string
  name: string
  roles: StaffRole[]
  /** Undefined: the whole house. */
  organiserId?: string
}

export interface Staff {
  /** The token is shown once and stored only as a hash. `taken`: somebody has that name. */
  add(c: {
    name: string
    roles: readonly StaffRole[]
    organiserId?: string | undefined
  }): Promise<{ taken: true } | { taken: false; token: string; member: StaffMember }>
  list(): Promise<StaffMember[]>
  /** Takes effect in every process within 10 s. False: nobody has that name or id. */
  remove(nameOrId: string): Promise<boolean>
}

export interface SecondFactor {
  /** A new secret for an authenticator app; it counts once `confirm` was told a code. Null: there is one already. */
  begin(staffId: string, name: string): Promise<{ uri: string; secret: string } | null>
  /** True for a right code: from now on the member's token opens nothing without `signIn`. */
  confirm(staffId: string, code: string): Promise<boolean>
  /** A token for twelve hours; null for a wrong, used or old code, or after too many tries. */
  signIn(staffId: string, code: string): Promise<{ token: string; expiresInSeconds: number } | null>
  /** Takes app and passkeys away, for whoever lost their phone; by somebody at the house's command line. */
  reset(name: string): Promise<boolean>
}

/** Short-lived links for downloads, where a browser cannot send a header. */
export interface Links {
  /** `path` with `expires` and `signature` added: good for this caller's path and nothing else. */
  sign(path: string, seconds: number): string
  /** Whether the request's path and query were signed here and the time has not run out. */
  verify(url: string): boolean
}

export interface Account {
  readonly keys: KeyRing
  readonly people: People
  readonly sessions: Sessions
  readonly staff: Staff
  readonly secondFactor: SecondFactor
  readonly links: Links
  /** Whether this person was erased lately (30 days), as far as this process has heard: within 5 s of it. */
  isErased(buyer: BuyerId): boolean
  /** A new token for the caller's; null where their sessions were ended. */
  refresh(caller: Caller): Promise<IssuedSession | null>
  /** Ends all sessions of the account: here at once, in other processes within `SESSION_END_SEEN_MS`. */
  endSessions(buyer: BuyerId): Promise<void>
  /**
   * The caller whom the request's bearer token (or the web app's cookie) names; null without a token or with a bad
   * one. Answers at once, without a promise, for a token that was verified before.
   */
  authenticate(request: Request): Caller | null | Promise<Caller | null>
  /** What `authenticate` knows without looking: null without a token, undefined for one that must be verified. */
  recognize(request: Request): Caller | null | undefined
  /** Asks the database again about all tokens of staff. */
  forgetStaff(): void
  close(): void
}

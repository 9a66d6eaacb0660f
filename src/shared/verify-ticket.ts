import {
  decodeTicketCode,
  isGenuine,
  type TicketContents,
  type TicketKeys,
  type TicketSigner,
} from './ticket-code.ts'

/**
 * What happened to tickets of an event since a version, as the signed list says (docs/tickets.md). `version` is the
 * ledger's version up to which it is complete.
 */
export type VoidedList = {
  eventId: string
  since: number
  version: number
  /** Milliseconds since 1970. */
  at: number
  /** By serial: the ledger's version at which the ticket became void. */
  tickets: ReadonlyMap<number, number>
}

/**
 * `unchecked`: genuine, but the list is of another event, so it does not say whether the ticket became void.
 * `unknown_key`: signed with a key that is not in the set, which may be older than a rotation; nothing in it is proven.
 */
export type Verdict =
  | {
      verdict: 'valid' | 'void' | 'wrong_event' | 'test' | 'unchecked' | 'unknown_key'
      ticket: TicketContents
    }
  | { verdict: 'forged' }

export type VerifyOptions = {
  keys: TicketKeys
  /** The event at whose door we stand; any where it is left out. */
  eventId?: string | undefined
  voided?: VoidedList | undefined
  /** Sandbox tickets count as valid: for a rehearsal at the door. */
  isTest?: boolean | undefined
}

/** What a scanner says about a code, without a network. */
export async function verifyTicket(code: string, options: VerifyOptions): Promise<Verdict> {
  const decoded = decodeTicketCode(code)
  if (!decoded) return { verdict: 'forged' }
  const { ticket } = decoded
  if (!options.keys.has(ticket.keyId)) return { verdict: 'unknown_key', ticket }
  if (!(await isGenuine(decoded, options.keys))) return { verdict: 'forged' }
  if (options.eventId !== undefined && ticket.eventId !== options.eventId)
    return { verdict: 'wrong_event', ticket }
  const { voided } = options
  if (voided && voided.eventId !== ticket.eventId) return { verdict: 'unchecked', ticket }
  if (voided && isVoid(ticket, voided)) return { verdict: 'void', ticket }
  if (!ticket.livemode && options.isTest !== true) return { verdict: 'test', ticket }
  return { verdict: 'valid', ticket }
}

/** A code is as good as the version it was made at: one that was made after the ticket became void is a new one. */
function isVoid(ticket: TicketContents, list: VoidedList): boolean {
  const voidAt = list.tickets.get(ticket.serial)
  return voidAt !== undefined && voidAt >= ticket.stateVersion
}

/** The keys of a JSON Web Key Set that sign tickets: Ed25519, those with an id. */
export function ticketKeysOf(jwks: unknown): TicketKeys {
  const list = (jwks as { keys?: unknown } | null)?.keys
  const keys = new Map<string, Uint8Array>()
  for (const key of Array.isArray(list) ? (list as Record<string, unknown>[]) : []) {
    const { kty, crv, x, kid } = key
    if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof kid !== 'string') continue
    const raw = fromBase64Url(x)
    if (raw?.length === 32) keys.set(kid, raw)
  }
  return keys
}

/** The signed list (a JWS in its compact form); null when none of the keys signed it or it is no such list. */
export async function readVoidedList(jws: string, keys: TicketKeys): Promise<VoidedList | null> {
  const [head, body, tag, ...more] = jws.trim().split('.')
  if (!head || !body || !tag || more.length > 0) return null
  const header = parse(head)
  const raw = keys.get(String(header?.kid))
  const signature = fromBase64Url(tag)
  if (!raw || !signature || header?.alg !== 'EdDSA' || header.typ !== VOIDED_LIST_TYPE) return null
  const key = await crypto.subtle.importKey('raw', raw as Uint8Array<ArrayBuffer>, 'Ed25519', false, [
    'verify',
  ])
  const signed = new TextEncoder().encode(`${head}.${body}`)
  if (!(await crypto.subtle.verify('Ed25519', key, signature, signed))) return null
  return listOf(parse(body))
}

export const VOIDED_LIST_TYPE = 'usher-voided+jws'

/** The list's text, signed. Tickets are pairs of serial and version. */
export function writeVoidedList(list: VoidedList, signer: TicketSigner): string {
  const body = {
    event_id: list.eventId,
    since: list.since,
    version: list.version,
    iat: Math.floor(list.at / 1000),
    tickets: [...list.tickets],
  }
  for (;;) {
    const { keyId } = signer
    const header = { alg: 'EdDSA', typ: VOIDED_LIST_TYPE, kid: keyId }
    const text = `${toBase64Url(JSON.stringify(header))}.${toBase64Url(JSON.stringify(body))}`
    const signature = signer.sign(new TextEncoder().encode(text))
    if (signer.keyId === keyId) return `${text}.${toBase64Url(signature)}`
  }
}

function listOf(body: Record<string, unknown> | null): VoidedList | null {
  if (!body) return null
  const { event_id: eventId, since, version, iat, tickets } = body
  if (typeof eventId !== 'string' || !isCount(since) || !isCount(version) || !isCount(iat)) return null
  if (!Array.isArray(tickets)) return null
  const pairs = tickets as [number, number][]
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isCount))) return null
  return { eventId, since, version, at: iat * 1000, tickets: new Map(pairs) }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function parse(part: string): Record<string, unknown> | null {
  const bytes = fromBase64Url(part)
  try {
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> | null)
  } catch {
    return null
  }
}

function toBase64Url(data: string | Uint8Array): string {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
}

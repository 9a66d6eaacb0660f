/**
 * The text in a ticket's QR code: what a scanner needs to know, signed with Ed25519, so that it decides without a
 * network. Bytes, numbers as LEB128:
 *
 *   head          1   high four bits: format (1); bit 3: live money; bits 0–1: place (0 none, 1 seat, 2 area)
 *   key id        6   which key signed
 *   event id      n
 *   ticket id    16   UUID
 *   serial        n   unique within the event
 *   state version n   the ledger's version at which the ticket became what it is
 *   place         n   index of the seat or the area in the layout; left out where there is none
 *   signature    64   over "usher-ticket-1\n" and all bytes before it
 *
 * Written in Base32 (RFC 4648, no padding). Capitals and digits take QR's alphanumeric mode, 5.5 bits a character:
 * the same bytes in Base64 need byte mode and two sizes more (57 modules a side instead of 49 at error correction Q).
 * Base45 would save five characters and cost everything else: it has blanks, "%", "$" and "/", which break when a code
 * is typed, pasted, put into a URL or into a shell.
 */
export type TicketContents = {
  /** Twelve hex digits. */
  keyId: string
  eventId: string
  /** UUID, without the event in front. */
  ticketId: string
  serial: number
  stateVersion: number
  /** Index in the layout. A hint for the person at the door: a moved ticket keeps its code. */
  place: { kind: 'seat' | 'area'; no: number } | null
  /** False: paid with sandbox money, admits nobody. */
  livemode: boolean
}

/** The part of a key ring that signs. */
export type TicketSigner = { readonly keyId: string; sign(bytes: Uint8Array): Uint8Array }

/** Raw Ed25519 keys, 32 bytes each, by key id. */
export type TicketKeys = ReadonlyMap<string, Uint8Array>

export type DecodedTicket = { ticket: TicketContents; signed: Uint8Array; signature: Uint8Array }

const FORMAT = 1
const LIVE = 0b1000
const PLACE_KINDS = [null, 'seat', 'area'] as const
const KEY_ID = /^[0-9a-f]{12}$/
const KEY_ID_BYTES = 6
const UUID_BYTES = 16
const SIGNATURE_BYTES = 64
/** No code is longer, and nothing longer is looked at: all numbers at their largest. */
export const CODE_LENGTH_MAX = 240
const DOMAIN = new TextEncoder().encode('usher-ticket-1\n')

/** The code of a ticket. The same contents under the same key always give the same code. */
export function signTicket(contents: Omit<TicketContents, 'keyId'>, signer: TicketSigner): string {
  for (;;) {
    const { keyId } = signer
    const payload = encodePayload({ ...contents, keyId })
    const signature = signer.sign(concat(DOMAIN, payload))
    // A new key may have begun to sign between the two.
    if (signer.keyId === keyId) return toBase32(concat(payload, signature))
  }
}

/** What a code says, before anybody has checked that it is true; null when it is no code. Case and blanks do not matter. */
export function decodeTicketCode(code: string): DecodedTicket | null {
  const text = code.replace(/[\s-]/g, '').toUpperCase()
  if (text.length > CODE_LENGTH_MAX) return null
  const bytes = fromBase32(text)
  if (!bytes || bytes.length <= SIGNATURE_BYTES) return null
  const payload = bytes.subarray(0, bytes.length - SIGNATURE_BYTES)
  const ticket = decodePayload(payload)
  return ticket && { ticket, signed: concat(DOMAIN, payload), signature: bytes.subarray(payload.length) }
}

/** Whether one of the keys signed it. */
export async function isGenuine(decoded: DecodedTicket, keys: TicketKeys): Promise<boolean> {
  const raw = keys.get(decoded.ticket.keyId)
  if (!raw) return false
  const key = await crypto.subtle.importKey('raw', raw as Uint8Array<ArrayBuffer>, 'Ed25519', false, [
    'verify',
  ])
  return crypto.subtle.verify(
    'Ed25519',
    key,
    decoded.signature as Uint8Array<ArrayBuffer>,
    decoded.signed as Uint8Array<ArrayBuffer>,
  )
}

function encodePayload(t: TicketContents): Uint8Array {
  if (!KEY_ID.test(t.keyId)) throw new Error('the id of a key that signs tickets has twelve hex digits')
  const kind = PLACE_KINDS.indexOf(t.place?.kind ?? null)
  return Uint8Array.from([
    (FORMAT << 4) | (t.livemode ? LIVE : 0) | kind,
    ...fromHex(t.keyId),
    ...varint(Number(t.eventId)),
    ...fromHex(t.ticketId.replaceAll('-', '')),
    ...varint(t.serial),
    ...varint(t.stateVersion),
    ...(t.place ? varint(t.place.no) : []),
  ])
}

function decodePayload(bytes: Uint8Array): TicketContents | null {
  const reader = new Reader(bytes)
  const head = reader.take(1)?.[0]
  if (head === undefined || head >> 4 !== FORMAT) return null
  const kind = PLACE_KINDS[head & 0b11]
  const keyId = reader.take(KEY_ID_BYTES)
  const eventId = reader.varint()
  const uuid = reader.take(UUID_BYTES)
  const serial = reader.varint()
  const stateVersion = reader.varint()
  if (kind === undefined || (head & 0b100) !== 0) return null
  const no = kind === null ? 0 : reader.varint()
  if (!keyId || !uuid || eventId === null || serial === null || stateVersion === null || no === null)
    return null
  if (!reader.isAtEnd || eventId === 0) return null
  return {
    keyId: toHex(keyId),
    eventId: String(eventId),
    ticketId: toHex(uuid).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    serial,
    stateVersion,
    place: kind === null ? null : { kind, no },
    livemode: (head & LIVE) !== 0,
  }
}

class Reader {
  #at = 0
  constructor(readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length
  }

  take(length: number): Uint8Array | null {
    if (this.#at + length > this.bytes.length) return null
    this.#at += length
    return this.bytes.subarray(this.#at - length, this.#at)
  }

  /** Null for what is cut off, too large, or longer than it needs to be: a number has one form. */
  varint(): number | null {
    let value = 0
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.take(1)?.[0]
      if (byte === undefined) return null
      value += (byte & 127) * scale
      if (byte < 128) return (byte === 0 && scale > 1) || !Number.isSafeInteger(value) ? null : value
    }
    return null
  }
}

function varint(value: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('a number in a ticket code is a whole one')
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function toBase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31]
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text
}

/** Null for other characters, and for a text that `toBase32` would not have written: a ticket has one code. */
function fromBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let bits = 0
  let held = 0
  let at = 0
  for (const char of text) {
    const value = ALPHABET.indexOf(char)
    if (value < 0) return null
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) bytes[at++] = (held >> (bits -= 8)) & 255
  }
  return bits < 5 && (held & ((1 << bits) - 1)) === 0 ? bytes : null
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(i * 2, i * 2 + 2), 16),
  )
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}

import { createHash } from 'node:crypto'
import { CHANGE_KINDS, type Change } from './changes.ts'

/** The only format so far: this byte, then the entry as UTF-8 JSON. Decoders of old formats stay for ever. */
export const FORMAT_JSON = 1

/** One entry of an event's ledger (docs/ledger-format.md). Carries opaque ids only, never personal data. */
export type Entry = {
  event: string
  version: number
  /** Milliseconds since 1970. */
  at: number
  batch: string
  changes: Change[]
}

/** The bytes that are stored and hashed. Object keys keep the order in which the arbiter made them. */
export function encodeEntry(entry: Entry): Buffer {
  const json = JSON.stringify({
    event: entry.event,
    version: entry.version,
    at: entry.at,
    batch: entry.batch,
    changes: entry.changes,
  })
  const bytes = Buffer.allocUnsafe(1 + Buffer.byteLength(json))
  bytes[0] = FORMAT_JSON
  bytes.write(json, 1)
  return bytes
}

/** Thrown for an entry that this version does not know how to read: the event must not be sold by this process. */
export class UnknownFormat extends Error {
  constructor(what: string) {
    super(`${what} is not known to this version of Usher; update it`)
  }
}

export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes[0] !== FORMAT_JSON) throw new UnknownFormat(`ledger format ${bytes[0] ?? 0}`)
  const entry = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1).toString('utf8'),
  ) as Entry
  // Half an entry applied would be worse than none.
  for (const { k } of entry.changes ?? [])
    if (!Object.hasOwn(CHANGE_KINDS, k)) throw new UnknownFormat(`the kind of change "${k}"`)
  return entry
}

/** SHA-256(prev_hash ‖ bytes): each entry vouches for all before it. */
export function hashEntry(previousHash: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(previousHash).update(bytes).digest()
}

import { createHash } from 'node:crypto'

/**
 * What the ledger calls an access code: another name at every event, 128 bits of SHA-256 in the form of a UUID. Case,
 * width and white space around it do not count. Whoever can read the rules can try out short codes: make them long
 * (ten letters and digits or more) where that matters.
 */
export function accessCodeHash(eventId: string, code: string): string {
  const plain = code.normalize('NFKC').trim().toUpperCase()
  const hex = createHash('sha256').update(`access code\n${eventId}\n${plain}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

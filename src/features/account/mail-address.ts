import { domainToASCII } from 'node:url'

/**
 * The one spelling of a mail address: small letters, composed characters, the domain as it is looked up. An account is
 * found by it, and a code is mailed to it and not to what was typed, so that whoever gets in has read the mail of exactly
 * this mailbox, whatever a provider makes of "+", capitals or look-alikes.
 */
export function wholeAddress(email: string): string {
  const text = email.trim().toLowerCase().normalize('NFC')
  const at = text.lastIndexOf('@')
  const domain = text.slice(at + 1)
  // For what is no domain the answer is empty, and plain ones can be spared the way through a URL.
  return `${text.slice(0, at)}@${(!isAscii(domain) && domainToASCII(domain)) || domain}`
}

/**
 * For limits alone: what follows a "+" is left out, because with most providers it reaches the same person, who would
 * otherwise have as many limits as they like. Where it is an ordinary letter, strangers share a limit and nothing else.
 * Dots are kept: only one provider ignores them.
 */
export function addressWithoutTag(email: string): string {
  const text = wholeAddress(email).normalize('NFKC')
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  // "+one@…" has no tag: without it nothing would be left to tell people apart.
  return `${local.split('+')[0] || local}${text.slice(at)}`
}

function isAscii(text: string): boolean {
  return !/[^\x20-\x7e]/.test(text)
}

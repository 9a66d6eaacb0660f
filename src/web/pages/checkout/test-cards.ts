/**
 * The sandbox's test cards. Their numbers are Stripe's published ones, and the sandbox's own for its faults; none
 * belongs to anybody. The browser turns a number into the name of a means of payment, so that also here no card
 * number reaches the server.
 */
export const TEST_CARDS = [
  { number: '4242424242424242', token: 'pm_card_visa', name: 'pays' },
  { number: '4000000000000002', token: 'pm_card_chargeDeclined', name: 'declined' },
  { number: '4000000000009995', token: 'pm_card_chargeDeclinedInsufficientFunds', name: 'funds' },
  { number: '4000000000020018', token: 'pm_sandbox_slow', name: 'slow' },
  { number: '4000000000020026', token: 'pm_sandbox_lost', name: 'lost' },
  { number: '4000000000020034', token: 'pm_sandbox_down', name: 'down' },
] as const

export type TestCard = (typeof TEST_CARDS)[number]
export type Card = { number: string; expires: string; code: string }
export type CardFault = 'incomplete' | 'mistyped' | 'not_a_test_card' | 'over'

const DIGITS_MAX = 19

/** What is wrong with each field; empty when the card can be sent. `now` is in milliseconds. */
export function cardFaults(card: Card, now: number): Partial<Record<keyof Card, CardFault>> {
  const faults: Partial<Record<keyof Card, CardFault>> = {}
  const number = digitsOf(card.number)
  if (number.length < 15) faults.number = 'incomplete'
  else if (!fitsLuhn(number)) faults.number = 'mistyped'
  else if (!testCard(number)) faults.number = 'not_a_test_card'
  const expires = digitsOf(card.expires)
  const month = Number(expires.slice(0, 2))
  if (expires.length < 4 || month < 1 || month > 12) faults.expires = 'incomplete'
  else if (Date.UTC(2000 + Number(expires.slice(2)), month, 1) <= now) faults.expires = 'over'
  if (!/^\d{3,4}$/.test(card.code)) faults.code = 'incomplete'
  return faults
}

export function testCard(number: string): TestCard | null {
  return TEST_CARDS.find((card) => card.number === digitsOf(number)) ?? null
}

/** "4242 4242 4242 4242" while it is typed. */
export function formatNumber(text: string): string {
  return digitsOf(text)
    .slice(0, DIGITS_MAX)
    .replace(/(\d{4})(?=\d)/g, '$1 ')
}

/** "04 / 29" while it is typed; a first digit above 1 can only be a month of its own. */
export function formatExpiry(text: string): string {
  const digits = digitsOf(text)
  const padded = (/^[2-9]/.test(digits) ? `0${digits}` : digits).slice(0, 4)
  return padded.length > 2 ? `${padded.slice(0, 2)} / ${padded.slice(2)}` : padded
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '')
}

/** The check digit of ISO/IEC 7812. */
export function fitsLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits.length > 0 && sum % 10 === 0
}

import type { BookingRequestBody } from '../../../shared/schemas/bookings.ts'

/**
 * One wish to pay: a reservation, a card, and the key that makes it one. It is written down before it is sent and
 * forgotten when its outcome is known, so that whatever lies between (a lost network, a reload, a second press) asks
 * for the same payment again and never for another one. No card number is in it.
 */
export type Intention = {
  key: string
  body: BookingRequestBody
  /** Known once the server has said PENDING. */
  bookingId: string | null
}

const PREFIX = 'usher:pay:'

export function readIntention(reservationId: string): Intention | null {
  try {
    const text = sessionStorage.getItem(PREFIX + reservationId)
    const found = text === null ? null : (JSON.parse(text) as Intention)
    return found && typeof found.key === 'string' && found.body?.reservation_id === reservationId
      ? found
      : null
  } catch {
    return null
  }
}

export function keepIntention(intention: Intention): void {
  try {
    sessionStorage.setItem(PREFIX + intention.body.reservation_id, JSON.stringify(intention))
  } catch {
    // A browser that keeps nothing still pays once: the ledger lets only one attempt at a reservation run.
  }
}

export function forgetIntention(reservationId: string): void {
  try {
    sessionStorage.removeItem(PREFIX + reservationId)
  } catch {
    // Nothing was kept.
  }
}

/** A key nobody else has; `randomUUID` is missing where a test server is reached without TLS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/** What the buyer typed about themselves, so that a reload does not ask again; gone with the tab. */
export type Contact = { name: string; email: string }
const CONTACT = 'usher:contact'

export function readContact(): Contact {
  try {
    const found = JSON.parse(sessionStorage.getItem(CONTACT) ?? '{}') as Partial<Contact>
    return { name: String(found.name ?? ''), email: String(found.email ?? '') }
  } catch {
    return { name: '', email: '' }
  }
}

export function keepContact(contact: Contact): void {
  try {
    sessionStorage.setItem(CONTACT, JSON.stringify(contact))
  } catch {
    // Then it is asked again.
  }
}

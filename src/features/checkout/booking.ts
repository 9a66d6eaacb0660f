import { assert, assertNever } from '../../shared/assert.ts'

/**
 * The checkout as a state machine without I/O: `next` says what an answer means, `effectOf` what to do next.
 * docs/checkout.md is this file as a table, and a test compares the two.
 *
 * A state is written down before its effect is started and left only with what came of it, so a crash anywhere is
 * resumed by doing the state's effect again: every effect is idempotent.
 */
export const STATES = [
  'beginning',
  'opening',
  'authorizing',
  'withdrawing',
  'confirming',
  'reseating',
  'ending',
  'voiding',
  'capturing',
  'issuing',
  'unbooking',
  'returning',
  'reopening',
  'confirmed',
  'failed',
  'dropped',
] as const
export type BookingState = (typeof STATES)[number]

/** What is known of the money. `unknown`: the provider was asked and may still say yes. */
export type MoneyState = 'none' | 'unknown' | 'authorized' | 'captured' | 'returned'

export type Failure =
  /** The bank said no. */
  | 'card_declined'
  /** The seats were gone before the money could be taken. */
  | 'reservation_expired'
  /** Nobody answered in time. */
  | 'payment_timed_out'
  /** The provider gave the authorization up before it was captured. */
  | 'payment_lapsed'
  /** The tickets were made void before they were valid. */
  | 'booking_withdrawn'
  /** The house cancelled the event before it was booked. */
  | 'event_cancelled'

export type Booking = {
  readonly state: BookingState
  /** False where there is nothing to ask a provider for: a total of zero, or a tender recorded by staff. */
  readonly asksProvider: boolean
  readonly money: MoneyState
  /** The ledger has the seats as BOOKED for this attempt. */
  readonly booked: boolean
  /** A late success has had its one try for the same seats. */
  readonly reseated: boolean
  readonly failure: Failure | null
}

export const EVENTS = [
  'begun',
  'begin_refused',
  'opened',
  'rejected',
  'authorized',
  'declined',
  'voided',
  'captured',
  'deadline',
  'booked',
  'hold_gone',
  'event_gone',
  'reheld',
  'ended',
  'issued',
  'issue_refused',
  'tickets_void',
  'returned',
  'reopened',
] as const
export type BookingEvent = (typeof EVENTS)[number]

export type Effect =
  | 'begin_payment'
  | 'open_charge'
  | 'authorize'
  /** Look; take it where it was authorized after all, else void it so that it never will be. */
  | 'withdraw'
  | 'confirm'
  | 'hold_again'
  | 'end_payment'
  | 'void'
  | 'capture'
  | 'issue'
  | 'cancel_tickets'
  | 'refund'
  | 'reopen'

export function newBooking(asksProvider: boolean): Booking {
  return { state: 'beginning', asksProvider, money: 'none', booked: false, reseated: false, failure: null }
}

export function isSettled(state: BookingState): state is 'confirmed' | 'failed' | 'dropped' {
  return state === 'confirmed' || state === 'failed' || state === 'dropped'
}

/** Whether time alone ends this state: after `payment_until` it gets the event `deadline` instead of its effect. */
export function hasDeadline(state: BookingState): boolean {
  return state === 'opening' || state === 'authorizing'
}

export function effectOf(state: BookingState): Effect | null {
  switch (state) {
    case 'beginning':
      return 'begin_payment'
    case 'opening':
      return 'open_charge'
    case 'authorizing':
      return 'authorize'
    case 'withdrawing':
      return 'withdraw'
    case 'confirming':
      return 'confirm'
    case 'reseating':
      return 'hold_again'
    case 'ending':
      return 'end_payment'
    case 'voiding':
      return 'void'
    case 'capturing':
      return 'capture'
    case 'issuing':
      return 'issue'
    case 'unbooking':
      return 'cancel_tickets'
    case 'returning':
      return 'refund'
    case 'reopening':
      return 'reopen'
    case 'confirmed':
    case 'failed':
    case 'dropped':
      return null
    default:
      return assertNever(state)
  }
}

/** Null: the event means nothing in this state, and whoever brought it looks again. */
export function next(b: Booking, event: BookingEvent): Booking | null {
  switch (b.state) {
    case 'beginning':
      if (event === 'begun') return to(b, b.asksProvider ? 'opening' : 'confirming')
      if (event === 'begin_refused') return to(b, 'dropped')
      return null
    case 'opening':
      // From here on the provider may have been asked for money at any moment.
      if (event === 'opened') return to(b, 'authorizing', { money: 'unknown' })
      if (event === 'rejected') return fail(b, 'card_declined')
      // A charge that was opened and not authorized can never take money.
      if (event === 'deadline') return fail(b, 'payment_timed_out')
      return null
    case 'authorizing':
    case 'withdrawing':
      return afterAsking(b, event)
    case 'confirming':
      if (event === 'booked') return booked(b)
      if (event === 'hold_gone') {
        return b.asksProvider && !b.reseated ? to(b, 'reseating') : fail(b, 'reservation_expired')
      }
      if (event === 'event_gone') return fail(b, 'event_cancelled')
      return null
    case 'reseating':
      if (event === 'reheld') return to(b, 'confirming', { reseated: true })
      if (event === 'hold_gone') return fail({ ...b, reseated: true }, 'reservation_expired')
      if (event === 'event_gone') return fail(b, 'event_cancelled')
      return null
    case 'ending':
      if (event === 'ended') return returnMoney(b)
      // Somebody who was thought dead has booked it: go on from there, or undo it where the money is gone.
      if (event === 'booked') return booked(b)
      return null
    default:
      return afterLedger(b, event)
  }
}

function afterAsking(b: Booking, event: BookingEvent): Booking | null {
  switch (event) {
    case 'authorized':
      return to(b, 'confirming', { money: 'authorized' })
    // Some means of payment know no authorization.
    case 'captured':
      return to(b, 'confirming', { money: 'captured' })
    case 'declined':
      return fail({ ...b, money: 'none' }, 'card_declined')
    case 'voided':
      return fail(
        { ...b, money: 'returned' },
        b.state === 'withdrawing' ? 'payment_timed_out' : 'payment_lapsed',
      )
    case 'deadline':
      return b.state === 'authorizing' ? to(b, 'withdrawing') : null
    default:
      return null
  }
}

function afterLedger(b: Booking, event: BookingEvent): Booking | null {
  switch (b.state) {
    case 'voiding':
      if (event === 'voided') return to(b, 'failed', { money: 'returned' })
      if (event === 'captured') return to(b, 'returning', { money: 'captured' })
      return null
    case 'capturing':
      if (event === 'captured') return to(b, 'issuing', { money: 'captured' })
      if (event === 'voided' || event === 'declined') {
        return to(b, 'unbooking', { money: 'returned', failure: 'payment_lapsed' })
      }
      return null
    case 'issuing':
      if (event === 'issued') return to(b, 'confirmed')
      if (event === 'issue_refused') return to(b, 'unbooking', { failure: 'booking_withdrawn' })
      return null
    case 'unbooking':
      if (event !== 'tickets_void') return null
      return to(b, b.money === 'captured' ? 'returning' : 'reopening')
    case 'returning':
      if (event !== 'returned') return null
      return to(b, b.booked ? 'reopening' : 'failed', { money: 'returned' })
    case 'reopening':
      return event === 'reopened' ? to(b, 'failed', { booked: false }) : null
    case 'failed':
      // Money that turned up after the end goes back.
      if (event === 'authorized') return to(b, 'voiding', { money: 'authorized' })
      if (event === 'captured') return to(b, 'returning', { money: 'captured' })
      return null
    default:
      return null
  }
}

function booked(b: Booking): Booking {
  const now = { ...b, booked: true }
  if (!b.asksProvider) return to(now, 'issuing', { failure: null })
  switch (b.money) {
    case 'authorized':
      return to(now, 'capturing', { failure: null })
    case 'captured':
      return to(now, 'issuing', { failure: null })
    case 'none':
    case 'unknown':
    case 'returned':
      return to(now, 'unbooking')
    default:
      return assertNever(b.money)
  }
}

/** First the ledger makes it impossible for this attempt to book; only then does money go back. */
function fail(b: Booking, failure: Failure): Booking {
  return to(b, 'ending', { failure })
}

function returnMoney(b: Booking): Booking {
  switch (b.money) {
    case 'authorized':
      return to(b, 'voiding')
    case 'captured':
      return to(b, 'returning')
    case 'none':
    case 'returned':
      return to(b, 'failed')
    case 'unknown':
      return to(b, 'withdrawing')
    default:
      return assertNever(b.money)
  }
}

function to(b: Booking, state: BookingState, change: Partial<Booking> = {}): Booking {
  const after: Booking = { ...b, ...change, state }
  check(after)
  return after
}

/** What must be true in every state; a breach is a bug, and stops this booking rather than moving money. */
function check(b: Booking): void {
  if (b.state === 'capturing') assert(b.booked && b.money === 'authorized', 'captured only for booked seats')
  if (b.state === 'voiding') assert(!b.booked, 'money is not voided while the seats are booked')
  if (b.state === 'confirmed') {
    assert(b.booked && (!b.asksProvider || b.money === 'captured'), 'no valid ticket without money')
  }
  if (b.state === 'failed') {
    assert(!b.booked && (b.money === 'none' || b.money === 'returned'), 'no money kept without a ticket')
    assert(b.failure !== null, 'a failure has a reason')
  }
}

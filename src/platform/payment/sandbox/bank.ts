import type { Clock, Random } from '../../clock.ts'
import type { Books, Json } from './books.ts'
import { mapOf, textOf, type Form } from './form.ts'
import type { Webhooks } from './webhooks.ts'

/** Milliseconds that a slow bank takes: longer than anybody waits for it. */
export const SLOW_MS = 3_500

export type ApiFailure = {
  status: number
  type: 'card_error' | 'invalid_request_error' | 'idempotency_error' | 'api_error' | 'rate_limit_error'
  code?: string
  decline_code?: string
  message: string
  param?: string
  payment_intent?: Json
}

export class StripeApiError extends Error {
  readonly failure: ApiFailure
  constructor(failure: ApiFailure) {
    super(failure.message)
    this.failure = failure
  }
}

export type Intent = {
  id: string
  object: 'payment_intent'
  amount: number
  amount_capturable: number
  amount_received: number
  capture_method: 'manual' | 'automatic'
  client_secret: string
  created: number
  currency: string
  description: string | null
  last_payment_error: Json | null
  latest_charge: string | null
  livemode: false
  metadata: Record<string, string>
  next_action: Json | null
  payment_method: string | null
  payment_method_types: string[]
  status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'processing'
    | 'requires_capture'
    | 'canceled'
    | 'succeeded'
  canceled_at: number | null
  cancellation_reason: string | null
}

export type ChargeObject = Json & {
  id: string
  amount: number
  amount_captured: number
  amount_refunded: number
  captured: boolean
  refunded: boolean
}

const DECLINES: Record<string, string> = {
  pm_card_chargeDeclined: 'generic_decline',
  pm_card_chargeDeclinedInsufficientFunds: 'insufficient_funds',
}
/** Stripe's published test payment methods that are accepted, and the sandbox's own faults. */
const ACCEPTED = new Set(['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex'])
export const FAULTY_METHODS = {
  slow: 'pm_sandbox_slow',
  lost: 'pm_sandbox_lost',
  down: 'pm_sandbox_down',
} as const

/** The bank behind the gateway: what Stripe's PaymentIntents and refunds do, over the books. */
export class Bank {
  readonly #books: Books
  readonly #webhooks: Webhooks
  readonly #clock: Clock
  readonly #random: Random

  constructor(c: { books: Books; webhooks: Webhooks; clock: Clock; random: Random }) {
    this.#books = c.books
    this.#webhooks = c.webhooks
    this.#clock = c.clock
    this.#random = c.random
  }

  createIntent(form: Form): Intent {
    const amount = amountOf(form, 'amount')
    const currency = textOf(form, 'currency')
    if (amount === undefined) throw missing('amount')
    if (amount < 1) throw invalid('amount', 'Invalid positive integer', 'parameter_invalid_integer')
    if (!currency || !/^[a-z]{3}$/i.test(currency)) throw missing('currency')
    const method = textOf(form, 'payment_method')
    if (method) knownMethod(method)
    const id = this.#id('pi')
    const intent: Intent = {
      id,
      object: 'payment_intent',
      amount,
      amount_capturable: 0,
      amount_received: 0,
      capture_method: textOf(form, 'capture_method') === 'manual' ? 'manual' : 'automatic',
      client_secret: `${id}_secret_${this.#token(24)}`,
      created: this.#seconds(),
      currency: currency.toLowerCase(),
      description: textOf(form, 'description') ?? null,
      last_payment_error: null,
      latest_charge: null,
      livemode: false,
      metadata: mapOf(form, 'metadata'),
      next_action: null,
      payment_method: method ?? null,
      payment_method_types: ['card'],
      status: method ? 'requires_confirmation' : 'requires_payment_method',
      canceled_at: null,
      cancellation_reason: null,
    }
    this.#save(intent, 'payment_intent.created')
    return textOf(form, 'confirm') === 'true' ? this.confirm(id, form) : intent
  }

  intent(id: string): Intent {
    this.settleDue()
    const intent = this.#books.find<Intent>('payment_intent', id)
    if (!intent) throw noSuch('payment_intent', id, 'intent')
    return intent
  }

  confirm(id: string, form: Form): Intent {
    const intent = this.intent(id)
    if (intent.status !== 'requires_confirmation' && intent.status !== 'requires_payment_method') {
      throw unexpectedState(intent, 'confirm')
    }
    const method = textOf(form, 'payment_method') ?? intent.payment_method
    if (!method) throw missing('payment_method')
    knownMethod(method)
    intent.payment_method = method
    if (method === FAULTY_METHODS.slow) {
      intent.status = 'processing'
      this.#books.save('payment_intent', intent, { finishAt: this.#clock.now() + SLOW_MS })
      this.#event('payment_intent.processing', intent)
      return intent
    }
    return this.#decide(intent)
  }

  /** Lets a slow bank's decisions that are due happen. */
  settleDue(): void {
    for (const intent of this.#books.due<Intent>(this.#clock.now())) {
      if (intent.status === 'processing') this.#decide(intent)
    }
  }

  capture(id: string, form: Form): Intent {
    const intent = this.intent(id)
    if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'capture')
    const amount = amountOf(form, 'amount_to_capture') ?? intent.amount
    if (amount > intent.amount_capturable) {
      throw invalid('amount_to_capture', 'The amount is more than was authorized.', 'amount_too_large')
    }
    return this.#capture(intent, amount)
  }

  cancel(id: string, form: Form): Intent {
    const intent = this.intent(id)
    if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing') {
      throw unexpectedState(intent, 'cancel')
    }
    if (intent.latest_charge && intent.status === 'requires_capture') {
      const charge = this.charge(intent.latest_charge)
      charge.amount_refunded = charge.amount
      charge.refunded = true
      this.#books.save('charge', charge, { parent: id })
    }
    intent.status = 'canceled'
    intent.amount_capturable = 0
    intent.canceled_at = this.#seconds()
    intent.cancellation_reason = textOf(form, 'cancellation_reason') ?? null
    this.#save(intent, 'payment_intent.canceled')
    return intent
  }

  charge(id: string): ChargeObject {
    const charge = this.#books.find<ChargeObject>('charge', id)
    if (!charge) throw noSuch('charge', id, 'charge')
    return charge
  }

  refund(form: Form): Json {
    const intentId = textOf(form, 'payment_intent')
    if (!intentId) throw missing('payment_intent')
    const intent = this.intent(intentId)
    if (intent.status !== 'succeeded' || !intent.latest_charge) throw unexpectedState(intent, 'refund')
    const charge = this.charge(intent.latest_charge)
    const left = charge.amount_captured - charge.amount_refunded
    const amount = amountOf(form, 'amount') ?? left
    if (left === 0) {
      throw invalid('payment_intent', 'The charge has already been refunded.', 'charge_already_refunded')
    }
    if (amount < 1) throw invalid('amount', 'Invalid positive integer', 'parameter_invalid_integer')
    if (amount > left) {
      throw invalid('amount', `Refund amount (${amount}) is greater than unrefunded amount (${left})`)
    }
    charge.amount_refunded += amount
    charge.refunded = charge.amount_refunded === charge.amount_captured
    const refund: Json = {
      id: this.#id('re'),
      object: 'refund',
      amount,
      charge: charge.id,
      created: this.#seconds(),
      currency: intent.currency,
      metadata: mapOf(form, 'metadata'),
      payment_intent: intent.id,
      reason: textOf(form, 'reason') ?? null,
      status: 'succeeded',
    }
    this.#books.save('charge', charge, { parent: intent.id })
    this.#books.save('refund', refund, { parent: intent.id })
    this.#event('refund.created', refund)
    this.#event('charge.refunded', charge)
    return refund
  }

  #decide(intent: Intent): Intent {
    const decline = DECLINES[intent.payment_method ?? '']
    const charge: ChargeObject = {
      id: this.#id('ch'),
      object: 'charge',
      amount: intent.amount,
      amount_captured: 0,
      amount_refunded: 0,
      captured: false,
      created: this.#seconds(),
      currency: intent.currency,
      livemode: false,
      metadata: intent.metadata,
      paid: !decline,
      payment_intent: intent.id,
      refunded: false,
      status: decline ? 'failed' : 'succeeded',
    }
    intent.latest_charge = charge.id
    this.#books.save('charge', charge, { parent: intent.id })
    if (decline) {
      intent.status = 'requires_payment_method'
      intent.last_payment_error = {
        type: 'card_error',
        code: 'card_declined',
        decline_code: decline,
        message:
          decline === 'insufficient_funds' ? 'Your card has insufficient funds.' : 'Your card was declined.',
      }
      this.#save(intent, 'payment_intent.payment_failed')
      return intent
    }
    intent.last_payment_error = null
    if (intent.capture_method === 'automatic') return this.#capture(intent, intent.amount)
    intent.status = 'requires_capture'
    intent.amount_capturable = intent.amount
    this.#save(intent, 'payment_intent.amount_capturable_updated')
    return intent
  }

  #capture(intent: Intent, amount: number): Intent {
    const charge = this.charge(intent.latest_charge!)
    charge.captured = true
    charge.amount_captured = amount
    intent.status = 'succeeded'
    intent.amount_capturable = 0
    intent.amount_received = amount
    this.#books.save('charge', charge, { parent: intent.id })
    this.#event('charge.captured', charge)
    this.#save(intent, 'payment_intent.succeeded')
    return intent
  }

  #save(intent: Intent, event: string): void {
    this.#books.save('payment_intent', intent)
    this.#event(event, intent)
  }

  #event(type: string, object: Json): void {
    this.#webhooks.send({
      id: this.#id('evt'),
      object: 'event',
      type,
      created: this.#seconds(),
      livemode: false,
      data: { object },
    })
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000)
  }

  #id(prefix: string): string {
    return `${prefix}_${this.#token(24)}`
  }

  #token(length: number): string {
    const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
    let text = ''
    for (const byte of this.#random.bytes(length)) text += alphabet[byte % alphabet.length]
    return text
  }
}

/** What Stripe answers when a confirmed intent was declined. */
export function declinedFailure(intent: Intent): ApiFailure {
  const failed = intent.last_payment_error!
  return {
    status: 402,
    type: 'card_error',
    code: failed['code'] as string,
    decline_code: failed['decline_code'] as string,
    message: failed['message'] as string,
    payment_intent: intent,
  }
}

export function missing(param: string): StripeApiError {
  return invalid(param, `Missing required param: ${param}.`, 'parameter_missing')
}

export function invalid(param: string, message: string, code?: string): StripeApiError {
  return new StripeApiError({
    status: 400,
    type: 'invalid_request_error',
    message,
    param,
    ...(code && { code }),
  })
}

export function noSuch(what: string, id: string, param: string): StripeApiError {
  return new StripeApiError({
    status: 404,
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param,
  })
}

function knownMethod(method: string): void {
  const faulty = Object.values(FAULTY_METHODS) as string[]
  if (ACCEPTED.has(method) || DECLINES[method] || faulty.includes(method)) return
  throw new StripeApiError({
    status: 400,
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such PaymentMethod: '${method}'`,
    param: 'payment_method',
  })
}

function unexpectedState(intent: Intent, verb: string): StripeApiError {
  return new StripeApiError({
    status: 400,
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: intent,
  })
}

function amountOf(form: Form, name: string): number | undefined {
  const text = textOf(form, name)
  if (text === undefined) return undefined
  if (!/^\d{1,12}$/.test(text)) throw invalid(name, `Invalid integer: ${text}`, 'parameter_invalid_integer')
  return Number(text)
}

/**
 * What a payment provider is to the rest of the program: narrow, and the same for all of them. A provider answers in
 * three ways, never two: it did it, it refused it for good, or nobody knows yet. Silence is not a refusal.
 */
export type Outcome<T> =
  | { kind: 'answered'; value: T }
  /** For good: asking again with the same words gives the same refusal, and no money moved by this call. */
  | { kind: 'refused'; code: string; detail: string }
  /**
   * Time-out, broken connection, 5xx, rate limit: it may or may not have happened. `ours`: a wrong secret key or a
   * missing permission; it goes on when somebody has set that right.
   */
  | { kind: 'unknown'; detail: string; fault?: 'ours' }

export type ChargeState =
  /** Known to the provider; no money asked for yet. */
  | 'untouched'
  | 'processing'
  /** The buyer has to do something first (3-D Secure). */
  | 'action_required'
  /** The bank has set the money aside; it can be captured or voided. */
  | 'authorized'
  | 'captured'
  | 'declined'
  /** Can never be charged any more. */
  | 'voided'

export type NextAction = { type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }

export type Charge = {
  /** The provider's id. */
  ref: string
  state: ChargeState
  /** Minor units by ISO 4217, as asked for. */
  amount: number
  currency: string
  orderId: string | null
  attempt: string | null
  decline?: { code: string; message: string }
  nextAction?: NextAction
  /** Minor units given back so far. */
  refunded: number
}

export type Refunded = { ref: string; state: 'pending' | 'succeeded' | 'failed'; amount: number }

/** Names one step of one attempt; the provider's own idempotency keys derive from it. */
export type Attempt = { orderId: string; attempt: string }

export type ProviderEvent = {
  /** The provider's id of the event: deliveries repeat, this does not. */
  id: string
  kind: string
  /** What it is about, where it is about a charge of ours. */
  ref: string | null
  orderId: string | null
  attempt: string | null
}

export interface PaymentProvider {
  readonly name: string
  /** False for the sandbox and for test keys: tickets bought so are never valid live. */
  readonly livemode: boolean
  /** Tells the provider of the payment without asking for money, so that from now on it has a name. */
  open(
    c: Attempt & {
      amount: number
      currency: string
      token: string
      returnUrl?: string
      description?: string
    },
  ): Promise<Outcome<Charge>>
  authorize(c: Attempt & { ref: string; returnUrl?: string }): Promise<Outcome<Charge>>
  capture(c: Attempt & { ref: string; amount: number; currency: string }): Promise<Outcome<Charge>>
  /** Gives back what was set aside, or makes sure that nothing will be. A charge already captured comes back as such. */
  void(c: Attempt & { ref: string }): Promise<Outcome<Charge>>
  /**
   * `again` looks first whether it was done: a provider forgets idempotency keys after a day or so. `round` rises when
   * a person sets a refund going again that the provider refused: it would keep its refusal for the same key.
   */
  refund(c: {
    ref: string
    orderId: string
    refundId: string
    amount: number
    currency: string
    again: boolean
    round?: number
  }): Promise<Outcome<Refunded>>
  retrieve(ref: string): Promise<Outcome<Charge>>
  /** Every charge that carries this attempt; a provider's search may lag behind by a minute. */
  findByAttempt(c: Attempt): Promise<Outcome<Charge[]>>
  /** The provider's own books, oldest last, for reconciliation. Times in milliseconds since 1970. */
  charges(c: { since: number; until: number }): AsyncIterable<Charge>
  /**
   * Null when the signature is not the provider's; `malformed` where it is, and the body is no event all the same.
   * `body` as it came over the wire.
   */
  verifyWebhook(body: string, headers: Headers): Promise<ProviderEvent | 'malformed' | null>
}

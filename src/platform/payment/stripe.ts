import Stripe from 'stripe'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type {
  Attempt,
  Charge,
  ChargeState,
  Outcome,
  PaymentProvider,
  ProviderEvent,
  Refunded,
} from './provider.ts'

/** Milliseconds for one call to the provider, its answer included. After it the outcome is unknown. */
export const PROVIDER_CALL_MS_MAX = 3_000
/** Seconds that a webhook's signature stays good. Stripe signs every delivery anew. */
export const WEBHOOK_AGE_SECONDS_MAX = 300
/** Characters of an id or a name in an event. Stripe's own have 255 at most, and 500 in metadata. */
const EVENT_TEXT_LENGTH_MAX = 500
/** Charges asked for with one call of a listing. */
const PAGE_SIZE = 100

export type StripeProviderOptions = {
  secretKey: string
  webhookSecret: string
  /** Where the API is, e.g. `http://127.0.0.1:12111`; Stripe's own address when left out. */
  apiBase?: string
  callMsMax?: number
}

/** Stripe's PaymentIntents with manual capture, through the official SDK. */
export function createStripeProvider(options: StripeProviderOptions): PaymentProvider {
  const stripe = new Stripe(options.secretKey, {
    // Retries are the recovery loop's business: it knows what else has happened since.
    maxNetworkRetries: 0,
    timeout: options.callMsMax ?? PROVIDER_CALL_MS_MAX,
    telemetry: false,
    appInfo: { name: 'usher' },
    ...address(options.apiBase),
  })
  const intents = stripe.paymentIntents
  const retrieve = (ref: string) => charge(() => intents.retrieve(ref, { expand: ['latest_charge'] }))
  /** A call that the present state forbids is answered with that state. */
  const orPresentState = async (ref: string, outcome: Outcome<Charge>): Promise<Outcome<Charge>> =>
    outcome.kind === 'refused' ? retrieve(ref) : outcome

  return {
    name: 'stripe',
    livemode: !/^[rs]k_test_/.test(options.secretKey),

    open: (c) =>
      charge(() =>
        intents.create(
          {
            amount: toStripeAmount(c.amount, c.currency),
            currency: c.currency.toLowerCase(),
            capture_method: 'manual',
            payment_method: c.token,
            // Methods that send the buyer to another page need to know where to send them back to.
            automatic_payment_methods: { enabled: true, allow_redirects: c.returnUrl ? 'always' : 'never' },
            metadata: { usher_order: c.orderId, usher_attempt: c.attempt },
            ...(c.description && { description: c.description }),
          },
          key(c, 'open'),
        ),
      ),

    authorize: async (c) =>
      orPresentState(
        c.ref,
        await charge(() =>
          intents.confirm(c.ref, c.returnUrl ? { return_url: c.returnUrl } : {}, key(c, 'authorize')),
        ),
      ),

    capture: async (c) =>
      orPresentState(
        c.ref,
        await charge(() =>
          intents.capture(
            c.ref,
            { amount_to_capture: toStripeAmount(c.amount, c.currency) },
            key(c, 'capture'),
          ),
        ),
      ),

    void: async (c) => orPresentState(c.ref, await charge(() => intents.cancel(c.ref, {}, key(c, 'void')))),

    refund: async (c) => {
      const { round = 0 } = c
      if (c.again) {
        const done = await outcomeOf(() => findRefund(stripe, c))
        if (done.kind !== 'answered') return done
        if (done.value) return { kind: 'answered', value: refunded(done.value) }
      }
      return outcomeOf(async () =>
        refunded(
          await stripe.refunds.create(
            {
              payment_intent: c.ref,
              amount: toStripeAmount(c.amount, c.currency),
              metadata: {
                usher_order: c.orderId,
                usher_refund: c.refundId,
                ...(round > 0 && { usher_round: String(round) }),
              },
            },
            { idempotencyKey: `usher:${c.orderId}:refund:${c.refundId}${round > 0 ? `:${round}` : ''}` },
          ),
        ),
      )
    },

    retrieve,

    findByAttempt: (c) =>
      outcomeOf(async () => {
        const query = `metadata['usher_order']:'${c.orderId}' AND metadata['usher_attempt']:'${c.attempt}'`
        const found = await intents.search({ query, limit: PAGE_SIZE })
        return found.data.map(fromIntent)
      }),

    async *charges(c) {
      const created = { gte: Math.floor(c.since / 1000), lte: Math.ceil(c.until / 1000) }
      for await (const intent of intents.list({
        created,
        limit: PAGE_SIZE,
        expand: ['data.latest_charge'],
      })) {
        yield fromIntent(intent)
      }
    },

    async verifyWebhook(body, headers) {
      const signature = headers.get('stripe-signature')
      if (!signature) return null
      try {
        await stripe.webhooks.signature!.verifyHeaderAsync(
          body,
          signature,
          options.webhookSecret,
          WEBHOOK_AGE_SECONDS_MAX,
        )
      } catch {
        return null
      }
      return providerEvent(body) ?? 'malformed'
    },
  }
}

function address(apiBase: string | undefined): { host?: string; port?: string; protocol?: 'http' | 'https' } {
  if (!apiBase) return {}
  const url = new URL(apiBase)
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return { host: url.hostname, port: url.port || (protocol === 'http' ? '80' : '443'), protocol }
}

function key(c: Attempt, step: string): { idempotencyKey: string } {
  return { idempotencyKey: `usher:${c.orderId}:${c.attempt}:${step}` }
}

async function charge(call: () => Promise<Stripe.PaymentIntent>): Promise<Outcome<Charge>> {
  return outcomeOf(async () => {
    try {
      return fromIntent(await call())
    } catch (error) {
      // A declined card is an answer about the charge, not a refusal of the call.
      if (error instanceof Stripe.errors.StripeCardError) return declinedBy(error)
      throw error
    }
  })
}

async function outcomeOf<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'answered', value: await call() }
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    const detail = `${error.type} ${error.statusCode ?? ''} ${error.code ?? ''}`.trim()
    // 401, 403, 409 and 429 say nothing about the charge: a wrong key of ours must not read as a wrong card.
    const final = error.statusCode === 400 || error.statusCode === 404
    return final && error instanceof Stripe.errors.StripeInvalidRequestError
      ? { kind: 'refused', code: error.code ?? 'invalid_request', detail }
      : { kind: 'unknown', detail, ...(isOurs(error.statusCode) && { fault: 'ours' }) }
  }
}

function isOurs(status: number | undefined): boolean {
  return status === 401 || status === 403
}

function declinedBy(error: InstanceType<typeof Stripe.errors.StripeCardError>): Charge {
  const decline = { code: error.decline_code ?? error.code ?? 'card_declined', message: error.message }
  const intent = error.payment_intent
  if (intent) return { ...fromIntent(intent), state: 'declined', decline }
  return {
    ref: '',
    state: 'declined',
    amount: 0,
    currency: '',
    orderId: null,
    attempt: null,
    decline,
    refunded: 0,
  }
}

function fromIntent(intent: Stripe.PaymentIntent): Charge {
  const failed = intent.last_payment_error
  const latest = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
  const currency = intent.currency.toUpperCase()
  const nextAction = actionOf(intent)
  return {
    ref: intent.id,
    state: stateOf(intent),
    amount: fromStripeAmount(intent.amount, currency),
    currency,
    orderId: intent.metadata['usher_order'] ?? null,
    attempt: intent.metadata['usher_attempt'] ?? null,
    ...(failed && {
      decline: {
        code: failed.decline_code ?? failed.code ?? 'card_declined',
        message: failed.message ?? 'The card was declined.',
      },
    }),
    ...(nextAction && { nextAction }),
    refunded: fromStripeAmount(latest?.amount_refunded ?? 0, currency),
  }
}

function stateOf(intent: Stripe.PaymentIntent): ChargeState {
  switch (intent.status) {
    case 'requires_confirmation':
      return 'untouched'
    case 'requires_payment_method':
      return intent.last_payment_error ? 'declined' : 'untouched'
    case 'requires_action':
      return 'action_required'
    case 'processing':
      return 'processing'
    case 'requires_capture':
      return 'authorized'
    case 'succeeded':
      return 'captured'
    case 'canceled':
      return 'voided'
    default:
      throw new Error(`Stripe has a status that is not known here: ${String(intent.status)}`)
  }
}

function actionOf(intent: Stripe.PaymentIntent): Charge['nextAction'] {
  if (intent.status !== 'requires_action') return undefined
  const url = intent.next_action?.redirect_to_url?.url
  if (url) return { type: 'redirect', url }
  return intent.client_secret ? { type: 'stripe', client_secret: intent.client_secret } : undefined
}

/** The one that gives or gave the money back, in whatever round; a failed one only where it is this round's. */
async function findRefund(
  stripe: Stripe,
  c: { ref: string; refundId: string; round?: number },
): Promise<Stripe.Refund | null> {
  let failed: Stripe.Refund | null = null
  for await (const refund of stripe.refunds.list({ payment_intent: c.ref, limit: PAGE_SIZE })) {
    const { usher_refund: refundId, usher_round: round } = refund.metadata ?? {}
    if (refundId !== c.refundId) continue
    if (refunded(refund).state !== 'failed') return refund
    if (Number(round ?? 0) === (c.round ?? 0)) failed = refund
  }
  return failed
}

function refunded(refund: Stripe.Refund): Refunded {
  const state =
    refund.status === 'succeeded'
      ? 'succeeded'
      : refund.status === 'failed' || refund.status === 'canceled'
        ? 'failed'
        : 'pending'
  return { ref: refund.id, state, amount: fromStripeAmount(refund.amount, refund.currency.toUpperCase()) }
}

// Of what Stripe sends only this is read. Stored as text, which cannot hold a NUL.
const Text = Type.String({ minLength: 1, maxLength: EVENT_TEXT_LENGTH_MAX, pattern: '^[^\\u0000]*$' })
const EventShape = Compile(
  Type.Object({
    id: Text,
    type: Text,
    data: Type.Object({
      object: Type.Object({
        object: Type.Optional(Text),
        id: Type.Optional(Text),
        payment_intent: Type.Optional(Type.Union([Text, Type.Object({ id: Text }), Type.Null()])),
        metadata: Type.Optional(
          Type.Union([
            Type.Object({ usher_order: Type.Optional(Text), usher_attempt: Type.Optional(Text) }),
            Type.Null(),
          ]),
        ),
      }),
    }),
  }),
)

/** Null where it has not the shape of an event. */
function providerEvent(body: string): ProviderEvent | null {
  const event = parsed(body)
  if (!EventShape.Check(event)) return null
  const { object } = event.data
  const intent = object.payment_intent
  const ref =
    object.object === 'payment_intent' ? object.id : typeof intent === 'string' ? intent : intent?.id
  return {
    id: event.id,
    kind: event.type,
    ref: ref ?? null,
    orderId: object.metadata?.usher_order ?? null,
    attempt: object.metadata?.usher_attempt ?? null,
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

// Stripe's minor units are ISO 4217's, except for these two, which it counts in hundredths that do not exist.
// https://docs.stripe.com/currencies#special-cases
const COUNTED_IN_HUNDREDTHS = new Set(['ISK', 'UGX'])

function toStripeAmount(amount: number, currency: string): number {
  return COUNTED_IN_HUNDREDTHS.has(currency) ? amount * 100 : amount
}

function fromStripeAmount(amount: number, currency: string): number {
  return COUNTED_IN_HUNDREDTHS.has(currency) ? Math.round(amount / 100) : amount
}

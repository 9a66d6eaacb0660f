import { loadStripe } from '@stripe/stripe-js/pure'
import type { Stripe } from '@stripe/stripe-js'

let loading: Promise<Stripe> | null = null

/** Stripe's own script, from Stripe's own origin as its rules ask; once a page, and not before somebody pays. */
export function openStripe(publishableKey: string): Promise<Stripe> {
  // No load parameters: with them the loader never hears that its second try failed, too (10.2.1).
  loading ??= loadStripe(publishableKey).then((stripe) => {
    if (!stripe) throw new Error('Stripe.js did not load')
    return stripe
  })
  loading.catch(() => (loading = null))
  return loading
}

/** What the bank wants to know shows in Stripe's own window. How it ended, the server learns and the page asks there. */
export async function finishAtBank(publishableKey: string, clientSecret: string): Promise<void> {
  try {
    const stripe = await openStripe(publishableKey)
    await stripe.handleNextAction({ clientSecret })
  } catch {
    // Not known to have failed: the payment is still asked about, and is called off at its bound.
  }
}

// Stripe counts these in hundredths that do not exist: https://docs.stripe.com/currencies#special-cases
const COUNTED_IN_HUNDREDTHS = new Set(['ISK', 'UGX'])

export function stripeAmount({ amount, currency }: { amount: number; currency: string }): number {
  return COUNTED_IN_HUNDREDTHS.has(currency) ? amount * 100 : amount
}

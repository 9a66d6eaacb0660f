import type { Ref } from 'react'

/**
 * The seam between checkout and a way to pay. A component of these props draws its fields and, when asked, answers
 * with the name of a means of payment at the provider (`payment_token`), or null after it has shown what is wrong.
 * The sandbox's is `SandboxCard`, Stripe's `StripeCard` (see docs/checkout.md); which one `useApp().payment` says.
 */
export type PaymentFieldsHandle = { token(): Promise<string | null> }
export type PaymentFieldsProps = { ref: Ref<PaymentFieldsHandle>; disabled: boolean }

import type { Appearance, Stripe, StripeElements } from '@stripe/stripe-js'
import { useEffect, useImperativeHandle, useRef, useState } from 'react'
import { useApp } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { Loading } from '../../components/states.tsx'
import { useText } from '../../i18n/text.tsx'
import type { Contact } from './intention.ts'
import type { PaymentFieldsProps } from './payment-fields.ts'
import { openStripe, stripeAmount } from './stripe.ts'
import { checkoutText } from './text.ts'

type Props = PaymentFieldsProps & {
  publishableKey: string
  total: { amount: number; currency: string }
  buyer: Contact
}
type Opened = { stripe: Stripe; elements: StripeElements }

/**
 * Stripe's Payment Element: the fields are a page of Stripe's in a frame, so what is typed never reaches this one. It
 * gives the name of a payment method; the server makes the payment with it.
 */
export default function StripeCard({ ref, disabled, publishableKey, total, buyer }: Props) {
  const t = useText(checkoutText)
  const { locale } = useApp().preferences
  const box = useRef<HTMLDivElement>(null)
  const opened = useRef<Opened | null>(null)
  const [state, setState] = useState<'coming' | 'there' | 'lost'>('coming')
  const [fault, setFault] = useState<string | null>(null)
  const [tries, setTries] = useState(0)
  const { amount, currency } = total
  useEffect(() => {
    let gone = false
    const open = async (): Promise<void> => {
      const stripe = await openStripe(publishableKey)
      if (gone) return
      const elements = stripe.elements({
        mode: 'payment',
        amount: stripeAmount({ amount, currency }),
        currency: currency.toLowerCase(),
        // As the server pays: the card is checked first and charged when the seats are certain.
        captureMethod: 'manual',
        paymentMethodCreation: 'manual',
        locale,
        appearance: appearance(),
      })
      const element = elements.create('payment', {
        // The address is asked for above, once.
        fields: { billingDetails: { email: 'never', name: 'never' } },
      })
      element.on('ready', () => setState('there'))
      element.on('loaderror', () => setState('lost'))
      element.mount(box.current!)
      opened.current = { stripe, elements }
    }
    open().catch(() => gone || setState('lost'))
    return () => {
      gone = true
      opened.current?.elements.getElement('payment')?.destroy()
      opened.current = null
    }
  }, [publishableKey, amount, currency, locale, tries])
  useEffect(() => {
    opened.current?.elements.getElement('payment')?.update({ readOnly: disabled })
  }, [disabled])
  useImperativeHandle(ref, () => ({
    async token() {
      if (!opened.current) return null
      const { stripe, elements } = opened.current
      setFault(null)
      // Stripe's fields say themselves what is wrong in them.
      const { error: wrong } = await elements.submit()
      if (wrong) return null
      const { paymentMethod, error } = await stripe.createPaymentMethod({
        elements,
        params: { billing_details: { email: buyer.email.trim(), name: buyer.name.trim() || null } },
      })
      if (error) setFault(error.message ?? t.cardFault)
      return paymentMethod?.id ?? null
    },
  }))
  return (
    <div>
      {state === 'coming' && <Loading label={t.cardsComing} />}
      <div ref={box} hidden={state === 'lost'} className="min-h-60" />
      <p role="alert" className="text-sm font-medium text-danger empty:hidden">
        {state === 'lost' ? t.cardsLost : fault}
      </p>
      {state === 'lost' && (
        <p className="mt-3">
          <Button
            kind="plain"
            size="small"
            onClick={() => {
              setState('coming')
              setTries(tries + 1)
            }}
          >
            {t.cardsAgain}
          </Button>
        </p>
      )}
    </div>
  )
}

/** The house's colours, as they are in the theme that is shown. */
function appearance(): Appearance {
  const tokens = getComputedStyle(document.documentElement)
  const color = (name: string): string => tokens.getPropertyValue(`--${name}`).trim()
  return {
    theme: 'flat',
    variables: {
      colorPrimary: color('action'),
      colorBackground: color('surface'),
      colorText: color('text'),
      colorTextSecondary: color('muted'),
      colorTextPlaceholder: color('muted'),
      colorDanger: color('danger'),
      borderRadius: '4px',
      fontSizeBase: '16px',
    },
    rules: { '.Input, .Tab, .Block': { border: `1px solid ${color('edge')}` } },
  }
}

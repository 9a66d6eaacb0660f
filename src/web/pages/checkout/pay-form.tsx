import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState, type FormEvent } from 'react'
import { read } from '../../api/client.ts'
import { isApiError } from '../../api/problem.ts'
import type { Event } from '../../api/queries.ts'
import { useApi, useApp } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Loading } from '../../components/states.tsx'
import { formatMoney } from '../../format/format.ts'
import { useText } from '../../i18n/text.tsx'
import { keepContact, readContact, readIntention } from './intention.ts'
import type { PaymentFieldsHandle } from './payment-fields.ts'
import { reservationKey, type Reservation } from './queries.ts'
import { SandboxCard } from './sandbox-card.tsx'
import { checkoutText } from './text.ts'
import type { Payment } from './use-payment.ts'

/** A house without Stripe never loads it. */
const StripeCard = lazy(() => import('./stripe-card.tsx'))

type Props = { reservation: Reservation; event: Event | undefined; payment: Payment }
/** What the API asks of an address; whether it is somebody's the mail will show. */
const EMAIL = /^[^@\s]+@[^@\s]+$/

/** Who pays and how, and one button that says what it charges. */
export function PayForm({ reservation, payment }: Props) {
  const t = useText(checkoutText)
  const { preferences, payment: way } = useApp()
  const { total, reservation_id: id } = reservation
  const [contact, setContact] = useState(readContact)
  const [emailFault, setEmailFault] = useState<string | null>(null)
  const fields = useRef<PaymentFieldsHandle>(null)
  const preparing = useRef(false)
  const { step } = payment
  const problem = step.at === 'form' ? step.problem : null
  const alert = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up.
    alert.current?.scrollIntoView({ block: 'center' })
  }, [problem])
  const isBusy = step.at === 'asking'
  const isFree = total.amount === 0
  const amount = formatMoney(total, preferences.locale, { exact: true })

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    if (isBusy || preparing.current) return
    const form = event.currentTarget
    const email = contact.email.trim()
    const fault = email === '' ? t.emailMissing : EMAIL.test(email) ? null : t.emailWrong
    setEmailFault(fault)
    preparing.current = true
    const token = isFree ? undefined : ((await fields.current?.token()) ?? null)
    preparing.current = false
    if (fault) return form.querySelector<HTMLInputElement>('[name="email"]')?.focus()
    if (token === null) return
    keepContact(contact)
    const name = contact.name.trim()
    payment.pay({
      reservation_id: id,
      ...(token !== undefined && { payment_token: token }),
      buyer: { email, ...(name !== '' && { name }), locale: preferences.locale },
      return_url: location.href,
    })
  }
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid content-start gap-6">
      <h2 className="sr-only">{t.who}</h2>
      {problem && (
        <p ref={alert} role="alert" className="rounded-read border border-danger px-5 py-4 font-medium">
          {t.problem[problem]}
        </p>
      )}
      <Field
        label={t.email}
        hint={t.emailHint}
        error={emailFault}
        type="email"
        name="email"
        autoComplete="email"
        inputMode="email"
        disabled={isBusy}
        value={contact.email}
        onChange={(change) => setContact({ ...contact, email: change.target.value })}
        onBlur={() => keepContact(contact)}
      />
      <Field
        label={t.name}
        optional
        type="text"
        name="name"
        autoComplete="name"
        disabled={isBusy}
        value={contact.name}
        onChange={(change) => setContact({ ...contact, name: change.target.value })}
        onBlur={() => keepContact(contact)}
      />
      <h2 className="sr-only">{t.how}</h2>
      {!isFree && way.kind === 'test' && <SandboxCard ref={fields} disabled={isBusy} />}
      {!isFree && way.kind === 'stripe' && (
        <Suspense fallback={<Loading label={t.cardsComing} />}>
          <StripeCard
            ref={fields}
            disabled={isBusy}
            total={total}
            publishableKey={way.publishableKey}
            buyer={contact}
          />
        </Suspense>
      )}
      {!isFree && way.kind === 'none' && <p role="alert">{t.noCards}</p>}
      <div className="sticky bottom-0 -mx-(--gutter) border-line bg-ground px-(--gutter) py-4 max-md:border-t md:static md:mx-0 md:px-0 md:py-0">
        <Button
          type="submit"
          wide
          busy={isBusy}
          disabled={!isFree && way.kind === 'none'}
          className="tabular"
        >
          {isFree ? t.getFree : isBusy ? t.paying(amount) : t.pay(amount)}
        </Button>
      </div>
      <Leave reservation={reservation} disabled={isBusy || readIntention(id) !== null} />
    </form>
  )
}

/** Lets the seats go: somebody else may be waiting for them. */
function Leave({ reservation, disabled }: { reservation: Reservation; disabled: boolean }) {
  const t = useText(checkoutText)
  const api = useApi()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { reservation_id: id, event_id: eventId } = reservation
  const leave = useMutation({
    mutationFn: () => read(api.DELETE('/v1/reservations/{id}', { params: { path: { id } } })),
    onSuccess: () => navigate({ to: '/events/$eventId/seats', params: { eventId }, replace: true }),
    onError: () => queryClient.invalidateQueries({ queryKey: reservationKey(id) }),
  })
  return (
    <div className="text-center">
      <Button
        kind="quiet"
        size="small"
        disabled={disabled}
        busy={leave.isPending}
        onClick={() => leave.mutate()}
      >
        {leave.isPending ? t.leaving : t.leave}
      </Button>
      <p role="alert" className="text-sm text-danger empty:hidden">
        {leave.isError &&
          (isApiError(leave.error, 'booking_in_progress') ? t.refused.booking_in_progress : t.refused.other)}
      </p>
    </div>
  )
}

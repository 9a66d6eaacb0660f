import clsx from 'clsx'
import { useId, useImperativeHandle, useRef, useState, type ComponentProps } from 'react'
import { serverNow } from '../../app/context.tsx'
import { Chip } from '../../components/chip.tsx'
import { useText } from '../../i18n/text.tsx'
import type { PaymentFieldsProps } from './payment-fields.ts'
import {
  cardFaults,
  digitsOf,
  formatExpiry,
  formatNumber,
  TEST_CARDS,
  testCard,
  type Card,
} from './test-cards.ts'
import { checkoutText } from './text.ts'

const EMPTY: Card = { number: '', expires: '', code: '' }

/** Card fields for the sandbox's test cards. What is typed stays in the page: only the test card's name is sent. */
export function SandboxCard({ ref, disabled }: PaymentFieldsProps) {
  const t = useText(checkoutText)
  const id = useId()
  const [card, setCard] = useState(EMPTY)
  const [shown, setShown] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const faults = shown ? cardFaults(card, serverNow()) : {}
  const message = faults.number
    ? t.fault[faults.number]
    : faults.expires === 'over'
      ? t.fault.over
      : faults.expires
        ? t.faultExpires
        : faults.code
          ? t.faultCode
          : null
  useImperativeHandle(ref, () => ({
    async token() {
      const wrong = cardFaults(card, serverNow())
      const first = (['number', 'expires', 'code'] as const).find((name) => wrong[name])
      setShown(first !== undefined)
      if (!first) return testCard(card.number)?.token ?? null
      box.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus()
      return null
    },
  }))
  const bind = (name: keyof Card, format: (text: string) => string): ComponentProps<'input'> => ({
    name,
    disabled,
    value: card[name],
    onChange: (event) => setCard({ ...card, [name]: format(event.target.value) }),
    'aria-invalid': faults[name] ? true : undefined,
    'aria-describedby': faults[name] ? `${id}-fault` : undefined,
    inputMode: 'numeric',
    autoComplete: 'off',
    className: clsx(INPUT, faults[name] && 'text-danger'),
  })
  const chosen = testCard(card.number)
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-semibold">{t.card}</legend>
      <div
        ref={box}
        className={clsx(
          'rounded-press border bg-surface',
          message ? 'border-danger' : 'border-edge',
          disabled && 'opacity-60',
        )}
      >
        <input
          {...bind('number', formatNumber)}
          aria-label={t.cardNumber}
          placeholder="4242 4242 4242 4242"
        />
        <div className="flex border-t border-line">
          <input {...bind('expires', formatExpiry)} aria-label={t.expires} placeholder={t.expiresShort} />
          <span aria-hidden className="w-px bg-line" />
          <input
            {...bind('code', (text) => digitsOf(text).slice(0, 4))}
            aria-label={t.code}
            placeholder={t.codeShort}
          />
        </div>
      </div>
      <p id={`${id}-fault`} role="alert" className="mt-1.5 text-sm font-medium text-danger empty:hidden">
        {message}
      </p>
      <div className="mt-4 rounded-read bg-sunken p-4">
        <p className="text-sm">
          <strong className="font-semibold">{t.testMoney}.</strong>{' '}
          <span className="text-muted">{t.testMoneyHint}</span>
        </p>
        <div className="mt-3 flex flex-wrap gap-2">
          {TEST_CARDS.map(({ number, name }) => (
            <Chip
              key={name}
              disabled={disabled}
              on={chosen?.name === name}
              onClick={() => setCard({ number: formatNumber(number), expires: '12 / 34', code: '123' })}
            >
              {t.testCards[name]}
            </Chip>
          ))}
        </div>
      </div>
    </fieldset>
  )
}

const INPUT =
  'block min-h-12 w-full min-w-0 flex-1 rounded-press bg-transparent px-3.5 text-base tabular placeholder:text-muted'

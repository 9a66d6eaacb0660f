import type { Amount } from './spec.ts'

/** Decimals of a currency: 2 for euros, 0 for yen. */
export function currencyDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

/** 45.00 of a currency with two decimals is 4500; null where it has more decimals than the currency. */
export function toMinorUnits(amount: Amount, currency: string): number | null {
  const digits = currencyDigits(currency)
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(String(amount))
  if (!parts) return null
  const fraction = (parts[2] ?? '').replace(/0+$/, '')
  return fraction.length > digits ? null : Number(parts[1]! + fraction.padEnd(digits, '0'))
}

export function fromMinorUnits(amount: number, currency: string): string {
  const digits = currencyDigits(currency)
  if (digits === 0) return String(amount)
  const text = String(amount).padStart(digits + 1, '0')
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

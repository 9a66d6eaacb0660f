import { formatMoney } from '../../format/format.ts'
import type { Locale } from '../../i18n/text.tsx'
import type { Order } from './order-view.ts'
import { ordersText } from './text.ts'

export type Tone = 'plain' | 'done' | 'danger' | 'beam'

/** How an order stands, in a few words. */
export function statusOf(order: Order, locale: Locale): { words: string; tone: Tone } {
  const t = ordersText[locale].status
  switch (order.status) {
    case 'PENDING':
      return { words: t.PENDING, tone: 'beam' }
    case 'FAILED':
      return { words: t.FAILED, tone: 'danger' }
    case 'CANCELLED':
      return { words: t.CANCELLED, tone: 'plain' }
    case 'CONFIRMED': {
      const given = order.tickets.filter((ticket) => ticket.status === 'void').length
      return given === 0
        ? { words: t.CONFIRMED, tone: 'done' }
        : { words: t.partly(given, order.tickets.length), tone: 'done' }
    }
  }
}

/** Where the money that comes back is; null when none does. */
export function refundWords(order: Order, locale: Locale): string | null {
  const t = ordersText[locale].refund
  const { status, amount } = order.refunded
  const money = formatMoney(order.refunded, locale, { exact: true })
  switch (status) {
    case 'none':
      return null
    case 'pending':
      return amount > 0 ? t.pending(money) : t.pendingPlain
    case 'partial':
    case 'full':
      return t[status](money)
  }
}

/** Why an order came to nothing. */
export function failureWords(order: Order, locale: Locale): string {
  const t = ordersText[locale].failed
  const code = order.failure?.code ?? ''
  return code in t ? t[code as keyof typeof t] : t.other
}

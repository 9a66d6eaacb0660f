import { createStripeProvider } from '../../src/platform/payment/stripe.ts'
import type { Database } from '../../src/platform/postgres/database.ts'

type OrderRow = {
  orderId: string
  status: string
  total: number
  refunded: number
  ref: string | null
  tender: string
}

/**
 * Compares the provider's own books with orders and the ledger's tickets, once everything has settled: at most one
 * charge an order, no charge without tickets or refund, no valid ticket without money. One line a finding.
 */
export async function checkMoney(database: Database, gatewayUrl: string): Promise<string[]> {
  const provider = createStripeProvider({
    secretKey: 'sk_test_sandbox',
    webhookSecret: 'x',
    apiBase: gatewayUrl,
  })
  const findings: string[] = []
  const orders = new Map<string, OrderRow>()
  const { rows } = await database.pool.query(
    `select o.order_id as "orderId", o.status, o.total, o.refunded, p.provider_ref as ref, p.tender
       from orders o join payments p using (order_id)`,
  )
  for (const row of rows as OrderRow[]) orders.set(row.orderId, row)
  const kept = new Map<string, number>()
  const charged = new Set<string>()
  for await (const charge of provider.charges({ since: 0, until: Date.now() + 86_400_000 })) {
    const order = orders.get(charge.orderId ?? '')
    const story = `order ${charge.orderId} (${order?.status}), charge ${charge.ref} ${charge.state}`
    if (charge.state === 'authorized' || charge.state === 'processing') {
      if (order?.status !== 'PENDING') findings.push(`${story}: money is set aside for ever`)
    }
    if (charge.state !== 'captured') continue
    if (charged.has(charge.orderId ?? '')) findings.push(`${story}: charged twice`)
    charged.add(charge.orderId ?? '')
    kept.set(charge.orderId ?? '', charge.amount - charge.refunded)
    if (!order) findings.push(`${story}: a charge without an order`)
    else if (charge.refunded !== order.refunded && order.status !== 'FAILED') {
      findings.push(`${story}: refunded ${charge.refunded}, the order says ${order.refunded}`)
    }
  }
  const tickets = await database.pool.query(
    `select order_id as "orderId", count(*) filter (where state = 0)::int as pending,
            count(*) filter (where state = 1)::int as valid
       from tickets group by order_id`,
  )
  const valid = new Map(
    tickets.rows.map((row) => [row.orderId as string, row as { valid: number; pending: number }]),
  )
  for (const order of orders.values()) {
    const live = valid.get(order.orderId)
    const money = kept.get(order.orderId) ?? 0
    const story = `order ${order.orderId} ${order.status}`
    if (order.status === 'PENDING') findings.push(`${story}: pending after everything has settled`)
    if (live && live.pending > 0) findings.push(`${story}: ${live.pending} tickets are pending for ever`)
    if (live && live.valid > 0 && money === 0 && order.tender === 'card') {
      findings.push(`${story}: valid tickets without money`)
    }
    if (order.status === 'CONFIRMED' && !(live && live.valid > 0)) findings.push(`${story}: no valid ticket`)
    if (order.status === 'FAILED' && money > 0) findings.push(`${story}: ${money} kept without tickets`)
    if (order.status === 'CONFIRMED' && order.tender === 'card' && money !== order.total - order.refunded) {
      findings.push(`${story}: ${money} kept of ${order.total} with ${order.refunded} given back`)
    }
  }
  return findings
}

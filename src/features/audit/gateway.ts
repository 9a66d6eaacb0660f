import { Failure } from '../../platform/failure.ts'
import type { Charge, PaymentProvider } from '../../platform/payment/provider.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { Findings } from './findings.ts'

/** Charges that are looked up in the payments with one read. */
const CHARGES_PER_READ = 500

type PaymentRow = {
  payment_id: string
  order_id: string
  tender: string
  provider: string | null
  provider_ref: string | null
  amount: number
  currency: string
  money: string
  /** Minor units that the order's refunds have given back. */
  refunded: number
}

const PAYMENTS = statement(
  'audit.payments-of-attempts',
  `select p.payment_id, p.order_id, p.tender, p.provider, p.provider_ref, p.amount, p.currency, p.money,
          (select coalesce(sum(r.amount), 0)::bigint from refunds r
            where r.payment_id = p.payment_id and r.state in ('reopening', 'settled')) as refunded
     from payments p where p.payment_id = any($1::uuid[])`,
)
const CAPTURED = statement(
  'audit.captured-payments',
  `select payment_id, order_id, provider_ref from payments
    where provider = $1 and money = 'captured' and provider_ref is not null`,
)

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The provider's own books against the payments. Both go on meanwhile, so every finding may be work under way and is
 * looked at twice.
 */
export async function auditGateway(
  sql: Sql,
  provider: PaymentProvider,
  until: number,
  findings: Findings,
): Promise<{ charges: number }> {
  const books = new Books(provider.name, findings)
  let page: Charge[] = []
  let charges = 0
  for await (const charge of chargesOf(provider, until)) {
    charges += 1
    page.push(charge)
    if (page.length < CHARGES_PER_READ) continue
    await books.compare(sql, page)
    page = []
  }
  await books.compare(sql, page)
  await books.finish(sql)
  return { charges }
}

async function* chargesOf(provider: PaymentProvider, until: number): AsyncGenerator<Charge> {
  try {
    yield* provider.charges({ since: 0, until })
  } catch (error) {
    throw new Failure(`${provider.name} did not show its books: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

class Books {
  private readonly refs = new Set<string>()
  /** Charges that have kept money, by order. */
  private readonly keptByOrder = new Map<string, string[]>()

  constructor(
    private readonly provider: string,
    private readonly findings: Findings,
  ) {}

  async compare(sql: Sql, charges: readonly Charge[]): Promise<void> {
    const attempts = charges.flatMap((charge) =>
      charge.attempt && UUID.test(charge.attempt) ? [charge.attempt] : [],
    )
    const { rows } = await sql.query<PaymentRow>(PAYMENTS, [attempts])
    const byAttempt = new Map(rows.map((row) => [row.payment_id, row]))
    for (const charge of charges) {
      this.refs.add(charge.ref)
      this.compareOne(charge, charge.attempt === null ? undefined : byAttempt.get(charge.attempt))
    }
  }

  async finish(sql: Sql): Promise<void> {
    for (const [orderId, refs] of this.keptByOrder) {
      if (refs.length > 1)
        this.add(6, `order ${orderId} was charged ${refs.length} times: ${refs.join(', ')}`)
    }
    const { rows } = await sql.query<PaymentRow>(CAPTURED, [this.provider])
    for (const row of rows) {
      if (!this.refs.has(row.provider_ref!))
        this.add(
          7,
          `order ${row.order_id}: payment ${row.payment_id} is captured, but ${this.provider} has no charge ${row.provider_ref}`,
        )
    }
  }

  private compareOne(charge: Charge, payment: PaymentRow | undefined): void {
    const hasMoney = charge.state === 'captured' || charge.state === 'authorized'
    const kept = charge.state === 'captured' ? charge.amount - charge.refunded : 0
    // Not one of ours: the account may be used by others, too.
    if (charge.orderId === null && charge.attempt === null) return
    if (kept > 0 && charge.orderId !== null) {
      const refs = this.keptByOrder.get(charge.orderId)
      if (refs) refs.push(charge.ref)
      else this.keptByOrder.set(charge.orderId, [charge.ref])
    }
    if (!payment) {
      if (hasMoney)
        this.add(
          8,
          `charge ${charge.ref} (order ${charge.orderId}) is ${charge.state}, and no payment knows it`,
        )
      return
    }
    const subject = `order ${payment.order_id}, charge ${charge.ref}`
    if (
      hasMoney &&
      (charge.amount !== payment.amount || charge.currency.toUpperCase() !== payment.currency.toUpperCase())
    )
      this.add(
        7,
        `${subject}: it is of ${charge.amount} ${charge.currency}, the payment of ${payment.amount} ${payment.currency}`,
      )
    if (payment.provider_ref !== null && payment.provider_ref !== charge.ref && kept > 0)
      this.add(6, `${subject}: the payment knows another charge, ${payment.provider_ref}`)
    if (payment.provider === null && kept > 0)
      this.add(
        8,
        `${subject}: ${this.provider} took the money, the payment says that it was ${payment.tender}`,
      )
    if (payment.money === 'captured') {
      if (charge.state !== 'captured')
        this.add(7, `${subject}: the payment is captured, the charge is ${charge.state}`)
      else if (charge.refunded !== payment.refunded)
        this.add(7, `${subject}: ${charge.refunded} were given back, the refunds say ${payment.refunded}`)
    } else if (kept > 0)
      this.add(
        8,
        `${subject}: ${kept} are captured and kept, the payment says that its money is ${payment.money}`,
      )
  }

  private add(invariant: number, what: string): void {
    this.findings.add('gateway', invariant, what, true)
  }
}

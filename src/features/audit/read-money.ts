import { statement, type Sql } from '../../platform/postgres/database.ts'
import { NO_UUID } from './read-tables.ts'

/** Orders that one read returns at most. */
const ORDERS_PER_PAGE_MAX = 1_000

/** What a place is called, as it stood on the ticket. */
export type PlaceNames = {
  seat_id: string | null
  area_id: string | null
  section: string | null
  row_label: string | null
  seat_label: string | null
}

export type MoneyLine = PlaceNames & {
  line_no: number
  kind: 'ticket' | 'fee'
  ticket_id: string | null
  seat_no: number | null
  area_no: number | null
  amount: number
  fee: number
  tax: number
  discount: number
  refundable: number
  category: string | null
  price_type_id: string | null
  price_type: string | null
  state: 'pending' | 'valid' | 'void'
  serial: number | null
  state_version: number | null
}

export type MoneyPayment = {
  payment_id: string
  tender: string
  provider: string | null
  provider_ref: string | null
  amount: number
  currency: string
  state: string
  livemode: boolean
  money: 'none' | 'unknown' | 'authorized' | 'captured' | 'returned'
  booked: boolean
  /** True once nothing is left to do. */
  settled: boolean
}

export type MoneyRefund = {
  refund_id: string
  payment_id: string
  amount: number
  reason: string
  state: 'voiding' | 'refunding' | 'reopening' | 'settled' | 'stuck'
  provider_ref: string | null
  settled: boolean
  lines: { line_no: number; amount: number }[]
}

export type MoneyOrder = {
  order_id: string
  event_id: number
  buyer: string
  reservation_id: string
  hold_id: string
  status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
  total: number
  currency: string
  livemode: boolean
  refunded: number
  organiser_id: string
  locale: string
  event_name: string
  starts_at: Date | null
  created_at: Date
  retain_until: Date
  lines: MoneyLine[]
  payments: MoneyPayment[]
  refunds: MoneyRefund[]
}

const ORDERS = statement(
  'audit.orders',
  `select o.order_id, o.event_id, o.buyer, o.reservation_id, o.hold_id, o.status, o.total, o.currency, o.livemode, o.refunded,
     o.organiser_id, o.locale, o.event_name, o.starts_at, o.created_at, o.retain_until,
     coalesce((select json_agg(json_build_object('line_no', l.line_no, 'kind', l.kind, 'ticket_id', l.ticket_id,
                'seat_no', l.seat_no, 'area_no', l.area_no, 'seat_id', l.seat_id, 'area_id', l.area_id,
                'section', l.section, 'row_label', l.row_label, 'seat_label', l.seat_label, 'amount', l.amount, 'fee', l.fee, 'tax', l.tax,
                'discount', l.discount, 'refundable', l.refundable, 'category', l.category,
                'price_type_id', l.price_type_id, 'price_type', l.price_type, 'state', l.state, 'serial', l.serial,
                'state_version', l.state_version) order by l.line_no)
         from order_lines l where l.order_id = o.order_id), '[]') as lines,
     coalesce((select json_agg(json_build_object('payment_id', p.payment_id, 'tender', p.tender, 'provider', p.provider,
                'provider_ref', p.provider_ref, 'amount', p.amount, 'currency', p.currency, 'state', p.state,
                'money', p.money, 'livemode', p.livemode, 'booked', p.booked, 'settled', p.next_at is null) order by p.no)
         from payments p where p.order_id = o.order_id), '[]') as payments,
     coalesce((select json_agg(json_build_object('refund_id', r.refund_id, 'payment_id', r.payment_id,
                'amount', r.amount, 'reason', r.reason, 'state', r.state, 'provider_ref', r.provider_ref, 'settled', r.next_at is null,
                'lines', (select coalesce(json_agg(json_build_object('line_no', x.line_no, 'amount', x.amount)), '[]')
                            from refund_lines x where x.refund_id = r.refund_id)))
         from refunds r where r.order_id = o.order_id), '[]') as refunds
     from orders o where o.event_id = $1 and o.order_id > $2 order by o.order_id limit ${ORDERS_PER_PAGE_MAX}`,
)
const LOST_ORDERS_OF_ANSWERS = statement(
  'audit.answers-without-order',
  `select distinct a.order_id::text as order_id from idempotent_answers a
    where not exists (select 1 from orders o where o.order_id = a.order_id) limit 100`,
)
const LOST_ORDERS_OF_FACTS = statement(
  'audit.facts-without-order',
  `select distinct f.key as order_id from money_outbox f
    where not exists (select 1 from orders o where o.order_id = f.key::uuid) limit 100`,
)
const SHARED_CHARGES = statement(
  'audit.shared-charges',
  `select provider_ref, count(distinct order_id)::int as orders from payments where provider_ref is not null
    group by provider, provider_ref having count(*) > 1 limit 100`,
)

export async function* readOrders(sql: Sql, eventId: string): AsyncGenerator<MoneyOrder[]> {
  for (let after = NO_UUID; ;) {
    const { rows } = await sql.query<MoneyOrder>(ORDERS, [eventId, after])
    if (rows.length === 0) return
    yield rows
    if (rows.length < ORDERS_PER_PAGE_MAX) return
    after = rows.at(-1)!.order_id
  }
}

/** Orders that something names and that are not there: each with who names it. */
export async function readLostOrders(sql: Sql): Promise<{ orderId: string; namedBy: string }[]> {
  const answers = await sql.query<{ order_id: string }>(LOST_ORDERS_OF_ANSWERS)
  const facts = await sql.query<{ order_id: string }>(LOST_ORDERS_OF_FACTS)
  return [
    ...answers.rows.map((row) => ({ orderId: row.order_id, namedBy: 'a remembered answer' })),
    ...facts.rows.map((row) => ({ orderId: row.order_id, namedBy: 'a fact in the outbox' })),
  ]
}

/** Charges that more than one payment claims. */
export async function readSharedCharges(sql: Sql): Promise<{ provider_ref: string; orders: number }[]> {
  return (await sql.query<{ provider_ref: string; orders: number }>(SHARED_CHARGES)).rows
}

import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId, OrderId } from '../../shared/ids.ts'

const ADOPT = statement(
  'checkout.adopt_orders',
  `with moved as (update orders set buyer = $2 where buyer = $1 returning 1)
   update idempotent_answers a set caller = $2
    where a.caller = $1
      and not exists (select 1 from idempotent_answers b
                       where b.caller = $2 and b.route = a.route and b.event_id = a.event_id
                         and b.key_hash = a.key_hash)`,
)

/** A guest's orders become the account's, with the keys they were made with. Idempotent. */
export async function adoptOrders(sql: Sql, from: BuyerId, to: BuyerId): Promise<void> {
  await sql.query(ADOPT, [from, to])
}

const EXPORT_ORDERS = statement(
  'checkout.export_orders',
  `select to_jsonb(o) - 'buyer' as "order",
          (select jsonb_agg(to_jsonb(l) - 'order_id' order by l.line_no)
             from order_lines l where l.order_id = o.order_id) as lines,
          (select jsonb_agg(to_jsonb(p) - '{order_id,token,lease,leased_until}'::text[] order by p.no)
             from payments p where p.order_id = o.order_id) as payments,
          (select jsonb_agg(to_jsonb(r) - '{order_id,lease,leased_until}'::text[] order by r.created_at)
             from refunds r where r.order_id = o.order_id) as refunds
     from orders o where o.buyer = $1 order by o.created_at`,
)

const EXPORT_ANSWERS = statement(
  'checkout.export_answers',
  `select route, event_id::text as event_id, order_id, status, created_at
     from idempotent_answers where caller = $1 order by created_at`,
)

/** All that is stored about the buyer's orders. A means of payment is named to nobody, not even to its owner. */
export async function exportOrders(sql: Sql, buyer: BuyerId): Promise<Record<string, unknown>> {
  const orders = await sql.query<{ order: object }>(EXPORT_ORDERS, [buyer])
  const answers = await sql.query(EXPORT_ANSWERS, [buyer])
  return {
    orders: orders.rows.map(({ order, ...rest }) => ({ ...order, ...rest })),
    remembered_requests: answers.rows,
  }
}

const ORDER_IDS = statement('checkout.order_ids', `select order_id as "orderId" from orders where buyer = $1`)

export async function orderIdsOf(sql: Sql, buyer: BuyerId): Promise<OrderId[]> {
  return (await sql.query<{ orderId: OrderId }>(ORDER_IDS, [buyer])).rows.map((row) => row.orderId)
}

// Money that was never taken has no invoice; where it is still being taken there may be one.
const INVOICES = statement(
  'checkout.invoices',
  `select o.order_id as "orderId", o.retain_until as "retainUntil",
          jsonb_build_object(
            'order_id', o.order_id, 'made_at', o.created_at, 'settled_at', o.settled_at, 'event', o.event_name,
            'total', o.total, 'refunded', o.refunded, 'currency', o.currency, 'lines',
            (select jsonb_agg(jsonb_build_object('kind', l.kind, 'section', l.section, 'row', l.row_label,
                      'seat', l.seat_label, 'price_type', l.price_type, 'amount', l.amount, 'fee', l.fee,
                      'tax', l.tax, 'state', l.state) order by l.line_no)
               from order_lines l where l.order_id = o.order_id)) as body
     from orders o
    where o.buyer = $1 and o.retain_until > $2
      and (o.status = 'PENDING' or exists (select 1 from payments p
                   where p.order_id = o.order_id and (p.money = 'captured' or (p.money = 'returned' and o.refunded > 0))))
    order by o.created_at`,
)

export async function invoicesOf(
  sql: Sql,
  buyer: BuyerId,
  now: Date,
): Promise<{ orderId: OrderId; retainUntil: Date; body: Record<string, unknown> }[]> {
  type Row = { orderId: OrderId; retainUntil: Date; body: Record<string, unknown> }
  return (await sql.query<Row>(INVOICES, [buyer, now])).rows
}

// A request's hash covers the name and the address that it carried: who knows the rest could try addresses on it.
// What a provider still needs to settle a payment stays until it is settled.
const FORGET = statement(
  'checkout.forget_buyer',
  `with answers as (
     update idempotent_answers set request_hash = '00000000-0000-0000-0000-000000000000' where caller = $1)
   update payments p set token = null, return_url = null, next_action = null
     from orders o
    where o.order_id = p.order_id and o.buyer = $1 and p.settled_at is not null`,
)

/** Orders stay, under an id that is nobody's; what could still tell who it was goes. */
export async function forgetBuyer(sql: Sql, buyer: BuyerId): Promise<void> {
  await sql.query(FORGET, [buyer])
}

const NEEDED = statement(
  'checkout.buyers_needed',
  `select distinct buyer from orders
    where buyer = any($1::uuid[])
      and (status = 'PENDING' or coalesce(starts_at, created_at) > $2 or created_at > $2)`,
)

/** Of these buyers, those with an order that somebody may still have to write to them about. */
export async function buyersNeeded(sql: Sql, buyers: readonly BuyerId[], since: Date): Promise<Set<BuyerId>> {
  const { rows } = await sql.query<{ buyer: BuyerId }>(NEEDED, [buyers, since])
  return new Set(rows.map((row) => row.buyer))
}

const BOUGHT = statement(
  'checkout.who_bought',
  `select distinct buyer from orders where buyer = any($1::uuid[]) and status not in ('FAILED', 'PENDING')`,
)

/** Of these buyers, those with an order that was paid. One that is being paid may still come to nothing. */
export async function whoBought(sql: Sql, buyers: readonly BuyerId[]): Promise<Set<BuyerId>> {
  if (buyers.length === 0) return new Set()
  const { rows } = await sql.query<{ buyer: BuyerId }>(BOUGHT, [`{${buyers.join(',')}}`])
  return new Set(rows.map((row) => row.buyer))
}

const OLD_ANSWERS = `from idempotent_answers a using orders o where o.order_id = a.order_id and o.retain_until <= $1`
const ANSWERS_COUNT = statement(
  'checkout.old_answers_count',
  `select count(*) as count from idempotent_answers a join orders o using (order_id) where o.retain_until <= $1`,
)
const ANSWERS_DELETE = statement('checkout.old_answers_delete', `delete ${OLD_ANSWERS}`)

const WEBHOOKS_COUNT = statement(
  'checkout.old_webhooks_count',
  `select count(*) as count from webhook_inbox where next_at is null and received_at <= $1`,
)
const WEBHOOKS_DELETE = statement(
  'checkout.old_webhooks_delete',
  `delete from webhook_inbox where next_at is null and received_at <= $1`,
)

/** Keys of orders that the law no longer asks for: they are kept as long as what they made. */
export function clearAnswers(sql: Sql, now: Date, dryRun: boolean): Promise<number> {
  return countOrDelete(sql, { count: ANSWERS_COUNT, remove: ANSWERS_DELETE }, now, dryRun)
}

/** Webhooks that were dealt with before `until`; a provider does not send them again after that. */
export function clearWebhooks(sql: Sql, until: Date, dryRun: boolean): Promise<number> {
  return countOrDelete(sql, { count: WEBHOOKS_COUNT, remove: WEBHOOKS_DELETE }, until, dryRun)
}

async function countOrDelete(
  sql: Sql,
  s: { count: typeof ANSWERS_COUNT; remove: typeof ANSWERS_COUNT },
  until: Date,
  dryRun: boolean,
): Promise<number> {
  if (!dryRun) return (await sql.query(s.remove, [until])).rowCount
  return (await sql.query<{ count: number }>(s.count, [until])).rows[0]!.count
}

import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { OrderId } from '../../shared/ids.ts'

const EXPORT = statement(
  'notification.export_deliveries',
  `select order_id, kind, state, reason, created_at, sent_at from mail_deliveries
    where order_id = any($1::uuid[]) order by created_at`,
)

/** Which mails went out about these orders; their text is not kept. */
export async function exportDeliveries(sql: Sql, orderIds: readonly OrderId[]): Promise<unknown[]> {
  return (await sql.query(EXPORT, [orderIds])).rows
}

const MESSAGES = statement(
  'notification.message_ids',
  `select message_id as "messageId" from mail_deliveries where order_id = any($1::uuid[])`,
)

/** Message ids of the mails about these orders. */
export async function messageIdsOf(sql: Sql, orderIds: readonly OrderId[]): Promise<string[]> {
  return (await sql.query<{ messageId: string }>(MESSAGES, [orderIds])).rows.map((row) => row.messageId)
}

const COUNT = statement(
  'notification.old_deliveries_count',
  `select count(*) as count from mail_deliveries where state <> 'sending' and created_at <= $1`,
)
const DELETE = statement(
  'notification.old_deliveries_delete',
  `delete from mail_deliveries where state <> 'sending' and created_at <= $1`,
)

/** Notes of mails sent before `until`: the facts that they were sent for are gone by then. */
export async function clearDeliveries(sql: Sql, until: Date, dryRun: boolean): Promise<number> {
  if (!dryRun) return (await sql.query(DELETE, [until])).rowCount
  return (await sql.query<{ count: number }>(COUNT, [until])).rows[0]!.count
}

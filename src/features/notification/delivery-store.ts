import { statement, type Sql } from '../../platform/postgres/database.ts'

/** A mail that is being sent by somebody who says nothing any more may be sent by another after this. */
export const CLAIM_MS = 120_000

// Null rows: sent or skipped before, or under way elsewhere. `$6` is now.
const CLAIM = statement(
  'notification.claim',
  `insert into mail_deliveries as d (fact_id, kind, order_id, message_id, state, claimed_until, created_at)
   values ($1, $2, $3, $4, 'sending', $5, $6)
   on conflict (fact_id) do update set claimed_until = excluded.claimed_until, tries = d.tries + 1
    where d.state = 'sending' and d.claimed_until <= $6
  returning tries`,
)

const STATE = statement('notification.state', `select state from mail_deliveries where fact_id = $1`)

const FINISH = statement(
  'notification.finish',
  `update mail_deliveries
      set state = $2, reason = $3, refund_id = $4, said_refunded = $5, sent_at = case when $2 = 'sent' then $6::timestamptz end
    where fact_id = $1`,
)

const RELEASE = statement(
  'notification.release',
  `update mail_deliveries set claimed_until = $2 where fact_id = $1 and state = 'sending'`,
)

const SAID = statement(
  'notification.said_refunded',
  `select 1 from mail_deliveries where refund_id = $1 and said_refunded and state = 'sent'`,
)

export const deliveryStore = {
  async claim(
    sql: Sql,
    c: { factId: string; kind: string; orderId: string; messageId: string; now: Date; until: Date },
  ): Promise<'ours' | 'done' | 'elsewhere'> {
    const { rowCount } = await sql.query(CLAIM, [c.factId, c.kind, c.orderId, c.messageId, c.until, c.now])
    if (rowCount === 1) return 'ours'
    const { rows } = await sql.query<{ state: string }>(STATE, [c.factId])
    return rows[0]?.state === 'sending' ? 'elsewhere' : 'done'
  },

  async finish(
    sql: Sql,
    c: {
      factId: string
      state: 'sent' | 'skipped'
      reason: string | null
      refundId: string | null
      saysRefunded: boolean
      now: Date
    },
  ): Promise<void> {
    await sql.query(FINISH, [c.factId, c.state, c.reason, c.refundId, c.saysRefunded, c.now])
  },

  /** It was not sent: the next try need not wait. */
  async release(sql: Sql, factId: string, now: Date): Promise<void> {
    await sql.query(RELEASE, [factId, now])
  },

  async saidRefunded(sql: Sql, refundId: string): Promise<boolean> {
    return (await sql.query(SAID, [refundId])).rowCount > 0
  },
}

import { expect, test } from 'bun:test'
import { cancelRun } from '../harness/cancel-run.ts'
import { testDatabase } from '../harness/database.ts'

/** Milliseconds; processes are started and killed. */
const SLOW = 120_000

test(
  'an event cancelled while the process is killed three times: everybody refunded once and told once',
  async () => {
    const db = await testDatabase({ connectionsMax: 2 })
    try {
      const report = await cancelRun({
        databaseUrl: db.url,
        tickets: 60,
        kills: [
          // The ledger has taken it, and nobody has written that down.
          { point: 'cancellation.closing:after', times: 1 },
          // Money has gone back that no row says so of.
          { point: 'refund.refunding:after', times: 6 },
          // A mail has left that is noted as being sent.
          { point: 'mail:after', times: 4 },
        ],
        deadlineMs: 60_000,
      })
      expect(report.wrong).toEqual([])
      expect(report).toMatchObject({ orders: 24, mails: 24, refunded: 40 * 5000 + 20 * 3000 + 24 * 150 })
    } finally {
      await db.drop()
    }
  },
  SLOW,
)

import type { Database } from '../../src/platform/postgres/database.ts'
import { waitFor } from './wait-for.ts'

/**
 * Waits until every row of the outbox can be read. Transaction ids are counted for the whole cluster: a transaction
 * that is open in the database of another test holds up reading here, too.
 */
export async function untilReadable(database: Database, table: string): Promise<void> {
  const text = `select 1 from ${table} where xid >= pg_snapshot_xmin(pg_current_snapshot())`
  await waitFor('older transactions to end', async () => (await database.pool.query(text)).rowCount === 0)
}

import pg from 'pg'

/** Milliseconds that a rewrite waits for a table that is in use, before it gives way to the queries behind it. */
const TABLE_LOCK_MS_MAX = 5_000
/** Tries a table. */
const TRIES_MAX = 3
/** Milliseconds that a rewrite waits for transactions that may still see what was deleted, and between two looks. */
const READERS_MS_MAX = 10_000
const LOOK_MS = 20
/** Segments of the log that are written over at most (16 MB each, usually). */
const SEGMENTS_MAX = 80

const TABLE = /^[a-z][a-z0-9_]{0,62}$/

export type TracesOptions = {
  url: string
  /** Written anew: what was deleted is in none of their pages any more. Each is locked while it is written. */
  rewrite: readonly string[]
  /** Vacuumed: the room of deleted rows is free to be written over. */
  vacuum: readonly string[]
  onNote(note: string): void
}

/**
 * Deleted rows lie in the pages of a table until it is written anew, and in the write-ahead log until its segments are
 * gone. Waits until nobody can see them any more, rewrites the tables, then makes a checkpoint and takes the log's old
 * segments away. What the user of the database may not do is said and left.
 */
export async function removeTraces(o: TracesOptions): Promise<void> {
  const client = new pg.Client({ connectionString: o.url, application_name: 'usher-retention' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(`set lock_timeout = ${TABLE_LOCK_MS_MAX}`)
    await endOfReaders(client, o)
    for (const table of o.rewrite) await vacuum(client, table, true, o)
    for (const table of o.vacuum) await vacuum(client, table, false, o)
    await renewLog(client, o)
  } finally {
    await client.end()
  }
}

// A rewrite carries over what a transaction from before the deletion may still read.
async function endOfReaders(client: pg.Client, o: TracesOptions): Promise<void> {
  const { rows } = await client.query<{ now: string }>('select pg_current_xact_id()::xid::text as now')
  const untilMs = performance.now() + READERS_MS_MAX
  while ((await client.query(READERS_BEFORE, [rows[0]!.now])).rowCount !== 0) {
    if (performance.now() > untilMs) {
      o.onNote(
        'a transaction that began before has not ended, and what it may still read was kept: run this again when it has',
      )
      return
    }
    await Bun.sleep(LOOK_MS)
  }
}

// Whoever writes in another database counts, too: a rewrite's own snapshot keeps what such a transaction might read.
const READERS_BEFORE = `
  select 1 from pg_stat_activity
   where pid <> pg_backend_pid()
     and (age(backend_xid) > age($1::xid)
          or (age(backend_xmin) > age($1::xid) and datname = current_database()))`

async function vacuum(client: pg.Client, table: string, full: boolean, o: TracesOptions): Promise<void> {
  if (!TABLE.test(table)) throw new Error('that is not the name of a table')
  for (let tries = 1; ; tries++) {
    try {
      await client.query(full ? `vacuum (full, analyze) ${table}` : `vacuum (analyze) ${table}`)
      return
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error
      if (tries < TRIES_MAX) continue
      o.onNote(
        `${table} is in use and was not ${full ? 'rewritten' : 'vacuumed'}: run this again at a quiet time`,
      )
      return
    }
  }
}

// Segments are usually written over, not deleted, so old ones keep what they held. While that is off, every segment
// that waits to be written over is begun once, and the checkpoint deletes them all.
async function renewLog(client: pg.Client, o: TracesOptions): Promise<void> {
  try {
    await client.query('checkpoint')
    await client.query('alter system set wal_recycle = off')
    await client.query('select pg_reload_conf()')
    const { rows } = await client.query<{ count: string | number }>(
      'select count(*) as count from pg_ls_waldir()',
    )
    const segments = Math.min(Number(rows[0]!.count), SEGMENTS_MAX)
    for (let i = 0; i < segments; i++) {
      await client.query(`select pg_logical_emit_message(false, 'usher', '')`)
      await client.query('select pg_switch_wal()')
    }
    await client.query('checkpoint')
  } catch (error) {
    if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error
    o.onNote(
      'the write-ahead log was left as it is, because this database user may not renew it: what was deleted is in it until its segments have been written over',
    )
    return
  } finally {
    await client.query('alter system reset wal_recycle').catch(() => {})
    await client.query('select pg_reload_conf()').catch(() => {})
  }
}

const LOCK_NOT_AVAILABLE = '55P03'
const INSUFFICIENT_PRIVILEGE = '42501'

function codeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

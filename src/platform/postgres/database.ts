import pg from 'pg'

/** A statement with a name: one prepared statement per connection. Values are never inlined into the text. */
export type Statement = { readonly name: string; readonly text: string }

export type Rows<Row> = { rows: Row[]; rowCount: number }

/** What a feature's store needs to run statements, inside or outside a transaction. */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<Rows<Row>>
}

export interface Database extends Sql {
  /** One short transaction; rolled back when `work` throws. Never call anybody but the database inside it. */
  transaction<T>(work: (sql: Sql) => Promise<T>, isolation?: 'read committed' | 'repeatable read'): Promise<T>
  /** The raw pool, for what needs a connection of its own (commits of the ledger, LISTEN). */
  readonly pool: pg.Pool
  close(): Promise<void>
}

export type DatabaseOptions = {
  url: string
  connectionsMax?: number
  applicationName?: string
  /** Milliseconds; 0 switches it off. */
  statementTimeoutMs?: number
  onError?: (error: Error) => void
}

// int8 arrives as text by default; every int8 here (event ids, versions, milliseconds) is below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export function statement(name: string, text: string): Statement {
  return { name, text }
}

export function openDatabase(options: DatabaseOptions): Database {
  const onError = options.onError ?? (() => {})
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 10,
    application_name: options.applicationName ?? 'usher',
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  pool.on('error', onError)
  return {
    pool,
    query: (s, values) => run(pool, s, values),
    transaction: (work, isolation) => inTransaction(pool, work, isolation, onError),
    close: () => pool.end(),
  }
}

async function run<Row extends object>(
  client: pg.Pool | pg.PoolClient,
  s: Statement,
  values: readonly unknown[] = [],
): Promise<Rows<Row>> {
  const result = await client.query({ name: s.name, text: s.text, values: values as unknown[] })
  return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 }
}

async function inTransaction<T>(
  pool: pg.Pool,
  work: (sql: Sql) => Promise<T>,
  isolation: 'read committed' | 'repeatable read' = 'read committed',
  onError: (error: Error) => void,
): Promise<T> {
  const client = await pool.connect()
  client.on('error', onError)
  let broken: Error | undefined
  try {
    await client.query(`begin isolation level ${isolation}`)
    const result = await work({ query: (s, values) => run(client, s, values) })
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

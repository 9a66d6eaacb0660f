import pg from 'pg'

/** A statement with a name: one prepared statement per connection. Values are never inlined into the text. */
export type Statement = {
  readonly name: string
  readonly text: string
  /** Milliseconds after which the driver gives up, where that of the connections is too short; the server has its own. */
  readonly driverMsMax?: number
}

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
  /**
   * Milliseconds for which statements have waited and none was answered; 0 where none waits. Asking this has the
   * database asked something, too: one long statement is no silence.
   */
  silentMs(): number
  /** The raw pool, for what needs a connection of its own (commits of the ledger, LISTEN). */
  readonly pool: pg.Pool
  close(): Promise<void>
}

/**
 * The database cannot be reached, or ends the connection (shutdown, failover, out of connections or disk): nobody's
 * mistake, and the outcome of what was under way is not known. The driver's error is the cause.
 */
export class Outage extends Error {
  constructor(cause: unknown) {
    super('the database does not answer', { cause })
  }
}

export type DatabaseOptions = {
  url: string
  connectionsMax?: number
  applicationName?: string
  /** Milliseconds; 0 switches it off. */
  statementTimeoutMs?: number
  onError?: (error: Error) => void
}

/** Milliseconds for a statement, and for getting a connection. */
const STATEMENT_MS_MAX = 15_000
const CONNECT_MS_MAX = 5_000
/** Milliseconds of silence after which something is asked that takes no time to answer. */
const PING_AFTER_MS = 1_000

// int8 arrives as text by default; every int8 here (event ids, versions, milliseconds) is below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export function statement(
  name: string,
  text: string,
  options: Pick<Statement, 'driverMsMax'> = {},
): Statement {
  return { name, text, ...options }
}

export function openDatabase(options: DatabaseOptions): Database {
  const onError = options.onError ?? (() => {})
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_MS_MAX
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 10,
    application_name: options.applicationName ?? 'usher',
    statement_timeout: statementTimeoutMs,
    // Above the server's own limit: only a connection that leads nowhere reaches it.
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + 5_000 }),
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
  })
  pool.on('error', onError)
  const silence = new Silence()
  let pinging = false
  const ping = async (): Promise<void> => {
    pinging = true
    await silence.until(run(pool, PING)).catch(() => {})
    pinging = false
  }
  return {
    pool,
    query: (s, values) => silence.until(run(pool, s, values)),
    transaction: (work, isolation) => inTransaction(pool, silence, work, isolation, onError),
    silentMs: () => {
      const { milliseconds } = silence
      if (milliseconds >= PING_AFTER_MS && !pinging) void ping()
      return milliseconds
    },
    close: () => pool.end(),
  }
}

/** How long nothing has come back, whoever asked: what tells a database that stands still from one that is slow. */
class Silence {
  private waiting = 0
  private sinceMs = 0

  get milliseconds(): number {
    return this.waiting === 0 ? 0 : performance.now() - this.sinceMs
  }

  /** `isHeard`: that what is waited for comes of the database's having said something. */
  async until<T>(answer: Promise<T>, isHeard = true): Promise<T> {
    if (this.waiting === 0) this.sinceMs = performance.now()
    this.waiting += 1
    try {
      const result = await answer
      if (isHeard) this.sinceMs = performance.now()
      return result
    } catch (error) {
      // A refusal is an answer; giving up is not.
      if (!(error instanceof Outage)) this.sinceMs = performance.now()
      throw error
    } finally {
      this.waiting -= 1
    }
  }
}

async function run<Row extends object>(
  client: pg.Pool | pg.PoolClient,
  s: Statement,
  values: readonly unknown[] = [],
): Promise<Rows<Row>> {
  try {
    const result = await client.query({
      ...{ name: s.name, text: s.text, values: values as unknown[] },
      ...(s.driverMsMax !== undefined && { query_timeout: s.driverMsMax }),
    })
    return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 }
  } catch (error) {
    throw isOutage(error) ? new Outage(error) : error
  }
}

// What the server says about a statement is a DatabaseError with an SQLSTATE; anything else the driver throws is about
// the connection. Classes: 08 connection, 53 resources, 57 operator (shutdown, cannot connect now), 58 system.
function isOutage(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true
  const { code = '' } = error
  return /^(08|53|58)/.test(code) || code === '57P01' || code === '57P02' || code === '57P03'
}

const BEGIN = {
  'read committed': statement('begin', 'begin isolation level read committed'),
  'repeatable read': statement('begin.snapshot', 'begin isolation level repeatable read'),
}
const PING = statement('ping', 'select 1')
const COMMIT = statement('commit', 'commit')
const ROLLBACK = statement('rollback', 'rollback')

async function inTransaction<T>(
  pool: pg.Pool,
  silence: Silence,
  work: (sql: Sql) => Promise<T>,
  isolation: 'read committed' | 'repeatable read' = 'read committed',
  onError: (error: Error) => void,
): Promise<T> {
  const connected = pool.connect().catch((error: unknown) => {
    throw new Outage(error)
  })
  // It may have been open already.
  const client = await silence.until(connected, false)
  client.on('error', onError)
  let broken: Error | undefined
  const ask: Sql['query'] = (s, values) => silence.until(run(client, s, values))
  try {
    await ask(BEGIN[isolation])
    const result = await work({ query: ask })
    await ask(COMMIT)
    return result
  } catch (error) {
    await ask(ROLLBACK).catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

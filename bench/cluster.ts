import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'

/** A PostgreSQL of the benchmark's own: Usher's embedded one with its own settings, and statements counted. */
export type Cluster = {
  /** URL of a database of this server. */
  url(database: string): string
  /** Makes a database; with a template a file copy of that, so that every run starts from the same pages. */
  create(database: string, template?: string): Promise<void>
  drop(database: string): Promise<void>
  /** Statements that clients of this database have sent since `resetStatements`. */
  statements(database: string): Promise<number>
  resetStatements(): Promise<void>
  onDatabase<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T>
  stop(): Promise<void>
}

export async function startCluster(dataDir: string, onNote: (note: string) => void): Promise<Cluster> {
  const server = await startEmbeddedPostgres({
    dataDir,
    database: 'bench',
    settings: { shared_preload_libraries: 'pg_stat_statements', max_connections: '300' },
    onNote,
  })
  const url = (database: string): string => {
    const there = new URL(server.url)
    there.pathname = `/${database}`
    return there.toString()
  }
  const onDatabase = async <T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: url(database) })
    client.on('error', () => {})
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  const admin = (text: string, values?: unknown[]): Promise<pg.QueryResult> =>
    onDatabase('bench', (client) => client.query(text, values))
  await admin('create extension if not exists pg_stat_statements')
  return {
    url,
    onDatabase,
    create: async (database, template = 'template0') => {
      await admin(`create database ${database} template ${template} strategy file_copy`)
    },
    drop: async (database) => void (await admin(`drop database if exists ${database} with (force)`)),
    statements: async (database) => {
      const { rows } = await admin(
        `select coalesce(sum(s.calls), 0)::float as calls from pg_stat_statements s
           join pg_database d on d.oid = s.dbid where d.datname = $1 and s.toplevel`,
        [database],
      )
      return (rows[0] as { calls: number }).calls
    },
    resetStatements: async () => void (await admin('select pg_stat_statements_reset()')),
    stop: () => server.stop(),
  }
}

/** 32 bytes, base64: what USHER_KEY wants. */
export function newMasterKey(): string {
  return randomBytes(32).toString('base64')
}

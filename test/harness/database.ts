import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openDatabase, type Database } from '../../src/platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts'
import { migrate, migrationsHash } from '../../src/platform/postgres/migrate.ts'

/** The shared test server's folder. It keeps running between test runs; `npm test` stops it at its end. */
export const TEST_DATA_DIR = fileURLToPath(new URL('../../.test-data', import.meta.url))
/** Milliseconds after which a database that a killed test run left behind is dropped. */
const LEFT_BEHIND_MS = 3_600_000
/** Key of the advisory lock around making the template: "ustt". */
const TEMPLATE_LOCK = 0x75737474

export type TestDatabase = { url: string; database: Database; drop(): Promise<void> }

/**
 * A fresh database with all migrations applied, on the embedded PostgreSQL or, with USHER_TEST_DATABASE_URL (a user
 * who may create databases), on any other. Call `drop()` in `afterAll`.
 */
export async function testDatabase(options: { connectionsMax?: number } = {}): Promise<TestDatabase> {
  const server = await testServer()
  const name = `usher_test_${Date.now().toString(36)}_${randomBytes(5).toString('hex')}`
  try {
    await createFromTemplate(server, name)
  } catch {
    // Another run with newer migrations has dropped the template meanwhile.
    template = null
    await createFromTemplate(server, name)
  }
  const url = withDatabase(server, name)
  const database = openDatabase({ url, connectionsMax: options.connectionsMax ?? 10 })
  return {
    url,
    database,
    drop: async () => {
      await database.close().catch(() => {})
      await onServer(server, (client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/** An empty database, for tests of migrations themselves. */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = await testServer()
  const name = `usher_test_${Date.now().toString(36)}_${randomBytes(5).toString('hex')}`
  await onServer(server, (client) => client.query(`create database ${name} template template0`))
  return {
    url: withDatabase(server, name),
    drop: () =>
      onServer(
        server,
        async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
      ),
  }
}

let serverUrl: Promise<string> | null = null
let template: Promise<string> | null = null

/** URL of the server that this test run uses, at its `postgres` database. */
export function testServer(): Promise<string> {
  return (serverUrl ??= (async () => {
    const other = process.env.USHER_TEST_DATABASE_URL
    if (other) return other
    const server = await startEmbeddedPostgres({
      dataDir: TEST_DATA_DIR,
      database: 'postgres',
      leaveRunning: true,
      // Tests kill processes, never the machine's power.
      settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_connections: '300' },
    })
    return server.url
  })())
}

async function createFromTemplate(server: string, name: string): Promise<void> {
  const from = await templateDatabase(server)
  await onServer(server, (client) => client.query(`create database ${name} template ${from}`))
}

function templateDatabase(server: string): Promise<string> {
  return (template ??= onServer(server, async (client) => {
    const name = `usher_template_${(await migrationsHash()).slice(0, 16)}`
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    try {
      if (await exists(client, name)) return name
      await dropLeftBehind(client)
      // It gets its name when it is whole, so that a run killed meanwhile leaves no half template.
      const draft = `${name}_draft`
      await client.query(`drop database if exists ${draft} with (force)`)
      await client.query(`create database ${draft} template template0`)
      await migrate(withDatabase(server, draft))
      await client.query(`alter database ${draft} rename to ${name}`)
      return name
    } finally {
      await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK])
    }
  }))
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  return (await client.query('select 1 from pg_database where datname = $1', [name])).rowCount === 1
}

/** Drops test databases that a killed run left behind, and templates of other migrations. */
async function dropLeftBehind(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select datname from pg_database d
      where datname ~ '^usher_(test|template)_'
        and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)`,
  )
  for (const { datname } of rows as { datname: string }[]) {
    const madeAt = /^usher_test_([0-9a-z]+)_/.exec(datname)?.[1]
    if (madeAt && Date.now() - Number.parseInt(madeAt, 36) < LEFT_BEHIND_MS) continue
    // Somebody may take it into use at this moment: then it stays.
    await client.query(`drop database if exists ${datname}`).catch(() => {})
  }
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}

async function onServer<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

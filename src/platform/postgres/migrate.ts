import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { Failure } from '../failure.ts'
import type { Database } from './database.ts'

/** The oldest PostgreSQL that the statements are written for (MERGE, xid8, NULLS NOT DISTINCT). */
export const POSTGRES_MAJOR_MIN = 15
/** Milliseconds that one process waits for another that is migrating. */
const LOCK_MS_MAX = 600_000
const LOCK_RETRY_MS = 50
/** Milliseconds that a migration waits for a table that is in use, before it gives way to the queries behind it. */
const TABLE_LOCK_MS_MAX = 30_000
/** Key of the advisory lock: "usmg". */
const MIGRATION_LOCK = 0x75736d67

/** The repository's own migrations. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../../../migrations', import.meta.url))

export type MigrateResult = { applied: string[]; before: number }

/** Something about the files or the server that whoever runs the command must change; the message says what. */
export class MigrationError extends Failure {
  override name = 'MigrationError'
}

type Migration = {
  name: string
  text: string
  sha256: string
  /** Header `-- no-transaction`: one statement that PostgreSQL runs only outside a transaction, and that may be repeated. */
  transaction: boolean
  /** Header `-- older-code-must-stop`: a process that does not know this file refuses to start. */
  olderCodeMustStop: boolean
}

/**
 * Applies the files of `dir` that this database has not seen, in the order of their names, each in its own
 * transaction together with its row in `schema_migrations`. Several processes may call it at once: one works, the
 * others wait for it. A file that was changed after it was applied is an error, for this database and a new one would differ.
 */
export async function migrate(
  target: string | Database,
  dir: string = MIGRATIONS_DIR,
): Promise<MigrateResult> {
  const migrations = await readMigrations(dir)
  if (typeof target !== 'string') {
    const client = await target.pool.connect()
    try {
      return await migrateOver(client, migrations)
    } finally {
      // Not back into the pool: its session settings were changed.
      client.release(true)
    }
  }
  return withClient(target, (client) => migrateOver(client, migrations))
}

/** Names of the files that `migrate` would apply. */
export async function pendingMigrations(url: string, dir: string = MIGRATIONS_DIR): Promise<string[]> {
  const migrations = await readMigrations(dir)
  return withClient(url, async (client) => {
    await refuseOldServer(client)
    const { rows } = await client.query(`select to_regclass('schema_migrations') is not null as known`)
    const before = (rows[0] as { known: boolean }).known
      ? await appliedMigrations(client)
      : new Map<string, Applied>()
    refuseDifferences(migrations, before)
    return migrations.map(({ name }) => name).filter((name) => !before.has(name))
  })
}

/** Names the content of a folder of migrations: the same hash, the same schema. */
export async function migrationsHash(dir: string = MIGRATIONS_DIR): Promise<string> {
  const hash = createHash('sha256')
  for (const { name, sha256 } of await readMigrations(dir)) hash.update(`${name} ${sha256}\n`)
  return hash.digest('hex')
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'usher-migrate', keepAlive: true })
  // A connection that is lost fails the query that runs on it.
  client.on('error', () => {})
  await client.connect().catch((cause: Error) => {
    // The host is no secret; user and password are. Who says why in PostgreSQL's words was reached.
    const how = cause instanceof pg.DatabaseError ? 'refused the connection' : 'cannot be reached'
    throw new Failure(`the database at ${URL.parse(url)?.host} ${how}: ${cause.message}`, { cause })
  })
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function migrateOver(client: pg.ClientBase, migrations: Migration[]): Promise<MigrateResult> {
  await refuseOldServer(client)
  await client.query(`set statement_timeout = 0`)
  await client.query(`set lock_timeout = ${TABLE_LOCK_MS_MAX}`)
  await lock(client)
  try {
    await client.query(`create table if not exists schema_migrations (
      name text primary key,
      sha256 text not null,
      older_code_must_stop boolean not null,
      applied_at timestamptz not null default now()
    )`)
    const before = await appliedMigrations(client)
    refuseDifferences(migrations, before)
    const missing = migrations.filter(({ name }) => !before.has(name))
    for (const migration of missing) await apply(client, migration)
    return { applied: missing.map(({ name }) => name), before: before.size }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {})
  }
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort()
  const seen = new Map<string, string>()
  for (const name of names) {
    const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]
    if (!number) throw new MigrationError(`migrations/${name}: the name must look like 0001-what-it-does.sql`)
    const other = seen.get(number)
    if (other) throw new MigrationError(`migrations/${name}: the number is taken by ${other}`)
    seen.set(number, name)
  }
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(dir, name), 'utf8')
      const header = /^(?:--.*\n|\s*\n)*/.exec(text)?.[0] ?? ''
      return {
        name,
        text,
        sha256: createHash('sha256').update(text).digest('hex'),
        transaction: !/^-- no-transaction\b/m.test(header),
        olderCodeMustStop: /^-- older-code-must-stop\b/m.test(header),
      }
    }),
  )
}

async function refuseOldServer(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query(`select current_setting('server_version_num')::int as version`)
  const major = Math.floor((rows[0] as { version: number }).version / 10_000)
  if (major < POSTGRES_MAJOR_MIN) {
    throw new MigrationError(`this is PostgreSQL ${major}; Usher needs ${POSTGRES_MAJOR_MIN} or later`)
  }
}

// Polled instead of waited for inside PostgreSQL: a session that waits holds a snapshot, and CREATE INDEX
// CONCURRENTLY waits for old snapshots, so the two would wait for each other.
async function lock(client: pg.ClientBase): Promise<void> {
  const started = performance.now()
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [MIGRATION_LOCK])
    if ((rows[0] as { locked: boolean }).locked) return
    if (performance.now() - started > LOCK_MS_MAX) {
      throw new MigrationError(
        `another process has been migrating this database for ${LOCK_MS_MAX / 60_000} minutes`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS))
  }
}

type Applied = { sha256: string; older_code_must_stop: boolean }

async function appliedMigrations(client: pg.ClientBase): Promise<Map<string, Applied>> {
  const { rows } = await client.query('select name, sha256, older_code_must_stop from schema_migrations')
  return new Map((rows as (Applied & { name: string })[]).map((row) => [row.name, row]))
}

function refuseDifferences(migrations: Migration[], applied: Map<string, Applied>): void {
  for (const { name, sha256 } of migrations) {
    const was = applied.get(name)
    if (was && was.sha256 !== sha256) {
      throw new MigrationError(
        `migrations/${name} was changed after this database had applied it: restore the file and write a new migration`,
      )
    }
  }
  const known = new Set(migrations.map(({ name }) => name))
  for (const [name, { older_code_must_stop }] of applied) {
    if (older_code_must_stop && !known.has(name)) {
      throw new MigrationError(
        `this database is ahead of this Usher: it has ${name}, which older versions must not run with`,
      )
    }
  }
}

async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  const record = () =>
    client.query('insert into schema_migrations (name, sha256, older_code_must_stop) values ($1, $2, $3)', [
      migration.name,
      migration.sha256,
      migration.olderCodeMustStop,
    ])
  try {
    if (!migration.transaction) {
      await client.query(migration.text)
      await record()
      return
    }
    await client.query('begin')
    await client.query(migration.text)
    await record()
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw new MigrationError(
      `migrations/${migration.name}${lineOf(cause, migration.text)}: ${(cause as Error).message}`,
      {
        cause,
      },
    )
  }
}

function lineOf(error: unknown, text: string): string {
  const position = Number((error as { position?: string }).position)
  return position > 0 ? `:${text.slice(0, position).split('\n').length}` : ''
}

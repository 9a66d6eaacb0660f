import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { statement, type Sql } from '../platform/postgres/database.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
/** Starting a process on a machine that does other things as well. */
const START_MS_MAX = 15_000
/** Stopping as well; a statement that cannot get on does not hold it up. */
const STOP_MS_MAX = 15_000
const WAITING = statement(
  'test.waiting',
  "select 1 from pg_locks where relation = 'search_documents'::regclass and not granted",
)
const LOCK = statement('test.lock', 'lock table search_documents in access exclusive mode')

let db: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'usher-search-build-'))
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  await db.drop()
  rmSync(folder, { recursive: true, force: true })
})

test('a server leaves the first build of search to a process of its own, which ends with it; the next one does it', async () => {
  await db.database.transaction(async (sql) => {
    // The build cannot get on while somebody else has the table.
    await sql.query(LOCK)
    const first = serve()
    const builder = await waitFor('the process that builds', () => builderOf(first), START_MS_MAX).catch(
      () => null,
    )
    await waitFor('its first statement', () => isWaiting(sql), START_MS_MAX).catch(() => {})
    const startedMs = performance.now()
    expect(await end(first)).toBe(0)
    expect(performance.now() - startedMs).toBeLessThan(STOP_MS_MAX)
    expect(builder).not.toBeNull()
    expect(isAlive(builder!)).toBe(false)
  })
  expect(await isBuilt()).toBe(false)

  const second = serve()
  await waitFor('search to be built', isBuilt, START_MS_MAX)
  await waitFor('the end of the process that built', () => builderOf(second) === null)
  expect(await end(second)).toBe(0)
}, 90_000)

function serve(): ChildProcess {
  return spawn(process.execPath, [MAIN, 'serve', '--no-demo'], {
    env: {
      PATH: process.env.PATH,
      USHER_DATA_DIR: folder,
      DATABASE_URL: db.url,
      LOG_LEVEL: 'error',
      PORT: '0',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Its process id; null where the server has none. */
function builderOf({ pid }: ChildProcess): number | null {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  for (const line of stdout.split('\n')) {
    const [, child, parent] = /^\s*(\d+)\s+(\d+)\s.*main\.ts search rebuild/.exec(line) ?? []
    if (child && Number(parent) === pid) return Number(child)
  }
  return null
}

async function end(server: ChildProcess): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  return ended
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function isWaiting(sql: Sql): Promise<boolean> {
  return (await sql.query(WAITING)).rows.length > 0
}

async function isBuilt(): Promise<boolean> {
  const { rows } = await db.database.pool.query<{ built: boolean }>(
    'select built_at is not null as built from search_state',
  )
  return rows[0]!.built
}

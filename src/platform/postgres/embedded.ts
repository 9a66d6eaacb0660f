import { randomBytes } from 'node:crypto'
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { makeDataDir } from '../data-dir.ts'
import { Failure } from '../failure.ts'
import { withFileLock } from '../file-lock.ts'
import {
  CLUSTER_USER,
  createCluster,
  DURABLE_SETTINGS,
  findPrograms,
  freePort,
  isCluster,
  resetPassword,
  runningServer,
  startCluster,
  stopCluster,
  type Programs,
} from './cluster.ts'

/** Milliseconds that a start may wait for another process that is starting or stopping the same server. */
const LOCK_MS_MAX = 180_000
/** Milliseconds that a running server may take to accept connections: it may be recovering from a crash. */
const ANSWER_MS_MAX = 60_000
/** Milliseconds between two looks at a server that starts, and before the server is looked after again. */
const LOOK_AGAIN_MS = 50
const REVIVE_MS = 500
/** Milliseconds that the end of a process may take for stopping the server. */
const EXIT_MS_MAX = 20_000
/** SQLSTATE invalid_password. */
const WRONG_PASSWORD = '28P01'
/** Key of the shared advisory lock that every process using the server holds: "ushr". */
const USERS_LOCK = 0x75736872

export type EmbeddedPostgresOptions = {
  /** Usher's data folder; the server's own is `postgres` below it. */
  dataDir: string
  /** Server settings over `DURABLE_SETTINGS`; whoever starts the server decides. */
  settings?: Readonly<Record<string, string>>
  /** The database to connect to, made when it is missing. */
  database?: string
  /** `stop()` and the end of the process leave the server running. For tests, which come back at once. */
  leaveRunning?: boolean
  /** Milliseconds that a running server may take to accept connections; ANSWER_MS_MAX where it is left out. */
  answerMsMax?: number
  onNote?: (note: string) => void
}

export type EmbeddedPostgres = {
  url: string
  /** This process started the server or took over one that a killed process had left behind. */
  owned: boolean
  /** Stops the server when no other process uses it; otherwise the others keep it. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL in the data folder or attaches to the one that runs there.
 *
 * Whoever comes first starts it, whoever leaves last stops it: a second process never stops the server under the
 * first, and when the first leaves, the others go on. Every process holds a shared advisory lock over one connection
 * of its own, which the system closes however the process ends; so nobody needs to guess whether a process id in a
 * file still means anything. A server left behind by SIGKILL is found by its folder's postmaster.pid and taken over.
 * When the server itself dies, the processes that use it start it again on the same port.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await placeIn(options.dataDir)
  const database = options.database ?? 'usher'
  let seat = await sitDown(place, options, database)
  let stopping = false
  let reviving: Promise<void> | null = null

  const revive = async (): Promise<void> => {
    for (;;) {
      await new Promise((done) => setTimeout(done, REVIVE_MS))
      if (stopping) return
      try {
        seat = await sitDown(place, options, database)
        watch()
        options.onNote?.('the embedded PostgreSQL is back')
        return
      } catch (error) {
        options.onNote?.(`the embedded PostgreSQL does not come back: ${(error as Error).message}`)
      }
    }
  }
  const watch = (): void => {
    seat.connection.once('end', () => {
      if (!stopping) reviving = revive()
    })
  }
  watch()

  const atExit = (): void => leaveAtExit(place, seat, options)
  process.on('exit', atExit)
  let stopped: Promise<void> | null = null
  return {
    url: urlOf(seat.state, database),
    owned: seat.owned,
    stop: () =>
      (stopped ??= (async () => {
        stopping = true
        process.off('exit', atExit)
        await reviving
        await getUp(place, seat, options)
      })()),
  }
}

/**
 * Stops the server in this folder unless a process uses it; the connection of the process that is just ending does
 * not count. For the end of a test run, and of a process that exits in a hurry.
 */
export async function stopUnusedPostgres(
  dataDir: string,
  endingBackend = 0,
): Promise<'stopped' | 'in use' | 'not running'> {
  const place = await placeIn(dataDir)
  return withFileLock(place.lock, LOCK_MS_MAX, async () => {
    if (!(await isCluster(place.cluster)) || !(await runningServer(place.cluster))) return 'not running'
    const state = await readState(place)
    const connection = state && (await connect(state, 'postgres'))
    if (connection && (await usersOf(connection, endingBackend)) > 0) {
      await connection.end()
      return 'in use'
    }
    await connection?.end()
    await stopCluster(await findPrograms(place.cluster), place.cluster)
    return 'stopped'
  })
}

type Place = { dataDir: string; cluster: string; lock: string; state: string }
type State = { port: number; password: string }
/** A process's place at the server: the connection that holds the shared lock. */
type Seat = { state: State; owned: boolean; connection: pg.Client }

async function placeIn(dataDir: string): Promise<Place> {
  const folder = resolve(dataDir)
  makeDataDir(folder)
  return {
    dataDir: folder,
    cluster: join(folder, 'postgres'),
    lock: join(folder, 'postgres.lock'),
    state: join(folder, 'postgres.json'),
  }
}

function sitDown(place: Place, options: EmbeddedPostgresOptions, database: string): Promise<Seat> {
  return withFileLock(place.lock, LOCK_MS_MAX, async () => {
    const programs = await findPrograms(place.cluster)
    const { state, started } = await ensureRunning(programs, place, options)
    const connection = await connect(state, 'postgres')
    if (!connection) throw new Failure('the embedded PostgreSQL started but does not accept connections')
    const users = await usersOf(connection)
    await connection.query('select pg_advisory_lock_shared($1)', [USERS_LOCK])
    await ensureDatabase(connection, database)
    return { state, owned: started || users === 0, connection }
  })
}

function getUp(place: Place, seat: Seat, options: EmbeddedPostgresOptions): Promise<void> {
  return withFileLock(place.lock, LOCK_MS_MAX, async () => {
    const others = await usersOf(seat.connection).catch(() => 0)
    await seat.connection.end().catch(() => {})
    if (others > 0 || options.leaveRunning) return
    await stopCluster(await findPrograms(place.cluster), place.cluster)
  })
}

/** The last chance of a process that exits without `stop()`: it cannot wait for promises, but for a child it can. */
function leaveAtExit(place: Place, seat: Seat, options: EmbeddedPostgresOptions): void {
  if (options.leaveRunning) return
  spawnSync(process.execPath, [fileURLToPath(import.meta.url), place.dataDir, String(backendOf(seat))], {
    stdio: 'ignore',
    timeout: EXIT_MS_MAX,
  })
}

/** The server's process for this connection; not in pg's types. */
function backendOf(seat: Seat): number {
  return (seat.connection as unknown as { processID: number }).processID
}

async function ensureRunning(
  programs: Programs,
  place: Place,
  options: EmbeddedPostgresOptions,
): Promise<{ state: State; started: boolean }> {
  const settings = { ...DURABLE_SETTINGS, ...options.settings }
  let state = await readState(place)
  if (!(await isCluster(place.cluster))) {
    options.onNote?.('creating the embedded PostgreSQL')
    state = { port: 0, password: randomBytes(24).toString('base64url') }
    await writeState(place, state)
    await createCluster(programs, place.cluster, state.password)
  }
  const running = await runningServer(place.cluster)
  if (running && state) {
    state = { ...state, port: running.port }
    const connection = await connectPatiently(state, place, options.answerMsMax ?? ANSWER_MS_MAX)
    if (connection) {
      await connection.end()
      await writeState(place, state)
      return { state, started: false }
    }
  }
  const left = await runningServer(place.cluster)
  if (left && state) {
    // Others may be selling with it, who can reach what this process cannot: from another network namespace, say.
    throw new Failure(
      `the embedded PostgreSQL (process ${left.pid}) runs but cannot be reached at 127.0.0.1:${left.port}, so it is left alone; if nobody uses it, end it with "kill ${left.pid}"`,
    )
  }
  if (left) {
    options.onNote?.('replacing an embedded PostgreSQL whose password is lost')
    await stopCluster(programs, place.cluster)
  }
  if (!state) {
    state = { port: 0, password: randomBytes(24).toString('base64url') }
    await resetPassword(programs, place.cluster, state.password)
  }
  state = { ...state, port: await freePort(state.port) }
  await writeState(place, state)
  await startCluster(programs, place.cluster, state.port, settings)
  return { state, started: true }
}

/** Waits for a server that is starting or recovering; null when it has gone or was not to be reached in time. */
async function connectPatiently(state: State, place: Place, answerMsMax: number): Promise<pg.Client | null> {
  const started = performance.now()
  while (performance.now() - started < answerMsMax) {
    const connection = await connect(state, 'postgres')
    if (connection) return connection
    if (!(await runningServer(place.cluster))) return null
    await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS))
  }
  return null
}

/** Null while the server does not accept connections; throws when it refuses the password. */
async function connect(state: State, database: string): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: urlOf(state, database),
    application_name: 'usher-presence',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  // A lost connection is seen by its 'end'.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    if ((error as { code?: unknown }).code === WRONG_PASSWORD) {
      throw new Failure(
        'the embedded PostgreSQL does not take the password in postgres.json, so it is left alone; end whatever runs in this data folder, delete that file and start again',
      )
    }
    return null
  }
}

/** Other connections that hold the shared lock: one a process. */
async function usersOf(connection: pg.Client, endingBackend = 0): Promise<number> {
  const found = await connection.query(
    `select count(*)::int as users from pg_locks
      where locktype = 'advisory' and classid = 0 and objid = $1 and pid not in (pg_backend_pid(), $2)`,
    [USERS_LOCK, endingBackend],
  )
  return (found.rows[0] as { users: number }).users
}

async function ensureDatabase(connection: pg.Client, database: string): Promise<void> {
  const found = await connection.query('select 1 from pg_database where datname = $1', [database])
  if (found.rowCount === 0) await connection.query(`create database ${connection.escapeIdentifier(database)}`)
}

function urlOf(state: State, database: string): string {
  return `postgres://${CLUSTER_USER}:${state.password}@127.0.0.1:${state.port}/${database}`
}

async function readState(place: Place): Promise<State | null> {
  try {
    const state = JSON.parse(await readFile(place.state, 'utf8')) as Partial<State>
    return typeof state.password === 'string' && typeof state.port === 'number' ? (state as State) : null
  } catch {
    return null
  }
}

async function writeState(place: Place, state: State): Promise<void> {
  const draft = `${place.state}.new`
  await writeFile(draft, `${JSON.stringify(state)}\n`, { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, place.state)
}

// The child of `leaveAtExit`.
if (import.meta.main && process.argv[2]) await stopUnusedPostgres(process.argv[2], Number(process.argv[3]))

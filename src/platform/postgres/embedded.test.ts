import { afterEach, expect, test } from 'bun:test'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { networkInterfaces, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { startEmbeddedPostgres, stopUnusedPostgres } from './embedded.ts'

const PROCESS = fileURLToPath(new URL('../../../test/harness/postgres-process.ts', import.meta.url))
const NOBODY = { uid: 65_534, gid: 65_534 }
/** Root may become another user, and that user can enter the checkout. */
const canBeNobody =
  userInfo().uid === 0 && spawnSync(process.execPath, ['--version'], { ...NOBODY, cwd: '/' }).status === 0
/** Milliseconds; several servers are made and started in one test. */
const SLOW = 90_000

const cleanUp: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (let next = cleanUp.pop(); next; next = cleanUp.pop()) await next()
})

test(
  'the first process starts the server, the second attaches, and its leaving stops nothing',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    const second = await useIn(dataDir)
    expect([first.owned, second.owned]).toEqual([true, false])
    expect(second.url).toBe(first.url)
    await second.end('SIGTERM')
    expect(await ask(first.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
    await first.end('SIGTERM')
    expect(await accepts(first.url)).toBe(false)
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false)
  },
  SLOW,
)

test(
  'when the first process leaves, the second keeps the server, and stops it when it leaves too',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    const second = await useIn(dataDir)
    await first.end('SIGINT')
    expect(await ask(second.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
    await second.end('SIGTERM')
    expect(await accepts(first.url)).toBe(false)
  },
  SLOW,
)

test(
  'four processes that start at once on an empty folder share one server, and one of them owns it',
  async () => {
    const dataDir = folder()
    const all = await Promise.all([1, 2, 3, 4].map(() => useIn(dataDir)))
    expect(new Set(all.map(({ url }) => url)).size).toBe(1)
    expect(all.filter(({ owned }) => owned)).toHaveLength(1)
    await Promise.all(all.map((process) => process.end('SIGTERM')))
    expect(await accepts(all[0]!.url)).toBe(false)
  },
  SLOW,
)

test(
  'a server whose process was killed is taken over by the next one, as it is',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    await ask(first.url, 'create table kept (n int)')
    await ask(first.url, 'insert into kept values (7)')
    const pid = serverPid(dataDir)
    await first.end('SIGKILL')
    expect(await accepts(first.url)).toBe(true)
    const next = await useIn(dataDir)
    expect(next.owned).toBe(true)
    expect(serverPid(dataDir)).toBe(pid)
    expect(await ask(next.url, 'select n from kept')).toEqual([{ n: 7 }])
  },
  SLOW,
)

test(
  'process and server killed together: what was committed is there after the next start',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    await ask(first.url, 'create table kept as select generate_series(1, 1000) as n')
    await Promise.all([first.end('SIGKILL'), killServer(dataDir)])
    const next = await useIn(dataDir)
    expect(next.owned).toBe(true)
    expect(await ask(next.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }])
  },
  SLOW,
)

test(
  'a server that dies under a living process is started again on the same port',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    await ask(first.url, 'create table kept (n int)')
    const before = serverPid(dataDir)
    await killServer(dataDir)
    await waitFor(
      'another server',
      async () => (await accepts(first.url)) && serverPid(dataDir) !== before,
      60_000,
    )
    expect(await ask(first.url, 'select n from kept')).toEqual([])
    await first.end('SIGTERM')
    expect(await accepts(first.url)).toBe(false)
  },
  SLOW,
)

test(
  'a process number that meanwhile belongs to somebody else is not taken for the server',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    const pidFile = join(dataDir, 'postgres/postmaster.pid')
    const lines = readFileSync(pidFile, 'utf8').split('\n')
    await first.end('SIGTERM')
    writeFileSync(pidFile, [process.pid, ...lines.slice(1)].join('\n'))
    const { uid, gid } = statSync(join(dataDir, 'postgres'))
    chownSync(pidFile, uid, gid)
    const next = await useIn(dataDir)
    expect(next.owned).toBe(true)
  },
  SLOW,
)

test(
  'a process that exits without stopping the server does not leave it behind',
  async () => {
    const dataDir = folder()
    const { url, ended } = await useIn(dataDir, 'exit')
    await ended
    expect(await accepts(url)).toBe(false)
  },
  SLOW,
)

test(
  'a lost password file costs nothing but the password',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    await ask(first.url, 'create table kept (n int)')
    await first.end('SIGKILL')
    rmSync(join(dataDir, 'postgres.json'))
    const next = await useIn(dataDir)
    expect(next.url).not.toBe(first.url)
    expect(await ask(next.url, 'select n from kept')).toEqual([])
  },
  SLOW,
)

test(
  'a server that does not take the password is told of and left running for those who use it',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    const file = join(dataDir, 'postgres.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), password: 'another' }))
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('does not take the password')
    expect(await ask(first.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
  },
  SLOW,
)

test(
  'a server that runs but cannot be reached is told of by its number and left running',
  async () => {
    const dataDir = folder()
    const first = await useIn(dataDir)
    const file = join(dataDir, 'postgres/postmaster.pid')
    const lines = readFileSync(file, 'utf8').split('\n')
    const elsewhere = [...lines.slice(0, 3), '1', ...lines.slice(4)].join('\n')
    writeFileSync(file, elsewhere)
    await expect(startEmbeddedPostgres({ dataDir, answerMsMax: 500 })).rejects.toThrow(`kill ${lines[0]}`)
    expect(await ask(first.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
    writeFileSync(file, lines.join('\n'))
  },
  SLOW,
)

test(
  'it is durable, listens on this machine only, and keeps its password to its user',
  async () => {
    const dataDir = folder()
    const server = await startEmbeddedPostgres({ dataDir })
    cleanUp.push(() => server.stop())
    const settings = await ask(
      server.url,
      `select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'wal_level', 'server_encoding')
      order by name`,
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
      wal_level: 'logical',
    })
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600)
    const port = Number(new URL(server.url).port)
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal)
    if (outside) expect(await canConnect(port, outside.address)).toBe(false)
    const wrong = new URL(server.url)
    wrong.password = 'wrong'
    await expect(ask(wrong.toString(), 'select 1')).rejects.toThrow(/password/)
  },
  SLOW,
)

test('a folder that is something else is refused by name', async () => {
  const dataDir = folder()
  writeFileSync(join(dataDir, 'postgres'), '')
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
    /postgres exists but is not a PostgreSQL data folder/,
  )
})

test.if(canBeNobody)(
  'a normal user runs it as themselves',
  async () => {
    const dataDir = folder()
    chownSync(dataDir, NOBODY.uid, NOBODY.gid)
    const first = await useIn(dataDir, undefined, NOBODY)
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(NOBODY.uid)
    await first.end('SIGTERM')
    // Root afterwards runs the server as the folder's owner, so that the user can come back.
    const asRoot = await useIn(dataDir)
    expect(asRoot.owned).toBe(true)
    await asRoot.end('SIGTERM')
    expect((await useIn(dataDir, undefined, NOBODY)).owned).toBe(true)
  },
  SLOW,
)

/** A fresh data folder. mkdtemp makes it for its user alone, so as root the server has to reach through it. */
function folder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'usher-postgres-'))
  cleanUp.push(async () => {
    await stopUnusedPostgres(dataDir).catch(() => {})
    rmSync(dataDir, { recursive: true, force: true })
  })
  return dataDir
}

type Using = { url: string; owned: boolean; ended: Promise<void>; end(signal: NodeJS.Signals): Promise<void> }

async function useIn(
  dataDir: string,
  mode?: 'exit',
  user: { uid?: number; gid?: number } = {},
): Promise<Using> {
  const child: ChildProcess = spawn(process.execPath, [PROCESS, dataDir, ...(mode ? [mode] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  })
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  )
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended
  }
  cleanUp.push(() => end('SIGTERM'))
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout! }).once('line', resolve)),
    ended.then(() => Promise.reject(new Error('the process ended before it had the server'))),
  ])
  return { ...(JSON.parse(line) as { url: string; owned: boolean }), ended, end }
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const accepts = (url: string) =>
  ask(url, 'select 1').then(
    () => true,
    () => false,
  )

function canConnect(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    cleanUp.push(() => void socket.destroy())
  })
}

const serverPid = (dataDir: string) => {
  try {
    return Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return null
  }
}

async function killServer(dataDir: string): Promise<void> {
  const pid = serverPid(dataDir)!
  process.kill(pid, 'SIGKILL')
}

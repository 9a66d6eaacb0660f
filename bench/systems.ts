import { fileURLToPath } from 'node:url'
import type { Cluster } from './cluster.ts'
import { EVENT_ID, templateName, type Variant } from './dataset.ts'
import { BARE, USHER } from './figures.ts'
import { DESIGNS, type DesignName } from './textbook/designs.ts'

/** What is measured: Usher, a textbook design on one of the two schemas, the bare server, or a file of its own. */
export type System = {
  name: string
  kind: 'usher' | 'bare' | 'textbook' | 'script'
  variant: Variant
  design?: DesignName
  /** Of a script: the file and what it is told. */
  script?: string
  environment?: Record<string, string>
  /** Connections to the database. */
  pool: number
}

export type Running = {
  pid: number
  url: string
  port: number
  database: string
  stop(): Promise<void>
}

export type StartOptions = {
  cluster: Cluster
  dataset: string
  seatCount: number
  masterKey: string
  dataDir: string
  port: number
}

/** Milliseconds until a server must have read two million seats and answered. */
const START_MS_MAX = 120_000
const STOP_MS_MAX = 30_000
const ROOT = fileURLToPath(new URL('..', import.meta.url))

export const USHER_SYSTEM: System = { name: USHER, kind: 'usher', variant: 'plain', pool: 0 }
export const BARE_SYSTEM: System = { name: BARE, kind: 'bare', variant: 'plain', pool: 0 }

export function textbookSystem(design: DesignName, variant: Variant, pool: number): System {
  const name = variant === 'plain' ? design : `${design} + status index`
  return { name, kind: 'textbook', variant, design, pool }
}

export const DESIGN_NAMES = Object.keys(DESIGNS) as DesignName[]

/** Starts the system on a fresh copy of the dataset and waits until it has read the event. */
export async function startSystem(system: System, options: StartOptions): Promise<Running> {
  const { cluster, port } = options
  const database = 'measured'
  await cluster.drop(database)
  await cluster.create(database, templateName(options.dataset, system.variant))
  if (system.design === 'version') {
    await cluster.onDatabase(database, (client) =>
      client.query('alter table event_seats add column version int not null default 0'),
    )
  }
  const url = `http://127.0.0.1:${port}`
  const child = Bun.spawn(commandOf(system), {
    cwd: ROOT,
    env: { ...process.env, ...environmentOf(system, options, cluster.url(database)) },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    await child.exited
    clearTimeout(late)
  }
  try {
    await answers(`${url}/healthz`, () => child.exitCode !== null)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid, url, port, database, stop }
}

function commandOf(system: System): string[] {
  switch (system.kind) {
    case 'usher':
      return [process.execPath, 'src/main.ts', 'serve']
    case 'bare':
      return [process.execPath, 'bench/textbook/bare.ts']
    case 'textbook':
      return [process.execPath, 'bench/textbook/server.ts']
    case 'script':
      return [process.execPath, system.script!]
  }
}

function environmentOf(system: System, options: StartOptions, databaseUrl: string): Record<string, string> {
  return {
    PORT: String(options.port),
    DATABASE_URL: databaseUrl,
    USHER_KEY: options.masterKey,
    USHER_DATA_DIR: options.dataDir,
    USHER_ENV: 'development',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
    SEATS: String(options.seatCount),
    ...system.environment,
    ...(system.design && { DESIGN: system.design, POOL: String(system.pool) }),
  }
}

/** One request by a real buyer, so that the event is in memory before anything is timed. */
export async function readEvent(url: string, token: string): Promise<void> {
  const response = await fetch(`${url}/v1/reservations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event_id: EVENT_ID, seat_ids: ['nowhere'] }),
    signal: AbortSignal.timeout(START_MS_MAX),
  })
  const text = await response.text()
  const isExpected = response.status === 201 || (response.status === 400 && text.includes('unknown_seat'))
  if (!isExpected) throw new Error(`the event cannot be read: ${response.status} ${text}`)
}

async function answers(url: string, hasEnded: () => boolean): Promise<void> {
  const endMs = performance.now() + START_MS_MAX
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    if (hasEnded()) throw new Error('a server ended instead of starting; its last words are above')
    if (performance.now() > endMs) throw new Error(`no answer from ${url}`)
    await Bun.sleep(50)
  }
}

/** What `usher audit` says about the database: `clean`, or its findings. */
export async function audit(cluster: Cluster, database: string, dataDir: string): Promise<string> {
  const child = Bun.spawn([process.execPath, 'src/main.ts', 'audit'], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: cluster.url(database), USHER_DATA_DIR: dataDir, LOG_LEVEL: 'error' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, said, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return code === 0 ? 'clean' : `exit code ${code}: ${output.trim() || said.trim()}`
}

import { fileURLToPath } from 'node:url'

export type WrkOptions = {
  url: string
  connections: number
  seconds: number
  tokensFile: string
  mode: 'fresh' | 'blind' | 'nowhere'
  seatCount: number
  /** Seats that earlier runs on the same database have used, a thread. */
  offset?: number
}

export type WrkResult = {
  requests: number
  /** Answers with a status of 400 or more. */
  refused: number
  /** Connections that broke and answers that never came. */
  failed: number
  seconds: number
  p50Ms: number
  p99Ms: number
}

/** Threads of the load generator: it must not be what is measured, nor take the cores of what is. */
export const WRK_THREADS = 2
const SCRIPT = fileURLToPath(new URL('holds.lua', import.meta.url))

export function wrkIsThere(): boolean {
  return Bun.which('wrk') !== null
}

/** Closed loop: every connection sends its next request when the answer to the last has come. */
export async function wrk(options: WrkOptions): Promise<WrkResult> {
  const words = [
    `-t${WRK_THREADS}`,
    `-c${options.connections}`,
    `-d${options.seconds}s`,
    '--timeout',
    '30s',
    '-s',
    SCRIPT,
    options.url,
  ]
  const child = Bun.spawn(['wrk', ...words], {
    env: {
      ...process.env,
      TOKENS: options.tokensFile,
      MODE: options.mode,
      SEATS: String(options.seatCount),
      OFFSET: String(options.offset ?? 0),
      THREADS: String(WRK_THREADS),
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, said] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return parseWrk(output, said)
}

export function parseWrk(output: string, said = ''): WrkResult {
  const found = /^RESULT (\d+) (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)$/m.exec(output)
  if (!found) throw new Error(`wrk did not finish: ${said || output}`)
  const [requests, refused, failed, microseconds, p50Ms, p99Ms] = found.slice(1).map(Number)
  return {
    requests: requests!,
    refused: refused!,
    failed: failed!,
    seconds: microseconds! / 1e6,
    p50Ms: p50Ms!,
    p99Ms: p99Ms!,
  }
}

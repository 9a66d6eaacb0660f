import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { freePort } from '../src/platform/postgres/cluster.ts'
import { newMasterKey, startCluster, type Cluster } from './cluster.ts'
import { makeBase, makeDataset, templateName } from './dataset.ts'
import { median, round, rowsOf, USHER, type Claim, type Result, type Sample } from './figures.ts'
import { parseWrk, WRK_THREADS } from './load/wrk.ts'
import { cpuSeconds, figuresAreThere } from './process-figures.ts'
import { targetsOf, type Target } from './reads-targets.ts'
import { resultOf } from './report.ts'
import { audit, readEvent, startSystem, type Running, type System } from './systems.ts'

export type ReadsOptions = {
  rounds: number
  seconds: number
  /** Rejects when the run is to end early. */
  stopped: Promise<never>
  note(line: string): void
}

const SEATS = 50_000
const CONNECTIONS = 32
const RATIO_ASKED = 0.8
const CONSTANT = 'the same bytes as a constant'
const WARM_SECONDS = 1
const SCRIPT = fileURLToPath(new URL('load/reads.lua', import.meta.url))
const PAGES_BUILDER = fileURLToPath(new URL('../scripts/build-web.ts', import.meta.url))

/** What everybody reads in a rush, beside constants of the same size from the same process. */
export async function benchReads(options: ReadsOptions): Promise<Result> {
  const { note, stopped } = options
  const folder = await mkdtemp(join(tmpdir(), 'usher-bench-'))
  let stop = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const cluster = await startCluster(join(folder, 'server'), note)
    const remove = stop
    stop = () => cluster.stop().then(remove)
    const masterKey = newMasterKey()
    const [tokens, layout] = await Promise.race([prepare(cluster, masterKey, note), stopped])
    const system: System = {
      ...{
        name: USHER,
        kind: 'script',
        variant: 'plain',
        script: 'bench/reads-server.ts',
        pool: 0,
      },
      environment: { LAYOUT: layout },
    }
    const running = await startSystem(system, {
      ...{ cluster, dataset: 'hall', seatCount: SEATS, masterKey },
      dataDir: join(folder, 'usher'),
      port: await freePort(undefined),
    })
    const stopCluster = stop
    stop = () => running.stop().then(stopCluster)
    await readEvent(running.url, tokens[0]!)
    const samples = await Promise.race([measure(running, targetsOf(layout), options), stopped])
    await running.stop()
    const said = await audit(cluster, running.database, join(folder, 'usher'))
    return resultOf('reads', samples, said, claimsOf(samples))
  } finally {
    await stop()
  }
}

async function prepare(
  cluster: Cluster,
  masterKey: string,
  note: (line: string) => void,
): Promise<[string[], string]> {
  const builder = Bun.spawn([process.execPath, PAGES_BUILDER], { stdio: ['ignore', 'ignore', 'inherit'] })
  if ((await builder.exited) !== 0) throw new Error('the web pages could not be built')
  const tokens = await makeBase(cluster, masterKey, 1)
  note(`opening an event of ${SEATS.toLocaleString('en')} seats`)
  await makeDataset({ cluster, variants: ['plain'], name: 'hall', seatCount: SEATS })
  // Compressed as an import does it; other benchmarks do without.
  const layout = await cluster.onDatabase(templateName('hall', 'plain'), async (client) => {
    const { rows } = await client.query<{ hash: string; body: Buffer }>('select hash, body from layouts')
    const { hash, body } = rows[0]!
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
    await client.query('update layouts set body_gzip = $1, body_brotli = $2', [
      await promisify(gzip)(body),
      await promisify(brotliCompress)(body, quality),
    ])
    return hash
  })
  return [tokens, layout]
}

async function measure(
  { url, pid }: Running,
  targets: readonly Target[],
  { rounds, seconds, note }: ReadsOptions,
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (const [number, target] of targets.entries()) {
    const headers: Record<string, string> = { 'accept-encoding': target.encoding }
    const size = await learn(url, number, target, headers)
    const constant = `${url}/bench/constant/${number}`
    const what = `${target.name}, ${size}`
    const cpu: Record<string, number[]> = { [USHER]: [], [CONSTANT]: [] }
    const once = async (system: string, address: string): Promise<number> => {
      const before = figuresAreThere ? cpuSeconds(pid) : 0
      const perSecond = await requestsPerSecond(address, headers, seconds)
      const used = figuresAreThere ? cpuSeconds(pid) - before : 0
      samples.push({ system, metric: what, unit: '1/s', value: perSecond })
      cpu[system]!.push((used * 1e6) / (perSecond * seconds))
      return perSecond
    }
    for (const address of [url + target.path, constant])
      await requestsPerSecond(address, headers, WARM_SECONDS)
    const pairs: number[] = []
    for (let i = 0; i < rounds; i++) {
      // Whoever is second finds the machine as the first has left it: they take turns.
      let [own, other] = [0, 0]
      if (i % 2 === 0) own = await once(USHER, url + target.path)
      other = await once(CONSTANT, constant)
      if (i % 2 === 1) own = await once(USHER, url + target.path)
      pairs.push(own / other)
    }
    const [own, other] = [round(median(cpu[USHER]!)), round(median(cpu[CONSTANT]!))]
    note(
      `${what}: ${round(median(pairs))} of the constant's requests a second; ${own} µs of CPU time to ${other} µs`,
    )
  }
  return samples
}

/** Makes the server keep the answer as a constant, checks that both are alike, and says how large it is. */
async function learn(
  url: string,
  number: number,
  target: Target,
  headers: Record<string, string>,
): Promise<string> {
  if (target.unchanged) {
    const whole = await fetch(url + target.path, { headers })
    await whole.arrayBuffer()
    headers['if-none-match'] = whole.headers.get('etag')!
  }
  const constant = `${url}/bench/constant/${number}`
  await (await fetch(constant)).arrayBuffer()
  const [a, b] = await Promise.all(
    [url + target.path, constant].map(async (address) => {
      const response = await fetch(address, { headers, decompress: false })
      const encoding = response.headers.get('content-encoding') ?? 'identity'
      return { status: response.status, encoding, size: (await response.arrayBuffer()).byteLength }
    }),
  )
  if (JSON.stringify(a) !== JSON.stringify(b))
    throw new Error(`${target.name}: ${JSON.stringify(a)} is not its constant ${JSON.stringify(b)}`)
  const { status, encoding, size } = a!
  if (status !== (target.unchanged ? 304 : 200)) throw new Error(`${target.name} was answered with ${status}`)
  if (!target.unchanged && encoding !== target.encoding && target.name !== 'event')
    throw new Error(`${target.name} came as ${encoding}`)
  return size < 1_000 ? `${size} bytes` : `${Math.round(size / 1_000).toLocaleString('en')} KB`
}

async function requestsPerSecond(
  url: string,
  headers: Record<string, string>,
  seconds: number,
): Promise<number> {
  const words = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const child = Bun.spawn(
    ['wrk', `-t${WRK_THREADS}`, `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '30s', ...words, '-s', SCRIPT, url], // prettier-ignore
    { stdout: 'pipe', stderr: 'pipe' },
  )
  const [output, said] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  const result = parseWrk(output, said)
  if (result.refused + result.failed > 0)
    throw new Error(`${url}: ${result.refused} refused, ${result.failed} failed`)
  return result.requests / result.seconds
}

function claimsOf(samples: readonly Sample[]): Claim[] {
  const rows = rowsOf(samples)
  return rows
    .filter(({ system }) => system === USHER)
    .map(({ metric, median: own }) => ({
      name: `${metric} / constant`,
      ratio: round(own / rows.find((row) => row.metric === metric && row.system === CONSTANT)!.median),
      asked: RATIO_ASKED,
    }))
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../src/platform/postgres/cluster.ts'
import { newMasterKey, startCluster, type Cluster } from './cluster.ts'
import { EVENT_ID, makeBase, makeDataset } from './dataset.ts'
import { goodputMetric, median, METRICS, round, type Result, type Sample } from './figures.ts'
import type { SocketOptions, SocketResult } from './load/sockets.ts'
import { wrk, WRK_THREADS, type WrkOptions, type WrkResult } from './load/wrk.ts'
import { resultOf } from './report.ts'
import {
  audit,
  BARE_SYSTEM,
  DESIGN_NAMES,
  readEvent,
  startSystem,
  textbookSystem,
  USHER_SYSTEM,
  type Running,
  type System,
} from './systems.ts'
import type { DesignName } from './textbook/designs.ts'

export const PARTS = ['capacity', 'refusals', 'goodput', 'sold-in', 'latency'] as const
export type Part = (typeof PARTS)[number]

export type HoldsOptions = {
  quick: boolean
  rounds: number
  parts: readonly Part[]
  /** Rejects when the run is to end early. */
  stopped: Promise<never>
  note(line: string): void
}

/** Sizes of a run. The quick one is for daily work: its ratios are rough. */
type Scale = {
  capacitySeats: number
  hallSeats: number
  buyers: number
  warmSeconds: number
  seconds: number
  designs: readonly DesignName[]
  variants: readonly System['variant'][]
  pools: readonly number[]
  connections: readonly number[]
}

const FULL: Scale = {
  capacitySeats: 2_000_000,
  hallSeats: 50_000,
  buyers: 20_000,
  warmSeconds: 3,
  seconds: 8,
  designs: DESIGN_NAMES,
  variants: ['plain', 'status-index'],
  pools: [16, 32, 64],
  connections: [64, 512, 1_024, 4_096],
}
const QUICK: Scale = {
  capacitySeats: 300_000,
  hallSeats: 10_000,
  buyers: 2_000,
  warmSeconds: 1,
  seconds: 2,
  designs: ['for-update', 'function'],
  variants: ['plain'],
  pools: [32],
  connections: [512, 4_096],
}

/** Connections of the closed loop, and what the systems' open loop sends of their own capacity. */
const CONNECTIONS = 512
const SHARE_OF_CAPACITY = 0.7
const HELD_SHARE = 0.99
const SOLD_IN_SECONDS_MAX = 300
/**
 * Holds a second, and for how long, before the clock runs until 99 % are held, then the same again, refused: on seats
 * of their own, and at a pace that every system can keep up with.
 */
const WARM_HOLDS = { perSecond: 1_000, seconds: 4 }
const WARM_SEATS = 2 * WARM_HOLDS.perSecond * WARM_HOLDS.seconds
const PAGES_BUILDER = fileURLToPath(new URL('../scripts/build-web.ts', import.meta.url))
const SOCKETS = fileURLToPath(new URL('load/sockets.ts', import.meta.url))

export async function benchHolds(options: HoldsOptions): Promise<Result> {
  const bench = await Promise.race([Bench.start(options), options.stopped])
  try {
    await Promise.race([bench.all(), options.stopped])
    return resultOf('holds', bench.samples, bench.auditSaid)
  } finally {
    await bench.stop()
  }
}

class Bench {
  readonly samples: Sample[] = []
  auditSaid = 'clean'
  private readonly pools = new Map<DesignName, number>()
  private readonly scale: Scale
  private running: Running | null = null

  private constructor(
    private readonly options: HoldsOptions,
    private readonly cluster: Cluster,
    private readonly folder: string,
    private readonly masterKey: string,
    private readonly tokens: readonly string[],
  ) {
    this.scale = scaleOf(options)
  }

  static async start(options: HoldsOptions): Promise<Bench> {
    const { note, parts } = options
    const scale = scaleOf(options)
    const folder = await mkdtemp(join(tmpdir(), 'usher-bench-'))
    const cluster = await startCluster(join(folder, 'server'), note)
    try {
      await buildPages()
      const masterKey = newMasterKey()
      note(`signing the tokens of ${scale.buyers.toLocaleString('en')} buyers`)
      const tokens = await makeBase(cluster, masterKey, scale.buyers)
      note(`opening an event of ${scale.capacitySeats.toLocaleString('en')} seats and smaller ones`)
      const datasets: { name: string; seatCount: number; soldOut?: boolean; needed: boolean }[] = [
        { name: 'hall', seatCount: scale.hallSeats + WARM_SEATS, needed: parts.includes('sold-in') },
        { name: 'sold', seatCount: scale.hallSeats, soldOut: true, needed: parts.includes('refusals') },
        { name: 'large', seatCount: scale.capacitySeats, needed: true },
      ]
      for (const { needed, ...dataset } of datasets) {
        if (needed) await makeDataset({ cluster, variants: scale.variants, ...dataset })
      }
      await writeFile(join(folder, 'tokens'), `${tokens.join('\n')}\n`)
      return new Bench(options, cluster, folder, masterKey, tokens)
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    await this.running?.stop()
    await this.cluster.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async all(): Promise<void> {
    const { parts } = this.options
    if (parts.includes('capacity')) await this.choosePools()
    if (parts.includes('capacity')) await this.capacity()
    if (parts.includes('refusals')) await this.refusals()
    if (parts.includes('goodput')) await this.goodput()
    if (parts.includes('sold-in')) await this.soldIn()
    if (parts.includes('latency')) await this.latency()
  }

  /** A design is measured at the pool size that suits it best. */
  async choosePools(): Promise<void> {
    const { designs, pools } = this.scale
    for (const design of designs) {
      let best = 0
      for (const pool of pools) {
        if (pools.length === 1) {
          this.pools.set(design, pool)
          continue
        }
        const system = textbookSystem(design, 'plain', pool)
        await this.run(system, 'large', `${design}, ${pool} connections to the database`, async (running) => {
          const { perSecond } = await this.holds(running, CONNECTIONS, 4)
          if (perSecond > best) this.pools.set(design, pool)
          best = Math.max(best, perSecond)
          return `${Math.round(perSecond)}/s`
        })
      }
    }
  }

  async capacity(): Promise<void> {
    const systems = [USHER_SYSTEM, BARE_SYSTEM, ...this.textbooks(this.scale.variants)]
    await this.rounds(systems, 'large', 'capacity', async (running, system) => {
      const { perSecond } = await this.holds(running, CONNECTIONS, this.scale.seconds)
      this.sample(system, METRICS.capacity, '1/s', perSecond)
      return `${Math.round(perSecond)} holds/s`
    })
  }

  // The bare server, which refuses nobody, shows what the HTTP layer leaves to be reached.
  async refusals(): Promise<void> {
    await this.rounds(
      [USHER_SYSTEM, BARE_SYSTEM, ...this.textbooks(['plain'])],
      'sold',
      'refusals',
      async (running, system) => {
        const load = this.load(running, CONNECTIONS, 'blind', this.scale.hallSeats)
        await wrk({ ...load, seconds: this.scale.warmSeconds })
        await this.cluster.resetStatements()
        const result = checked(await wrk({ ...load, seconds: this.scale.seconds }))
        const statements = await this.cluster.statements(running.database)
        if (system.kind === 'bare') {
          this.sample(system, METRICS.refusals, '1/s', result.requests / result.seconds)
          return `${Math.round(result.requests / result.seconds)} constant answers/s`
        }
        if (result.refused !== result.requests) throw new Error('a seat that somebody has was given away')
        const perSecond = result.refused / result.seconds
        this.sample(system, METRICS.refusals, '1/s', perSecond)
        this.sample(system, METRICS.statements, '', statements / result.refused)
        return `${Math.round(perSecond)} refusals/s, ${round(statements / result.refused)} statements each`
      },
    )
  }

  async goodput(): Promise<void> {
    for (const connections of this.interleaved(this.scale.connections)) {
      await this.run(USHER_SYSTEM, 'large', `goodput, ${connections} connections`, async (running) => {
        const { perSecond } = await this.holds(running, connections, this.scale.seconds)
        this.sample(USHER_SYSTEM, goodputMetric(connections), '1/s', perSecond)
        return `${Math.round(perSecond)} holds/s`
      })
    }
  }

  async soldIn(): Promise<void> {
    const { hallSeats } = this.scale
    await this.rounds(
      [USHER_SYSTEM, ...this.textbooks(['plain'])],
      'hall',
      'sold in',
      async (running, system) => {
        const accepted = Math.ceil((hallSeats * HELD_SHARE) / 2)
        for (const _ of ['held', 'refused']) {
          await this.sockets(running, hallSeats + WARM_SEATS, {
            kind: 'open',
            ...WARM_HOLDS,
            warmSeconds: 0,
            offset: hallSeats,
          })
        }
        const result = await this.sockets(running, hallSeats, {
          kind: 'until',
          accepted,
          secondsMax: SOLD_IN_SECONDS_MAX,
        })
        this.sample(system, METRICS.soldIn, 's', result.seconds)
        return `${result.seconds.toFixed(1)} s, ${result.refused} refusals on the way`
      },
    )
  }

  async latency(): Promise<void> {
    const systems = [USHER_SYSTEM, ...this.textbooks(['plain'])]
    await this.rounds(systems, 'large', 'latency', async (running, system) => {
      const capacity = this.samples
        .filter((one) => one.system === system.name && one.metric === METRICS.capacity)
        .map((one) => one.value)
      if (capacity.length === 0) throw new Error('the latency part needs the capacity part before it')
      const perSecond = Math.round(median(capacity) * SHARE_OF_CAPACITY)
      const result = await this.sockets(running, this.scale.capacitySeats, {
        kind: 'open',
        perSecond,
        warmSeconds: this.scale.warmSeconds,
        seconds: this.scale.seconds,
        offset: 0,
      })
      this.sample(system, METRICS.p50, 'ms', result.p50Ms)
      this.sample(system, METRICS.p99, 'ms', result.p99Ms)
      return `at ${perSecond}/s: p50 ${round(result.p50Ms)} ms, p99 ${round(result.p99Ms)} ms`
    })
  }

  private textbooks(variants: Scale['variants']): System[] {
    return this.scale.designs.flatMap((design) =>
      variants.map((variant) => textbookSystem(design, variant, this.pools.get(design) ?? 32)),
    )
  }

  private seatsOf(dataset: string): number {
    if (dataset === 'large') return this.scale.capacitySeats
    return dataset === 'hall' ? this.scale.hallSeats + WARM_SEATS : this.scale.hallSeats
  }

  private interleaved<Item>(items: readonly Item[]): Item[] {
    return Array.from({ length: this.options.rounds }, () => items).flat()
  }

  private sample(system: System, metric: string, unit: string, value: number): void {
    this.samples.push({ system: system.name, metric, unit, value })
  }

  // Every system once, then every system again, so that what the machine does meanwhile meets all alike.
  private async rounds(
    systems: readonly System[],
    dataset: string,
    what: string,
    measure: (running: Running, system: System) => Promise<string>,
  ): Promise<void> {
    let n = 0
    for (const system of this.interleaved(systems)) {
      n += 1
      const title = `${what} ${n}/${systems.length * this.options.rounds}: ${system.name}`
      await this.run(system, dataset, title, measure)
    }
  }

  private async run(
    system: System,
    dataset: string,
    title: string,
    measure: (running: Running, system: System) => Promise<string>,
  ): Promise<void> {
    const running = await startSystem(system, {
      cluster: this.cluster,
      dataset,
      seatCount: this.seatsOf(dataset),
      masterKey: this.masterKey,
      dataDir: join(this.folder, 'usher'),
      port: await freePort(undefined),
    })
    this.running = running
    let said: string
    try {
      await this.warmUp(running, dataset)
      said = await measure(running, system)
    } finally {
      this.running = null
      await running.stop()
    }
    if (system.kind === 'usher') {
      const found = await audit(this.cluster, running.database, join(this.folder, 'usher'))
      said += `, audit ${found}`
      if (found !== 'clean') this.auditSaid = found
    }
    this.options.note(`${title}: ${said}`)
    if (this.auditSaid !== 'clean')
      throw new Error(`the audit is not clean, so this run is worth nothing: ${this.auditSaid}`)
  }

  // Every buyer's token is verified once, on every system, with requests that reach no seat.
  private async warmUp(running: Running, dataset: string): Promise<void> {
    await readEvent(running.url, this.tokens[0]!)
    const load = this.load(running, 64, 'nowhere', this.seatsOf(dataset))
    let verified = 0
    while (verified < this.scale.buyers * 1.5) {
      verified += (await wrk({ ...load, seconds: Math.ceil(this.scale.warmSeconds / 2) })).requests
    }
  }

  /** Accepted holds a second of seats that nobody asked for before. */
  private async holds(
    running: Running,
    connections: number,
    seconds: number,
  ): Promise<{ perSecond: number }> {
    const load = this.load(running, connections, 'fresh', this.scale.capacitySeats)
    const warm = await wrk({ ...load, seconds: this.scale.warmSeconds })
    // Threads do not send equally much: leave a good margin between what the warm-up took and what is measured.
    const offset = 2 * Math.ceil((warm.requests / WRK_THREADS) * 1.2 + connections)
    const result = checked(await wrk({ ...load, seconds, offset }))
    if (result.refused > 0) throw new Error(`${result.refused} of ${result.requests} free seats were refused`)
    return { perSecond: result.requests / result.seconds }
  }

  private load(
    running: Running,
    connections: number,
    mode: WrkOptions['mode'],
    seatCount: number,
  ): Omit<WrkOptions, 'seconds'> {
    return { url: running.url, connections, mode, seatCount, tokensFile: join(this.folder, 'tokens') }
  }

  private async sockets(running: Running, seatCount: number, kind: SocketKind): Promise<SocketResult> {
    const options: SocketOptions = {
      port: running.port,
      connections: CONNECTIONS,
      tokensFile: join(this.folder, 'tokens'),
      eventId: EVENT_ID,
      seatCount,
      ...kind,
    }
    const child = Bun.spawn([process.execPath, SOCKETS, JSON.stringify(options)], {
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const output = await new Response(child.stdout).text()
    if ((await child.exited) !== 0) throw new Error('the load generator failed')
    return JSON.parse(output) as SocketResult
  }
}

/** A server builds the web pages when they are missing or have changed: not while it is measured. */
async function buildPages(): Promise<void> {
  const child = Bun.spawn([process.execPath, PAGES_BUILDER], { stdio: ['ignore', 'ignore', 'inherit'] })
  if ((await child.exited) !== 0) throw new Error('the web pages could not be built')
}

type SocketKind =
  | { kind: 'until'; accepted: number; secondsMax: number }
  | { kind: 'open'; perSecond: number; warmSeconds: number; seconds: number; offset: number }

function scaleOf(options: HoldsOptions): Scale {
  return options.quick ? QUICK : FULL
}

function checked(result: WrkResult): WrkResult {
  if (result.failed > 0) throw new Error(`${result.failed} requests were never answered`)
  return result
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../src/platform/postgres/cluster.ts'
import { newMasterKey, startCluster, type Cluster } from './cluster.ts'
import { EVENT_ID, makeBase, makeDataset } from './dataset.ts'
import { round, rowsOf, USHER, type Claim, type Result, type Row, type Sample } from './figures.ts'
import type { Ask, Commit, Comparison, Delivered, Latency } from './load/subscribers.ts'
import { cpuSeconds, figuresAreThere, residentBytes } from './process-figures.ts'
import { resultOf } from './report.ts'
import { seatId } from './synthetic-hall.ts'
import { audit, readEvent, startSystem, USHER_SYSTEM, type Running, type System } from './systems.ts'

export type SubscribersOptions = {
  subscribers: number
  rounds: number
  /** Changes by which CPU time is counted. */
  changes: number
  /** Rejects when the run is to end early. */
  stopped: Promise<never>
  note(line: string): void
}

const SEATS = 50_000
const BUYERS = 400
/** Changes that come alone, and the pause after each: longer than anything that is gathered. */
const SINGLE_CHANGES = 20
const SINGLE_PAUSE_MS = 500
/** An on-sale as one event's page sees it: holds of two seats a second. */
const HOLDS_PER_SECOND = 100
const RUSH_SECONDS = 15
/** Seats of one change that is as large as what is gathered of such a rush in 400 ms, and the pause after it. */
const GATHERED_SEATS = 80
const GATHERED_PAUSE_MS = 450
/** Seats of one hold of the load that fills the queues of those who do not read. */
const LARGE_HOLD = 150
const NOT_READING = 200
const READING = 50
const SLOW_WARM_SECONDS = 20
const SLOW_SECONDS_MAX = 90
/** Milliseconds that somebody who was cut waits before coming back: what the stream tells browsers. */
const RETRY_MS = 1_000
const CONVERGE_SECONDS_MAX = 60
/** Seconds without anything after which memory counts as settled, and between two looks. */
const SETTLED_SECONDS = 12

const ASKED = { p99Ms: 1_000, encodeOnce: 1, grownMb: 64 }

const METRICS = {
  single: 'one change, answer to receipt',
  rush: `${HOLDS_PER_SECOND} holds/s, answer to receipt`,
  memory: 'resident memory a subscriber without news',
  cpu: `CPU time a change of ${GATHERED_SEATS} seats and subscriber`,
  converged: 'all cut at once: from their return until all are right again',
  different: 'all cut at once: subscribers that differ from the server or missed something',
  notReading: `memory grown by ${NOT_READING} that do not read`,
  dropped: `of ${NOT_READING} that do not read, dropped`,
} as const
const ONCE = `${USHER}: encoded once`
const EACH = 'encoded for each'

const READERS = fileURLToPath(new URL('load/subscribers.ts', import.meta.url))
const PAGES_BUILDER = fileURLToPath(new URL('../scripts/build-web.ts', import.meta.url))
const STREAM_SERVER = 'bench/textbook/stream-server.ts'
const senderSystem = (name: string, sender: string): System => ({
  ...{
    name,
    kind: 'script',
    variant: 'plain',
    script: STREAM_SERVER,
    environment: { SENDER: sender },
    pool: 0,
  },
})

/** Many people watching one event: how late changes come, what a reader costs, whether all are right after a cut. */
export async function benchSubscribers(options: SubscribersOptions): Promise<Result> {
  const bench = await Promise.race([Bench.start(options), options.stopped])
  try {
    await Promise.race([bench.all(), options.stopped])
    return resultOf('subscribers', bench.samples, bench.auditSaid, claimsOf(rowsOf(bench.samples)))
  } finally {
    await bench.stop()
  }
}

class Bench {
  readonly samples: Sample[] = []
  auditSaid = 'clean'
  private running: Running | null = null
  private readers: Readers | null = null
  private nextSeat = 0
  private nextBuyer = 0

  private constructor(
    private readonly options: SubscribersOptions,
    private readonly cluster: Cluster,
    private readonly folder: string,
    private readonly masterKey: string,
    private readonly tokens: readonly string[],
  ) {}

  static async start(options: SubscribersOptions): Promise<Bench> {
    const { note } = options
    if (!figuresAreThere) throw new Error('this benchmark reads memory and CPU time from /proc')
    const folder = await mkdtemp(join(tmpdir(), 'usher-bench-'))
    const cluster = await startCluster(join(folder, 'server'), note)
    try {
      const builder = Bun.spawn([process.execPath, PAGES_BUILDER], { stdio: ['ignore', 'ignore', 'inherit'] })
      if ((await builder.exited) !== 0) throw new Error('the web pages could not be built')
      const masterKey = newMasterKey()
      const tokens = await makeBase(cluster, masterKey, BUYERS)
      note(`opening an event of ${SEATS.toLocaleString('en')} seats`)
      await makeDataset({ cluster, variants: ['plain'], name: 'hall', seatCount: SEATS })
      return new Bench(options, cluster, folder, masterKey, tokens)
    } catch (error) {
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  async stop(): Promise<void> {
    this.readers?.stop()
    await this.running?.stop()
    await this.cluster.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async all(): Promise<void> {
    for (let i = 0; i < this.options.rounds; i++) {
      await this.on(USHER_SYSTEM, i, async (running, readers) => {
        await this.memoryAndLatency(running, readers)
        await this.cut(running, readers)
      })
      for (const [name, sender] of [
        [ONCE, 'once'],
        [EACH, 'each'],
      ] as const)
        // prettier-ignore
        await this.on(senderSystem(name, sender), i, (running, readers) => this.cpu(name, running, readers))
    }
    await this.on(USHER_SYSTEM, 0, (running, readers) => this.notReading(running, readers))
  }

  private async on(
    system: System,
    round: number,
    measure: (running: Running, readers: Readers) => Promise<void>,
  ): Promise<void> {
    this.nextSeat = 0
    const running = await startSystem(system, {
      cluster: this.cluster,
      dataset: 'hall',
      seatCount: SEATS,
      masterKey: this.masterKey,
      dataDir: join(this.folder, 'usher'),
      port: await freePort(undefined),
    })
    this.running = running
    const readers = new Readers()
    this.readers = readers
    try {
      this.note(`round ${round + 1}: ${system.name}`)
      await readEvent(running.url, this.tokens[0]!)
      await measure(running, readers)
    } finally {
      this.running = null
      this.readers = null
      readers.stop()
      await running.stop()
    }
    const found = await audit(this.cluster, running.database, join(this.folder, 'usher'))
    if (found !== 'clean') {
      this.auditSaid = found
      throw new Error(`the audit is not clean, so this run is worth nothing: ${found}`)
    }
  }

  private async memoryAndLatency(running: Running, readers: Readers): Promise<void> {
    const { subscribers } = this.options
    // Memory that the first holds and readers need once is none of the subscribers'.
    await this.connect(running, readers, 50)
    await this.rush(running, 2)
    await readers.ask({ ask: 'close' })
    const before = await settledBytes(running.pid)
    const startedMs = performance.now()
    await this.connect(running, readers, subscribers)
    this.note(`${subscribers} are watching after ${Math.round(performance.now() - startedMs)} ms`)
    const after = await settledBytes(running.pid)
    const each = (after - before) / subscribers / 1024
    this.sample(USHER, METRICS.memory, 'KB', each)
    this.note(`${round(each)} KB a subscriber without news`)

    await readers.ask({ ask: 'forget' })
    const single: Commit[] = []
    for (let i = 0; i < SINGLE_CHANGES; i++) {
      single.push(await this.hold(running, 2))
      await Bun.sleep(SINGLE_PAUSE_MS)
    }
    await this.latency(readers, METRICS.single, single)
    await readers.ask({ ask: 'forget' })
    await this.latency(readers, METRICS.rush, await this.rush(running, RUSH_SECONDS))
  }

  private async latency(readers: Readers, metric: string, commits: Commit[]): Promise<void> {
    await this.reached(readers, commits)
    const found = await readers.ask<Latency>({ ask: 'latency', commits })
    this.sample(USHER, `${metric}, p50`, 'ms', found.p50Ms)
    this.sample(USHER, `${metric}, p99`, 'ms', found.p99Ms)
    this.sample(USHER, `${metric}, last of all, median change`, 'ms', found.lastP50Ms)
    this.sample(USHER, `${metric}, last of all, slowest change`, 'ms', found.lastMaxMs)
    this.note(
      `${metric}: p50 ${round(found.p50Ms)} ms, p99 ${round(found.p99Ms)} ms of ${found.pairs.toLocaleString('en')}; ` +
        `last of all ${round(found.lastP50Ms)} ms, at most ${round(found.lastMaxMs)} ms`,
    )
  }

  /** Everybody is cut in the middle of a rush, misses some of it and comes back at the same moment. */
  private async cut(running: Running, readers: Readers): Promise<void> {
    const { subscribers } = this.options
    await readers.ask({ ask: 'forget' })
    const rush = this.rush(running, 3)
    await Bun.sleep(1_000)
    const cut = readers.ask<{ atMs: number }>({ ask: 'cut', afterMs: RETRY_MS })
    const commits = await rush
    const { atMs: cutAtMs } = await cut
    const { atMs } = await this.reached(readers, commits)
    const seconds = (atMs - cutAtMs - RETRY_MS) / 1000
    const version = Math.max(...commits.map((one) => one.version))
    const document = (await (
      await fetch(`${running.url}/v1/events/${EVENT_ID}/availability?min_version=${version}`)
    ).json()) as { version: number; seats: string }
    if (document.version !== version) throw new Error('something else changed the event')
    const { seats } = document
    const found = await readers.ask<Comparison>({ ask: 'compare', version, seats, seatCount: SEATS })
    this.sample(USHER, METRICS.converged, 's', seconds)
    this.sample(USHER, METRICS.different, '', found.different + found.gaps)
    this.note(
      `all cut at once: ${found.equal} of ${subscribers} right again ${round(seconds)} s after their return, ` +
        `${found.gaps} gaps, ${found.snapshots} by a snapshot`,
    )
  }

  /** One change after the other has come, each as large as what a rush gathers, so that both senders send the same. */
  private async cpu(name: string, running: Running, readers: Readers): Promise<void> {
    const { subscribers, changes } = this.options
    await this.connect(running, readers, subscribers)
    const change = async (): Promise<void> => {
      await this.reached(readers, [await this.hold(running, GATHERED_SEATS)])
      await Bun.sleep(GATHERED_PAUSE_MS)
    }
    for (let i = 0; i < 3; i++) await change()
    await readers.ask({ ask: 'forget' })
    const before = cpuSeconds(running.pid)
    for (let i = 0; i < changes; i++) await change()
    const used = cpuSeconds(running.pid) - before
    const { messages, bytes } = await readers.ask<Delivered>({ ask: 'delivered' })
    if (messages !== changes * subscribers) throw new Error(`${messages} messages told of ${changes} changes`)
    const each = (used * 1e6) / messages
    this.sample(name, METRICS.cpu, 'µs', each)
    this.note(`${name}: ${round(each)} µs a message of ${Math.round(bytes / messages)} bytes and subscriber`)
  }

  /** Some never read while others do: they are let go, and what waits for them does not pile up. */
  private async notReading(running: Running, readers: Readers): Promise<void> {
    const others = new Readers()
    const { port } = running
    try {
      await this.connect(running, readers, READING)
      const warmMs = performance.now() + SLOW_WARM_SECONDS * 1000
      const without = await this.mostBytes(running, () => warmMs)
      await others.ask({ ask: 'connect', count: NOT_READING, eventId: EVENT_ID, port, reads: false })
      await Bun.sleep(1_000)
      let watching = Infinity
      const endMs = performance.now() + SLOW_SECONDS_MAX * 1000
      const most = await this.mostBytes(running, async () => {
        watching = await subscribersOf(running)
        return watching > READING ? endMs : 0
      })
      const dropped = NOT_READING + READING - watching
      const megabytes = (most - without) / 1024 / 1024
      this.sample(USHER, METRICS.dropped, '', dropped)
      this.sample(USHER, METRICS.notReading, 'MB', Math.max(0, megabytes))
      this.note(
        `${dropped} of ${NOT_READING} that do not read were let go, ${round(megabytes)} MB more at most`,
      )
    } finally {
      others.stop()
    }
  }

  /** Resident bytes at most while seats are held and let go in large numbers, until the moment that is named anew each time. */
  private async mostBytes(running: Running, untilMs: () => number | Promise<number>): Promise<number> {
    let most = 0
    while (performance.now() < (await untilMs())) {
      await this.holdAndRelease(running)
      most = Math.max(most, residentBytes(running.pid))
    }
    return most
  }

  private connect(running: Running, readers: Readers, count: number): Promise<unknown> {
    return readers.ask({ ask: 'connect', count, eventId: EVENT_ID, port: running.port, reads: true })
  }

  private async reached(readers: Readers, commits: readonly Commit[]): Promise<{ atMs: number }> {
    const version = Math.max(...commits.map((one) => one.version))
    const found = await readers.ask<{ atMs: number; missing: number }>({
      ...{ ask: 'reached', version, secondsMax: CONVERGE_SECONDS_MAX },
    })
    if (found.missing > 0) throw new Error(`${found.missing} subscribers never heard of version ${version}`)
    return found
  }

  /** Holds at an even pace, sent whether or not the one before was answered. */
  private async rush(running: Running, seconds: number): Promise<Commit[]> {
    const startedMs = performance.now()
    const commits: Promise<Commit>[] = []
    for (let i = 0; i < seconds * HOLDS_PER_SECOND; i++) {
      const dueMs = startedMs + (i * 1000) / HOLDS_PER_SECOND
      const waitMs = dueMs - performance.now()
      if (waitMs > 1) await Bun.sleep(waitMs)
      commits.push(this.hold(running, 2))
    }
    return Promise.all(commits)
  }

  private async hold(running: Running, count: number): Promise<Commit & { id: string; token: string }> {
    const token = this.tokens[this.nextBuyer++ % this.tokens.length]!
    const seats = Array.from({ length: count }, (_, i) => seatId((this.nextSeat + i) % SEATS))
    this.nextSeat += count
    const response = await fetch(`${running.url}/v1/reservations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event_id: EVENT_ID, seat_ids: seats }),
    })
    const text = await response.text()
    const atMs = performance.timeOrigin + performance.now()
    if (response.status !== 201) throw new Error(`free seats were refused: ${response.status} ${text}`)
    const { version, reservation_id: id } = JSON.parse(text) as { version: number; reservation_id: string }
    return { version, atMs, id, token }
  }

  private async holdAndRelease(running: Running): Promise<void> {
    const held = await Promise.all(Array.from({ length: 30 }, () => this.hold(running, LARGE_HOLD)))
    await Bun.sleep(120)
    await Promise.all(
      held.map(async ({ id, token }) => {
        const response = await fetch(`${running.url}/v1/reservations/${id}`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${token}` },
        })
        if (response.status !== 204) throw new Error(`seats could not be released: ${response.status}`)
      }),
    )
    await Bun.sleep(120)
  }

  private sample(system: string, metric: string, unit: string, value: number): void {
    this.samples.push({ system, metric, unit, value })
  }

  private note(line: string): void {
    this.options.note(line)
  }
}

/** The process with the subscribers. */
class Readers {
  private waiting: PromiseWithResolvers<unknown>[] = []
  private readonly child = Bun.spawn([process.execPath, READERS], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc: (said: { value?: unknown; error?: string }) => {
      const next = this.waiting.shift()
      if (said.error === undefined) next?.resolve(said.value)
      else next?.reject(new Error(said.error))
    },
    onExit: () => {
      for (const one of this.waiting) one.reject(new Error('the subscribers’ process ended'))
    },
  })

  /** One question at a time. */
  ask<Answer>(question: Ask): Promise<Answer> {
    const answer = Promise.withResolvers<unknown>()
    this.waiting.push(answer)
    this.child.send(question)
    return answer.promise as Promise<Answer>
  }

  stop(): void {
    this.child.kill()
  }
}

/** When it has not moved by a hundredth between two looks. */
async function settledBytes(pid: number): Promise<number> {
  let before = residentBytes(pid)
  for (let tries = 0; tries < 5; tries++) {
    await Bun.sleep(SETTLED_SECONDS * 500)
    const now = residentBytes(pid)
    if (Math.abs(now - before) < before / 100) return now
    before = now
  }
  return before
}

async function subscribersOf(running: Running): Promise<number> {
  const text = await (await fetch(`${running.url}/metrics`)).text()
  return Number(/^usher_stream_subscribers (\d+)/m.exec(text)![1])
}

function claimsOf(rows: readonly Row[]): Claim[] {
  const find = (metric: string, system: string = USHER): number | null =>
    rows.find((row) => row.metric === metric && row.system === system)?.median ?? null
  const claims: Claim[] = []
  const claim = (name: string, value: number | null, asked: number, atMost: boolean): void => {
    if (value !== null) claims.push({ name, ratio: round(value), asked, ...(atMost && { atMost }) })
  }
  const once = find(METRICS.cpu, ONCE)
  const each = find(METRICS.cpu, EACH)
  claim('CPU time a change: encoded for each / once', once && each && each / once, ASKED.encodeOnce, false)
  claim('p99 of one change, ms', find(`${METRICS.single}, p99`), ASKED.p99Ms, true)
  claim('p99 in a rush, ms', find(`${METRICS.rush}, p99`), ASKED.p99Ms, true)
  claim('subscribers wrong after the cut', Math.max(...rows.filter((row) => row.metric === METRICS.different).map((row) => row.max)), 0, true) // prettier-ignore
  claim(METRICS.dropped, find(METRICS.dropped), NOT_READING, false)
  claim('MB grown by those who do not read', find(METRICS.notReading), ASKED.grownMb, true)
  return claims
}

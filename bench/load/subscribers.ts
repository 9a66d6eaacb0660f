// Thousands of live subscribers in one process, told by messages of its parent what to do. Sockets are read raw: what
// a reader does with a message must cost less than what the server did to send it. A subscriber's picture of the hall
// is a shared value: the same message on the same picture gives the same next picture, so every one of them is
// followed exactly and each message is read once.
import { median, quantile } from '../figures.ts'

export type Ask =
  | { ask: 'connect'; count: number; port: number; eventId: string; reads: boolean }
  | { ask: 'cut'; afterMs: number }
  | { ask: 'close' }
  | { ask: 'forget' }
  | { ask: 'reached'; version: number; secondsMax: number }
  | { ask: 'latency'; commits: Commit[] }
  | { ask: 'compare'; version: number; seats: string; seatCount: number }
  | { ask: 'delivered' }

/** An answered change: the version it made and the moment (ms since 1970) at which its answer had come. */
export type Commit = { version: number; atMs: number }
export type Latency = { pairs: number; p50Ms: number; p99Ms: number; lastP50Ms: number; lastMaxMs: number }
export type Comparison = { equal: number; different: number; gaps: number; snapshots: number }
export type Delivered = { messages: number; bytes: number }

/** What the hall looks like to somebody: seats' states at a version. */
type Picture = {
  id: string
  version: number
  seats: Uint8Array
  next: Map<Message, Picture | null>
}
type Message = { kind: 'snapshot' | 'availability' | 'other'; bytes: number; id: string; data: Data }
type Data = { from?: number; version: number; seats?: string; changes?: [number, number][] }
type Subscriber = {
  index: number
  socket: Bun.Socket<Subscriber> | null
  picture: Picture | null
  /** Bytes of an answer that is not whole yet. */
  part: Buffer | null
  text: Buffer | null
  begun: boolean
  reads: boolean
}

/** Loopback addresses that are called in turn: one alone has too few ports for all. */
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']
/** Connections that may be under way at the same time; a listening socket remembers no more. */
const CONNECTING_MAX = 400
/** Milliseconds after which a reader whose connection failed tries again, as the stream tells browsers. */
const RETRY_MS = 1_000
const INTERNED_MAX = 2_000

const subscribers: Subscriber[] = []
const receipts = new Map<number, number[]>()
const interned = new Map<string, Message[]>()
const snapshots = new Map<string, Picture>()
let target: { port: number; eventId: string } = { port: 0, eventId: '' }
let counts = { gaps: 0, snapshots: 0, messages: 0, bytes: 0 }
let reached: { version: number; missing: Set<Subscriber>; done: (atMs: number) => void } | null = null

process.on('message', (ask: Ask) => {
  answer(ask).then(
    (value) => process.send!({ value }),
    (error: unknown) => process.send!({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.ask) {
    case 'connect': {
      target = ask
      const fresh = Array.from({ length: ask.count }, (_, i): Subscriber => ({
        ...{ index: subscribers.length + i, socket: null, picture: null, part: null, text: null },
        ...{ begun: false, reads: ask.reads },
      }))
      subscribers.push(...fresh)
      await connectAll(fresh)
      return null
    }
    case 'cut': {
      const atMs = nowMs()
      for (const subscriber of subscribers) drop(subscriber)
      await Bun.sleep(ask.afterMs)
      await connectAll(subscribers)
      return { atMs }
    }
    case 'close': {
      for (const subscriber of subscribers.splice(0)) drop(subscriber)
      snapshots.clear()
      interned.clear()
      return null
    }
    case 'forget': {
      receipts.clear()
      counts = { gaps: 0, snapshots: 0, messages: 0, bytes: 0 }
      return null
    }
    case 'reached':
      return untilReached(ask.version, ask.secondsMax)
    case 'latency':
      return latencyOf(ask.commits)
    case 'compare':
      return compare(ask)
    case 'delivered':
      return { messages: counts.messages, bytes: counts.bytes } satisfies Delivered
  }
}

async function connectAll(some: readonly Subscriber[]): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < some.length) await connect(some[next++]!)
  }
  await Promise.all(Array.from({ length: CONNECTING_MAX }, worker))
}

/** Resolves when the answer has begun. */
async function connect(subscriber: Subscriber): Promise<void> {
  for (;;) {
    const begun = await new Promise<boolean>((resolve) => {
      Bun.connect<Subscriber>({
        hostname: ADDRESSES[subscriber.index % ADDRESSES.length]!,
        port: target.port,
        data: subscriber,
        socket: {
          open(socket) {
            subscriber.socket = socket
            const seen = subscriber.picture ? `Last-Event-ID: ${subscriber.picture.id}\r\n` : ''
            socket.write(
              `GET /v1/events/${target.eventId}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n${seen}\r\n`,
            )
            if (subscriber.reads) return
            socket.pause()
            resolve(true)
          },
          data(_socket, bytes) {
            take(subscriber, bytes)
            if (subscriber.begun) resolve(true)
          },
          close(socket) {
            if (subscriber.socket === socket) subscriber.socket = null
            resolve(false)
          },
          error: () => resolve(false),
          connectError: () => resolve(false),
        },
      }).catch(() => resolve(false))
    })
    if (begun) return
    await Bun.sleep(RETRY_MS)
  }
}

function drop(subscriber: Subscriber): void {
  const { socket } = subscriber
  Object.assign(subscriber, { socket: null, part: null, text: null, begun: false })
  socket?.terminate()
}

/** The body comes in chunks: a line with the length, the bytes, an empty line. */
function take(subscriber: Subscriber, bytes: Buffer): void {
  const atMs = nowMs()
  let rest = subscriber.part ? Buffer.concat([subscriber.part, bytes]) : bytes
  subscriber.part = null
  if (!subscriber.begun) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) {
      subscriber.part = Buffer.from(rest)
      return
    }
    if (!rest.subarray(0, 15).toString('latin1').startsWith('HTTP/1.1 200'))
      throw new Error(`the stream was refused: ${rest.subarray(0, 400).toString()}`)
    subscriber.begun = true
    rest = rest.subarray(end + 4)
  }
  while (rest.length > 0) {
    const line = rest.indexOf('\r\n')
    const length = line < 0 ? 0 : Number.parseInt(rest.subarray(0, line).toString('latin1'), 16)
    if (line < 0 || rest.length < line + 4 + length) {
      subscriber.part = Buffer.from(rest)
      return
    }
    receive(subscriber, rest.subarray(line + 2, line + 2 + length), atMs)
    rest = rest.subarray(line + 4 + length)
  }
}

function receive(subscriber: Subscriber, chunk: Buffer, atMs: number): void {
  const text = subscriber.text ? Buffer.concat([subscriber.text, chunk]) : chunk
  subscriber.text = null
  if (text.length < 2 || text[text.length - 1] !== 10 || text[text.length - 2] !== 10) {
    subscriber.text = Buffer.from(text)
    return
  }
  for (const message of read(text)) show(subscriber, message, atMs)
}

function read(text: Buffer): Message[] {
  const key = `${text.length}:${Bun.hash(text)}`
  const known = interned.get(key)
  if (known) return known
  const messages = text
    .toString()
    .split('\n\n')
    .filter((one) => one !== '')
    .map(parse)
  interned.set(key, messages)
  if (interned.size > INTERNED_MAX) interned.delete(interned.keys().next().value!)
  return messages
}

function parse(text: string): Message {
  const field = (name: string): string | undefined =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const kind = field('event')
  const bytes = text.length
  if (kind !== 'snapshot' && kind !== 'availability')
    return { kind: 'other', bytes, id: '', data: { version: 0 } }
  return { kind, bytes, id: field('id')!, data: JSON.parse(field('data')!) as Data }
}

function show(subscriber: Subscriber, message: Message, atMs: number): void {
  if (message.kind === 'other') return
  counts.messages += 1
  counts.bytes += message.bytes
  const before = subscriber.picture
  let after: Picture | null | undefined
  if (message.kind === 'snapshot') {
    counts.snapshots += 1
    after = snapshots.get(message.id)
    if (!after) snapshots.set(message.id, (after = pictureOf(message)))
  } else {
    after = before?.next.get(message)
    if (after === undefined) {
      after = before ? follow(before, message) : null
      before?.next.set(message, after)
    }
    // A gap: what came before never reached this reader.
    if (!after) counts.gaps += 1
  }
  if (!after) return
  if (before && after.version < before.version) counts.gaps += 1
  subscriber.picture = after
  let times = receipts.get(after.version)
  if (!times) receipts.set(after.version, (times = []))
  times.push(atMs)
  if (!reached || after.version < reached.version) return
  reached.missing.delete(subscriber)
  if (reached.missing.size === 0) reached.done(atMs)
}

function pictureOf({ id, data }: Message): Picture {
  const packed = Buffer.from(data.seats!, 'base64')
  const seats = new Uint8Array(packed.length * 4)
  for (let seat = 0; seat < seats.length; seat++) seats[seat] = (packed[seat >> 2]! >> ((seat & 3) * 2)) & 3
  return { id, version: data.version, seats, next: new Map() }
}

function follow(before: Picture, { id, data }: Message): Picture | null {
  if (data.from !== before.version) return null
  const seats = before.seats.slice()
  for (const [seat, status] of data.changes!) seats[seat] = status
  return { id, version: data.version, seats, next: new Map() }
}

/** When the last subscriber had reached the version (ms since 1970). */
async function untilReached(version: number, secondsMax: number): Promise<{ atMs: number; missing: number }> {
  const missing = new Set(subscribers.filter(({ picture }) => !picture || picture.version < version))
  if (missing.size === 0) return { atMs: nowMs(), missing: 0 }
  const atMs = await new Promise<number>((done) => {
    reached = { version, missing, done }
    setTimeout(() => done(nowMs()), secondsMax * 1000)
  })
  reached = null
  return { atMs, missing: missing.size }
}

/** From each change's answer to its receipt by each subscriber: by the first message that goes as far. */
function latencyOf(commits: readonly Commit[]): Latency {
  const versions = [...receipts.keys()].sort((a, b) => a - b)
  const all: number[] = []
  const last: number[] = []
  for (const { version, atMs } of commits) {
    const message = versions.find((one) => one >= version)
    const times = message === undefined ? [] : receipts.get(message)!
    if (times.length !== subscribers.length)
      throw new Error(`version ${version} reached ${times.length} of ${subscribers.length} subscribers`)
    let latest = -Infinity
    for (const time of times) {
      // A message may be there before the answer to the change that it tells of.
      const ms = Math.max(0, time - atMs)
      all.push(ms)
      latest = Math.max(latest, ms)
    }
    last.push(latest)
  }
  const sorted = Float64Array.from(all).sort()
  return {
    pairs: sorted.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    lastP50Ms: median(last),
    lastMaxMs: Math.max(...last),
  }
}

function compare({ version, seats, seatCount }: Extract<Ask, { ask: 'compare' }>): Comparison {
  const truth = pictureOf({ kind: 'snapshot', bytes: 0, id: '', data: { version, seats } })
  const known = new Map<Picture, boolean>()
  const isEqual = (picture: Picture | null): boolean => {
    if (!picture) return false
    let equal = known.get(picture)
    if (equal === undefined) {
      equal =
        picture.version === version &&
        Buffer.compare(picture.seats.subarray(0, seatCount), truth.seats.subarray(0, seatCount)) === 0
      known.set(picture, equal)
    }
    return equal
  }
  const equal = subscribers.filter(({ picture }) => isEqual(picture)).length
  return { equal, different: subscribers.length - equal, gaps: counts.gaps, snapshots: counts.snapshots }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

// A load generator for what wrk cannot do: `bun bench/load/sockets.ts '<options as JSON>'` prints its result as JSON.
// Closed loop until so many holds were accepted, or open loop at a constant rate with the latency counted from the
// moment at which the request was due, sent or not (so that a server that stalls cannot hide the requests that it
// kept from being sent).
import { readFileSync } from 'node:fs'
import { build } from 'hdr-histogram-js'
import { SEAT_ID_DIGITS } from '../synthetic-hall.ts'

export type SocketOptions = {
  port: number
  connections: number
  tokensFile: string
  eventId: string
  seatCount: number
} & (
  | { kind: 'until'; accepted: number; secondsMax: number }
  | { kind: 'open'; perSecond: number; warmSeconds: number; seconds: number; offset: number }
)

export type SocketResult = {
  seconds: number
  accepted: number
  refused: number
  p50Ms: number
  p99Ms: number
  p999Ms: number
}

type Connection = {
  socket: { write(data: string): number }
  dueMs: number
  /** What has come of an answer that is not whole yet. */
  part: string
}

if (import.meta.main) {
  const result = await run(JSON.parse(process.argv[2]!) as SocketOptions)
  console.log(JSON.stringify(result))
  process.exit(0)
}

function run(options: SocketOptions): Promise<SocketResult> {
  const heads = readHeads(options)
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 120_000_000 })
  const idle: Connection[] = []
  const overdue: number[] = []
  let overdueFrom = 0
  let buyer = 0
  let nextSeat = options.kind === 'open' ? options.offset : 0
  let accepted = 0
  let refused = 0
  let startedMs = 0
  let measureFromMs = 0
  let finish: (seconds: number) => void
  const finished = new Promise<number>((resolve) => (finish = resolve))

  const nextRequest = (): string => {
    buyer = (buyer + 1) % heads.length
    let seat: number
    if (options.kind === 'open') {
      seat = nextSeat
      nextSeat = (nextSeat + 2) % options.seatCount
    } else seat = Math.floor((Math.random() * options.seatCount) / 2) * 2
    return `${heads[buyer]}${digits(seat)}","${digits(seat + 1)}"]}`
  }
  const send = (connection: Connection, dueMs: number): void => {
    connection.dueMs = dueMs
    connection.socket.write(nextRequest())
  }
  const answered = (connection: Connection, status: number): void => {
    const now = performance.now()
    if (connection.dueMs >= measureFromMs) {
      if (status < 300) accepted += 1
      else refused += 1
      if (options.kind === 'open')
        histogram.recordValue(Math.max(1, Math.round((now - connection.dueMs) * 1000)))
    }
    if (options.kind === 'until') {
      if (accepted >= options.accepted) finish((now - startedMs) / 1000)
      else send(connection, now)
      return
    }
    if (overdueFrom < overdue.length) send(connection, overdue[overdueFrom++]!)
    else idle.push(connection)
  }

  const start = (): void => {
    startedMs = performance.now()
    if (options.kind === 'until') {
      measureFromMs = startedMs
      for (const connection of idle.splice(0)) send(connection, performance.now())
      setTimeout(() => finish(Infinity), options.secondsMax * 1000)
      return
    }
    const { perSecond, warmSeconds, seconds } = options
    measureFromMs = startedMs + warmSeconds * 1000
    const endMs = measureFromMs + seconds * 1000
    let due = 0
    const timer = setInterval(() => {
      const now = performance.now()
      for (; due < ((Math.min(now, endMs) - startedMs) * perSecond) / 1000; due++) {
        const dueMs = startedMs + (due * 1000) / perSecond
        const connection = idle.pop()
        if (connection) send(connection, dueMs)
        else overdue.push(dueMs)
      }
      const allAnswered = idle.length === options.connections && overdueFrom === overdue.length
      if (now < endMs || (!allAnswered && now < endMs + 20_000)) return
      clearInterval(timer)
      finish(seconds)
    }, 1)
  }

  return openConnections(options, idle, answered)
    .then(start)
    .then(() => finished)
    .then((seconds) => ({
      seconds,
      accepted,
      refused,
      p50Ms: histogram.getValueAtPercentile(50) / 1000,
      p99Ms: histogram.getValueAtPercentile(99) / 1000,
      p999Ms: histogram.getValueAtPercentile(99.9) / 1000,
    }))
}

async function openConnections(
  { connections, port }: SocketOptions,
  idle: Connection[],
  answered: (connection: Connection, status: number) => void,
): Promise<void> {
  const open = async (): Promise<void> => {
    const connection: Connection = { socket: { write: () => 0 }, dueMs: 0, part: '' }
    connection.socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data(_socket, bytes) {
          const text = connection.part + bytes.toString('latin1')
          if (!isWhole(text)) {
            connection.part = text
            return
          }
          connection.part = ''
          answered(connection, Number(text.slice(9, 12)))
        },
        close() {
          const at = idle.indexOf(connection)
          if (at < 0) {
            console.error('the server closed a connection with a request under way')
            process.exit(1)
          }
          // A server may let go of who is silent; a client opens another.
          idle.splice(at, 1)
          void open()
        },
      },
    })
    idle.push(connection)
  }
  for (let i = 0; i < connections; i++) await open()
}

// One request at a time a connection, so that an answer ends where the bytes end.
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const at = text.search(/\r\ncontent-length: /i)
  return at >= 0 && text.length >= end + 4 + Number.parseInt(text.slice(at + 18, end), 10)
}

function readHeads({ tokensFile, eventId }: SocketOptions): string[] {
  const opening = `{"event_id":"${eventId}","seat_ids":["`
  const length = opening.length + 2 * SEAT_ID_DIGITS + '",""]}'.length
  return readFileSync(tokensFile, 'utf8')
    .trim()
    .split('\n')
    .map(
      (token) =>
        `POST /v1/reservations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${opening}`,
    )
}

function digits(seat: number): string {
  return String(seat).padStart(SEAT_ID_DIGITS, '0')
}

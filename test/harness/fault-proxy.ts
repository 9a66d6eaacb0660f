import { createConnection, createServer, type Server, type Socket } from 'node:net'

/** One request of a client, from its first message to Sync, on its way to the server. */
export type Exchange = {
  /** Passes the request to the server; resolves when the server has answered completely (nothing reaches the client). */
  deliver(): Promise<void>
  /** Passes the server's answer to the client, after `deliver`. */
  reply(): void
  /** Closes the client's connection; a request that was not delivered can still be delivered later. */
  cut(): void
}

export type FaultProxy = {
  /** The same database, through the proxy. */
  url: string
  /** Lets `handler` decide what becomes of the next request that uses the prepared statement of this name. */
  intercept(statement: string, handler: Handler): void
  /** The same for every such request until `forget()`, after those that `intercept` asked for. */
  interceptAll(statement: string, handler: Handler): void
  /** Takes back the interceptions that no request has met. */
  forget(): void
  /** Interceptions that no request has met yet. */
  readonly waiting: number
  /** Requests seen, by the name of their statement; those without a name count as `''`. */
  readonly seen: Map<string, number>
  /** Closes every connection and accepts no new one until `open()`. */
  shut(): void
  open(): void
  /** Passes nothing on, as if the server stood still, until `thaw()`; connections stay. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

type Handler = (exchange: Exchange) => Promise<void> | void
type Interception = { statement: string; handler: Handler }

/**
 * A proxy between a client and PostgreSQL that knows just enough of the protocol to see where a request begins and
 * ends and which prepared statement it runs: so a test can lose exactly the answer to a commit, or deliver a commit
 * when its client has long given up.
 */
export async function faultProxy(url: string): Promise<FaultProxy> {
  const target = new URL(url)
  const interceptions: Interception[] = []
  const standing = new Map<string, Handler>()
  const seen = new Map<string, number>()
  const sockets = new Set<Socket>()
  let shut = false
  let frozen = false
  const server: Server = createServer((client) => {
    if (shut) return void client.destroy()
    const upstream = createConnection(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
      if (frozen) socket.pause()
    }
    join(client, upstream, (statement) => {
      seen.set(statement, (seen.get(statement) ?? 0) + 1)
      const at = interceptions.findIndex((one) => one.statement === statement)
      return at < 0 ? (standing.get(statement) ?? null) : interceptions.splice(at, 1)[0]!.handler
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as { port: number }).port)
  const drop = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: through.toString(),
    intercept: (statement, handler) => void interceptions.push({ statement, handler }),
    interceptAll: (statement, handler) => void standing.set(statement, handler),
    forget: () => {
      interceptions.length = 0
      standing.clear()
    },
    get waiting() {
      return interceptions.length
    },
    seen,
    shut: () => {
      shut = true
      drop()
    },
    open: () => {
      shut = false
    },
    freeze: () => {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw: () => {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
    close: async () => {
      drop()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function join(client: Socket, upstream: Socket, interceptionOf: (statement: string) => Handler | null): void {
  // A request that is held back outlives its client.
  let heldBack = 0
  let answer: { chunks: Buffer[]; done: () => void } | null = null
  const requests = new Messages(false)
  const answers = new Messages(true)
  let unit: Buffer[] = []
  let statement = ''

  client.on('data', (chunk: Buffer) => {
    for (const message of requests.read(chunk)) {
      unit.push(message)
      const type = String.fromCharCode(message[0]!)
      if (type === 'B') statement = statementOf(message)
      // Only the extended protocol has requests of several messages; all else passes as it comes.
      if ('PBDECH'.includes(type) && message[0] !== 0) continue
      const bytes = Buffer.concat(unit)
      const handler = type === 'S' ? interceptionOf(statement) : null
      unit = []
      statement = ''
      if (!handler) {
        upstream.write(bytes)
        continue
      }
      heldBack += 1
      void handler({
        deliver: () =>
          new Promise<void>((resolve) => {
            answer = { chunks: [], done: resolve }
            upstream.write(bytes)
          }),
        reply: () => {
          heldBack -= 1
          if (answer) client.write(Buffer.concat(answer.chunks))
          answer = null
        },
        cut: () => {
          client.destroy()
        },
      })
    }
  })
  client.on('close', () => {
    if (heldBack === 0) upstream.destroy()
  })
  upstream.on('data', (chunk: Buffer) => {
    if (!answer) return void client.write(chunk)
    for (const message of answers.read(chunk)) {
      answer.chunks.push(message)
      if (String.fromCharCode(message[0]!) !== 'Z') continue
      answer.done()
      if (client.destroyed) upstream.end()
    }
  })
  upstream.on('close', () => client.destroy())
}

/** Cuts a stream into the protocol's messages; a client's first one has no type. */
class Messages {
  private rest: Buffer = Buffer.alloc(0)
  constructor(private started: boolean) {}

  *read(chunk: Buffer): Generator<Buffer> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    for (;;) {
      const head = this.started ? 1 : 0
      if (this.rest.length < head + 4) return
      const length = head + this.rest.readInt32BE(head)
      if (this.rest.length < length) return
      this.started = true
      const message = this.rest.subarray(0, length)
      this.rest = this.rest.subarray(length)
      yield message
    }
  }
}

// Bind: type, length, portal's name, statement's name.
function statementOf(bind: Buffer): string {
  const portalEnd = bind.indexOf(0, 5)
  return bind.toString('utf8', portalEnd + 1, bind.indexOf(0, portalEnd + 1))
}

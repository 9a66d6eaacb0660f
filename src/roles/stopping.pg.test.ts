import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { waitFor } from '../../test/harness/wait-for.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const CLIENTS = 40
const REQUEST = 'GET /v1/events?limit=5 HTTP/1.1\r\nhost: usher\r\n\r\n'

let db: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'usher-stopping-'))
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  await db.drop()
  rmSync(folder, { recursive: true, force: true })
})

test('a server that is asked to stop answers every request on a connection that is open, and says that it was the last', async () => {
  const server = spawn(process.execPath, [MAIN, 'api'], {
    env: {
      PATH: process.env.PATH,
      ...{ USHER_DATA_DIR: folder, DATABASE_URL: db.url, PORT: '0', RATE_LIMIT: 'off', LOG_LEVEL: 'info' },
      ...{ STRIPE_SECRET_KEY: 'sk_test_none', STRIPE_API_BASE: 'http://127.0.0.1:1' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve))
  let said = ''
  server.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  try {
    const port = await waitFor('the port', () => /localhost:(\d+)/.exec(said)?.[1], 20_000)
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Client.open(Number(port))))
    const asking = clients.map((client) => client.askOn())
    await waitFor('load', () => clients.every(({ answered }) => answered >= 5))
    server.kill('SIGTERM')
    expect(await Promise.all(asking)).toEqual(clients.map(() => 'told that it was the last'))
    expect(await ended).toBe(0)
    await expect(Client.open(Number(port))).rejects.toThrow()
  } finally {
    server.kill('SIGKILL')
  }
}, 60_000)

/** Asks again and again on one connection, as browsers and proxies do. */
class Client {
  answered = 0
  private text = ''
  private wake: () => void = () => {}
  private fault: string | null = null

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.on(() => (this.text += chunk.toString('latin1'))))
    socket.on('error', (error) => this.on(() => (this.fault ??= error.message)))
    socket.on('end', () => this.on(() => (this.fault ??= 'closed without an answer')))
  }

  static open(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Client(socket)))
      socket.once('error', reject)
    })
  }

  async askOn(): Promise<string> {
    for (;;) {
      this.socket.write(REQUEST)
      const head = await this.answer()
      if (head === null) return this.fault!
      this.answered += 1
      if (!head.startsWith('HTTP/1.1 200')) return head
      if (/\r\nconnection: close\r\n/i.test(head)) {
        this.socket.end()
        return 'told that it was the last'
      }
    }
  }

  /** The head of one whole answer; null where the connection ended before it. */
  private async answer(): Promise<string | null> {
    for (;;) {
      const headEnd = this.text.indexOf('\r\n\r\n') + 4
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.text)?.[1])
      if (headEnd > 3 && this.text.length >= headEnd + length) {
        const head = this.text.slice(0, headEnd)
        this.text = this.text.slice(headEnd + length)
        return head
      }
      if (this.fault !== null) return null
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  private on(change: () => void): void {
    change()
    this.wake()
  }
}

// Resident memory of `usher serve` with the demo loaded and its 50,000-seat event sold out through the API.
//   bun bench/memory.ts        some minutes; writes bench/results/memory.json
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PORT = 18_480
const BUYERS_AT_ONCE = 48
const TICKETS_EACH = 4
const RESIDENT_MB_ASKED = 400
const base = `http://127.0.0.1:${PORT}`
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

type Seat = { seat_id: string; status: string }
type Event = { event_id: string; name: string }

const dataDir = mkdtempSync(join(tmpdir(), 'usher-memory-'))
const env = {
  ...process.env,
  USHER_DATA_DIR: dataDir,
  PORT: String(PORT),
  RATE_LIMIT: 'off',
  LOG_LEVEL: 'warn',
}
const usher = spawn(at('../node_modules/.bin/bun'), [at('../src/main.ts'), 'serve'], {
  env,
  stdio: 'inherit',
})
try {
  await untilReady()
  const idle = await settledResidentMb()
  const event = await largestEvent()
  const before = await settledResidentMb()
  const sold = await sellOut(event)
  const after = await settledResidentMb()
  const audit = spawnSync(at('../node_modules/.bin/bun'), [at('../src/main.ts'), 'audit', '--json'], {
    env,
    encoding: 'utf8',
  })
  const clean = audit.status === 0
  const result = {
    name: 'memory',
    commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim(),
    machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length },
    rows: [
      { system: 'usher serve, demo loaded', metric: 'resident', unit: 'MB', median: idle },
      { system: 'with the seat map of the event in memory', metric: 'resident', unit: 'MB', median: before },
      {
        system: `after ${sold.toLocaleString('en')} tickets were sold`,
        metric: 'resident',
        unit: 'MB',
        median: after,
      },
      {
        system: 'growth a ticket sold, everything included',
        metric: 'resident',
        unit: 'bytes',
        median: Math.round(((after - before) * 1024 * 1024) / sold),
      },
    ],
    claims: [{ name: 'resident memory, MB, sold out', ratio: after, asked: RESIDENT_MB_ASKED }],
    ratio: after,
    audit: clean ? 'clean' : (audit.stdout || audit.stderr).slice(0, 4_000),
  }
  mkdirSync(at('results'), { recursive: true })
  writeFileSync(at('results/memory.json'), `${JSON.stringify(result, null, 2)}\n`)
  console.table(result.rows)
  console.log(`audit: ${clean ? 'clean' : result.audit}`)
  process.exitCode = clean && after < RESIDENT_MB_ASKED ? 0 : 1
} finally {
  if (usher.exitCode === null && usher.kill('SIGTERM'))
    await new Promise((resolve) => usher.once('exit', resolve))
  rmSync(dataDir, { recursive: true, force: true })
}

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    const ready = await fetch(`${base}/readyz`).catch(() => null)
    if (ready?.ok) return
    if (usher.exitCode !== null) throw new Error('usher serve ended; its messages are above')
    await Bun.sleep(100)
  }
  throw new Error('usher serve was not ready within two minutes')
}

async function largestEvent(): Promise<Event> {
  const { items } = await get<{ items: Event[] }>('/v1/events?keyword=stadium&limit=20')
  const sizes = await Promise.all(
    items.map(async (event) => {
      const list = await get<{ seats?: Seat[] }>(`/v1/events/${event.event_id}/seats`)
      return { event, seats: list.seats?.length ?? 0 }
    }),
  )
  sizes.sort((a, b) => b.seats - a.seats)
  if (!sizes[0] || sizes[0].seats < 50_000) throw new Error('the demo has no event of 50,000 seats on sale')
  return sizes[0].event
}

async function sellOut(event: Event): Promise<number> {
  const { seats } = await get<{ seats: Seat[] }>(`/v1/events/${event.event_id}/seats`)
  const free = seats.filter((seat) => seat.status === 'AVAILABLE').map((seat) => seat.seat_id)
  const parties: string[][] = []
  for (let i = 0; i < free.length; i += TICKETS_EACH) parties.push(free.slice(i, i + TICKETS_EACH))
  let sold = 0
  const buyNext = async (): Promise<void> => {
    for (let party = parties.pop(); party; party = parties.pop()) {
      await buy(event, party)
      sold += party.length
      if (sold % 5_000 < TICKETS_EACH) process.stderr.write(`sold ${sold.toLocaleString('en')}\n`)
    }
  }
  await Promise.all(Array.from({ length: BUYERS_AT_ONCE }, buyNext))
  return sold
}

async function buy(event: Event, seatIds: string[]): Promise<void> {
  const { access_token: token } = await post<{ access_token: string }>('/v1/sessions', {})
  const held = await post<{ reservation_id: string }>(
    '/v1/reservations',
    { event_id: event.event_id, seat_ids: seatIds },
    token,
  )
  const booking = { reservation_id: held.reservation_id, payment_token: 'pm_card_visa' }
  const booked = await post<{ status: string; booking_id: string }>('/v1/bookings', booking, token)
  for (let status = booked.status; status !== 'CONFIRMED'; await Bun.sleep(200)) {
    status = (await get<{ status: string }>(`/v1/bookings/${booked.booking_id}`, token)).status
    if (status === 'FAILED') throw new Error(`a booking of ${seatIds.join(', ')} failed`)
  }
}

/** After some quiet seconds, the lowest of five looks: what collection has not given back yet comes and goes. */
async function settledResidentMb(): Promise<number> {
  let least = Infinity
  for (let look = 0; look < 5; look++) {
    await Bun.sleep(2_000)
    const kb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${usher.pid}/status`, 'utf8'))?.[1])
    least = Math.min(least, Math.round(kb / 1024))
  }
  return least
}

async function get<T>(path: string, token?: string): Promise<T> {
  return answer<T>(
    await fetch(base + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }),
  )
}

async function post<T>(path: string, body: unknown, token?: string): Promise<T> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  return answer<T>(await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) }))
}

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

// `bun bench/seat-map.ts URL EVENT`: how the seat map feels on a slow device. Opens the seats page of a running server
// in the machine's Chromium with the processor slowed down four times, measures the time to the first map that can be
// used, then pans for some seconds while seats change, and reads the main thread's work in each frame from a trace.
// Writes bench/results/seat-map.json.
import { cpus, loadavg } from 'node:os'
import type { CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../test/harness/browser.ts'

const SLOWDOWN = 4
const CHANGES_PER_SECOND = 1_000
const PAN_MS = 8_000
const FIRST_MAPS = 3
const SEATS_PER_HOLD = 4
const BUYERS = 40
const BUDGET = { firstInteractiveMs: 2_000, frameMs: 8 }

type TraceEvent = {
  name: string
  cat: string
  ph: string
  ts: number
  dur?: number
  /** Processor time within `dur`. */
  tdur?: number
  pid: number
  tid: number
  args?: { name?: string }
}

const [base = 'http://localhost:8080', eventId = ''] = process.argv.slice(2)
const browser = await launchBrowser()
const firstMaps: number[] = []
for (let i = 0; i < FIRST_MAPS; i++) firstMaps.push(await firstMap())
process.stderr.write(`first maps: ${firstMaps.join(', ')} ms\n`)
const traffic = startTraffic()
const still = await traced({ pan: false, traffic: false })
const quiet = await traced({ pan: true, traffic: false })
const busy = await traced({ pan: true, traffic: true })
await traffic.stop()
await browser.close()

const result = {
  measured: new Date().toISOString(),
  machine: {
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
    loadAverage: loadavg().map(round),
    gpu: 'none: WebGL runs on the processor (SwiftShader)',
  },
  slowdown: SLOWDOWN,
  seats: busy.seats,
  firstInteractiveMs: {
    runs: firstMaps,
    median: quantile(firstMaps, 0.5),
    budget: BUDGET.firstInteractiveMs,
  },
  panning: quiet.figures,
  panningWithChanges: { ...busy.figures, budgetMainThreadP95: BUDGET.frameMs },
  standing: still.figures,
}
await Bun.write(new URL('./results/seat-map.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
console.log(JSON.stringify(result, null, 2))
process.exit(0)

async function openMap(): Promise<{ page: Page; cdp: CDPSession; close: () => Promise<void> }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    locale: 'en-US',
  })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  await page.goto(`${base}/events/${eventId}/seats`, { waitUntil: 'commit' })
  return { page, cdp, close: () => context.close() }
}

/** Milliseconds from the navigation's start to the map's first frame, nothing in the cache. */
async function firstMap(): Promise<number> {
  const { page, close } = await openMap()
  const at = await interactiveAt(page)
  await close()
  return Math.round(at)
}

async function interactiveAt(page: Page): Promise<number> {
  for (;;) {
    const at = await page
      .evaluate(() => performance.getEntriesByName('seat-map-interactive')[0]?.startTime ?? -1)
      .catch(() => -1)
    if (at >= 0) return at
    await Bun.sleep(50)
  }
}

async function traced(what: { pan: boolean; traffic: boolean }) {
  const { page, close } = await openMap()
  // Tracing is the browser's: a page's session does not answer.
  const cdp = await browser.newBrowserCDPSession()
  await interactiveAt(page)
  await Bun.sleep(1_500)
  const zoom = page.getByRole('button', { name: 'Zoom in' })
  for (let i = 0; i < 3; i++) {
    await zoom.click({ timeout: 30_000 })
    await Bun.sleep(600)
  }
  const framesBefore = await frames(page)
  traffic.set(what.traffic)
  if (what.traffic) await Bun.sleep(1_000)
  const changesBefore = traffic.changes()
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
    },
  })
  const begin = performance.now()
  if (what.pan) await pan(page)
  else await Bun.sleep(3_000)
  const seconds = (performance.now() - begin) / 1_000
  const changes = traffic.changes() - changesBefore
  traffic.set(false)
  const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
  await cdp.send('Tracing.end')
  await done
  const drawn = (await frames(page)) - framesBefore
  const seats = await page.evaluate(
    async (id) =>
      ((await (await fetch(`/v1/events/${id}/seats`)).json()) as { seats: unknown[] }).seats.length,
    eventId,
  )
  await close()
  return {
    seats,
    figures: {
      changesPerSecond: Math.round(changes / seconds),
      framesDrawn: drawn,
      framesPerSecond: Math.round(drawn / seconds),
      ...frameFigures(events),
    },
  }
}

/** In the page, so that the steps come once a frame whatever this process does. */
async function pan(page: Page): Promise<void> {
  const box = (await page.getByTestId('seat-map').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  const begin = performance.now()
  while (performance.now() - begin < PAN_MS) {
    const t = (performance.now() - begin) / 1_000
    await page.mouse.move(
      box.x + box.width * (0.5 + 0.3 * Math.sin(t * 1.9)),
      box.y + box.height * (0.5 + 0.3 * Math.cos(t * 1.3)),
    )
    await Bun.sleep(8)
  }
  await page.mouse.up()
}

function frames(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      (document.querySelector('[data-testid="seat-map"]') as unknown as { seatMap: { frameCount: number } })
        .seatMap.frameCount,
  )
}

/**
 * Work of the page's main thread from one frame to the next: everything that ran on it, scripts, events and style
 * alike. What other threads and processes do for the same frame is the raster's cost and stands apart.
 */
function frameFigures(events: readonly TraceEvent[]) {
  const names = new Map(
    events.filter(({ name }) => name === 'thread_name').map((e) => [`${e.pid} ${e.tid}`, e.args?.name ?? '']),
  )
  const threadOf = (e: TraceEvent): string => names.get(`${e.pid} ${e.tid}`) ?? ''
  const drawing = events.filter((e) => e.name === 'FireAnimationFrame' && e.dur !== undefined)
  const [first] = drawing
  if (!first) return { mainThreadMs: null, animationFrameMs: null, rasterMs: null }
  const main = `${first.pid} ${first.tid}`
  const tasks = events.filter(
    (e) => `${e.pid} ${e.tid}` === main && e.ph === 'X' && e.name.endsWith('RunTask') && e.dur !== undefined,
  )
  const perFrame = drawing.slice(1).map((frame, i) => {
    const from = drawing[i]!.ts + drawing[i]!.dur!
    const to = frame.ts + frame.dur!
    const worked = tasks.map((task) => {
      const shared = Math.min(task.ts + task.dur!, to) - Math.max(task.ts, from)
      // Processor time where the trace has it: waiting for another process is not this thread's work.
      return Math.max(0, shared) * ((task.tdur ?? task.dur!) / Math.max(1, task.dur!))
    })
    return worked.reduce((sum, us) => sum + us, 0) / 1_000
  })
  const gpuTasks = events.filter(
    (e) => e.ph === 'X' && threadOf(e) === 'CrGpuMain' && e.name.endsWith('RunTask') && e.dur !== undefined,
  )
  const raster = gpuTasks.reduce((sum, { dur }) => sum + dur! / 1_000, 0) / drawing.length
  const figures = (values: number[]) => ({
    p50: quantile(values, 0.5),
    p95: quantile(values, 0.95),
    p99: quantile(values, 0.99),
    max: quantile(values, 1),
  })
  return {
    mainThreadMs: figures(perFrame),
    animationFrameMs: figures(drawing.map(({ dur, tdur }) => (tdur ?? dur!) / 1_000)),
    rasterMs: { perFrameMean: round(raster), where: 'the GPU process, on the processor and not slowed down' },
  }
}

/** Buyers who hold four seats and let them go, so that seats change at a given rate; off until it is switched on. */
function startTraffic() {
  let on = false
  let ended = false
  let changed = 0
  let began = 0
  let asked = 0
  const call = (method: string, path: string, token?: string, body?: unknown): Promise<Response> =>
    fetch(`${base}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const run = async (buyer: number): Promise<void> => {
    const { access_token: token } = (await (await call('POST', '/v1/sessions', undefined, {})).json()) as {
      access_token: string
    }
    const list = await seatIds()
    for (let round = 0; !ended; round++) {
      if (!on || asked > ((performance.now() - began) / 1_000) * CHANGES_PER_SECOND) {
        await Bun.sleep(4)
        continue
      }
      asked += SEATS_PER_HOLD * 2
      const at = ((buyer * 1_201 + round * 97) * SEATS_PER_HOLD) % (list.length - SEATS_PER_HOLD)
      const held = await call('POST', '/v1/reservations', token, {
        event_id: eventId,
        seat_ids: list.slice(at, at + SEATS_PER_HOLD),
      })
      const body = (await held.json()) as { reservation_id?: string }
      if (held.status !== 201) {
        asked -= SEATS_PER_HOLD * 2
        continue
      }
      changed += SEATS_PER_HOLD
      // Longer than changes are gathered, so that each is seen.
      await Bun.sleep(500)
      await call('DELETE', `/v1/reservations/${body.reservation_id}`, token)
      changed += SEATS_PER_HOLD
    }
  }
  let ids: Promise<string[]> | null = null
  const seatIds = (): Promise<string[]> =>
    (ids ??= call('GET', `/v1/events/${eventId}/seats?status=AVAILABLE`)
      .then((answer) => answer.json() as Promise<{ seats: { seat_id: string }[] }>)
      .then(({ seats }) => seats.map(({ seat_id }) => seat_id)))
  // A buyer holds for half a second, four seats at a time: as many buyers as the rate needs.
  const running = Array.from({ length: Math.max(BUYERS, CHANGES_PER_SECOND / 10) }, (_, buyer) => run(buyer))
  return {
    set(wanted: boolean): void {
      if (wanted && !on) {
        began = performance.now()
        asked = 0
      }
      on = wanted
    },
    changes: () => changed,
    async stop(): Promise<void> {
      ended = true
      await Promise.all(running)
    },
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - (q === 0 ? 0 : 1))] ?? 0)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

// Measures home, event and checkout as a phone on a slow network: `bun scripts/lighthouse.ts [URL]` with a server that
// has the demo (`npm start`) on a machine that does nothing else. Ends with 1 where a score is below what is promised.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { holdSeats } from '../test/harness/visitor.ts'

/** Not among the dependencies: as large as all others together, and nothing but this runs it. */
const LIGHTHOUSE = process.env['LIGHTHOUSE']?.split(' ') ?? ['npx', '--yes', 'lighthouse@12.8.2']
const CHROMIUM = process.env['USHER_CHROMIUM'] ?? '/usr/bin/chromium'
const DEBUG_PORT = Number(process.env['DEBUG_PORT'] ?? 9333)
const PROMISED = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 } as const
type Category = keyof typeof PROMISED

type Report = {
  categories: Record<Category, { score: number | null }>
  audits: Record<
    string,
    { score: number | null; scoreDisplayMode: string; title: string; displayValue?: string }
  >
}

const folder = mkdtempSync(join(tmpdir(), 'usher-lighthouse-'))
const home = new URL(process.argv[2] ?? 'http://localhost:8080')
const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
  executablePath: CHROMIUM,
  baseURL: home.href,
  args: ['--no-sandbox', '--no-first-run', '--disable-extensions', `--remote-debugging-port=${DEBUG_PORT}`],
})
try {
  const page = await context.newPage()
  const list = await context.request.get('/v1/events?type=concert&sale=on_sale')
  const { items } = (await list.json()) as { items: { event_id: string }[] }
  const eventId = items[0]!.event_id
  const reservation = await holdSeats(page, eventId, 2)
  await page.goto('about:blank')
  // Checkout is in no index on purpose.
  await measure('home', '/', [])
  await measure('event', `/events/${eventId}`, [])
  await measure('checkout', `/checkout/${reservation}`, ['seo'])
} finally {
  await context.close()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(name: string, path: string, without: Category[]): Promise<void> {
  const file = join(folder, `${name}.json`)
  // Not waited for in a block: the browser's new tabs wait for this process to let them go on.
  const run = Bun.spawn(
    [
      ...LIGHTHOUSE,
      new URL(path, home).href,
      ...['--port', String(DEBUG_PORT), '--disable-storage-reset', '--quiet'],
      ...['--output', 'json', '--output-path', file],
      ...['--only-categories', Object.keys(PROMISED).join(',')],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, CHROME_PATH: CHROMIUM } },
  )
  const code = await run.exited
  if (code !== 0) throw new Error(`Lighthouse ended with ${code}`)
  const { categories, audits } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const scores = Object.entries(categories).map(
    ([id, { score }]) => [id as Category, Math.round((score ?? 0) * 100)] as const,
  )
  const times = [
    'first-contentful-paint',
    'largest-contentful-paint',
    'total-blocking-time',
    'cumulative-layout-shift',
  ]
  console.log(
    name,
    Object.fromEntries(scores),
    times.map((id) => `${id} ${audits[id]?.displayValue}`).join(', '),
  )
  const failed = Object.values(audits).filter((a) => a.scoreDisplayMode === 'binary' && a.score === 0)
  for (const { title } of failed) console.log(`  ${title}`)
  if (scores.some(([id, score]) => !without.includes(id) && score < PROMISED[id])) process.exitCode = 1
}

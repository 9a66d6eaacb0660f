// Takes the pictures of the README: `bun scripts/screenshots.ts [URL]` with a server that has the demo (`npm start`).
// It buys two tickets with test money on the way.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../test/harness/browser.ts'

const FOLDER = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))
const BYTES_MAX = 150 * 1024
/** Tried one after the other until a picture is small enough. */
const QUALITIES = [82, 72, 60, 45]
const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
} as const
const THEMES = ['light', 'dark'] as const

type Item = { event_id: string; name: string; type: string; availability: string; sale: string }

async function main(): Promise<void> {
  const url = new URL(process.argv[2] ?? 'http://localhost:8080')
  mkdirSync(FOLDER, { recursive: true })
  const eventId = await findHall(url)
  const browser = await launchBrowser()
  try {
    for (const device of Object.keys(DEVICES) as (keyof typeof DEVICES)[])
      for (const theme of THEMES) await visit(browser, { url, eventId, device, theme })
  } finally {
    await browser.close()
  }
}

/** A concert on sale in a hall whose map is worth a look. */
async function findHall(url: URL): Promise<string> {
  const { items } = (await (await fetch(new URL('/v1/events?type=concert&limit=100', url))).json()) as {
    items: Item[]
  }
  const open = items.filter((item) => item.sale === 'on_sale' && item.availability !== 'sold_out')
  const found = open.find(({ name }) => /Beethoven|Mahler|Dvořák|Bruckner/.test(name)) ?? open[0]
  if (!found) throw new Error(`nothing is on sale at ${url.href}: start it with the demo`)
  return found.event_id
}

type Visit = { url: URL; eventId: string; device: keyof typeof DEVICES; theme: (typeof THEMES)[number] }

async function visit(browser: Browser, { url, eventId, device, theme }: Visit): Promise<void> {
  const context = await browser.newContext({
    ...DEVICES[device],
    baseURL: url.href,
    colorScheme: theme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const take = (name: string): Promise<void> => capture(page, `${name}-${device}-${theme}`)
  await page.goto('/', { waitUntil: 'networkidle' })
  await take('home')
  await page.goto(`/events/${eventId}`, { waitUntil: 'networkidle' })
  await take('event')
  await page.goto(`/events/${eventId}/seats`, { waitUntil: 'load' })
  await page.locator('canvas').first().waitFor()
  // It draws when the hall and its stock are there.
  await page.waitForTimeout(2_500)
  await take('seats')
  await page.request.post('/v1/sessions', { data: { cookie: true } })
  const held = await page.request.post('/v1/reservations', {
    data: { event_id: eventId, best_available: { quantity: 2 } },
  })
  const { reservation_id: id } = (await held.json()) as { reservation_id?: string }
  if (!id) throw new Error(`no seats were held: ${await held.text()}`)
  await page.goto(`/checkout/${id}`)
  await page.getByLabel('Mail for your tickets').fill('ada@example.org')
  await page.getByRole('button', { name: 'Pays', exact: true }).click()
  await page.evaluate(() => {
    ;(document.activeElement as HTMLElement | null)?.blur()
    scrollTo(0, 0)
  })
  await take('checkout')
  await page.getByRole('button', { name: /^Pay / }).click()
  await page.waitForURL(/\/orders\//)
  await page
    .getByRole('img', { name: /^Code of the ticket/ })
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'Into Apple Wallet' }).waitFor()
  await page.waitForTimeout(1_000)
  await take('ticket')
  await context.close()
}

async function capture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await page.waitForTimeout(300)
  const cdp = await page.context().newCDPSession(page)
  for (const quality of QUALITIES) {
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality })
    const bytes = Buffer.from(data, 'base64')
    if (bytes.length > BYTES_MAX && quality !== QUALITIES.at(-1)) continue
    writeFileSync(`${FOLDER}${name}.webp`, bytes)
    console.log(`${name}.webp ${Math.round(bytes.length / 1024)} KB`)
    break
  }
  await cdp.detach()
}

await main()

import { afterAll, beforeAll } from 'bun:test'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { testApp, type TestApp } from './app.ts'
import { launchBrowser } from './browser.ts'
import { holdSeats, payWith, visitor, type Visitor } from './visitor.ts'
import { waitFor } from './wait-for.ts'

/** Building the pages and starting a browser on a machine that does other things as well. */
const START_MS_MAX = 120_000

/** A house that serves its pages, and a browser to visit it with; there from the first test of the file on. */
export type Shop = {
  readonly usher: TestApp
  /** Somebody with a browser of their own, at the house's address. */
  come(options?: BrowserContextOptions): Promise<Visitor>
  /** Holds and pays seats as a guest, and waits for their tickets; the mail address is ada@example.org. */
  buy(page: Page, quantity: number): Promise<void>
  /** By mailed code, on a page that asks for an address. */
  signIn(page: Page, email: string): Promise<void>
}

/** Starts the house and the browser before the file's tests and stops them afterwards. */
export function openShop(env: Record<string, string> = {}): Shop {
  let usher: TestApp
  let browser: Browser
  beforeAll(async () => {
    usher = await testApp({ RATE_LIMIT: 'off', ...env })
    browser = await launchBrowser()
    // Answers when the pages are built.
    await fetch(new URL('/orders', usher.url))
  }, START_MS_MAX)
  afterAll(async () => {
    await browser?.close()
    await usher?.stop()
  }, START_MS_MAX)
  return {
    get usher() {
      return usher
    },
    come: (options) => visitor(browser, usher.url, options),
    buy: async (page, quantity) => {
      await holdSeats(page, usher.eventId, quantity)
      await payWith(page, 'Pays')
      await page.waitForURL(/\/orders\//)
      await page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
    },
    signIn: async (page, email) => {
      const before = codesFor(usher, email).length
      await page.getByLabel('Mail address').fill(email)
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await waitFor('a mail with a code', () => codesFor(usher, email).length > before)
      await page.getByLabel('Code from the mail').fill(codesFor(usher, email).at(-1)!)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByLabel('Code from the mail').waitFor({ state: 'detached' })
    },
  }
}

/** Lists come from the search, a moment after the catalog: pages that are written before that are kept without it. */
export async function untilListed(usher: TestApp): Promise<void> {
  await waitFor(
    'the event in the lists',
    async () => {
      const { items } = (await usher.call('GET', '/v1/events')).json as { items?: unknown[] }
      return (items?.length ?? 0) > 0
    },
    60_000,
  )
}

/** What axe finds on the page as it stands. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: run } = window as unknown as { axe: typeof axe }
    const found = await run.run()
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** The codes in the mails to an address, in the order in which they were sent. */
function codesFor(usher: TestApp, email: string): string[] {
  const folder = join(usher.app.config.dataDir, 'mail')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => ({
      text: readFileSync(join(folder, name), 'utf8'),
      at: statSync(join(folder, name)).mtimeMs,
    }))
    .filter(({ text }) => text.includes(email))
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ text }) => /^Subject: (\d{3} \d{3})/m.exec(text)?.[1] ?? [])
}

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { testApp, type TestApp } from '../harness/app.ts'
import { launchBrowser } from '../harness/browser.ts'
import { waitFor } from '../harness/wait-for.ts'
import { holdSeats, payWith, visitor } from '../harness/visitor.ts'

const START_MS_MAX = 120_000
const TEST_MS_MAX = 60_000

let usher: TestApp
let browser: Browser

beforeAll(async () => {
  usher = await testApp({ RATE_LIMIT: 'off' })
  browser = await launchBrowser()
  // Answers when the pages are built.
  await fetch(new URL('/orders', usher.url))
}, START_MS_MAX)

afterAll(async () => {
  await browser?.close()
  await usher?.stop()
}, START_MS_MAX)

describe('my tickets', () => {
  test(
    'one of two tickets is given back: what comes back is said before, and comes back',
    async () => {
      const { page, bookings, close } = await visitor(browser, usher.url)
      await buy(page, 2)
      await page.getByRole('button', { name: 'Give tickets back' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('checkbox').first().check()
      const button = dialog.getByRole('button', { name: /^Give 1 ticket back for/ })
      const promised = (await button.textContent())!.replace(/^.*€/, '')
      await button.click()
      await page.getByText('1 ticket is given back.').waitFor()
      await page.getByText('Paid, 1 of 2 given back').first().waitFor()
      const [booking] = await bookings()
      expect(booking!.tickets.map(({ status }) => status).toSorted()).toEqual(['valid', 'void'])
      expect(booking!.refunded).toMatchObject({ status: 'partial', currency: 'EUR' })
      expect((booking!.refunded.amount / 100).toFixed(2)).toBe(promised)
      expect(await page.getByRole('img', { name: /^Code of the ticket/ }).count()).toBe(1)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'all tickets are given back: the order says so and no code is left',
    async () => {
      const { page, bookings, close } = await visitor(browser, usher.url)
      await buy(page, 1)
      await page.getByRole('button', { name: 'Give tickets back' }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Give 1 ticket back for/ })
        .click()
      await page.getByText('All tickets of this order are given back').waitFor()
      expect((await bookings())[0]!.status).toBe('CANCELLED')
      expect(await page.getByRole('img', { name: /^Code of the ticket/ }).count()).toBe(0)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'tickets that were seen once open without a network, and nothing else of the API is kept',
    async () => {
      const { page, context, close } = await visitor(browser, usher.url)
      await buy(page, 2)
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
      await page.waitForFunction(async () => (await caches.keys()).length === 2)
      await page.waitForFunction(async () => Boolean(await caches.match('/orders/any')))
      await context.setOffline(true)
      await page.reload()
      await page.getByText('No network. This is what this device kept').waitFor()
      await page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      await page.goto('/orders')
      await page.getByText('No network. This is what this device kept').waitFor()
      await page.getByRole('link', { name: /Dvořák and Ligeti/ }).click()
      await page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      const kept = await page.evaluate(async () => {
        const all = await Promise.all(
          (await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map(({ url }) => url),
          ),
        )
        return all.flat().map((url) => new URL(url).pathname)
      })
      expect(kept.filter((path) => path.startsWith('/v1/'))).toEqual([])
      expect(kept.filter((path) => path.startsWith('/kept/orders/'))).toHaveLength(1)
      await context.setOffline(false)
      await page.reload()
      await page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      expect(await page.getByText('No network. This is what').count()).toBe(0)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'the PDF and the calendar file open for their owner alone',
    async () => {
      const { page, context, close } = await visitor(browser, usher.url)
      await buy(page, 1)
      for (const [name, type] of [
        ['Tickets as PDF', 'application/pdf'],
        ['Into my calendar', 'text/calendar'],
      ] as const) {
        const href = (await page.getByRole('link', { name }).getAttribute('href'))!
        const answer = await context.request.get(href)
        expect(answer.headers()['content-type']).toContain(type)
        expect((await fetch(new URL(href, usher.url))).status).toBe(401)
      }
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'who confirms a mail address finds the order in another browser, and no longer after signing out',
    async () => {
      const [first, second] = [await visitor(browser, usher.url), await visitor(browser, usher.url)]
      await buy(first.page, 1)
      for (const { page } of [first, second]) {
        await page.goto('/orders')
        await signIn(page, 'grace@example.org')
        await page.getByRole('link', { name: /Dvořák and Ligeti/ }).waitFor()
      }
      await second.page.getByRole('button', { name: 'Sign out everywhere' }).click()
      await second.page.getByRole('heading', { name: 'No tickets yet' }).waitFor()
      await first.close()
      await second.close()
    },
    TEST_MS_MAX,
  )

  test(
    'a visitor without orders is told so, and no session is started for looking',
    async () => {
      const { page, context, close } = await visitor(browser, usher.url)
      await page.goto('/orders')
      await page.getByRole('heading', { name: 'No tickets yet' }).waitFor()
      expect((await context.cookies()).map(({ name }) => name)).toEqual([])
      await close()
    },
    TEST_MS_MAX,
  )
})

async function signIn(page: Page, email: string): Promise<void> {
  const before = codesFor(email).length
  await page.getByLabel('Mail address').fill(email)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await waitFor('a mail with a code', () => codesFor(email).length > before)
  await page.getByLabel('Code from the mail').fill(codesFor(email).at(-1)!)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(`Signed in as ${email}`).waitFor()
}

/** The codes in the mails to an address, in the order in which they were sent. */
function codesFor(email: string): string[] {
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
    .flatMap(({ text }) => /\b(\d{3} ?\d{3})\b(?!\d)/.exec(text.slice(text.indexOf('\r\n\r\n')))?.[1] ?? [])
}

async function buy(page: Page, quantity: number): Promise<void> {
  await holdSeats(page, usher.eventId, quantity)
  await payWith(page, 'Pays')
  await page.waitForURL(/\/orders\//)
  await page
    .getByRole('img', { name: /^Code of the ticket/ })
    .first()
    .waitFor()
}

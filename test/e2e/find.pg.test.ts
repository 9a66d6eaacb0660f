import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { testApp, type TestApp } from '../harness/app.ts'
import { untilListed } from '../harness/shop.ts'

const START_MS_MAX = 120_000
const TEST_MS_MAX = 60_000
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

let usher: TestApp
let browser: Browser
const complaints: string[] = []

beforeAll(async () => {
  usher = await testApp({ RATE_LIMIT: 'off' })
  await untilListed(usher)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES })
}, START_MS_MAX)
afterAll(async () => {
  await browser.close()
  await usher.stop()
})

async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
  page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404'))
      complaints.push(`${path}: ${message.text()}`)
  })
  await page.goto(new URL(path, usher.url).href, { waitUntil: 'networkidle' })
  return page
}

const eventName = async (): Promise<string> =>
  (await usher.call('GET', `/v1/events/${usher.eventId}`)).json.name

test(
  'by keyboard alone: from the search box over a suggestion and its results to the event, with the focus on its name',
  async () => {
    const page = await open('/')
    const name = await eventName()
    await page.getByRole('combobox', { name: 'Who, what or where?' }).focus()
    await page.keyboard.type(name.slice(0, 5))
    await page.locator('[role=listbox] [role=option]').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/search?q=*')
    await page.getByText(/\d+ found/).waitFor()
    await page.getByRole('link', { name }).first().press('Enter')
    await page.waitForURL(`**/events/${usher.eventId}`)
    await page.getByRole('heading', { level: 1, name }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    expect(await page.title()).toContain(name)
    await page.close()
  },
  TEST_MS_MAX,
)

test(
  'Enter searches; a filter stands in the address and can be taken back; nothing found offers what is on',
  async () => {
    const page = await open('/', { viewport: { width: 1280, height: 800 } })
    await page.getByRole('combobox', { name: 'Who, what or where?' }).fill('zzzz')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/search?q=zzzz')
    await page.getByRole('heading', { name: 'Nothing found for “zzzz”' }).waitFor()
    await page.getByRole('heading', { name: 'What is on instead' }).waitFor()
    await page.getByRole('link', { name: 'Show everything that is on' }).click()
    const { type } = (await usher.call('GET', `/v1/events/${usher.eventId}`)).json
    await page.getByRole('combobox', { name: 'What', exact: true }).selectOption(type)
    await page.waitForURL(`**/search?type=${type}`)
    await page
      .getByRole('link', { name: await eventName() })
      .first()
      .waitFor()
    await page.goBack()
    await page.close()
  },
  TEST_MS_MAX,
)

test(
  'without a network a page that is not here says so, leads to the tickets, and comes by itself when it is back',
  async () => {
    const page = await browser.newPage({ locale: 'en-GB' })
    await page.goto(usher.url.href, { waitUntil: 'networkidle' })
    const name = await eventName()
    await page.context().setOffline(true)
    await page.getByRole('link', { name }).first().click()
    await page.getByRole('heading', { name: 'The network did not answer' }).waitFor()
    const main = page.getByRole('main')
    expect(await main.getByRole('link', { name: 'My tickets' }).getAttribute('href')).toBe('/orders')
    await page.getByRole('link', { name: 'Search', exact: true }).click()
    await page.waitForURL('**/search')
    await page.getByRole('heading', { name: 'The network did not answer' }).waitFor()
    expect(await page.getByText('The mistake is ours').count()).toBe(0)
    await page.context().setOffline(false)
    await page.getByRole('heading', { name: 'Everything that is on' }).waitFor()
    await page.getByRole('link', { name }).first().waitFor()
    await page.close()
  },
  TEST_MS_MAX,
)

test(
  'the choice of theme and language is kept, and the next page comes with it from the server',
  async () => {
    const page = await open('/', { colorScheme: 'light' })
    await page.getByLabel('Light or dark').selectOption('dark')
    await page.getByLabel('Language').selectOption('de')
    await page.getByRole('combobox', { name: 'Wer, was oder wo?' }).waitFor()
    const html = await (await page.request.get(usher.url.href)).text()
    expect(html).toContain('<html lang="de" dir="ltr" data-theme="dark">')
    await page.close()
  },
  TEST_MS_MAX,
)

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(
      `axe finds nothing on the public pages, ${colorScheme}, ${width} px wide, and nothing is wider than the screen`,
      async () => {
        for (const path of [
          '/',
          '/search',
          '/search?q=zzzz',
          `/events/${usher.eventId}`,
          '/nothing',
          '/events/999999999',
        ]) {
          // axe is a script of its own: the page's policy would rightly refuse it.
          const page = await open(path, { colorScheme, viewport: { width, height: 844 }, bypassCSP: true })
          await page.evaluate(axe)
          const found = await page.evaluate(async () => {
            const { violations } = await (
              globalThis as never as {
                axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
              }
            ).axe.run()
            return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
          })
          expect({ path, found }).toEqual({ path, found: [] })
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
          await page.close()
        }
      },
      TEST_MS_MAX,
    )
  }
}

test('no page threw or complained, hydration included', () => {
  expect(complaints).toEqual([])
})

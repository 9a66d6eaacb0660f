import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { testApp, type TestApp } from '../harness/app.ts'
import { launchBrowser } from '../harness/browser.ts'
import { holdSeats, payWith, visitor } from '../harness/visitor.ts'

const START_MS_MAX = 120_000
const TEST_MS_MAX = 60_000

let usher: TestApp
let browser: Browser

beforeAll(async () => {
  usher = await testApp({ RATE_LIMIT: 'off', HOLD_SECONDS: '8' })
  browser = await launchBrowser()
  // Answers when the pages are built.
  await fetch(new URL('/orders', usher.url))
}, START_MS_MAX)

afterAll(async () => {
  await browser?.close()
  await usher?.stop()
}, START_MS_MAX)

describe('the time for held seats', () => {
  test(
    'when it has run out the page says so, and the same seats can be held again with one press',
    async () => {
      const { page, bookings, close } = await visitor(browser, usher.url)
      await holdSeats(page, usher.eventId, 2)
      const seats = await page.getByText(/^Row .+ and /).textContent()
      await page.getByText('Less than two minutes').waitFor()
      await page.getByText(/^Two minutes left/).waitFor({ state: 'attached' })
      await page.getByRole('heading', { name: 'Your seats are for sale again' }).waitFor()
      await page.getByRole('button', { name: 'Try for the same seats' }).click()
      await page.getByText(seats!).waitFor()
      await payWith(page, 'Pays')
      await page.waitForURL(/\/orders\//)
      expect((await bookings()).map(({ status }) => status)).toEqual(['CONFIRMED'])
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'it can be extended, and is refused in words when there is no more of it',
    async () => {
      const { page, close } = await visitor(browser, usher.url)
      const id = await holdSeats(page, usher.eventId, 1)
      await page.getByRole('button', { name: '5 more minutes' }).click()
      await page.getByText('The seats are now yours until').waitFor()
      const { request } = page.context()
      const extended = (await (await request.get(`/v1/reservations/${id}`)).json()) as { expires_at: string }
      expect(Date.parse(extended.expires_at) - Date.now()).toBeGreaterThan(280_000)
      expect(await page.getByRole('timer').textContent()).toMatch(/^[45]:\d\d$/)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'the countdown follows the server, whatever the device believes the time is',
    async () => {
      const { page, close } = await visitor(browser, usher.url)
      await page.clock.install({ time: Date.now() + 3 * 3_600_000 })
      await page.clock.resume()
      await holdSeats(page, usher.eventId, 1)
      const left = await page.getByRole('timer').textContent()
      expect(left).toMatch(/^0:0[1-9]$/)
      await close()
    },
    TEST_MS_MAX,
  )
})

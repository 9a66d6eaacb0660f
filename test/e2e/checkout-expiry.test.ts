import { describe, expect, test } from 'bun:test'
import { openShop } from '../harness/shop.ts'
import { holdSeats, payWith } from '../harness/visitor.ts'

const TEST_MS_MAX = 60_000

const shop = openShop({ HOLD_SECONDS: '8' })

describe('the time for held seats', () => {
  test(
    'when it has run out the page says so, and the same seats can be held again with one press',
    async () => {
      const { page, bookings, close } = await shop.come()
      await holdSeats(page, shop.usher.eventId, 2)
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
      const { page, close } = await shop.come()
      const id = await holdSeats(page, shop.usher.eventId, 1)
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
    'on a phone the warning and the time stay in sight while one types, move nothing, and the focus stays on the page',
    async () => {
      const { page, close } = await shop.come({ viewport: { width: 390, height: 700 } })
      await holdSeats(page, shop.usher.eventId, 1)
      const email = page.getByLabel('Mail for your tickets')
      await email.waitFor()
      await email.focus()
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
      const shown = await page.getByText('Less than two minutes').boundingBox()
      expect(shown!.y).toBeGreaterThanOrEqual(0)
      expect((await page.getByRole('timer').boundingBox())!.y).toBeLessThan(60)
      const before = (await email.boundingBox())!.y
      // Where a finger would: Playwright's own press scrolls to it first.
      const { x, y } = (await page.getByRole('button', { name: '5 more minutes' }).boundingBox())!
      await page.mouse.click(x + 20, y + 20)
      await page.getByText('The seats are now yours until').waitFor()
      expect((await email.boundingBox())!.y).toBe(before)
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(
        'The seats are now yours',
      )
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'seats that were let go in another window are not said to have run out of time',
    async () => {
      const { page, close } = await shop.come()
      const id = await holdSeats(page, shop.usher.eventId, 1)
      await page.getByLabel('Mail for your tickets').waitFor()
      expect((await page.context().request.delete(`/v1/reservations/${id}`)).ok()).toBe(true)
      await payWith(page, 'Pays')
      await page.getByText('They were let go before they were paid').waitFor()
      expect(await page.getByText('ran out').count()).toBe(0)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'the countdown follows the server, whatever the device believes the time is',
    async () => {
      const { page, close } = await shop.come()
      await page.clock.install({ time: Date.now() + 3 * 3_600_000 })
      await page.clock.resume()
      await holdSeats(page, shop.usher.eventId, 1)
      const left = await page.getByRole('timer').textContent()
      expect(left).toMatch(/^0:0[1-9]$/)
      await close()
    },
    TEST_MS_MAX,
  )
})

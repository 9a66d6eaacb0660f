import { describe, expect, test } from 'bun:test'
import jsQR from 'jsqr'
import type { Page } from 'playwright-core'
import { ticketKeysOf, verifyTicket } from '../../src/shared/verify-ticket.ts'
import { openShop, violations } from '../harness/shop.ts'
import { holdSeats, payWith } from '../harness/visitor.ts'

const TEST_MS_MAX = 90_000

const shop = openShop()
const { come } = shop

describe('checkout', () => {
  test(
    'two held seats are paid, and the code on the screen is genuine',
    async () => {
      const { page, bookings, close } = await come()
      await holdSeats(page, shop.usher.eventId, 2)
      await page.getByRole('button', { name: /^Pay €/ }).waitFor()
      await payWith(page, 'Pays')
      await page.waitForURL(/\/orders\/[0-9a-f-]+$/)
      const code = await readCode(page)
      const keys = ticketKeysOf((await shop.usher.call('GET', '/.well-known/jwks.json')).json)
      const verdict = await verifyTicket(code, { keys, eventId: shop.usher.eventId })
      // Genuine and for this event; paid with test money, so it admits nobody.
      expect(verdict.verdict).toBe('test')
      const [booking] = await bookings()
      expect(booking!.tickets.map((ticket) => ticket.code)).toContain(code)
      await page.getByRole('button', { name: 'The next ticket' }).click()
      await page.getByText('Ticket 2 of 2').waitFor()
      expect(await readCode(page, 1)).not.toBe(code)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a declined card keeps the seats, and another one pays for them',
    async () => {
      const { page, bookings, close } = await come()
      await holdSeats(page, shop.usher.eventId, 1)
      await payWith(page, 'Declined')
      await page.getByText('Your bank declined this card. Nothing was charged').waitFor()
      expect(await page.getByRole('timer').isVisible()).toBe(true)
      await payWith(page, 'Too little money')
      await page.getByText('there is too little money on this card').waitFor()
      await payWith(page, 'Pays')
      await page.waitForURL(/\/orders\//)
      const all = await bookings()
      expect(all.map(({ status }) => status).toSorted()).toEqual(['CONFIRMED', 'FAILED', 'FAILED'])
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a bank that does not answer in time: the page says so, waits, and goes on to the tickets',
    async () => {
      const { page, bookings, close } = await come()
      await holdSeats(page, shop.usher.eventId, 1)
      await payWith(page, 'Slow bank')
      await page.getByText('You have not been charged twice and will not be').waitFor()
      await page.waitForURL(/\/orders\//)
      await page.getByRole('img', { name: /^Code of the ticket/ }).waitFor()
      expect(await bookings()).toHaveLength(1)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a double press and reloads while paying charge once',
    async () => {
      const { page, bookings, close } = await come()
      await holdSeats(page, shop.usher.eventId, 1)
      await page.getByLabel('Mail for your tickets').fill('ada@example.org')
      await page.getByRole('button', { name: 'Slow bank' }).click()
      await page.getByRole('button', { name: /^Pay €/ }).dblclick()
      await page.waitForTimeout(300)
      await page.reload()
      await page.waitForTimeout(300)
      await page.reload()
      await page.waitForURL(/\/orders\//)
      const all = await bookings()
      expect(all.map(({ status }) => status)).toEqual(['CONFIRMED'])
      expect(all[0]!.payment.status).toBe('captured')
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a network that loses the answer: the same payment is asked for again, and charged once',
    async () => {
      const { page, bookings, close } = await come()
      await holdSeats(page, shop.usher.eventId, 1)
      const keys: string[] = []
      let lost = 0
      await page.route('**/v1/bookings', async (route) => {
        const request = route.request()
        if (request.method() !== 'POST') return route.continue()
        keys.push(request.headers()['idempotency-key']!)
        if (lost++ > 0) return route.continue()
        // It reaches the house; its answer reaches nobody.
        await route.fetch()
        return route.abort('connectionreset')
      })
      await payWith(page, 'Pays')
      await page.getByText('however often, you pay once').waitFor()
      await page.waitForURL(/\/orders\//)
      expect(keys.length).toBeGreaterThan(1)
      expect(new Set(keys).size).toBe(1)
      expect(await bookings()).toHaveLength(1)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'two tabs pay for the same seats: one payment, and both end at its tickets',
    async () => {
      const { page, context, bookings, close } = await come()
      const reservation = await holdSeats(page, shop.usher.eventId, 1)
      const second = await context.newPage()
      await second.goto(`/checkout/${reservation}`)
      await second.getByRole('button', { name: /^Pay €/ }).waitFor()
      await Promise.all([payWith(page, 'Slow bank'), payWith(second, 'Slow bank')])
      await Promise.all([page.waitForURL(/\/orders\//), second.waitForURL(/\/orders\//)])
      expect(page.url()).toBe(second.url())
      expect((await bookings()).map(({ status }) => status)).toEqual(['CONFIRMED'])
      // The way back into checkout leads to the tickets, not into a second payment.
      await second.goto(`/checkout/${reservation}`)
      await second.waitForURL(/\/orders\//)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'only test cards are taken, and a real-looking number never leaves the page',
    async () => {
      const { page, close } = await come()
      await holdSeats(page, shop.usher.eventId, 1)
      const bodies: string[] = []
      page.on('request', (request) => bodies.push(request.postData() ?? ''))
      await page.getByLabel('Mail for your tickets').fill('ada@example.org')
      await page.getByLabel('Card number').fill('5555555555554444')
      await page.getByLabel('Expires, month and year').fill('1234')
      await page.getByLabel('Security code').fill('123')
      await page.getByRole('button', { name: /^Pay €/ }).click()
      await page.getByText('Only the test cards work here').waitFor()
      await page.getByLabel('Card number').fill('4242424242424242')
      await page.getByRole('button', { name: /^Pay €/ }).click()
      await page.waitForURL(/\/orders\//)
      const sent = bodies.join('\n')
      expect(sent).toContain('pm_card_visa')
      expect(sent.replaceAll(/\s/g, '')).not.toMatch(/5555555555554444|4242424242424242/)
      await close()
    },
    TEST_MS_MAX,
  )

  for (const colorScheme of ['light', 'dark'] as const) {
    test(
      `axe finds nothing in checkout, on the tickets or in the list, in the ${colorScheme} theme`,
      async () => {
        const { page, close } = await come({ colorScheme })
        await holdSeats(page, shop.usher.eventId, 2)
        await page.getByRole('button', { name: /^Pay €/ }).click()
        await page.getByText('We need an address').waitFor()
        expect(await violations(page)).toEqual([])
        await payWith(page, 'Pays')
        await page.waitForURL(/\/orders\//)
        await page
          .getByRole('img', { name: /^Code of the ticket/ })
          .first()
          .waitFor()
        expect(await violations(page)).toEqual([])
        await page.getByRole('button', { name: 'Give tickets back' }).click()
        await page.getByRole('checkbox').first().check()
        expect(await violations(page)).toEqual([])
        await page.goto('/orders')
        await page.getByRole('heading', { name: 'My tickets' }).waitFor()
        expect(await violations(page)).toEqual([])
        await close()
      },
      TEST_MS_MAX,
    )
  }
})

/** What a scanner would read off the screen. */
async function readCode(page: Page, index = 0): Promise<string> {
  const image = page.getByRole('img', { name: /^Code of the ticket/ }).nth(index)
  await image.scrollIntoViewIfNeeded()
  await page.waitForTimeout(400)
  const png = (await image.screenshot()).toString('base64')
  const { pixels, width, height } = await page.evaluate(async (source) => {
    const picture = new Image()
    picture.src = `data:image/png;base64,${source}`
    await picture.decode()
    const canvas = new OffscreenCanvas(picture.width, picture.height)
    const drawing = canvas.getContext('2d')!
    drawing.drawImage(picture, 0, 0)
    const { data } = drawing.getImageData(0, 0, picture.width, picture.height)
    return { pixels: [...data], width: picture.width, height: picture.height }
  }, png)
  return jsQR(new Uint8ClampedArray(pixels), width, height)?.data ?? 'no code can be read'
}

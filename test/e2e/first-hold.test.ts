import { expect, test } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { openShop } from '../harness/shop.ts'

const TEST_MS_MAX = 60_000

const shop = openShop()

/** What the browser's console says is wrong, of all pages of a visitor. */
function complaints(context: BrowserContext): string[] {
  const said: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text())
  })
  return said
}

async function holdBest(page: Page): Promise<string> {
  await page.goto(`/events/${shop.usher.eventId}/seats`)
  const answer = page.waitForResponse(
    (response) => response.url().endsWith('/v1/reservations') && response.status() === 201,
  )
  await page.getByRole('button', { name: 'One less' }).click()
  await page.getByRole('button', { name: 'Find the best seat' }).click()
  await page.getByRole('heading', { name: 'Held for you' }).waitFor()
  return ((await (await answer).json()) as { reservation_id: string }).reservation_id
}

test(
  'a new visitor holds seats without one refused call, and with one session, whatever the device remembers of it',
  async () => {
    const { page, context, close } = await shop.come()
    const said = complaints(context)
    const asked: string[] = []
    context.on('request', (request) => {
      if (request.method() === 'POST') asked.push(new URL(request.url()).pathname)
    })
    const first = await holdBest(page)
    expect(asked).toEqual(['/v1/sessions', '/v1/reservations'])
    // Another tab of the same browser needs no other session.
    await holdBest(await context.newPage())
    expect(asked).toEqual(['/v1/sessions', '/v1/reservations', '/v1/reservations'])
    // Nor does one in which the browser has forgotten all but the cookie.
    await page.evaluate(() => localStorage.clear())
    await holdBest(await context.newPage())
    expect((await context.request.get(`/v1/reservations/${first}`)).status()).toBe(200)
    expect(said).toEqual([])
    await close()
  },
  TEST_MS_MAX,
)

test(
  'whose session was ended elsewhere gets another with the first call that needs one',
  async () => {
    const { page, context, close } = await shop.come()
    await holdBest(page)
    await context.clearCookies()
    await holdBest(await context.newPage())
    await close()
  },
  TEST_MS_MAX,
)

test(
  'two tabs of a new visitor that hold at the same moment are one buyer',
  async () => {
    const { page, context, close } = await shop.come()
    const other = await context.newPage()
    const held = await Promise.all([holdBest(page), holdBest(other)])
    for (const id of held) expect((await context.request.get(`/v1/reservations/${id}`)).status()).toBe(200)
    await close()
  },
  TEST_MS_MAX,
)

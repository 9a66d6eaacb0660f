import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { BookingBody } from '../../src/shared/schemas/bookings.ts'

/** Somebody with a browser of their own. */
export type Visitor = {
  context: BrowserContext
  page: Page
  /** Their bookings as the API knows them, whatever the page says. */
  bookings(): Promise<BookingBody[]>
  close(): Promise<void>
}

export async function visitor(
  browser: Browser,
  url: URL,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  // Browsers give workers and caches to safe origins alone; without TLS that is this name.
  const home = new URL(url)
  home.hostname = 'localhost'
  const context = await browser.newContext({ baseURL: home.href, locale: 'en', ...options })
  const page = await context.newPage()
  return {
    context,
    page,
    bookings: async () => {
      const answer = await context.request.get('/v1/bookings')
      return ((await answer.json()) as { items: BookingBody[] }).items
    },
    close: () => context.close(),
  }
}

/** Holds the best seats there are as the page would, and opens checkout; the reservation's id. */
export async function holdSeats(page: Page, eventId: string, quantity: number): Promise<string> {
  const { request } = page.context()
  if ((await request.get('/v1/bookings')).status() === 401)
    await request.post('/v1/sessions', { data: { cookie: true } })
  const answer = await request.post('/v1/reservations', {
    data: { event_id: eventId, best_available: { quantity } },
  })
  if (answer.status() !== 201) throw new Error(`no hold: ${await answer.text()}`)
  const { reservation_id: id } = (await answer.json()) as { reservation_id: string }
  await page.goto(`/checkout/${id}`)
  return id
}

/** Fills in what is missing, picks the test card of that name and presses the button. */
export async function payWith(page: Page, card: string): Promise<void> {
  await page.getByLabel('Mail for your tickets').fill('ada@example.org')
  await page.getByRole('button', { name: card, exact: true }).click()
  await page.getByRole('button', { name: /^Pay / }).click()
}

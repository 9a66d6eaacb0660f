import { beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Layout } from '../../src/shared/layout.ts'
import type { SeatMapEngine } from '../../src/web/components/seat-map/seat-map-engine.ts'
import { OPERATOR_TOKEN, openStudioEvent } from '../harness/app.ts'
import { openShop, violations } from '../harness/shop.ts'
import { waitFor } from '../harness/wait-for.ts'

const TEST_MS_MAX = 90_000
const CODE = 'PRESS-2027-XK41'

const shop = openShop()
let layout: Layout
/** Six seats of one row at the side, and one of everybody's beside them. */
let kept: number[]
let open: number

beforeAll(async () => {
  const event = await shop.usher.call('GET', `/v1/events/${shop.usher.eventId}`)
  layout = (await shop.usher.call('GET', event.json.layout_url)).json as Layout
  const side = layout.sections.findIndex(({ name }) => name === 'Right')
  const seats = layout.seats.flatMap(({ section }, seat) => (section === side ? [seat] : []))
  kept = seats.slice(0, 6)
  open = seats[6]!
})

async function withAllotment(): Promise<{
  eventId: string
  operator(method: string, path: string): Promise<number>
}> {
  const { usher } = shop
  const eventId = await openStudioEvent(usher.app)
  const operator = async (method: string, path: string, body?: object): Promise<number> => {
    const url = `/v1/operator/events/${eventId}${path}`
    return (await usher.call(method, url, { token: OPERATOR_TOKEN, body })).status
  }
  const codes = [{ code: CODE, uses: null }]
  expect(await operator('PUT', '/allotments/press', { seats: kept.map(idOf), codes })).toBe(200)
  return { eventId, operator }
}

const idOf = (seat: number): string => layout.seats[seat]!.seat_id

test(
  'with the code of an allotment its seats are free on the map and nothing else is; they are chosen and held',
  async () => {
    const { eventId } = await withAllotment()
    const { page, close } = await shop.come({ bypassCSP: true })
    await page.goto(`/events/${eventId}/seats`)
    const choose = page.getByRole('button', { name: /^Hold th/ })
    await page.getByRole('button', { name: 'I have an access code' }).click()
    const field = page.getByLabel('Access code', { exact: true })
    await field.fill('PRESS-2027-XK14')
    await field.press('Enter')
    await page.getByText('This code is not good here').waitFor()
    // What is kept is nobody's without the code.
    await tap(page, kept[0]!)
    await page.getByText('Row A, seat 1 is taken.').waitFor({ state: 'attached' })
    expect(await choose.count()).toBe(0)
    // Chosen before, and none of those that the code opens.
    await tap(page, open)
    await choose.waitFor()
    await page.getByRole('button', { name: 'I have an access code' }).click()
    await field.fill(`${CODE.toLowerCase()} `)
    await field.press('Enter')
    await page.getByText('Row A, 7 is not among the seats of your code').first().waitFor()
    await page.getByText('6 places are free for your code').first().waitFor()
    expect(await choose.count()).toBe(0)
    expect(await violations(page)).toEqual([])
    await tap(page, open)
    await page.getByText('Not with your code').first().waitFor({ state: 'attached' })
    expect(await choose.count()).toBe(0)
    await tap(page, kept[0]!)
    await tap(page, kept[1]!)
    await page.getByRole('button', { name: 'Hold these 2 seats' }).click()
    await page.waitForURL(/\/checkout\//)
    await untilHeld(eventId, kept, [kept[0]!, kept[1]!])
    await close()
  },
  TEST_MS_MAX,
)

test(
  'seats of a code that were let go in another window can be held again from checkout, and paid with next year’s card',
  async () => {
    const { eventId } = await withAllotment()
    const { page, context, close } = await shop.come()
    await page.goto(`/events/${eventId}/seats`)
    await page.getByRole('button', { name: 'I have an access code' }).click()
    await page.getByLabel('Access code', { exact: true }).fill(CODE)
    await page.keyboard.press('Enter')
    await page.getByText('6 places are free for your code').first().waitFor()
    await tap(page, kept[0]!)
    await page.getByRole('button', { name: 'Hold this seat' }).click()
    await page.waitForURL(/\/checkout\//)
    const pay = async (): Promise<void> => {
      await page.getByLabel('Mail for your tickets').fill('ada@example.org')
      await page.getByLabel('Card number').fill('4242424242424242')
      await page.getByLabel('Expires').fill(`01${String(new Date().getUTCFullYear() + 1).slice(-2)}`)
      await page.getByLabel('Security code').fill('123')
      await page.getByRole('button', { name: /^Pay / }).click()
    }
    // A window that this one opens knows what it holds.
    const [other] = await Promise.all([
      context.waitForEvent('page'),
      page.evaluate((url) => void window.open(url), `/events/${eventId}/seats`),
    ])
    await other.getByRole('button', { name: 'Let them go and choose others' }).click()
    await other.getByText('6 places are free for your code').first().waitFor()
    await pay()
    await page.getByText('They were let go before they were paid').waitFor()
    await page.getByRole('button', { name: 'Try for the same seats' }).click()
    await page.getByLabel('Mail for your tickets').waitFor()
    await untilHeld(eventId, kept, [kept[0]!])
    // The seats' page of this tab knows the new hold, too.
    const checkout = page.url()
    await page.goto(`/events/${eventId}/seats`)
    await page.getByRole('heading', { name: 'Held for you' }).waitFor()
    await page.goto(checkout)
    await pay()
    await page.waitForURL(/\/orders\//)
    await page.getByText('Paid. These are your tickets').waitFor()
    await close()
  },
  TEST_MS_MAX,
)

test(
  'the list shows the seats of the code alone and follows what others hold of them, until the house lets them go',
  async () => {
    const { eventId, operator } = await withAllotment()
    const { page, close } = await shop.come({ locale: 'de-DE', viewport: { width: 390, height: 844 } })
    await page.goto(`/events/${eventId}/seats`)
    await page.getByRole('button', { name: 'Liste' }).click()
    const sections = page.locator('[data-section]')
    await waitFor('all sections', async () => (await sections.count()) === 3)
    await page.getByRole('button', { name: 'Auswahl zeigen' }).click()
    await page.getByRole('button', { name: 'Ich habe einen Zugangscode' }).click()
    await page.getByLabel('Zugangscode', { exact: true }).fill(CODE)
    await page.getByRole('button', { name: 'Mit diesem Code weiter' }).click()
    await page.getByText('Für Ihren Code sind 6 Plätze frei').first().waitFor()
    await waitFor('one section', async () => (await sections.count()) === 1)
    await sections.click()
    const seats = page.locator('[data-seat]')
    await waitFor('its seats', async () => (await seats.count()) === kept.length)

    const token = await shop.usher.guest()
    const body = { event_id: eventId, seat_ids: [idOf(kept[2]!)], access_code: CODE }
    const held = await shop.usher.call('POST', '/v1/reservations', { token, body })
    expect(held.status).toBe(201)
    await page.getByText('Für Ihren Code sind 5 Plätze frei').first().waitFor()
    await page.getByRole('button', { name: 'Reihe A, Platz 3, vergeben' }).waitFor()
    await shop.usher.call('DELETE', `/v1/reservations/${held.json.reservation_id}`, { token })
    await page.getByText('Für Ihren Code sind 6 Plätze frei').first().waitFor()
    // Loaded again, the tab still knows the code.
    await page.reload()
    await page.getByText('Für Ihren Code sind 6 Plätze frei').first().waitFor()

    expect(await operator('DELETE', '/allotments/press')).toBe(200)
    await page.getByText('Was für Ihren Code zurückgehalten war, ist jetzt im freien Verkauf').waitFor()
    await page.getByRole('button', { name: 'Liste' }).click()
    await page.getByRole('button', { name: 'Alle Bereiche' }).click()
    await waitFor('all sections again', async () => (await sections.count()) === 3)
    await close()
  },
  TEST_MS_MAX,
)

test(
  'the best available with a code are seats of its allotment, and without it again all others',
  async () => {
    const { eventId } = await withAllotment()
    const { page, close } = await shop.come()
    await page.goto(`/events/${eventId}/seats`)
    await page.getByRole('button', { name: 'I have an access code' }).click()
    await page.getByLabel('Access code', { exact: true }).fill(CODE)
    await page.keyboard.press('Enter')
    await page.getByText('6 places are free for your code').first().waitFor()
    expect(await page.getByLabel('Where').locator('option').allTextContents()).toEqual([
      'Anywhere',
      'Side, €38.50, 6 left',
    ])
    await page.getByRole('button', { name: 'Find the best 2' }).click()
    await page.getByRole('heading', { name: 'Held for you' }).waitFor()
    const best = await waitFor('two of them to be held', async () => {
      const held = await heldOf(eventId, kept)
      return held.length === 2 && held
    })
    expect(best[1]! - best[0]!).toBe(1)
    await page.getByRole('button', { name: 'Let them go and choose others' }).click()
    await page.getByText('6 places are free for your code').first().waitFor()
    await page.getByRole('button', { name: 'Go on without the code' }).click()
    await tap(page, open)
    await page.getByRole('button', { name: 'Hold this seat' }).click()
    await page.waitForURL(/\/checkout\//)
    await untilHeld(eventId, [...kept, open], [open])
    await close()
  },
  TEST_MS_MAX,
)

test(
  'places of a standing area are sold with the code that they are kept for, and its numbers are those of the code',
  async () => {
    const { usher } = shop
    const made = await usher.call('POST', '/v1/operator/events', {
      token: OPERATOR_TOKEN,
      body: {
        ...{ status: 'published', name: 'A night', type: 'concert', layout: 'club', currency: 'EUR' },
        start: `${new Date().getUTCFullYear() + 1}-05-04T22:00:00+02:00`,
        venue: { name: 'Club', city: 'Vienna', country: 'AT', timezone: 'Europe/Vienna' },
        prices: { 'Dance floor': 3_000, Balcony: 4_000, Lounge: 9_000 },
        allotments: [
          { name: 'fans', areas: { Balcony: 150, Lounge: 3 }, codes: [{ code: CODE, uses: null }] },
        ],
      },
    })
    const eventId: string = made.json.event.event_id
    const { page, close } = await shop.come()
    await page.goto(`/events/${eventId}/seats`)
    const area = (name: string) => page.locator('li[id^="area-"]').filter({ hasText: name })
    await area('Balcony').getByText('sold out').waitFor()
    await area('Dance floor').getByText('600 left').waitFor()
    await page.getByRole('button', { name: 'I have an access code' }).click()
    await page.getByLabel('Access code', { exact: true }).fill(CODE)
    await page.keyboard.press('Enter')
    await page.getByText('153 places are free for your code').first().waitFor()
    await area('Balcony').getByText('150 left').waitFor()
    await area('Dance floor').getByText('Not with your code').waitFor()
    // There is no seat to be shown.
    expect(await page.getByRole('button', { name: 'Show me where' }).count()).toBe(0)
    expect(await violations(page)).toEqual([])

    const token = await usher.guest()
    const body = { event_id: eventId, areas: [{ area_id: 'lounge', quantity: 3 }], access_code: CODE }
    expect((await usher.call('POST', '/v1/reservations', { token, body })).status).toBe(201)
    await area('Lounge').getByText('sold out').waitFor()
    await page.getByText('150 places are free for your code').first().waitFor()
    const more = area('Balcony').getByRole('button', { name: /^One more/ })
    await more.click()
    await more.click()
    await page.getByRole('button', { name: 'Hold these 2 places' }).click()
    await page.waitForURL(/\/checkout\//)
    const left = async (): Promise<unknown> =>
      (await usher.call('GET', `/v1/events/${eventId}/availability`)).json.areas
    expect(await left()).toEqual({ floor: 600, lounge: 47, balcony: 0 })
    await close()
  },
  TEST_MS_MAX,
)

async function tap(page: Page, seat: number): Promise<void> {
  const map = page.getByTestId('seat-map')
  const place = async () => {
    const box = (await map.boundingBox())!
    const { x, y } = layout.seats[seat]!
    const at = await map.evaluate(
      (element, world) =>
        (element as HTMLElement & { seatMap: SeatMapEngine }).seatMap.project(world.x, world.y),
      { x, y },
    )
    return { x: box.x + at.x, y: box.y + at.y }
  }
  let at = await place()
  // Not while the map is on its way.
  await waitFor('the map to stand still', async () => {
    const before = at
    at = await place()
    return Math.hypot(at.x - before.x, at.y - before.y) < 0.1
  })
  await page.mouse.click(at.x, at.y)
}

/** The list of seats may be a second old. */
async function untilHeld(eventId: string, among: readonly number[], seats: readonly number[]): Promise<void> {
  await waitFor('the seats to be held', async () => Bun.deepEquals(await heldOf(eventId, among), seats))
}

async function heldOf(eventId: string, among: readonly number[]): Promise<number[]> {
  const { json } = await shop.usher.call('GET', `/v1/events/${eventId}/seats`)
  return among.filter((seat) => (json.seats as { status: string }[])[seat]!.status === 'HELD')
}

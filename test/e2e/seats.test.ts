import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Layout } from '../../src/shared/layout.ts'
import type { SeatMapEngine } from '../../src/web/components/seat-map/seat-map-engine.ts'
import { openStudioEvent, testApp, type TestApp } from '../harness/app.ts'
import { launchBrowser } from '../harness/browser.ts'
import { waitFor } from '../harness/wait-for.ts'

/** Building the pages and starting a browser on a machine that does other things as well. */
const START_MS_MAX = 120_000
const TEST_MS_MAX = 60_000
const PHONE = { width: 390, height: 844 }

let usher: TestApp
let browser: Browser
let layout: Layout
let eventId: string

beforeAll(async () => {
  usher = await testApp({ RATE_LIMIT: 'off' })
  browser = await launchBrowser()
  eventId = await openStudioEvent(usher.app, { onSaleFrom: Date.now() - 60_000 })
  const event = await usher.call('GET', `/v1/events/${eventId}`)
  layout = (await usher.call('GET', event.json.layout_url)).json as Layout
}, START_MS_MAX)

afterAll(async () => {
  await browser?.close()
  await usher?.stop()
}, START_MS_MAX)

describe('choosing seats', () => {
  test(
    'two seats are chosen on the map and held',
    async () => {
      const { page, close } = await visit()
      const seats = await freeSeats(2)
      for (const seat of seats) await tapSeat(page, seat)
      await page.getByRole('button', { name: 'Hold these 2 seats' }).click()
      await page.waitForURL(/\/checkout\//)
      expect(await statusOf(seats)).toEqual(['HELD', 'HELD'])
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'the same goes by keyboard alone, through the list',
    async () => {
      const { page, close } = await visit()
      const [seat] = await freeSeats(2)
      await tabTo(page, 'As a list')
      await page.keyboard.press('Enter')
      await page.getByRole('grid').waitFor()
      await tabTo(page, null)
      await page.keyboard.press('Space')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Enter')
      expect(await page.getByRole('button', { pressed: true }).and(page.locator('[data-seat]')).count()).toBe(
        2,
      )
      await tabTo(page, 'Hold these 2 seats')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/checkout\//)
      expect(await statusOf([seat!])).toEqual(['HELD'])
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'two browsers want one seat: one holds it, the other is told and takes the nearest like it with one tap',
    async () => {
      const [one, two] = await Promise.all([visit(), visit()])
      const [seat] = await freeSeats(1)
      await tapSeat(one.page, seat!)
      await tapSeat(two.page, seat!)
      const pages = [one.page, two.page]
      // One of them may be told that the seat went before the click arrives: then there is no such button any more.
      const hold = (page: Page): Promise<void> =>
        page.getByRole('button', { name: 'Hold this seat' }).click({ timeout: 10_000 })
      await Promise.allSettled(pages.map(hold))
      const at = (page: Page): boolean => page.url().includes('/checkout/')
      await waitFor('one to hold it', () => pages.some(at))
      const loser = pages.find((page) => !at(page))!
      const alert = loser.getByRole('alert').first()
      await waitFor('the other to be told', async () =>
        /taken a moment before you|went while you chose/.test((await alert.textContent()) ?? ''),
      )
      expect(pages.filter(at)).toHaveLength(1)
      await loser
        .getByRole('button', { name: /^(Hold .* instead|Take )/ })
        .first()
        .click()
      await waitFor(
        'the alternative to be taken',
        async () => at(loser) || (await loser.getByRole('button', { name: 'Hold this seat' }).isVisible()),
      )
      if (!at(loser)) await loser.getByRole('button', { name: 'Hold this seat' }).click()
      await loser.waitForURL(/\/checkout\//)
      await Promise.all([one.close(), two.close()])
    },
    TEST_MS_MAX,
  )

  test(
    'a chosen seat that somebody else takes is named within a second, with the nearest like it',
    async () => {
      const { page, close } = await visit()
      const [seat] = await freeSeats(1)
      await tapSeat(page, seat!)
      await page.getByRole('button', { name: 'Hold this seat' }).waitFor()
      const alert = page.getByRole('alert').filter({ hasText: 'went while you chose' })
      const begin = performance.now()
      await takeSeats([seat!])
      await alert.waitFor()
      expect(performance.now() - begin).toBeLessThan(1_000)
      expect(await alert.textContent()).toMatch(
        /^Row .+ went while you chose\. .+ is free and costs the same\./,
      )
      const said = async (): Promise<string> => (await page.getByRole('status').allTextContents()).join()
      expect(await said()).not.toContain('chosen')
      await page.getByRole('button', { name: /^Take / }).click()
      await page.getByRole('button', { name: 'Hold this seat' }).waitFor()
      expect(await said()).toContain('chosen. 1 in all')
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a tab that slept is right within a second of waking',
    async () => {
      const { page, close } = await visit()
      const [first, second] = await freeSeats(2)
      await page.getByRole('button', { name: 'As a list' }).click()
      const button = (seat: number) => page.locator(`[data-seat="${seat}"]`)
      await button(first!).waitFor()
      await page.context().setOffline(true)
      await takeSeats([first!, second!])
      await page.context().setOffline(false)
      const begin = performance.now()
      await waitFor(
        'the second seat to be taken',
        async () => (await button(second!).getAttribute('aria-disabled')) === 'true',
      )
      expect(performance.now() - begin).toBeLessThan(1_000)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a map that is dragged has nothing of the page styled or laid out, though the stage goes out of sight',
    async () => {
      const { page, close } = await visit()
      const cdp = await page.context().newCDPSession(page)
      await cdp.send('Performance.enable')
      const done = async (): Promise<Record<string, number>> => {
        const { metrics } = await cdp.send('Performance.getMetrics')
        return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
      }
      const box = (await page.getByTestId('seat-map').boundingBox())!
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
      const move = (x: number, y: number) =>
        cdp.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y, button: 'left', buttons: 1 })
      await page.mouse.move(middle.x, middle.y)
      for (let turn = 0; turn < 20; turn++) await page.mouse.wheel(0, -120)
      await page.mouse.down()
      for (let step = 0; step < 12; step++) await move(middle.x + step, middle.y)
      const before = await done()
      for (let step = 0; step < 60; step++) await move(middle.x + step * 4, middle.y + step * 2)
      const after = await done()
      const counted = (name: string): number => after[name]! - before[name]!
      expect(counted('RecalcStyleCount')).toBeLessThan(5)
      expect(counted('LayoutCount')).toBeLessThan(5)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'on a phone the best seats lie where nothing covers them, another seat says that they must go first, and focus goes on at the choice',
    async () => {
      // So low that what is held takes half of it.
      const { page, close } = await visit({ viewport: { ...PHONE, height: 560 }, hasTouch: true })
      const isAtChoice = (): Promise<boolean> =>
        page.evaluate(() => document.activeElement?.id === 'your-choice')
      const all = layout.seats.map((_, seat) => seat)
      const before = await statusOf(all)
      await page.getByRole('button', { name: 'Best available' }).click()
      await page.getByRole('button', { name: 'Find the best 2' }).click()
      await page.getByRole('button', { name: 'Go on to pay' }).waitFor()
      await waitFor('focus at the choice', isAtChoice)
      const after = await statusOf(all)
      const held = all.filter((seat) => after[seat] === 'HELD' && before[seat] === 'AVAILABLE')
      expect(held).toHaveLength(2)
      const isInSight = async (seat: number): Promise<boolean> => {
        const { x, y } = await placeOf(page, seat)
        const sheet = (await page.getByRole('button', { name: 'Show your choice' }).boundingBox())!
        return x > 0 && x < PHONE.width && y > 110 && y < sheet.y
      }
      await waitFor('the seats in sight', async () => (await Promise.all(held.map(isInSight))).every(Boolean))
      await tapSeat(page, held[0]!)
      await page.getByRole('alert').filter({ hasText: 'let them go first' }).waitFor()
      await page.getByRole('button', { name: 'Let them go' }).click()
      await waitFor('focus at the choice again', isAtChoice)
      expect(await page.getByRole('status').allTextContents()).toContain('Let go. The seats are free again.')
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a section of the list is opened by keyboard and goes on at its rows; on a phone Back leads to the sections',
    async () => {
      const { page, close } = await visit({ viewport: PHONE })
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')
      await page.getByRole('button', { name: 'List' }).click()
      const [first, second] = layout.sections
      await page.locator('[data-section="0"]').focus()
      await page.keyboard.press('ArrowDown')
      expect(await focused()).toContain(second!.name)
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Enter')
      await page.getByRole('grid').waitFor()
      await waitFor('focus at the rows', async () => (await focused()) === first!.name)
      await page.goBack()
      await page.getByRole('grid').waitFor({ state: 'hidden' })
      await waitFor('focus at the section', async () => (await focused()).includes(first!.name))
      expect(page.url()).toEndWith('/seats')
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a low window has the panel beside the map and room for the hall; what says that there is no network takes none of it away',
    async () => {
      const { page, close } = await visit({ viewport: { width: 640, height: 400 } })
      const whole = (await page.getByTestId('seat-map').boundingBox())!
      expect(whole.height).toBeGreaterThan(300)
      expect(whole.width).toBeGreaterThan(320)
      await page.context().setOffline(true)
      await page.getByText('You are offline').waitFor()
      const less = (await page.getByTestId('seat-map').boundingBox())!
      expect(less.y + less.height).toBe(400)
      expect(less.y).toBeGreaterThan(whole.y)
      await close()
    },
    TEST_MS_MAX,
  )

  for (const theme of ['light', 'dark'] as const) {
    test(
      `axe finds nothing on the map, the list and the choice (${theme})`,
      async () => {
        const { page, close } = await visit({ colorScheme: theme })
        const [seat] = await freeSeats(1)
        await tapSeat(page, seat!)
        expect(await axeFindings(page)).toEqual([])
        await page.getByRole('button', { name: 'As a list' }).click()
        await page.getByRole('grid').waitFor()
        expect(await axeFindings(page)).toEqual([])
        await page.setViewportSize({ width: 390, height: 844 })
        expect(await axeFindings(page)).toEqual([])
        await close()
      },
      TEST_MS_MAX,
    )
  }
})

/** A visitor of their own, on the seats page with the map ready. */
async function visit(options: BrowserContextOptions = {}): Promise<{ page: Page; close(): Promise<void> }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(error))
  await page.goto(`http://localhost:${usher.url.port}/events/${eventId}/seats`)
  // Not waitForFunction: it evaluates text, which the pages' policy forbids.
  await waitFor('the map', () =>
    page.evaluate(() => performance.getEntriesByName('seat-map-interactive').length > 0),
  )
  return { page, close: () => context.close() }
}

async function tapSeat(page: Page, seat: number): Promise<void> {
  const { x, y } = await placeOf(page, seat)
  await page.mouse.click(x, y)
}

/** Where a seat is in the window. */
async function placeOf(page: Page, seat: number): Promise<{ x: number; y: number }> {
  const map = page.getByTestId('seat-map')
  const box = (await map.boundingBox())!
  const { x, y } = layout.seats[seat]!
  const at = await map.evaluate(
    (element, place) =>
      (element as HTMLElement & { seatMap: SeatMapEngine }).seatMap.project(place.x, place.y),
    { x, y },
  )
  return { x: box.x + at.x, y: box.y + at.y }
}

/** Presses Tab until the focus is on a button of that name, or on a seat. */
async function tabTo(page: Page, name: string | null): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element =
        document.activeElement === document.body ? null : (document.activeElement as HTMLElement | null)
      return { text: element?.textContent ?? '', seat: element?.dataset['seat'] }
    })
    if (name === null ? focused.seat !== undefined : focused.text.includes(name)) return
  }
  throw new Error(`Tab does not lead to ${name ?? 'a seat'}.`)
}

async function freeSeats(quantity: number): Promise<number[]> {
  const { json } = await usher.call('GET', `/v1/events/${eventId}/seats`)
  const free = (json.seats as { status: string }[]).map(({ status }) => status === 'AVAILABLE')
  for (let seat = 0; seat + quantity <= free.length; seat++) {
    const row = layout.seats.slice(seat, seat + quantity)
    const together = row.every(
      ({ row: label, section }) => label === row[0]!.row && section === row[0]!.section,
    )
    if (together && row.every((_, i) => free[seat + i])) return row.map((_, i) => seat + i)
  }
  throw new Error('There are no such free seats.')
}

async function statusOf(seats: readonly number[]): Promise<string[]> {
  // The seat list may be a second old; availability is of this version.
  const { json } = await usher.call('GET', `/v1/events/${eventId}/availability`)
  const packed = Buffer.from(json.seats as string, 'base64')
  const names = ['AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED']
  return seats.map((seat) => names[(packed[seat >> 2]! >> ((seat & 3) * 2)) & 3]!)
}

async function takeSeats(seats: readonly number[]): Promise<void> {
  const answer = await usher.call('POST', '/v1/reservations', {
    token: await usher.guest(),
    body: { event_id: eventId, seat_ids: seats.map((seat) => layout.seats[seat]!.seat_id) },
  })
  expect(answer.status).toBe(201)
}

async function axeFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe.source }).catch(() => page.evaluate(axe.source))
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openStudioEvent, setPhases } from '../harness/app.ts'
import { openShop, violations } from '../harness/shop.ts'
import { waitFor } from '../harness/wait-for.ts'

const TEST_MS_MAX = 90_000
/** Until the pages are open that are to see it. */
const TURN_MS = 12_000
const CODE = 'MEMBER-2030'
const EARLY = { Center: { adult: 2_000 }, Side: { adult: 1_000, reduced: 1_000 } }

const shop = openShop()

/** 10 % is added to every price: from 11.00 early, from 27.50 later, from 5.50 with the code. */
async function inPhases(turn: number): Promise<string> {
  const eventId = await openStudioEvent(shop.usher.app)
  const at = new Date(turn).toISOString()
  await setPhases(shop.usher, eventId, [
    { id: 'early', access: 'open', until: at, prices: EARLY },
    { id: 'regular', access: 'open', from: at },
    {
      ...{ id: 'members', access: 'code', prices: { Center: { adult: 500 } } },
      codes: [{ code: CODE, uses: null }],
    },
  ])
  await waitFor('an answer with the phases', async () => {
    const { json } = await shop.usher.call('GET', `/v1/events/${eventId}`)
    return (json as { phases: unknown[] }).phases.length === 3
  })
  return eventId
}

/** The prices of the map's key, by category. */
const key = (page: Page, name: string) => page.getByRole('group', { name: 'Show only' }).getByTitle(name)

test(
  'the page says which phase costs what, without a script, too',
  async () => {
    const eventId = await inPhases(Date.now() + 86_400_000)
    const { page, close } = await shop.come({ javaScriptEnabled: false })
    await page.goto(`/events/${eventId}`)
    const phases = page.getByRole('list', { name: 'When tickets are sold' }).getByRole('listitem')
    expect((await phases.allTextContents()).map((text) => /from €([\d.]+)/.exec(text)?.[1])).toEqual([
      '11',
      '5.50',
      '27.50',
    ])
    expect(await page.locator('.display', { hasText: '€11' }).count()).toBeGreaterThan(0)
    const table = page.getByRole('region', { name: 'Dvořák and Ligeti' })
    expect(await table.getByRole('row').allTextContents()).toEqual([
      'AdultReduced',
      'Center€22€33',
      'Side€11€11',
    ])
    const html = await (await fetch(new URL(`/events/${eventId}`, shop.usher.url))).text()
    expect(html).toContain('"lowPrice":"11.00"')
    expect(html).toContain('"priceValidUntil":"')
    await close()
  },
  TEST_MS_MAX,
)

test(
  'pages that are open when a phase ends show the prices of the next without a reload; a code has its own',
  async () => {
    const turn = Date.now() + TURN_MS
    const eventId = await inPhases(turn)
    const { page, close } = await shop.come({ bypassCSP: true })
    await page.goto(`/events/${eventId}`)
    const seats = await page.context().newPage()
    await seats.goto(`/events/${eventId}/seats`)
    await page.locator('.display', { hasText: '€11' }).first().waitFor()
    await key(seats, 'Center, €22').waitFor()
    expect(Date.now()).toBeLessThan(turn)
    expect(await violations(page)).toEqual([])

    await page.locator('.display', { hasText: '€27.50' }).first().waitFor({ timeout: 30_000 })
    await key(seats, 'Center, €44').waitFor({ timeout: 30_000 })
    await key(seats, 'Side, €38.50').waitFor()
    expect(Date.now()).toBeGreaterThanOrEqual(turn)

    await seats.getByRole('button', { name: 'I have an access code' }).click()
    await seats.getByLabel('Access code', { exact: true }).fill(CODE)
    await seats.getByLabel('Access code', { exact: true }).press('Enter')
    await key(seats, 'Center, €5.50').waitFor()
    // Now the cheapest, it keeps the colour that it has on the map.
    const swatch = key(seats, 'Center, €5.50').locator('circle').first()
    expect(await swatch.getAttribute('style')).toContain('--category-0')
    await seats.getByRole('button', { name: 'Go on without the code' }).click()
    await key(seats, 'Center, €44').waitFor()
    await close()
  },
  TEST_MS_MAX,
)

test(
  'with a code whose phase costs more than the open one beside it, what is chosen and best costs what is then held',
  async () => {
    const eventId = await openStudioEvent(shop.usher.app)
    await setPhases(shop.usher, eventId, [
      { ...{ id: 'regular', access: 'open' }, prices: { Center: { adult: 1_500 } } },
      {
        ...{ id: 'members', access: 'code', prices: { Center: { adult: 9_000 } } },
        codes: [{ code: CODE, uses: null }],
      },
    ])
    await waitFor('an answer with the phases', async () => {
      const { json } = await shop.usher.call('GET', `/v1/events/${eventId}`)
      return (json as { phases: unknown[] }).phases.length === 2
    })
    const { page, close } = await shop.come()
    await page.goto(`/events/${eventId}/seats`)
    await key(page, 'Center, €16.50').waitFor()
    await page.getByRole('button', { name: 'I have an access code' }).click()
    await page.getByLabel('Access code', { exact: true }).fill(CODE)
    await page.keyboard.press('Enter')
    await key(page, 'Center, €99').waitFor()
    const best = await page.getByLabel('Where').locator('option').allTextContents()
    expect(best[1]).toStartWith('Center, €99, ')
    await page.getByRole('button', { name: 'List' }).click()
    await page.locator('[data-section]', { hasText: 'Center' }).click()
    const seat = page.locator('[data-seat]').first()
    expect(await seat.getAttribute('aria-label')).toContain('€99')
    await seat.click()
    await page.getByText('€100.50').first().waitFor()
    await page.getByRole('button', { name: 'Hold this seat' }).click()
    await page.waitForURL(/\/checkout\//)
    await page.getByText('€100.50').first().waitFor()
    await close()
  },
  TEST_MS_MAX,
)

import { expect, test } from 'bun:test'
import { HALLS, type HallName } from '../../src/features/catalog/index.ts'
import { makeEvening } from '../harness/app.ts'
import { openShop, violations } from '../harness/shop.ts'

const TEST_MS_MAX = 90_000
const CODE = 'FRIENDS-2027-QX4'
const PHONE = { viewport: { width: 360, height: 780 } }
const TYPES = {
  price_types: [
    { id: 'adult', name: 'Adult' },
    { id: 'student', name: 'Student', max: 2 },
  ],
}

const shop = openShop()

test(
  'with the code of a phase one may have as many as the phase allows, and the page says how many that is',
  async () => {
    const eventId = await makeEvening(shop.usher, 'limit-of-a-code', {
      limits: { tickets_per_buyer: 6 },
      phases: [
        { id: 'friends', access: 'code', tickets_per_buyer: 2, codes: [{ code: CODE, uses: 500 }] },
        { id: 'all', access: 'open' },
      ],
    })
    const { page, context, close } = await shop.come()
    await page.goto(`/events/${eventId}/seats`)
    await page.getByText('Up to 6 tickets a person').waitFor()
    const more = page.getByRole('button', { name: 'One more: How many' })
    await more.click()
    await page.getByRole('button', { name: 'Find the best 3' }).waitFor()
    await page.getByRole('button', { name: 'I have an access code' }).click()
    await page.getByLabel('Access code', { exact: true }).fill(CODE)
    await page.keyboard.press('Enter')
    await page.getByText('At most 2 tickets a person with this code').waitFor()
    await page.getByRole('button', { name: 'Find the best 2' }).waitFor()
    expect(await more.getAttribute('aria-disabled')).toBe('true')
    await more.click({ force: true })
    expect(await page.getByRole('button', { name: 'Find the best 3' }).count()).toBe(0)
    expect(await violations(page)).toEqual([])

    // Another window of this visitor takes one of the two.
    const body = { event_id: eventId, best_available: { quantity: 1 }, access_code: CODE }
    expect((await context.request.post('/v1/reservations', { data: body })).status()).toBe(201)
    await page.getByRole('button', { name: 'Find the best 2' }).click()
    await page.getByText('One person can have at most 2 tickets with this code. You have 1 already').waitFor()
    await page.getByRole('link', { name: 'My tickets' }).last().waitFor()
    await close()
  },
  TEST_MS_MAX,
)

test(
  'a refusal names the limit, and of tickets that one does not have it says nothing',
  async () => {
    const eventId = await makeEvening(shop.usher, 'limit-of-a-type', {
      ...TYPES,
      prices: { Center: { adult: 4_000, student: 2_000 }, Side: { adult: 3_000, student: null } },
    })
    const { page, close } = await shop.come({ ...PHONE, locale: 'de-DE' })
    await page.goto(`/events/${eventId}/seats`)
    await page.getByRole('button', { name: 'Die besten freien' }).click()
    const type = page.getByLabel('Preis', { exact: true })
    // Not everywhere: at the side there is one price alone.
    expect(await type.count()).toBe(0)
    await page.getByLabel('Wo', { exact: true }).selectOption('Center')
    expect(await type.locator('option').allTextContents()).toEqual([
      expect.stringMatching(/^Adult, 40/),
      expect.stringMatching(/^Student, 20/),
    ])
    await type.selectOption('student')
    await page.getByRole('button', { name: 'Einer mehr: Wie viele' }).click()
    const find = page.getByRole('button', { name: 'Beste 3 finden' })
    await find.click()
    const words = page.getByText('Zum Preis „Student“ gibt es höchstens 2 Karten in einer Bestellung.')
    await words.waitFor()
    expect(await page.getByRole('link', { name: 'Meine Karten' }).count()).toBe(0)
    // The message is in sight of whoever pressed.
    const { y, height } = (await words.boundingBox())!
    expect(y).toBeGreaterThan(0)
    expect(y + height).toBeLessThan(PHONE.viewport.height)
    await page.getByLabel('Wo', { exact: true }).selectOption('Side')
    expect(await type.count()).toBe(0)
    await page.getByRole('button', { name: 'Beste 3 finden' }).click()
    await page.getByRole('heading', { name: 'Reihe', exact: false }).first().waitFor()
    await close()
  },
  TEST_MS_MAX,
)

test(
  'a message about what was pressed comes into sight, however far down the button is',
  async () => {
    const eventId = await makeEvening(shop.usher, 'message-in-sight', {
      layout: 'concert-hall',
      ...TYPES,
      prices: pricesOf('concert-hall', { adult: 4_000, student: 2_000 }),
    })
    const { page, close } = await shop.come({ viewport: { width: 1280, height: 560 } })
    await page.goto(`/events/${eventId}/seats`)
    await page.getByLabel('Price', { exact: true }).selectOption('student')
    await page.getByRole('button', { name: 'One more: How many' }).click()
    const find = page.getByRole('button', { name: 'Find the best 3' })
    await find.scrollIntoViewIfNeeded()
    await find.click()
    const words = page.getByText('An order has at most 2 tickets at the price “Student”.')
    await words.waitFor()
    const { y, height } = (await words.boundingBox())!
    expect(y).toBeGreaterThan(60)
    expect(y + height).toBeLessThan(560)
    await close()
  },
  TEST_MS_MAX,
)

test(
  'a code that opens standing places alone leads to them, not to the best seats',
  async () => {
    const eventId = await makeEvening(shop.usher, 'standing-code', {
      layout: 'stadium-standing',
      prices: pricesOf('stadium-standing', 5_000),
      allotments: [{ name: 'fans', areas: { 'Front standing': 198 }, codes: [{ code: CODE, uses: null }] }],
    })
    for (const options of [{ viewport: { width: 1280, height: 800 } }, PHONE]) {
      const isPhone = options === PHONE
      const { page, close } = await shop.come({ ...options, bypassCSP: true })
      await page.goto(`/events/${eventId}/seats`)
      if (isPhone) await page.getByRole('button', { name: 'Best available' }).click()
      await page.getByRole('button', { name: 'I have an access code' }).click()
      await page.getByLabel('Access code', { exact: true }).fill(CODE)
      await page.keyboard.press('Enter')
      // The first visitor holds one of them.
      const left = isPhone ? 197 : 198
      await page.getByText(`${left} places are free for your code`).first().waitFor()
      expect(await page.getByText('Best available').count()).toBe(0)
      expect(await page.getByText('Tap a seat on the map').count()).toBe(0)
      if (isPhone && (await page.getByRole('button', { name: 'How many' }).count()) > 0)
        await page.getByRole('button', { name: 'How many' }).click()
      await page.getByText('Say how many places you want').waitFor()
      expect(await violations(page)).toEqual([])
      if (isPhone) await page.getByRole('button', { name: 'Show the map' }).click()
      await page.getByRole('button', { name: isPhone ? 'List' : 'As a list' }).click()
      await page.getByTestId('seat-list').getByText(`${left} left`).waitFor()
      expect(await page.getByText('Nothing here fits').count()).toBe(0)
      expect(await page.getByText('Choose a section').count()).toBe(0)
      const list = page.getByTestId('seat-list')
      await list
        .getByRole('button', { name: /^One more/ })
        .first()
        .click()
      await page.getByRole('button', { name: 'Hold this place' }).click()
      await page.waitForURL(/\/checkout\//)
      await close()
    }
  },
  TEST_MS_MAX,
)

function pricesOf<P>(hall: HallName, price: P): Record<string, P> {
  return Object.fromEntries(HALLS[hall]().categories.map(({ name }) => [name, price]))
}

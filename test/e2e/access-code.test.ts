import { expect, test } from 'bun:test'
import { openStudioEvent, setPhases } from '../harness/app.ts'
import { openShop, violations } from '../harness/shop.ts'

const TEST_MS_MAX = 90_000

const shop = openShop()

test(
  'a presale asks for its code where the seats were refused, says what is wrong with one, and goes on with the right one',
  async () => {
    const eventId = await openStudioEvent(shop.usher.app)
    const codes = [
      { code: 'FRIENDS-2027', uses: null },
      { code: 'SPENT-ONCE', uses: 1 },
    ]
    await setPhases(shop.usher, eventId, [{ id: 'friends', access: 'code', codes }])
    const other = await shop.usher.guest()
    const spent = await shop.usher.call('POST', '/v1/reservations', {
      token: other,
      body: { event_id: eventId, best_available: { quantity: 1 }, access_code: 'SPENT-ONCE' },
    })
    expect(spent.status).toBe(201)

    const { page, close } = await shop.come({ bypassCSP: true })
    await page.goto(`/events/${eventId}/seats`)
    await page.getByRole('button', { name: 'Find the best 2' }).click()
    await page.getByText('These seats are for holders of a code').waitFor()
    const field = page.getByLabel('Access code')
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.getByText('Type the code in').waitFor()
    await page.keyboard.type('NOT-A-CODE')
    await page.keyboard.press('Enter')
    await page.getByText('This code is not good here').waitFor()
    await field.fill('SPENT-ONCE')
    await field.press('Enter')
    await page.getByText('has been used as often as it can be').waitFor()
    await field.fill('friends-2027 ')
    await field.press('Enter')
    await page.getByRole('heading', { name: 'Held for you' }).waitFor()
    // What was typed is kept for this tab: the next hold does not ask again.
    await page.getByRole('button', { name: 'Let them go and choose others' }).click()
    await page.getByRole('button', { name: 'Find the best 2' }).click()
    await page.getByRole('heading', { name: 'Held for you' }).waitFor()
    await close()
  },
  TEST_MS_MAX,
)

import { expect, test } from 'bun:test'
import { makeEvening } from '../harness/app.ts'
import { openShop } from '../harness/shop.ts'
import { holdSeats, payWith } from '../harness/visitor.ts'

const TEST_MS_MAX = 90_000

const shop = openShop()

test(
  'checkout names the fees and taxes that there are and no others, and follows seats let go in a window beside it',
  async () => {
    const { page, context, close } = await shop.come()
    const included = async (more: object): Promise<number> => {
      const eventId = await makeEvening(shop.usher, JSON.stringify(more), more)
      await holdSeats(page, eventId, 1)
      await page.getByLabel('Mail for your tickets').waitFor()
      return page.getByText(/^Includes /).count()
    }
    const fees = [{ name: 'Service fee', per: 'ticket', amount: 250 }]
    const taxes = [{ name: 'VAT', percent: 13, included: true }]
    expect(await included({ fees })).toBe(1)
    await page.getByText('Includes €2.50 of fees.', { exact: true }).waitFor()
    expect(await included({ taxes })).toBe(1)
    await page.getByText(/^Includes €\d+\.\d\d of tax\.$/).waitFor()
    expect(await included({ fees, taxes })).toBe(1)
    await page.getByText(/^Includes €2\.50 of fees and €\d+\.\d\d of tax\.$/).waitFor()
    expect(await included({})).toBe(0)

    const id = page.url().split('/').at(-1)!
    expect((await context.request.delete(`/v1/reservations/${id}`)).status()).toBe(204)
    await page.evaluate(() => void dispatchEvent(new Event('focus')))
    await page.getByText('They were let go before they were paid').waitFor()
    await close()
  },
  TEST_MS_MAX,
)

test(
  'what was bought in one language is listed, and stands on its ticket, in the language that one reads now',
  async () => {
    const eventId = await makeEvening(shop.usher, 'two-names', {
      name: { en: 'Symphony No. 9', de: 'Sinfonie Nr. 9' },
    })
    const { page, close } = await shop.come()
    await holdSeats(page, eventId, 1)
    await payWith(page, 'Pays')
    await page.waitForURL(/\/orders\//)
    const ticket = page.getByRole('article')
    await ticket.getByText('Symphony No. 9').waitFor()
    await page.getByRole('combobox', { name: /Language/ }).selectOption('de')
    await page.getByRole('heading', { name: 'Sinfonie Nr. 9' }).waitFor()
    await ticket.getByText('Sinfonie Nr. 9').waitFor()
    expect(await page.getByText('Symphony').count()).toBe(0)
    await page.goto('/orders')
    await page.getByRole('main').getByText('Sinfonie Nr. 9').waitFor()
    expect(await page.getByText('Symphony').count()).toBe(0)
    await close()
  },
  TEST_MS_MAX,
)

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { startSandboxGateway, type SandboxGateway } from '../../src/platform/payment/sandbox/gateway.ts'
import { openShop } from '../harness/shop.ts'
import { holdSeats } from '../harness/visitor.ts'

/**
 * Stripe's fields cannot be had without Stripe. What is ours is tested: whose origins the policy names, when the
 * script is asked for, what it is told, what is made of its token, and what the page says when it does not come.
 */
const TEST_MS_MAX = 60_000
const KEYS = {
  STRIPE_SECRET_KEY: 'sk_test_for_tests',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_for_tests',
  STRIPE_WEBHOOK_SECRET: 'whsec_for_tests',
}

let gateway: SandboxGateway
const env: Record<string, string> = { ...KEYS }
beforeAll(() => {
  gateway = startSandboxGateway({ port: 0, file: ':memory:' })
  env['STRIPE_API_BASE'] = gateway.url
})
afterAll(() => gateway.stop())
const shop = openShop(env)

/** Instead of Stripe's script: it notes what it is told and takes every card. */
const STAND_IN = `window.Stripe = function (key) {
  const told = (window.told = { key })
  const element = { on(name, then) { if (name === 'ready') setTimeout(then) }, update() {}, destroy() {},
    mount(box) { box.textContent = 'Fields of Stripe' } }
  return {
    _registerWrapper() {},
    elements(options) {
      told.options = options
      return { create: () => element, getElement: () => element, submit: async () => ({}) }
    },
    createPaymentMethod: async ({ params }) => ((told.params = params), { paymentMethod: { id: 'pm_card_visa' } }),
  }
}
window.Stripe.version = 'test'`

describe('with keys of Stripe', () => {
  test(
    'its origins are named in the policy, and its script is asked for in checkout alone',
    async () => {
      const { page, close } = await shop.come()
      const asked = await standIn(page)
      for (const path of ['/', `/events/${shop.usher.eventId}`]) {
        const answer = (await page.goto(path))!
        const policy = answer.headers()['content-security-policy']!
        expect(ruleOf(policy, 'script-src')).toBe(
          "script-src 'self' https://js.stripe.com https://*.js.stripe.com",
        )
        expect(ruleOf(policy, 'connect-src')).toBe("connect-src 'self' https://api.stripe.com")
        expect(ruleOf(policy, 'frame-src')).toContain('https://js.stripe.com')
      }
      expect(asked).toEqual([])
      await holdSeats(page, shop.usher.eventId, 1)
      await page.getByText('Fields of Stripe').waitFor()
      expect(asked).toHaveLength(1)
      expect(new URL(asked[0]!).origin).toBe('https://js.stripe.com')
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'the fields are told what will be charged, and their token pays',
    async () => {
      const { page, bookings, close } = await shop.come()
      await standIn(page)
      const id = await holdSeats(page, shop.usher.eventId, 1)
      const { total } = await (await page.context().request.get(`/v1/reservations/${id}`)).json()
      await page.getByLabel('Mail for your tickets').fill('ada@example.org')
      await page.getByText('Fields of Stripe').waitFor()
      await page.getByRole('button', { name: /^Pay €/ }).click()
      await page.waitForURL(/\/orders\//)
      expect((await bookings()).map(({ status }) => status)).toEqual(['CONFIRMED'])
      const told = await page.evaluate(() => (window as never as { told: unknown }).told)
      expect(told).toMatchObject({
        key: 'pk_test_for_tests',
        options: {
          mode: 'payment',
          amount: total.amount,
          currency: 'eur',
          captureMethod: 'manual',
          paymentMethodCreation: 'manual',
        },
        params: { billing_details: { email: 'ada@example.org' } },
      })
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'where the script does not come the page says what is certain, and tries again when asked',
    async () => {
      const { page, close } = await shop.come()
      await page.route('https://js.stripe.com/**', (route) => route.abort())
      await holdSeats(page, shop.usher.eventId, 1)
      await page.getByText('Your seats are held and nothing was charged').waitFor()
      await page.unroute('https://js.stripe.com/**')
      await standIn(page)
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('Fields of Stripe').waitFor()
      await close()
    },
    TEST_MS_MAX,
  )
})

async function standIn(page: Page): Promise<string[]> {
  const asked: string[] = []
  await page.route('https://js.stripe.com/**', (route) => {
    asked.push(route.request().url())
    return route.fulfill({ contentType: 'text/javascript', body: STAND_IN })
  })
  return asked
}

function ruleOf(policy: string, name: string): string | undefined {
  return policy.split('; ').find((rule) => rule.startsWith(`${name} `))
}

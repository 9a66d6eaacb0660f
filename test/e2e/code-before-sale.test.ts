import { expect, test } from 'bun:test'
import { OPERATOR_TOKEN, openStudioEvent, setPhases } from '../harness/app.ts'
import { openShop, violations } from '../harness/shop.ts'
import { waitFor } from '../harness/wait-for.ts'

const TEST_MS_MAX = 90_000
const HOUR_MS = 3_600_000
const CODE = 'PRESS-2027-XK41'

const shop = openShop()

/** A sale whose first phase begins tomorrow; with an allotment where it is to take codes. */
async function tomorrow(withCodes: boolean): Promise<string> {
  const { usher } = shop
  const eventId = await openStudioEvent(usher.app)
  if (withCodes) {
    const { json } = await usher.call('GET', `/v1/events/${eventId}/seats`)
    const seats = (json.seats as { seat_id: string }[]).slice(0, 6).map(({ seat_id }) => seat_id)
    const codes = [{ code: CODE, uses: null }]
    const url = `/v1/operator/events/${eventId}/allotments/press`
    const kept = await usher.call('PUT', url, { token: OPERATOR_TOKEN, body: { seats, codes } })
    expect(kept.status).toBe(200)
  }
  const from = new Date(Date.now() + 24 * HOUR_MS).toISOString()
  await setPhases(usher, eventId, [{ id: 'all', access: 'open', from }])
  // Answers may be some seconds old.
  await waitFor('an answer with all of it', async () => {
    const { json } = await usher.call('GET', `/v1/events/${eventId}`)
    return json.phases.length === 1 && json.takes_codes === withCodes
  })
  return eventId
}

for (const [locale, viewport, words] of [
  [
    'en-GB',
    { width: 1280, height: 900 },
    {
      have: 'I have an access code',
      label: 'Access code',
      opens: 'Without a code, seats are sold from',
      kept: '6 places are free for your code',
      best: 'Find the best 2',
      held: 'Held for you',
    },
  ],
  [
    'de-DE',
    { width: 390, height: 844 },
    {
      have: 'Ich habe einen Zugangscode',
      label: 'Zugangscode',
      opens: 'Ohne Code gibt es Plätze ab',
      kept: 'Für Ihren Code sind 6 Plätze frei',
      best: null,
      held: null,
    },
  ],
] as const)
  test(
    `before a sale begins its page leads whoever has a code to the seats, where it is asked for first (${locale})`,
    async () => {
      const eventId = await tomorrow(true)
      const { page, close } = await shop.come({ bypassCSP: true, locale, viewport })
      await page.goto(`/events/${eventId}`)
      const link = page.getByRole('link', { name: words.have })
      await link.waitFor()
      expect(await violations(page)).toEqual([])
      await link.click()
      const field = page.getByLabel(words.label, { exact: true })
      await field.waitFor()
      await page.getByText(words.opens).waitFor()
      expect(await violations(page)).toEqual([])
      await field.fill(CODE)
      await field.press('Enter')
      await page.getByText(words.kept).first().waitFor()
      expect(await page.getByText(words.opens).count()).toBe(0)
      if (words.best !== null) {
        await page.getByRole('button', { name: words.best }).click()
        await page.getByRole('heading', { name: words.held }).waitFor()
      }
      await close()
    },
    TEST_MS_MAX,
  )

test(
  'before the sale of an event without codes its page leads nowhere',
  async () => {
    const eventId = await tomorrow(false)
    const { page, close } = await shop.come()
    await page.goto(`/events/${eventId}`)
    await page.getByRole('timer').first().waitFor()
    expect(await page.locator(`a[href$="/${eventId}/seats"]`).count()).toBe(0)
    await close()
  },
  TEST_MS_MAX,
)

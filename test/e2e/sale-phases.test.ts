import { expect, test } from 'bun:test'
import { openStudioEvent, setPhases, type TestPhase } from '../harness/app.ts'
import { openShop, violations } from '../harness/shop.ts'
import { waitFor } from '../harness/wait-for.ts'

const TEST_MS_MAX = 90_000
const HOUR_MS = 3_600_000
/** The house's page is read again at most this long after something of it changed: kept for two seconds and more. */
const CHANGE_MS_MAX = 30_000

const shop = openShop()

async function inPhases(presaleFrom: number): Promise<string> {
  const eventId = await openStudioEvent(shop.usher.app)
  const at = (hours: number): string => new Date(Date.now() + presaleFrom + hours * HOUR_MS).toISOString()
  const codes = [{ code: 'FRIENDS-2027', uses: null }]
  const phases = [
    { id: 'friends', access: 'code', from: at(0), until: at(30), codes },
    { id: 'all', access: 'open', from: at(50) },
  ] as const satisfies TestPhase[]
  await setPhases(shop.usher, eventId, phases)
  // Answers may be some seconds old.
  await waitFor('an answer with the phases', async () => {
    const { json } = await shop.usher.call('GET', `/v1/events/${eventId}`)
    return (json as { phases: unknown[] }).phases.length === phases.length
  })
  return eventId
}

test(
  'before a presale its page counts down to it, says that a code is needed and when everybody may buy, in both languages and themes',
  async () => {
    const eventId = await inPhases(20.5 * HOUR_MS)
    for (const [locale, colorScheme, words] of [
      ['en-GB', 'light', ['The presale starts in', 'Presale, for holders of a code', 'Sale for everybody']],
      [
        'de-DE',
        'dark',
        ['Der Vorverkauf mit Code beginnt in', 'Vorverkauf, nur mit Code', 'Verkauf für alle'],
      ],
    ] as const) {
      const { page, close } = await shop.come({ bypassCSP: true, locale, colorScheme })
      await page.goto(`/events/${eventId}`)
      for (const text of words) await page.getByText(text, { exact: true }).waitFor()
      expect(await page.getByRole('timer').textContent()).toMatch(/^20:\d\d:\d\d$/)
      expect(await page.getByRole('link', { name: /Choose seats|Plätze wählen/ }).count()).toBe(0)
      expect(await violations(page)).toEqual([])
      await close()
    }
  },
  TEST_MS_MAX,
)

test(
  'during a presale whoever has a code goes on to the seats, and the page says when everybody may',
  async () => {
    const eventId = await inPhases(-HOUR_MS)
    // Without a script, too: a page for search engines and for old phones.
    const { page, close } = await shop.come({ javaScriptEnabled: false })
    await page.goto(`/events/${eventId}`)
    await page.getByText('Presale, for holders of a code').waitFor()
    await page.getByText('Sale for everybody').waitFor()
    expect(await page.getByRole('link', { name: 'Choose seats' }).count()).toBeGreaterThan(0)
    await close()
  },
  TEST_MS_MAX,
)

test(
  'a kept page changes soon after its event, with another ETag, and answers 304 until then',
  async () => {
    const eventId = await openStudioEvent(shop.usher.app)
    const read = (etag?: string): Promise<Response> =>
      fetch(new URL(`/events/${eventId}`, shop.usher.url), {
        headers: etag === undefined ? {} : { 'if-none-match': etag },
      })
    const first = await read()
    const etag = first.headers.get('etag')!
    expect(await first.text()).not.toContain('Presale')
    expect((await read(etag)).status).toBe(304)
    await setPhases(shop.usher, eventId, [{ id: 'friends', access: 'code' }])
    const before = Date.now()
    let changed = await read(etag)
    while (changed.status === 304 && Date.now() - before < CHANGE_MS_MAX) {
      await Bun.sleep(200)
      changed = await read(etag)
    }
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).not.toBe(etag)
    expect(await changed.text()).toContain('Presale, for holders of a code')
  },
  TEST_MS_MAX,
)

import { expect, test } from 'bun:test'
import { OPERATOR_TOKEN, openStudioEvent, type Answer } from '../harness/app.ts'
import { openShop } from '../harness/shop.ts'
import { waitFor } from '../harness/wait-for.ts'

const TEST_MS_MAX = 60_000

const shop = openShop()

test(
  'names of price types that the house gives by language are shown in the visitor’s, and stay when something else changes',
  async () => {
    const { usher } = shop
    const eventId = await openStudioEvent(usher.app)
    const operator = (method: string, path: string, body?: object): Promise<Answer> =>
      usher.call(method, `/v1/operator/events/${eventId}${path}`, { token: OPERATOR_TOKEN, body })
    const named = [
      { id: 'adult', name: { en: 'Adult', de: 'Erwachsene' } },
      { id: 'reduced', name: { en: 'Reduced', de: 'Ermäßigt' } },
    ]
    const done = await operator('PUT', '/prices', { price_types: named })
    expect([done.status, done.json.errors]).toEqual([200, undefined])
    expect(done.json.event.spec.price_types).toMatchObject(named)
    // Said again, nothing is different; another member leaves the names alone.
    expect((await operator('PUT', '/prices', { price_types: named })).json.changes).toEqual([])
    expect((await operator('PATCH', '', { room: 'Studio 2' })).json.event.spec.price_types).toMatchObject(
      named,
    )
    // As the house reads them, they can be written: an event is exported and applied so.
    const { price_types: read } = done.json.event.spec
    expect((await operator('PUT', '/prices', { price_types: read })).json.changes).toEqual([])
    for (const [language, name] of [
      ['de', 'Ermäßigt'],
      ['fr', 'Reduced'],
    ] as const)
      await waitFor(`the name in ${language}`, async () => {
        const headers = { 'accept-language': language }
        const { json } = await usher.call('GET', `/v1/events/${eventId}`, { headers })
        return (json.price_types as { name: string }[])[1]!.name === name
      })

    for (const [locale, label, names] of [
      ['en-GB', 'Price', ['Adult', 'Reduced']],
      ['de-DE', 'Preis', ['Erwachsene', 'Ermäßigt']],
    ] as const) {
      const { page, close } = await shop.come({ locale })
      await page.goto(`/events/${eventId}/seats`)
      const choice = page.getByLabel(label, { exact: true })
      await choice.waitFor()
      expect(await choice.locator('option').allTextContents()).toEqual([...names])
      await close()
    }

    const wrong = await operator('PUT', '/prices', { price_types: [{ id: 'adult', name: {} }] })
    expect([wrong.status, wrong.json.code]).toEqual([400, 'malformed'])
    expect(JSON.stringify(wrong.json.errors)).toContain('needs a text for each language')
  },
  TEST_MS_MAX,
)

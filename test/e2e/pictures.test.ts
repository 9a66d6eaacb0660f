import { describe, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { openStudioEvent, OPERATOR_TOKEN } from '../harness/app.ts'
import { openShop, violations } from '../harness/shop.ts'
import { waitFor } from '../harness/wait-for.ts'

const TEST_MS_MAX = 90_000
const WIDE = { width: 1_280, height: 900 }
const PHONE = { width: 390, height: 844 }
const ALT = 'The quartet on a green stage'

const PUBLIC = 'https://tickets.example.org'
const shop = openShop({ PUBLIC_URL: PUBLIC })

async function pictured(width: number, height: number): Promise<{ eventId: string; name: string }> {
  const name = `Pictured ${width} by ${height}`
  const eventId = await openStudioEvent(shop.usher.app, { name })
  const body = await sharp({ create: { width, height, channels: 3, background: '#1f7a5a' } })
    .jpeg()
    .toBuffer()
  const path = `/v1/operator/events/${eventId}/picture?alt=${encodeURIComponent(ALT)}`
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` }
  const answer = await fetch(new URL(path, shop.usher.url), { method: 'PUT', headers, body: body as never })
  expect(answer.status).toBe(200)
  await waitFor(
    'the picture in the lists',
    async () => {
      const { json } = await shop.usher.call('GET', `/v1/events?keyword=${encodeURIComponent(name)}`)
      return json.items.some(
        (item: { event_id: string; picture: unknown }) => item.event_id === eventId && item.picture,
      )
    },
    30_000,
  )
  return { eventId, name }
}

type Shown = { src: string; alt: string; loaded: boolean; shape: number }
/** The event's picture on its page, or the one of the card that leads there. */
async function shownOn(page: Page, within: string): Promise<Shown> {
  return page
    .locator(`${within} img`)
    .first()
    .evaluate((image: HTMLImageElement) => ({
      src: new URL(image.currentSrc || image.src).pathname,
      alt: image.alt,
      loaded: image.complete && image.naturalWidth > 0,
      shape: image.clientWidth / image.clientHeight,
    }))
}
const loaded = (page: Page, within: string, path: RegExp): Promise<Shown> =>
  waitFor(
    `a picture that is ${path}`,
    async () => {
      const shown = await shownOn(page, within)
      return shown.loaded && path.test(shown.src) ? shown : undefined
    },
    30_000,
  )
const MEDIA = /^\/media\/[0-9a-f]{64}-\d+\.webp$/
const POSTER = /^\/posters\/\d+\.svg$/

describe('an event with a picture', () => {
  test(
    'shows it in its own shape on its page and in a card’s frame in lists, small where small is enough',
    async () => {
      const { eventId, name } = await pictured(1_600, 900)
      for (const [viewport, smallest] of [
        [WIDE, '-480.webp'],
        [PHONE, '-480.webp'],
      ] as const) {
        const visitor = await shop.come({ viewport })
        const { page } = visitor
        await page.goto(`/events/${eventId}`)
        const own = await loaded(page, 'article', MEDIA)
        expect(own).toMatchObject({ alt: ALT, src: expect.stringContaining(smallest) })
        expect(own.shape).toBeCloseTo(16 / 9, 1)
        expect(await violations(page)).toEqual([])
        await page.goto(`/search?q=${encodeURIComponent(name)}`)
        expect((await loaded(page, 'article', MEDIA)).shape).toBeCloseTo(5 / 7, 1)
        expect(await violations(page)).toEqual([])
      }
    },
    TEST_MS_MAX,
  )

  test(
    'is known by it to search engines and link previews, at the public address',
    async () => {
      const { eventId } = await pictured(900, 1_200)
      const html = await (await fetch(new URL(`/events/${eventId}`, shop.usher.url))).text()
      const { picture } = (await shop.usher.call('GET', `/v1/events/${eventId}`)).json
      expect(html).toContain(`<meta property="og:image" content="${PUBLIC}${picture.preview_url}">`)
      expect(html).toContain('<meta property="og:image:type" content="image/jpeg">')
      expect(html).toContain(`<meta property="og:image:alt" content="${ALT}">`)
      const ld = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)![1]!)
      expect(ld.image).toEqual([`${PUBLIC}${picture.sources.at(-1).url}`, `${PUBLIC}${picture.preview_url}`])
    },
    TEST_MS_MAX,
  )

  test(
    'has its poster drawn again where the picture cannot be loaded, on its page and in lists',
    async () => {
      const { eventId, name } = await pictured(800, 800)
      rmSync(join(shop.usher.app.config.dataDir, 'media'), { recursive: true })
      const { page } = await shop.come({ viewport: WIDE })
      await page.goto(`/events/${eventId}`)
      expect(await loaded(page, 'article', POSTER)).toMatchObject({ alt: '' })
      await page.goto(`/search?q=${encodeURIComponent(name)}`)
      await loaded(page, 'article', POSTER)
    },
    TEST_MS_MAX,
  )
})

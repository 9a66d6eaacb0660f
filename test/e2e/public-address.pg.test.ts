import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testApp, type TestApp } from '../harness/app.ts'
import { untilListed } from '../harness/shop.ts'

const PUBLIC = 'https://tickets.example.org'
const BUILD_MS_MAX = 120_000

let usher: TestApp
beforeAll(async () => {
  usher = await testApp({ RATE_LIMIT: 'off', PUBLIC_URL: PUBLIC })
  await untilListed(usher)
}, BUILD_MS_MAX)
afterAll(() => usher.stop())

const text = async (path: string): Promise<string> => (await fetch(new URL(path, usher.url))).text()

test(
  'search engines and link previews are told the public address, whatever address was asked',
  async () => {
    const html = await text(`/events/${usher.eventId}`)
    const address = `${PUBLIC}/events/${usher.eventId}`
    expect(html).toContain(`<link rel="canonical" href="${address}">`)
    expect(html).toContain(`<meta property="og:url" content="${address}">`)
    expect(html).toContain(`<meta property="og:image" content="${PUBLIC}/`)
    const ld = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)![1]!)
    expect(ld.url).toBe(address)
    expect(ld.offers.url).toBe(address)
    expect(await text('/robots.txt')).toContain(`Sitemap: ${PUBLIC}/sitemap.xml`)
    expect(await text('/sitemap.xml')).toContain(`<loc>${address}</loc>`)
    expect(html).not.toContain(usher.url.host)
  },
  BUILD_MS_MAX,
)

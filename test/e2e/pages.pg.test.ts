import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { apiTypes, type Document } from '../../scripts/api-types.ts'
import { createApi } from '../../src/web/api/client.ts'
import { createQueryClient } from '../../src/web/app/query-client.ts'
import type { Head } from '../../src/web/server/document.ts'
import { headOf } from '../../src/web/server/head.ts'
import { testApp, type TestApp } from '../harness/app.ts'
import { untilListed } from '../harness/shop.ts'

/** Bytes of script, gzipped, that a page before the map may ask for. */
const FIRST_SCRIPT_BYTES_MAX = 120_000
const BUILD_MS_MAX = 120_000

let usher: TestApp
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, usher.url), { headers, redirect: 'manual' })

beforeAll(async () => {
  usher = await testApp({ RATE_LIMIT: 'off' })
  await untilListed(usher)
}, BUILD_MS_MAX)
afterAll(() => usher.stop())

test('the home page, a search and an event can be read before any script runs', async () => {
  for (const path of ['/', '/search?q=studio', `/events/${usher.eventId}`]) {
    const response = await get(path)
    expect(response.status).toBe(200)
    const html = await response.text()
    const { name } = (await usher.call('GET', `/v1/events/${usher.eventId}`)).json
    expect(html).toContain(name)
    expect(html).toMatch(/<title>[^<]+<\/title>/)
    expect(html).toMatch(/<meta name="description" content="[^"]{40,}">/)
    expect(html).toMatch(/<link rel="canonical" href="http/)
    expect(html).toMatch(/<html lang="en" dir="ltr"/)
    expect(html.match(/<h1[ >]/g)).toHaveLength(1)
  }
})

test("an event's page describes it to search engines and link previews", async () => {
  const html = await (await get(`/events/${usher.eventId}`)).text()
  const ld = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)![1]!)
  const event = (await usher.call('GET', `/v1/events/${usher.eventId}`)).json
  expect(ld).toMatchObject({
    name: event.name,
    startDate: event.starts_at,
    location: { '@type': 'Place', name: event.venue.name },
    offers: { priceCurrency: event.currency, availability: 'https://schema.org/InStock' },
  })
  const image = /<meta property="og:image" content="([^"]+)">/.exec(html)![1]!.replaceAll('&#38;', '&')
  const png = await fetch(image)
  expect(png.headers.get('content-type')).toBe('image/png')
  expect(png.headers.get('cache-control')).toContain('immutable')
  expect(new Uint8Array(await png.arrayBuffer()).slice(1, 4)).toEqual(new TextEncoder().encode('PNG'))
})

test('a page says of fees and of places what is so, and a preview of every page has a picture', async () => {
  const html = await (await get(`/events/${usher.eventId}`)).text()
  const event = (await usher.call('GET', `/v1/events/${usher.eventId}`)).json
  const kept = event.fees.filter((fee: { refundable: boolean }) => !fee.refundable)
  expect([event.order_fee.amount > 0, kept.length > 0, event.places.wheelchair]).toEqual([true, true, 1])
  const text = html.replaceAll('<!-- -->', '')
  expect(text).toMatch(/ticket fees included, plus [^<]+ an order</)
  expect(text).toContain(`less these fees: ${kept.map((fee: { name: string }) => fee.name).join(', ')}.`)
  expect(text).not.toMatch(/[Ff]ull refund|all fees|every fee/)
  expect(text).toContain('Wheelchair places and companion seats')
  expect(text).toContain('Choose seats')
  for (const path of ['/', '/search']) {
    const page = await (await get(path)).text()
    expect(page).not.toMatch(/all fees|every fee/)
    const image = /<meta property="og:image" content="([^"]+)">/.exec(page)![1]!
    expect((await fetch(image)).headers.get('content-type')).toBe('image/png')
  }
})

test('a film is presented and has a director; a hall without seats promises none', async () => {
  const event = (await usher.call('GET', `/v1/events/${usher.eventId}`)).json
  const headFor = (change: object): Head => {
    const queryClient = createQueryClient({ retries: false })
    const api = createApi({ baseUrl: usher.url.origin, locale: 'en' })
    queryClient.setQueryData(['event', usher.eventId], { ...event, ...change })
    const path = `/events/${usher.eventId}`
    return headOf({
      ...{ status: 200, routeId: '/events/$eventId' },
      path,
      origin: usher.url.origin,
      queryClient,
      api,
      locale: 'en',
    })
  }
  const ada = { name: 'Ada', kind: 'person', role: 'director' }
  const [film] = headFor({ type: 'film', name: 'Titanic', works: [], performers: [ada] }).jsonLd
  expect(film).toMatchObject({
    '@type': 'ScreeningEvent',
    workPresented: { '@type': 'Movie', name: 'Titanic', director: [{ '@type': 'Person', name: 'Ada' }] },
  })
  expect(Object.keys(film!)).not.toContain('performer')
  expect(headFor({}).description).toContain('Choose your own seat')
  const standing = { seats: 0, areas: 1, wheelchair: 0, companion: 0 }
  expect(headFor({ places: standing }).description).not.toContain('seat')
})

test('no script is inline, and the policy allows none', async () => {
  for (const path of ['/', `/events/${usher.eventId}`, `/events/${usher.eventId}/seats`, '/orders']) {
    const response = await get(path)
    const policy = response.headers.get('content-security-policy')!
    const script = policy.split('; ').find((rule) => rule.startsWith('script-src'))!
    expect(script).not.toContain('unsafe-inline')
    const inline = (await response.text()).match(/<script(?![^>]*\bsrc=)[^>]*>/g) ?? []
    for (const tag of inline) expect(tag).toMatch(/type="application\/(ld\+)?json"/)
  }
})

test('a page is kept: the same ETag answers 304, every encoding is the same page', async () => {
  const path = `/events/${usher.eventId}`
  const first = await get(path)
  const etag = first.headers.get('etag')!
  expect(first.headers.get('cache-control')).toMatch(/s-maxage=\d+, stale-while-revalidate=\d+/)
  expect((await get(path, { 'if-none-match': etag })).status).toBe(304)
  const html = await first.text()
  for (const encoding of ['br', 'gzip', 'identity']) {
    expect(await (await get(path, { 'accept-encoding': encoding })).text()).toBe(html)
  }
})

test('what is not there is 404 with a way on; pages for one person are in no index', async () => {
  for (const path of ['/nothing', '/events/999999999', '/events/x', '/events/999999999/seats']) {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('href="/"')
  }
  for (const path of ['/orders', `/events/${usher.eventId}/seats`, '/checkout/1.x']) {
    const html = await (await get(path)).text()
    expect(html).toContain('<meta name="robots" content="noindex">')
  }
})

test('the language and the theme come from the visitor', async () => {
  expect(await (await get('/', { 'accept-language': 'de-CH,de;q=0.9' })).text()).toContain(
    'Wer, was oder wo?',
  )
  const chosen = await (
    await get('/', { cookie: 'usher_lang=de; usher_theme=dark; usher_city=Nowhere' })
  ).text()
  expect(chosen).toContain('<html lang="de" dir="ltr" data-theme="dark">')
  expect(chosen).toContain('In Nowhere ist noch nichts angekündigt')
})

test('markup in what people type stays text', async () => {
  const html = await (
    await get(`/search?q=${encodeURIComponent('</script><script>alert(1)</script>"><img src=x>')}`)
  ).text()
  expect(html).not.toContain('<script>alert')
  expect(html).not.toContain('<img src=x>')
})

test('any search in an address is written, whatever its words look like and in whatever order they stand', async () => {
  const wishes = [
    'q=12',
    'q=true',
    'q=%22x%22',
    'q=studio&city=Vienna',
    'city=New%20York&type=film&q=a',
    'when=never&utm=1',
    'from=yesterday',
    'from=2026-13-45',
    'from=2027-02-29&to=0000-01-01',
    'sort=banana',
    'sale=banana',
    'price_max=cheap',
    'q=a%00b',
    `q=${'a'.repeat(200)}`,
    `q=${'a'.repeat(201)}`,
    `type=${'a'.repeat(41)}`,
  ]
  for (const wish of [
    ...wishes,
    'price_max=4000&sort=price',
    'q=a%26b',
    'q=%5B1%5D',
    'from=2027-01-01&to=2027-12-31',
  ]) {
    const response = await get(`/search?${wish}`)
    expect({ wish, status: response.status }).toEqual({ wish, status: 200 })
    expect((await response.text()).replaceAll('<!-- -->', '')).toMatch(/\d+ found</)
  }
})

test('robots and sitemap name the events', async () => {
  expect(await (await get('/robots.txt')).text()).toContain(`Sitemap: ${usher.url.origin}/sitemap.xml`)
  expect(await (await get('/sitemap.xml')).text()).toContain(
    `<loc>${usher.url.origin}/events/${usher.eventId}</loc>`,
  )
})

test('a page before the map asks for 120 KB of script at most', async () => {
  for (const path of ['/', '/search', `/events/${usher.eventId}`]) {
    const html = await (await get(path)).text()
    const files = new Set(
      [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, file]) => file!),
    )
    let bytes = 0
    for (const file of files) {
      // As it goes over the wire.
      const response = await fetch(new URL(file, usher.url), {
        headers: { 'accept-encoding': 'gzip' },
        decompress: false,
      })
      expect(response.headers.get('cache-control')).toContain('immutable')
      expect(response.headers.get('content-encoding')).toBe('gzip')
      bytes += (await response.arrayBuffer()).byteLength
    }
    expect({ path, bytes: Math.min(bytes, FIRST_SCRIPT_BYTES_MAX) }).toEqual({ path, bytes })
  }
})

test("the web app's types of the API are the server's own", async () => {
  const document = (await usher.call('GET', '/openapi.json')).json as Document
  const written = readFileSync(new URL('../../src/web/api/schema.ts', import.meta.url), 'utf8')
  expect(written === (await apiTypes(document)) ? 'up to date' : 'run: bun scripts/api-types.ts URL').toBe(
    'up to date',
  )
})

import { createApi, read } from '../api/client.ts'
import type { EventList } from '../api/queries.ts'
import { text } from './document.ts'

/** A sitemap may have 50,000 addresses; a house with more announces them as they come near. */
const ADDRESSES_MAX = 10_000
const PAGE = 100
const FRESH_MS = 600_000
const FOR_AN_HOUR = 'public, max-age=3600, stale-while-revalidate=86400'

export type CrawlersOptions = {
  askApi(request: Request): Promise<Response>
  now(): number
  publicOrigin: string | null
}

/** Answers /robots.txt and /sitemap.xml; null for other addresses. */
export function createCrawlers({
  askApi,
  now,
  publicOrigin,
}: CrawlersOptions): (request: Request) => Promise<Response | null> {
  const api = createApi({ baseUrl: 'http://usher.internal', locale: 'en', fetch: askApi })
  let ids: { at: number; list: Promise<string[]> } | null = null
  return async (request) => {
    const url = new URL(request.url)
    const origin = publicOrigin ?? url.origin
    if (url.pathname === '/robots.txt') {
      const lines = [
        'User-agent: *',
        'Disallow: /v1/',
        'Disallow: /checkout/',
        'Disallow: /orders',
        `Sitemap: ${origin}/sitemap.xml`,
      ]
      return answer(`${lines.join('\n')}\n`, 'text/plain; charset=utf-8')
    }
    if (url.pathname !== '/sitemap.xml') return null
    if (!ids || now() - ids.at > FRESH_MS) {
      ids = { at: now(), list: readIds() }
      ids.list.catch(() => (ids = null))
    }
    const addresses = [
      `${origin}/`,
      `${origin}/search`,
      ...(await ids.list).map((id) => `${origin}/events/${id}`),
    ]
    const body = addresses.map((address) => `<url><loc>${text(address)}</loc></url>`).join('\n')
    return answer(
      `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${body}\n</urlset>\n`,
      'application/xml',
    )
  }

  async function readIds(): Promise<string[]> {
    const found: string[] = []
    let cursor: string | null = null
    do {
      const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor !== null && { cursor }) }
      const page: EventList = await read(api.GET('/v1/events', { params: { query } }))
      found.push(...page.items.map((item) => item.event_id))
      cursor = page.next_cursor
    } while (cursor !== null && found.length < ADDRESSES_MAX)
    return found
  }
}

function answer(body: string, type: string): Response {
  return new Response(body, { headers: { 'content-type': type, 'cache-control': FOR_AN_HOUR } })
}

import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { createMemoryHistory, isNotFound } from '@tanstack/react-router'
import { LRUCache } from 'lru-cache'
import { renderToString } from 'react-dom/server'
import { blobOf } from '../../shared/blob-of.ts'
import { createApi } from '../api/client.ts'
import { App } from '../app/app.tsx'
import type { PaymentWay } from '../app/context.tsx'
import { readPreferences, type Preferences } from '../app/preferences.ts'
import { createQueryClient } from '../app/query-client.ts'
import { createAppRouter, PUBLIC_ROUTES } from '../app/routes.tsx'
import type { Assets } from './assets.ts'
import { documentOf } from './document.ts'
import { headOf } from './head.ts'
import { RETRY_SECONDS } from './or-later.ts'

export type PagesOptions = {
  /** Asks the API's own routes, without a network between. */
  askApi(request: Request): Promise<Response>
  assets: Assets
  now(): number
  /** "https://tickets.example.org", for addresses that leave the page; null: what the request says. */
  publicOrigin: string | null
  payment: PaymentWay
}

/** Milliseconds for which a page is sent without a look at its data. */
const FRESH_MS = 2_000
/** Milliseconds after which a page is written again in any case, so that its dates and countdowns start right. */
const WRITTEN_MS_MAX = 60_000
const PAGES_KEPT_MAX = 2_000
const WISHES_KEPT_MAX = 2_000
const WISH_LENGTH_MAX = 1_000
const BYTES_KEPT_MAX = 128 * 1024 * 1024
const BROTLI_QUALITY = 6
/** An edge may keep it for some seconds, and longer while it asks again. */
const SHARED = 'public, max-age=0, s-maxage=5, stale-while-revalidate=60, stale-if-error=3600'
const VARY = 'accept-encoding, accept-language, cookie'

type Written = {
  status: number
  /** Of the data that it was written from. */
  dataHash: string
  html: Buffer
  etag: string
  gz: Buffer | Promise<Buffer> | null
  br: Buffer | Promise<Buffer> | null
  /** By encoding. */
  headers: Partial<Record<'br' | 'gzip' | 'identity', Headers>>
  writtenAt: number
  checkedAt: number
}

const compressGzip = promisify(gzip)
const compressBrotli = promisify(brotliCompress)

/**
 * Writes the pages: the public ones with everything in them, the others as an empty frame for the browser. A page is
 * kept until its data change, compressed once, and sent from memory meanwhile.
 */
export function createPages(options: PagesOptions): (request: Request) => Response | Promise<Response> {
  const kept = new LRUCache<string, Written>({
    max: PAGES_KEPT_MAX,
    maxSize: BYTES_KEPT_MAX,
    sizeCalculation: ({ html }) => html.length * 2 + 1_000,
  })
  const writing = new Map<string, Promise<Written>>()
  const wishes = new LRUCache<string, Wish>({ max: WISHES_KEPT_MAX })
  // The same few questions come again and again: what they name is read once.
  const wishOf = (request: Request): Wish => {
    const cookies = request.headers.get('cookie')
    const languages = request.headers.get('accept-language')
    const asked = [request.url, cookies ?? '', languages ?? ''].join('\n')
    let wish = wishes.get(asked)
    if (!wish) {
      const url = new URL(request.url)
      const origin = options.publicOrigin ?? url.origin
      const path = url.pathname + keptQuery(url.searchParams)
      const preferences = readPreferences(cookies, languages)
      wish = { origin, path, preferences, key: JSON.stringify([origin, path, preferences]) }
      if (asked.length <= WISH_LENGTH_MAX) wishes.set(asked, wish)
    }
    return wish
  }
  // No promise for a page that is there: in a rush that is nearly every answer.
  return (request) => {
    const { origin, path, preferences, key } = wishOf(request)
    const page = kept.get(key)
    if (page && options.now() - page.checkedAt < FRESH_MS) return send(page, request)
    // Everybody who comes while a page is written waits for the same one.
    let work = writing.get(key)
    if (!work) {
      work = write({ ...options, origin, path, preferences, before: page ?? null })
        .then((written) => {
          // While its data cannot be read, the page stays as it was; soon somebody looks again.
          const now = written.status >= 500 && page ? { ...page, checkedAt: options.now() } : written
          if (now.status < 500) kept.set(key, now)
          return now
        })
        .finally(() => writing.delete(key))
      writing.set(key, work)
    }
    return work.then((written) => send(written, request))
  }
}

/** Names of campaigns and trackers make no new page. */
const QUERY_KEPT = new Set(['q', 'city', 'from', 'to', 'when', 'genre', 'type', 'price_max', 'sale', 'sort'])

function keptQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams(
    [...query].filter(([name, value]) => QUERY_KEPT.has(name) && value.length <= 200),
  )
  kept.sort()
  return kept.size === 0 ? '' : `?${kept}`
}

/** Which page somebody asks for. */
type Wish = { origin: string; path: string; preferences: Preferences; key: string }

type Job = PagesOptions & { origin: string; path: string; preferences: Preferences; before: Written | null }

async function write(job: Job): Promise<Written> {
  const { preferences, origin, path, before, assets, payment } = job
  const now = job.now()
  const queryClient = createQueryClient({ retries: false })
  const api = createApi({ baseUrl: origin, locale: preferences.locale, fetch: job.askApi })
  const start = { api, queryClient, preferences, now, payment }
  const router = createAppRouter(start, createMemoryHistory({ initialEntries: [path] }))
  const matched = router.matchRoutes(path.split('?')[0]!, {}).at(-1)
  const isPublic = PUBLIC_ROUTES.includes(matched?.routeId ?? '')
  const isKnown = matched !== undefined && matched.routeId !== '__root__'
  // What is nowhere is written, too: with a way on.
  // The frame around the map is written, too, and the event comes with it.
  const isFrame = matched?.routeId === '/events/$eventId/seats'
  if (isPublic || isFrame || !isKnown) await router.load()
  const queries = queryClient
    .getQueryCache()
    .getAll()
    .filter(({ state }) => state.status === 'success')
    .map(({ queryKey, state }) => [queryKey, state.data, state.dataUpdatedAt] as const)
  const dataHash = hashOf(JSON.stringify(queries.map(([key, data]) => [key, data])))
  if (before?.dataHash === dataHash && now - before.writtenAt < WRITTEN_MS_MAX)
    return { ...before, checkedAt: now }
  const found = statusOf(router.state.matches)
  // Without its event the map's frame still opens, empty; where there is no such event, there is no map.
  const status = isPublic || (isFrame && found === 404) ? found : isKnown ? 200 : 404
  const framed = isFrame && found === 200
  const readable = isPublic || status === 404
  const body = readable || framed ? renderToString(<App router={router} start={start} />) : ''
  const head = headOf({
    status,
    routeId: matched?.routeId ?? '',
    path,
    origin,
    queryClient,
    api,
    locale: preferences.locale,
  })
  const state = { preferences, now, queries, payment }
  const html = Buffer.from(
    documentOf({
      head,
      body,
      readable,
      state,
      assets: assets.forPage(PAGE_SOURCES[matched?.routeId ?? ''] ?? null),
    }),
  )
  return {
    status,
    dataHash,
    html,
    etag: `W/"${hashOf(html)}"`,
    gz: null,
    br: null,
    headers: {},
    writtenAt: now,
    checkedAt: now,
  }
}

function statusOf(matches: readonly { status: string; error: unknown }[]): 200 | 404 | 503 {
  if (matches.some((match) => match.status === 'notFound' || isNotFound(match.error))) return 404
  return matches.some((match) => match.status === 'error') ? 503 : 200
}

/** Whose chunk a route's page is, so that the browser asks for it at once. */
const PAGE_SOURCES: Record<string, string> = {
  '/': 'src/web/pages/home/page.tsx',
  '/search': 'src/web/pages/search/page.tsx',
  '/events/$eventId': 'src/web/pages/event/page.tsx',
  '/events/$eventId/seats': 'src/web/pages/seats/page.tsx',
  '/checkout/$reservationId': 'src/web/pages/checkout/page.tsx',
  '/orders': 'src/web/pages/orders/list-page.tsx',
  '/orders/$bookingId': 'src/web/pages/orders/order-page.tsx',
}

function send(page: Written, request: Request): Response | Promise<Response> {
  const accepted = request.headers.get('accept-encoding') ?? ''
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : 'identity'
  if (page.status === 200 && request.headers.get('if-none-match') === page.etag) {
    return new Response(null, { status: 304, headers: headersOf(page, 'identity') })
  }
  const headers = headersOf(page, encoding)
  const answer = (body: Buffer): Response => new Response(blobOf(body), { status: page.status, headers })
  const body = encoding === 'identity' ? page.html : encoded(page, encoding)
  return body instanceof Promise ? body.then(answer) : answer(body)
}

/** Built once a page: the runtime copies them for each answer faster than it reads a plain object. */
function headersOf(page: Written, encoding: 'br' | 'gzip' | 'identity'): Headers {
  const known = page.headers[encoding]
  if (known) return known
  const headers = new Headers({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': page.status === 200 ? SHARED : 'no-store',
    vary: VARY,
    etag: page.etag,
  })
  if (page.status === 503) headers.set('retry-after', String(RETRY_SECONDS))
  if (encoding !== 'identity') headers.set('content-encoding', encoding)
  return (page.headers[encoding] = headers)
}

/** Compressed once, beside the loop. */
function encoded(page: Written, encoding: 'br' | 'gzip'): Buffer | Promise<Buffer> {
  const name = encoding === 'br' ? 'br' : 'gz'
  return (page[name] ??= (
    encoding === 'br'
      ? compressBrotli(page.html, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
      : compressGzip(page.html)
  ).then((bytes) => (page[name] = bytes)))
}

function hashOf(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('base64url').slice(0, 22)
}

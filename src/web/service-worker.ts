/// <reference lib="webworker" />
/**
 * Opens "My tickets" without a network. It keeps two empty frames (the list's and an order's page) with their scripts,
 * styles and fonts, and nothing else: no answer of the API ever passes through it. What the tickets say is kept by the
 * page itself (pages/orders/kept-orders.ts). At any other page's address the list's frame says that there is no network:
 * nothing that is for sale is kept, so nothing old is shown as if it were so now.
 */
declare const self: ServiceWorkerGlobalScope

const SHELL = 'usher-shell-1'
const LIST = '/orders'
/** Every order's page has the same frame; this one stands for all. */
const ORDER = '/orders/any'
/** Milliseconds after which a network that says nothing counts as none. */
const FRAME_MS_MAX = 3_000
/** Addresses that are no pages: without a network the browser says so itself. */
const NO_PAGES = /^\/(v1|docs|dev)\/|\.\w+$/
const NO_NETWORK: Record<string, string> = { en: 'No network · Usher', de: 'Kein Netz · Usher' }
const LINKED = /(?:src|href)="(\/assets\/[^"]+)"/g

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all([renew(LIST), renew(ORDER)]).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (url.pathname === LIST) event.respondWith(frame(event, LIST))
    else if (/^\/orders\/[^/]+$/.test(url.pathname)) event.respondWith(frame(event, ORDER))
    // The start page of an installed app leads to the tickets when there is nothing else.
    else if (url.pathname === '/') event.respondWith(fetch(request).catch(() => Response.redirect(LIST, 302)))
    else if (!NO_PAGES.test(url.pathname)) event.respondWith(fetch(request).catch(noNetwork))
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(asset(request))
  }
})

/** The network's page, else the kept one. What came fresh renews what is kept. */
async function frame(event: FetchEvent, name: string): Promise<Response> {
  try {
    const fresh = await fetch(event.request.url, {
      headers: event.request.headers,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(FRAME_MS_MAX),
    })
    if (fresh.ok) event.waitUntil(keep(name, fresh.clone()).catch(() => undefined))
    return fresh
  } catch {
    return (await caches.match(name, { cacheName: SHELL })) ?? Response.error()
  }
}

/** The frame finds no data at this address and says so, in the reader's language, with the way to the tickets. */
async function noNetwork(): Promise<Response> {
  const kept = await caches.match(LIST, { cacheName: SHELL })
  if (!kept) return Response.error()
  const html = await kept.text()
  const title = NO_NETWORK[/<html lang="(\w+)"/.exec(html)?.[1] ?? ''] ?? NO_NETWORK['en']!
  const headers = new Headers(kept.headers)
  headers.delete('content-encoding')
  headers.delete('content-length')
  return new Response(html.replace(/<title>[^<]*/, `<title>${title}`), { status: 503, headers })
}

/** Names of assets change with their content: what is kept is right. */
async function asset(request: Request): Promise<Response> {
  return (await caches.match(request.url, { cacheName: SHELL })) ?? fetch(request)
}

async function renew(name: string): Promise<void> {
  const page = await fetch(name, { credentials: 'same-origin' })
  if (!page.ok) throw new Error(`the frame of ${name} is not there: ${page.status}`)
  await keep(name, page)
}

/** Keeps a frame after everything that it links to, so that a kept frame always opens. */
async function keep(name: string, page: Response): Promise<void> {
  const cache = await caches.open(SHELL)
  const html = await page.clone().text()
  const before = await linksOf(cache)
  const linked = new Set([...html.matchAll(LINKED)].map((match) => match[1]!))
  for (const path of linked) if (!(await cache.match(path))) await cache.add(path)
  await cache.put(name, page)
  const now = await linksOf(cache)
  for (const path of before) if (!now.has(path)) await cache.delete(path)
}

/** What the kept frames need together. */
async function linksOf(cache: Cache): Promise<Set<string>> {
  const frames = await Promise.all([cache.match(LIST), cache.match(ORDER)])
  const texts = await Promise.all(frames.map(async (page) => (page ? page.clone().text() : '')))
  return new Set(texts.flatMap((html) => [...html.matchAll(LINKED)].map((match) => match[1]!)))
}

// A module of its own, so that its `self` is the worker's.
export {}

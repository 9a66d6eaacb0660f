import type { OrderView } from './order-view.ts'

/**
 * Orders that this device keeps, so that their tickets open without a network: only those that were looked at here,
 * in a cache of their own that the service worker does not touch. They go when they are somebody else's or over.
 */
const CACHE = 'usher-orders-1'
const KEPT_MAX = 30
/** Milliseconds after its start for which an event's tickets are kept. */
const KEPT_AFTER_START_MS = 3 * 86_400_000

export type KeptOrder = OrderView & { keptAt: number }

export async function keepOrder(view: OrderView): Promise<void> {
  const { order } = view
  const startsAt = Date.parse(view.event?.starts_at ?? order.starts_at ?? '')
  if (order.tickets.every(({ code }) => code === null) || startsAt + KEPT_AFTER_START_MS < Date.now())
    return forgetOrder(order.booking_id)
  const kept: KeptOrder = { ...view, keptAt: Date.now() }
  await withCache(async (cache) => {
    await cache.put(addressOf(order.booking_id), Response.json(kept))
    const addresses = await cache.keys()
    for (const old of addresses.slice(0, Math.max(0, addresses.length - KEPT_MAX))) await cache.delete(old)
  })
}

export async function keptOrder(bookingId: string): Promise<KeptOrder | null> {
  const found = await withCache((cache) => cache.match(addressOf(bookingId)))
  return found ? ((await found.json()) as KeptOrder) : null
}

/** The next one first. */
export async function keptOrders(): Promise<KeptOrder[]> {
  const found = await withCache(async (cache) => {
    const answers = await Promise.all((await cache.keys()).map((address) => cache.match(address)))
    return Promise.all(answers.flatMap((answer) => (answer ? [answer.json() as Promise<KeptOrder>] : [])))
  })
  const start = ({ order }: KeptOrder): string => order.starts_at ?? ''
  return (found ?? []).toSorted((a, b) => start(a).localeCompare(start(b)))
}

export async function forgetOrder(bookingId: string): Promise<void> {
  await withCache((cache) => cache.delete(addressOf(bookingId)))
}

/** When the device changes hands: signed out, or another buyer's session. */
export async function forgetAllOrders(): Promise<void> {
  if (typeof caches !== 'undefined') await caches.delete(CACHE).catch(() => false)
}

function addressOf(bookingId: string): string {
  return `/kept/orders/${bookingId}`
}

/** Caches are missing without TLS and in private windows: then nothing is kept, and everything else works. */
async function withCache<T>(act: (cache: Cache) => Promise<T>): Promise<T | null> {
  if (typeof caches === 'undefined') return null
  try {
    return await act(await caches.open(CACHE))
  } catch {
    return null
  }
}

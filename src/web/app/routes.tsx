import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router'
import { NetworkError } from '../api/problem.ts'
import { ErrorState, Loading } from '../components/states.tsx'
import { loadHome } from '../pages/home/load-home.ts'
import { loadEvent, loadEventAlone } from '../pages/event/load-event.ts'
import { loadSearch, readSearch } from '../pages/search/search-filter.ts'
import { serverNow, type App } from './context.tsx'
import { NotFound, Shell } from './shell.tsx'

/**
 * Every page and what it loads before it is shown. A page's component is loaded with it; the loaders are small and
 * here from the start, so that data and component come at the same time.
 */
type Context = Pick<App, 'api' | 'queryClient' | 'preferences' | 'now'>

/** A page whose script cannot come without a network says that, and is asked for again when it is back. */
function page<T>(load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().catch((error: unknown) => {
      throw navigator.onLine ? error : new NetworkError('The page did not come.', { cause: error })
    })
}

/** Which minute a page is about: the server's word while the page wakes up, later this device's. */
let woken = false
function timeOf({ now }: Context): number {
  if (typeof document === 'undefined') return now
  if (!woken) {
    woken = true
    return now
  }
  return serverNow()
}

const root = createRootRouteWithContext<Context>()({ component: Shell, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: ({ context }) => loadHome(context, timeOf(context)),
  component: lazyRouteComponent(
    page(() => import('../pages/home/page.tsx')),
    'HomePage',
  ),
})

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: readSearch,
  loaderDeps: ({ search: filter }) => readSearch(filter),
  loader: ({ context, deps }) => loadSearch(context, deps, timeOf(context)),
  component: lazyRouteComponent(
    page(() => import('../pages/search/page.tsx')),
    'SearchPage',
  ),
})

const event = createRoute({
  getParentRoute: () => root,
  path: '/events/$eventId',
  loader: ({ context, params }) => loadEvent(context, params.eventId),
  component: lazyRouteComponent(
    page(() => import('../pages/event/page.tsx')),
    'EventPage',
  ),
})

const seats = createRoute({
  getParentRoute: () => root,
  path: '/events/$eventId/seats',
  loader: ({ context, params }) => loadEventAlone(context, params.eventId),
  component: lazyRouteComponent(
    page(() => import('../pages/seats/page.tsx')),
    'SeatsPage',
  ),
})

const checkout = createRoute({
  getParentRoute: () => root,
  path: '/checkout/$reservationId',
  component: lazyRouteComponent(
    page(() => import('../pages/checkout/page.tsx')),
    'CheckoutPage',
  ),
})

const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  component: lazyRouteComponent(
    page(() => import('../pages/orders/list-page.tsx')),
    'OrdersPage',
  ),
})

const order = createRoute({
  getParentRoute: () => root,
  path: '/orders/$bookingId',
  component: lazyRouteComponent(
    page(() => import('../pages/orders/order-page.tsx')),
    'OrderPage',
  ),
})

/** Pages that the server writes; the others begin empty in the browser and are in no index. */
export const PUBLIC_ROUTES: readonly string[] = ['/', '/search', '/events/$eventId']

const routeTree = root.addChildren([home, search, event, seats, checkout, orders, order])

/** Plain names and values, in one order: the same search is the same address, for people and for caches. */
function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

function stringifySearch(search: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    value == null ? [] : [[name, String(value)]],
  )
  const query = new URLSearchParams(given.toSorted(([a], [b]) => (a! < b! ? -1 : 1))).toString()
  return query === '' ? '' : `?${query}`
}

/** Milliseconds that a page may take before the old one gives way to a beam. */
const PENDING_MS = 400

export function createAppRouter(context: Context, history?: RouterHistory) {
  const router = createRouter({
    routeTree,
    context,
    ...(history && { history }),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: PENDING_MS,
    defaultPendingComponent: Loading,
    // From the server, with its data and scripts: a script that did not come once may not be asked for again.
    defaultErrorComponent: ({ error }) => (
      <ErrorState
        error={error}
        onRetry={() => (navigator.onLine ? location.reload() : void router.invalidate())}
      />
    ),
    defaultNotFoundComponent: NotFound,
    scrollRestoration: typeof document !== 'undefined',
  })
  return router
}

export type AppRouter = ReturnType<typeof createAppRouter>

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter
  }
}

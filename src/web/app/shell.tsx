import { Link, Outlet, useMatches, useRouterState } from '@tanstack/react-router'
import clsx from 'clsx'
import { Search, Ticket } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { CityChoice } from '../components/city-choice.tsx'
import { ErrorState } from '../components/states.tsx'
import { ApiError } from '../api/problem.ts'
import { useText } from '../i18n/text.tsx'
import { useApp, useOnline } from './context.tsx'
import { Footer } from './footer.tsx'
import { Logo } from './logo.tsx'
import { appText } from './text.ts'

/** Pages that bring a frame of their own: the map fills the screen, checkout leads nowhere else. */
const BARE: readonly string[] = ['/events/$eventId/seats', '/checkout/$reservationId']

/** The frame around every page. */
export function Shell() {
  const t = useText(appText)
  const main = useFocusOnNavigation()
  const bare = useMatches().some((match) => BARE.includes(match.routeId))
  return (
    <>
      <a
        href="#main"
        className="fixed start-4 top-2 z-50 -translate-y-20 rounded-press bg-action px-4 py-3 font-semibold text-on-action focus:translate-y-0"
      >
        {t.skip}
      </a>
      <Offline />
      {!bare && <Header />}
      <main
        id="main"
        ref={main}
        tabIndex={-1}
        className={clsx('outline-none', !bare && 'page-gutter mx-auto w-full max-w-[90rem] flex-1')}
      >
        <Outlet />
      </main>
      {!bare && <Footer />}
    </>
  )
}

function Header() {
  const t = useText(appText)
  const onHome = useMatches().some((match) => match.routeId === '/')
  return (
    <header className="border-b border-line">
      <div className="page-gutter mx-auto flex h-17 max-w-[90rem] items-center gap-1 sm:gap-3">
        <Link to="/" aria-label={t.home} className="-ms-2 flex min-h-11 items-center rounded-press px-2">
          <Logo />
        </Link>
        <CityChoice />
        <nav className="ms-auto flex items-center gap-1 text-sm font-medium">
          {!onHome && (
            <Link
              to="/search"
              className="flex min-h-11 items-center gap-2 rounded-press px-3 hover:bg-sunken"
              aria-label={t.search}
            >
              <Search aria-hidden size={20} />
              <span className="max-sm:hidden">{t.search}</span>
            </Link>
          )}
          <Link
            to="/orders"
            className="flex min-h-11 items-center gap-2 rounded-press px-3 hover:bg-sunken"
            aria-label={t.orders}
          >
            <Ticket aria-hidden size={20} className="sm:hidden" />
            <span className="max-sm:hidden">{t.orders}</span>
          </Link>
        </nav>
      </div>
    </header>
  )
}

/** After a navigation the reading goes on at the new page's start, for eyes and for screen readers alike. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({
    select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname,
  })
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    const title = main.current?.querySelector<HTMLElement>('h1')
    if (title) title.tabIndex = -1
    ;(title ?? main.current)?.focus({ preventScroll: true })
  }, [path])
  return main
}

/** Says so when the network goes away, and for a moment when it is back. */
function Offline() {
  const t = useText(appText)
  const online = useOnline()
  const [wasOffline, setWasOffline] = useState(false)
  useEffect(() => {
    if (!online) return setWasOffline(true)
    const timer = setTimeout(() => setWasOffline(false), 4_000)
    return () => clearTimeout(timer)
  }, [online])
  return (
    <div role="status" className="sticky top-0 z-40">
      {!online && (
        <p className="bg-text px-4 py-2 text-center text-sm font-medium text-ground">{t.offline}</p>
      )}
      {online && wasOffline && (
        <p className="bg-done px-4 py-2 text-center text-sm font-medium text-ground">{t.online}</p>
      )}
    </div>
  )
}

export function NotFound() {
  useApp()
  return <ErrorState error={new ApiError(404, { code: 'not_found' }, null)} />
}

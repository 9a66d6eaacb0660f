import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { createApi } from '../api/client.ts'
import { DIRECTION, LocaleContext } from '../i18n/text.tsx'
import { AppContext, type App as AppValue } from './context.tsx'
import { keepPreference, showTheme, type Preferences } from './preferences.ts'
import type { AppRouter } from './routes.tsx'

/** The whole app, in the browser and on the server. */
export function App({ router, start }: { router: AppRouter; start: Omit<AppValue, 'setPreferences'> }) {
  const [preferences, change] = useState(start.preferences)
  const app = useMemo<AppValue>(() => {
    // Names of events come in the language asked for: another language is another client, and old answers go.
    const api =
      preferences.locale === start.preferences.locale
        ? start.api
        : createApi({ baseUrl: location.origin, locale: preferences.locale })
    return {
      ...start,
      api,
      preferences,
      setPreferences: (wish) => {
        const next: Preferences = { ...preferences, ...wish }
        for (const name of ['locale', 'theme', 'city'] as const) {
          if (next[name] !== preferences[name])
            keepPreference(name, next[name] === 'system' ? null : next[name])
        }
        change(next)
      },
    }
  }, [preferences, start])
  const { api } = app
  useEffect(() => {
    if (router.options.context.preferences === preferences) return
    const languageChanged = router.options.context.preferences.locale !== preferences.locale
    router.update({ ...router.options, context: { ...router.options.context, api, preferences } })
    showTheme(preferences.theme)
    document.documentElement.lang = preferences.locale
    document.documentElement.dir = DIRECTION[preferences.locale]
    if (languageChanged) {
      start.queryClient.removeQueries({ type: 'inactive' })
      // What is on the page is asked for again: cleared, it would stay as it is.
      void start.queryClient.invalidateQueries()
    }
    void router.invalidate()
  }, [api, preferences, router, start.queryClient])
  return (
    <AppContext value={app}>
      <LocaleContext value={preferences.locale}>
        <QueryClientProvider client={start.queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LocaleContext>
    </AppContext>
  )
}

import { startTransition } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { createApi } from './api/client.ts'
import { App } from './app/app.tsx'
import { noteServerTime, type PageState } from './app/context.tsx'
import { createQueryClient } from './app/query-client.ts'
import { createAppRouter } from './app/routes.tsx'
import './theme/app.css'

// Wakes up the page that the server wrote: same data, same time, same words, so nothing moves.
const state = JSON.parse(document.getElementById('page-state')!.textContent) as PageState
const container = document.getElementById('root')!
const queryClient = createQueryClient({ retries: true })
for (const [key, data, updatedAt] of state.queries) queryClient.setQueryData(key, data, { updatedAt })
const { preferences, now, payment } = state
// An edge may have kept the page for a while; then the device's clock is the better one until an answer comes.
if (Math.abs(Date.now() - now) < 60_000) noteServerTime(now)
const api = createApi({ baseUrl: location.origin, locale: preferences.locale })
const start = { api, queryClient, preferences, now, payment }
const router = createAppRouter(start)
const written = container.hasChildNodes()
// Says that the markup is the server's: without it the first render would have other boundaries.
if (written) router.ssr = { manifest: undefined }
await router.load()
startTransition(() => {
  if (written) hydrateRoot(container, <App router={router} start={start} />)
  else createRoot(container).render(<App router={router} start={start} />)
})

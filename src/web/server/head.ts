import type { QueryClient } from '@tanstack/react-query'
import type { Api } from '../api/client.ts'
import type { Locale } from '../i18n/text.tsx'
import type { Head } from './document.ts'

export type HeadInput = {
  /** Empty where the page is an error. */
  routeId: string
  path: string
  origin: string
  queryClient: QueryClient
  api: Api
  locale: Locale
  now: number
}

/** What search engines and link previews read before any script runs. */
export function headOf({ routeId, origin, path }: HeadInput): Head {
  return {
    title: 'Usher',
    description: 'Tickets',
    canonical: routeId === '' ? null : origin + path,
    image: null,
    type: 'website',
    jsonLd: [],
  }
}

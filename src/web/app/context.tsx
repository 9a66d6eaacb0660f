import type { QueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { Api } from '../api/client.ts'
import type { Preferences } from './preferences.ts'

/** What the server wrote into the page for the script that wakes it up. */
export type PageState = {
  preferences: Preferences
  /** Server's time when the page was written, in milliseconds. */
  now: number
  /** What was asked for the page, each with its key and when it was answered. */
  queries: (readonly [key: readonly unknown[], data: unknown, updatedAt: number])[]
  payment: PaymentWay
}

/** How cards are taken: by test cards, by Stripe's own fields, or not at all because no publishable key is set. */
export type PaymentWay = { kind: 'test' } | { kind: 'stripe'; publishableKey: string } | { kind: 'none' }

/** What every page may use; loaders get the same as `context`. */
export type App = {
  api: Api
  queryClient: QueryClient
  preferences: Preferences
  /** Of the page as it came from the server. */
  now: number
  payment: PaymentWay
  setPreferences(change: Partial<Preferences>): void
}

export const AppContext = createContext<App | null>(null)

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new Error('useApp outside of the app')
  return app
}

export function useApi(): Api {
  return useApp().api
}

/** Milliseconds by which the server's clock is ahead of this device's; set from answers (`noteServerTime`). */
let aheadMs = 0

export function noteServerTime(serverNow: number): void {
  aheadMs = serverNow - Date.now()
}

/** The server's time on this device. */
export function serverNow(): number {
  return Date.now() + aheadMs
}

/** The time, now and every `everyMs`. First what the server wrote, so that the page wakes up without a change. */
export function useNow(everyMs: number): number {
  const { now: written } = useApp()
  const [now, setNow] = useState(written)
  useEffect(() => {
    setNow(serverNow())
    const timer = setInterval(() => setNow(serverNow()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** Whether the device believes that it has a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('online', changed)
      addEventListener('offline', changed)
      return () => {
        removeEventListener('online', changed)
        removeEventListener('offline', changed)
      }
    },
    () => navigator.onLine,
    () => true,
  )
}

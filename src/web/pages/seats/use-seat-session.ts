import { useEffect, useState, useSyncExternalStore } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { eventQuery, type Event } from '../../api/queries.ts'
import { serverNow, useApi } from '../../app/context.tsx'
import { loadHall } from '../../components/seat-map/load-hall.ts'
import type { MapWorker } from '../../components/seat-map/map-worker.ts'
import { SeatSession, type SeatView } from './seat-session.ts'

export type SessionState = { session: SeatSession; worker: MapWorker | null } | { failed: unknown } | null

/** Opens the visit once the hall is there: the plan and what is free are asked for at the same time. */
export function useSeatSession(event: Event): SessionState {
  const api = useApi()
  const client = useQueryClient()
  const [state, setState] = useState<SessionState>(null)
  const { event_id: eventId, layout_url: layoutUrl, layout_hash: layoutHash } = event
  useEffect(() => {
    if (layoutUrl === null) return
    let session: SeatSession | null = null
    let ended = false
    let asked: ReturnType<typeof setTimeout> | undefined
    // The house put in another plan while one looked: the event names the new one, once no cache has the old one any more.
    const follow = (): void => {
      if (asked || !session || session.stock.layout === layoutHash) return
      void client.invalidateQueries(eventQuery(api, eventId))
      asked = setTimeout(() => {
        asked = undefined
        follow()
      }, SETTLED_MS)
    }
    loadHall(layoutUrl, `${location.origin}/v1/events/${eventId}`)
      .then(({ hall, worker }) => {
        if (ended) return
        const made = new SeatSession({
          api,
          event,
          hall,
          worker,
          origin: location.origin,
          newKey,
          store: sessionStorage,
        })
        session = made
        session.subscribeStock(follow)
        const known = stockKnown(session)
        session.start()
        void known.then(() => !ended && setState({ session: made, worker }))
      })
      .catch((error: unknown) => !ended && setState({ failed: error }))
    return () => {
      ended = true
      clearTimeout(asked)
      session?.stop()
      setState(null)
    }
    // The event's other fields may be read again while one chooses; only another plan begins another visit.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [api, client, eventId, layoutUrl, layoutHash])
  const session = state && 'session' in state ? state.session : null
  useEffect(() => {
    if (session && session.event !== event) session.update(event)
  }, [session, event])
  usePricesUntil(event)
  return state
}

/** Reads the event again when a phase of its sale begins or ends and its prices are others. */
function usePricesUntil({ event_id: eventId, prices_until: until }: Event): void {
  const api = useApi()
  const client = useQueryClient()
  useEffect(() => {
    if (until === null) return
    const inMs = Date.parse(until) + SETTLED_MS - serverNow()
    // In a month nobody waits here any more, and a timer holds no more.
    if (inMs > TIMER_MS_MAX) return
    const timer = setTimeout(
      () => void client.invalidateQueries(eventQuery(api, eventId)),
      Math.max(inMs, SETTLED_MS),
    )
    return () => clearTimeout(timer)
  }, [api, client, eventId, until])
}

/** Milliseconds after which no cache on the way has the prices of before. */
const SETTLED_MS = 2_000
const TIMER_MS_MAX = 2 ** 31 - 1

/** Milliseconds that the map waits for what is free: before that, all of it would look sold. */
const KNOWN_MS_MAX = 2_000

function stockKnown({ subscribeStock }: SeatSession): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      unsubscribe()
      resolve()
    }
    const unsubscribe = subscribeStock(done)
    const timer = setTimeout(done, KNOWN_MS_MAX)
  })
}

export function useSeatView(session: SeatSession): SeatView {
  return useSyncExternalStore(session.subscribe, session.view, session.view)
}

/** Draws again a few times a second while the stock changes. */
export function useStockTick(session: SeatSession): number {
  return useSyncExternalStore(session.subscribeTick, session.tick, session.tick)
}

/**
 * Draws again when a category sells out or comes back, and with every look at the stock while somebody is looking: a form
 * of many fields is not drawn again for every seat that goes somewhere.
 */
export function useOpenCategories(session: SeatSession, isLooking: boolean): void {
  const seen = (): number => (isLooking ? session.tick() : session.openCategories())
  useSyncExternalStore(session.subscribeTick, seen, seen)
}

/** Any text nobody has used before; `randomUUID` is missing on pages that came without TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

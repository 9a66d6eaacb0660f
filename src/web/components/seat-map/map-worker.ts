import type { Opened, StockNews } from './availability.ts'
import type { FeedState } from './availability-feed.ts'
import type { HallData } from './hall.ts'
import type { MapAnswer, MapRequest } from './map.worker.ts'
import type { PaintOrder, PaintStart } from './map-painter.ts'

/** A canvas that a worker draws on, to be put into the page. */
export type WorkerCanvas = {
  element: HTMLCanvasElement
  order(order: PaintOrder): void
  stop(): void
}

export type WorkerCanvasEvents = { drawn(): void; unable(): void }

export type StockEvents = {
  /** The first says all; nothing is said before somebody listens. */
  news(news: StockNews): void
  state(state: FeedState): void
}

/** What an event's stock is heard by; `show` as `Availability` has it, for whatever the worker draws and says. */
export type MapFeed = { wake(): void; show(opened: Opened | null): void; stop(): void }

/** The page's side of a map worker. */
export type MapWorker = {
  /** Of the layout that it reads. */
  hall: Promise<HallData>
  /** Has the worker read what is free of an event of this layout. What it draws follows without being told. */
  listen(eventUrl: string, events: StockEvents): MapFeed
  /** Null where a worker cannot draw: the page has to. */
  open(start: PaintStart, events: WorkerCanvasEvents): WorkerCanvas | null
  /** Frames drawn so far, for measurements. */
  frames(): Promise<number>
  end(): void
}

/** Begins to read the layout and what is free of the event, and makes its canvas ready meanwhile. */
export function startMapWorker(layoutUrl: string, eventUrl: string): MapWorker {
  const worker = new Worker(new URL('./map.worker.ts', import.meta.url), { type: 'module' })
  const post = (request: MapRequest, transfer: Transferable[] = []): void =>
    worker.postMessage(request, transfer)
  const offers = (): HTMLCanvasElement | null => {
    const element = document.createElement('canvas')
    if (!('transferControlToOffscreen' in element)) return null
    const canvas = element.transferControlToOffscreen()
    post({ kind: 'canvas', canvas }, [canvas])
    return element
  }
  const counting: ((drawn: number) => void)[] = []
  const listeners = new Map<number, WorkerCanvasEvents>()
  const listening = new Map<number, StockEvents>()
  let early: StockNews | null = null
  let opened = 0
  const hall = new Promise<HallData>((resolve, reject) => {
    worker.addEventListener('error', () => reject(new Error('The worker did not start.')))
    worker.addEventListener('message', ({ data }: MessageEvent<MapAnswer>) => {
      switch (data.kind) {
        case 'hall':
          early = data.news
          return resolve(data.hall)
        case 'failed':
          return reject(new Error(data.reason))
        case 'drawn':
          return listeners.get(data.id)?.drawn()
        case 'unable':
          return listeners.get(data.id)?.unable()
        case 'stock':
          return listening.get(data.id)?.news(data.news)
        case 'feed':
          return listening.get(data.id)?.state(data.state)
        case 'frames':
          return counting.shift()?.(data.drawn)
      }
    })
  })
  hall.catch(() => undefined)
  post({ kind: 'read', url: new URL(layoutUrl, location.href).href, eventUrl })
  // The first canvas goes along at once: its context is opened while the page takes over the hall.
  let firstCanvas = offers()
  return {
    hall,
    listen(url, events) {
      const id = ++opened
      listening.set(id, events)
      const known = url === eventUrl ? early : null
      early = null
      post({ kind: 'listen', id, eventUrl: url, since: known?.version ?? -1 })
      if (known) events.news(known)
      return {
        wake: () => post({ kind: 'wake', id }),
        show: (shown) => post({ kind: 'show', id, opened: shown }),
        stop() {
          listening.delete(id)
          post({ kind: 'mute', id })
        },
      }
    },
    open(start, events) {
      const element = firstCanvas ?? offers()
      firstCanvas = null
      if (!element) return null
      const id = ++opened
      listeners.set(id, events)
      post({ kind: 'start', id, start })
      return {
        element,
        order: (order) => post({ kind: 'order', id, order }),
        stop() {
          listeners.delete(id)
          post({ kind: 'stop', id })
          element.remove()
        },
      }
    },
    frames: () =>
      new Promise((resolve) => {
        counting.push(resolve)
        post({ kind: 'frames' })
      }),
    end: () => worker.terminate(),
  }
}

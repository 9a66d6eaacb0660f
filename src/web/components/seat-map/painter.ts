import type { Hall } from './hall.ts'
import { MapPainter, openCanvas, type PaintOrder, type PaintStart } from './map-painter.ts'
import type { MapWorker } from './map-worker.ts'

/** Whoever draws the map, and the canvas that it draws on. */
export type Painter = {
  element: HTMLCanvasElement
  /** Hears what is free from whoever reads the stream and draws it: it need not be told. */
  hearsStock: boolean
  order(order: PaintOrder): void
  /** Drawn so far, for measurements. */
  frames(): Promise<number>
  stop(): void
}

export type PainterEvents = {
  /** The first frame is there. */
  drawn(): void
  /** There is nobody who can draw, or not any more. */
  unable(): void
}

/** Draws in the worker where there is one. Null where it cannot: then the page draws. */
export function workerPainter(
  worker: MapWorker | null,
  start: PaintStart,
  events: PainterEvents,
): Painter | null {
  const canvas = worker?.open(start, events)
  canvas?.element.setAttribute('aria-hidden', 'true')
  return canvas ? { ...canvas, hearsStock: true, frames: () => worker!.frames() } : null
}

/** Draws on the page itself. Throws where there is no WebGL 2. */
export function pagePainter(hall: Hall, start: PaintStart, events: PainterEvents): Painter {
  const element = document.createElement('canvas')
  element.setAttribute('aria-hidden', 'true')
  const programs = openCanvas(element)
  if (!programs) throw new Error('There is no WebGL 2 here.')
  const painter = new MapPainter(programs, hall, start)
  let frames = 0
  const lost = (event: Event): void => {
    event.preventDefault()
    events.unable()
  }
  element.addEventListener('webglcontextlost', lost)
  return {
    element,
    hearsStock: false,
    order(order) {
      try {
        painter.take(order)
      } catch (error) {
        console.warn(error)
        return events.unable()
      }
      if (order.kind === 'scene' && ++frames === 1) events.drawn()
    },
    frames: () => Promise.resolve(frames),
    stop() {
      element.removeEventListener('webglcontextlost', lost)
      programs.gl.getExtension('WEBGL_lose_context')?.loseContext()
      element.remove()
    },
  }
}

import type { Layout } from '../../../shared/layout.ts'
import { Hall, hallData } from './hall.ts'
import { startMapWorker, type MapWorker } from './map-worker.ts'

/** A hall, and the worker that read it: it can draw it, too. Without a worker the page does both. */
export type LoadedHall = { hall: Hall; worker: MapWorker | null }

/** Halls that stay in memory: layouts never change, and people go back and forth between showtimes. */
const HALLS_MAX = 4
const halls = new Map<string, Promise<LoadedHall>>()

/** `eventUrl`: of the event whose seats will be asked for first. */
export function loadHall(url: string, eventUrl: string): Promise<LoadedHall> {
  const known = halls.get(url)
  if (known) return known
  const hall = inWorker(url, eventUrl).catch(() => here(url))
  hall.catch(() => halls.delete(url))
  halls.set(url, hall)
  if (halls.size > HALLS_MAX) {
    const [oldest, loaded] = halls.entries().next().value!
    halls.delete(oldest)
    loaded.then(({ worker }) => worker?.end()).catch(() => undefined)
  }
  return hall
}

async function inWorker(url: string, eventUrl: string): Promise<LoadedHall> {
  const worker = startMapWorker(url, eventUrl)
  try {
    return { hall: new Hall(await worker.hall), worker }
  } catch (error) {
    worker.end()
    throw error
  }
}

async function here(url: string): Promise<LoadedHall> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The layout answered ${response.status}.`)
  return { hall: new Hall(hallData((await response.json()) as Layout)), worker: null }
}

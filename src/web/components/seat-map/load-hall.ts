import type { Layout } from '../../../shared/layout.ts'
import { Hall, hallData } from './hall.ts'
import type { HallAnswer } from './read-hall.worker.ts'

/** Halls that stay in memory: layouts never change, and people go back and forth between showtimes. */
const HALLS_MAX = 4
const halls = new Map<string, Promise<Hall>>()

export function loadHall(url: string): Promise<Hall> {
  const known = halls.get(url)
  if (known) return known
  const hall = inWorker(url).catch(() => here(url))
  hall.catch(() => halls.delete(url))
  halls.set(url, hall)
  if (halls.size > HALLS_MAX) halls.delete(halls.keys().next().value!)
  return hall
}

function inWorker(url: string): Promise<Hall> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./read-hall.worker.ts', import.meta.url), { type: 'module' })
    const done = (work: () => void): void => {
      worker.terminate()
      work()
    }
    worker.addEventListener('message', ({ data }: MessageEvent<HallAnswer>) =>
      done(() => ('hall' in data ? resolve(new Hall(data.hall)) : reject(new Error(data.failed)))),
    )
    worker.addEventListener('error', () => done(() => reject(new Error('The worker did not start.'))))
    worker.postMessage(new URL(url, location.href).href)
  })
}

async function here(url: string): Promise<Hall> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The layout answered ${response.status}.`)
  return new Hall(hallData((await response.json()) as Layout))
}

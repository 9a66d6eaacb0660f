import type { Layout } from '../../../shared/layout.ts'
import { buffersOf, hallData, type HallData } from './hall.ts'

/** Reads a layout away from the main thread: parsing five megabytes would hold up a slow phone's first frames. */
export type HallAnswer = { hall: HallData } | { failed: string }

addEventListener('message', (event: MessageEvent<string>) => {
  read(event.data)
    .then((hall) => post({ hall }, buffersOf(hall)))
    .catch((error: unknown) => post({ failed: String(error) }, []))
})

async function read(url: string): Promise<HallData> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The layout answered ${response.status}.`)
  return hallData((await response.json()) as Layout)
}

function post(answer: HallAnswer, transfer: Transferable[]): void {
  ;(self as unknown as { postMessage(message: unknown, transfer: Transferable[]): void }).postMessage(
    answer,
    transfer,
  )
}

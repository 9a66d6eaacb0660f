import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Inventory } from '../../src/features/inventory/index.ts'

const PROGRAM = fileURLToPath(new URL('./inventory-process.ts', import.meta.url))
/** Milliseconds that a call may take before its client gives up and knows nothing. */
const CALL_MS_MAX = 20_000

type Method = { [K in keyof Inventory]: Inventory[K] }
export type RemoteInventory = {
  readonly pid: number
  /** Rejects when the process ends before it has answered. */
  call<K extends keyof Method>(name: K, ...words: Parameters<Method[K]>): ReturnType<Method[K]>
  signal(signal: NodeJS.Signals): void
  ended: Promise<void>
}

/** The process made a mistake: an outage is a refusal, never an exception. */
export class ServerFault extends Error {}

/** Starts an inventory in a process of its own, in a hall of `rows` rows of `perRow` seats. */
export async function startProcess(url: string, rows: number, perRow: number): Promise<RemoteInventory> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, url, String(rows), String(perRow)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) =>
      resolve((JSON.parse(line) as { port: number }).port),
    )
    child.once('exit', (code) => reject(new Error(`the process ended with ${code} before it listened`)))
  })
  return {
    pid: child.pid!,
    ended,
    signal: (signal) => void child.kill(signal),
    call: (async (name: string, ...words: unknown[]) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: JSON.stringify({ call: name, with: words }),
        signal: AbortSignal.timeout(CALL_MS_MAX),
      })
      if (!response.ok) throw new ServerFault(`${name} was answered with ${response.status}`)
      return response.json()
    }) as RemoteInventory['call'],
  }
}

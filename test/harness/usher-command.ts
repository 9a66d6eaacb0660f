import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The program as it is called from a shell. */
export const USHER = fileURLToPath(new URL('../../usher', import.meta.url))

const folder = mkdtempSync(`${tmpdir()}/usher-cli-`)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

export type Ended = { code: number | null; out: string; err: string }

/** Runs it with nothing of the environment but this and a data folder of the test's own. */
export function usher(
  words: string[],
  env: Record<string, string> = {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn('node', [USHER, ...words], {
      env: { PATH: process.env.PATH ?? '', USHER_DATA_DIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onStart(child)
    const ended: Ended = { code: null, out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (ended.out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (ended.err += chunk.toString()))
    child.on('close', (code) => resolve({ ...ended, code }))
  })
}

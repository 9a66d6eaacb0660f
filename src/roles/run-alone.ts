import { fileURLToPath } from 'node:url'
import { Failure } from '../platform/failure.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/**
 * Runs one of Usher's commands in a process of its own, which takes its memory with it when it ends: what is done once
 * leaves up to 100 MB that a server would keep and never need again. `stopping` kills it at once, in the middle of a statement
 * that may take minutes: only for what can be repeated. Rejects unless it went well.
 */
export async function runAlone(words: readonly string[], stopping: AbortSignal): Promise<void> {
  const child = Bun.spawn([process.execPath, MAIN, ...words], {
    env: { ...process.env, USHER_LAUNCHER_FD: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
    signal: stopping,
    killSignal: 'SIGKILL',
  })
  if ((await child.exited) !== 0)
    throw new Failure(`usher ${words.join(' ')} did not end well; its messages are above`)
}

// Runs Usher's command line under the pinned Bun, whatever Node this is.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installIfNeeded } from './install.mjs'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

export function launch(words) {
  installIfNeeded()
  // The pipe never carries anything: its end tells Usher that this process is gone, also by SIGKILL.
  const child = spawn(at('../node_modules/.bin/bun'), [at('../src/main.ts'), ...words], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, USHER_LAUNCHER_FD: '3' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`usher: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
  return child
}

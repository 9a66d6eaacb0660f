// `npm run bench -- NAME`: runs the benchmarks under the pinned Bun.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installIfNeeded } from './install.mjs'

installIfNeeded()
const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const child = spawn(at('../node_modules/.bin/bun'), [at('../bench/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))

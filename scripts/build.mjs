// `npm run build`: the web pages, under the pinned Bun.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installIfNeeded } from './install.mjs'

installIfNeeded()
const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const done = spawnSync(at('../node_modules/.bin/bun'), [at('build-web.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(done.status ?? 1)

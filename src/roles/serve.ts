import { fileURLToPath } from 'node:url'
import { Failure } from '../platform/failure.ts'
import type { Shutdown } from '../platform/shutdown.ts'
import { isRefusal } from '../shared/errors.ts'
import { openApp, serveHttp, startReaper, startWork, type App } from './app.ts'
import type { Run } from './command.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/**
 * `usher serve`: everything in one process, the sandbox gateway included where no payment provider is set. A house
 * without any event is filled with the demo on its first start, outside production.
 */
export const run: Run<{ demo: boolean }> = async ({ demo }, { config, shutdown }) => {
  const app = await openApp(config, shutdown, { runsGateway: true })
  if (demo && !config.production && (await isEmpty(app))) {
    app.log.info('there are no events yet: loading the demo (usher serve --no-demo leaves it out)')
    await loadDemo(shutdown)
    app.log.info('the demo is loaded')
  }
  startReaper(app, shutdown)
  startWork(app, shutdown)
  const server = serveHttp(app, shutdown, { sharePort: false })
  app.log.info(`ready: http://localhost:${server.port} (the API is described at /docs)`)
  await shutdown.requested
}

/** In a process of its own, which takes its memory with it when it ends: 70 MB that a server would never need again. */
async function loadDemo(shutdown: Shutdown): Promise<void> {
  const loader = Bun.spawn([process.execPath, MAIN, 'demo'], {
    env: { ...process.env, USHER_LAUNCHER_FD: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  shutdown.add('the demo being loaded', async () => {
    loader.kill()
    await loader.exited
  })
  if ((await loader.exited) !== 0) throw new Failure('the demo could not be loaded; the messages are above')
}

async function isEmpty(app: App): Promise<boolean> {
  const page = await app.catalog.list({ from: '1900-01-01', limit: 1 })
  return !isRefusal(page) && page.total === 0
}

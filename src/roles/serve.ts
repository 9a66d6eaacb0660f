import type { Shutdown } from '../platform/shutdown.ts'
import { isRefusal } from '../shared/errors.ts'
import { openApp, serveHttp, startReaper, startWork, warnAtStart, type App } from './app.ts'
import type { Run } from './command.ts'
import { runAlone } from './run-alone.ts'

/**
 * `usher serve`: everything in one process, the sandbox gateway included where no payment provider is set. A house
 * without any event is filled with the demo on its first start, outside production.
 */
export const run: Run<{ demo: boolean }> = async ({ demo }, { config, shutdown }) => {
  const app = await openApp(config, shutdown, { runsGateway: true })
  await warnAtStart(app)
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

async function loadDemo(shutdown: Shutdown): Promise<void> {
  const stopping = new AbortController()
  const loaded = runAlone(['demo'], stopping.signal)
  shutdown.add('the demo being loaded', async () => {
    stopping.abort()
    await loaded.catch(() => {})
  })
  await loaded
}

async function isEmpty(app: App): Promise<boolean> {
  const page = await app.catalog.list({ from: '1900-01-01', limit: 1 })
  return !isRefusal(page) && page.total === 0
}

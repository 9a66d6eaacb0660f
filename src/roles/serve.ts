import { openApp, serveHttp, startReaper, startWork } from './app.ts'
import type { Run } from './command.ts'

/** `usher serve`: everything in one process, the sandbox gateway included where no payment provider is set. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  const app = await openApp(config, shutdown, { runsGateway: true })
  startReaper(app, shutdown)
  startWork(app, shutdown)
  const server = serveHttp(app, shutdown, { sharePort: false })
  app.log.info(
    { port: server.port },
    `ready: http://localhost:${server.port} (the API is described at /docs)`,
  )
  await shutdown.requested
}

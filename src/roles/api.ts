import type { Run } from './command.ts'
import { openApp, serveHttp, startWork } from './app.ts'

/** `usher api`: answers HTTP. Holds are expired here, too, so that a house without a worker keeps selling. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  const app = await openApp(config, shutdown)
  startWork(app, shutdown)
  const server = serveHttp(app, shutdown, { sharePort: true })
  app.log.info({ port: server.port }, `listening on http://localhost:${server.port}`)
  await shutdown.requested
}

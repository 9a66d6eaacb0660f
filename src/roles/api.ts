import { openApp, serveHttp, startReaper, warnAtStart } from './app.ts'
import type { Run } from './command.ts'
import { mustFindGateway } from './payment.ts'

/** `usher api`: answers HTTP and nothing else; several processes may share the port. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  mustFindGateway(config)
  const app = await openApp(config, shutdown, { runsGateway: false })
  await warnAtStart(app)
  startReaper(app, shutdown)
  const server = serveHttp(app, shutdown, { sharePort: true })
  app.log.info({ port: server.port }, `listening on http://localhost:${server.port}`)
  await shutdown.requested
}

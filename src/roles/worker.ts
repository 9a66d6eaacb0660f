import { openApp, startReaper, startWork, warnAtStart } from './app.ts'
import type { Run } from './command.ts'
import { mustFindGateway } from './payment.ts'

/** `usher worker`: expires holds, finishes payments and refunds, sends tickets. Any number may run. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  mustFindGateway(config)
  const app = await openApp(config, shutdown, { runsGateway: false })
  await warnAtStart(app)
  startReaper(app, shutdown)
  startWork(app, shutdown)
  app.log.info('working')
  await shutdown.requested
}

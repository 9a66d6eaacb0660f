import { ledgerNow, writeFileSpec } from '../features/controls/index.ts'
import { Failure, WrongInput } from '../platform/failure.ts'
import { isRefusal } from '../shared/errors.ts'
import { openApp } from './app.ts'
import type { Run } from './command.ts'

/** `usher export event ID`: the event as a file for `usher apply`; applied as it is, it changes nothing. */
export const run: Run<{ id: string }> = async ({ id }, { config, shutdown }) => {
  const app = await openApp({ ...config, logLevel: 'warn' }, shutdown, { runsGateway: false })
  const event = await app.catalog.house({ eventId: id })
  if (!event) throw new WrongInput(`there is no event ${id}`)
  const [layout, ledger] = await Promise.all([
    event.sale ? app.catalog.layout(event.sale.layoutHash) : null,
    ledgerNow(app.inventory, id),
  ])
  if (isRefusal(ledger)) throw new Failure(ledger.detail)
  await new Promise<void>((done) => process.stdout.write(writeFileSpec(event, layout, ledger), () => done()))
}

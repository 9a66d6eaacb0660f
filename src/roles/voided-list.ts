import { writeFile } from 'node:fs/promises'
import { voidedList } from '../features/ticketing/index.ts'
import { systemClock } from '../platform/clock.ts'
import { WrongInput } from '../platform/failure.ts'
import { isEventId } from '../shared/ids.ts'
import type { Run } from './command.ts'
import { mustBeWritable } from './must-be-writable.ts'
import { openAccount } from './open-account.ts'

/** `usher voided-list EVENT --since V`: the signed list of void tickets, for scanners without a network. */
export const run: Run<{ event: string; since: string; out?: string }> = async (
  options,
  { config, shutdown },
) => {
  const { event, since, out } = options
  if (!isEventId(event)) throw new WrongInput(`${event} is not the id of an event`)
  if (!/^[0-9]{1,15}$/.test(since)) throw new WrongInput(`--since ${since} is not a version: a whole number`)
  if (out !== undefined) mustBeWritable('--out', out)
  const { account, database } = await openAccount(config, shutdown)
  const deps = { inventorySql: database, clock: systemClock, signer: account.keys.tickets }
  const list = await voidedList(deps, event, Number(since))
  if (list === null) throw new WrongInput(`event ${event} does not exist, or was never opened`)
  if (out === undefined) console.log(list)
  else await writeFile(out, `${list}\n`)
}

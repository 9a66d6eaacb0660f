import { WrongInput } from '../platform/failure.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { aboutStaff, inLog } from './log-command.ts'
import { openAccount } from './open-account.ts'

/** `usher operator reset-factor NAME`: their token opens the house by itself until they begin to use an app again. */
export const run: Run<{ name: string }> = async ({ name }, { config, shutdown }) => {
  const { account, database } = await openAccount(config, shutdown)
  const member = (await account.staff.list()).find((one) => one.name === name || one.staffId === name)
  const reset = async (): Promise<void> => {
    if (!(await account.secondFactor.reset(name)))
      throw new WrongInput(`no operator "${name}" has a second factor`)
  }
  await inLog(database, 'operator reset-factor', reset, aboutStaff(member))
  console.error(`${oneLine(name)} has no second factor any more, and what it had opened is closed`)
}

import { WrongInput } from '../platform/failure.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { aboutStaff, inLog } from './log-command.ts'
import { openAccount } from './open-account.ts'

/** `usher operator remove NAME`: running servers stop believing the token within seconds. */
export const run: Run<{ name: string }> = async ({ name }, { config, shutdown }) => {
  const { account, database } = await openAccount(config, shutdown)
  const member = (await account.staff.list()).find((one) => one.name === name || one.staffId === name)
  const remove = async (): Promise<void> => {
    if (!member || !(await account.staff.remove(name))) throw new WrongInput(`there is no operator "${name}"`)
  }
  await inLog(database, 'operator remove', remove, aboutStaff(member))
  console.log(`${oneLine(name)} is removed; the token is worth nothing within 10 seconds`)
}

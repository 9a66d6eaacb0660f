import { WrongInput } from '../platform/failure.ts'
import type { Run } from './command.ts'
import { openAccount } from './open-account.ts'

/** `usher operator remove NAME`: running servers stop believing the token within seconds. */
export const run: Run<{ name: string }> = async ({ name }, { config, shutdown }) => {
  const { account } = await openAccount(config, shutdown)
  if (!(await account.staff.remove(name))) throw new WrongInput(`there is no operator "${name}"`)
  console.log(`${name} is removed; the token is worth nothing within 10 seconds`)
}

import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { openAccount } from './open-account.ts'

/** `usher operator list`: one line an operator, tab-separated. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  const { account } = await openAccount(config, shutdown)
  const members = await account.staff.list()
  for (const { staffId, name, roles, organiserId } of members) {
    console.log([staffId, oneLine(name), roles.join(','), organiserId ?? 'whole house'].join('\t'))
  }
  if (members.length === 0)
    console.error('there are no operators yet: "usher operator add NAME --role admin"')
}

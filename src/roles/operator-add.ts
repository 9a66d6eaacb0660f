import { STAFF_ROLES, type StaffRole } from '../features/account/index.ts'
import { WrongInput } from '../platform/failure.ts'
import type { Run } from './command.ts'
import { openAccount } from './open-account.ts'

const NAME_LENGTH_MAX = 100

/** `usher operator add NAME --role …`: the token goes to standard output alone, so that a script can take it. */
export const run: Run<{ name: string; role?: string; organiser?: string }> = async (
  { name, role, organiser },
  { config, shutdown },
) => {
  const roles = parseRoles(role)
  if (name.trim() === '' || name.length > NAME_LENGTH_MAX) {
    throw new WrongInput(`the name must have 1 to ${NAME_LENGTH_MAX} characters`)
  }
  const { account } = await openAccount(config, shutdown)
  const added = await account.staff.add({ name: name.trim(), roles, organiserId: organiser })
  if (added.taken)
    throw new WrongInput(`there is an operator "${name}" already; remove them first, or take another name`)
  console.error(`${name} (${roles.join(', ')}) may use this token. It is shown only now:`)
  console.log(added.token)
}

function parseRoles(text: string | undefined): StaffRole[] {
  if (!text) throw new WrongInput(`say what they may do: --role with ${STAFF_ROLES.join(', ')}`)
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.filter((word) => !STAFF_ROLES.includes(word as StaffRole))
  if (unknown.length > 0) {
    throw new WrongInput(`there is no role "${unknown.join('", "')}"; there are ${STAFF_ROLES.join(', ')}`)
  }
  return words as StaffRole[]
}

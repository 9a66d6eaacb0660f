import { STAFF_ROLES, type StaffRole } from '../features/account/index.ts'
import { createCatalog, type Organiser } from '../features/catalog/index.ts'
import { systemClock, systemIds } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import type { Database } from '../platform/postgres/database.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { findOrganiser } from './find-organiser.ts'
import { inLog } from './log-command.ts'
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
  const { account, database } = await openAccount(config, shutdown)
  const organiserId =
    organiser === undefined ? undefined : findOrganiser(organiser, await organisersOf(database, config))
  const add = async (target: Record<string, string>): Promise<string> => {
    const added = await account.staff.add({ name: name.trim(), roles, organiserId })
    if (added.taken)
      throw new WrongInput(`there is an operator "${name}" already; remove them first, or take another name`)
    target['staff_id'] = added.member.staffId
    return added.token
  }
  const about = { target: { roles: roles.join(',') }, organiserId: organiserId ?? null }
  const token = await inLog(database, 'operator add', add, about)
  console.error(`${oneLine(name)} (${roles.join(', ')}) may use this token. It is shown only now:`)
  console.log(token)
}

async function organisersOf(database: Database, config: Config): Promise<Organiser[]> {
  const { holdSeconds, ticketsPerBuyer } = config
  const deps = { database, clock: systemClock, ids: systemIds, defaults: { holdSeconds, ticketsPerBuyer } }
  return createCatalog(deps).organisers()
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

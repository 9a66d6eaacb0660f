import { STAFF_ROLES, type StaffRole } from '../features/account/index.ts'
import { createCatalog } from '../features/catalog/index.ts'
import { systemClock, systemIds } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Run } from './command.ts'
import { openAccount } from './open-account.ts'

const NAME_LENGTH_MAX = 100
/** Organisers that are listed to somebody who named none of them. */
const ORGANISERS_SHOWN_MAX = 20

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
  const organiserId = organiser === undefined ? undefined : await findOrganiser(organiser, database, config)
  const added = await account.staff.add({ name: name.trim(), roles, organiserId })
  if (added.taken)
    throw new WrongInput(`there is an operator "${name}" already; remove them first, or take another name`)
  console.error(`${name} (${roles.join(', ')}) may use this token. It is shown only now:`)
  console.log(added.token)
}

/** By its short name or its id. */
async function findOrganiser(named: string, database: Database, config: Config): Promise<string> {
  const { holdSeconds, ticketsPerBuyer } = config
  const deps = { database, clock: systemClock, ids: systemIds, defaults: { holdSeconds, ticketsPerBuyer } }
  const organisers = await createCatalog(deps).organisers()
  const found = organisers.find(({ organiserId, slug }) => organiserId === named || slug === named)
  if (found) return found.organiserId
  const shown = organisers.slice(0, ORGANISERS_SHOWN_MAX)
  const more = organisers.length > shown.length ? ` and ${organisers.length - shown.length} more` : ''
  const list = shown.map(({ organiserId, slug, name }) => `${slug} (${name}, ${organiserId})`).join(', ')
  throw new WrongInput(`there is no organiser "${named}"; there are ${list}${more}`)
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

import { WrongInput } from '../platform/failure.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openCatalog } from './open-catalog.ts'

const NAME_LENGTH_MAX = 100
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

/** `usher organiser add NAME`: prints the id alone, so that a script can take it. */
export const run: Run<{ name: string; slug?: string }> = async ({ name, slug }, { config, shutdown }) => {
  if (name.trim() === '' || name.length > NAME_LENGTH_MAX) {
    throw new WrongInput(`the name must have 1 to ${NAME_LENGTH_MAX} characters`)
  }
  const short = slug ?? slugOf(name)
  if (!SLUG.test(short)) {
    throw new WrongInput(`"${short}" is no short name (a-z, 0-9 and hyphens, 40 at most): give one by --slug`)
  }
  const { catalog, database } = await openCatalog(config, shutdown)
  const added = await inLog(database, 'organiser add', async (target) => {
    const organiser = await catalog.addOrganiser({ slug: short, name: name.trim() })
    if (!organiser)
      throw new WrongInput(`there is an organiser "${short}" already: give another short name by --slug`)
    target['organiser_id'] = organiser.organiserId
    return organiser
  })
  console.error(`${oneLine(added.name)} is called ${short} on the command line; its id:`)
  console.log(added.organiserId)
}

/** "Théâtre de la Ville" is theatre-de-la-ville. */
function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
    .replace(/-$/, '')
}

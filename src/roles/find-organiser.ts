import type { Organiser } from '../features/catalog/index.ts'
import { WrongInput } from '../platform/failure.ts'

/** Organisers that are listed to somebody who named none of them. */
const ORGANISERS_SHOWN_MAX = 20

/** The one that was named by its id, its short name or, where only one has it, its name. */
export function findOrganiser(named: string, organisers: readonly Organiser[]): string {
  const found = organisers.find(({ organiserId, slug }) => organiserId === named || slug === named)
  if (found) return found.organiserId
  const plain = (name: string): string => name.trim().toLowerCase()
  const called = organisers.filter(({ name }) => plain(name) === plain(named))
  if (called.length === 1) return called[0]!.organiserId
  if (called.length > 1) {
    const list = called.map(({ organiserId, slug }) => `${slug} (${organiserId})`).join(', ')
    throw new WrongInput(`"${named}" is the name of several organisers: say one of ${list}`)
  }
  const shown = organisers.slice(0, ORGANISERS_SHOWN_MAX)
  const more = organisers.length > shown.length ? ` and ${organisers.length - shown.length} more` : ''
  const list = shown.map(({ organiserId, slug, name }) => `${slug} (${name}, ${organiserId})`).join(', ')
  throw new WrongInput(`there is no organiser "${named}"; there are ${list}${more}`)
}

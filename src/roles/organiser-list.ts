import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { openCatalog } from './open-catalog.ts'

/** `usher organiser list`: one line an organiser, tab-separated. */
export const run: Run<object> = async (_options, { config, shutdown }) => {
  const { catalog } = await openCatalog(config, shutdown)
  for (const { organiserId, slug, name } of await catalog.organisers())
    console.log([organiserId, slug, oneLine(name)].join('\t'))
}

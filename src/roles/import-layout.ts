import { readLayout } from '../features/catalog/index.ts'
import { WrongInput } from '../platform/failure.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openCatalog } from './open-catalog.ts'
import { readText } from './read-text.ts'

/** `usher import layout FILE`: a seating plan in the pretix format or Usher's superset of it; prints its hash. */
export const run: Run<{ file: string; dryRun?: boolean }> = async (
  { file, dryRun = false },
  { config, shutdown },
) => {
  const text = await readText(file)
  if (text.trim() === '') throw new WrongInput(`${file} has nothing in it`)
  const read = readLayout(parse(text, file))
  if ('faults' in read) {
    throw new WrongInput(read.faults.map(({ path, message }) => `${file}: ${path}: ${message}`))
  }
  const { layout, format, warnings } = read
  for (const { path, message } of warnings) console.error(oneLine(`warning: ${path}: ${message}`))
  const what = oneLine(
    `${layout.name}: ${layout.seats.length} seats in ${layout.sections.length} sections, ${layout.areas.length} general admission areas, ${layout.categories.length} categories (${format} format)`,
  )
  if (dryRun) {
    console.log(`dry run, nothing changed: ${what}`)
    return
  }
  const { catalog, database } = await openCatalog(config, shutdown)
  const { hash, added } = await inLog(database, 'import layout', async (target) => {
    const stored = await catalog.storeLayout({ layout, original: { format, text } })
    target['hash'] = stored.hash
    return stored
  })
  console.error(`${what}${added ? '' : ', known already'}`)
  console.log(hash)
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new WrongInput(`${file} is not JSON: ${(error as Error).message}`, { cause: error })
  }
}

import { openPostgres } from '../platform/postgres/open.ts'
import { migrate, pendingMigrations } from '../platform/postgres/migrate.ts'
import type { Run } from './command.ts'
import { mustBeThere } from './house-there.ts'

/** `usher migrate`: for a deployment that changes the schema before the new processes start. */
export const run: Run<{ status?: boolean }> = async ({ status }, { config, shutdown }) => {
  if (status) mustBeThere(config)
  const { url } = await openPostgres(config, shutdown)
  if (status) {
    const pending = await pendingMigrations(url)
    for (const name of pending) console.log(name)
    console.log(pending.length === 0 ? 'the schema is up to date' : `${pending.length} to apply`)
    return
  }
  const { applied } = await migrate(url)
  for (const name of applied) console.log(`applied ${name}`)
  if (applied.length === 0) console.log('the schema is up to date')
}

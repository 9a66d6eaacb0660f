import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'

/** Whether there is a database to ask: one that is named, or one in the data folder. */
export function isHouseThere({ databaseUrl, dataDir }: Config): boolean {
  return databaseUrl !== null || existsSync(join(dataDir, 'postgres'))
}

/** For what only makes sense in a house that there is: a mistyped folder must not become a new one. */
export function mustBeThere(config: Config): void {
  if (!isHouseThere(config))
    throw new WrongInput(
      `there is nothing at ${config.dataDir}: is USHER_DATA_DIR right? Or set DATABASE_URL`,
    )
}

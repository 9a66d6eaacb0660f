import { createAccount, type Account } from '../features/account/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'
import { usesSandboxGateway, type Config } from '../platform/config.ts'
import { loadMasterKeys } from '../platform/crypto/master-key.ts'
import type { WrappingKeys } from '../platform/crypto/seal.ts'
import { openDatabase, type Database } from '../platform/postgres/database.ts'
import { migrate } from '../platform/postgres/migrate.ts'
import { openPostgres } from '../platform/postgres/open.ts'
import type { Shutdown } from '../platform/shutdown.ts'

/** The keys that wrap all others, by `USHER_KEY` or, in development, from the data folder. */
export function masterKeysOf(config: Config): WrappingKeys {
  return loadMasterKeys({
    key: config.key,
    previous: config.keyPrevious,
    dataDir: config.dataDir,
    mayGenerate: !config.production,
    random: systemRandom,
  })
}

/** People, staff and keys on a migrated database, for commands that need nothing else. */
export async function openAccount(
  config: Config,
  shutdown: Shutdown,
): Promise<{ account: Account; database: Database; masterKeys: WrappingKeys }> {
  const masterKeys = masterKeysOf(config)
  const { url } = await openPostgres(config, shutdown)
  await migrate(url)
  const database = openDatabase({ url, connectionsMax: 2 })
  shutdown.add('database connections', () => database.close())
  const account = await createAccount({
    database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    masterKeys,
    livemode: !usesSandboxGateway(config),
  })
  shutdown.add('key ring', () => account.close())
  return { account, database, masterKeys }
}

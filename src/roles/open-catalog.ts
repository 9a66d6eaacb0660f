import { createCatalog, type CatalogService } from '../features/catalog/index.ts'
import { systemClock, systemIds } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { openDatabase, type Database } from '../platform/postgres/database.ts'
import { migrate } from '../platform/postgres/migrate.ts'
import { openPostgres } from '../platform/postgres/open.ts'
import type { Shutdown } from '../platform/shutdown.ts'

const CONNECTIONS_MAX = 6
/** Milliseconds; an import may run beside a busy server. */
const STATEMENT_TIMEOUT_MS = 60_000

/** The catalog on a migrated database, for commands that need no server. */
export async function openCatalog(
  config: Config,
  shutdown: Shutdown,
): Promise<{ catalog: CatalogService; database: Database }> {
  const { url } = await openPostgres(config, shutdown)
  await migrate(url)
  const database = openDatabase({
    url,
    connectionsMax: CONNECTIONS_MAX,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  })
  shutdown.add('database connections', () => database.close())
  const { holdSeconds, ticketsPerBuyer } = config
  const catalog = createCatalog({
    database,
    clock: systemClock,
    ids: systemIds,
    defaults: { holdSeconds, ticketsPerBuyer },
  })
  return { catalog, database }
}

import type { Config } from '../config.ts'
import type { Shutdown } from '../shutdown.ts'
import { startEmbeddedPostgres } from './embedded.ts'

/**
 * URL of the database that the configuration names: `DATABASE_URL`, or the embedded PostgreSQL, which is started or
 * attached to and left again at shutdown.
 */
export async function openPostgres(
  config: Config,
  shutdown: Shutdown,
  onNote?: (note: string) => void,
): Promise<{ url: string; embedded: boolean }> {
  if (config.databaseUrl) return { url: config.databaseUrl, embedded: false }
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir, ...(onNote && { onNote }) })
  shutdown.add('embedded PostgreSQL', () => server.stop())
  return { url: server.url, embedded: true }
}

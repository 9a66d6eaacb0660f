import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPrograms, runningServer, stopCluster } from '../../src/platform/postgres/cluster.ts'
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts'
import { migrate } from '../../src/platform/postgres/migrate.ts'

export type OwnServer = {
  url: string
  /** Kills the server like a power cut of its process: nothing is written, nothing said. It comes back by itself. */
  kill(): Promise<void>
  /** Stops it as an operator would: connections are ended, what is committed is kept. It comes back by itself. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** A durable PostgreSQL of a test's own, migrated, for tests that end it. */
export async function ownServer(): Promise<OwnServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'usher-server-'))
  const cluster = join(dataDir, 'postgres')
  const server = await startEmbeddedPostgres({ dataDir, settings: { shared_buffers: '64MB' } })
  await migrate(server.url)
  return {
    url: server.url,
    kill: async () => {
      const running = await runningServer(cluster)
      // Just dead already: it is on its way back.
      if (running) process.kill(running.pid, 'SIGKILL')
    },
    restart: async () => stopCluster(await findPrograms(cluster), cluster),
    close: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

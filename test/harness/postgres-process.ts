// A process that uses the embedded PostgreSQL, for tests that kill it: `bun postgres-process.ts DATA_DIR [exit]`.
import { createShutdown, onSignals } from '../../src/platform/shutdown.ts'
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts'

const shutdown = createShutdown((what, error) => console.error(what, error))
onSignals(
  () => void shutdown.run().then(() => process.exit(0)),
  () => process.exit(1),
)
const server = await startEmbeddedPostgres({ dataDir: process.argv[2]! })
shutdown.add('postgres', () => server.stop())
console.log(JSON.stringify({ url: server.url, owned: server.owned }))
if (process.argv[3] === 'exit') process.exit(0)
setInterval(() => {}, 60_000)

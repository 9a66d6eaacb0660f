// A textbook server: `DESIGN=for-update POOL=32 PORT=… DATABASE_URL=… USHER_KEY=… bun bench/textbook/server.ts`.
// Everything but the way in which seats are held is Usher's own: runtime, HTTP layer, schema, sessions, tables.
import { createAccount } from '../../src/features/account/index.ts'
import { compileHall } from '../../src/features/inventory/hall.ts'
import { systemClock, systemIds, systemRandom } from '../../src/platform/clock.ts'
import { loadMasterKeys } from '../../src/platform/crypto/master-key.ts'
import { startHttpServer } from '../../src/platform/http/server.ts'
import { openDatabase } from '../../src/platform/postgres/database.ts'
import { syntheticHall } from '../synthetic-hall.ts'
import { DESIGNS, type DesignName } from './designs.ts'
import { textbookRoutes } from './routes.ts'

const { DESIGN, POOL = '32', PORT = '0', DATABASE_URL, USHER_KEY, SEATS = '1000' } = process.env
if (!DATABASE_URL || !USHER_KEY || !DESIGN || !(DESIGN in DESIGNS)) {
  throw new Error(`set DATABASE_URL, USHER_KEY and DESIGN (${Object.keys(DESIGNS).join(', ')})`)
}

const database = openDatabase({ url: DATABASE_URL, connectionsMax: Number(POOL) })
const account = await createAccount({
  database,
  clock: systemClock,
  ids: systemIds,
  random: systemRandom,
  masterKeys: loadMasterKeys({
    key: USHER_KEY,
    previous: null,
    dataDir: '.',
    mayGenerate: false,
    random: systemRandom,
  }),
  livemode: false,
})
const hall = compileHall('synthetic', syntheticHall(Number(SEATS)))
const server = startHttpServer({
  port: Number(PORT),
  hostname: '127.0.0.1',
  routes: textbookRoutes({ pool: database.pool, hall, design: DESIGNS[DESIGN as DesignName] }),
  clock: systemClock,
  authenticate: account.authenticate,
  onFault: (error) => console.error(error),
})
console.log(`listening on ${server.port}`)

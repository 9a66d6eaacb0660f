// A process with an inventory and nothing else, for tests that kill it: `bun inventory-process.ts DATABASE_URL ROWS SEATS`.
// A call is POST / {"call": "hold", "with": [...]}; the answer is what the inventory said.
import { systemClock, systemIds, systemRandom } from '../../src/platform/clock.ts'
import { openDatabase, Outage } from '../../src/platform/postgres/database.ts'
import { refuse } from '../../src/shared/errors.ts'
import { createInventory } from '../../src/features/inventory/index.ts'
import { smallHall } from './small-hall.ts'

const [url, rows, perRow] = process.argv.slice(2)
const layout = smallHall(Number(rows), Number(perRow))
const inventory = createInventory({
  database: openDatabase({ url: url!, connectionsMax: 4 }),
  clock: systemClock,
  ids: systemIds,
  random: systemRandom,
  layout: () => Promise.resolve(layout),
})
inventory.sequencers.start()

type Call = (...words: unknown[]) => Promise<unknown>
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 60,
  fetch: async (request) => {
    const { call, with: words } = (await request.json()) as { call: string; with: unknown[] }
    try {
      return Response.json(await (inventory as unknown as Record<string, Call>)[call]!(...words))
    } catch (error) {
      // As the HTTP layer of the real process answers it.
      if (error instanceof Outage)
        return Response.json(refuse('unavailable', 'The database does not answer.'))
      throw error
    }
  },
})
console.log(JSON.stringify({ port: server.port }))
// The process that started this one may be killed, too.
process.stdin.on('end', () => process.exit(0)).resume()

import { systemClock } from '../platform/clock.ts'
import { WrongInput } from '../platform/failure.ts'
import { listDeadFacts, reviveDeadFacts } from '../platform/outbox/outbox.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { migrate } from '../platform/postgres/migrate.ts'
import { openPostgres } from '../platform/postgres/open.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { CONSUMERS } from './consumers.ts'
import { inLog } from './log-command.ts'

/** `usher outbox`: facts that nobody tries any more (a mail that was refused for a day), and another round for them. */
export const run: Run<{ retry?: string }> = async ({ retry }, { config, shutdown }) => {
  const known: readonly string[] = CONSUMERS.map(({ consumer }) => consumer)
  if (retry !== undefined && !known.includes(retry))
    throw new WrongInput(`--retry ${retry}: no such consumer; there are ${known.join(', ')}`)
  const { url } = await openPostgres(config, shutdown)
  await migrate(url)
  const database = openDatabase({ url, connectionsMax: 1 })
  shutdown.add('database connection', () => database.close())
  if (retry !== undefined) {
    const revive = () => reviveDeadFacts(database, retry, new Date(systemClock.now()))
    const count = await inLog(database, 'outbox --retry', revive, { target: { consumer: retry } })
    console.log(`${count} facts of "${retry}" are tried again.`)
    return
  }
  const dead = await listDeadFacts(database)
  if (dead.length === 0) console.log('No fact was given up.')
  for (const { consumer, factId, kind, key, tries, error, deadAt } of dead) {
    console.log(
      oneLine(
        `${consumer}  ${kind}  ${key}  fact ${factId}  given up ${deadAt.toISOString()} after ${tries} tries: ${error ?? 'unknown'}`,
      ),
    )
  }
  return dead.length === 0 ? 0 : 1
}

import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Sql } from '../postgres/database.ts'
import { wordOf, type OutboxObserver } from './fact.ts'
import { countParkedFacts, lag, outboxStore } from './outbox-store.ts'

/** Metrics and log of every reader of the process; `readers` names whose lag is shown. */
export function observeOutbox(
  metrics: Metrics,
  log: Pick<Log, 'debug' | 'warn' | 'error'>,
  sql: Sql,
  readers: readonly { consumer: string; table: string }[],
): OutboxObserver {
  const handled = metrics.counter('usher_outbox_handled_total', 'Facts dealt with.', ['consumer', 'kind'])
  const failures = metrics.counter('usher_outbox_failures_total', 'Tries that failed.', ['consumer'])
  metrics.gauge(
    'usher_outbox_lag_seconds',
    'Age of the oldest fact that was not read yet.',
    ['consumer'],
    async (gauge) => {
      const cluster = await outboxStore.cluster(sql)
      for (const { consumer, table } of readers) {
        const { rows } = await sql.query<{ seconds: number }>(lag(table), [consumer, cluster])
        gauge.set({ consumer }, rows[0]?.seconds ?? 0)
      }
    },
  )
  metrics.gauge(
    'usher_outbox_parked',
    'Facts waiting for another try, and those given up (state="dead"): somebody has to look at these.',
    ['consumer', 'state'],
    async (gauge) => {
      gauge.reset()
      for (const { consumer } of readers) {
        gauge.set({ consumer, state: 'waiting' }, 0)
        gauge.set({ consumer, state: 'dead' }, 0)
      }
      for (const { consumer, waiting, dead } of await countParkedFacts(sql)) {
        gauge.inc({ consumer, state: 'waiting' }, waiting)
        gauge.inc({ consumer, state: 'dead' }, dead)
      }
    },
  )
  return {
    handled: (consumer, kind) => handled.inc({ consumer, kind }),
    failed(consumer, { factId, kind }, tries, error) {
      failures.inc({ consumer })
      log.warn({ consumer, factId, kind, tries, error: wordOf(error) }, 'a fact could not be dealt with yet')
    },
    underWay: (consumer, { factId, kind }, tries) =>
      log.debug({ consumer, factId, kind, tries }, 'a fact is being dealt with by another process'),
    dead: (consumer, { factId, kind, key }) =>
      log.error({ consumer, factId, kind, key }, 'a fact was given up: see outbox_parked'),
    fault: (consumer, error) =>
      log.warn({ consumer, err: error }, 'an outbox could not be read; trying again'),
  }
}

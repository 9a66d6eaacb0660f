import type { InventoryDeps } from '../features/inventory/index.ts'
import type { Route } from '../platform/http/route.ts'
import type { HttpServerOptions } from '../platform/http/server.ts'
import type { Log } from '../platform/log.ts'
import { SIZE_BUCKETS, type Metrics } from '../platform/metrics.ts'

/** Milliseconds from which a request is worth a line in the log. */
const SLOW_MS = 1_000

/** How long holds outlive their time, in seconds: the reaper's bound is one second. */
const LAG_SECONDS_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export function observeInventory(metrics: Metrics, log: Log): NonNullable<InventoryDeps['observer']> {
  const commits = metrics.histogram('usher_commit_seconds', 'From sending a commit to its answer.', [
    'outcome',
  ])
  const batches = metrics.histogram('usher_batch_commands', 'Commands an entry.', [], SIZE_BUCKETS)
  const lag = metrics.histogram(
    'usher_expiry_lag_seconds',
    'How late the oldest hold of an entry was expired.',
    [],
    LAG_SECONDS_BUCKETS,
  )
  const refusals = metrics.counter(
    'usher_refusals_from_memory_total',
    'Holds refused without asking the database.',
  )
  const alerts = metrics.counter('usher_ledger_alerts_total', 'What a person should look at.')
  const forks = metrics.counter(
    'usher_ledger_forks_total',
    'Memories dropped because the ledger did not continue them.',
  )
  return {
    onCommit({ outcome, milliseconds, commands, expiryLagMs }) {
      commits.labels(outcome).observe(milliseconds / 1000)
      batches.observe(commands)
      if (expiryLagMs !== null) lag.observe(expiryLagMs / 1000)
    },
    onRefusedFromMemory: () => refusals.inc(),
    onFork: () => forks.inc(),
    onAlert(eventId, what, cause) {
      alerts.inc()
      log.error({ event_id: eventId, err: cause }, what)
    },
  }
}

export function observeHttp(
  metrics: Metrics,
  log: Log,
): Required<Pick<HttpServerOptions, 'onAnswer' | 'onFault'>> {
  const seconds = metrics.timings('usher_http_seconds', 'From the request to its answer.')
  const tellsAll = log.isLevelEnabled('debug')
  // Looking labels up costs more than observing: kept by route and status.
  const known = new Map<Route, Map<number, (seconds: number) => void>>()
  const series = (route: Route, status: number): ((seconds: number) => void) => {
    let byStatus = known.get(route)
    if (!byStatus) known.set(route, (byStatus = new Map()))
    let one = byStatus.get(status)
    if (!one) {
      one = seconds.series({ method: route.method, route: route.path, status: String(status) })
      byStatus.set(status, one)
    }
    return one
  }
  return {
    onAnswer(route, status, milliseconds, requestId) {
      series(route, status)(milliseconds / 1000)
      const notable = status >= 500 || milliseconds > SLOW_MS
      if (!notable && !tellsAll) return
      const line = {
        request_id: requestId,
        method: route.method,
        route: route.path,
        status,
        milliseconds: Math.round(milliseconds * 10) / 10,
      }
      if (notable) log.warn(line, 'request')
      else log.debug(line, 'request')
    },
    onFault(error, route, requestId) {
      log.error(
        { request_id: requestId, method: route.method, route: route.path, err: error },
        'a request failed',
      )
    },
  }
}

import { constants, readFileSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  audit,
  checkpointDigest,
  FINDINGS_PER_EVENT_MAX,
  NoSuchEvent,
  readCheckpoint,
  writeCheckpoint,
  type AuditOptions,
  type AuditReport,
  type CheckpointHead,
} from '../features/audit/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { Failure, WrongInput } from '../platform/failure.ts'
import { createStripeProvider } from '../platform/payment/stripe.ts'
import { openDatabase, Outage } from '../platform/postgres/database.ts'
import { openPostgres } from '../platform/postgres/open.ts'
import { startProgress, type Progress } from '../platform/progress.ts'
import type { Shutdown } from '../platform/shutdown.ts'
import { isEventId } from '../shared/ids.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { isHouseThere } from './house-there.ts'
import { isAllowed, mustBeWritable } from './must-be-writable.ts'

/** Small events are read side by side, and each has a connection of its own. */
const CONNECTIONS_MAX = 6
/** Milliseconds for one read: a page of a large table on a busy server. */
const READ_MS_MAX = 120_000
/** Milliseconds for one page of a provider's books. */
const GATEWAY_MS_MAX = 20_000

type Options = {
  event?: string
  json?: boolean
  dataDir?: string
  money: boolean
  gateway?: string
  checkpoint?: string
  since?: string
}

/** `usher audit`: exit code 0 when everything is as the ledger says, 1 with findings, 2 when it could not be found out. */
export const run: Run<Options> = async (options, { config, shutdown }) => {
  const { event: eventId } = options
  if (eventId !== undefined && !isEventId(eventId))
    throw new WrongInput(`--event ${eventId}: not an event's id`)
  const since = options.since === undefined ? undefined : readHeads(options.since)
  if (options.checkpoint !== undefined) mustBeWritable('--checkpoint', options.checkpoint)
  const gateway = options.gateway === undefined ? undefined : openGateway(options.gateway, config)
  const report = await tried(() =>
    runAudit({ ...options, config, shutdown }, { eventId, since, gateway, money: options.money }),
  )
  if (options.json) console.log(JSON.stringify(asJson(report)))
  else printReport(report)
  if (options.checkpoint !== undefined) keepCheckpoint(options.checkpoint, report)
  return report.findings.length > 0 ? 1 : 0
}

async function runAudit(
  c: { dataDir?: string; config: Config; shutdown: Shutdown },
  given: { [K in keyof AuditOptions]?: AuditOptions[K] | undefined },
): Promise<AuditReport> {
  const config =
    c.dataDir === undefined ? c.config : { ...c.config, dataDir: resolve(c.dataDir), databaseUrl: null }
  if (!isHouseThere(config))
    throw new WrongInput(
      `${config.dataDir} has no database: name a data folder by --data-dir or set DATABASE_URL`,
    )
  const { url } = await openPostgres(config, c.shutdown)
  const database = openDatabase({
    url,
    connectionsMax: CONNECTIONS_MAX,
    applicationName: 'usher-audit',
    statementTimeoutMs: READ_MS_MAX,
  })
  c.shutdown.add('database connections', () => database.close())
  let progress: Progress | null = null
  const onProgress: AuditOptions['onProgress'] = ({ entries, entriesInAll }) => {
    progress ??= startProgress('auditing: entries', entriesInAll)
    progress.at(entries)
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const report = await audit({ database, clock: systemClock }, { ...set, onProgress })
  ;(progress as Progress | null)?.end()
  return report
}

// What keeps the audit from an answer is neither clean nor a finding.
async function tried<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WrongInput) throw error
    if (error instanceof NoSuchEvent) throw new WrongInput(error.message, { cause: error })
    throw new WrongInput(`the audit could not run: ${reasonOf(error as Error)}`, { cause: error })
  }
}

/** In one line for what is wrong outside; a fault of ours keeps its stack. */
function reasonOf(error: Error): string {
  if (error instanceof Outage) return `${error.message}: ${(error.cause as Error).message}`
  const isOutside = error instanceof Failure || (error as { code?: unknown }).code !== undefined
  return isOutside ? error.message : (error.stack ?? String(error))
}

function readHeads(file: string): CheckpointHead[] {
  if (!isAllowed(file, constants.R_OK)) throw new WrongInput(`--since ${file}: cannot be read`)
  if (statSync(file).isDirectory()) throw new WrongInput(`--since ${file}: is a folder`)
  try {
    return readCheckpoint(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new WrongInput(`--since ${file}: ${(error as Error).message}`, { cause: error })
  }
}

function openGateway(url: string, config: Config): AuditOptions['gateway'] {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new WrongInput(`--gateway ${url}: not a URL`)
  return createStripeProvider({
    secretKey: config.stripeSecretKey ?? 'sk_test_sandbox',
    webhookSecret: config.stripeWebhookSecret ?? 'none',
    apiBase: url,
    callMsMax: GATEWAY_MS_MAX,
  })
}

function keepCheckpoint(file: string, report: AuditReport): void {
  if (report.findings.length > 0) {
    console.error(`usher: no checkpoint was written: ${file} would vouch for what the audit found`)
    return
  }
  const text = writeCheckpoint(report.heads)
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new WrongInput(`--checkpoint ${file}: ${(error as Error).message}`, { cause: error })
  }
  console.error(`${file}: ${report.heads.length} heads, SHA-256 ${checkpointDigest(text)}`)
}

function asJson({ findings, findingsDropped, figures, milliseconds }: AuditReport): object {
  return {
    audit:
      findings.length === 0
        ? 'clean'
        : findings.map(({ eventId, invariant, kind, what }) => ({
            event_id: eventId,
            invariant,
            kind,
            what,
          })),
    ...(findingsDropped > 0 && { findings_dropped: findingsDropped }),
    checked: {
      events: figures.events,
      entries: figures.entries,
      holds: figures.holds,
      tickets: figures.tickets,
      orders: figures.orders,
      orders_under_way: figures.ordersUnderWay,
      charges: figures.charges,
    },
    seconds: Number((milliseconds / 1000).toFixed(3)),
  }
}

function printReport({ findings, findingsDropped, figures, milliseconds }: AuditReport): void {
  for (const { invariant, what } of findings)
    console.log(oneLine(invariant === null ? `ledger: ${what}` : `invariant ${invariant}: ${what}`))
  if (findingsDropped > 0)
    console.log(`and ${count(findingsDropped)} more, beyond ${FINDINGS_PER_EVENT_MAX} an event`)
  const checked = [
    `${count(figures.events)} events`,
    `${count(figures.entries)} entries`,
    `${count(figures.holds)} holds`,
    `${count(figures.tickets)} tickets`,
    `${count(figures.orders)} orders (${count(figures.ordersUnderWay)} under way)`,
    ...(figures.charges > 0 ? [`${count(figures.charges)} charges`] : []),
  ].join(', ')
  const found = findings.length + findingsDropped
  const verdict = found === 0 ? 'clean' : found === 1 ? '1 finding' : `${count(found)} findings`
  console.log(`${verdict}: ${checked} in ${(milliseconds / 1000).toFixed(1)} s`)
}

function count(n: number): string {
  return n.toLocaleString('en')
}

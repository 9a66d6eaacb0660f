import { join } from 'node:path'
import { PEOPLE_TABLES, retainPeople } from '../features/account/index.ts'
import { buyersNeeded, clearAnswers, clearWebhooks } from '../features/checkout/index.ts'
import { clearPictures } from '../features/pictures/index.ts'
import { clearDeliveries } from '../features/notification/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import { clearMailFiles } from '../platform/mail-files.ts'
import { clearOutbox, countOldFacts } from '../platform/outbox/outbox.ts'
import { openDatabase, type Database } from '../platform/postgres/database.ts'
import { migrate } from '../platform/postgres/migrate.ts'
import { openPostgres } from '../platform/postgres/open.ts'
import { removeTraces } from '../platform/postgres/remove-traces.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openMediaStore } from './pictures.ts'
import { OUTBOXES } from './upkeep.ts'

const DAY_MS = 24 * 3_600_000
const GUEST_DAYS = 400
const GUEST_DAYS_MIN = 30
/** Providers repeat a webhook for some days; a person there may send one again within a month. */
const WEBHOOK_DAYS = 90
const DELIVERY_DAYS = 90
const MAIL_FILE_DAYS = 30

export type RetentionLine = { what: string; rows: number }

/**
 * `usher retention`: deletes what need not be kept any longer and takes its traces out of the database's files. Run it
 * once a day, at a quiet hour.
 */
export const run: Run<{ dryRun?: boolean; guestDays?: string; rewrite?: boolean }> = async (
  { dryRun = false, guestDays, rewrite = true },
  { config, shutdown },
) => {
  const days = guestDays === undefined ? GUEST_DAYS : Number(guestDays)
  if (!Number.isInteger(days) || days < GUEST_DAYS_MIN)
    throw new WrongInput([`--guest-days is not a whole number of days from ${GUEST_DAYS_MIN}`])
  const { url } = await openPostgres(config, shutdown)
  await migrate(url)
  const database = openDatabase({ url, connectionsMax: 2, statementTimeoutMs: 0 })
  shutdown.add('database connections', () => database.close())
  const work = () => retain({ database, config, guestDays: days, dryRun })
  for (const { what, rows } of await (dryRun ? work() : inLog(database, 'retention', work))) {
    console.log(`${String(rows).padStart(9)}  ${what}`)
  }
  if (dryRun) {
    console.log('Nothing was changed: this was a dry run.')
    return
  }
  const vacuum = ['idempotent_answers', 'webhook_inbox', 'mail_deliveries', 'payments', ...OUTBOXES]
  let left = 0
  await removeTraces({
    url,
    rewrite: rewrite ? PEOPLE_TABLES : [],
    vacuum: rewrite ? vacuum : [...PEOPLE_TABLES, ...vacuum],
    onNote: (note) => {
      left += 1
      console.log(note)
    },
  })
  if (!rewrite)
    console.log('Deleted rows stay in their pages until others are written over them (--no-rewrite).')
  else if (left === 0)
    console.log(
      'The traces of what was deleted are gone from the tables and the log; backups keep theirs until they lapse.',
    )
}

/** Every rule once, in the order of the sets; with `dryRun` only counted. */
export async function retain(c: {
  database: Database
  config: Config
  guestDays: number
  dryRun: boolean
}): Promise<RetentionLine[]> {
  const { database, config, guestDays, dryRun } = c
  const nowMs = systemClock.now()
  const daysAgo = (days: number): Date => new Date(nowMs - days * DAY_MS)
  const lines = await retainPeople({
    database,
    nowMs,
    guestDays,
    dryRun,
    needed: (buyers, since) => buyersNeeded(database, buyers, since),
  })
  const answers = await clearAnswers(database, new Date(nowMs), dryRun)
  lines.push({ what: 'idempotency keys of orders that need not be kept any more', rows: answers })
  const webhooks = await clearWebhooks(database, daysAgo(WEBHOOK_DAYS), dryRun)
  lines.push({ what: `webhooks dealt with, of ${WEBHOOK_DAYS} days ago`, rows: webhooks })
  const deliveries = await clearDeliveries(database, daysAgo(DELIVERY_DAYS), dryRun)
  lines.push({ what: `notes of mails sent ${DELIVERY_DAYS} days ago`, rows: deliveries })
  for (const table of OUTBOXES) {
    const rows = await (dryRun ? countOldFacts : clearOutbox)(database, table, nowMs)
    lines.push({ what: `facts of ${table} that all have read, of 7 days ago`, rows })
  }
  const pictures = await clearPictures({ store: openMediaStore(config), ...{ database, nowMs, dryRun } })
  lines.push({ what: 'files of pictures that no event names', rows: pictures })
  if (!config.smtpUrl) {
    const files = await clearMailFiles(join(config.dataDir, 'mail'), daysAgo(MAIL_FILE_DAYS), dryRun)
    lines.push({ what: `mails in the folder, of ${MAIL_FILE_DAYS} days ago`, rows: files })
  }
  return lines
}

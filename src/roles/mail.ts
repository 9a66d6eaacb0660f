import { join } from 'node:path'
import type { Account } from '../features/account/index.ts'
import type { CatalogService } from '../features/catalog/index.ts'
import {
  createFollowMovedTickets,
  createMovedEventConsumer,
  createMovedTicketsConsumer,
  type Checkout,
  type FollowMovedTickets,
} from '../features/checkout/index.ts'
import type { Inventory } from '../features/inventory/index.ts'
import { createMailConsumer } from '../features/notification/index.ts'
import type { Ticketing } from '../features/ticketing/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { fileMailer, smtpMailer, type Mailer } from '../platform/mail.ts'
import type { Metrics } from '../platform/metrics.ts'
import {
  createOutboxReader,
  UNHURRIED,
  type OutboxObserver,
  type OutboxReader,
} from '../platform/outbox/outbox.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Shutdown } from '../platform/shutdown.ts'

export type Mail = {
  mailer: Mailer
  /** Reads the facts of the money and writes to buyers. */
  mail: OutboxReader
  /** Reads the facts of the catalog and has the buyers told of a new day. */
  movedEvents: OutboxReader
  followMovedTickets: FollowMovedTickets
  /** Reads the facts of the ledger and has orders follow where that was not done at once. */
  movedTickets: OutboxReader
}

export function openMail(
  c: {
    config: Config
    metrics: Metrics
    database: Database
    observer: OutboxObserver
    account: Account
    catalog: CatalogService
    inventory: Inventory
    checkout: Checkout
    ticketing: Ticketing
  },
  shutdown: Shutdown,
): Mail {
  const { config, database, observer, account, catalog, inventory, checkout, ticketing } = c
  const parts = { database, clock: systemClock, ids: systemIds, random: systemRandom }
  const mailer = config.smtpUrl ? smtpMailer(config.smtpUrl) : fileMailer(mailFolderOf(config), systemIds)
  shutdown.add('mailer', () => mailer.close())
  const mails = c.metrics.counter('usher_mails_total', 'What became of mails to buyers.', ['kind', 'outcome'])
  const mail = createOutboxReader({
    ...parts,
    table: 'money_outbox',
    observer,
    consumer: createMailConsumer({
      ...parts,
      mailer,
      from: config.mailFrom,
      publicUrl: config.publicUrl,
      domain: /@([^>\s]+)/.exec(config.mailFrom)?.[1] ?? 'localhost',
      ticketing,
      checkout,
      people: account.people,
      onMail: (kind, outcome) => mails.inc({ kind, outcome }),
    }),
  })
  const movedEvents = createOutboxReader({
    ...parts,
    table: 'catalog_outbox',
    limits: UNHURRIED,
    observer,
    consumer: createMovedEventConsumer({
      ...{ database, catalog, clock: systemClock },
      onFact: () => mail.nudge(),
    }),
  })
  const followMovedTickets = createFollowMovedTickets({
    ...{ database, catalog, inventory, clock: systemClock },
    onFact: () => mail.nudge(),
  })
  const movedTickets = createOutboxReader({
    ...parts,
    table: 'inventory_outbox',
    // Nearly all of its facts are of tickets that were sold, and are passed over.
    limits: { ...UNHURRIED, batchRowsMax: 1_000 },
    observer,
    consumer: createMovedTicketsConsumer(followMovedTickets),
  })
  return { mailer, mail, movedEvents, followMovedTickets, movedTickets }
}

export function mailFolderOf(config: Config): string {
  return join(config.dataDir, 'mail')
}

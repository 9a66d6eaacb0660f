import { createIdentity, type Account, type Identity, type OtherSets } from '../features/account/index.ts'
import type { CatalogService } from '../features/catalog/index.ts'
import {
  adoptOrders,
  exportOrders,
  forgetBuyer,
  invoicesOf,
  orderIdsOf,
  whoBought,
} from '../features/checkout/index.ts'
import { exportHoldings, type InventoryService } from '../features/inventory/index.ts'
import { exportDeliveries, messageIdsOf } from '../features/notification/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import { deleteMailFiles } from '../platform/mail-files.ts'
import type { Mailer } from '../platform/mail.ts'
import type { Database } from '../platform/postgres/database.ts'
import { masterKeysOf } from './open-account.ts'

export type IdentityParts = {
  config: Config
  log: Log
  database: Database
  account: Account
  catalog: CatalogService
  inventory: InventoryService
  mailer: Mailer
  mailFolder: string
}

/** Accounts, joined with what the other sets know about a person. */
export function openIdentity(parts: IdentityParts): Identity {
  const { config, log, database, account, mailer } = parts
  return createIdentity({
    database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    account,
    masterKeys: masterKeysOf(config),
    sets: otherSets(parts),
    sendMail: (mail) => mailer.send(mail),
    from: config.mailFrom,
    domain: /@([^>\s]+)/.exec(config.mailFrom)?.[1] ?? 'localhost',
    limited: config.rateLimit,
    // The error of a mail server repeats the address it refused: only its kind goes to the log.
    onProblem: (message, error) =>
      log.error({ kind: error instanceof Error ? error.name : typeof error }, message),
  })
}

function otherSets({ config, database, catalog, inventory, mailFolder }: IdentityParts): OtherSets {
  return {
    eventsInMemoryOf: (buyer) => inventory.eventsInMemoryOf(buyer),
    moveHoldings: (move) => inventory.transfer(move),
    moveOrders: (from, to) => adoptOrders(database, from, to),
    whoBought: (buyers) => whoBought(database, buyers),
    export: async (buyer, eventIds) => {
      const money = await exportOrders(database, buyer)
      const orders = money['orders'] as { order_id: string; event_id: number }[]
      const everywhere = [...new Set([...eventIds, ...orders.map((order) => String(order.event_id))])]
      const [holdings, deliveries, events] = await Promise.all([
        exportHoldings(database, buyer, everywhere),
        exportDeliveries(
          database,
          orders.map((order) => order.order_id),
        ),
        Promise.all(everywhere.map((eventId) => catalog.event(eventId))),
      ])
      return {
        money,
        inventory: { events: holdings },
        delivery: { mails: deliveries },
        catalog: {
          events: events.flatMap((event) => (event ? { event_id: event.eventId, name: event.name } : [])),
        },
      }
    },
    invoices: (buyer) => invoicesOf(database, buyer, new Date(systemClock.now())),
    forget: (buyer) => forgetBuyer(database, buyer),
    deleteMails: async (buyer, isTheirs) => {
      if (config.smtpUrl) return
      const about = await messageIdsOf(database, await orderIdsOf(database, buyer))
      await deleteMailFiles(mailFolder, new Set(about), isTheirs)
    },
  }
}

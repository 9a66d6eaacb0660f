import {
  accountRoutes,
  createAccount,
  createPasskeys,
  createStaffPasskeys,
  organiserFor,
  identityRoutes,
  passkeyRoutes,
  staffPasskeyRoutes,
  staffRoutes,
  withOperatorLog,
  withOrganisers,
  type Account,
  type Identity,
} from '../features/account/index.ts'
import {
  catalogRoutes,
  createCatalog,
  DEFAULT_ORGANISER,
  HALLS,
  type CatalogService,
} from '../features/catalog/index.ts'
import {
  checkoutRoutes,
  createCheckout,
  createSales,
  type Checkout,
  type EventCancellations,
  type Recovery,
  type TicketCode,
} from '../features/checkout/index.ts'
import {
  controlRoutes,
  createControls,
  createImportFollower,
  type Controls,
} from '../features/controls/index.ts'
import {
  AvailabilityStreams,
  CodeGuesses,
  createInventory,
  inventoryRoutes,
  ReadModel,
  type InventoryService,
} from '../features/inventory/index.ts'
import { pictureRoutes, type Pictures } from '../features/pictures/index.ts'
import { devMailRoutes } from '../features/notification/index.ts'
import { createPostgresSearch, createSearch, searchRoutes, type Search } from '../features/search/index.ts'
import {
  createTicketCode,
  createTicketing,
  ticketingRoutes,
  walletRoutes,
  type Ticketing,
  type Wallets,
} from '../features/ticketing/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'
import { configWarnings, productionFaults, type Config } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import { clientAddress } from '../platform/http/address.ts'
import { docsRoutes } from '../platform/http/docs-routes.ts'
import { probeRoutes } from '../platform/http/probe-routes.ts'
import type { Route } from '../platform/http/route.ts'
import { startHttpServer, type HttpServer } from '../platform/http/server.ts'
import { createLog, type Log } from '../platform/log.ts'
import { createMetrics, type Metrics } from '../platform/metrics.ts'
import { createOutboxReader, observeOutbox, UNHURRIED, type OutboxReader } from '../platform/outbox/outbox.ts'
import type { PaymentProvider } from '../platform/payment/provider.ts'
import { openDatabase, Outage, type Database } from '../platform/postgres/database.ts'
import { migrate } from '../platform/postgres/migrate.ts'
import { openPostgres } from '../platform/postgres/open.ts'
import { createRequestLimits } from '../platform/rate-limit.ts'
import type { Shutdown } from '../platform/shutdown.ts'
import { API_DOCUMENT } from './api-document.ts'
import { CONSUMERS } from './consumers.ts'
import { openIdentity } from './identity.ts'
import { mailFolderOf, openMail, type Mail } from './mail.ts'
import { observeHttp, observeInventory } from './observe.ts'
import { masterKeysOf } from './open-account.ts'
import { openWallets } from './wallets.ts'
import { openWeb } from './web.ts'
import { gatewayChecks, openProviders, warnWithoutGateway } from './payment.ts'
import { openPictures } from './pictures.ts'
import { runAlone } from './run-alone.ts'
import { startPriceTurns } from './price-turns.ts'
import { startUpkeep } from './upkeep.ts'

/** What buyers read where a phone or a passkey names the house. */
const HOUSE = 'Usher'

/** Connections of the pool for everything but commits, and of the pool that only commits use. */
const CONNECTIONS_MAX = 16
const COMMIT_CONNECTIONS_MAX = 8

/** Everything a process needs, joined. Roles decide which parts of it they start. */
export type App = {
  config: Config
  log: Log
  metrics: Metrics
  database: Database
  account: Account
  identity: Identity
  catalog: CatalogService
  inventory: InventoryService
  checkout: Checkout & EventCancellations & { recovery: Recovery }
  search: Search
  /** What the house does with its events. */
  controls: Controls
  /** Reads the facts of the catalog and keeps what is searched up to date. */
  searchIndexer: OutboxReader
  pictures: Pictures
  /** Reads the facts of the catalog and fetches the pictures that events name. */
  pictureFetcher: OutboxReader
  /** Reads the facts of the catalog and tells the ledger what an import said of an event on sale. */
  importFollower: OutboxReader
  routes: Route[]
} & Omit<Mail, 'mailer'>

/** Opens the database, brings it up to date and joins the features. What must be stopped goes to `shutdown`. */
export async function openApp(
  config: Config,
  shutdown: Shutdown,
  /** Whether this process runs the sandbox gateway, where no payment provider is set. */
  { runsGateway }: { runsGateway: boolean },
): Promise<App> {
  const faults = productionFaults(config)
  if (faults.length > 0) throw new WrongInput(faults)
  const base = await openBase(config, shutdown)
  const features = await joinFeatures(base, shutdown, openProviders(config, shutdown, runsGateway))
  const log = { database: base.database, clock: systemClock, ids: systemIds }
  const routes = withOrganisers(withOperatorLog(joinRoutes(base, features, shutdown), log), {
    event_id: (eventId) => features.catalog.organiserOf(eventId),
  })
  return { ...base, ...features, routes: [...routes, ...docsRoutes(routes, API_DOCUMENT)] }
}

type Base = Pick<App, 'config' | 'log' | 'metrics' | 'database'> & { commits: Database; embedded: boolean }

async function openBase(config: Config, shutdown: Shutdown): Promise<Base> {
  const log = createLog({ level: config.logLevel, pretty: !config.production && process.stdout.isTTY })
  const metrics = createMetrics()
  const { url, embedded } = await openPostgres(config, shutdown, (note) => log.info(note))
  const { applied } = await migrate(url)
  if (applied.length > 0) log.info({ applied }, 'the schema was brought up to date')

  const onError = (error: Error): void => log.warn({ err: error }, 'a database connection was lost')
  const database = openDatabase({ url, connectionsMax: CONNECTIONS_MAX, onError })
  shutdown.add('database connections', () => database.close())
  const commits = openDatabase({
    url,
    connectionsMax: COMMIT_CONNECTIONS_MAX,
    statementTimeoutMs: 0,
    applicationName: 'usher-commit',
    onError,
  })
  shutdown.add('commit connections', () => commits.close())
  return { config, log, metrics, database, commits, embedded }
}

type Features = Pick<
  App,
  | 'account'
  | 'identity'
  | 'catalog'
  | 'inventory'
  | 'checkout'
  | 'mail'
  | 'movedEvents'
  | 'movedTickets'
  | 'followMovedTickets'
  | 'search'
  | 'searchIndexer'
  | 'importFollower'
  | 'controls'
  | 'pictures'
  | 'pictureFetcher'
> & {
  ticketing: Ticketing
  ticketCode: TicketCode
  wallets: Wallets
}

async function joinFeatures(
  { config, log, metrics, database, commits }: Base,
  shutdown: Shutdown,
  providers: PaymentProvider[],
): Promise<Features> {
  const livemode = providers.some((provider) => provider.livemode)
  const parts = { database, clock: systemClock, ids: systemIds, random: systemRandom }
  const account = await createAccount({
    ...parts,
    masterKeys: masterKeysOf(config),
    livemode,
    operatorToken: config.operatorToken ?? undefined,
    onFault: (error) => log.error({ err: error }, 'the key ring could not be refreshed'),
  })
  shutdown.add('key ring', () => account.close())

  const outboxObserver = observeOutbox(metrics, log, database, CONSUMERS)

  const defaults = { holdSeconds: config.holdSeconds, ticketsPerBuyer: config.ticketsPerBuyer }
  // Each needs the other: the catalog asks how much is left, the ledger asks for layouts.
  const catalog = createCatalog({
    ...parts,
    defaults,
    stock: (eventIds) => inventory.stock(eventIds),
    onSaved: () => {
      searchIndexer.nudge()
      movedEvents.nudge()
      pictureFetcher.nudge()
      importFollower.nudge()
    },
  })
  const { pictures, pictureFetcher } = openPictures({
    ...{ config, metrics, database, observer: outboxObserver, catalog },
  })
  const search = createSearch({
    engine: createPostgresSearch(database, systemClock),
    catalog,
    stock: (eventIds) => inventory.stock(eventIds),
    clock: systemClock,
  })
  const searchIndexer = createOutboxReader({
    ...parts,
    table: 'catalog_outbox',
    consumer: search.indexer,
    limits: { keysMax: 100 },
    observer: outboxObserver,
  })
  const inventory: InventoryService = createInventory({
    ...parts,
    commits,
    layout: (hash) => catalog.layout(hash),
    observer: observeInventory(metrics, log),
  })
  metrics.gauge('usher_events_loaded', 'Events in memory.', [], (gauge) =>
    gauge.set(inventory.sequencers.loadedCount),
  )
  metrics.gauge('usher_commands_waiting', 'Commands in front of all events.', [], (gauge) =>
    gauge.set(inventory.sequencers.waitingCount),
  )

  const ticketCode = createTicketCode(account.keys.tickets)
  const checkout = createCheckout({
    ...parts,
    inventory,
    catalog,
    people: account.people,
    providers,
    ticketCode,
    onFact: () => mail.nudge(),
    onProblem: (message, about) => log.error(about, message),
  })
  const controls = createControls({
    ...{ catalog, inventory, defaults, cancellations: checkout, halls: HALLS },
    ids: systemIds,
    now: () => systemClock.now(),
  })

  const importFollower = createOutboxReader({
    ...{ ...parts, table: 'catalog_outbox', limits: UNHURRIED, observer: outboxObserver },
    consumer: createImportFollower({ catalog, inventory, cancellations: checkout }),
  })

  const ticketing = createTicketing({
    checkout,
    catalog,
    people: account.people,
    inventory,
    inventorySql: database,
    signer: account.keys.tickets,
    clock: systemClock,
  })
  const { mailer, mail, movedEvents, ...moved } = openMail(
    { config, metrics, database, observer: outboxObserver, account, catalog, inventory, checkout, ticketing },
    shutdown,
  )

  const identity = openIdentity({
    ...{ config, log, database, account, catalog, inventory, mailer },
    mailFolder: mailFolderOf(config),
  })
  shutdown.add('sign-ins under way', () => identity.stop())

  return {
    ...{
      account,
      identity,
      catalog,
      inventory,
      checkout,
      mail,
      movedEvents,
      ...moved,
      ticketing,
      ticketCode,
    },
    wallets: await openWallets(config),
    ...{ pictures, pictureFetcher },
    ...{ search, searchIndexer, importFollower, controls },
  }
}

function joinRoutes(base: Base, features: Features, shutdown: Shutdown): Route[] {
  const { config, log, metrics, database, embedded } = base
  const { account, identity, catalog, inventory, checkout, ticketing, ticketCode, search, wallets } = features
  const documents = new ReadModel(systemClock)
  const streams = new AvailabilityStreams({ sequencers: inventory.sequencers, documents, clock: systemClock })
  shutdown.add('live streams', () => streams.close())
  metrics.gauge('usher_stream_subscribers', 'Open live streams.', [], (gauge) =>
    gauge.set(streams.subscriberCount),
  )

  let stopping = false
  void shutdown.requested.then(() => {
    stopping = true
  })
  return [
    ...accountRoutes(account, { secureCookie: config.production }),
    ...identityRoutes({ identity, account, secureCookie: config.production }),
    ...passkeyRoutes({
      identity,
      secureCookie: config.production,
      passkeys: createPasskeys({
        ...{ database, clock: systemClock, random: systemRandom, people: account.people },
        mac: account.keys.mac('link'),
        houseName: HOUSE,
      }),
    }),
    ...staffPasskeyRoutes({
      onRegistered: () => account.forgetStaff(),
      passkeys: createStaffPasskeys({
        ...{ database, clock: systemClock, random: systemRandom, ids: systemIds },
        ...{ mac: account.keys.mac('link'), houseName: 'Usher' },
      }),
    }),
    ...staffRoutes({
      secondFactor: account.secondFactor,
      log: { database, clock: systemClock, ids: systemIds },
    }),
    ...catalogRoutes(catalog, {
      clock: systemClock,
      list: (query, language) => search.list(query, language),
      rulesInForce: (eventId) => inventory.rules(eventId),
    }),
    ...searchRoutes(search),
    ...pictureRoutes(features.pictures),
    ...controlRoutes({
      ...{ controls: features.controls, catalog, inventory, cancellations: checkout, random: systemRandom },
      stock: (eventIds) => inventory.stock(eventIds),
      sales: createSales({ database, clock: systemClock }),
      followMovedTickets: features.followMovedTickets,
      organiserFor: (caller, named) =>
        organiserFor(caller, ['catalog'], { named, fallback: DEFAULT_ORGANISER }),
    }),
    ...inventoryRoutes({
      inventory,
      documents,
      streams,
      codeGuesses: config.rateLimit ? new CodeGuesses(systemClock) : undefined,
      bookingOf: (attempt) => checkout.bookingOf(attempt),
      isPublic: async (eventId) => (await catalog.event(eventId)) !== null,
    }),
    ...checkoutRoutes(checkout, { ticketCode }),
    ...ticketingRoutes({ ticketing, catalog, account, clock: systemClock, wallets }),
    ...walletRoutes({ ticketing, account, clock: systemClock, wallets, houseName: HOUSE }),
    ...(config.production || config.smtpUrl ? [] : devMailRoutes(mailFolderOf(config))),
    ...probeRoutes({
      checks: [
        {
          name: embedded ? 'postgresql (embedded)' : 'postgresql',
          required: true,
          check: async () => void (await database.query({ name: 'ready', text: 'select 1' })),
        },
        ...gatewayChecks(config),
      ],
      metrics,
      metricsRoles: ['admin', 'auditor'],
      stopping: () => stopping,
      monotonic: () => systemClock.monotonic(),
      onFault: (error, check) => log.warn({ err: error, check }, 'a readiness check failed'),
    }),
  ]
}

/** Serves the app's routes at the configuration's port; with `sharePort` several processes may take the same one. */
export function serveHttp(app: App, shutdown: Shutdown, options: { sharePort: boolean }): HttpServer {
  const { config, log } = app
  if (!config.rateLimit)
    log.warn('RATE_LIMIT=off: anybody may ask as often as they like; for load tests only')
  const { onAnswer, onFault } = observeHttp(app.metrics, log)
  const server = startHttpServer({
    port: config.port,
    reusePort: options.sharePort,
    routes: app.routes,
    clock: systemClock,
    authenticate: (request) => app.account.authenticate(request),
    recognize: (request) => app.account.recognize(request),
    limits: config.rateLimit ? createRequestLimits(systemClock) : undefined,
    address: clientAddress(config.trustProxy),
    fallback: openWeb(app),
    onAnswer,
    onFault,
    isOutage: (error) => error instanceof Outage,
    silentMs: () => app.database.silentMs(),
  })
  shutdown.add('HTTP server', () => server.stop())
  return server
}

/** What whoever starts a server should know of it: what is set in vain, and what is missing. */
export async function warnAtStart({ config, log }: Pick<App, 'config' | 'log'>): Promise<void> {
  for (const warning of configWarnings(config)) log.warn(warning)
  await warnWithoutGateway(config, log)
}

/** Expires holds that are due and keeps the lists' figures; every process that sells does it, so that none is needed for it. */
export function startReaper(app: App, shutdown: Shutdown): void {
  app.inventory.sequencers.start()
  shutdown.add('reaper', () => app.inventory.sequencers.stop())
}

/** Starts what finishes what is open: payments, refunds, mail. Leases let only one process at a time drive each. */
export function startWork(app: App, shutdown: Shutdown): void {
  app.checkout.recovery.start()
  shutdown.add('payments under way', () => app.checkout.recovery.stop())
  app.identity.start()
  app.mail.start()
  shutdown.add('mail', () => app.mail.stop())
  app.movedEvents.start()
  shutdown.add('moved events', () => app.movedEvents.stop())
  app.movedTickets.start()
  shutdown.add('moved tickets', () => app.movedTickets.stop())
  app.importFollower.start()
  shutdown.add('imports', () => app.importFollower.stop())
  app.pictureFetcher.start()
  shutdown.add('pictures', () => app.pictureFetcher.stop())
  startUpkeep(app, shutdown)
  startPriceTurns(app, shutdown)
  const stopping = new AbortController()
  const building = buildSearch(app, stopping.signal)
    .catch((error: unknown) => {
      if (!stopping.signal.aborted)
        app.log.error({ err: error }, 'search could not be built; it is tried at the next start')
    })
    .then(() => {
      if (!stopping.signal.aborted) app.searchIndexer.start()
    })
  shutdown.add('search', async () => {
    stopping.abort()
    await building
    await app.searchIndexer.stop()
  })
}

/** Where it never was built; until it is, lists come from the catalog. */
async function buildSearch({ search }: App, stopping: AbortSignal): Promise<void> {
  if (!(await search.isBuilt())) await runAlone(['search', 'rebuild'], stopping)
}

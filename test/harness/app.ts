import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HALLS } from '../../src/features/catalog/index.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createShutdown } from '../../src/platform/shutdown.ts'
import { openApp, serveHttp, startReaper, startWork, type App } from '../../src/roles/app.ts'
import { isRefusal } from '../../src/shared/errors.ts'
import { testDatabase } from './database.ts'
import { ask } from './inventories.ts'

export type TestApp = {
  app: App
  url: URL
  /** An event on sale in the small studio, with two categories of price types and fees. */
  eventId: string
  /** A guest's token. */
  guest(): Promise<string>
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** A call of the house's staff about events: `path` is what stands behind `/v1/operator/events`. */
  operator(method: string, path: string, body?: unknown, token?: string): Promise<Answer>
  /** Books what such an answer holds, with a card that is good; `more` is added to the body. */
  pay(token: string, held: Answer, more?: object): Promise<Answer>
  /** Rows of a statement on the house's database. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

export type CallOptions = { token?: string | undefined; body?: unknown; headers?: Record<string, string> }
// The contract's answers are checked member by member in the tests.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = { status: number; json: any; headers: Headers }

export const OPERATOR_TOKEN = 'operator-token-for-tests-0123456789'

/**
 * Everything that `usher serve` runs, on a database of its own and a free port. `wayTo` gives the address at which it
 * finds the database, for a proxy between them.
 */
export async function testApp(
  env: Record<string, string> = {},
  wayTo: (url: string) => Promise<string> = (url) => Promise.resolve(url),
): Promise<TestApp> {
  const db = await testDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'usher-app-'))
  const port = await freePort()
  const config = loadConfig({
    PORT: String(port),
    USHER_DATA_DIR: dataDir,
    DATABASE_URL: await wayTo(db.url),
    OPERATOR_TOKEN,
    LOG_LEVEL: 'error',
    ...env,
  })
  const shutdown = createShutdown((what, error) => console.error(what, error))
  const app = await openApp(config, shutdown, { runsGateway: true })
  // Nothing to build: a process for it, as a server starts one, would cost every test file half a second.
  await app.search.rebuild()
  startReaper(app, shutdown)
  startWork(app, shutdown)
  const server = serveHttp(app, shutdown, { sharePort: false })
  const eventId = await openStudioEvent(app)
  const url = server.url
  const call = (method: string, path: string, options: CallOptions = {}): Promise<Answer> =>
    callHttp(url, method, path, options)
  return {
    app,
    url,
    eventId,
    call,
    operator: (method, path, body, token = OPERATOR_TOKEN) =>
      call(method, `/v1/operator/events${path}`, { token, body }),
    pay: (token, held, more = {}) => {
      const body = { reservation_id: held.json.reservation_id, payment_token: 'pm_card_visa', ...more }
      return call('POST', '/v1/bookings', { token, body })
    },
    sql: (text, values) => ask(app.database, text, values),
    guest: async () => (await call('POST', '/v1/sessions', { body: {} })).json.access_token as string,
    stop: async () => {
      await shutdown.run()
      await db.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export async function callHttp(
  url: URL,
  method: string,
  path: string,
  options: CallOptions,
): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, json: isJson ? JSON.parse(text) : text, headers: response.headers }
}

/** An evening in the studio next year as a house describes it: published, 40.00 and 30.00. */
export const evening = (externalId: string, more: object = {}) => ({
  external_id: externalId,
  status: 'published',
  name: 'An evening',
  type: 'concert',
  start: `${new Date().getUTCFullYear() + 1}-05-04T20:00:00+02:00`,
  venue: { name: 'Studio', city: 'Vienna', country: 'AT', timezone: 'Europe/Vienna' },
  layout: 'studio',
  currency: 'EUR',
  prices: { Center: 4_000, Side: 3_000 },
  ...more,
})

/** Makes it by the operators' call; its id. */
export async function makeEvening(house: TestApp, externalId: string, more: object = {}): Promise<string> {
  const { status, json } = await house.operator('POST', '', evening(externalId, more))
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(json)}`)
  return json.event.event_id as string
}

/** A phase of the sale as the house names it; `codes` open it. */
export type TestPhase = {
  id: string
  access: 'open' | 'code'
  from?: string
  until?: string
  /** Face values in minor units by category and price type. */
  prices?: Record<string, Record<string, number>>
  codes?: { code: string; uses: number | null }[]
}

/** Gives an event its phases as an operator does, so that the catalog knows of them and the ledger, which follows it. */
export async function setPhases(
  house: TestApp,
  eventId: string,
  phases: readonly TestPhase[],
): Promise<void> {
  const operator = async (method: string, path: string, body: object): Promise<void> => {
    const url = `/v1/operator/events/${eventId}/phases${path}`
    const { status, json } = await house.call(method, url, { token: OPERATOR_TOKEN, body })
    if (status >= 300) throw new Error(`${method} ${url}: ${status} ${JSON.stringify(json)}`)
  }
  await operator('PUT', '', { phases: phases.map(({ codes: _, ...phase }) => phase) })
  for (const { id, codes } of phases) if (codes) await operator('POST', `/${id}/codes`, { codes })
}

/** An evening in the studio next year: on sale now, 40.00 and 30.00 plus 10 % and 1.50 an order. */
export async function openStudioEvent(
  app: App,
  changes: { name?: string; onSaleFrom?: number } = {},
): Promise<string> {
  const { catalog, inventory } = app
  const { hash } = await catalog.storeLayout({ layout: HALLS.studio() })
  const layout = (await catalog.layout(hash))!
  const startsAt = Date.now() + 200 * 86_400_000
  const [saved] = await catalog.save(
    [
      {
        sourceId: `test:${crypto.randomUUID()}`,
        status: 'published',
        text: { default: 'en', en: { name: changes.name ?? 'Dvořák and Ligeti' } },
        type: 'concert',
        genres: ['Classical'],
        imageUrl: null,
        venue: STUDIO,
        startsAt,
        startsAtPrecision: 'time',
        startsOn: new Date(startsAt).toISOString().slice(0, 10),
        doorsAt: null,
        durationMinutes: 90,
        listedUntil: startsAt + 86_400_000,
        onSaleFrom: changes.onSaleFrom ?? null,
        priceFrom: null,
        currency: 'EUR',
        performers: [{ name: 'Ensemble', sortName: 'Ensemble', kind: 'group', role: null }],
        works: [{ title: 'Bagatelles', composer: 'Antonín Dvořák' }],
        sale: {
          layoutHash: hash,
          currency: 'EUR',
          onSaleFrom: changes.onSaleFrom ?? null,
          onSaleUntil: null,
          refundable: true,
          categories: layout.categories,
          priceTypes: [
            { id: 'adult', name: 'Adult' },
            { id: 'reduced', name: 'Reduced' },
          ],
          faces: layout.categories.map((_, i) => [4_000 - i * 500, 3_000 - i * 500]),
          taxes: [{ name: 'VAT', ratePpm: 70_000, included: true, appliesTo: 'all' }],
          fees: [
            { name: 'Booking fee', per: 'ticket', amount: 0, ratePpm: 100_000, refundable: false },
            { name: 'Service', per: 'order', amount: 150, ratePpm: 0, refundable: false },
          ],
        },
      },
    ],
    { actor: 'test' },
  )
  const eventId = saved!.eventId
  const rules = await catalog.rulesFor(eventId)
  const opened = await inventory.open({ eventId, layoutHash: hash, rules: rules! })
  if (isRefusal(opened)) throw new Error(opened.detail)
  return eventId
}

const STUDIO = {
  name: 'Studio',
  street: '1 Test Street',
  city: 'Vienna',
  metro: null,
  region: null,
  country: 'AT',
  timezone: 'Europe/Vienna',
  lat: 48.2,
  lon: 16.37,
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = probe
  await probe.stop(true)
  return port!
}

import { createCheckout, checkoutRoutes, type CheckoutDeps } from '../../src/features/checkout/index.ts'
import type { CatalogEvent } from '../../src/features/catalog/index.ts'
import {
  AvailabilityStreams,
  createInventory,
  inventoryRoutes,
  ReadModel,
  type EventRules,
  type HoldView,
} from '../../src/features/inventory/index.ts'
import { systemClock, systemIds, systemRandom } from '../../src/platform/clock.ts'
import { startHttpServer } from '../../src/platform/http/server.ts'
import { createStripeProvider } from '../../src/platform/payment/stripe.ts'
import { openDatabase, statement } from '../../src/platform/postgres/database.ts'
import { isRefusal } from '../../src/shared/errors.ts'
import { layoutBytes } from '../../src/shared/layout.ts'
import { smallHall, smallRules } from './small-hall.ts'

export const WEBHOOK_SECRET = 'whsec_test'
/** Milliseconds that a call to the sandbox may take in tests: short, so that silence is soon heard. */
export const CALL_MS_MAX = 400

const LAYOUT_HASH = 'a'.repeat(64)
const STORED_LAYOUT = statement(
  'test.layout',
  `insert into layouts (hash, name, seat_count, area_count, capacity, body, body_gzip, body_brotli)
   values ($1, 'Test hall', 200, 1, 250, $2, '', '') on conflict do nothing`,
)

export type CheckoutStack = ReturnType<typeof checkoutStack>

/** One process's checkout over a real database and a real gateway: what roles join, without the rest of the house. */
export function checkoutStack(c: {
  databaseUrl: string
  gatewayUrl: string
  times?: CheckoutDeps['times']
  probe?: CheckoutDeps['probe']
  refundUntil?: () => number | null
  onProblem?: CheckoutDeps['onProblem']
  /** What the catalog says of the event at this moment. */
  event?: () => Partial<CatalogEvent>
  /** Rows of twenty seats; ten where left out. */
  rows?: number
}) {
  const layout = smallHall(c.rows ?? 10, 20, { standing: 50 })
  const database = openDatabase({ url: c.databaseUrl, connectionsMax: 10 })
  const system = { clock: systemClock, ids: systemIds, random: systemRandom }
  const inventory = createInventory({ database, ...system, layout: () => Promise.resolve(layout) })
  const event = (eventId: string): CatalogEvent => ({
    ...EVENT,
    eventId,
    refundUntil: c.refundUntil ? c.refundUntil() : REFUND_UNTIL,
    ...c.event?.(),
  })
  const noted: string[] = []
  const deps: CheckoutDeps = {
    database,
    inventory,
    ...system,
    catalog: {
      event: (id) => Promise.resolve(event(id)),
      layout: () => Promise.resolve(layout),
      markCancelled: () => Promise.resolve(),
    },
    people: {
      contact: () => Promise.resolve(null),
      saveContact: () => Promise.resolve(true),
      noteBuyerEvent: (buyer, eventId) => Promise.resolve(void noted.push(`${buyer} ${eventId}`)),
    },
    providers: [
      createStripeProvider({
        secretKey: 'sk_test_sandbox',
        webhookSecret: WEBHOOK_SECRET,
        apiBase: c.gatewayUrl,
        callMsMax: CALL_MS_MAX,
      }),
    ],
    ticketCode: (t) => `code-${t.ticketId}-${t.stateVersion}`,
    times: { leaseMs: 1_500, retryMsMin: 50, retryMsMax: 200, recoveryMs: 20, ...c.times },
    ...(c.probe && { probe: c.probe }),
    ...(c.onProblem && { onProblem: c.onProblem }),
  }
  const checkout = createCheckout(deps)
  return {
    database,
    inventory,
    catalog: deps.catalog,
    checkout,
    noted,
    layout,
    serve: () => {
      const { sequencers } = inventory
      const documents = new ReadModel(systemClock)
      return startHttpServer({
        port: 0,
        hostname: '127.0.0.1',
        routes: [
          ...checkoutRoutes(checkout, deps),
          ...inventoryRoutes({
            ...{ inventory, documents },
            streams: new AvailabilityStreams({ sequencers, documents, clock: systemClock }),
            bookingOf: (attempt) => checkout.bookingOf(attempt),
            isPublic: () => Promise.resolve(true),
          }),
        ],
        clock: systemClock,
        // The token is the buyer's id.
        authenticate: (request) => {
          const id = request.headers.get('authorization')?.replace('Bearer ', '')
          return id ? { kind: 'buyer', id, roles: [] } : null
        },
        onFault: (error) => console.error(error),
      })
    },
    async open(eventId: string, rules: Partial<EventRules> = {}): Promise<void> {
      // Where the audit reads what places are called.
      await database.query(STORED_LAYOUT, [LAYOUT_HASH, Buffer.from(layoutBytes(layout))])
      const opened = await inventory.open({ eventId, layoutHash: LAYOUT_HASH, rules: smallRules(rules) })
      if (isRefusal(opened)) throw new Error(opened.detail)
    },
    async hold(eventId: string, buyer: string, seatIds: string[], standing = 0): Promise<HoldView> {
      const hold = await inventory.hold({
        eventId,
        buyer,
        ...(seatIds.length > 0 && { seats: seatIds.map((seatId) => ({ seatId })) }),
        ...(standing > 0 && { areas: [{ areaId: 'standing', quantity: standing }] }),
      })
      if (isRefusal(hold)) throw new Error(`${hold.refused}: ${hold.detail}`)
      return hold
    },
    async close(): Promise<void> {
      await checkout.recovery.stop()
      await inventory.sequencers.stop()
      await database.close()
    },
  }
}

const REFUND_UNTIL = Date.parse('2100-01-01')

const EVENT: CatalogEvent = {
  eventId: '1',
  organiserId: 'house',
  productionId: null,
  sourceId: null,
  revision: 1,
  status: 'published',
  name: 'An evening',
  description: null,
  names: { default: 'en', en: 'An evening' },
  type: 'concert',
  genres: [],
  imageUrl: null,
  picture: null,
  venue: {
    venueId: 'hall',
    name: 'Hall',
    street: null,
    city: 'Vienna',
    region: null,
    country: 'AT',
    timezone: 'Europe/Vienna',
    lat: null,
    lon: null,
    metro: null,
  },
  room: null,
  startsAt: Date.parse('2100-01-02T19:00:00Z'),
  startsAtPrecision: 'time',
  startsOn: '2100-01-02',
  doorsAt: null,
  durationMinutes: null,
  performers: [],
  works: [],
  layoutHash: 'hall',
  currency: 'EUR',
  onSaleFrom: null,
  onSaleUntil: null,
  ticketsPerBuyer: 4,
  holdSeconds: 600,
  extensionsMax: 1,
  extensionSeconds: 300,
  orphanRule: false,
  identityRequired: 'guest',
  refundUntil: null,
  categories: [
    { index: 0, name: 'Front', color: '#3366cc' },
    { index: 1, name: 'Back', color: '#cc6633' },
    { index: 2, name: 'Standing', color: '#669933' },
  ],
  priceTypes: [
    { index: 0, id: 'adult', name: 'Adult', min: 0, max: null },
    { index: 1, id: 'reduced', name: 'Reduced', min: 0, max: 2 },
  ],
  prices: [],
  orderFee: { amount: 150, tax: 10 },
  // Of a ticket's fee nothing comes back; of the order's fee, all.
  fees: [
    { name: 'Booking fee', per: 'ticket', amount: 400, ratePpm: 0, refundable: false },
    { name: 'Service', per: 'order', amount: 150, ratePpm: 0, refundable: true },
  ],
  taxes: [],
  priceFrom: null,
}

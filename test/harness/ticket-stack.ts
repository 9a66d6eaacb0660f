import { accountRoutes, createAccount } from '../../src/features/account/index.ts'
import { createTicketing, ticketingRoutes } from '../../src/features/ticketing/index.ts'
import { systemClock, systemIds, systemRandom } from '../../src/platform/clock.ts'
import { wrappingKey } from '../../src/platform/crypto/seal.ts'
import { startHttpServer } from '../../src/platform/http/server.ts'
import { startSandboxGateway } from '../../src/platform/payment/sandbox/gateway.ts'
import { isRefusal } from '../../src/shared/errors.ts'
import { checkoutStack } from './checkout-stack.ts'
import { testDatabase } from './database.ts'

export type TicketStack = Awaited<ReturnType<typeof ticketStack>>

/** From a hold to tickets: account, inventory, checkout with a real gateway, and ticketing over one database. */
export async function ticketStack(options: Pick<Parameters<typeof checkoutStack>[0], 'event'> = {}) {
  const db = await testDatabase()
  const gateway = startSandboxGateway({ port: 0, file: ':memory:' })
  const stack = checkoutStack({ databaseUrl: db.url, gatewayUrl: gateway.url, ...options })
  const account = await createAccount({
    database: db.database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    masterKeys: { current: wrappingKey(new Uint8Array(32).fill(1)) },
    livemode: false,
  })
  const ticketing = createTicketing({
    checkout: stack.checkout,
    catalog: stack.catalog,
    people: account.people,
    inventory: stack.inventory,
    inventorySql: db.database,
    signer: account.keys.tickets,
    clock: systemClock,
  })
  const routes = ticketingRoutes({
    ticketing,
    catalog: stack.catalog,
    account,
    clock: systemClock,
  })
  const server = startHttpServer({
    port: 0,
    hostname: '127.0.0.1',
    routes: [...routes, ...accountRoutes(account, { secureCookie: false })],
    clock: systemClock,
    authenticate: (request) => account.authenticate(request),
    onFault: (error) => console.error(error),
  })
  let eventCount = 1_041
  return {
    ...stack,
    db,
    account,
    ticketing,
    url: `http://127.0.0.1:${server.port}`,
    /** Somebody who has bought these seats, with their token. */
    async buy(seatIds: string[], contact: { name?: string; email?: string } = {}) {
      const { accessToken: token, userId: buyer } = await account.sessions.issueGuest()
      await account.people.saveContact(buyer, contact)
      const eventId = String((eventCount += 1))
      await stack.open(eventId)
      const hold = await stack.hold(eventId, buyer, seatIds)
      const reservationId = `${eventId}.${hold.holdId}`
      const booked = await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' })
      if (isRefusal(booked)) throw new Error(booked.detail)
      return { token, buyer, eventId, orderId: booked.order.orderId, order: booked.order }
    },
    async close(): Promise<void> {
      await server.stop(0)
      await stack.close()
      account.close()
      await gateway.stop()
      await db.drop()
    },
  }
}

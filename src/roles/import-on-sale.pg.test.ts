import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testApp, type Answer, type TestApp } from '../../test/harness/app.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { createShutdown } from '../platform/shutdown.ts'
import { importEvents } from '../features/catalog/index.ts'
import { openCatalog } from './open-catalog.ts'

const NEXT_YEAR = new Date().getUTCFullYear() + 1

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

/** Imports one event as a process of its own does that runs beside the server. */
async function importBeside(id: string, more: object = {}): Promise<string> {
  const record = {
    '@type': 'MusicEvent',
    '@id': id,
    name: `Concert ${id}`,
    startDate: `${NEXT_YEAR}-05-04T20:00:00`,
    location: {
      name: 'Hall',
      timezone: 'Europe/Vienna',
      address: { addressLocality: 'Vienna', addressCountry: 'AT' },
    },
    ...more,
  }
  const shutdown = createShutdown(() => {})
  const { catalog } = await openCatalog(house.app.config, shutdown)
  let eventId = ''
  await importEvents(
    (async function* () {
      yield new TextEncoder().encode(JSON.stringify(record))
    })(),
    {
      language: 'en',
      save: async (drafts) => {
        const saved = await catalog.save(drafts, { actor: 'import' })
        eventId = saved[0]!.eventId
        return saved
      },
      onFault: (fault) => {
        throw new Error(JSON.stringify(fault))
      },
    },
  )
  await shutdown.run()
  return eventId
}

const operator: TestApp['operator'] = (...call) => house.operator(...call)

async function onSale(id: string, more: object = {}): Promise<string> {
  const eventId = await importBeside(id)
  const body = { layout: 'studio', currency: 'EUR', prices: { Center: 4_000, Side: 3_000 } }
  expect((await operator('POST', `/${eventId}/publish`, body)).status).toBe(200)
  if (Object.keys(more).length > 0) expect((await operator('PATCH', `/${eventId}`, more)).status).toBe(200)
  return eventId
}

async function hold(eventId: string, token?: string): Promise<Answer> {
  return house.call('POST', '/v1/reservations', {
    token: token ?? (await house.guest()),
    body: { event_id: eventId, best_available: { quantity: 2 } },
  })
}

const untilOf = async (eventId: string): Promise<string | undefined> => {
  const until = (await house.app.inventory.rules(eventId))?.onSaleUntil
  return typeof until === 'number' ? new Date(until).toISOString() : undefined
}

describe('an import that changes an event on sale', () => {
  test('cancels it for its buyers, too: nothing is held any more, and the money goes back', async () => {
    const eventId = await onSale('cancelled')
    const token = await house.guest()
    const held = await hold(eventId, token)
    const booked = await house.pay(token, held)
    expect(booked.json.status).toBe('CONFIRMED')
    await importBeside('cancelled', { eventStatus: 'https://schema.org/EventCancelled' })
    await waitFor('the ledger to end', async () => (await hold(eventId)).json.code === 'event_cancelled')
    await waitFor(
      'all refunds',
      async () => (await operator('GET', `/${eventId}/cancellation`)).json.state === 'done',
    )
    const job = (await operator('GET', `/${eventId}/cancellation`)).json
    expect(job).toMatchObject({ requested_by: 'import', orders: { total: 1, refunded: 1 } })
    const path = `/v1/bookings/${booked.json.booking_id}`
    expect((await house.call('GET', path, { token })).json).toMatchObject({
      status: 'CANCELLED',
      refunded: booked.json.total,
    })
    // The same again, and its announcement again, change nothing.
    await importBeside('cancelled', { eventStatus: 'EventCancelled', description: 'Cancelled.' })
    await house.app.importFollower.runOnce()
    expect((await operator('GET', `/${eventId}/cancellation`)).json).toEqual(job)
  }, 60_000)

  test('moves the end of its sale and of its refunds with its start', async () => {
    const eventId = await onSale('moved')
    expect(await untilOf(eventId)).toBe(`${NEXT_YEAR}-05-04T18:00:00.000Z`)
    await importBeside('moved', { startDate: `${NEXT_YEAR}-06-01T19:00:00`, eventStatus: 'EventRescheduled' })
    await waitFor(
      'the new end of the sale',
      async () => (await untilOf(eventId)) === `${NEXT_YEAR}-06-01T17:00:00.000Z`,
    )
    const { refundUntil } = (await house.app.inventory.rules(eventId))!
    expect(new Date(refundUntil!).toISOString()).toBe(`${NEXT_YEAR}-05-31T17:00:00.000Z`)
    await importBeside('moved', { eventStatus: 'EventPostponed' })
    await waitFor('the sale to stop', async () => (await hold(eventId)).json.code === 'not_on_sale')
  }, 60_000)

  test('reaches the ledger also where nobody ran when it was imported', async () => {
    const eventId = await onSale('cut off')
    await house.app.importFollower.stop()
    await importBeside('cut off', { eventStatus: 'EventCancelled' })
    expect((await hold(eventId)).status).toBe(201)
    house.app.importFollower.start()
    await waitFor('the ledger to end', async () => (await hold(eventId)).json.code === 'event_cancelled')
  }, 60_000)

  test('changes neither when it is sold nor for how much: that is the house’s, whatever the feed says', async () => {
    const from = `${NEXT_YEAR}-02-01T09:00:00.000Z`
    const offers = { price: 1, priceCurrency: 'EUR', validFrom: '2020-01-01T00:00:00Z' }
    const eventId = await onSale('a feed of prices', { on_sale: { from } })
    await importBeside('a feed of prices', { offers, description: 'With an encore.' })
    await waitFor(
      'the description',
      async () => (await operator('GET', `/${eventId}`)).json.spec.description === 'With an encore.',
    )
    await house.app.importFollower.runOnce()
    const { json } = await house.call('GET', `/v1/events/${eventId}`)
    expect(new Date(json.on_sale_at as string).toISOString()).toBe(from)
    expect(json.price_from).toMatchObject({ amount: 3_000 })
    expect((await hold(eventId)).json.code).toBe('not_on_sale')
  })

  test('leaves what is being opened closed, for whoever is keeping its seats back to open', async () => {
    const eventId = await onSale('being opened')
    const rules = (await house.app.inventory.rules(eventId))!
    await house.app.inventory.configure({ eventId, rules: { ...rules, onSaleUntil: 1 } })
    await importBeside('being opened', { description: 'With an encore.' })
    await waitFor(
      'the description',
      async () => (await operator('GET', `/${eventId}`)).json.spec.description === 'With an encore.',
    )
    await house.app.importFollower.runOnce()
    expect((await hold(eventId)).json.code).toBe('not_on_sale')
  }, 60_000)
})

test('a cancellation whose process died after the ledger had it is finished in the catalog as well', async () => {
  const eventId = await onSale('died between')
  // What the operator's call does first; here nobody comes who would write the catalog afterwards.
  await house.app.checkout.cancelEvent({ eventId, reason: 'the hall is flooded', by: 'somebody' })
  await waitFor(
    'the catalog to say so',
    async () => (await operator('GET', `/${eventId}`)).json.status === 'cancelled',
  )
  await waitFor(
    'buyers to read it',
    async () => (await house.call('GET', `/v1/events/${eventId}`)).json.status === 'cancelled',
  )
  const again = await operator('POST', `/${eventId}/cancel`, {})
  expect([again.status, again.json.requested_by]).toEqual([202, 'somebody'])
}, 60_000)

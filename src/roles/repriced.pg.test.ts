import { afterAll, beforeAll, expect, test } from 'bun:test'
import { OPERATOR_TOKEN, testApp, type TestApp } from '../../test/harness/app.ts'

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

test('seats held before price types change places and names are bought as what they were held as', async () => {
  const token = await house.guest()
  const [center] = (await house.app.catalog.event(house.eventId))!.categories
  const held = await house.call('POST', '/v1/reservations', {
    token,
    headers: { 'Idempotency-Key': 'before' },
    body: { event_id: house.eventId, best_available: { quantity: 2, price_type: 'reduced' } },
  })
  expect([held.status, held.json.seats[0].price_type]).toEqual([201, 'reduced'])
  const changed = await house.call('PUT', `/v1/operator/events/${house.eventId}/prices`, {
    token: OPERATOR_TOKEN,
    body: {
      price_types: [
        { id: 'child', name: 'Child' },
        { id: 'member', name: 'Member' },
        { id: 'reduced', name: 'Concession' },
        { id: 'adult', name: 'Adult' },
      ],
      prices: { [center!.name]: 1_000 },
    },
  })
  expect([changed.status, changed.json.errors]).toEqual([200, undefined])

  const types = (answer: { json: { seats: { price_type: string }[] } }): string[] =>
    answer.json.seats.map((seat) => seat.price_type)
  const path = `/v1/reservations/${held.json.reservation_id}`
  const read = await house.call('GET', path, { token })
  expect(types(read)).toEqual(['reduced', 'reduced'])
  expect(types(await house.call('POST', `${path}/extend`, { token }))).toEqual(['reduced', 'reduced'])
  const replayed = await house.call('POST', '/v1/reservations', {
    token,
    headers: { 'Idempotency-Key': 'before' },
    body: { event_id: house.eventId, best_available: { quantity: 2, price_type: 'reduced' } },
  })
  expect([replayed.status, replayed.json.seats]).toEqual([201, held.json.seats])

  const booked = await house.pay(token, held)
  expect([booked.json.status, booked.json.total]).toEqual(['CONFIRMED', held.json.total])
  const { tickets } = booked.json as { tickets: { price_type: string }[] }
  expect(tickets.map((ticket) => ticket.price_type)).toEqual(['reduced', 'reduced'])
  const order = (await house.app.checkout.order(booked.json.booking_id))!
  expect(order.lines.map((line) => line.priceType)).toEqual(['Reduced', 'Reduced', null])
  // Who comes now gets them by their new names.
  const next = await house.call('POST', '/v1/reservations', {
    token: await house.guest(),
    body: {
      event_id: house.eventId,
      best_available: { quantity: 1, category: center!.name, price_type: 'member' },
    },
  })
  expect([next.status, types(next)]).toEqual([201, ['member']])
})

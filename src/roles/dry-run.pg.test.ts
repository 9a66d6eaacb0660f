import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  openStudioEvent,
  OPERATOR_TOKEN,
  testApp,
  type Answer,
  type TestApp,
} from '../../test/harness/app.ts'
import { apiCalls, type ApiDocument } from '../../test/harness/api-calls.ts'

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

const operator = (method: string, path: string, body?: unknown): Promise<Answer> =>
  house.call(method, path, { token: OPERATOR_TOKEN, ...(body !== undefined && { body }) })

async function buy(eventId: string, quantity: number): Promise<{ token: string; booking: Answer['json'] }> {
  const token = await house.guest()
  const body = { event_id: eventId, best_available: { quantity } }
  const held = await house.call('POST', '/v1/reservations', { token, body })
  const booked = await house.pay(token, held)
  expect(booked.json.status).toBe('CONFIRMED')
  return { token, booking: booked.json }
}

const logged = (): Promise<number> => count('operator_log')
async function count(table: string): Promise<number> {
  const { rows } = await house.app.database.pool.query(`select count(*)::int as n from ${table}`)
  return rows[0].n as number
}

test('every call of operators that writes either plans with dry_run or refuses it, and then does nothing', async () => {
  const document = (await house.call('GET', '/openapi.json')).json as ApiDocument
  const seen = { plan: 0, refuse: 0 }
  const found: string[] = []
  for (const { method, path, body, operation, address } of apiCalls(document)) {
    if (!path.startsWith('/v1/operator') || method === 'GET') continue
    const knows = operation.parameters?.some(({ name }) => name === 'dry_run') ?? false
    seen[knows ? 'plan' : 'refuse']++
    const eventId = await openStudioEvent(house.app)
    const at = address({ event_id: eventId })
    const before = [await logged(), (await operator('GET', `/v1/operator/events/${eventId}`)).json]
    for (const query of knows
      ? ['dry_run=true', 'dryRun=true']
      : ['dry_run=true', 'a=1&dry_run=false', 'dry-run']) {
      const { status, json } = await operator(method, `${at}?${query}`, body)
      const isPlan = knows && query === 'dry_run=true'
      // An event that has no such allotment is no plan.
      const isRight = isPlan
        ? (status === 200 && json.dry_run === true) || status === 404
        : status === 400 && json.code === 'malformed' && JSON.stringify(json.errors).includes('query/')
      if (!isRight) found.push(`${method} ${path}?${query}: ${status} ${JSON.stringify(json)}`)
      if (!isPlan && !Object.hasOwn(operation.responses, '400'))
        found.push(`${method} ${path} does not say 400`)
    }
    for (const name of operation.requestBody?.content['image/*'] ? [] : ['dry_run', 'dryRun']) {
      const { status, json } = await operator(method, at, { ...(body as object), [name]: true })
      if (status !== 400 || json.errors?.[0]?.field !== `body/${name}`)
        found.push(`${method} ${path} with ${name} in its body: ${status} ${JSON.stringify(json)}`)
    }
    const [calls, event] = [await logged(), (await operator('GET', `/v1/operator/events/${eventId}`)).json]
    expect(event).toEqual(before[1])
    if (!knows) expect(calls).toBe(before[0])
  }
  expect(found).toEqual([])
  expect(seen.plan).toBeGreaterThan(8)
  expect(seen.refuse).toBeGreaterThan(8)
}, 60_000)

describe('a dry run of cancelling an event', () => {
  test('says what would be given back to how many, changes nothing, and is what cancelling then does', async () => {
    const eventId = await openStudioEvent(house.app)
    const [one, two] = [await buy(eventId, 2), await buy(eventId, 3)]
    // A part of it was given back: only the rest is left.
    const [ticket] = two.booking.tickets
    const given = await house.call('POST', `/v1/bookings/${two.booking.booking_id}/cancel`, {
      token: two.token,
      body: { ticket_ids: [ticket.ticket_id] },
    })
    expect(given.status).toBeLessThan(300)
    const [jobs, refunds, facts] = [
      await count('event_cancellations'),
      await count('refunds'),
      await count('money_outbox'),
    ]
    const dry = await operator('POST', `/v1/operator/events/${eventId}/cancel?dry_run=true`, {
      message: 'Sorry',
    })
    expect([dry.status, dry.json.dry_run, dry.json.cannot]).toEqual([200, true, []])
    expect(dry.json.changes).toContainEqual({ field: 'status', from: 'published', to: 'cancelled' })
    expect(dry.json.refunds).toMatchObject({ orders: 2, tickets: 4, orders_in_payment: 0 })
    expect(dry.json.refunds.amount.currency).toBe('EUR')
    expect([await count('event_cancellations'), await count('refunds'), await count('money_outbox')]).toEqual(
      [jobs, refunds, facts],
    )
    await buy(eventId, 1)
    const again = await operator('POST', `/v1/operator/events/${eventId}/cancel?dry_run=true`, {})
    expect(again.json.refunds).toMatchObject({ orders: 3, tickets: 5 })
    expect(one.booking.tickets).toHaveLength(2)

    await operator('POST', `/v1/operator/events/${eventId}/cancel`, {})
    let done: Answer['json']
    do done = (await operator('GET', `/v1/operator/events/${eventId}/cancellation`)).json
    while (done.state !== 'done' && (await Bun.sleep(20)) === undefined)
    expect([done.orders.total, done.amount]).toEqual([3, again.json.refunds.amount])
    const after = await operator('POST', `/v1/operator/events/${eventId}/cancel?dry_run=true`, {})
    expect([after.status, after.json.changes, after.json.refunds]).toEqual([
      200,
      [],
      { orders: 0, tickets: 0, orders_in_payment: 0, amount: null },
    ])
  })

  test('names what stands against it', async () => {
    const made = await operator('POST', '/v1/operator/events', {
      ...{ external_id: 'never published', status: 'draft', name: 'A draft', type: 'concert' },
      start: '2090-05-04T20:00:00Z',
      venue: { name: 'Studio', city: 'Vienna', country: 'AT', timezone: 'Europe/Vienna' },
    })
    const path = `/v1/operator/events/${made.json.event.event_id}/cancel?dry_run=true`
    expect((await operator('POST', path, {})).json.cannot).toEqual([
      { field: 'status', why: 'it was never published: there is nothing to cancel' },
    ])
  })
})

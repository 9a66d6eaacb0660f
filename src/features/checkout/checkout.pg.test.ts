import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { openApiDocument } from '../../platform/http/openapi.ts'
import { startSandboxGateway, type SandboxGateway } from '../../platform/payment/sandbox/gateway.ts'
import { systemClock, systemIds } from '../../platform/clock.ts'
import { checkMoney } from '../../../test/harness/check-money.ts'
import { checkoutStack, WEBHOOK_SECRET, type CheckoutStack } from '../../../test/harness/checkout-stack.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { audit } from '../audit/index.ts'
import type { BookingBody } from '../../shared/schemas/bookings.ts'

let db: TestDatabase
let gateway: SandboxGateway
let stack: CheckoutStack
let server: ReturnType<CheckoutStack['serve']>
let refundUntil: number | null = Date.parse('2100-01-01')
let nextEvent = 100

beforeAll(async () => {
  db = await testDatabase()
  gateway = startSandboxGateway({ port: 0, file: ':memory:' })
  stack = checkoutStack({ databaseUrl: db.url, gatewayUrl: gateway.url, refundUntil: () => refundUntil })
  server = stack.serve()
  stack.checkout.recovery.start()
})
afterEach(() => {
  gateway.heal()
  gateway.webhooks.target = null
  gateway.webhooks.copies = 1
  gateway.webhooks.reversed = false
  refundUntil = Date.parse('2100-01-01')
})
afterAll(async () => {
  const findings = await checkMoney(stack.database, gateway.url)
  const report = await audit({ database: db.database, clock: systemClock }, { graceMs: 0 })
  await stack.close()
  await server.stop(0)
  await gateway.stop()
  await db.drop()
  expect([...findings, ...report.findings]).toEqual([])
})

type Reply = { status: number; body: BookingBody & Record<string, unknown>; headers: Headers }

async function call(
  method: string,
  path: string,
  buyer: string,
  body?: unknown,
  key?: string,
): Promise<Reply> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { ...(buyer && { authorization: `Bearer ${buyer}` }), ...(key && { 'idempotency-key': key }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const reply = {
    status: response.status,
    body: (response.status === 204 ? {} : await response.json()) as Reply['body'],
    headers: response.headers,
  }
  // Whatever a refusal says is in the contract.
  if (reply.status >= 400) expect(PROBLEM_MEMBERS).toEqual(expect.arrayContaining(Object.keys(reply.body)))
  return reply
}
const CONTRACT = openApiDocument([], { title: '', version: '', description: '', tags: [] })
const PROBLEM_MEMBERS = Object.keys(CONTRACT.components.schemas['Problem']!['properties'] as object)

async function held(seats = ['A1', 'A2'], standing = 0, rules = {}) {
  const eventId = String((nextEvent += 1))
  const buyer = systemIds.uuid()
  await stack.open(eventId, rules)
  const hold = await stack.hold(eventId, buyer, seats, standing)
  return { eventId, buyer, hold, reservation_id: `${eventId}.${hold.holdId}` }
}

const book = (r: { buyer: string; reservation_id: string }, token?: string, key?: string): Promise<Reply> =>
  call(
    'POST',
    '/v1/bookings',
    r.buyer,
    { reservation_id: r.reservation_id, ...(token && { payment_token: token }) },
    key,
  )

const look = (buyer: string, id: string): Promise<Reply> => call('GET', `/v1/bookings/${id}`, buyer)

async function settled(buyer: string, id: string, ms = 10_000): Promise<BookingBody> {
  return waitFor(
    'the booking to settle',
    async () => {
      const { body } = await look(buyer, id)
      return body.status === 'PENDING' ? null : body
    },
    ms,
  )
}

async function seatStatus(eventId: string, seat: number): Promise<number> {
  const view = await stack.inventory.availability(eventId)
  if ('refused' in view) throw new Error(view.detail)
  return view.seats[seat]!
}

describe('paying', () => {
  test('an accepted card: 201 with seats, total and valid tickets, and the money is captured', async () => {
    const r = await held(['A1', 'A2'], 1)
    const { status, body } = await book(r, 'pm_card_visa')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      status: 'CONFIRMED',
      event_name: 'An evening',
      reservation_id: r.reservation_id,
      total: { amount: 2 * 5000 + 2000 + 150, currency: 'EUR' },
      breakdown: {
        // Two seats of 50.00 and a place of 20.00, less fees of 4.00 and 2.00.
        tickets: { amount: 2 * 4600 + 1800 },
        ticket_fees: { amount: 2 * 400 + 200 },
        order_fee: { amount: 150 },
        tax_included: { amount: 2 * 327 + 131 + 10 },
      },
      payment: { provider: 'stripe', status: 'captured' },
      refunded: { status: 'none', amount: 0 },
      livemode: false,
      failure: null,
    })
    expect(body.seats).toMatchObject([
      { seat_id: 'A1', section: 'Stalls', row: 'A', number: '1', category: 'Front', price: { amount: 5000 } },
      { seat_id: 'A2' },
    ])
    expect(body.areas).toMatchObject([{ area_id: 'standing', quantity: 1, price: { amount: 2000 } }])
    expect(body.tickets).toHaveLength(3)
    for (const ticket of body.tickets) {
      expect(ticket.status).toBe('valid')
      expect(ticket.code).toStartWith('code-')
    }
    expect((await look(r.buyer, body.booking_id)).body).toEqual(body)
    expect(await seatStatus(r.eventId, 0)).toBe(2)
    expect(stack.noted).toContain(`${r.buyer} ${r.eventId}`)
  })

  test('a declined card: 402, the hold stays, and another card without a key is a new attempt', async () => {
    const r = await held()
    const declined = await book(r, 'pm_card_chargeDeclinedInsufficientFunds')
    expect(declined).toMatchObject({
      status: 402,
      body: { code: 'card_declined', decline_code: 'insufficient_funds' },
    })
    expect(await stack.inventory.findHold(r.hold.holdId, r.eventId, r.buyer)).toMatchObject({ state: 'held' })
    expect((await look(r.buyer, declined.body.booking_id)).body).toMatchObject({
      status: 'FAILED',
      tickets: [],
    })
    expect((await book(r, 'pm_card_visa')).status).toBe(201)
  })

  test('a 402 is final for its key, and the key refuses another card', async () => {
    const r = await held()
    const first = await book(r, 'pm_card_chargeDeclined', 'k1')
    const again = await book(r, 'pm_card_chargeDeclined', 'k1')
    expect([first.status, again.status]).toEqual([402, 402])
    expect(again.body.booking_id).toBe(first.body.booking_id)
    expect(await book(r, 'pm_card_visa', 'k1')).toMatchObject({
      status: 409,
      body: { code: 'idempotency_mismatch' },
    })
    expect((await book(r, 'pm_card_visa', 'k2')).status).toBe(201)
  })

  test('nothing to pay: no provider is asked and the tickets are valid', async () => {
    const prices = [{ category: 0, priceType: 0, amount: 0, fee: 0, tax: 0 }]
    const r = await held(['A1'], 0, { prices, orderFee: { amount: 0, tax: 0 } })
    gateway.fail('any', 'down', 1)
    const { status, body } = await book(r)
    expect(status).toBe(201)
    expect(body).toMatchObject({ status: 'CONFIRMED', payment: { provider: null, status: 'none' } })
    expect(body.tickets[0]).toMatchObject({ status: 'valid' })
  })

  test('a token that the provider does not know is a declined card', async () => {
    const r = await held()
    expect(await book(r, 'pm_unknown')).toMatchObject({ status: 402, body: { code: 'card_declined' } })
  })

  test('a card is needed, the provider must be one of ours, and two keys must be equal', async () => {
    const r = await held()
    expect(await book(r)).toMatchObject({ status: 400, body: { code: 'malformed' } })
    const body = { reservation_id: r.reservation_id, payment_token: 'pm_card_visa' }
    const other = await call('POST', '/v1/bookings', r.buyer, { ...body, payment_provider: 'nobody' })
    expect(other).toMatchObject({ status: 400, body: { code: 'malformed' } })
    const keys = await call('POST', '/v1/bookings', r.buyer, { ...body, idempotency_key: 'a' }, 'b')
    expect(keys).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect((await call('POST', '/v1/bookings', r.buyer, { ...body, idempotency_key: 'a' }, 'a')).status).toBe(
      201,
    )
  })
})

describe('a reservation', () => {
  test("of somebody else is 404, and so are somebody else's booking and its cancel", async () => {
    const r = await held()
    const stranger = systemIds.uuid()
    expect((await book({ ...r, buyer: stranger }, 'pm_card_visa')).status).toBe(404)
    const { body } = await book(r, 'pm_card_visa')
    expect((await look(stranger, body.booking_id)).status).toBe(404)
    expect((await call('POST', `/v1/bookings/${body.booking_id}/cancel`, stranger, {})).status).toBe(404)
    expect((await call('GET', '/v1/bookings', stranger)).body).toMatchObject({ items: [], next_cursor: null })
    expect((await call('GET', '/v1/bookings', '')).status).toBe(401)
  })

  test('that was released is 400 reservation_expired, and nothing of it is remembered', async () => {
    const r = await held()
    await stack.inventory.release(r.hold.holdId, r.eventId, r.buyer)
    expect(await book(r, 'pm_card_visa', 'k')).toMatchObject({
      status: 400,
      body: { code: 'reservation_expired' },
    })
    expect((await call('GET', '/v1/bookings', r.buyer)).body).toMatchObject({ items: [] })
  })

  test('that is booked is 409 already_booked with the booking', async () => {
    const r = await held()
    const first = await book(r, 'pm_card_visa')
    const again = await book(r, 'pm_card_visa', 'another key')
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'already_booked', booking_id: first.body.booking_id },
    })
  })
})

describe('the same key', () => {
  test('in two requests at once: one charge, the same booking twice', async () => {
    const r = await held()
    const [a, b] = await Promise.all([book(r, 'pm_card_visa', 'k'), book(r, 'pm_card_visa', 'k')])
    expect([a.status, b.status].sort()).toEqual([201, 201])
    expect(a.body.booking_id).toBe(b.body.booking_id)
  })

  test('without a key, in two requests at once: one charge, too', async () => {
    const r = await held()
    const replies = await Promise.all(Array.from({ length: 12 }, () => book(r, 'pm_card_visa')))
    expect(new Set(replies.map((reply) => reply.body.booking_id)).size).toBe(1)
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([201]))
  })

  test('two keys at once: one books, the other hears of it', async () => {
    const r = await held()
    const replies = await Promise.all([book(r, 'pm_card_visa', 'k1'), book(r, 'pm_card_visa', 'k2')])
    const won = replies.find((reply) => reply.status === 201)!
    const lost = replies.find((reply) => reply.status !== 201)!
    expect(lost.status).toBe(409)
    expect(['booking_in_progress', 'already_booked']).toContain(lost.body['code'] as string)
    expect(lost.body.booking_id).toBe(won.body.booking_id)
  })

  test('a payment that begins when another has just booked hears which booking it was', async () => {
    const r = await held()
    const recorded = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const late = checkoutStack({
      ...{ databaseUrl: db.url, gatewayUrl: gateway.url },
      probe: async (point) => {
        if (point !== 'order:recorded') return
        recorded.resolve()
        await goOn.promise
      },
    })
    const request = {
      buyer: r.buyer,
      reservationId: r.reservation_id,
      paymentToken: 'pm_card_visa',
      key: 'late',
    }
    const second = late.checkout.book(request)
    await recorded.promise
    const first = await book(r, 'pm_card_visa', 'first')
    goOn.resolve()
    expect([first.status, await second]).toMatchObject([
      201,
      { refused: 'already_booked', extra: { booking_id: first.body.booking_id } },
    ])
    await late.close()
  })

  test('a reservation that is booked can be neither extended nor let go, and says which booking it is', async () => {
    const { eventId, buyer, hold, ...r } = await held()
    const { body } = await book({ buyer, ...r }, 'pm_card_visa')
    const booked = { refused: 'already_booked', extra: { booking_id: body.booking_id } }
    expect(await stack.inventory.extend(hold.holdId, eventId, buyer)).toMatchObject(booked)
    expect(await stack.inventory.release(hold.holdId, eventId, buyer)).toMatchObject(booked)
    // All its tickets given back: the ledger's memory has let go of it.
    await call('POST', `/v1/bookings/${body.booking_id}/cancel`, buyer, {})
    await settled(buyer, body.booking_id)
    expect(await stack.inventory.extend(hold.holdId, eventId, buyer)).toMatchObject(booked)
    expect(await stack.inventory.release(hold.holdId, eventId, buyer)).toMatchObject(booked)
  })

  test('after a cancel gives the answer that it gave', async () => {
    const r = await held()
    const first = await book(r, 'pm_card_visa', 'k')
    await call('POST', `/v1/bookings/${first.body.booking_id}/cancel`, r.buyer, {})
    const again = await book(r, 'pm_card_visa', 'k')
    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
  })
})

test('a name of the buyer is one line that shows as it is written: it stands in mail headers and on tickets', async () => {
  const r = await held()
  const names = [
    'line1\r\nBcc: evil@example.org',
    'tab\t',
    '\u202eecila',
    '\u2066x\u2069',
    '\u2028',
    ' \u00a0 ',
    '',
    '\x7f',
  ]
  for (const name of names) {
    const { status, body } = await call('POST', '/v1/bookings', r.buyer, {
      reservation_id: r.reservation_id,
      payment_token: 'pm_card_visa',
      buyer: { name },
    })
    expect([name, status]).toEqual([name, 400])
    expect(body['errors']).toMatchObject([{ field: 'body/buyer/name' }])
  }
  for (const name of ['Ada', "Zoë O'Neil-Šmíd 3rd", '山田 太郎', 'دينا', 'علی\u200cرضا', ' Ada ']) {
    const { body } = await call('POST', '/v1/bookings', r.buyer, {
      reservation_id: r.reservation_id,
      payment_token: 'pm_card_chargeDeclined',
      buyer: { name },
    })
    expect([name, body['code']]).toEqual([name, 'card_declined'])
  }
})

test('a mail address of the buyer is as strict as that of an account: nothing of it can be another receiver', async () => {
  const r = await held()
  for (const email of ['ada@x.example,eve@x.example', 'Ada<ada@x.example>', 'a"b@x.example']) {
    const { status, body } = await call('POST', '/v1/bookings', r.buyer, {
      ...{ reservation_id: r.reservation_id, payment_token: 'pm_card_visa', buyer: { email } },
    })
    expect([status, body['code'], body['errors']]).toEqual([
      400,
      'malformed',
      [{ field: 'body/buyer/email', message: 'must have the form of ada@example.org' }],
    ])
  }
  expect((await book(r, 'pm_card_visa')).status).toBe(201)
})

describe('a refusal over seats that are the caller’s own', () => {
  const hold = (r: { eventId: string; buyer: string }, seat_ids: string[]): Promise<Reply> =>
    call('POST', '/v1/reservations', r.buyer, { event_id: r.eventId, seat_ids })

  test('names the reservation to go on with, the first where there are several', async () => {
    const r = await held(['A2', 'A3'])
    const other = await stack.hold(r.eventId, r.buyer, ['A1'])
    const { status, body } = await hold(r, ['A1', 'A2'])
    expect([status, body['code'], body['seat_ids']]).toEqual([409, 'held_by_you', ['A1', 'A2']])
    expect(body.reservation_id).toBe(`${r.eventId}.${other.holdId}`)
    expect((await call('GET', `/v1/reservations/${body.reservation_id}`, r.buyer)).status).toBe(200)
  })

  test('names the booking where they are bought, and blames nobody else for it', async () => {
    const r = await held(['A1', 'A2'])
    const { body: booking } = await book(r, 'pm_card_visa')
    const { status, body } = await hold(r, ['A1'])
    expect([status, body['code'], body.booking_id]).toEqual([409, 'held_by_you', booking.booking_id])
    expect(body.reservation_id).toBeUndefined()
    expect(body['detail']).toContain('bought')
  })

  test('says which of them are, where others are somebody else’s', async () => {
    const r = await held(['A1', 'A2'])
    await stack.hold(r.eventId, systemIds.uuid(), ['A3'])
    const { status, body } = await hold(r, ['A2', 'A3'])
    expect([status, body['code'], body['seat_ids']]).toEqual([409, 'seats_unavailable', ['A2', 'A3']])
    expect(body['your_seat_ids']).toEqual(['A2'])
  })
})

test('while a reservation is paid, extending it and letting it go name its booking, and no inner number', async () => {
  const r = await held()
  const { status, body } = await book(r, 'pm_sandbox_slow')
  expect(status).toBe(202)
  for (const [method, path] of [
    ['DELETE', ''],
    ['POST', '/extend'],
  ] as const) {
    const refused = await call(method, `/v1/reservations/${r.reservation_id}${path}`, r.buyer)
    expect([refused.status, refused.body['code']]).toEqual([409, 'booking_in_progress'])
    expect(refused.body.booking_id).toBe(body.booking_id)
    expect(refused.body['attempt']).toBeUndefined()
    expect(refused.body.version).toBeGreaterThan(0)
  }
  await settled(r.buyer, body.booking_id)
})

test('a booking carries the version of the event at which its tickets became what they are; so do its 409s', async () => {
  const r = await held()
  const { status, body } = await book(r, 'pm_card_visa')
  const view = await stack.inventory.availability(r.eventId)
  if ('refused' in view) throw new Error(view.detail)
  expect([status, body.version]).toEqual([201, view.version])
  const again = await book(r, 'pm_card_visa', 'another key')
  expect([again.status, again.body['code'], again.body.version]).toEqual([
    409,
    'already_booked',
    view.version,
  ])
  refundUntil = 0
  const closed = await call('POST', `/v1/bookings/${body.booking_id}/cancel`, r.buyer, {})
  expect([closed.status, closed.body['code'], closed.body.version]).toEqual([
    409,
    'refund_closed',
    view.version,
  ])
})

test('after ten declined cards a reservation takes no further one: a thief tries hundreds', async () => {
  const r = await held()
  for (let n = 0; n < 10; n++)
    expect((await book(r, 'pm_card_chargeDeclined')).body['code']).toBe('card_declined')
  const repeat = await book(r, 'pm_card_chargeDeclined', 'one more')
  expect([repeat.status, repeat.body['code']]).toEqual([402, 'payment_failed'])
  expect(repeat.body['detail']).toContain('Choose your seats again')
  expect((await book(r, 'pm_card_visa')).body['code']).toBe('payment_failed')
  // The reservation itself is still the buyer's, to let go of.
  const release = await call('DELETE', `/v1/reservations/${r.reservation_id}`, r.buyer)
  expect(release.status).toBe(204)
})

describe('a provider that is', () => {
  test('slow: 202 PENDING, then CONFIRMED by asking again', async () => {
    const r = await held()
    const { status, body } = await book(r, 'pm_sandbox_slow', 'k')
    expect(status).toBe(202)
    expect(body).toMatchObject({ status: 'PENDING', next_action: null, payment: { status: 'pending' } })
    expect((await book(r, 'pm_sandbox_slow', 'k')).status).toBe(202)
    const other = await book(r, 'pm_card_visa', 'k2')
    expect(other).toMatchObject({
      status: 409,
      body: { code: 'booking_in_progress', booking_id: body.booking_id },
    })
    expect(await settled(r.buyer, body.booking_id)).toMatchObject({ status: 'CONFIRMED' })
    expect((await book(r, 'pm_sandbox_slow', 'k')).status).toBe(201)
  })

  test('silent after it succeeded: 202, then CONFIRMED', async () => {
    const r = await held()
    const { status, body } = await book(r, 'pm_sandbox_lost')
    expect(status).toBe(202)
    expect(await settled(r.buyer, body.booking_id)).toMatchObject({ status: 'CONFIRMED' })
  })

  test.each([
    ['create', 'down'],
    ['create', 'lost'],
    ['create', 'broken'],
    ['confirm', 'limited'],
    ['confirm', 'broken'],
    ['capture', 'down'],
    ['capture', 'lost'],
    ['capture', 'broken'],
    ['capture', 'late'],
  ] as const)('%s %s: pending, and then one charge and tickets', async (what, fault) => {
    const r = await held()
    gateway.fail(what, fault, 1)
    const { status, body } = await book(r, 'pm_card_visa')
    expect(status).toBe(202)
    expect(await settled(r.buyer, body.booking_id)).toMatchObject({ status: 'CONFIRMED' })
  })
})

describe('webhooks', () => {
  test('settle a payment before it is asked for again; copies in the wrong order change nothing', async () => {
    const webhook = `http://127.0.0.1:${server.port}/v1/webhooks/stripe`
    gateway.webhooks.target = { url: webhook, secret: WEBHOOK_SECRET }
    gateway.webhooks.copies = 3
    gateway.webhooks.reversed = true
    const r = await held()
    const { body } = await book(r, 'pm_sandbox_lost')
    expect(await settled(r.buyer, body.booking_id)).toMatchObject({ status: 'CONFIRMED' })
    await gateway.webhooks.flush()
    const inbox = await waitFor('the inbox to be empty', async () => {
      const { rows } = await stack.database.pool.query(
        'select count(*)::int as n, count(processed_at)::int as done from webhook_inbox where order_id = $1',
        [body.booking_id],
      )
      return rows[0].n > 0 && rows[0].n === rows[0].done ? rows[0] : null
    })
    // created, amount_capturable_updated, captured, succeeded: each once.
    expect(inbox.n).toBeGreaterThanOrEqual(4)
    expect(await settled(r.buyer, body.booking_id)).toMatchObject({ status: 'CONFIRMED' })
  })

  test('that are forged are 400, and of an unknown provider 404', async () => {
    const post = (provider: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${server.port}/v1/webhooks/${provider}`, {
        method: 'POST',
        body: '{"id":"evt_1"}',
        headers: { 'stripe-signature': 't=1,v1=00' },
      })
    expect((await post('stripe')).status).toBe(400)
    expect((await post('nobody')).status).toBe(404)
  })

  test('that are signed but of a shape that is no event are 400, and it is not the signature that is blamed', async () => {
    const charge = { id: 'pi_1', object: 'payment_intent', metadata: {} }
    const bodies = [
      '{}',
      'null',
      '[]',
      '"x"',
      '{bad',
      '{"id":"evt_1","type":"x","data":null}',
      JSON.stringify({ id: 'evt_1\0', type: 'charge.captured', data: { object: charge } }),
      JSON.stringify({ id: 'evt_2', type: 'charge\0', data: { object: charge } }),
      JSON.stringify({ id: 'evt_3', type: 'charge.captured', data: { object: { ...charge, id: 'pi\0' } } }),
      JSON.stringify({ id: 7, type: 'charge.captured', data: { object: charge } }),
      JSON.stringify({ id: 'e'.repeat(2_000), type: 'charge.captured', data: { object: charge } }),
    ]
    for (const body of bodies) {
      const at = Math.floor(Date.now() / 1_000)
      const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${at}.${body}`).digest('hex')
      const response = await fetch(`http://127.0.0.1:${server.port}/v1/webhooks/stripe`, {
        method: 'POST',
        body,
        headers: { 'stripe-signature': `t=${at},v1=${signature}` },
      })
      const said = (await response.json()) as Record<string, unknown>
      expect([body.slice(0, 80), response.status, said['code']]).toEqual([
        body.slice(0, 80),
        400,
        'malformed',
      ])
      expect(said['detail']).not.toContain('signature')
    }
  })
})

describe('cancelling', () => {
  const cancel = (r: { buyer: string }, id: string, body: unknown = {}, key?: string): Promise<Reply> =>
    call('POST', `/v1/bookings/${id}/cancel`, r.buyer, body, key)

  test('everything: void, refunded without the fees that are kept, for sale again', async () => {
    const r = await held()
    const { body } = await book(r, 'pm_card_visa')
    const { status, body: after } = await cancel(r, body.booking_id)
    expect(status).toBe(200)
    expect(after).toMatchObject({
      status: 'CANCELLED',
      payment: { status: 'refunded' },
      // Two tickets of 50.00 with a kept fee of 4.00 each, and the order's fee.
      refunded: { status: 'partial', amount: 2 * (5000 - 400) + 150, currency: 'EUR' },
    })
    expect(after.tickets.map((ticket) => [ticket.status, ticket.code])).toEqual([
      ['void', null],
      ['void', null],
    ])
    expect(await seatStatus(r.eventId, 0)).toBe(0)
    await stack.hold(r.eventId, systemIds.uuid(), ['A1', 'A2'])
    expect((await cancel(r, body.booking_id)).status).toBe(200)
  })

  test('some: only those are void, and the order fee comes back with the last', async () => {
    const r = await held()
    const { body } = await book(r, 'pm_card_visa')
    const [first, second] = body.tickets.map((ticket) => ticket.ticket_id)
    const one = await cancel(r, body.booking_id, { ticket_ids: [first] })
    expect(one.status).toBe(200)
    expect(one.body).toMatchObject({ status: 'CONFIRMED', refunded: { status: 'partial', amount: 4600 } })
    expect(one.body.tickets.map((ticket) => ticket.status)).toEqual(['void', 'valid'])
    expect(await seatStatus(r.eventId, 0)).toBe(0)
    expect(await seatStatus(r.eventId, 1)).toBe(2)
    const rest = await cancel(r, body.booking_id, { ticket_ids: [first, second] })
    expect(rest.body).toMatchObject({ status: 'CANCELLED', refunded: { amount: 2 * 4600 + 150 } })
    expect(
      (await cancel(r, body.booking_id, { ticket_ids: [`${r.eventId}.${systemIds.uuid()}`] })).status,
    ).toBe(404)
  })

  test('twice at once with one key: one refund; the key refuses other tickets', async () => {
    const r = await held()
    const { body } = await book(r, 'pm_card_visa')
    const ticket_ids = [body.tickets[0]!.ticket_id]
    const replies = await Promise.all([1, 2, 3].map(() => cancel(r, body.booking_id, { ticket_ids }, 'c')))
    for (const reply of replies) expect([200, 202]).toContain(reply.status)
    const last = await waitFor('the refund', async () => {
      const reply = await cancel(r, body.booking_id, { ticket_ids }, 'c')
      return reply.status === 200 ? reply : null
    })
    expect(last.body.refunded).toMatchObject({ amount: 4600 })
    expect((await cancel(r, body.booking_id, {}, 'c')).body['code']).toBe('idempotency_mismatch')
  })

  test('while the provider is down: void at once, 202, refunded when it is back, then for sale', async () => {
    const r = await held()
    const { body } = await book(r, 'pm_card_visa')
    gateway.fail('refund', 'down', 1_000)
    gateway.fail('list', 'down', 1_000)
    const { status, body: after } = await cancel(r, body.booking_id)
    expect(status).toBe(202)
    expect(after).toMatchObject({ status: 'CANCELLED', refunded: { status: 'pending', amount: 0 } })
    expect(after.tickets[0]!.status).toBe('void')
    expect(await seatStatus(r.eventId, 0)).toBe(2)
    gateway.heal()
    await waitFor(
      'the refund',
      async () => (await look(r.buyer, body.booking_id)).body.refunded.status === 'partial',
    )
    expect(await seatStatus(r.eventId, 0)).toBe(0)
  })

  test('when the answer to the refund is lost: refunded once', async () => {
    const r = await held()
    const { body } = await book(r, 'pm_card_visa')
    gateway.fail('refund', 'lost', 1)
    expect((await cancel(r, body.booking_id)).status).toBe(202)
    await waitFor(
      'the refund',
      async () => (await look(r.buyer, body.booking_id)).body.refunded.status === 'partial',
    )
  })

  test('after the time limit is 409 refund_closed, and so it is where tickets are never taken back', async () => {
    const r = await held()
    const { body } = await book(r, 'pm_card_visa')
    refundUntil = Date.now() - 1
    expect(await cancel(r, body.booking_id)).toMatchObject({ status: 409, body: { code: 'refund_closed' } })
    refundUntil = null
    expect(await cancel(r, body.booking_id)).toMatchObject({ status: 409, body: { code: 'refund_closed' } })
  })
})

test('the list has the newest first, page by page, and keeps to the first page in time', async () => {
  const eventId = String((nextEvent += 1))
  const buyer = systemIds.uuid()
  await stack.open(eventId)
  const ids: string[] = []
  for (const seat of ['A1', 'A2', 'A3']) {
    const hold = await stack.hold(eventId, buyer, [seat])
    ids.unshift(
      (await book({ buyer, reservation_id: `${eventId}.${hold.holdId}` }, 'pm_card_visa')).body.booking_id,
    )
  }
  const first = await call('GET', '/v1/bookings?limit=2', buyer)
  const page = first.body as unknown as { items: BookingBody[]; next_cursor: string }
  expect(page.items.map((item) => item.booking_id)).toEqual(ids.slice(0, 2))
  const second = await call('GET', `/v1/bookings?limit=2&cursor=${page.next_cursor}`, buyer)
  const rest = second.body as unknown as { items: BookingBody[]; next_cursor: null }
  expect(rest.items.map((item) => item.booking_id)).toEqual(ids.slice(2))
  expect(rest.next_cursor).toBeNull()
  expect((await call('GET', '/v1/bookings?cursor=abc', buyer)).status).toBe(400)
})

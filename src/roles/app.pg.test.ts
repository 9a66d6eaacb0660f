import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { waitFor } from '../../test/harness/wait-for.ts'
import { callAsEverybody } from '../../test/harness/wrong-person.ts'
import { STAFF_ROLES } from '../features/account/index.ts'
import { testApp, type Answer, type TestApp } from '../../test/harness/app.ts'

let house: TestApp
let seats: { seat_id: string; status: string; price: { amount: number } }[]

beforeAll(async () => {
  house = await testApp()
  seats = (await house.call('GET', `/v1/events/${house.eventId}/seats`)).json.seats
})
afterAll(() => house.stop())

async function hold(token: string, ...seatIds: string[]): Promise<Answer> {
  return house.call('POST', '/v1/reservations', {
    token,
    body: { event_id: house.eventId, seat_ids: seatIds },
  })
}

describe('a purchase through the API', () => {
  test('goes from the list to valid tickets and back to the bank', async () => {
    // Lists follow the facts of the catalog, a moment behind.
    const found = await waitFor('the event in the list', async () => {
      const list = await house.call('GET', '/v1/events?keyword=dvorak')
      return list.json.items.find((item: { event_id: string }) => item.event_id === house.eventId)
    })
    expect(found).toMatchObject({ availability: 'available' })
    const event = (await house.call('GET', `/v1/events/${house.eventId}`)).json
    const layout = (await house.call('GET', event.layout_url)).json
    expect(layout.seats).toHaveLength(200)

    const token = await house.guest()
    const held = await hold(token, seats[0]!.seat_id, seats[1]!.seat_id)
    expect(held.status).toBe(201)
    expect(held.json.total.amount).toBe(2 * seats[0]!.price.amount + 150)
    const { tickets, ticket_fees, order_fee } = held.json.breakdown
    expect(tickets.amount + ticket_fees.amount + order_fee.amount).toBe(held.json.total.amount)

    const declined = await house.call('POST', '/v1/bookings', {
      token,
      body: { reservation_id: held.json.reservation_id, payment_token: 'pm_card_chargeDeclined' },
    })
    expect([declined.status, declined.json.code]).toEqual([402, 'card_declined'])
    const booked = await house.pay(token, held, {
      buyer: { name: 'Ada Lovelace', email: 'ada@example.org', locale: 'en' },
    })
    expect([booked.status, booked.json.status]).toEqual([201, 'CONFIRMED'])
    expect(booked.json.tickets).toHaveLength(2)
    expect(
      (await house.call('GET', `/v1/reservations/${held.json.reservation_id}`, { token })).json.status,
    ).toBe('BOOKED')

    const booking = `/v1/bookings/${booked.json.booking_id}`
    const pdf = await house.call('GET', `${booking}/tickets.pdf`, { token })
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    const calendar = await house.call('GET', `${booking}/calendar.ics`, { token })
    expect(calendar.json).toContain('BEGIN:VEVENT')
    const shown = await house.call('GET', `/v1/tickets/${booked.json.tickets[0].code}`, { token })
    // Sandbox money admits nobody.
    expect(shown.json).toMatchObject({ status: 'valid', verdict: 'test', livemode: false })
    const mails = await waitFor('the mail with the tickets', async () => {
      const page = await house.call('GET', '/dev/mail')
      return /href="(\/dev\/mail\/[^"]+)"/.exec(page.json)?.[1]
    })
    expect((await house.call('GET', mails)).json).toContain('ada@example.org')

    const other = await house.guest()
    for (const path of [
      `${booking}/tickets.pdf`,
      `${booking}/calendar.ics`,
      `/v1/tickets/${booked.json.tickets[0].code}`,
    ]) {
      expect((await house.call('GET', path, { token: other })).status).toBe(404)
      expect((await house.call('GET', path)).status).toBe(401)
    }
    const late = await hold(other, seats[0]!.seat_id)
    expect(late.json).toMatchObject({ code: 'seats_unavailable', seat_ids: [seats[0]!.seat_id] })
    expect(late.json.alternatives[0]).toHaveLength(1)
    const cancelled = await house.call('POST', `/v1/bookings/${booked.json.booking_id}/cancel`, {
      token,
      body: { ticket_ids: [booked.json.tickets[0].ticket_id] },
    })
    expect(cancelled.status).toBe(200)
    expect((await hold(other, seats[0]!.seat_id)).status).toBe(201)
  })

  test('two hundred people, the same two seats: one gets them, 199 are told which', async () => {
    const tokens = await Promise.all(Array.from({ length: 200 }, () => house.guest()))
    const wanted = [seats[10]!.seat_id, seats[11]!.seat_id]
    const answers = await Promise.all(tokens.map((token) => hold(token, ...wanted)))
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1)
    const refused = answers.filter((a) => a.status === 409)
    expect(refused).toHaveLength(199)
    for (const { json } of refused)
      expect(json).toMatchObject({ code: 'seats_unavailable', seat_ids: wanted })
  })

  test('a hold is asked for again with its key and answered the same; another body is refused', async () => {
    const token = await house.guest()
    const ask = (body: unknown): Promise<Answer> =>
      house.call('POST', '/v1/reservations', { token, body, headers: { 'idempotency-key': 'one' } })
    const wish = { event_id: house.eventId, seat_ids: [seats[20]!.seat_id] }
    const first = await ask(wish)
    const again = await ask({ seat_ids: wish.seat_ids, event_id: wish.event_id })
    expect(first.status).toBe(201)
    expect({ ...again.json, version: 0 }).toEqual({ ...first.json, version: 0 })
    expect((await ask({ ...wish, seat_ids: [seats[21]!.seat_id] })).json.code).toBe('idempotency_mismatch')
  })

  test('time can be extended once and seats let go; nobody else may do either', async () => {
    const token = await house.guest()
    const stranger = await house.guest()
    const held = (await hold(token, seats[30]!.seat_id)).json
    const path = `/v1/reservations/${held.reservation_id}`
    for (const [method, sub] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/extend'],
    ] as const) {
      expect((await house.call(method, path + sub, { token: stranger })).status).toBe(404)
      expect((await house.call(method, path + sub)).status).toBe(401)
    }
    const longer = await house.call('POST', `${path}/extend`, { token })
    expect(Date.parse(longer.json.expires_at)).toBeGreaterThan(Date.parse(held.expires_at))
    expect((await house.call('DELETE', path, { token })).status).toBe(204)
    expect((await house.call('DELETE', path, { token })).status).toBe(204)
    expect((await house.call('GET', path, { token })).json.status).toBe('RELEASED')
    expect((await house.call('POST', `${path}/extend`, { token })).json.code).toBe('reservation_expired')
  })
})

describe('wrong input', () => {
  test.each([
    ['no seat at all', {}, 400, 'malformed'],
    ['an unknown seat', { seat_ids: ['nowhere'] }, 400, 'unknown_seat'],
    ['a seat twice', { seat_ids: ['A', 'A'] }, 400, 'unknown_seat'],
    ['seats and the best available', { seat_ids: ['x'], best_available: { quantity: 1 } }, 400, 'malformed'],
    ['no number', { best_available: { quantity: 'many' } }, 400, 'malformed'],
    ['an unknown area', { areas: [{ area_id: 'x', quantity: 1 }] }, 400, 'unknown_area'],
    [
      'an unknown price type',
      { best_available: { quantity: 1, price_type: 'x' } },
      400,
      'unknown_price_type',
    ],
    ['more than the limit', { best_available: { quantity: 5 } }, 409, 'limit_exceeded'],
    ['an event that is not there', { event_id: '999999', seat_ids: ['x'] }, 404, 'not_found'],
    ['an event id that is none', { event_id: '-1', seat_ids: ['x'] }, 400, 'malformed'],
  ])('%s is refused with its own code', async (_what, body, status, code) => {
    const token = await house.guest()
    const answer = await house.call('POST', '/v1/reservations', {
      token,
      body: { event_id: house.eventId, ...body },
    })
    expect([answer.status, answer.json.code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })
})

test('completing needs a text, which may be empty', async () => {
  const missing = await house.call('GET', '/v1/events/suggest')
  expect([missing.status, missing.json.code, missing.json.errors]).toEqual([
    400,
    'malformed',
    [{ field: 'query', message: 'needs q' }],
  ])
  const empty = await house.call('GET', '/v1/events/suggest?q=')
  expect([empty.status, empty.json.items]).toEqual([200, []])
})

describe('the seat map', () => {
  test('availability and the seat list agree, and 304 costs nothing', async () => {
    const availability = await house.call('GET', `/v1/events/${house.eventId}/availability`)
    const list = await house.call(
      'GET',
      `/v1/events/${house.eventId}/seats?min_version=${availability.json.version}`,
    )
    const packed = Buffer.from(availability.json.seats, 'base64')
    const names = ['AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED']
    list.json.seats.forEach((seat: { status: string }, i: number) => {
      expect(seat.status).toBe(names[(packed[i >> 2]! >> ((i & 3) * 2)) & 3]!)
    })
    const etag = availability.headers.get('etag')!
    const unchanged = await house.call('GET', `/v1/events/${house.eventId}/availability`, {
      headers: { 'if-none-match': etag },
    })
    expect(unchanged.status).toBe(304)
    const section = list.json.seats[0].section as string
    const part = await house.call(
      'GET',
      `/v1/events/${house.eventId}/seats?status=AVAILABLE&section=${encodeURIComponent(section)}`,
    )
    expect(part.json.seats.length).toBeGreaterThan(0)
    expect(
      part.json.seats.every(
        (s: { section: string; status: string }) => s.section === section && s.status === 'AVAILABLE',
      ),
    ).toBe(true)
  })
})

describe('every call', () => {
  test('lets in whom it names and nobody else', async () => {
    const { account } = house.app
    // A webhook is let in by its signature alone: whoever calls without one gets 400.
    const signed = house.app.routes.filter((r) => r.path !== '/v1/webhooks/:provider')
    // Last: it ends the session of whoever calls it.
    const isErasure = (r: (typeof signed)[number]): boolean => r.method === 'DELETE' && r.path === '/v1/me'
    const routes = signed.toSorted((a, b) => Number(isErasure(a)) - Number(isErasure(b)))
    expect((await house.call('POST', '/v1/webhooks/stripe', { body: {} })).status).toBe(400)
    const staff = await Promise.all(
      STAFF_ROLES.map(async (role) => {
        const added = await account.staff.add({ name: `the ${role}`, roles: [role] })
        if (added.taken) throw new Error(`there is a ${role} already`)
        // An admin may do what anybody may.
        const roles = role === 'admin' ? STAFF_ROLES : [role]
        return { name: `the ${role}`, token: added.token, kind: 'staff' as const, roles }
      }),
    )
    const uuid = crypto.randomUUID()
    const credential = { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'x' } }
    const { findings, calls } = await callAsEverybody({
      baseUrl: house.url.href.replace(/\/$/, ''),
      routes,
      people: [
        { name: 'nobody', token: null, kind: 'nobody', roles: [] },
        { name: 'a forger', token: `${(await house.guest()).slice(0, -4)}AAAA`, kind: 'nobody', roles: [] },
        { name: 'a buyer', token: await house.guest(), kind: 'buyer', roles: [] },
        ...staff,
      ],
      params: {
        event_id: '999999',
        id: `999999.${uuid}`,
        booking_id: uuid,
        hash: 'a'.repeat(64),
        provider: 'stripe',
        code: 'A'.repeat(150),
        name: 'x.eml',
        passkey_id: 'x',
        phase: 'x',
        allotment: 'x',
      },
      requests: {
        'GET /v1/events/suggest': { query: 'q=x' },
        'POST /v1/reservations': { body: { event_id: '999999', seat_ids: ['x'] } },
        'POST /v1/bookings': { body: { reservation_id: `999999.${uuid}` } },
        'POST /v1/bookings/:booking_id/cancel': { body: {} },
        'POST /v1/sessions/email': { body: { email: 'somebody@example.org' } },
        'POST /v1/sessions/verify': { body: { email: 'somebody@example.org', code: '123456' } },
        'POST /v1/sessions/passkey': { body: { credential } },
        'POST /v1/me/passkeys': { body: { credential } },
        'POST /v1/operator/sessions': { body: { code: '123456' } },
        'POST /v1/operator/me/totp/confirm': { body: { code: '123456' } },
      },
    })
    expect(findings).toEqual([])
    expect(calls).toBe(routes.length * (3 + STAFF_ROLES.length))
  })

  test("keeps one buyer's things from another, who gets 404", async () => {
    const owner = await house.guest()
    const stranger = await house.guest()
    const held = (await hold(owner, seats[40]!.seat_id)).json
    const booked = await house.call('POST', '/v1/bookings', {
      token: owner,
      body: { reservation_id: held.reservation_id, payment_token: 'pm_card_visa' },
    })
    const mine = (await hold(owner, seats[41]!.seat_id)).json
    for (const [method, path, body] of [
      ['GET', `/v1/reservations/${held.reservation_id}`, undefined],
      ['DELETE', `/v1/reservations/${mine.reservation_id}`, undefined],
      ['POST', `/v1/reservations/${mine.reservation_id}/extend`, undefined],
      ['POST', '/v1/bookings', { reservation_id: mine.reservation_id, payment_token: 'pm_card_visa' }],
      ['GET', `/v1/bookings/${booked.json.booking_id}`, undefined],
      ['POST', `/v1/bookings/${booked.json.booking_id}/cancel`, {}],
    ] as const) {
      const answer = await house.call(method, path, { token: stranger, body })
      expect([method, path, answer.status]).toEqual([method, path, 404])
    }
    expect((await house.call('GET', '/v1/bookings', { token: stranger })).json.items).toEqual([])
    expect(
      (await house.call('GET', `/v1/reservations/${mine.reservation_id}`, { token: owner })).json.status,
    ).toBe('HELD')
  })

  test('is in the published contract, which is valid OpenAPI 3.1', async () => {
    const document = (await house.call('GET', '/openapi.json')).json
    const result = await new Validator().validate(document)
    expect(result.errors ?? []).toEqual([])
    for (const { method, path } of house.app.routes) {
      if (path.startsWith('/docs') || path === '/openapi.json') continue
      expect(
        document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()],
        `${method} ${path}`,
      ).toBeDefined()
    }
  })
})

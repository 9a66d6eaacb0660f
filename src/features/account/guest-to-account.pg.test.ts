import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openStudioEvent, testApp, type Answer, type TestApp } from '../../../test/harness/app.ts'
import { codeFor, signInByMail } from '../../../test/harness/sign-in.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { isRefusal } from '../../shared/errors.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off', USHER_KEY: KEY })
})
afterAll(() => house.stop())

let mailboxes = 0
const mailbox = (): string => `buyer${++mailboxes}@example.org`

const signIn = (email: string, guest: string, more: object = {}): Promise<Answer['json']> =>
  signInByMail(house, email, guest, more)

const sql: TestApp['sql'] = (...statement) => house.sql(...statement)

const hold = (token: string, quantity: number, eventId = house.eventId): Promise<Answer> =>
  house.call('POST', '/v1/reservations', {
    token,
    body: { event_id: eventId, best_available: { quantity } },
  })

const pay = (token: string, reservationId: string, buyer: object = {}): Promise<Answer> =>
  house.call('POST', '/v1/bookings', {
    token,
    body: { reservation_id: reservationId, payment_token: 'pm_card_visa', buyer },
  })

const get = (token: string, path: string): Promise<Answer> => house.call('GET', path, { token })

/** Asks for a code and answers what types it in. */
async function codeOnly(email: string, token: string): Promise<() => Promise<Answer>> {
  const code = await codeFor(house, email, token)
  return () => house.call('POST', '/v1/sessions/verify', { token, body: { email, code } })
}

describe("a guest's things", () => {
  test("holds, tickets and orders become the account's, and the guest has nothing any more", async () => {
    const guest = await house.guest()
    const booked = await hold(guest, 1)
    const booking = await pay(guest, booked.json.reservation_id, {
      name: 'Ada',
      email: 'a@example.org',
      locale: 'de',
    })
    expect(booking.status).toBe(201)
    const open = await hold(guest, 1)
    const account = await signIn(mailbox(), guest)
    const token = account.access_token as string
    expect(account.moving).toBe(false)

    expect((await get(token, `/v1/reservations/${open.json.reservation_id}`)).json.status).toBe('HELD')
    expect((await get(token, '/v1/bookings')).json.items).toHaveLength(1)
    expect((await get(token, `/v1/bookings/${booking.json.booking_id}`)).json.tickets).toHaveLength(1)
    expect((await get(token, '/v1/me')).json.name).toBe('Ada')
    const ticket = booking.json.tickets[0] as { code: string }
    expect((await get(token, `/v1/tickets/${encodeURIComponent(ticket.code)}`)).status).toBe(200)

    expect((await get(guest, `/v1/reservations/${open.json.reservation_id}`)).status).toBe(404)
    expect((await get(guest, '/v1/bookings')).json.items).toEqual([])
    expect((await get(guest, '/v1/me')).json).toMatchObject({ kind: 'guest', name: null, email: null })
    const again = await pay(token, booked.json.reservation_id, {
      name: 'Ada',
      email: 'a@example.org',
      locale: 'de',
    })
    expect(again.json.booking_id).toBe(booking.json.booking_id)
    expect((await pay(token, open.json.reservation_id)).status).toBe(201)
  }, 30_000)

  test('together they may be more than the limit: all are kept, and new holds are refused', async () => {
    const email = mailbox()
    const [first, second] = [await house.guest(), await house.guest()]
    const kept = [await hold(first, 3), await hold(second, 3)]
    await signIn(email, first)
    const { access_token: token } = await signIn(email, second)
    for (const { json } of kept)
      expect((await get(token, `/v1/reservations/${json.reservation_id}`)).status).toBe(200)
    expect((await hold(token, 1)).json.code).toBe('limit_exceeded')
    for (const { json } of kept)
      await house.call('DELETE', `/v1/reservations/${json.reservation_id}`, { token })
    expect((await hold(token, 4)).status).toBe(201)
  })

  test('an event that asks for a verified mail refuses guests and takes accounts', async () => {
    const eventId = await openStudioEvent(house.app)
    // In the catalog, too: the ledger follows it.
    await sql(`update events set identity_required = 'email' where event_id = $1`, [eventId])
    const rules = (await house.app.inventory.rules(eventId))!
    await house.app.inventory.configure({ eventId, rules: { ...rules, identityRequired: 'email' } })
    const guest = await house.guest()
    expect((await hold(guest, 1, eventId)).json.code).toBe('identity_required')
    const { access_token: token } = await signIn(mailbox(), guest)
    expect((await hold(token, 4, eventId)).status).toBe(201)
  })

  test('erasing the account and making it anew does not reset the limit: the mailbox is counted, too', async () => {
    const email = mailbox()
    const guest = await house.guest()
    const { access_token: token } = await signIn(email, guest)
    expect((await hold(token, 3)).status).toBe(201)
    expect((await house.call('DELETE', '/v1/me', { token })).status).toBe(204)
    const { access_token: anew, user_id } = await signIn(email, await house.guest())
    expect((await get(anew, '/v1/me')).json.user_id).toBe(user_id)
    expect((await hold(anew, 2)).json.code).toBe('limit_exceeded')
    expect((await hold(anew, 1)).status).toBe(201)
  })

  test('a guest who erased everything has no token any more, whether or not anything was known of them', async () => {
    const [buyer, nobody, neighbour] = [await house.guest(), await house.guest(), await house.guest()]
    const booked = await pay(buyer, (await hold(buyer, 1)).json.reservation_id)
    expect(booked.status).toBe(201)
    const other = await testApp({
      DATABASE_URL: house.app.config.databaseUrl!,
      RATE_LIMIT: 'off',
      USHER_KEY: KEY,
    })
    expect((await other.call('GET', '/v1/bookings', { token: buyer })).json.items).toHaveLength(1)
    for (const token of [buyer, nobody]) {
      expect((await house.call('DELETE', '/v1/me', { token })).status).toBe(204)
      for (const path of ['/v1/me', '/v1/bookings', `/v1/bookings/${booked.json.booking_id}`]) {
        expect([path, (await house.call('GET', path, { token })).json.code]).toEqual([path, 'unauthorized'])
      }
      const renewed = await house.call('POST', '/v1/sessions/refresh', { token })
      expect(renewed.json.code).toBe('unauthorized')
    }
    expect((await house.call('GET', '/v1/me', { token: neighbour })).status).toBe(200)
    // Another process, which remembers the token, looks every few seconds; one that starts knows at once.
    const seen = async (): Promise<number> =>
      (await other.call('GET', '/v1/bookings', { token: buyer })).status
    for (let tries = 0; tries < 100 && (await seen()) !== 401; tries++) await Bun.sleep(100)
    expect(await seen()).toBe(401)
    expect((await other.call('GET', '/v1/me', { token: neighbour })).status).toBe(200)
    const started = await testApp({ DATABASE_URL: house.app.config.databaseUrl!, USHER_KEY: KEY })
    expect((await started.call('GET', '/v1/bookings', { token: buyer })).status).toBe(401)
    await Promise.all([other.stop(), started.stop()])
  }, 60_000)

  test('erasing an account ends the tokens of its guests with the answer: of those who moved in, and of those found by the mailbox', async () => {
    const email = mailbox()
    const buyer = { name: 'Ed', email }
    const [moved, found, later, stranger] = await Promise.all([1, 2, 3, 4].map(() => house.guest()))
    const guests = { moved: moved!, found: found!, later: later! }
    expect((await pay(guests.found, (await hold(guests.found, 1)).json.reservation_id, buyer)).status).toBe(
      201,
    )
    const { access_token: token } = await signIn(email, guests.moved)
    expect((await pay(guests.later, (await hold(guests.later, 1)).json.reservation_id, buyer)).status).toBe(
      201,
    )
    expect((await pay(stranger!, (await hold(stranger!, 1)).json.reservation_id)).status).toBe(201)
    expect((await get(guests.later, '/v1/bookings')).json.items).toHaveLength(1)

    expect((await house.call('DELETE', '/v1/me', { token })).status).toBe(204)
    for (const [name, guest] of Object.entries(guests)) {
      expect([name, (await get(guest, '/v1/me')).status]).toEqual([name, 401])
      expect([name, (await get(guest, '/v1/bookings')).status]).toEqual([name, 401])
    }
    expect((await get(stranger!, '/v1/bookings')).json.items).toHaveLength(1)
  }, 30_000)

  test('a process that reads the event from its tables counts the mailbox, too', async () => {
    const email = mailbox()
    const guest = await house.guest()
    const eventId = await openStudioEvent(house.app)
    expect((await hold(guest, 2, eventId)).status).toBe(201)
    const { access_token: token } = await signIn(email, guest)
    const booked = await hold(token, 1, eventId)
    expect((await pay(token, booked.json.reservation_id)).status).toBe(201)
    await house.call('DELETE', '/v1/me', { token })
    const { access_token: anew } = await signIn(email, await house.guest())
    const other = await testApp({
      DATABASE_URL: house.app.config.databaseUrl!,
      RATE_LIMIT: 'off',
      USHER_KEY: KEY,
    })
    const body = { event_id: eventId, best_available: { quantity: 2 } }
    expect((await other.call('POST', '/v1/reservations', { token: anew, body })).json.code).toBe(
      'limit_exceeded',
    )
    body.best_available.quantity = 1
    expect((await other.call('POST', '/v1/reservations', { token: anew, body })).status).toBe(201)
    await other.stop()
  }, 30_000)

  test("an account's token moves nothing: signing in to another account leaves both with their own", async () => {
    const { access_token: mine } = await signIn(mailbox(), await house.guest())
    const held = await hold(mine, 1)
    const { access_token: other } = await signIn(mailbox(), mine)
    expect((await get(mine, `/v1/reservations/${held.json.reservation_id}`)).status).toBe(200)
    expect((await get(other, `/v1/reservations/${held.json.reservation_id}`)).status).toBe(404)
  })

  test('what a guest bought with the mailbox is found in any session that proves it; what was only tried is not', async () => {
    const email = mailbox()
    const [buyer, tried] = [await house.guest(), await house.guest()]
    const bought = await pay(buyer, (await hold(buyer, 1)).json.reservation_id, { name: 'Cy', email })
    const held = await hold(tried, 1)
    const declined = await house.call('POST', '/v1/bookings', {
      token: tried,
      body: {
        reservation_id: held.json.reservation_id,
        payment_token: 'pm_card_chargeDeclined',
        buyer: { email },
      },
    })
    expect(declined.status).toBe(402)
    const { access_token: token } = await signIn(email, await house.guest())
    const { items } = (await get(token, '/v1/bookings')).json
    expect(items.map((item: { booking_id: string }) => item.booking_id)).toEqual([bought.json.booking_id])
    expect((await get(token, `/v1/tickets/${items[0].tickets[0].code}`)).status).toBe(200)
    expect((await get(token, '/v1/me')).json.name).toBe('Cy')
    // Nobody can press a hold on somebody by giving their address.
    expect((await get(tried, `/v1/reservations/${held.json.reservation_id}`)).status).toBe(200)
  }, 20_000)

  test('holds that another process has in memory move, too, when the client names them', async () => {
    const eventId = await openStudioEvent(house.app)
    const other = await testApp({
      ...{ DATABASE_URL: house.app.config.databaseUrl!, RATE_LIMIT: 'off', USHER_KEY: KEY },
    })
    const there = (token: string, quantity: number): Promise<Answer> =>
      other.call('POST', '/v1/reservations', {
        token,
        body: { event_id: eventId, best_available: { quantity } },
      })
    const email = mailbox()
    const [first, second] = [await house.guest(), await house.guest()]
    const kept = [await there(first, 3), await there(second, 3)].map(
      ({ json }) => json.reservation_id as string,
    )
    await signIn(email, first, { reservation_ids: [kept[0]] })
    const { access_token: token, moving } = await signIn(email, second, { reservation_ids: [kept[1]] })
    expect(moving).toBe(false)
    // Seen by both processes, the one that answered and the one that had them.
    for (const id of kept) {
      expect((await get(token, `/v1/reservations/${id}`)).json.status).toBe('HELD')
      expect((await other.call('GET', `/v1/reservations/${id}`, { token })).json.status).toBe('HELD')
      expect((await other.call('GET', `/v1/reservations/${id}`, { token: first })).status).toBe(404)
    }
    // Six where four are allowed: all are kept, and can be paid, and nothing new is held.
    expect((await there(token, 1)).json.code).toBe('limit_exceeded')
    expect((await hold(token, 1, eventId)).json.code).toBe('limit_exceeded')
    for (const id of kept) expect((await pay(token, id)).status).toBe(201)
    expect((await hold(token, 1, eventId)).json.code).toBe('limit_exceeded')
    await other.stop()
  }, 30_000)

  test("naming somebody else's reservation takes nothing from them", async () => {
    const victim = await house.guest()
    const held = await hold(victim, 1)
    const guest = await house.guest()
    const { access_token: token } = await signIn(mailbox(), guest, {
      reservation_ids: [held.json.reservation_id, `999999.${crypto.randomUUID()}`],
    })
    expect((await get(token, `/v1/reservations/${held.json.reservation_id}`)).status).toBe(404)
    expect((await get(victim, `/v1/reservations/${held.json.reservation_id}`)).status).toBe(200)
  })

  test('a process that dies between sign-in and move: another one finishes it', async () => {
    const guest = await house.guest()
    const held = await hold(guest, 1)
    const booking = await pay(guest, held.json.reservation_id, { name: 'Bo', email: 'bo@example.org' })
    const { user_id: to, access_token: token } = await signIn(mailbox(), await house.guest())
    const from = (await get(guest, '/v1/me')).json.user_id
    // What the sign-in writes before it moves anything.
    await sql(
      `insert into account_moves (from_buyer, to_buyer, event_ids, at, next_at) values ($1, $2, '{}', now(), now())`,
      [from, to],
    )
    house.app.identity.start()
    await waitFor('the move', async () => (await get(token, '/v1/bookings')).json.items.length === 1, 15_000)
    expect((await get(token, `/v1/bookings/${booking.json.booking_id}`)).status).toBe(200)
  }, 20_000)

  test("two accounts that sign in with one guest's token at once: one gets everything, the other nothing", async () => {
    for (let round = 0; round < 4; round++) {
      const guest = await house.guest()
      const held = await hold(guest, 1)
      const booking = await pay(guest, held.json.reservation_id, { name: 'Di' })
      const accounts = await Promise.all([mailbox(), mailbox()].map((email) => codeOnly(email, guest)))
      const tokens = await Promise.all(
        accounts.map(async (verify) => (await verify()).json.access_token as string),
      )
      const owners: string[] = []
      const holders: string[] = []
      const code = encodeURIComponent((booking.json.tickets as { code: string }[])[0]!.code)
      for (const token of tokens) {
        if ((await get(token, '/v1/bookings')).json.items.length === 1) owners.push(token)
        if ((await get(token, `/v1/tickets/${code}`)).status === 200) holders.push(token)
      }
      expect(owners).toHaveLength(1)
      expect(holders).toEqual(owners)
    }
  }, 60_000)

  test('a move to an account that was erased meanwhile is dropped', async () => {
    const [from, to] = [crypto.randomUUID(), crypto.randomUUID()]
    await sql(
      `insert into account_moves (from_buyer, to_buyer, at, next_at) values ($1, $2, now(), now() - interval '1 second')`,
      [from, to],
    )
    await house.app.identity.resumeMoves()
    expect(await sql('select 1 from account_moves where to_buyer = $1', [to])).toEqual([])
  })

  test('a move may be repeated any number of times', async () => {
    const guest = await house.guest()
    await hold(guest, 2)
    const from = (await get(guest, '/v1/me')).json.user_id
    const { user_id: to } = await signIn(mailbox(), guest)
    for (let i = 0; i < 3; i++) {
      const moved = await house.app.inventory.transfer({ eventId: house.eventId, from, to })
      expect(isRefusal(moved)).toBe(false)
    }
    const held = await sql('select count(*) as n from holds where buyer = $1 and state = 0', [to])
    expect(held[0]!['n']).toBe(1)
  })
})

describe('sessions of an account', () => {
  test('all end at once when it signs out everywhere, also in another process, and none can be renewed', async () => {
    const email = mailbox()
    const [phone, laptop] = [
      await signIn(email, await house.guest()),
      await signIn(email, await house.guest()),
    ]
    const other = await testApp({
      DATABASE_URL: house.app.config.databaseUrl!,
      RATE_LIMIT: 'off',
      USHER_KEY: KEY,
    })
    const there = (token: string, method = 'GET', path = '/v1/me'): Promise<Answer> =>
      other.call(method, path, { token, ...(method === 'POST' && { body: {} }) })
    expect((await there(phone.access_token)).status).toBe(200)
    expect((await house.call('DELETE', '/v1/sessions', { token: laptop.access_token })).status).toBe(204)
    for (const { access_token: token } of [phone, laptop]) {
      expect((await get(token, '/v1/me')).status).toBe(401)
      expect((await there(token, 'POST', '/v1/sessions/refresh')).status).toBe(401)
    }
    await waitFor('the end elsewhere', async () => (await there(phone.access_token)).status === 401, 8_000)
    expect((await there(laptop.access_token)).status).toBe(401)
    const { access_token: anew } = await signIn(email, await house.guest())
    expect((await there(anew)).status).toBe(200)
    await other.stop()
  }, 20_000)

  test('a guest has nothing to sign out of, and is told how to end the token', async () => {
    const guest = await house.guest()
    const answer = await house.call('DELETE', '/v1/sessions', { token: guest })
    expect([answer.status, answer.json.code]).toEqual([409, 'conflict'])
    expect(answer.json.detail).toContain('DELETE /v1/me')
    expect((await get(guest, '/v1/me')).status).toBe(200)
  })

  test("a renewed token is still the account's", async () => {
    const { access_token: token } = await signIn(mailbox(), await house.guest())
    const renewed = await house.call('POST', '/v1/sessions/refresh', { token, body: {} })
    expect(renewed.status).toBe(201)
    expect((await get(renewed.json.access_token, '/v1/me')).json).toMatchObject({
      kind: 'account',
      email_verified: true,
    })
  })

  test("a booking's mail address does not replace the verified one", async () => {
    const email = mailbox()
    const { access_token: token } = await signIn(email, await house.guest())
    const eventId = await openStudioEvent(house.app)
    const held = await hold(token, 1, eventId)
    await pay(token, held.json.reservation_id, { name: 'Cleo', email: 'elsewhere@example.org' })
    expect((await get(token, '/v1/me')).json).toMatchObject({ name: 'Cleo', email, email_verified: true })
  })
})

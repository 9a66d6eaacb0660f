import { afterAll, beforeAll, expect, test } from 'bun:test'
import {
  OPERATOR_TOKEN,
  openStudioEvent,
  setPhases,
  testApp,
  type Answer,
  type TestApp,
} from '../../test/harness/app.ts'
import { waitFor } from '../../test/harness/wait-for.ts'

const HOUR_MS = 3_600_000

let house: TestApp
beforeAll(async () => {
  // With limits, as people meet them.
  house = await testApp()
}, 60_000)
afterAll(() => house.stop())

const ask = (eventId: string, code: string, token?: string): Promise<Answer> =>
  house.call('POST', `/v1/events/${eventId}/access-code`, { token, body: { access_code: code } })

const operator = async (eventId: string, method: string, path: string, body?: object): Promise<void> => {
  const url = `/v1/operator/events/${eventId}${path}`
  const { status, json } = await house.call(method, url, { token: OPERATOR_TOKEN, body })
  if (status >= 300) throw new Error(`${method} ${url}: ${status} ${JSON.stringify(json)}`)
}

const hold = (token: string, eventId: string, more: object): Promise<Answer> =>
  house.call('POST', '/v1/reservations', { token, body: { event_id: eventId, ...more } })

/** The state of each seat, as `seats` packs them. */
function unpacked(seats: string): number[] {
  return [...Buffer.from(seats, 'base64')].flatMap((byte) => [0, 2, 4, 6].map((bits) => (byte >> bits) & 3))
}

async function seatIds(eventId: string): Promise<string[]> {
  const { json } = await house.call('GET', `/v1/events/${eventId}/seats`)
  return (json.seats as { seat_id: string }[]).map(({ seat_id }) => seat_id)
}

test('the code of an allotment says which seats it opens, what others hold of them, and that it is over', async () => {
  const [eventId, token, other] = await Promise.all([
    openStudioEvent(house.app),
    house.guest(),
    house.guest(),
  ])
  const ids = await seatIds(eventId)
  const press = ids.slice(10, 14)
  const codes = [{ code: 'PRESS-2030', uses: null }]
  await operator(eventId, 'PUT', '/allotments/press', { seats: press, codes })
  const found = async (): Promise<{ is_open: boolean; seats: number[]; areas: object }> => {
    const { status, json, headers } = await ask(eventId, ' press-2030', token)
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(json).toMatchObject({ event_id: eventId, opens: 'allotment', phase: null })
    return { ...json, seats: unpacked(json.seats).slice(0, ids.length) }
  }
  const only = (...states: number[]): number[] => ids.map((_, i) => states[i - 10] ?? 3)
  await waitFor('the code', async () => (await ask(eventId, 'press-2030', token)).status === 200)
  expect(await found()).toMatchObject({ is_open: true, seats: only(0, 0, 0, 0), areas: {} })

  expect((await hold(other, eventId, { seat_ids: [press[1]], access_code: 'PRESS-2030' })).status).toBe(201)
  expect((await hold(other, eventId, { seat_ids: [ids[0]] })).status).toBe(201)
  expect((await found()).seats).toEqual(only(0, 1, 0, 0))
  // Refused, it offers nothing that the code does not open.
  const refused = await hold(token, eventId, { seat_ids: [press[1]], access_code: 'PRESS-2030' })
  expect(refused.json.code).toBe('seats_unavailable')
  expect(refused.json.alternatives.length).toBeGreaterThan(0)
  for (const choice of refused.json.alternatives) expect(press).toContain(choice[0])

  // Of the other allotment's seats it says nothing, and of what is let go neither.
  await operator(eventId, 'PUT', '/allotments/agency', { seats: [ids[20]] })
  await operator(eventId, 'PUT', '/allotments/press', { seats: press.slice(0, 3) })
  await waitFor('three seats', async () => (await found()).seats[13] === 3)
  expect((await found()).seats).toEqual(only(0, 1, 0))
  await operator(eventId, 'DELETE', '/allotments/press')
  await waitFor('the end of the code', async () => (await ask(eventId, 'PRESS-2030', token)).status === 403)
}, 30_000)

test('of areas it says what is left of the places that are kept for it, and of no others', async () => {
  const start = `${new Date().getUTCFullYear() + 1}-05-04T22:00:00+02:00`
  const made = await house.call('POST', '/v1/operator/events', {
    token: OPERATOR_TOKEN,
    body: {
      ...{ status: 'published', name: 'A night', type: 'concert', start, layout: 'club', currency: 'EUR' },
      venue: { name: 'Club', city: 'Vienna', country: 'AT', timezone: 'Europe/Vienna' },
      prices: { 'Dance floor': 3_000, Balcony: 4_000, Lounge: 9_000 },
      allotments: [
        { name: 'fans', areas: { Balcony: 3, Lounge: 50 }, codes: [{ code: 'FAN-CLUB-1' }] },
        { name: 'press', areas: { Balcony: 5 } },
      ],
    },
  })
  const eventId = made.json.event.event_id
  const token = await house.guest()
  const { json } = await ask(eventId, 'fan-club-1', token)
  expect(json).toMatchObject({ opens: 'allotment', is_open: true, seats: '' })
  expect(json.areas).toEqual({ balcony: 3, lounge: 50 })
  const three = { areas: [{ area_id: 'balcony', quantity: 3 }], access_code: 'FAN-CLUB-1' }
  expect((await hold(token, eventId, three)).status).toBe(201)
  expect((await ask(eventId, 'fan-club-1', token)).json.areas).toEqual({ balcony: 0, lounge: 50 })
}, 30_000)

test('the code of a phase opens what is on open sale, while the phase runs', async () => {
  const [eventId, token] = await Promise.all([openStudioEvent(house.app), house.guest()])
  const codes = [{ code: 'FRIENDS-2030', uses: null }]
  const at = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString()
  await setPhases(house, eventId, [{ id: 'friends', access: 'code', from: at(-1), until: at(1), codes }])
  await waitFor('the code', async () => (await ask(eventId, 'FRIENDS-2030', token)).status === 200)
  const { json } = await ask(eventId, 'friends-2030', token)
  expect(json).toMatchObject({ opens: 'phase', phase: 'friends', is_open: true })
  const open = await house.call('GET', `/v1/events/${eventId}/availability`)
  expect([json.seats, json.areas, json.layout]).toEqual([open.json.seats, open.json.areas, open.json.layout])
  await operator(eventId, 'PUT', '/phases', {
    phases: [{ id: 'friends', access: 'code', from: at(1), until: at(2) }],
  })
  await waitFor(
    'the phase to be later',
    async () => !(await ask(eventId, 'FRIENDS-2030', token)).json.is_open,
  )
}, 30_000)

test('a code that is used up says so to others, and not to whose hold it is; a cancelled event opens nothing', async () => {
  const [eventId, token, other] = await Promise.all([
    openStudioEvent(house.app),
    house.guest(),
    house.guest(),
  ])
  const seats = (await seatIds(eventId)).slice(0, 2)
  await operator(eventId, 'PUT', '/allotments/press', { seats, codes: [{ code: 'ONCE-2030', uses: 1 }] })
  await waitFor('the code', async () => (await ask(eventId, 'ONCE-2030', token)).status === 200)
  expect((await hold(token, eventId, { seat_ids: [seats[0]], access_code: 'ONCE-2030' })).status).toBe(201)
  expect((await ask(eventId, 'ONCE-2030', token)).status).toBe(200)
  const late = await ask(eventId, 'ONCE-2030', other)
  expect([late.status, late.json.code]).toEqual([409, 'access_code_used_up'])
  await operator(eventId, 'POST', '/cancel', {})
  await waitFor('it to be cancelled', async () => {
    const { json } = await ask(eventId, 'ONCE-2030', token)
    return json.code === 'event_cancelled'
  })
}, 30_000)

test('wrong codes are counted with those of holds, and nobody without a session learns anything', async () => {
  const [eventId, guesser] = await Promise.all([openStudioEvent(house.app), house.guest()])
  const codes = [{ code: 'PRESS-2030', uses: null }]
  await operator(eventId, 'PUT', '/allotments/press', { seats: (await seatIds(eventId)).slice(0, 1), codes })
  await waitFor('the code', async () => (await ask(eventId, 'PRESS-2030', guesser)).status === 200)
  expect((await ask(eventId, 'PRESS-2030')).status).toBe(401)
  expect((await ask('999999', 'PRESS-2030', guesser)).status).toBe(404)
  for (let n = 0; n < 5; n++) {
    expect((await ask(eventId, `guess ${n}`, guesser)).json.code).toBe('access_code_invalid')
    const held = await hold(guesser, eventId, {
      best_available: { quantity: 1 },
      access_code: `guess ${n} again`,
    })
    expect(held.json.code).toBe('access_code_invalid')
  }
  for (const code of ['PRESS-2030', 'one more']) {
    const { status, json, headers } = await ask(eventId, code, guesser)
    expect([status, json.code]).toEqual([429, 'rate_limited'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  // Where there are no codes there is nothing to be found.
  expect((await ask(house.eventId, 'any', await house.guest())).json.code).toBe('access_code_invalid')
}, 30_000)

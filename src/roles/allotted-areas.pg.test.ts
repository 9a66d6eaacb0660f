import { afterAll, beforeAll, expect, test } from 'bun:test'
import { makeEvening, testApp, type Answer, type TestApp } from '../../test/harness/app.ts'
import { refuse } from '../shared/errors.ts'
import { applyText, runCommand, type Output } from '../../test/harness/run-command.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { run as audit } from './audit.ts'
import { run as exportEvent } from './export-event.ts'

// A club: a dance floor of 600, a balcony of 150, a lounge of 50, and not one seat.
const NEXT_YEAR = new Date().getUTCFullYear() + 1
const PRICES = { 'Dance floor': 3_000, Balcony: 4_000, Lounge: 9_000 }

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off', TICKETS_PER_BUYER: '100' })
})
afterAll(() => house.stop())

const operator: TestApp['operator'] = (...call) => house.operator(...call)
const make = (externalId: string, more: object = {}): Promise<string> =>
  makeEvening(house, externalId, { layout: 'club', prices: PRICES, ...more })

async function hold(
  eventId: string,
  area: string,
  quantity: number,
  code?: string,
  token?: string,
): Promise<Answer> {
  token ??= await house.guest()
  const body = {
    event_id: eventId,
    areas: [{ area_id: area, quantity }],
    ...(code !== undefined && { access_code: code }),
  }
  return house.call('POST', '/v1/reservations', { token, body })
}

const left = async (eventId: string): Promise<Record<string, number>> =>
  (await house.call('GET', `/v1/events/${eventId}/availability`)).json.areas

const FANS = { areas: { 'Dance floor': 200, balcony: 150 }, codes: [{ code: 'FAN-CLUB-1', uses: null }] }

test('places of areas are kept for an allotment, sold to its codes alone, and go on open sale when it ends', async () => {
  const eventId = await make('kept')
  const path = `/${eventId}/allotments/fans`
  const dry = await operator('PUT', `${path}?dry_run=true`, FANS)
  const kept = await operator('PUT', path, FANS)
  expect([kept.status, dry.json.changes]).toEqual([200, kept.json.changes])
  expect(kept.json.changes).toContainEqual({
    field: 'allotments.fans.areas.Dance floor',
    from: null,
    to: '200 places',
  })
  expect(kept.json.event.spec.allotments).toEqual([
    { name: 'fans', areas: { 'Dance floor': 200, Balcony: 150 } },
  ])
  expect(kept.json.event.sales).toMatchObject({ capacity: 800, remaining: 450 })
  expect(await left(eventId)).toEqual({ floor: 400, lounge: 50, balcony: 0 })
  const list = (await house.call('GET', `/v1/events/${eventId}/seats`)).json.areas
  expect(list.map((area: { remaining: number }) => area.remaining)).toEqual([400, 50, 0])
  expect((await hold(eventId, 'balcony', 1)).json.code).toBe('sold_out')
  expect((await hold(eventId, 'lounge', 1, 'fan-club-1')).json.code).toBe('sold_out')
  const held = await hold(eventId, 'balcony', 2, 'fan-club-1')
  expect([held.status, held.json.areas[0].quantity]).toEqual([201, 2])
  // What is read can be sent back, and is the same.
  const { spec } = (await operator('GET', `/${eventId}`)).json
  expect((await operator('PATCH', `/${eventId}`, spec)).json.changes).toEqual([])
  expect((await operator('PUT', path, FANS)).json.changes).toEqual([])

  const fewer = await operator('PUT', path, { areas: { floor: 50 } })
  expect(fewer.json.changes).toEqual([
    { field: 'allotments.fans.areas.Dance floor', from: '200 places', to: '50 places' },
    { field: 'allotments.fans.areas.Balcony', from: '150 places', to: null },
  ])
  expect(await left(eventId)).toEqual({ floor: 550, lounge: 50, balcony: 148 })
  expect((await operator('DELETE', path)).json.changes).toContainEqual({
    field: 'allotments.fans.areas.Dance floor',
    from: '50 places',
    to: null,
  })
  expect(await left(eventId)).toEqual({ floor: 600, lounge: 50, balcony: 148 })
})

test('an event opens with its places kept, and a cancelled one sells none of them', async () => {
  const eventId = await make('opened', { allotments: [{ name: 'fans', ...FANS }] })
  // It opened closed, kept them, and was told to sell then.
  const found = await house.app.inventory.view(eventId)
  expect(found && 'state' in found && found.state.rulesVersion).toBe(4)
  expect(await left(eventId)).toEqual({ floor: 400, lounge: 50, balcony: 0 })
  expect((await hold(eventId, 'balcony', 1, 'FAN-CLUB-1')).status).toBe(201)
  expect((await operator('POST', `/${eventId}/cancel`, { reason: 'rain' })).status).toBe(202)
  await waitFor('the end', async () => (await left(eventId))['floor'] === 0)
  expect((await hold(eventId, 'balcony', 1, 'FAN-CLUB-1')).json.code).toBe('event_cancelled')
})

test('a ticket of a kept place that is bought and given back is for the code again, and the audit agrees', async () => {
  const eventId = await make('given back', { allotments: [{ name: 'fans', ...FANS }] })
  const token = await house.guest()
  const forCode = async (): Promise<unknown> =>
    (
      await house.call('POST', `/v1/events/${eventId}/access-code`, {
        token,
        body: { access_code: 'FAN-CLUB-1' },
      })
    ).json.areas
  const held = await hold(eventId, 'balcony', 3, 'fan-club-1', token)
  const booked = await house.pay(token, held)
  expect([booked.status, booked.json.status]).toEqual([201, 'CONFIRMED'])
  expect(await forCode()).toEqual({ floor: 200, balcony: 147 })
  const [first] = booked.json.tickets
  const back = await house.call('POST', `/v1/bookings/${booked.json.booking_id}/cancel`, {
    token,
    body: { ticket_ids: [first.ticket_id] },
  })
  expect(back.status).toBe(200)
  await waitFor('the place to be back', async () =>
    Bun.deepEquals(await forCode(), { floor: 200, balcony: 148 }),
  )
  expect(await left(eventId)).toEqual({ floor: 400, lounge: 50, balcony: 0 })
  const audited = await runCommand(house.app.config, audit, { event: eventId, money: true })
  expect([audited.code, audited.out.join('')]).toEqual([0, expect.stringMatching(/^clean: 1 events, /)])
})

test('what cannot be kept is named with its reason, and nothing is changed', async () => {
  const eventId = await make('refused')
  const put = (name: string, areas: object) => operator('PUT', `/${eventId}/allotments/${name}`, { areas })
  const unknown = await put('fans', { Pit: 1 })
  expect([unknown.status, unknown.json.code, unknown.json.errors[0].message]).toEqual([
    ...[400, 'unknown_area'],
    'the layout has no area "Pit"; there are "Dance floor", "Lounge", "Balcony"',
  ])
  expect((await put('fans', { Lounge: 51 })).json.errors[0].message).toBe('has 50 places')
  expect((await put('fans', { Lounge: 1, lounge: 1 })).json.errors[0].message).toContain('the same area')
  expect((await put('fans', { Lounge: 1.5 })).status).toBe(400)
  expect((await put('fans', { Lounge: 30 })).status).toBe(200)
  expect((await hold(eventId, 'lounge', 15)).status).toBe(201)
  const others = await put('press', { Lounge: 6 })
  expect([others.status, others.json.cannot]).toEqual([
    409,
    [
      {
        field: 'allotments.press.areas.Lounge',
        why: '1 more than are left: others are sold, held or in another allotment',
      },
    ],
  ])
  expect(await left(eventId)).toMatchObject({ lounge: 5 })
  const exchanged = await operator('PATCH', `/${eventId}`, {
    allotments: [
      { name: 'fans', areas: { Lounge: 20 } },
      { name: 'press', areas: { Lounge: 15 } },
    ],
  })
  expect([exchanged.status, exchanged.json.cannot]).toEqual([200, undefined])
  expect(await left(eventId)).toMatchObject({ lounge: 0 })
})

test('in the history stands what was kept, and nothing of places that somebody took meanwhile', async () => {
  const eventId = await make('raced')
  const { inventory } = house.app
  const { allocatePlaces } = inventory
  let calls = 0
  // Somebody takes the lounge between the plan and the entry.
  inventory.allocatePlaces = (c) =>
    ++calls === 2 ? Promise.resolve(refuse('sold_out', 'Others have them.')) : allocatePlaces(c)
  const fans = { areas: { Balcony: 10, Lounge: 50 } }
  const kept = async (): Promise<unknown> => {
    const { items } = (await operator('GET', `/${eventId}/changes`)).json
    return items
      .slice(0, -1)
      .map(({ changes }: { changes: { field: string }[] }) => changes.map(({ field }) => field))
  }
  try {
    const refused = await operator('PUT', `/${eventId}/allotments/fans`, fans)
    expect([refused.status, refused.json.code]).toEqual([409, 'sold_out'])
    expect(await kept()).toEqual([['allotments.fans', 'allotments.fans.areas.Balcony']])
    expect((await operator('PUT', `/${eventId}/allotments/fans`, fans)).status).toBe(200)
    expect((await kept()) as unknown[]).toContainEqual(['allotments.fans.areas.Lounge'])
  } finally {
    inventory.allocatePlaces = allocatePlaces
  }
})

test('a file keeps places, says so in its plan, and what is exported changes nothing', async () => {
  const applied = (text: string): Promise<Output> => applyText(house.app.config, text)
  const text = (allotments: string) => `external_id: filed
status: published
name: A night
type: concert
start: ${NEXT_YEAR}-06-01 22:00
venue: { name: Club, city: Vienna, country: AT, timezone: Europe/Vienna }
layout: club
currency: EUR
prices: { Dance floor: 30, Balcony: 40, Lounge: 90 }
allotments: [${allotments}]
`
  const fans = '{ name: fans, areas: { Dance floor: 200, Balcony: 150 }, codes: [{ code: FAN-CLUB-1 }] }'
  const { out } = await applied(text(fans))
  expect(out).toContain('  + allotments.fans.areas.Dance floor: 200 places')
  expect(out).toContain('  + sale: opened with 800 places')
  const organiserId = '00000000-0000-7000-8000-000000000001'
  const { eventId } = (await house.app.catalog.house({ organiserId, sourceId: 'filed' }))!
  await waitFor('the server to know', async () => (await left(eventId))?.['floor'] === 400)
  const exported = (await runCommand(house.app.config, exportEvent, { id: eventId })).out.join('')
  expect(exported).toContain('areas: {Dance floor: 200, Balcony: 150}')
  for (const same of [exported, text(fans)])
    expect((await applied(same)).out[0]).toContain('Nothing to change')
  const ended = await applied(text('{ name: fans, areas: { Dance floor: 250 } }'))
  expect(ended.out.slice(1)).toEqual(
    expect.arrayContaining([
      '  ~ allotments.fans.areas.Dance floor: 200 places → 250 places',
      '  - allotments.fans.areas.Balcony: 150 places',
    ]),
  )
  await waitFor('the server to know', async () => (await left(eventId))['balcony'] === 150)
  const wrong = await applied(text('{ name: fans, areas: { Pit: 1 } }'))
  expect([wrong.code, wrong.wrong.join()]).toEqual([2, expect.stringContaining('no area "Pit"')])
}, 60_000)

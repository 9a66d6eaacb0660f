import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { evening, openStudioEvent, testApp, type Answer, type TestApp } from '../../test/harness/app.ts'
import { applyText, runCommand, type Output } from '../../test/harness/run-command.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { SEAT } from '../features/inventory/index.ts'
import { refuse } from '../shared/errors.ts'
import { run as exportEvent } from './export-event.ts'

const [A1, A2, A3, A4] = ['C-A-1', 'C-A-2', 'C-A-3', 'C-A-4'] as const

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

const operator: TestApp['operator'] = (...call) => house.operator(...call)
const fresh = (): Promise<string> => openStudioEvent(house.app)
const put = (eventId: string, name: string, body: object, query = ''): Promise<Answer> =>
  operator('PUT', `/${eventId}/allotments/${name}${query}`, body)
const usher = <O>(run: (o: O, c: never) => Promise<number | void>, options: O): Promise<Output> =>
  runCommand(house.app.config, run, options)

const applied = (text: string): Promise<Output> => applyText(house.app.config, text)

async function hold(eventId: string, seat: string, code?: string): Promise<Answer> {
  const body = { event_id: eventId, seat_ids: [seat], ...(code !== undefined && { access_code: code }) }
  return house.call('POST', '/v1/reservations', { token: await house.guest(), body })
}

async function statusOf(eventId: string, seat: string): Promise<number> {
  const found = await house.app.inventory.view(eventId)
  if (!found || !('state' in found)) throw new Error('the event cannot be read')
  return found.state.seatStatus(found.hall.seatIds.indexOf(seat)!)
}

describe('a blocked seat', () => {
  const why = (seats: string) => `blocked: ${seats}; unblock first what it is to have`

  test('is not taken off the block by an allotment that names it, and no code sells it', async () => {
    const eventId = await fresh()
    await operator('POST', `/${eventId}/block`, { seats: [A1, A2] })
    const body = { seats: [A1, A2, A3], codes: [{ code: 'PRESS-2030', uses: null }] }
    const cannot = [{ field: 'allotments.press.seats', why: why(`${A1}, ${A2}`) }]
    const dry = await put(eventId, 'press', body, '?dry_run=true')
    expect([dry.status, dry.json.cannot]).toEqual([200, cannot])
    const refused = await put(eventId, 'press', body)
    expect([refused.status, refused.json.code, refused.json.cannot]).toEqual([409, 'conflict', cannot])
    const { spec } = (await operator('GET', `/${eventId}`)).json
    expect([spec.allotments ?? [], spec.blocked]).toEqual([
      [],
      [{ section: 'Center', row: 'A', seats: '1-2' }],
    ])

    await operator('POST', `/${eventId}/unblock`, { seats: [A1, A2] })
    expect((await put(eventId, 'press', body)).status).toBe(200)
    expect((await hold(eventId, A1, 'PRESS-2030')).status).toBe(201)
  })

  test('that a ticket was moved away from stays blocked when the old file is applied again', async () => {
    const eventId = await fresh()
    const file = `event_id: ${eventId}\nallotments: [{ name: a, seats: [${A1}], codes: [{ code: BROKEN-SEAT-1 }] }]\n`
    expect((await applied(file)).code).toBe(0)
    const token = await house.guest()
    const body = { event_id: eventId, seat_ids: [A1], access_code: 'BROKEN-SEAT-1' }
    const held = await waitFor('the code', async () => {
      const answer = await house.call('POST', '/v1/reservations', { token, body })
      return answer.status === 201 && answer
    })
    const booked = await house.pay(token, held)
    expect(booked.json.status).toBe('CONFIRMED')
    const moves = { moves: [{ from_seat_id: A1, to_seat_id: 'C-B-1' }], old_seat: 'block' }
    expect((await operator('POST', `/${eventId}/moves`, moves)).status).toBe(200)

    const again = await applied(file)
    expect([again.code, again.out.at(-1)]).toEqual([
      1,
      `  ! allotments.a.seats cannot be changed so: ${why(A1)}`,
    ])
    expect(await statusOf(eventId, A1)).toBe(SEAT.blocked)
    expect((await hold(eventId, A1, 'BROKEN-SEAT-1')).status).not.toBe(201)
  }, 30_000)

  test('is given to an allotment by a description that takes it out of what is blocked, and says so', async () => {
    const eventId = await fresh()
    await operator('POST', `/${eventId}/block`, { seats: [A1, A2] })
    const spec = { blocked: [A2], allotments: [{ name: 'a', seats: [A1], codes: [{ code: 'MENDED-1' }] }] }
    const done = await operator('PATCH', `/${eventId}`, spec)
    expect([done.status, done.json.changes]).toEqual([
      200,
      expect.arrayContaining([
        { field: 'allotments.a.seats', from: null, to: '1 seat' },
        { field: 'blocked', from: '2 seats', to: '1 seat (1 fewer)' },
      ]),
    ])
    expect((await hold(eventId, A1, 'MENDED-1')).status).toBe(201)
    expect(await statusOf(eventId, A2)).toBe(SEAT.blocked)
  })
})

test('an allotment whose release has passed keeps nothing more, and says so until it gets a later one', async () => {
  const release = new Date(Date.now() + 1_500).toISOString()
  const hall = { layout: 'club', prices: { 'Dance floor': 3_000, Balcony: 4_000, Lounge: 9_000 } }
  const made = await operator('POST', '', evening('club night', { ...hall }))
  const [seated, club] = [await fresh(), made.json.event.event_id]
  await put(seated, 'fan', { seats: [A1], release })
  await put(club, 'fan', { areas: { Lounge: 5 }, release })
  await waitFor('the release', async () => (await statusOf(seated, A1)) === SEAT.available)
  const said = [
    {
      field: 'allotments.fan.release',
      why: 'has passed: nothing more is kept for it, unless it gets a later one',
    },
  ]
  for (const [eventId, wanted] of [
    [seated, { seats: [A2] }],
    [club, { areas: { Balcony: 10 } }],
  ] as const) {
    const dry = await put(eventId, 'fan', wanted, '?dry_run=true')
    const done = await put(eventId, 'fan', wanted)
    expect([done.status, dry.json.warnings, done.json.warnings, done.json.changes]).toEqual([
      200,
      said,
      said,
      [],
    ])
    // An export says what is so, and names nothing that is not.
    const exported = (await usher(exportEvent, { id: eventId })).out.join('')
    const same = await applied(exported)
    expect([same.code, same.out.length, same.out[0]]).toEqual([
      0,
      1,
      expect.stringContaining('Nothing to change'),
    ])
  }
  const file = await applied(`event_id: ${seated}\nallotments: [{ name: fan, seats: [${A2}] }]\n`)
  expect(file.out).toEqual([
    expect.stringMatching(/Nothing to change, but:$/),
    `  ? ${said[0]!.field}: ${said[0]!.why}`,
  ])
  const later = await put(seated, 'fan', {
    seats: [A2],
    release: new Date(Date.now() + 3_600_000).toISOString(),
  })
  expect([later.status, later.json.warnings]).toEqual([200, []])
  expect(await statusOf(seated, A2)).toBe(SEAT.blocked)
}, 30_000)

describe('codes of an allotment', () => {
  test('are good for one order each where nothing is said, and the plan says for how many', async () => {
    const eventId = await fresh()
    const words = async (codes: object[]): Promise<unknown> => {
      const { json } = await put(eventId, 'press', { seats: [A1, A2, A3, A4], codes })
      return json.changes.find(({ field }: { field: string }) => field === 'allotments.press.codes')
    }
    const field = 'allotments.press.codes'
    const one = '1 code, good for 1 order'
    expect(await words([{ code: 'PRESS-ONE' }])).toEqual({ field, from: null, to: `${one} (1 new)` })
    expect((await hold(eventId, A1, 'PRESS-ONE')).status).toBe(201)
    expect((await hold(eventId, A2, 'PRESS-ONE')).json.code).toBe('access_code_used_up')
    const shared = '1 code, good for any number of orders'
    expect(await words([{ code: 'PRESS-ONE', uses: null }])).toEqual({
      ...{ field, from: one },
      to: `${shared} (1 with other uses)`,
    })
    expect((await hold(eventId, A2, 'PRESS-ONE')).status).toBe(201)
    const two = [{ code: 'PRESS-TWO' }, { code: 'PRESS-TEN', uses: 10 }]
    expect(await words(two)).toEqual({
      ...{ field, from: shared },
      to: '2 codes, good for 1 or 10 orders each (2 new, 1 end)',
    })
    const exported = async () => (await usher(exportEvent, { id: eventId })).out.join('')
    expect(await exported()).toContain('# 2 access codes are not shown: only their hashes are kept (')
    await words([])
    expect(await exported()).not.toContain('access code')
    await words([{ code: 'PRESS-ONE' }])
    expect(await exported()).toContain(
      '# 1 access code is not shown: only its hash is kept (allotments.press.codes). It stays as it is.',
    )
  })

  test('that are wrong are the answer, also for a seat that somebody else has', async () => {
    const eventId = await fresh()
    await put(eventId, 'press', { seats: [A1], codes: [{ code: 'PRESS-2030', uses: null }] })
    for (const seat of [A1, A2]) {
      expect((await hold(eventId, seat, seat === A1 ? 'PRESS-2030' : undefined)).status).toBe(201)
      const wrong = await hold(eventId, seat, 'PRESS-2031')
      expect([wrong.status, wrong.json.code]).toEqual([403, 'access_code_invalid'])
      for (const code of ['PRESS-2030', undefined])
        expect((await hold(eventId, seat, code)).json.code).toBe('seats_unavailable')
    }
  })
})

test('places that a call which was cut off had ended are freed by the next one, whatever it changes', async () => {
  const hall = { layout: 'club', prices: { 'Dance floor': 3_000, Balcony: 4_000, Lounge: 9_000 } }
  const made = await operator('POST', '', evening('cut off', hall))
  const eventId = made.json.event.event_id
  await put(eventId, 'fan', { areas: { Lounge: 20 } })
  const left = async (): Promise<number> => (await operator('GET', `/${eventId}`)).json.sales.remaining
  const all = (await left()) + 20
  const { inventory } = house.app
  const { allocatePlaces } = inventory
  inventory.allocatePlaces = () => Promise.resolve(refuse('busy', 'Try again.'))
  try {
    expect((await operator('DELETE', `/${eventId}/allotments/fan`)).json.code).toBe('busy')
  } finally {
    inventory.allocatePlaces = allocatePlaces
  }
  expect(await left()).toBe(all - 20)
  const { spec } = (await operator('GET', `/${eventId}`)).json
  const same = await operator('PATCH', `/${eventId}`, spec)
  expect(same.json.changes).toEqual([{ field: 'ledger', from: 'sells by older rules', to: 'sells by these' }])
  expect(await left()).toBe(all)
  expect((await operator('PATCH', `/${eventId}`, spec)).json.changes).toEqual([])
})

describe('what is wrong', () => {
  test('is named as it was sent', async () => {
    const made = await operator('POST', '', {
      ...evening('wrong night'),
      ...{ layout: 'club', prices: { 'Dance floor': 3_000, Balcony: 4_000, Lounge: 9_000 } },
    })
    const eventId = made.json.event.event_id
    await put(eventId, 'agency', { areas: { Lounge: 1 }, codes: [{ code: 'AGENCY-2030' }] })
    const wrong = async (body: object): Promise<unknown> => {
      const { status, json } = await put(eventId, 'press', body)
      return [status, json.detail.split(' ')[0], json.errors.map(({ field }: { field: string }) => field)]
    }
    const at = (field: string) => [400, field, [field]]
    expect(await wrong({ areas: { Nope: 10 } })).toEqual(at('body/areas/Nope'))
    expect(await wrong({ areas: { Balcony: 4_000 } })).toEqual(at('body/areas/Balcony'))
    expect(await wrong({ seats: ['Z-99'] })).toEqual(at('body/seats/0'))
    expect(await wrong({ codes: [{ code: 'agency-2030' }] })).toEqual(at('body/codes'))
    const path = `/${eventId}/allotments`
    expect((await put(eventId, 'press', { areas: { Lounge: 1 } })).status).toBe(200)
    const added = await operator('POST', `${path}/press/codes`, { codes: [{ code: 'AGENCY-2030' }] })
    expect([added.status, added.json.errors[0].field]).toEqual([400, 'body/codes'])
    const twice = await operator('PATCH', `/${eventId}`, {
      allotments: [{ name: 'agency' }, { name: 'press', codes: [{ code: 'AGENCY-2030' }] }],
    })
    expect([twice.status, twice.json.errors[0].field]).toEqual([400, 'body/allotments/1/codes'])
  })

  test('also an allotment that is not there: it cannot be ended', async () => {
    const eventId = await fresh()
    const end = (name: string, query = '') => operator('DELETE', `/${eventId}/allotments/${name}${query}`)
    for (const query of ['', '?dry_run=true']) {
      const none = await end('nope', query)
      expect([none.status, none.json.code]).toEqual([404, 'not_found'])
    }
    await put(eventId, 'press', { seats: [A1] })
    // Cut off between catalog and ledger, the same call goes on.
    const { inventory } = house.app
    const { releaseAllocation } = inventory
    inventory.releaseAllocation = () => Promise.resolve(refuse('busy', 'Try again.'))
    try {
      expect((await end('press')).json.code).toBe('busy')
    } finally {
      inventory.releaseAllocation = releaseAllocation
    }
    expect(await statusOf(eventId, A1)).toBe(SEAT.blocked)
    expect((await end('press')).status).toBe(200)
    expect(await statusOf(eventId, A1)).toBe(SEAT.available)
    expect((await end('press')).status).toBe(404)
    const draft = await operator('POST', '', {
      ...evening('draft'),
      status: 'draft',
      layout: undefined,
      prices: undefined,
      price_types: undefined,
      currency: undefined,
    })
    expect([
      draft.status,
      (await operator('DELETE', `/${draft.json.event.event_id}/allotments/press`)).status,
    ]).toEqual([201, 404])
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  evening as eveningOf,
  makeEvening,
  OPERATOR_TOKEN,
  testApp,
  type Answer,
  type TestApp,
} from '../../test/harness/app.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { HALLS } from '../features/catalog/index.ts'

const NEXT_YEAR = new Date().getUTCFullYear() + 1
const STUDIO = HALLS.studio()

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

const operator: TestApp['operator'] = (...call) => house.operator(...call)

const PRICED = {
  price_types: [
    { id: 'adult', name: 'Adult' },
    { id: 'student', name: 'Student', max: 2 },
  ],
  prices: { Center: { adult: 4_500, student: 2_250 }, Side: 3_000 },
}
const evening = (externalId: string, more: object = {}) => eveningOf(externalId, { ...PRICED, ...more })
const make = (externalId: string, more: object = {}): Promise<string> =>
  makeEvening(house, externalId, { ...PRICED, ...more })

type Choice = { seat_ids?: string[]; best_available?: object; access_code?: string }
async function hold(eventId: string, choice: Choice, token?: string): Promise<Answer> {
  return house.call('POST', '/v1/reservations', {
    token: token ?? (await house.guest()),
    body: { event_id: eventId, ...choice },
  })
}

const BEST = { best_available: { quantity: 2 } }

async function buy(eventId: string, choice: Choice = BEST): Promise<Answer> {
  const token = await house.guest()
  const held = await hold(eventId, choice, token)
  if (held.status !== 201) return held
  return house.pay(token, held)
}

describe('making an event', () => {
  test('opens its sale at once where it is published with a layout and prices', async () => {
    const eventId = await make('made')
    expect((await buy(eventId)).json.status).toBe('CONFIRMED')
    const shown = (await operator('GET', `/${eventId}`)).json
    expect(shown).toMatchObject({
      ...{ external_id: 'made', revision: 1, status: 'published', opened: true },
      sales: {
        capacity: 200,
        remaining: 198,
        orders: 1,
        tickets: 2,
        charged: { amount: 6_000, currency: 'EUR' },
      },
      spec: {
        start: `${NEXT_YEAR}-05-04T18:00:00.000Z`,
        prices: { Center: { adult: 4_500, student: 2_250 } },
      },
    })
    // What is read can be sent back, and is the same.
    const same = await operator('PATCH', `/${eventId}`, shown.spec)
    expect([same.status, same.json.changes]).toEqual([200, []])
  })

  test('twice with the same external id is the same event, and a conflict where it says something else', async () => {
    const eventId = await make('twice')
    const again = await operator('POST', '', evening('twice'))
    expect([again.status, again.json.event.event_id, again.json.changes]).toEqual([200, eventId, []])
    const other = await operator('POST', '', evening('twice', { name: 'Another evening' }))
    expect([other.status, other.json.code, other.json.event_id]).toEqual([409, 'conflict', eventId])
    const [one, two] = await Promise.all([
      operator('POST', '', evening('at once')),
      operator('POST', '', evening('at once')),
    ])
    expect(one.json.event.event_id).toBe(two.json.event.event_id)
  })

  test('as a draft is seen by the house alone, and opened by publishing', async () => {
    const { json } = await operator('POST', '', { ...evening('draft'), status: 'draft' })
    const eventId = json.event.event_id
    expect(json.event).toMatchObject({ status: 'draft', opened: false })
    expect((await house.call('GET', `/v1/events/${eventId}`)).status).toBe(404)
    expect((await hold(eventId, BEST)).json.code).toBe('not_found')
    const dry = await operator('POST', `/${eventId}/publish?dry_run=true`, {})
    expect(dry.json.changes.map((change: { field: string }) => change.field)).toEqual(['status', 'sale'])
    expect((await operator('GET', `/${eventId}`)).json.status).toBe('draft')
    const from = new Date(Date.now() + 3_600_000).toISOString()
    expect((await operator('POST', `/${eventId}/publish`, { on_sale: { from } })).status).toBe(200)
    expect((await house.call('GET', `/v1/events/${eventId}`)).json).toMatchObject({
      sale: 'announced',
      on_sale_at: from,
    })
    expect((await hold(eventId, BEST)).json.code).toBe('not_on_sale')
    await operator('POST', `/${eventId}/publish`, { on_sale: { from: null } })
    expect((await buy(eventId)).json.status).toBe('CONFIRMED')
  })

  test('names every field that is wrong', async () => {
    const wrong = await operator('POST', '', {
      ...evening('wrong', { start: '2027-02-30', prices: { Center: { senior: 1 }, Stalls: 1 } }),
      venue: { name: 'Hall', city: 'Nowhere at all' },
    })
    expect([wrong.status, wrong.json.code]).toEqual([400, 'malformed'])
    expect(wrong.json.errors[0].field).toBe('body/venue/timezone')
    const prices = await operator(
      'POST',
      '',
      evening('wrong', { prices: { Center: { senior: 1 }, Stalls: 1 } }),
    )
    expect(prices.json.errors.map((error: { field: string }) => error.field)).toEqual([
      'body/prices/Stalls',
      'body/prices/Center/senior',
      'body/prices',
      'body/prices',
    ])
    const missing = await operator('POST', '', { name: 'Something' })
    expect(missing.json.errors.map((error: { field: string }) => error.field)).toEqual([
      'body/start',
      'body/venue',
      'body/type',
    ])
    const negative = await operator('POST', '', evening('wrong', { prices: { Center: -1 } }))
    expect([negative.status, negative.json.code]).toEqual([400, 'malformed'])
    const deeper = await operator('POST', '', evening('wrong', { prices: { Stalls: { adult: -5 } } }))
    expect(deeper.json.errors).toEqual([{ field: 'body/prices/Stalls/adult', message: 'must be 0 or more' }])
    const unknown = await operator('POST', '', evening('wrong', { prices: { Stalls: { adult: 5 } } }))
    expect(unknown.json.errors).toContainEqual({
      field: 'body/prices/Stalls',
      message: 'the layout has no such category; there are "Center", "Side"',
    })
  })
})

describe('changing an event', () => {
  test('sets prices for the next hold; what is held keeps its price', async () => {
    const eventId = await make('prices')
    const token = await house.guest()
    const held = await hold(eventId, BEST, token)
    const set = await operator('PUT', `/${eventId}/prices`, {
      prices: { Side: 3_500 },
      fees: [{ name: 'Service', per: 'ticket', amount: 100 }],
    })
    expect(set.json.changes).toContainEqual({
      field: 'prices.Side.adult',
      from: '30.00 EUR',
      to: '35.00 EUR',
    })
    expect((await hold(eventId, BEST)).json.total.amount).toBe(2 * 3_600)
    const booked = await house.pay(token, held)
    expect(booked.json.total.amount).toBe(6_000)
    const unknown = await operator('PUT', `/${eventId}/prices`, { prices: { Side: { senior: 1 } } })
    expect([unknown.status, unknown.json.code]).toEqual([400, 'unknown_price_type'])
  })

  test('sets limits that count from the next hold on, and a mail address that must be verified', async () => {
    const eventId = await make('limits')
    await operator('PATCH', `/${eventId}`, { limits: { tickets_per_buyer: 1 } })
    expect((await hold(eventId, BEST)).json.code).toBe('limit_exceeded')
    await operator('PATCH', `/${eventId}`, { limits: { tickets_per_buyer: 4 }, identity: 'email' })
    expect((await hold(eventId, BEST)).json.code).toBe('identity_required')
    expect((await house.call('GET', `/v1/events/${eventId}`)).json.limits.tickets_per_buyer).toBe(4)
  })

  test('says whether there are too many of a price type in an order, or too many for one buyer', async () => {
    const eventId = await make('two limits')
    await operator('PATCH', `/${eventId}`, { limits: { tickets_per_buyer: 4 } })
    const refused = async (quantity: number, more: object = {}): Promise<Answer['json']> => {
      const { status, json } = await hold(eventId, { best_available: { quantity, ...more } })
      expect([status, json.code]).toEqual([409, 'limit_exceeded'])
      return json
    }
    const ofType = await refused(3, { category: 'Center', price_type: 'student' })
    expect(ofType).toMatchObject({ price_type: 'student', min: 0, max: 2 })
    expect(ofType.detail).toContain('at most 2 tickets of the price type student')
    const ofBuyer = await refused(5)
    expect(ofBuyer).toMatchObject({ tickets_per_buyer: 4, tickets_had: 0 })
    expect(ofBuyer.price_type).toBeUndefined()
    expect(ofBuyer.detail).toContain('at most 4 tickets')
  })

  test('refuses another layout and currency once it is open, with the reasons, and changes nothing', async () => {
    const eventId = await make('opened')
    const refused = await operator('PATCH', `/${eventId}`, {
      ...{ layout: 'club', currency: 'USD', name: 'Renamed' },
      prices: { Balcony: 1, Lounge: 1, 'Dance floor': 1 },
    })
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict'])
    expect(refused.json.cannot.map(({ field }: { field: string }) => field)).toEqual(['layout', 'currency'])
    expect((await operator('GET', `/${eventId}`)).json).toMatchObject({ name: 'An evening', revision: 1 })
  })

  test('loses nothing when several change it at once', async () => {
    const eventId = await make('at once, changed')
    const answers = await Promise.all([
      operator('PATCH', `/${eventId}`, { limits: { tickets_per_buyer: 2 } }),
      operator('PUT', `/${eventId}/prices`, { prices: { Side: 3_100 } }),
      operator('PATCH', `/${eventId}`, { refund: { allowed: false } }),
    ])
    for (const { status } of answers.filter(({ status }) => status !== 200)) expect(status).toBe(409)
    const event = (await house.app.catalog.house({ eventId }))!
    expect((await house.app.inventory.rules(eventId))!).toEqual(house.app.catalog.houseRules(event)!)
  })

  test('writes down who did it and what changed, for the search and for the record', async () => {
    const eventId = await make('recorded')
    const staff = await house.app.account.staff.add({ name: 'the editor', roles: ['catalog'] })
    if (staff.taken) throw new Error('the name is taken')
    await operator('PATCH', `/${eventId}`, { name: 'Quixotic evening' }, staff.token)
    const { rows } = await house.app.database.query<{ actor: string; changes: Record<string, unknown> }>(
      {
        name: 'test.changes',
        text: 'select actor, changes from event_changes where event_id = $1 and revision = 2',
      },
      [eventId],
    )
    expect(rows[0]).toMatchObject({
      actor: staff.member.staffId,
      changes: { name: { from: 'An evening', to: 'Quixotic evening' } },
    })
    await waitFor('the list to follow', async () => {
      const { json } = await house.call('GET', '/v1/events?keyword=quixotic')
      return json.items.some((item: { event_id: string }) => item.event_id === eventId)
    })
    const log = await house.call('GET', '/v1/operator/log', { token: OPERATOR_TOKEN })
    expect(log.json.items[0]).toMatchObject({
      action: 'PATCH /v1/operator/events/:event_id',
      staff_id: staff.member.staffId,
      status: 200,
    })
  })
})

describe('another day, or none', () => {
  test('a day that is not known yet stops the sale and takes tickets back; the new day sells again', async () => {
    const eventId = await make('postponed')
    const booked = await buy(eventId)
    expect(booked.json.status).toBe('CONFIRMED')
    const open = await operator('POST', `/${eventId}/postpone`, {})
    expect(open.json.event.status).toBe('postponed')
    expect((await hold(eventId, BEST)).json.code).toBe('not_on_sale')
    expect((await house.call('GET', `/v1/events/${eventId}`)).json).toMatchObject({
      ...{ status: 'postponed', sale: 'announced' },
      refund: {
        allowed: true,
        until: new Date(Date.parse(`${NEXT_YEAR}-05-04T18:00:00Z`) + 365 * 86_400_000).toISOString(),
      },
    })
    const start = `${NEXT_YEAR}-09-10T19:30:00+02:00`
    const moved = await operator('POST', `/${eventId}/postpone`, { start })
    expect(moved.json.event).toMatchObject({
      status: 'published',
      starts_at: `${NEXT_YEAR}-09-10T17:30:00.000Z`,
    })
    expect((await buy(eventId)).json.status).toBe('CONFIRMED')
    expect((await house.app.inventory.rules(eventId))!.onSaleUntil).toBe(Date.parse(start))
    expect((await operator('POST', `/${eventId}/postpone`, { start })).json.changes).toEqual([])
  })

  test('cancelled for good: every order is refunded, once, and the progress can be followed', async () => {
    const eventId = await make('cancelled')
    expect((await operator('GET', `/${eventId}/cancellation`)).json.state).toBe('none')
    await Promise.all([buy(eventId), buy(eventId), buy(eventId)])
    const cancelled = await operator('POST', `/${eventId}/cancel`, {
      reason: 'The soloist is ill',
      message: 'We are sorry.',
    })
    expect([cancelled.status, cancelled.json.reason]).toEqual([202, 'The soloist is ill'])
    expect((await hold(eventId, BEST)).json.code).toBe('event_cancelled')
    expect((await house.call('GET', `/v1/events/${eventId}`)).json).toMatchObject({
      status: 'cancelled',
      sale: 'ended',
    })
    const done = await waitFor('all refunds', async () => {
      const { json } = await operator('GET', `/${eventId}/cancellation`)
      return json.state === 'done' && json
    })
    expect(done).toMatchObject({
      orders: { total: 3, refunded: 3, failed: 0, waiting: 0 },
      amount_refunded: { amount: 18_000, currency: 'EUR' },
    })
    const again = await operator('POST', `/${eventId}/cancel`, { reason: 'Something else' })
    expect([again.status, again.json.state, again.json.reason]).toEqual([202, 'done', 'The soloist is ill'])
    const back = await operator('POST', `/${eventId}/publish`, {})
    expect([back.status, back.json.code]).toEqual([409, 'conflict'])
    expect((await operator('GET', `/${eventId}`)).json.sales).toMatchObject({
      tickets: 0,
      refunded: { amount: 18_000 },
    })
  })
})

describe('an event that an import cancelled', () => {
  test('is cancelled for its buyers by the house: then they get their money back', async () => {
    const eventId = await make('cancelled elsewhere')
    await buy(eventId)
    const { sale: _sale, ...record } = (await house.app.catalog.house({ eventId }))!
    await house.app.catalog.save([{ ...record, status: 'cancelled' }], { actor: 'import' })
    const cancelled = await operator('POST', `/${eventId}/cancel`, {})
    expect([cancelled.status, cancelled.json.orders?.total ?? 1]).toEqual([202, 1])
    await waitFor(
      'the refund',
      async () => (await operator('GET', `/${eventId}/cancellation`)).json.state === 'done',
    )
    await house.app.catalog.save([{ ...record, status: 'published', durationMinutes: 1 }], {
      actor: 'import',
    })
    expect((await operator('GET', `/${eventId}`)).json.status).toBe('cancelled')
  })
})

describe('seats', () => {
  const rowOf = (index: number): string[] => {
    const { section, row } = STUDIO.seats[index]!
    return STUDIO.seats
      .filter((seat) => seat.section === section && seat.row === row)
      .map((seat) => seat.seat_id)
  }
  const selector = (index: number) => {
    const { section, row } = STUDIO.seats[index]!
    return { section: STUDIO.sections[section]!.name, row }
  }

  test('are blocked and unblocked by row or by id, all or none, however often', async () => {
    const eventId = await make('blocked')
    const blocked = await operator('POST', `/${eventId}/block`, { seats: [selector(0)] })
    expect(blocked.json.event.spec.blocked).toEqual([selector(0)])
    expect((await operator('POST', `/${eventId}/block`, { seats: [selector(0)] })).json.changes).toEqual([])
    const [first, second] = rowOf(0)
    expect((await hold(eventId, { seat_ids: [first!] })).json.code).toBe('seats_unavailable')
    await operator('POST', `/${eventId}/unblock`, { seats: [first] })
    expect((await hold(eventId, { seat_ids: [first!] })).status).toBe(201)
    const taken = await operator('POST', `/${eventId}/block`, { seats: [first, rowOf(60)[0]] })
    expect([taken.status, taken.json.code]).toEqual([409, 'conflict'])
    expect(taken.json.detail).toContain(first!)
    expect((await hold(eventId, { seat_ids: [rowOf(60)[0]!] })).status).toBe(201)
    expect((await hold(eventId, { seat_ids: [second!] })).json.code).toBe('seats_unavailable')
    const unknown = await operator('POST', `/${eventId}/block`, { seats: ['Z-99'] })
    expect([unknown.status, unknown.json.code]).toEqual([400, 'unknown_seat'])
    const draft = await operator('POST', '', { ...evening('blocked draft'), status: 'draft' })
    const early = await operator('POST', `/${draft.json.event.event_id}/block`, { seats: [selector(0)] })
    expect([early.status, early.json.code]).toEqual([409, 'conflict'])
  })

  test('are kept for an allotment, sold to its codes, and go on open sale when it ends', async () => {
    const eventId = await make('allotted')
    const [first, second, third] = rowOf(0)
    const kept = await operator('PUT', `/${eventId}/allotments/press`, {
      seats: [first, second, third],
      release: `${NEXT_YEAR}-05-01T10:00:00Z`,
      codes: [{ code: 'PRESS-PASS', uses: 2 }],
    })
    expect([kept.status, kept.json.event.codes]).toEqual([200, { 'allotments.press.codes': 1 }])
    expect((await hold(eventId, { seat_ids: [first!] })).json.code).toBe('seats_unavailable')
    expect((await buy(eventId, { seat_ids: [first!], access_code: 'press-pass' })).json.status).toBe(
      'CONFIRMED',
    )
    await operator('PUT', `/${eventId}/allotments/house`, { seats: [selector(60)] })
    const fewer = await operator('PUT', `/${eventId}/allotments/press`, { seats: [first, second] })
    expect(fewer.json.changes).toEqual([
      { field: 'allotments.press.seats', from: '3 seats', to: '2 seats (1 fewer)' },
    ])
    expect((await hold(eventId, { seat_ids: [third!] })).status).toBe(201)
    const other = await operator('PUT', `/${eventId}/allotments/agency`, { seats: [second] })
    expect([other.status, other.json.code]).toEqual([409, 'conflict'])
    expect((await operator('DELETE', `/${eventId}/allotments/press`)).status).toBe(200)
    expect((await hold(eventId, { seat_ids: [second!] })).status).toBe(201)
    expect((await hold(eventId, { seat_ids: [rowOf(60)[0]!] })).json.code).toBe('seats_unavailable')
    const past = await operator('PUT', `/${eventId}/allotments/late`, {
      seats: [rowOf(100)[0]],
      release: '2020-01-01T00:00:00Z',
    })
    expect([past.status, past.json.code]).toEqual([409, 'conflict'])
    const { spec } = (await operator('GET', `/${eventId}`)).json
    expect(spec.allotments).toEqual([{ name: 'house', seats: [selector(60)] }])
  })
})

test('a call changes what it is for, and nothing else that is slipped into its body', async () => {
  const eventId = await make('slipped')
  const before = (await operator('GET', `/${eventId}`)).json.spec
  const slipped = { status: 'cancelled', name: 'Another', prices: { Center: 1 }, cancel: { reason: 'x' } }
  expect((await operator('PUT', `/${eventId}/phases`, { ...slipped, phases: [] })).status).toBe(200)
  expect((await operator('PATCH', `/${eventId}`, { status: 'cancelled' })).status).toBe(200)
  const { status, spec } = (await operator('GET', `/${eventId}`)).json
  expect(status).toBe('published')
  expect([spec.name, spec.prices]).toEqual([before.name, before.prices])
  expect((await buy(eventId)).json.status).toBe('CONFIRMED')
})

describe('phases of the sale', () => {
  test('sell to holders of codes first; made codes are shown once and stored as hashes', async () => {
    const eventId = await make('phases')
    const until = new Date(Date.now() + 86_400_000).toISOString()
    const set = await operator('PUT', `/${eventId}/phases`, {
      phases: [
        { id: 'friends', until, access: 'code', tickets_per_buyer: 2 },
        { id: 'general', from: until },
      ],
    })
    expect(set.status).toBe(200)
    expect((await hold(eventId, BEST)).json.code).toBe('access_code_required')
    const made = await operator('POST', `/${eventId}/phases/friends/codes`, { count: 3, uses: 1 })
    expect([made.status, made.json.codes.length]).toEqual([201, 3])
    const [{ code }] = made.json.codes
    expect((await hold(eventId, { ...BEST, access_code: code })).status).toBe(201)
    expect((await hold(eventId, { ...BEST, access_code: code })).status).not.toBe(201)
    const given = { codes: [{ code: 'WELCOME-2030', uses: null }] }
    for (let i = 0; i < 2; i++)
      expect((await operator('POST', `/${eventId}/phases/friends/codes`, given)).status).toBe(201)
    expect((await operator('GET', `/${eventId}`)).json.codes).toEqual({ 'phases.friends.codes': 4 })
    expect((await hold(eventId, { ...BEST, access_code: 'welcome-2030' })).status).toBe(201)
    const rules = JSON.stringify(await house.app.inventory.rules(eventId))
    expect(rules).not.toContain(code)
    const none = await operator('POST', `/${eventId}/phases/general/codes`, { count: 1 })
    expect([none.status, none.json.code]).toEqual([409, 'conflict'])
    expect((await operator('POST', `/${eventId}/phases/vip/codes`, { count: 1 })).status).toBe(404)
    expect((await operator('POST', `/${eventId}/phases/friends/codes`, {})).status).toBe(400)
    await operator('PUT', `/${eventId}/phases`, { phases: [] })
    expect((await hold(eventId, BEST)).status).toBe(201)
  })
})

describe('the list', () => {
  test('shows the events of the organiser with what they sold, page by page', async () => {
    const staff = await house.app.account.staff.add({
      ...{ name: 'somebody else', roles: ['sales'], organiserId: crypto.randomUUID() },
    })
    if (staff.taken) throw new Error('the name is taken')
    expect((await operator('GET', '', undefined, staff.token)).json).toEqual({ items: [], next_cursor: null })
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { json }: Answer = await operator('GET', `?limit=3${cursor && `&cursor=${cursor}`}`)
      ids.push(...json.items.map((item: { event_id: string }) => item.event_id))
      cursor = json.next_cursor
    }
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => Number(b) - Number(a)))
    expect(ids).toContain(house.eventId)
    const drafts = await operator('GET', '?status=draft')
    expect(new Set(drafts.json.items.map((item: { status: string }) => item.status))).toEqual(
      new Set(['draft']),
    )
    const { json } = await house.call('GET', '/v1/operator/layouts', { token: OPERATOR_TOKEN })
    expect(json.items).toContainEqual(expect.objectContaining({ name: STUDIO.name, seats: 200 }))
  })
})

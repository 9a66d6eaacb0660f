import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeEvening, testApp, type Answer, type TestApp } from '../../test/harness/app.ts'
import { applyText, runCommand, type Output } from '../../test/harness/run-command.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { run as audit } from './audit.ts'
import { run as exportEvent } from './export-event.ts'

const NEXT_YEAR = new Date().getUTCFullYear() + 1
const DAY_MS = 86_400_000

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

const operator: TestApp['operator'] = (...call) => house.operator(...call)

const at = (ms: number): string => new Date(Date.now() + ms).toISOString()

/** Center 45.00, students 22.50; Side 30.00 for both; 1.00 a ticket on top and 10 % in everything. */
const make = (externalId: string, more: object = {}): Promise<string> =>
  makeEvening(house, externalId, {
    price_types: [
      { id: 'adult', name: 'Adult' },
      { id: 'student', name: 'Student' },
    ],
    prices: { Center: { adult: 4_500, student: 2_250 }, Side: 3_000 },
    fees: [{ name: 'Service', per: 'ticket', amount: 100 }],
    taxes: [{ name: 'VAT', percent: 10, included: true }],
    ...more,
  })

async function hold(eventId: string, more: object = {}): Promise<Answer> {
  const token = await house.guest()
  const body = { event_id: eventId, best_available: { quantity: 1, category: 'Center' }, ...more }
  return house.call('POST', '/v1/reservations', { token, body })
}

const early = (untilMs: number, prices: object | undefined, more: object = {}) => ({
  phases: [
    { id: 'early', until: at(untilMs), ...(prices && { prices }), ...more },
    { id: 'regular', from: at(untilMs) },
  ],
})

const read = async (eventId: string) => (await house.call('GET', `/v1/events/${eventId}`)).json
type Changed = { field: string; from: string | null; to: string | null }
const prices = ({ json }: Answer): string[] =>
  json.changes
    .filter(({ field }: Changed) => field.includes('.prices.'))
    .map(({ field, from, to }: Changed) => `${field}: ${from} → ${to}`)

describe('prices of a phase', () => {
  test('are set by the house and paid with fees and taxes in them; what a phase does not name costs the general price', async () => {
    const eventId = await make('set')
    const dry = await operator('PUT', `/${eventId}/phases?dry_run=true`, early(DAY_MS, { Center: 3_500 }))
    expect(prices(dry)).toEqual([
      'phases.early.prices.Center.adult: null → 35.00 EUR',
      'phases.early.prices.Center.student: null → 35.00 EUR',
    ])
    expect((await read(eventId)).phases).toEqual([])
    const set = await operator('PUT', `/${eventId}/phases`, early(DAY_MS, { Center: { adult: 3_500 } }))
    expect(set.json.event.spec.phases[0].prices).toEqual({ Center: { adult: 3_500 } })
    const held = await hold(eventId)
    expect([held.status, held.json.total.amount]).toEqual([201, 3_600])
    const student = await hold(eventId, {
      best_available: { quantity: 1, category: 'Center', price_type: 'student' },
    })
    expect(student.json.total.amount).toBe(2_350)
    expect(
      (await hold(eventId, { best_available: { quantity: 1, category: 'Side' } })).json.total.amount,
    ).toBe(3_100)
  })

  test('are shown by the event and its seats as of now, with what comes next', async () => {
    const eventId = await make('shown', early(DAY_MS, { Side: { student: 1_500 }, Center: 3_500 }))
    const event = await read(eventId)
    expect(event).toMatchObject({
      price_from: { amount: 1_600, currency: 'EUR' },
      prices_until: event.phases[0].ends_at,
      phases: [
        { id: 'early', price_from: { amount: 1_600 } },
        { id: 'regular', price_from: { amount: 2_350 } },
      ],
    })
    type Shown = { category: string; price_type: string; price: { amount: number } }
    const amounts = (shown: Shown[]) =>
      shown.map(({ category, price_type, price }) => `${category} ${price_type} ${price.amount}`)
    const now = ['Center adult 3600', 'Center student 3600', 'Side adult 3100', 'Side student 1600']
    const later = ['Center adult 4600', 'Center student 2350', 'Side adult 3100', 'Side student 3100']
    expect(amounts(event.prices)).toEqual(now)
    expect(event.phases.map(({ prices }: { prices: Shown[] }) => amounts(prices))).toEqual([now, later])
    expect(event.prices[0].tax_included.amount).toBe(327)
    const { seats } = (await house.call('GET', `/v1/events/${eventId}/seats`)).json
    expect(new Set(seats.map((seat: { price: { amount: number } }) => seat.price.amount))).toEqual(
      new Set([3_600, 3_100]),
    )
  })

  test('stay where a change of the phases does not name them, go with their price type, and end with {}', async () => {
    const eventId = await make('stay', early(DAY_MS, { Center: { adult: 3_500, student: 2_000 } }))
    const stays = await operator('PUT', `/${eventId}/phases`, early(2 * DAY_MS, undefined))
    expect([stays.status, prices(stays)]).toEqual([200, []])
    const gone = await operator('PUT', `/${eventId}/prices`, {
      price_types: [{ id: 'adult', name: 'Adult' }],
    })
    expect(prices(gone)).toEqual(['phases.early.prices.Center.student: 20.00 EUR → null'])
    expect((await hold(eventId)).json.total.amount).toBe(3_600)
    const ended = await operator('PUT', `/${eventId}/phases`, early(2 * DAY_MS, {}))
    expect(prices(ended)).toEqual(['phases.early.prices.Center.adult: 35.00 EUR → null'])
    expect((await hold(eventId)).json.total.amount).toBe(4_600)
    expect((await read(eventId)).prices_until).toBeNull()
  })

  test('are of what has a general price: without it nothing is sold in any phase', async () => {
    const eventId = await make('general', early(DAY_MS, { Center: { adult: 500, student: 100 } }))
    const student = { best_available: { quantity: 1, category: 'Center', price_type: 'student' } }
    expect((await hold(eventId, student)).json.total.amount).toBe(200)
    const only = { prices: { Center: { adult: 1_500 } } }
    const ended = await operator('PUT', `/${eventId}/prices`, only)
    expect(prices(ended)).toEqual(['phases.early.prices.Center.student: 1.00 EUR → null'])
    expect(ended.json.event.spec.phases[0].prices).toEqual({ Center: { adult: 500 } })
    const refused = await hold(eventId, student)
    expect([refused.status, refused.json.code]).toEqual([400, 'unknown_price_type'])
    expect((await read(eventId)).price_from.amount).toBe(600)

    const again = await operator('PUT', `/${eventId}/phases`, early(DAY_MS, { Center: { student: 100 } }))
    expect([again.status, again.json.code, again.json.errors]).toEqual([
      400,
      'malformed',
      [
        {
          field: 'body/phases/0/prices/Center/student',
          message: 'has no general price, and what is not sold in general is sold in no phase',
        },
      ],
    ])
    expect((await operator('GET', `/${eventId}`)).json.spec.phases[0].prices).toEqual({
      Center: { adult: 500 },
    })
  })

  test('are set by staff who set prices, and by nobody who only opens phases', async () => {
    const eventId = await make('roles')
    const staff = async (role: 'sales' | 'catalog') => {
      const member = await house.app.account.staff.add({ name: `the ${role}`, roles: [role] })
      if (member.taken) throw new Error('the name is taken')
      return member.token
    }
    const [sales, catalog] = [await staff('sales'), await staff('catalog')]
    const priced = early(DAY_MS, { Center: 100 })
    const refused = await operator('PUT', `/${eventId}/phases`, priced, sales)
    expect([refused.status, refused.json.code]).toEqual([403, 'forbidden'])
    expect((await read(eventId)).phases).toEqual([])
    expect((await operator('PUT', `/${eventId}/phases`, priced, catalog)).status).toBe(200)
    // Another time for it does not touch its prices.
    expect((await operator('PUT', `/${eventId}/phases`, early(9 * DAY_MS, undefined), sales)).status).toBe(
      200,
    )
    expect((await hold(eventId)).json.total.amount).toBe(200)
  })

  test('are named to the holder of a code, who pays them; what is kept for an allotment costs the general price', async () => {
    const priced = early(DAY_MS, { Center: 3_500 })
    const members = { id: 'members', access: 'code', prices: { Center: { adult: 500 } } }
    const eventId = await make('codes', { phases: [...priced.phases, members] })
    const codes = [{ code: 'MEMBER-2030', uses: null }]
    await operator('POST', `/${eventId}/phases/members/codes`, { codes })
    const seats = [{ section: 'Center', row: 'A' }]
    const press = { seats, codes: [{ code: 'PRESS-2030', uses: null }] }
    expect((await operator('PUT', `/${eventId}/allotments/press`, press)).status).toBe(200)
    const token = await house.guest()
    const adult = async (code: string) => {
      const { json } = await house.call('POST', `/v1/events/${eventId}/access-code`, {
        token,
        body: { access_code: code },
      })
      return json.prices?.find(
        (one: { category: string; price_type: string }) =>
          one.category === 'Center' && one.price_type === 'adult',
      ).price.amount
    }
    const paid = async (code: string) => (await hold(eventId, { access_code: code })).json.total.amount
    expect([await adult('MEMBER-2030'), await paid('MEMBER-2030')]).toEqual([600, 600])
    expect([await adult('PRESS-2030'), await paid('PRESS-2030')]).toEqual([4_600, 4_600])
    expect((await hold(eventId)).json.total.amount).toBe(3_600)
  })

  test('that cannot be are named by field, and nothing changes', async () => {
    const eventId = await make('wrong')
    const wrong = { Center: { senior: 1 }, Balcony: 1, Side: { adult: 600_000_000 } }
    const refused = await operator('PUT', `/${eventId}/phases`, early(DAY_MS, wrong))
    expect(refused.status).toBe(400)
    const far = await operator(
      'PUT',
      `/${eventId}/phases`,
      early(DAY_MS, { Center: { senior: 1 }, Balcony: 1 }),
    )
    expect(far.json.errors).toEqual([
      { field: 'body/phases/0/prices/Center/senior', message: 'there is no such price type' },
      {
        field: 'body/phases/0/prices/Balcony',
        message: 'the layout has no such category; there are "Center", "Side"',
      },
    ])
    expect((await read(eventId)).phases).toEqual([])
  })
})

describe('a file with prices of a phase', () => {
  const usher = <O>(run: (o: O, c: never) => Promise<number | void>, options: O): Promise<Output> =>
    runCommand(house.app.config, run, options)
  const applied = (text: string): Promise<Output> => applyText(house.app.config, text)

  test('says what will be, is exported as it was, and applied again changes nothing', async () => {
    const eventId = await make('file')
    const phases = `event_id: ${eventId}
phases:
  - id: early
    until: ${NEXT_YEAR}-01-15 10:00
    prices:
      Center: { adult: 35.00, student: 17.5 }
      Side: 25
  - { id: regular, from: ${NEXT_YEAR}-01-15 10:00 }
`
    expect((await applied(phases)).out.slice(1, -1)).toEqual([
      `  + phases.early: until ${NEXT_YEAR}-01-15 10:00, open to all`,
      '  + phases.early.prices.Center.adult: 35.00 EUR',
      '  + phases.early.prices.Center.student: 17.50 EUR',
      '  + phases.early.prices.Side.adult: 25.00 EUR',
      '  + phases.early.prices.Side.student: 25.00 EUR',
      `  + phases.regular: from ${NEXT_YEAR}-01-15 10:00, open to all`,
    ])
    const exported = (await usher(exportEvent, { id: eventId })).out.join('')
    expect(exported).toContain('      Center: {adult: 35.00, student: 17.50}\n')
    expect((await applied(exported)).out.at(-1)).toContain('Nothing to change')
    expect((await applied(phases)).out.at(-1)).toContain('Nothing to change')
    const cheaper = phases.replace('Side: 25', 'Side: { adult: 20 }')
    expect((await applied(cheaper)).out.slice(1, -1)).toEqual([
      '  ~ phases.early.prices.Side.adult: 25.00 EUR → 20.00 EUR',
      '  - phases.early.prices.Side.student: 25.00 EUR',
    ])
    const faulty = await applied(phases.replace('adult: 35.00', 'senior: 1'))
    expect([faulty.code, faulty.wrong.join('\n')]).toEqual([
      2,
      expect.stringMatching(
        /event\.yaml:6: phases\[0\]\.prices\.Center\.senior: there is no such price type/,
      ),
    ])
  }, 60_000)

  test('sells by it, is booked at the price that was held after the phase is over, and the audit finds nothing', async () => {
    const eventId = await make('booked', early(2_000, { Center: 3_500 }))
    const token = await house.guest()
    const held = await house.call('POST', '/v1/reservations', {
      token,
      body: { event_id: eventId, best_available: { quantity: 2, category: 'Center' } },
    })
    expect(held.json.total.amount).toBe(7_200)
    const etagOf = async () => (await house.call('GET', `/v1/events/${eventId}/seats`)).headers.get('etag')
    const etag = await etagOf()
    await waitFor('the regular price', async () => (await read(eventId)).prices[0].price.amount === 4_600)
    const list = await house.call('GET', `/v1/events/${eventId}/seats`)
    expect(list.headers.get('etag')).not.toBe(etag)
    const center = list.json.seats.find((seat: { category: string }) => seat.category === 'Center')
    expect(center.price.amount).toBe(4_600)
    expect((await hold(eventId)).json.total.amount).toBe(4_600)
    const booked = await house.pay(token, held)
    expect([booked.json.status, booked.json.total.amount]).toEqual(['CONFIRMED', 7_200])
    expect((await usher(audit, {} as never)).code).toBe(0)
  }, 60_000)
})

test('lists and search show and filter by the price of the phase that runs, at most 5 s after it began', async () => {
  const turn = Date.now() + 3_000
  const name = 'Zimbelstern'
  const phases = [
    { id: 'early', until: new Date(turn).toISOString(), prices: { Side: 1_000 } },
    { id: 'regular', from: new Date(turn).toISOString() },
  ]
  const eventId = await make('turning', { name, phases })
  const from = async (query: string): Promise<number | undefined> => {
    const { json } = await house.call('GET', `/v1/events?${query}`)
    return json.items.find((item: { event_id: string }) => item.event_id === eventId)?.price_from.amount
  }
  await waitFor('the early price', async () => (await from(`keyword=${name}`)) === 1_100)
  expect(await from(`keyword=${name}&price_max=1100`)).toBe(1_100)
  expect(Date.now()).toBeLessThan(turn)
  for (const query of [`keyword=${name}`, 'limit=100', `keyword=${name}&price_max=2350`])
    await waitFor('the regular price', async () => (await from(query)) === 2_350)
  expect(await from(`keyword=${name}&price_max=1100`)).toBeUndefined()
  // The edge may keep it for one second more.
  expect(Date.now() - turn).toBeLessThan(4_000)
}, 60_000)

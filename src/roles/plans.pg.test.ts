import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { evening, openStudioEvent, testApp, type TestApp } from '../../test/harness/app.ts'

const HOUR_MS = 3_600_000
const PAST = '2016-05-04T20:00:00+02:00'
const IS_PAST = [{ field: 'start', why: 'is in the past' }]

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

const operator: TestApp['operator'] = (...call) => house.operator(...call)
const fresh = (): Promise<string> => openStudioEvent(house.app)
const hence = (ms: number): string => new Date(Date.now() + ms).toISOString()

describe('a start in the past', () => {
  test('is refused however it is asked for, and nothing changes', async () => {
    const eventId = await fresh()
    const before = (await operator('GET', `/${eventId}`)).json
    const calls: [string, string, object][] = [
      ['POST', `/${eventId}/postpone`, { start: PAST }],
      ['PATCH', `/${eventId}`, { start: PAST }],
      ['PATCH', `/${eventId}`, { start: '2016-05-04' }],
      ['POST', '', { ...evening('past'), start: PAST }],
      ['POST', '', { ...evening('past'), start: PAST, status: 'draft' }],
    ]
    for (const [method, path, body] of calls) {
      const { status, json } = await operator(method, path, body)
      expect([method, path, status, json.code, json.cannot]).toEqual([method, path, 409, 'conflict', IS_PAST])
      const dry = await operator(method, `${path}?dry_run=true`, body)
      expect([dry.status, dry.json.cannot]).toEqual([200, IS_PAST])
    }
    expect((await operator('GET', `/${eventId}`)).json).toEqual(before)
  })

  test('is no hindrance to changing an event that has begun, nor to a day that is today', async () => {
    const eventId = await fresh()
    const { sale: _sale, ...event } = (await house.app.catalog.house({ eventId }))!
    const startsAt = Date.now() - HOUR_MS
    const begun = { ...event, status: 'published' as const, startsAt, startsOn: '2026-01-01' }
    // An import says what took place.
    await house.app.catalog.save([begun], { actor: 'import' })
    const { spec } = (await operator('GET', `/${eventId}`)).json
    expect(Date.parse(spec.start)).toBe(startsAt)
    const patched = await operator('PATCH', `/${eventId}`, { start: spec.start, name: 'It has begun' })
    expect(patched.status).toBe(200)
    expect(patched.json.changes).toContainEqual(expect.objectContaining({ field: 'name' }))
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Vienna' }).format(Date.now())
    expect((await operator('PATCH', `/${await fresh()}`, { start: today })).status).toBe(200)
  })
})

describe('what is allowed and perhaps not meant', () => {
  const warnings = async (eventId: string, method: string, path: string, body: object): Promise<unknown> => {
    const dry = await operator(method, `/${eventId}${path}?dry_run=true`, body)
    const done = await operator(method, `/${eventId}${path}`, body)
    expect([dry.status, done.status, dry.json.cannot]).toEqual([200, 200, []])
    expect(done.json.warnings).toEqual(dry.json.warnings)
    return done.json.warnings
  }

  test('is said: tickets that are taken back after the start, and seats that are released after it', async () => {
    const eventId = await fresh()
    const late = hence(300 * 24 * HOUR_MS)
    expect(await warnings(eventId, 'PATCH', '', { refund: { until: late } })).toEqual([
      { field: 'refund.until', why: 'is after the start: tickets are taken back from who was there' },
    ])
    expect(await warnings(eventId, 'PATCH', '', { refund: { until: null } })).toEqual([])
    expect(await warnings(eventId, 'PUT', '/allotments/press', { release: late })).toEqual([
      { field: 'allotments.press.release', why: 'is after the start: what is left of it is never sold' },
    ])
    // The deadline was right until the event moved before it.
    const before = await fresh()
    expect(await warnings(before, 'PATCH', '', { refund: { until: hence(199 * 24 * HOUR_MS) } })).toEqual([])
    expect(await warnings(before, 'POST', '/postpone', { start: hence(100 * 24 * HOUR_MS) })).toHaveLength(1)
  })

  test('is said: a phase that needs a code and has none', async () => {
    const eventId = await fresh()
    const phases = { phases: [{ id: 'friends', access: 'code' }, { id: 'general' }] }
    const said = [
      { field: 'phases.friends.codes', why: 'there is no code yet: nobody can buy in this phase' },
    ]
    expect(await warnings(eventId, 'PUT', '/phases', phases)).toEqual(said)
    expect((await operator('POST', `/${eventId}/phases/friends/codes`, { count: 1 })).status).toBe(201)
    expect(await warnings(eventId, 'PUT', '/phases', phases)).toEqual([])
  })
})

test('prices in another currency are refused, not ignored', async () => {
  const eventId = await fresh()
  const put = (body: object) => operator('PUT', `/${eventId}/prices`, body)
  const other = await put({ currency: 'USD' })
  expect([other.status, other.json.code, other.json.cannot]).toEqual([
    ...[409, 'conflict'],
    [{ field: 'currency', why: 'it was opened in EUR, and its orders are in it' }],
  ])
  const same = await put({ currency: 'EUR' })
  expect([same.status, same.json.event.spec.currency]).toEqual([200, 'EUR'])
})

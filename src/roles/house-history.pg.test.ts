import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  evening,
  makeEvening,
  OPERATOR_TOKEN,
  testApp,
  type Answer,
  type TestApp,
} from '../../test/harness/app.ts'
import { HALLS } from '../features/catalog/index.ts'
import type { InventoryService } from '../features/inventory/index.ts'
import { refuse } from '../shared/errors.ts'

const SEATS = HALLS.studio().seats.map((seat) => seat.seat_id)

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

const operator: TestApp['operator'] = (...call) => house.operator(...call)

const make = (externalId: string): Promise<string> => makeEvening(house, externalId)

async function member(organiserId?: string): Promise<{ id: string; token: string }> {
  const added = await house.app.account.staff.add({
    ...{ name: crypto.randomUUID(), roles: ['catalog', 'sales'], organiserId },
  })
  if (added.taken) throw new Error('the name is taken')
  return { id: added.member.staffId, token: added.token }
}

describe('making an event', () => {
  test('for an organiser that there is not is a mistake in the request', async () => {
    const nobody = crypto.randomUUID()
    const wrong = await operator('POST', '', { ...evening('nobody'), organiser_id: nobody })
    expect([wrong.status, wrong.json.code, wrong.json.errors?.[0]?.field]).toEqual([
      400,
      'malformed',
      'body/organiser_id',
    ])
    const lost = await member(nobody)
    const own = await operator('POST', '', evening('nobody'), lost.token)
    expect([own.status, own.json.code]).toEqual([400, 'malformed'])
  })

  test('twice at once with one external id and other names has one winner, and the other is told which', async () => {
    for (let round = 0; round < 5; round++) {
      const names = ['One', 'Two', 'Three']
      const answers = await Promise.all(
        names.map((name) => operator('POST', '', evening(`at once ${round}`, { name }))),
      )
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
      const winner = answers.findIndex(({ status }) => status === 201)
      const { event } = answers[winner]!.json
      expect(event).toMatchObject({ name: names[winner], revision: 1, opened: true })
      for (const { status, json } of answers) {
        if (status === 409) expect([json.code, json.event_id]).toEqual(['conflict', event.event_id])
      }
    }
  })
})

describe('the history of an event', () => {
  const changesOf = async (eventId: string, query = ''): Promise<Answer['json']> =>
    (await operator('GET', `/${eventId}/changes${query}`)).json

  test('says who changed what and when, the latest first and page by page', async () => {
    const eventId = await make('history')
    const ada = await member()
    expect((await operator('PATCH', `/${eventId}`, { name: 'A night' }, ada.token)).status).toBe(200)
    expect(
      (await operator('POST', `/${eventId}/block`, { seats: SEATS.slice(0, 2) }, ada.token)).status,
    ).toBe(200)
    await operator('POST', `/${eventId}/cancel`, { reason: 'flood' }, ada.token)
    const all = await changesOf(eventId)
    expect(all.next_cursor).toBeNull()
    expect(all.items).toMatchObject([
      { revision: 4, by: ada.id, changes: [{ field: 'status', from: 'published', to: 'cancelled' }] },
      { revision: 3, by: ada.id, changes: [{ field: 'blocked', from: null, to: '2 seats' }] },
      { revision: 2, by: ada.id, changes: [{ field: 'name', from: 'An evening', to: 'A night' }] },
      { revision: 1, by: expect.any(String) },
    ])
    const made = all.items[3].changes
    expect(made).toContainEqual({ field: 'sale', from: null, to: 'opened with 200 seats' })
    expect(made).toContainEqual({ field: 'prices.Side.standard', from: null, to: '30.00 EUR' })
    const first = await changesOf(eventId, '?limit=3')
    expect(first.items).toEqual(all.items.slice(0, 3))
    expect((await changesOf(eventId, `?limit=3&cursor=${first.next_cursor}`)).items).toEqual(
      all.items.slice(3),
    )
  })

  test('has only what happened: of seats that somebody took meanwhile it says nothing', async () => {
    const eventId = await make('refused')
    const { inventory } = house.app
    const block = inventory.block
    const refusals = ['seats_unavailable', null] as const
    let calls = 0
    // Somebody takes a seat between the plan and the entry.
    inventory.block = ((c) => {
      const refused = refusals[calls++]
      return refused ? Promise.resolve(refuse(refused, 'Somebody has it.')) : block(c)
    }) as InventoryService['block']
    try {
      const both = { name: 'A night', blocked: SEATS.slice(0, 3) }
      const refused = await operator('PATCH', `/${eventId}`, both)
      expect([refused.status, refused.json.code]).toEqual([409, 'seats_unavailable'])
      const fields = (items: { changes: { field: string }[] }[]): string[][] =>
        items.map(({ changes }) => changes.map(({ field }) => field))
      expect(fields((await changesOf(eventId)).items.slice(0, -1))).toEqual([['name']])
      expect((await operator('PATCH', `/${eventId}`, both)).status).toBe(200)
      expect(fields((await changesOf(eventId)).items.slice(0, -1))).toEqual([['blocked'], ['name']])
    } finally {
      inventory.block = block
    }
  })

  test('of what an import brought names the import', async () => {
    const { items } = await changesOf(house.eventId)
    expect(items).toEqual([
      {
        revision: 1,
        at: expect.any(String),
        by: 'test',
        changes: [{ field: 'event', from: null, to: 'added' }],
      },
    ])
  })
})

test('layouts of other organisers are not listed, those that nobody uses yet are', async () => {
  const { catalog } = house.app
  const drawn = HALLS.studio()
  for (const name of ['Our hall', 'Their hall', 'A new hall'])
    await catalog.storeLayout({ layout: { ...drawn, name } })
  const organisers = await Promise.all(
    ['We', 'They'].map(async (name) => (await catalog.addOrganiser({ slug: name.toLowerCase(), name }))!),
  )
  const [we, they] = await Promise.all(organisers.map(({ organiserId }) => member(organiserId)))
  const list = async (token: string): Promise<{ hash: string; name: string }[]> =>
    (await house.call('GET', '/v1/operator/layouts', { token })).json.items
  const hashOf = async (name: string): Promise<string> =>
    (await list(OPERATOR_TOKEN)).find((layout) => layout.name === name)!.hash
  const [ours, theirs] = [await hashOf('Our hall'), await hashOf('Their hall')]
  for (const [token, layout] of [
    [we!.token, ours],
    [they!.token, theirs],
  ] as const)
    expect((await operator('POST', '', evening('hall', { layout }), token)).status).toBe(201)
  const names = async (token: string): Promise<string[]> => (await list(token)).map(({ name }) => name)
  expect((await names(we!.token)).toSorted()).toEqual(['A new hall', 'Our hall'])
  expect((await names(they!.token)).toSorted()).toEqual(['A new hall', 'Their hall'])
  expect(await names(OPERATOR_TOKEN)).toEqual(expect.arrayContaining(['Our hall', 'Their hall', drawn.name]))
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testApp, type TestApp } from '../../test/harness/app.ts'
import { applyText, type Output } from '../../test/harness/run-command.ts'
import { findOrganiser } from './find-organiser.ts'

const NEXT_YEAR = new Date().getUTCFullYear() + 1

let house: TestApp
let alpha: string
let beta: string
beforeAll(async () => {
  house = await testApp()
  alpha = (await house.app.catalog.addOrganiser({ slug: 'house-alpha', name: 'House Alpha' }))!.organiserId
  beta = (await house.app.catalog.addOrganiser({ slug: 'house-beta', name: 'House Beta' }))!.organiserId
})
afterAll(() => house.stop())

const EVENING = (id: string, name = 'An evening') => `external_id: ${id}
name: ${name}
type: concert
start: ${NEXT_YEAR}-06-01 20:00
venue: { name: Studio, city: Vienna, country: AT, timezone: Europe/Vienna }
`

const applied = (text: string, organiser?: string, dryRun = false): Promise<Output> =>
  applyText(house.app.config, text, { yes: !dryRun, dryRun, ...(organiser && { organiser }) })
const eventIdOf = async (organiserId: string, sourceId: string): Promise<string> =>
  (await house.app.catalog.house({ organiserId, sourceId }))!.eventId

describe('an external id without an organiser', () => {
  test('finds the event of the one organiser who has it, and the plan says whose it is', async () => {
    const made = await applied(EVENING('alpha-only'), 'house-alpha')
    expect([made.code, made.out[0]]).toEqual([0, 'New event of house-alpha: An evening'])
    const eventId = await eventIdOf(alpha, 'alpha-only')
    const found = await applied(EVENING('alpha-only', 'Another name'))
    expect([found.code, found.out[0]]).toEqual([0, `Event ${eventId} of house-alpha: Another name`])
    expect((await house.app.catalog.house({ eventId }))!.text['en']).toMatchObject({ name: 'Another name' })
  })

  test('that several organisers have is refused, and says which there are', async () => {
    for (const organiser of ['house-alpha', 'House Beta']) await applied(EVENING('both'), organiser)
    expect(await eventIdOf(beta, 'both')).not.toBe(await eventIdOf(alpha, 'both'))
    const unclear = await applied(EVENING('both', 'Whose?'))
    expect([unclear.code, unclear.out, unclear.wrong]).toEqual([
      2,
      [],
      [
        expect.stringMatching(
          /event\.yaml: "both" is an event of house-alpha and of house-beta: say .*--organiser/,
        ),
      ],
    ])
    const one = await applied(EVENING('both', 'Theirs'), 'house-beta', true)
    expect(one.out[0]).toBe(`Event ${await eventIdOf(beta, 'both')} of house-beta: Theirs`)
  })

  test('that nobody has makes an event of the first organiser, and one that is named may have it, too', async () => {
    const made = await applied(EVENING('nobody'))
    expect([made.code, made.out[0]]).toEqual([0, 'New event of default: An evening'])
    const second = await applied(EVENING('nobody'), 'house-alpha', true)
    expect(second.out[0]).toBe('New event of house-alpha: An evening')
  })
})

test("another organiser's event is not changed by its id either", async () => {
  const eventId = await eventIdOf(alpha, 'alpha-only')
  const text = `event_id: ${eventId}\nname: Taken\n`
  const refused = await applied(text, 'house-beta')
  expect([refused.code, refused.wrong[0]]).toEqual([
    2,
    expect.stringContaining(`There is no event ${eventId}.`),
  ])
  expect((await applied(text, undefined, true)).out[0]).toBe(`Event ${eventId} of house-alpha: Taken`)
})

test('an organiser is found by id, short name or name, where that is one', () => {
  const organisers = [
    { organiserId: '1', slug: 'house-alpha', name: 'House Alpha' },
    { organiserId: '2', slug: 'one', name: 'The House' },
    { organiserId: '3', slug: 'two', name: 'The House' },
    { organiserId: '4', slug: 'three', name: 'two' },
  ]
  for (const named of ['1', 'house-alpha', 'House Alpha', ' house alpha '])
    expect(findOrganiser(named, organisers)).toBe('1')
  expect(findOrganiser('two', organisers)).toBe('3')
  expect(() => findOrganiser('The House', organisers)).toThrow(
    'is the name of several organisers: say one of one (2), two (3)',
  )
  expect(() => findOrganiser('House', organisers)).toThrow(
    'there is no organiser "House"; there are house-alpha',
  )
})

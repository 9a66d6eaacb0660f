import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testApp, type TestApp } from '../../../test/harness/app.ts'
import type { HouseEvent } from '../catalog/index.ts'
import { tellRules } from './tell-rules.ts'

let house: TestApp
beforeAll(async () => {
  house = await testApp()
})
afterAll(() => house.stop())

/** What the catalog says: another limit at each of the first `changes` looks. */
async function told(changes: number): Promise<unknown> {
  const { catalog, inventory } = house.app
  let looks = 0
  const changing = async (which: Parameters<typeof catalog.house>[0]): Promise<HouseEvent | null> => {
    const event = await catalog.house(which)
    return event && { ...event, sale: { ...event.sale!, ticketsPerBuyer: 10 + Math.min(++looks, changes) } }
  }
  const refused = await tellRules({ catalog: { ...catalog, house: changing }, inventory }, house.eventId)
  return refused && [refused.refused, refused.detail]
}

test('a sale that cannot follow its event, because that changes at every look, is said not to', async () => {
  expect(await told(5)).toBeNull()
  expect(await told(100)).toEqual(['busy', expect.stringContaining('does not follow yet')])
  expect(await told(1)).toBeNull()
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testApp, type Answer, type TestApp } from '../../test/harness/app.ts'
import { signInByMail } from '../../test/harness/sign-in.ts'
import { rewrapPeople } from '../features/account/index.ts'
import { systemRandom } from '../platform/clock.ts'
import { Wrapping } from '../platform/crypto/seal.ts'
import { masterKeysOf } from './open-account.ts'

const OLD = Buffer.alloc(32, 1).toString('base64')
const NEW = Buffer.alloc(32, 2).toString('base64')
const ADA = { name: 'Ada', email: 'ada@example.org', locale: 'en' }

const houses: TestApp[] = []
const open = async (env: Record<string, string>): Promise<TestApp> => {
  const first = houses[0]
  const shared = first ? { DATABASE_URL: first.app.config.databaseUrl! } : {}
  const house = await testApp({ RATE_LIMIT: 'off', ...shared, ...env })
  houses.push(house)
  return house
}

let before: TestApp
beforeAll(async () => {
  before = await open({ USHER_KEY: OLD })
}, 30_000)
afterAll(async () => {
  for (const house of houses.reverse()) await house.stop()
})

const name = async (house: TestApp, token: string): Promise<unknown> =>
  (await house.call('GET', '/v1/me', { token })).json.name
const rename = (house: TestApp, token: string, to: string): Promise<Answer> =>
  house.call('PATCH', '/v1/me', { token, body: { name: to } })

test('USHER_KEY is changed while servers answer: no session, person or code is lost', async () => {
  const guest = await before.guest()
  await rename(before, guest, 'Ada')
  const { access_token: token } = await signInByMail(before, ADA.email, await before.guest())
  await rename(before, token, 'Account')

  // First every process learns to read what the new key wraps, then one after the other uses it: for a while all
  // kinds run side by side, and a caller may meet any of them.
  const prepared = await open({ USHER_KEY: OLD, USHER_KEY_PREVIOUS: NEW })
  expect(await name(prepared, guest)).toBe('Ada')
  const both = await open({ USHER_KEY: NEW, USHER_KEY_PREVIOUS: OLD })
  for (const [made, read] of [
    [before, both],
    [before, prepared],
    [prepared, both],
    [both, prepared],
  ] as const) {
    const someone = await made.guest()
    expect((await rename(made, someone, 'Somebody')).status).toBe(200)
    expect(await name(read, someone)).toBe('Somebody')
    expect((await rename(read, someone, 'Somebody else')).status).toBe(200)
    expect(await name(made, someone)).toBe('Somebody else')
  }
  const late = await prepared.guest()
  await rename(prepared, late, 'Late')
  expect((await rename(prepared, guest, 'Ada King')).status).toBe(200)

  // None is left with the old key alone; people's keys move while the new ones answer.
  let asked = 0
  let failed = 0
  let moving = true
  const load = (async () => {
    while (moving) {
      asked += 1
      const { status } = await rename(both, token, `Account ${asked}`)
      if (status !== 200 || (await name(both, token)) !== `Account ${asked}`) failed += 1
    }
  })()
  for (let i = 0; i < 20; i++) await rename(both, await both.guest(), `Guest ${i}`)
  const wrapping = new Wrapping(masterKeysOf(both.app.config), systemRandom)
  const moved = await rewrapPeople({ database: both.app.database, wrapping })
  moving = false
  await load
  expect(moved).toBeGreaterThanOrEqual(3)
  expect({ failed, asked: asked > 0 }).toEqual({ failed: 0, asked: true })

  // From now on nobody needs the old key.
  const after = await open({ USHER_KEY: NEW })
  expect(await name(after, guest)).toBe('Ada King')
  expect(await name(after, late)).toBe('Late')
  expect(await name(after, token)).toBe(`Account ${asked}`)
  expect((await signInByMail(both, ADA.email, await after.guest())).user_id).toBe(
    (await after.call('GET', '/v1/me', { token })).json.user_id,
  )
  await expect(open({ USHER_KEY: OLD })).rejects.toThrow('USHER_KEY')
}, 60_000)

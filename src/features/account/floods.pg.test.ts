import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { manualClock } from '../../../test/harness/clock.ts'
import { testApp } from '../../../test/harness/app.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { systemClock, systemIds, systemRandom } from '../../platform/clock.ts'
import { wrappingKey } from '../../platform/crypto/seal.ts'
import { route } from '../../platform/http/route.ts'
import { startHttpServer, type HttpServer } from '../../platform/http/server.ts'
import { createRequestLimits, RATE_LIMITS } from '../../platform/rate-limit.ts'
import { accountRoutes, createAccount, type Account } from './index.ts'

// Everybody here comes from one address, and no bucket fills up again: the clock of the limits stands.
const FEW = { perSecond: 0.001, burst: 20 }
const FLOOD = 60

let db: TestDatabase
let account: Account
const servers: HttpServer[] = []

beforeAll(async () => {
  db = await testDatabase()
  account = await createAccount({
    ...{ database: db.database, clock: systemClock, ids: systemIds, random: systemRandom },
    ...{ masterKeys: { current: wrappingKey(new Uint8Array(32).fill(1)) }, livemode: false },
  })
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop(0)))
  account.close()
  await db.drop()
})

function campus(): { buy(token: string): Promise<number>; begin(): Promise<string | null> } {
  const buy = route({
    ...{ method: 'POST', path: '/v1/buy', summary: '', tag: '', access: 'buyer', answers: {}, errors: [] },
    handle: () => ({ status: 201, json: {} }),
  })
  const server = startHttpServer({
    ...{ port: 0, hostname: '127.0.0.1', clock: systemClock },
    routes: [buy, ...accountRoutes(account, { secureCookie: false })],
    authenticate: account.authenticate,
    recognize: account.recognize,
    limits: createRequestLimits(manualClock(), {
      ...RATE_LIMITS,
      ...{ address: { read: FEW, write: FEW }, session: FEW, badToken: FEW },
    }),
  })
  servers.push(server)
  const post = (path: string, token?: string): Promise<Response> =>
    fetch(new URL(path, server.url), {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
  return {
    buy: async (token) => (await post('/v1/buy', token)).status,
    begin: async () =>
      ((await (await post('/v1/sessions')).json()) as { access_token?: string }).access_token ?? null,
  }
}

const many = async (ask: (n: number) => Promise<unknown>): Promise<unknown[]> => {
  const answers = []
  for (let n = 0; n < FLOOD; n += 1) answers.push(await ask(n))
  return answers
}

describe('two people behind one address: one floods, the other buys', () => {
  test('a flood of bad tokens: the other begins a session and goes on buying', async () => {
    const { buy, begin } = campus()
    const seen = (await begin())!
    expect(await buy(seen)).toBe(201)
    const forged = (n: number): string => `${seen.slice(0, -8)}${String(n).padStart(8, 'A')}`
    const statuses = await many((n) => buy(forged(n)))
    expect(statuses.filter((status) => status === 401)).toHaveLength(FEW.burst)
    expect(statuses.filter((status) => status === 429)).toHaveLength(FLOOD - FEW.burst)
    // Both with a token that was seen before and with one that is new to this process.
    expect(await buy(seen)).toBe(201)
    expect(await buy((await begin())!)).toBe(201)
  })

  test('a flood of invented staff tokens, too', async () => {
    const { buy, begin } = campus()
    const token = (await begin())!
    const statuses = await many((n) => buy(`usher_staff_${n}`))
    expect(statuses.at(-1)).toBe(429)
    expect(await buy(token)).toBe(201)
  })

  test('a flood of new sessions: whoever has one goes on buying', async () => {
    const { buy, begin } = campus()
    const token = (await begin())!
    const made = await many(begin)
    expect(made.filter((session) => session !== null)).toHaveLength(FEW.burst - 1)
    expect(await buy(token)).toBe(201)
    expect(await buy(token)).toBe(201)
  })

  test('a flood of calls without a token: the other begins a session and buys', async () => {
    const { buy, begin } = campus()
    const server = servers.at(-1)!
    const statuses = await many(
      async () => (await fetch(new URL('/v1/buy', server.url), { method: 'POST' })).status,
    )
    expect(statuses.at(-1)).toBe(429)
    expect(await buy((await begin())!)).toBe(201)
  })

  test('a flood with a good token: the other has a share that it cannot use up', async () => {
    const { buy, begin } = campus()
    const [abuser, other] = [(await begin())!, (await begin())!]
    const statuses = await many(() => buy(abuser))
    expect(statuses.filter((status) => status === 201)).toHaveLength(
      RATE_LIMITS.share.write.burst + FEW.burst,
    )
    expect(await buy(other)).toBe(201)
  })
})

test('a flood of guessed sign-in codes: the other, who has a session, may still sign in', async () => {
  const house = await testApp()
  const guess = (token?: string): Promise<number> =>
    house
      .call('POST', '/v1/sessions/verify', { token, body: { email: 'ada@example.org', code: '123456' } })
      .then(({ status }) => status)
  const other = await house.guest()
  const flooder = await house.guest()
  for (const token of [undefined, flooder]) {
    let refused = false
    for (let n = 0; n < 40 && !refused; n += 1) {
      const statuses = await Promise.all(Array.from({ length: 50 }, () => guess(token)))
      refused = statuses.includes(429)
    }
    expect(refused).toBe(true)
    // Wrong, but looked at.
    expect(await guess(other)).toBe(403)
  }
  await house.stop()
}, 60_000)

test('what is recognized without looking: good tokens seen before, and that there is none', async () => {
  const { accessToken } = await account.sessions.issueGuest()
  const asked = (token: string | null): Request =>
    new Request('http://usher/', token === null ? {} : { headers: { authorization: `Bearer ${token}` } })
  expect(account.recognize(asked(null))).toBeNull()
  expect(account.recognize(asked(accessToken))).toBeUndefined()
  const caller = await account.authenticate(asked(accessToken))
  expect(account.recognize(asked(accessToken))).toEqual(caller)
  expect(account.recognize(asked('nonsense'))).toBeUndefined()
  const added = await account.staff.add({ name: 'door', roles: ['scanner'] })
  if (added.taken) throw new Error('the name is taken')
  expect(account.recognize(asked(added.token))).toBeUndefined()
  const staff = await account.authenticate(asked(added.token))
  expect(account.recognize(asked(added.token))).toEqual(staff)
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createRemoteJWKSet, jwtVerify, SignJWT, generateKeyPair } from 'jose'
import { manualClock } from '../../../test/harness/clock.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { systemIds, systemRandom } from '../../platform/clock.ts'
import { Wrapping, wrappingKey, type WrappingKeys } from '../../platform/crypto/seal.ts'
import type { Caller } from '../../platform/http/route.ts'
import { startHttpServer, type HttpServer } from '../../platform/http/server.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import {
  accountRoutes,
  createAccount,
  rewrapPeople,
  STAFF_ROLES,
  type Account,
  type AccountDeps,
} from './index.ts'
import { PUBLISHED_BEFORE_SIGNING_MS } from './key-ring.ts'

const KEYS: WrappingKeys = { current: wrappingKey(new Uint8Array(32).fill(1)) }
const DAY_MS = 24 * 3600 * 1000

let db: TestDatabase
const accounts: Account[] = []
const clock = manualClock()

const open = async (more: Partial<AccountDeps> = {}): Promise<Account> => {
  const deps = {
    database: db.database,
    clock,
    ids: systemIds,
    random: systemRandom,
    masterKeys: KEYS,
    livemode: false,
  }
  const account = await createAccount({ ...deps, ...more })
  accounts.push(account)
  return account
}

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  for (const account of accounts) account.close()
  await db.drop()
})

const asked = (
  token: string | null,
  more: { cookie?: string; site?: string; method?: string } = {},
): Request =>
  new Request('http://usher/', {
    method: more.method ?? 'GET',
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(more.cookie && { cookie: more.cookie }),
      ...(more.site && { 'sec-fetch-site': more.site }),
    },
  })
const who = (account: Account, token: string): Promise<Caller | null> =>
  Promise.resolve(account.authenticate(asked(token)))

describe('sessions', () => {
  test('a guest is known by the token, at once from the second time on, and no row is written', async () => {
    const account = await open()
    const { accessToken, userId, expiresInSeconds } = await account.sessions.issueGuest()
    expect(expiresInSeconds).toBe(30 * 24 * 3600)
    expect(account.authenticate(asked(accessToken))).toBeInstanceOf(Promise)
    expect(await who(account, accessToken)).toEqual({ kind: 'buyer', id: userId, roles: [] })
    const again = account.authenticate(asked(accessToken))
    expect(again).not.toBeInstanceOf(Promise)
    expect((again as Caller).id).toBe(userId)
    const rows = await db.database.query(statement('test.persons', 'select 1 from persons'))
    expect(rows.rowCount).toBe(0)
  })

  test('a token ends after 30 days, also where it is remembered', async () => {
    const account = await open()
    const { accessToken } = await account.sessions.issueGuest()
    expect(await who(account, accessToken)).not.toBeNull()
    clock.advance(30 * DAY_MS + 6_000)
    expect(await who(account, accessToken)).toBeNull()
    expect(await who(await open(), accessToken)).toBeNull()
  })

  test('changed, cut, unsigned and foreign tokens are nobody', async () => {
    const account = await open()
    const { accessToken } = await account.sessions.issueGuest()
    const other = await account.sessions.issueGuest()
    await who(account, accessToken)
    const [header, , signature] = accessToken.split('.') as [string, string, string]
    const payload = other.accessToken.split('.')[1]!
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const hs = Buffer.from(
      JSON.stringify({ alg: 'HS256', typ: 'JWT', kid: account.keys.tickets.keyId }),
    ).toString('base64url')
    const forged = [
      `${header}.${payload}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${hs}.${payload}.${signature}`,
      accessToken.slice(0, -2),
      `${accessToken}x`,
      `${accessToken}.${signature}`,
      `.${payload}.${signature}`,
      '..',
      '',
      'x',
      `a.${'x'.repeat(5_000)}.b`,
    ]
    for (const token of forged) expect(await who(account, token)).toBeNull()
    const { privateKey } = await generateKeyPair('ES256')
    const kid = (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid
    const foreign = await new SignJWT({ livemode: false })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
      .setSubject(other.userId)
      .setIssuer('usher')
      .setAudience('usher:buyers')
      .setIssuedAt(clock.now() / 1000)
      .setExpirationTime(clock.now() / 1000 + 1_000)
      .sign(privateKey)
    expect(await who(account, foreign)).toBeNull()
  })

  test('a token made with sandbox money is nobody live, and the other way round', async () => {
    const [sandbox, live] = [await open(), await open({ livemode: true })]
    const token = (await sandbox.sessions.issueGuest()).accessToken
    expect(await who(live, token)).toBeNull()
    expect(await who(sandbox, (await live.sessions.issueGuest()).accessToken)).toBeNull()
  })

  test("the web app's cookie counts as the token, but not when another site makes the browser send it", async () => {
    const account = await open()
    const { accessToken, userId } = await account.sessions.issueGuest()
    const cookie = `theme=dark; usher_session=${accessToken}; x=y`
    const id = async (request: Request): Promise<string | undefined> =>
      (await account.authenticate(request))?.id
    expect(await id(asked(null, { cookie }))).toBe(userId)
    expect(await id(asked(null, { cookie: `usher_session=${accessToken}` }))).toBe(userId)
    expect(await id(asked(null, { cookie, method: 'POST', site: 'same-origin' }))).toBe(userId)
    expect(await id(asked(null, { cookie, method: 'POST', site: 'cross-site' }))).toBeUndefined()
    expect(await id(asked(null, { cookie: `not_usher_session=${accessToken}` }))).toBeUndefined()
  })
})

describe('keys', () => {
  test('two processes that start at once make one set of keys', async () => {
    const fresh = await testDatabase()
    try {
      const both = await Promise.all([1, 2, 3].map(() => open({ database: fresh.database })))
      expect(new Set(both.map((account) => JSON.stringify(account.keys.jwks()))).size).toBe(1)
      expect(new Set(both.map((account) => account.people.contactHash('a@b.c'))).size).toBe(1)
    } finally {
      await fresh.drop()
    }
  })

  test('after a rotation old tokens stay good until they expire, in every process', async () => {
    const [a, b] = [await open(), await open()]
    const before = await a.sessions.issueGuest()
    const { keyId } = await a.keys.rotate('session')
    expect((a.keys.jwks().keys as { kid: string }[]).map((key) => key.kid)).toContain(keyId)
    const kidOf = (token: string): string =>
      (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid
    expect(kidOf((await a.sessions.issueGuest()).accessToken)).not.toBe(keyId)
    clock.advance(PUBLISHED_BEFORE_SIGNING_MS)
    const after = await a.sessions.issueGuest()
    expect(kidOf(after.accessToken)).toBe(keyId)
    for (const account of [a, b]) {
      expect((await who(account, before.accessToken))?.id).toBe(before.userId)
      expect((await who(account, after.accessToken))?.id).toBe(after.userId)
    }
    const published = a.keys.jwks().keys.length
    clock.advance(32 * DAY_MS)
    expect(a.keys.jwks().keys.length).toBe(published - 1)
  })

  test('an invented key id is no load on the database', async () => {
    let queries = 0
    const query: Database['query'] = (s, values) => {
      queries += 1
      return db.database.query(s, values)
    }
    const account = await open({ database: { ...db.database, query } })
    const { accessToken } = await account.sessions.issueGuest()
    const [, payload, signature] = accessToken.split('.') as [string, string, string]
    const header = Buffer.from('{"alg":"ES256","typ":"JWT","kid":"invented"}').toString('base64url')
    clock.advance(6_000)
    queries = 0
    for (let n = 0; n < 20; n += 1) expect(await who(account, `${header}.${payload}.${signature}`)).toBeNull()
    expect(queries).toBe(1)
  })

  test('tickets verify with the published key, also after a rotation', async () => {
    const account = await open()
    const bytes = Buffer.from('ticket')
    const { keyId } = account.keys.tickets
    const signature = account.keys.tickets.sign(bytes)
    await account.keys.rotate('ticket')
    clock.advance(PUBLISHED_BEFORE_SIGNING_MS + 365 * DAY_MS)
    expect(account.keys.tickets.keyId).not.toBe(keyId)
    expect(account.keys.tickets.verify(keyId, bytes, signature)).toBe(true)
    expect(account.keys.tickets.verify(account.keys.tickets.keyId, bytes, signature)).toBe(false)
    const raw = account.keys.tickets.publicKeys().find((key) => key.keyId === keyId)!
    expect(raw.publicKey).toHaveLength(32)
  })

  test('a tag made for one purpose is worth nothing for another', async () => {
    const { keys } = await open()
    const tag = keys.mac('link').sign('x')
    expect(keys.mac('link').verify('x', tag)).toBe(true)
    expect(keys.mac('link').verify('x', tag, keys.mac('link').keyId)).toBe(true)
    expect(keys.mac('link').verify('y', tag)).toBe(false)
    expect(keys.mac('cursor').verify('x', tag)).toBe(false)
  })

  test('USHER_KEY can be changed: everything opens with the new one alone afterwards', async () => {
    const fresh = await testDatabase()
    try {
      const { database } = fresh
      const first = await open({ database })
      const { accessToken, userId } = await first.sessions.issueGuest()
      await first.people.saveContact(userId, { name: 'Ada', email: 'ada@example.org', locale: 'en' })
      const next = wrappingKey(new Uint8Array(32).fill(2))
      await expect(open({ database, masterKeys: { current: next } })).rejects.toThrow('USHER_KEY')
      const masterKeys = { current: next, previous: KEYS.current }
      const during = await open({ database, masterKeys })
      expect((await during.people.contact(userId))?.name).toBe('Ada')
      expect(await rewrapPeople({ database, wrapping: new Wrapping(masterKeys, systemRandom) })).toBe(1)
      const after = await open({ database, masterKeys: { current: next } })
      expect((await after.people.contact(userId))?.name).toBe('Ada')
      expect((await who(after, accessToken))?.id).toBe(userId)
    } finally {
      await fresh.drop()
    }
  })

  test('no secret is stored in the clear', async () => {
    await open()
    const { rows } = await db.database.query<{ wrapped: Uint8Array }>(
      statement('test.keys', 'select wrapped from keys'),
    )
    expect(rows.length).toBeGreaterThan(4)
    for (const { wrapped } of rows) expect(Buffer.from(wrapped).toString('latin1')).not.toContain('kty')
  })
})

describe('links', () => {
  test('open their own path until they end', async () => {
    const { links } = await open()
    const link = links.sign('/v1/bookings/1/tickets.pdf', 600)
    expect(links.verify(`http://usher${link}`)).toBe(true)
    expect(links.verify(`http://usher${link.replace('/1/', '/2/')}`)).toBe(false)
    expect(links.verify(`http://usher${link.replace(/expires=\d+/, 'expires=99999999999')}`)).toBe(false)
    expect(links.verify('http://usher/v1/bookings/1/tickets.pdf')).toBe(false)
    clock.advance(600_000)
    expect(links.verify(`http://usher${link}`)).toBe(false)
  })
})

describe('staff', () => {
  test('a token is shown once, gives the roles and is worth nothing soon after its owner was removed', async () => {
    const account = await open()
    const added = await account.staff.add({ name: 'door 1', roles: ['scanner'], organiserId: '3' })
    if (added.taken) throw new Error('the name is taken')
    expect(await who(account, added.token)).toEqual({
      kind: 'staff',
      id: added.member.staffId,
      roles: ['scanner'],
      organiserId: '3',
    })
    expect(account.authenticate(asked(added.token))).not.toBeInstanceOf(Promise)
    expect(await account.staff.add({ name: 'door 1', roles: ['admin'] })).toEqual({ taken: true })
    expect(await account.staff.list()).toEqual([added.member])
    expect(await account.staff.remove('door 1')).toBe(true)
    expect(await account.staff.remove('door 1')).toBe(false)
    clock.advance(10_000)
    expect(await who(account, added.token)).toBeNull()
    const { rows } = await db.database.query(
      statement('test.api_keys', 'select api_keys::text as text from api_keys'),
    )
    expect(JSON.stringify(rows)).not.toContain(added.token.slice(12))
  })

  test('an admin has every role', async () => {
    const account = await open()
    const added = await account.staff.add({ name: 'ada', roles: ['admin'] })
    const caller = await who(account, added.taken ? '' : added.token)
    expect(caller?.roles).toEqual(STAFF_ROLES)
  })

  test('OPERATOR_TOKEN is an admin, and nobody is without it', async () => {
    const operatorToken = 'a-long.token-from-the-environment'
    const account = await open({ operatorToken })
    expect((await who(account, operatorToken))?.kind).toBe('staff')
    for (const token of ['', `${operatorToken}x`, operatorToken.slice(1)])
      expect(await who(account, token)).toBeNull()
    for (const none of [undefined, '']) {
      const without = await open({ operatorToken: none })
      for (const token of [operatorToken, '', 'undefined']) expect(await who(without, token)).toBeNull()
    }
  })
})

describe('people', () => {
  const contact = {
    name: 'Ada Lovelace',
    email: 'Ada+tickets@Example.org',
    locale: 'en-GB',
    phone: '+44 20 7946 0000',
  }

  test('what a buyer tells comes back, and nothing of it is in the rows', async () => {
    const { people } = await open()
    const buyer = systemIds.uuid()
    expect(await people.contact(buyer)).toBeNull()
    expect(await people.saveContact(buyer, contact)).toBe(true)
    expect(await people.contact(buyer)).toEqual(contact)
    await people.saveContact(buyer, { name: 'Ada King' })
    expect(await people.contact(buyer)).toEqual({ ...contact, name: 'Ada King' })
    const rows = await db.database.query<{ text: string }>(
      statement(
        'test.people_text',
        'select persons::text || person_keys::text as text from persons, person_keys',
      ),
    )
    const bytes = rows.rows.map((row) => row.text).join()
    for (const secret of ['Lovelace', 'King', 'xample', '7946']) {
      expect(bytes).not.toContain(secret)
      expect(bytes).not.toContain(Buffer.from(secret).toString('hex'))
    }
  })

  test('ten calls at once make one person', async () => {
    const { people } = await open()
    const buyer = systemIds.uuid()
    await Promise.all(Array.from({ length: 10 }, () => people.saveContact(buyer, contact)))
    expect(await people.contact(buyer)).toEqual(contact)
  })

  test('one mailbox is counted once, however it is written', async () => {
    const { people } = await open()
    const hash = people.contactHash('ada@example.org')
    for (const same of ['ADA@Example.ORG', ' ada@example.org ', 'ada+x@example.org']) {
      expect(people.contactHash(same)).toBe(hash)
    }
    expect(people.contactHash('a.da@example.org')).not.toBe(hash)
  })

  test('erasing deletes the key, for good', async () => {
    const { people } = await open()
    const buyer = systemIds.uuid()
    await people.saveContact(buyer, contact)
    const keysOf = async (): Promise<number> =>
      (await db.database.query(statement('test.person_keys', 'select 1 from person_keys'))).rowCount
    const before = await keysOf()
    await people.erase(buyer)
    expect(await keysOf()).toBe(before - 1)
    expect(await people.contact(buyer)).toBeNull()
    expect(await people.saveContact(buyer, contact)).toBe(false)
    expect(await people.contact(buyer)).toBeNull()
    await people.erase(buyer)
  })

  test('the events of a buyer are remembered once each, the latest first', async () => {
    const { people } = await open()
    const buyer = systemIds.uuid()
    for (const eventId of ['7', '9007199254740991', '7']) {
      await people.noteBuyerEvent(buyer, eventId)
      clock.advance(1)
    }
    expect(await people.eventsOf(buyer)).toEqual(['9007199254740991', '7'])
    await people.noteConsent(buyer, 'terms', '2030-01', true)
  })
})

describe('over HTTP', () => {
  let server: HttpServer
  let base: string
  let account: Account
  beforeAll(async () => {
    account = await open()
    server = startHttpServer({
      port: 0,
      hostname: '127.0.0.1',
      clock,
      routes: accountRoutes(account, { secureCookie: true }),
      authenticate: account.authenticate,
    })
    base = `http://127.0.0.1:${server.port}`
  })
  afterAll(() => server.stop(0))

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(base + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })

  test('a guest gets a token that a stranger can check with the published keys', async () => {
    const response = await post('/v1/sessions', {})
    expect(response.status).toBe(201)
    const body = (await response.json()) as Record<string, string>
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 2_592_000,
      user_id: expect.any(String),
    } as never)
    const keys = createRemoteJWKSet(new URL(`${base}/.well-known/jwks.json`))
    const { payload } = await jwtVerify(body['access_token']!, keys, { currentDate: new Date(clock.now()) })
    expect(payload).toMatchObject({ sub: body['user_id']!, livemode: false })
    const published = await (await fetch(`${base}/.well-known/jwks.json`)).text()
    expect(published).not.toContain('"d"')
  })

  test('a session is renewed for the same buyer, and only with a token', async () => {
    const first = (await (await post('/v1/sessions', {})).json()) as Record<string, string>
    clock.advance(5 * DAY_MS)
    const authorization = `Bearer ${first['access_token']!}`
    const renewed = await post('/v1/sessions/refresh', {}, { authorization })
    expect(renewed.status).toBe(201)
    const second = (await renewed.json()) as Record<string, string>
    expect(second['user_id']).toBe(first['user_id']!)
    clock.advance(26 * DAY_MS)
    expect((await post('/v1/sessions/refresh', {}, { authorization })).status).toBe(401)
    const again = await post(
      '/v1/sessions/refresh',
      {},
      { authorization: `Bearer ${second['access_token']!}` },
    )
    expect(again.status).toBe(201)
  })

  test('a page gets its token as a cookie that no script can read', async () => {
    const response = await post('/v1/sessions', { cookie: true })
    const cookie = response.headers.get('set-cookie')!
    expect(cookie).toMatch(/^usher_session=ey.*; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/)
    expect(await response.json()).not.toHaveProperty('access_token')
    const renewed = await post('/v1/sessions/refresh', {}, { cookie: cookie.split(';')[0]! })
    expect(renewed.status).toBe(201)
  })

  test('a page that cannot read its cookie keeps the session that it has, and gets one where it has none', async () => {
    const keep = { cookie: true, keep: true }
    const idOf = async (response: Response): Promise<string> =>
      ((await response.json()) as { user_id: string }).user_id
    const first = await post('/v1/sessions', keep)
    expect(first.status).toBe(201)
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!
    const buyer = await idOf(first)
    clock.advance(5 * DAY_MS)
    const again = await post('/v1/sessions', keep, { cookie })
    expect(again.status).toBe(200)
    expect(await idOf(again)).toBe(buyer)
    const renewed = again.headers.get('set-cookie')!.split(';')[0]!
    // Not asked to keep it, with a session that is over, or with none that is good: somebody new.
    expect(await idOf(await post('/v1/sessions', { cookie: true }, { cookie }))).not.toBe(buyer)
    clock.advance(26 * DAY_MS)
    const late = await post('/v1/sessions', keep, { cookie })
    expect([late.status, (await idOf(late)) === buyer]).toEqual([201, false])
    expect((await post('/v1/sessions', keep, { cookie: renewed })).status).toBe(200)
    expect((await post('/v1/sessions', keep, { cookie: 'usher_session=nonsense' })).status).toBe(201)
  })

  test('a page asks whether there is a session and is told so, and none is started for it', async () => {
    const cookie = (await post('/v1/sessions', { cookie: true })).headers.get('set-cookie')!.split(';')[0]!
    const asked = async (headers: Record<string, string> = {}): Promise<unknown> => {
      const response = await fetch(new URL('/v1/sessions', server.url), { headers })
      expect([response.status, response.headers.get('set-cookie')]).toEqual([200, null])
      expect(response.headers.get('cache-control')).toBe('no-store')
      return response.json()
    }
    expect(await asked()).toEqual({ user_id: null })
    expect(await asked({ cookie: 'usher_session=nonsense' })).toEqual({ user_id: null })
    expect(await asked({ authorization: 'Bearer operator' })).toEqual({ user_id: null })
    expect(await asked({ cookie })).toEqual({ user_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    clock.advance(31 * DAY_MS)
    expect(await asked({ cookie })).toEqual({ user_id: null })
  })
})

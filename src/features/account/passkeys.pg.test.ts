import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testApp, type Answer, type TestApp } from '../../../test/harness/app.ts'
import { softAuthenticator, type SoftAuthenticator } from '../../../test/harness/authenticator.ts'
import { signInByMail } from '../../../test/harness/sign-in.ts'
import { statement } from '../../platform/postgres/database.ts'

let house: TestApp
let origin: string
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
  origin = `http://localhost:${house.url.port}`
}, 30_000)
afterAll(() => house.stop())

let mailboxes = 0
const account = async (): Promise<string> =>
  (await signInByMail(house, `key${++mailboxes}@example.org`, await house.guest())).access_token

// As a browser calls: the host is the page's.
const call = (
  method: string,
  path: string,
  options: { token?: string; body?: unknown } = {},
): Promise<Answer> =>
  house.call(method, path, { ...options, headers: { host: `localhost:${house.url.port}` } })

async function register(token: string, key: SoftAuthenticator, from = origin): Promise<Answer> {
  const { json: options } = await call('POST', '/v1/me/passkeys/options', { token, body: {} })
  return call('POST', '/v1/me/passkeys', { token, body: { credential: key.create(options, from) } })
}

const begin = async (): Promise<{ challenge: string }> =>
  (await call('POST', '/v1/sessions/passkey/options', { body: {} })).json
const signIn = (credential: object, token?: string): Promise<Answer> =>
  call('POST', '/v1/sessions/passkey', { ...(token && { token }), body: { credential } })

test('a passkey opens its account, takes the guest along, and is no use once removed', async () => {
  const token = await account()
  const me = (await call('GET', '/v1/me', { token })).json
  const key = softAuthenticator('localhost')
  expect((await register(token, key)).status).toBe(201)
  const guest = await house.guest()
  const held = await call('POST', '/v1/reservations', {
    token: guest,
    body: { event_id: house.eventId, best_available: { quantity: 1 } },
  })
  const answer = await signIn(key.get(await begin(), origin), guest)
  expect(answer.status).toBe(200)
  expect(answer.json.user_id).toBe(me.user_id)
  const mine = { token: answer.json.access_token as string }
  expect((await call('GET', `/v1/reservations/${held.json.reservation_id}`, mine)).status).toBe(200)
  const { items } = (await call('GET', '/v1/me/passkeys', mine)).json
  expect(items).toHaveLength(1)
  expect(items[0].last_used_at).not.toBeNull()
  expect((await call('DELETE', `/v1/me/passkeys/${items[0].passkey_id}`, mine)).status).toBe(204)
  expect((await signIn(key.get(await begin(), origin))).status).toBe(403)
}, 30_000)

test('an answer that was used, is too old, or belongs to another challenge, site, key or counter opens nothing', async () => {
  const token = await account()
  const [key, stranger] = [softAuthenticator('localhost'), softAuthenticator('localhost')]
  await register(token, key)
  const used = key.get(await begin(), origin)
  const all = await Promise.all(Array.from({ length: 10 }, () => signIn(used)))
  expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
  const evil = softAuthenticator('evil.example')
  const registration = (await call('POST', '/v1/me/passkeys/options', { token, body: {} })).json
  const refused = [
    used,
    key.get({ challenge: 'AAAA' }, origin),
    key.get({ challenge: Buffer.alloc(54).toString('base64url') }, origin),
    key.get(registration, origin),
    key.get(await begin(), 'https://evil.example'),
    { ...evil.get(await begin(), origin), id: key.id, rawId: key.id },
    { ...stranger.get(await begin(), origin), id: key.id, rawId: key.id },
    stranger.get(await begin(), origin),
    key.get(await begin(), origin, 1),
  ]
  for (const credential of refused) expect((await signIn(credential)).status).toBe(403)
  expect((await signIn(key.get(await begin(), origin))).status).toBe(200)
}, 30_000)

test('a passkey that counts nothing is safe from repetition, too: a challenge is good once', async () => {
  const key = softAuthenticator('localhost')
  await register(await account(), key)
  const used = key.get(await begin(), origin, 0)
  expect((await signIn(used)).status).toBe(200)
  expect((await signIn(used)).status).toBe(403)
  expect((await signIn(key.get(await begin(), origin, 0))).status).toBe(200)
}, 30_000)

test('only an account has passkeys, made for this site and by its own challenge, each registered once', async () => {
  const guest = await house.guest()
  expect((await call('POST', '/v1/me/passkeys/options', { token: guest, body: {} })).status).toBe(409)
  const [token, other] = [await account(), await account()]
  const key = softAuthenticator('localhost')
  const theirs = (await call('POST', '/v1/me/passkeys/options', { token: other, body: {} })).json
  const stolen = { token, body: { credential: key.create(theirs, origin) } }
  expect((await call('POST', '/v1/me/passkeys', stolen)).status).toBe(400)
  expect((await register(token, softAuthenticator('evil.example'))).status).toBe(400)
  expect((await register(token, key, 'https://evil.example')).status).toBe(400)
  expect((await register(token, key)).status).toBe(201)
  expect((await register(other, key)).status).toBe(409)
  const foreign = (await call('GET', '/v1/me/passkeys', { token })).json.items[0].passkey_id
  expect((await call('DELETE', `/v1/me/passkeys/${foreign}`, { token: other })).status).toBe(404)
  // PostgreSQL's text cannot hold it, so no address has one.
  expect((await call('DELETE', '/v1/me/passkeys/%00', { token: other })).status).toBe(404)
}, 30_000)

test('erasing the account takes its passkeys along', async () => {
  const token = await account()
  const key = softAuthenticator('localhost')
  await register(token, key)
  expect((await call('DELETE', '/v1/me', { token })).status).toBe(204)
  expect((await signIn(key.get(await begin(), origin))).status).toBe(403)
  const left = await house.app.database.query(
    statement('test.passkeys_left', 'select 1 from passkeys where credential_id = $1'),
    [key.id],
  )
  expect(left.rowCount).toBe(0)
}, 30_000)

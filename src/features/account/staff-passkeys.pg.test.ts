import { afterAll, beforeAll, expect, test } from 'bun:test'
import { OPERATOR_TOKEN, testApp, type Answer, type TestApp } from '../../../test/harness/app.ts'
import { softAuthenticator, type SoftAuthenticator } from '../../../test/harness/authenticator.ts'

let house: TestApp
let origin: string
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
  origin = `http://localhost:${house.url.port}`
}, 30_000)
afterAll(() => house.stop())

let members = 0
async function member(): Promise<{ token: string; name: string }> {
  const name = `member ${++members}`
  const added = await house.app.account.staff.add({ name, roles: ['admin'] })
  if (added.taken) throw new Error('the name is taken')
  return { token: added.token, name }
}

// As a browser calls: the host is the page's.
const post = (path: string, token: string | undefined, body: unknown = {}): Promise<Answer> =>
  house.call('POST', path, { token, body, headers: { host: `localhost:${house.url.port}` } })
const log = async (token: string): Promise<number> =>
  (await house.call('GET', '/v1/operator/log', { token })).status

async function register(token: string, key: SoftAuthenticator): Promise<Answer> {
  const { json: options } = await post('/v1/operator/me/passkeys/options', token)
  return post('/v1/operator/me/passkeys', token, { credential: key.create(options, origin) })
}

const begin = async (token: string): Promise<{ challenge: string }> =>
  (await post('/v1/operator/sessions/passkey/options', token)).json
const signIn = (token: string | undefined, credential: object): Promise<Answer> =>
  post('/v1/operator/sessions/passkey', token, { credential })

async function withPasskey(): Promise<{ token: string; name: string; key: SoftAuthenticator }> {
  const { token, name } = await member()
  const key = softAuthenticator('localhost')
  expect((await register(token, key)).status).toBe(201)
  return { token, name, key }
}

test('once made, the token alone opens nothing; with the passkey it opens what its owner may', async () => {
  const { token } = await member()
  const key = softAuthenticator('localhost')
  expect(await log(token)).toBe(200)
  expect((await register(token, key)).status).toBe(201)
  expect(await log(token)).toBe(403)
  const session = await signIn(token, key.get(await begin(token), origin))
  expect(session.status).toBe(201)
  expect(session.json.expires_in).toBe(12 * 3600)
  expect(await log(session.json.access_token)).toBe(200)
})

test("another's passkey, a used answer, another's challenge and a foreign site open nothing", async () => {
  const [one, other] = [await withPasskey(), await withPasskey()]
  const refused = async (credential: object): Promise<void> => {
    const { status, json } = await signIn(one.token, credential)
    expect([status, json.code]).toEqual([403, 'wrong_code'])
  }
  await refused(other.key.get(await begin(one.token), origin))
  await refused(one.key.get(await begin(other.token), origin))
  await refused(one.key.get(await begin(one.token), 'https://elsewhere.example'))
  const good = one.key.get(await begin(one.token), origin)
  expect((await signIn(one.token, good)).status).toBe(201)
  await refused(good)
  expect((await signIn(undefined, good)).status).toBe(401)
  expect((await signIn(await house.guest(), good)).status).toBe(401)
})

test('with the token alone nobody brings a factor of their own', async () => {
  const { token, key } = await withPasskey()
  expect((await post('/v1/operator/me/passkeys/options', token)).status).toBe(409)
  const pending = await member()
  const { json: options } = await post('/v1/operator/me/passkeys/options', pending.token)
  expect((await register(pending.token, softAuthenticator('localhost'))).status).toBe(201)
  const stranger = { credential: softAuthenticator('localhost').create({ challenge: 'AAAA' }, origin) }
  const unready = await member()
  expect((await post('/v1/operator/me/passkeys', unready.token, stranger)).json.code).toBe('wrong_code')
  const late = { credential: softAuthenticator('localhost').create(options, origin) }
  expect((await post('/v1/operator/me/passkeys', pending.token, late)).status).toBe(409)
  expect((await post('/v1/operator/me/totp', token)).status).toBe(409)
  expect((await post('/v1/operator/me/totp/confirm', token, { code: '123456' })).status).toBe(403)
  // Signed in, they may add a second one, and an app.
  const session = await signIn(token, key.get(await begin(token), origin))
  const signedIn = session.json.access_token as string
  expect((await register(signedIn, softAuthenticator('localhost'))).status).toBe(201)
  expect((await post('/v1/operator/me/totp', signedIn)).status).toBe(201)
  // The scripts' token belongs to nobody.
  expect((await register(OPERATOR_TOKEN, softAuthenticator('localhost'))).status).toBe(409)
})

test('who lost the passkey is let in again by the house, and what it opened is closed', async () => {
  const { token, name, key } = await withPasskey()
  const { access_token: session } = (await signIn(token, key.get(await begin(token), origin))).json
  expect(await house.app.account.secondFactor.reset(name)).toBe(true)
  expect(await log(session)).toBe(401)
  expect(await log(token)).toBe(200)
  expect((await signIn(token, key.get(await begin(token), origin))).status).toBe(403)
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testApp, OPERATOR_TOKEN, type Answer, type TestApp } from '../../../test/harness/app.ts'
import { totpCode } from '../../platform/totp.ts'

const KEY = Buffer.alloc(32, 9).toString('base64')

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off', USHER_KEY: KEY })
}, 30_000)
afterAll(() => house.stop())

let members = 0
async function member(organiserId?: string): Promise<{ token: string; name: string; staffId: string }> {
  const name = `member ${++members}`
  const added = await house.app.account.staff.add({ name, roles: ['admin'], organiserId })
  if (added.taken) throw new Error('the name is taken')
  return { token: added.token, name, staffId: added.member.staffId }
}

const post = (path: string, token: string | undefined, body: unknown = {}): Promise<Answer> =>
  house.call('POST', path, { token, body })
const log = (token: string): Promise<Answer> => house.call('GET', '/v1/operator/log', { token })
const sql: TestApp['sql'] = (...statement) => house.sql(...statement)

const wrong = (secret: string): string =>
  String((Number(totpCode(secret, Date.now())) + 7) % 1_000_000).padStart(6, '0')

async function withFactor(): Promise<{ token: string; name: string; secret: string }> {
  const { token, name } = await member()
  const { status, json } = await post('/v1/operator/me/totp', token)
  expect(status).toBe(201)
  expect(json.uri).toStartWith('otpauth://totp/')
  expect(
    (await post('/v1/operator/me/totp/confirm', token, { code: totpCode(json.secret, Date.now() - 30_000) }))
      .status,
  ).toBe(204)
  return { token, name, secret: json.secret as string }
}

describe('the second factor of staff', () => {
  test('once confirmed, the token alone opens nothing; with a code it opens what its owner may', async () => {
    const { token, secret } = await withFactor()
    expect((await log(token)).status).toBe(403)
    const session = await post('/v1/operator/sessions', token, { code: totpCode(secret, Date.now()) })
    expect(session.status).toBe(201)
    expect(session.json.expires_in).toBe(12 * 3600)
    expect((await log(session.json.access_token)).status).toBe(200)
    await sql(`update api_keys set expires_at = now() where 'signed-in' = any(scopes)`)
    const other = await testApp({ DATABASE_URL: house.app.config.databaseUrl!, USHER_KEY: KEY })
    const there = await other.call('GET', '/v1/operator/log', { token: session.json.access_token })
    expect(there.status).toBe(401)
    await other.stop()
  }, 30_000)

  test('nothing changes before the first code, and a confirmed secret cannot be replaced with the token', async () => {
    const { token } = await member()
    await post('/v1/operator/me/totp', token)
    expect((await log(token)).status).toBe(200)
    const guarded = await withFactor()
    expect((await post('/v1/operator/me/totp', guarded.token)).status).toBe(409)
  })

  test('a right code for a session before it is confirmed opens nothing, changes nothing and stays good', async () => {
    const { token } = await member()
    const { secret } = (await post('/v1/operator/me/totp', token)).json
    const code = totpCode(secret, Date.now())
    const rows = (): Promise<unknown> => sql('select t::text as row from staff_totp t order by staff_id')
    const before = await rows()
    for (let i = 0; i < 6; i++)
      expect((await post('/v1/operator/sessions', token, { code })).json.code).toBe('wrong_code')
    expect(await rows()).toEqual(before)
    expect((await log(token)).status).toBe(200)
    expect((await post('/v1/operator/me/totp', token)).status).toBe(201)
    const again = (await post('/v1/operator/me/totp', token)).json.secret
    const right = { code: totpCode(again, Date.now()) }
    expect((await post('/v1/operator/me/totp/confirm', token, right)).status).toBe(204)
    expect((await log(token)).status).toBe(403)
  })

  test('no code is good twice, five wrong ones close the door, and then the right one does not open it', async () => {
    const { token, secret } = await withFactor()
    const right = totpCode(secret, Date.now())
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => post('/v1/operator/sessions', token, { code: right })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect((await post('/v1/operator/sessions', token, { code: right })).status).toBe(403)
    for (let i = 0; i < 6; i++) await post('/v1/operator/sessions', token, { code: wrong(secret) })
    const next = totpCode(secret, Date.now() + 30_000)
    expect((await post('/v1/operator/sessions', token, { code: next })).status).toBe(403)
    await sql(`update staff_totp set tries_from = tries_from - interval '16 minutes'`)
    expect((await post('/v1/operator/sessions', token, { code: next })).status).toBe(201)
  })

  test("a buyer, nobody and the scripts' token have none", async () => {
    for (const token of [undefined, await house.guest()]) {
      expect((await post('/v1/operator/sessions', token, { code: '123456' })).status).toBe(401)
      expect((await post('/v1/operator/me/totp', token)).status).toBe(401)
    }
    expect((await post('/v1/operator/me/totp', OPERATOR_TOKEN)).status).toBe(409)
  })

  test('who lost the phone is let in again by the house, and what the phone opened is closed', async () => {
    const { token, name, secret } = await withFactor()
    const { access_token: session } = (
      await post('/v1/operator/sessions', token, { code: totpCode(secret, Date.now()) })
    ).json
    expect(await house.app.account.secondFactor.reset(name)).toBe(true)
    expect((await log(session)).status).toBe(401)
    expect((await log(token)).status).toBe(200)
  })

  test('the secret is not stored in the clear', async () => {
    const { secret } = await withFactor()
    const rows = JSON.stringify(await sql('select t::text as row from staff_totp t'))
    expect(rows).not.toContain(secret)
  })
})

describe('the log of operators', () => {
  test("says who called what, before and after, and only that organiser's to its staff", async () => {
    const organiser = '00000000-0000-7000-8000-00000000000a'
    const [one, other] = [await member(organiser), await member('00000000-0000-7000-8000-00000000000b')]
    expect((await post('/v1/operator/me/totp', one.token)).status).toBe(201)
    const { items } = (await log(one.token)).json
    expect(items.map((row: { phase: string }) => row.phase)).toEqual(['answered', 'begun'])
    expect(items[0]).toMatchObject({
      staff_id: one.staffId,
      organiser_id: organiser,
      action: 'POST /v1/operator/me/totp',
      status: 201,
    })
    expect((await log(other.token)).json.items).toEqual([])
    const house_ = (await log(OPERATOR_TOKEN)).json.items as { staff_id: string }[]
    expect(house_.some((row) => row.staff_id === one.staffId)).toBe(true)
  })

  test('cannot be changed, emptied or shortened', async () => {
    const client = await house.app.database.pool.connect()
    const before = await client.query('select count(*) from operator_log')
    for (const text of [
      `update operator_log set action = 'nothing'`,
      'delete from operator_log',
      'truncate operator_log',
    ]) {
      await expect(client.query(text)).rejects.toThrow('only written to')
    }
    expect((await client.query('select count(*) from operator_log')).rows).toEqual(before.rows)
    client.release()
  })

  test('has every route with which staff could change something', () => {
    const unlogged = house.app.routes.filter(
      (route) =>
        route.path.startsWith('/v1/operator') &&
        route.method !== 'GET' &&
        !String(route.handle).includes('callId'),
    )
    expect(unlogged.map((route) => route.path)).toEqual([])
  })
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testApp, type TestApp } from '../../test/harness/app.ts'
import { signInByMail } from '../../test/harness/sign-in.ts'
import { removeTraces } from '../platform/postgres/remove-traces.ts'
import { retain, type RetentionLine } from './retention.ts'

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
}, 30_000)
afterAll(() => house.stop())

const sql: TestApp['sql'] = (...statement) => house.sql(...statement)

async function run(dryRun = false): Promise<(what: string) => number> {
  const { database, config } = house.app
  const lines = await retain({ database, config, guestDays: 400, dryRun })
  return (what) => lines.find((line: RetentionLine) => line.what.startsWith(what))!.rows
}

async function guestCalled(name: string): Promise<{ token: string; id: string }> {
  const token = await house.guest()
  const { json } = await house.call('PATCH', '/v1/me', { token, body: { name } })
  return { token, id: json.user_id }
}

const nameOf = async (token: string): Promise<unknown> =>
  (await house.call('GET', '/v1/me', { token })).json.name

test('guests go when they were silent for long, unless they have an order somebody may write to them about', async () => {
  const [silent, recent, waiting] = [
    await guestCalled('Silent'),
    await guestCalled('Recent'),
    await guestCalled('Waiting'),
  ]
  const held = await house.call('POST', '/v1/reservations', {
    token: waiting.token,
    body: { event_id: house.eventId, best_available: { quantity: 1 } },
  })
  await house.pay(waiting.token, held)
  const { access_token: account } = await signInByMail(house, 'stays@example.org', await house.guest())
  await house.call('PATCH', '/v1/me', { token: account, body: { name: 'Account' } })
  await sql(`update persons set updated_at = now() - interval '401 days' where person_id <> $1`, [recent.id])
  await sql(`update orders set created_at = now() - interval '401 days'`)
  const keys = async (): Promise<number> =>
    Number((await sql('select count(*) as n from person_keys'))[0]!['n'])
  const before = await keys()
  expect((await run(true))('guests not heard')).toBe(1)
  expect(await keys()).toBe(before)
  expect((await run())('guests not heard')).toBe(1)
  expect(await keys()).toBe(before - 1)
  expect(await nameOf(silent.token)).toBeNull()
  expect(await nameOf(recent.token)).toBe('Recent')
  expect(await nameOf(waiting.token)).toBe('Waiting')
  expect(await nameOf(account)).toBe('Account')
  // The event is long over.
  await sql(`update orders set starts_at = now() - interval '401 days'`)
  expect((await run())('guests not heard')).toBe(1)
  expect(await nameOf(waiting.token)).toBeNull()
}, 30_000)

test('a kept invoice goes with its key on the day the law no longer asks for it, and not before', async () => {
  const { access_token: token } = await signInByMail(house, 'law@example.org', await house.guest())
  const held = await house.call('POST', '/v1/reservations', {
    token,
    body: { event_id: house.eventId, best_available: { quantity: 1 } },
  })
  const { json: booking } = await house.pay(token, held, { buyer: { name: 'Law' } })
  await house.call('DELETE', '/v1/me', { token })
  expect((await run())('invoices')).toBe(0)
  expect(await house.app.identity.retainedDocument(booking.booking_id)).toMatchObject({
    buyer: { name: 'Law' },
  })
  await sql(`update retained_documents set retain_until = now() - interval '1 second'`)
  expect((await run())('invoices')).toBe(1)
  expect(await house.app.identity.retainedDocument(booking.booking_id)).toBeNull()
  expect(await sql('select 1 from person_keys where retain_until is not null')).toEqual([])
}, 30_000)

test('facts that somebody has not read stay, webhooks under way stay, and old mails in the folder go', async () => {
  await sql(
    `insert into webhook_inbox (provider, provider_event_id, kind, received_at, next_at)
     values ('stripe', 'old', 'x', now() - interval '91 days', null),
            ('stripe', 'open', 'x', now() - interval '91 days', now() + interval '1 day')`,
  )
  const folder = join(house.app.config.dataDir, 'mail')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'old.eml'), 'To: <a@b.example>\r\n\r\n')
  utimesSync(join(folder, 'old.eml'), 0, 0)
  const lines = await run()
  expect(lines('webhooks')).toBe(1)
  expect(lines('mails in the folder')).toBe(1)
  expect(readdirSync(folder)).not.toContain('old.eml')
  expect(
    await sql(`select provider_event_id from webhook_inbox where provider_event_id in ('old', 'open')`),
  ).toEqual([{ provider_event_id: 'open' }])
})

test('a table that is in use is left alone and named, and the others are rewritten', async () => {
  const client = await house.app.database.pool.connect()
  await client.query('begin')
  await client.query('lock table passkeys in access share mode')
  const notes: string[] = []
  try {
    const url = house.app.config.databaseUrl!
    await removeTraces({
      url,
      rewrite: ['passkeys', 'mail_codes'],
      vacuum: [],
      onNote: (note) => notes.push(note),
    })
  } finally {
    await client.query('rollback')
    client.release()
  }
  expect(notes).toHaveLength(1)
  expect(notes[0]).toStartWith('passkeys is in use')
}, 60_000)

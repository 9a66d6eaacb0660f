import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { ExportSchema } from '../shared/schemas/me.ts'
import { testApp, type TestApp } from '../../test/harness/app.ts'
import { softAuthenticator } from '../../test/harness/authenticator.ts'
import { signInByMail } from '../../test/harness/sign-in.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { PEOPLE_TABLES } from '../features/account/index.ts'
import { audit } from '../features/audit/index.ts'
import { systemClock } from '../platform/clock.ts'
import { removeTraces } from '../platform/postgres/remove-traces.ts'
import { retain } from './retention.ts'

/** Texts that nothing but the planting could have written anywhere. */
const PLANTED = {
  name: 'Zorbulina Quaxworth',
  guestName: 'Vexilda Plumbottom',
  email: 'zorbulina.quaxworth@planted-mail.example',
  guestEmail: 'vexilda.plumbottom@planted-mail.example',
  phone: '+43 1 7777777777',
} as const
/** As they would be found: also in parts, in lower case, without what people leave out. */
const NEEDLES = ['zorbulina', 'quaxworth', 'vexilda', 'plumbottom', 'planted-mail', '7777777777']

let house: TestApp
const output: string[] = []
const originals = [process.stdout.write, process.stderr.write] as const

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: string | Uint8Array): boolean => output.push(String(chunk)) > 0
  }
  house = await testApp({ RATE_LIMIT: 'off', LOG_LEVEL: 'trace' })
}, 30_000)
afterAll(async () => {
  await house.stop()
  process.stdout.write = originals[0]
  process.stderr.write = originals[1]
})

const sql: TestApp['sql'] = (...statement) => house.sql(...statement)

function findIn(where: string, text: string): string[] {
  const lower = text.toLowerCase()
  return NEEDLES.filter((needle) => lower.includes(needle)).map((needle) => `${needle} in ${where}`)
}

async function findInTables(): Promise<string[]> {
  const tables = await sql(
    `select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const text = await sql(`select coalesce(string_agg(t::text, E'\\n'), '') as text from ${String(name)} t`)
    found.push(...findIn(`the table ${String(name)}`, String(text[0]!['text'])))
    // Bytes are shown as hex: what was stored in the clear would stand there as well.
    const bytes = String(text[0]!['text']).toLowerCase()
    for (const needle of NEEDLES) {
      if (bytes.includes(Buffer.from(needle).toString('hex')))
        found.push(`${needle} as bytes in ${String(name)}`)
    }
  }
  return found
}

/** The database's own files, and the write-ahead log; each with its bytes as they are. */
async function databaseFiles(): Promise<{ name: string; bytes: Buffer }[]> {
  const [{ oid }] = (await sql('select oid::text from pg_database where datname = current_database()')) as [
    { oid: string },
  ]
  const [{ dir }] = (await sql(`select setting as dir from pg_settings where name = 'data_directory'`)) as [
    { dir: string },
  ]
  return [join(dir, 'base', oid), join(dir, 'pg_wal')].flatMap((folder) =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      try {
        return statSync(path).isFile() ? [{ name: path, bytes: readFileSync(path) }] : []
      } catch {
        return []
      }
    }),
  )
}

async function findInFiles(needles: readonly (string | Buffer)[]): Promise<string[]> {
  const found: string[] = []
  for (const { name, bytes } of await databaseFiles()) {
    for (const needle of needles) {
      if (bytes.includes(needle)) found.push(`${typeof needle === 'string' ? needle : 'a secret'} in ${name}`)
    }
  }
  return found
}

const spellings = (): string[] => [...NEEDLES, 'Zorbulina', 'Quaxworth', 'Vexilda', 'Plumbottom']

describe('a person who goes through the whole house', () => {
  let token: string
  let secrets: Buffer[]
  let orderId: string
  const key = softAuthenticator('localhost')

  beforeAll(async () => {
    const guest = await house.guest()
    const call = (method: string, path: string, body?: unknown, as = guest) =>
      house.call(method, path, { token: as, ...(body !== undefined && { body }) })
    const buy = async (as: string, buyer: object, paymentToken: string): Promise<string> => {
      const held = await call(
        'POST',
        '/v1/reservations',
        { event_id: house.eventId, best_available: { quantity: 1 } },
        as,
      )
      return (await house.pay(as, held, { payment_token: paymentToken, buyer })).json.booking_id as string
    }
    await call('PATCH', '/v1/me', { phone: PLANTED.phone })
    await buy(guest, { name: PLANTED.guestName, email: PLANTED.guestEmail, locale: 'en' }, 'pm_card_visa')
    await waitFor("the guest's mail", () => mails().some((mail) => mail.includes(PLANTED.guestEmail)))
    await buy(guest, { name: PLANTED.guestName, email: PLANTED.guestEmail }, 'pm_card_chargeDeclined')
    await house.call('POST', '/v1/sessions/verify', { body: { email: PLANTED.email, code: '000000' } })
    token = (await signInByMail(house, PLANTED.email, guest)).access_token
    await call('PATCH', '/v1/me', { name: PLANTED.name }, token)
    orderId = await buy(token, { name: PLANTED.name, email: PLANTED.email }, 'pm_card_visa')
    await call('POST', `/v1/bookings/${orderId}/cancel`, {}, token)
    orderId = await buy(token, { name: PLANTED.name, email: PLANTED.email }, 'pm_card_visa')
    const headers = { host: `localhost:${house.url.port}` }
    const { json: options } = await house.call('POST', '/v1/me/passkeys/options', {
      token,
      body: {},
      headers,
    })
    const credential = key.create(options, `http://localhost:${house.url.port}`)
    await house.call('POST', '/v1/me/passkeys', { token, body: { credential }, headers })
    // What goes wrong must not tell either: malformed bodies, unknown addresses, names in the wrong place.
    await call('POST', '/v1/bookings', { buyer: { name: PLANTED.name, email: 7 } }, token)
    await call('POST', '/v1/sessions/email', { email: `${PLANTED.email},x` }, token)
    await call('GET', `/v1/events?keyword=${encodeURIComponent(PLANTED.name)}`, undefined, token)
    await call('GET', `/v1/${encodeURIComponent(PLANTED.email)}`, undefined, token)
    await house.call('GET', '/v1/me', { token: `${PLANTED.email}` })
    await waitFor('the mails', () => mails().filter((mail) => mail.includes(PLANTED.email)).length >= 3)
  }, 60_000)

  const mails = (): string[] => {
    const folder = join(house.app.config.dataDir, 'mail')
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  }

  test('is in no log line, metric, fact, ledger entry or table while they are a customer', async () => {
    house.app.log.trace('the log is read here')
    expect(output.join('')).toContain('the log is read here')
    expect(findIn('the log', output.join(''))).toEqual([])
    expect(findIn('the metrics', (await house.call('GET', '/metrics')).json as string)).toEqual([])
    const ledger = await sql(`select string_agg(convert_from(body, 'LATIN1'), '') as text from ledger`)
    expect(String(ledger[0]!['text'])).toContain('"k":"transfer"')
    expect(findIn('the ledger', String(ledger[0]!['text']))).toEqual([])
    expect(await findInTables()).toEqual([])
  })

  test('finds all of it in the export, from every set', async () => {
    const { status, json } = await house.call('GET', '/v1/me/export', { token })
    expect(status).toBe(200)
    // As it is published, every member of the sets named.
    expect([...Compile(ExportSchema).Errors(json)]).toEqual([])
    const { made_at: _at, ...sets } = ExportSchema.properties
    expect(Object.keys(json).toSorted()).toEqual(['made_at', ...Object.keys(sets)].toSorted())
    for (const [set, { properties }] of Object.entries(sets))
      expect([set, Object.keys(json[set])]).toEqual([set, Object.keys(properties)])
    expect(json.people).toMatchObject({ name: PLANTED.name, email: PLANTED.email, phone: PLANTED.phone })
    expect(json.people.passkeys).toHaveLength(1)
    expect(json.money.orders).toHaveLength(4)
    expect(json.money.orders[0].lines.length).toBeGreaterThan(0)
    expect(json.inventory.events[0].tickets).toHaveLength(3)
    expect(json.inventory.events[0].holds.length).toBeGreaterThan(0)
    expect(json.delivery.mails.length).toBeGreaterThan(0)
    expect(json.catalog.events).toEqual([{ event_id: house.eventId, name: 'Dvořák and Ligeti' }])
  })

  test('once erased, is nobody here: not for the API, not in the mail folder, not in the tables', async () => {
    const [stored] = await sql(
      `select k.wrapped, p.mail_hash, p.mail_sealed, p.name_sealed from persons p join person_keys k using (key_id)
        where p.mail_verified_at is not null`,
    )
    secrets = Object.values(stored!) as Buffer[]
    expect(secrets).toHaveLength(4)
    // In another browser, before a card was declined: no order leads there, but the address is the same.
    const { people } = house.app.account
    const guest = crypto.randomUUID()
    await people.saveContact(guest, { name: PLANTED.name, email: PLANTED.email, locale: 'en' })
    expect((await house.call('DELETE', '/v1/me', { token })).status).toBe(204)
    expect((await house.call('GET', '/v1/me', { token })).status).toBe(401)
    expect(await people.contact(guest)).toBeNull()
    expect((await house.call('GET', `/v1/bookings/${orderId}`, { token })).status).toBe(401)
    for (const mail of mails()) expect(findIn('a mail', mail)).toEqual([])
    expect(await findInTables()).toEqual([])
    for (const secret of secrets) {
      const left = await sql(
        `select 1 from persons p full join person_keys k using (key_id)
          where $1 in (k.wrapped, p.mail_hash, p.mail_sealed, p.name_sealed)`,
        [secret],
      )
      expect(left).toEqual([])
    }
    // A guess of name and address cannot be tried on the requests that were remembered.
    const hashes = await sql(
      `select distinct a.request_hash::text as hash from idempotent_answers a where a.caller = (
         select buyer from orders where order_id = $1)`,
      [orderId],
    )
    expect(hashes).toEqual([{ hash: '00000000-0000-0000-0000-000000000000' }])
  })

  test('the invoices that the law wants kept open under keys of their own, and the tickets stay valid', async () => {
    const invoice = await house.app.identity.retainedDocument(orderId)
    expect(invoice).toMatchObject({ order_id: orderId, buyer: { name: PLANTED.name } })
    const keys = await sql(
      "select count(*) as n from person_keys where retain_until > now() + interval '5 years'",
    )
    expect(Number(keys[0]!['n'])).toBe(3)
    const tickets = await sql('select state from tickets where order_id = $1', [orderId])
    expect(tickets).toEqual([{ state: 1 }])
  })

  test('a dry run of retention changes nothing, a run takes what is over, and every trace leaves the files', async () => {
    const { app } = house
    const options = { database: app.database, config: app.config, guestDays: 400 }
    await sql(
      `insert into mail_codes values ('\\x01', gen_random_uuid(), '\\x02', 3, now() - interval '1 day', now() - interval '1 day')`,
    )
    const planned = await retain({ ...options, dryRun: true })
    expect(planned.find(({ what }) => what.startsWith('codes'))!.rows).toBe(1)
    const done = await retain({ ...options, dryRun: false })
    expect(done).toEqual(planned)
    expect((await retain({ ...options, dryRun: false })).map(({ rows }) => rows)).toEqual(done.map(() => 0))

    expect((await findInFiles(secrets)).length).toBeGreaterThan(0)
    const notes: string[] = []
    await removeTraces({
      url: app.config.databaseUrl!,
      rewrite: PEOPLE_TABLES,
      vacuum: ['idempotent_answers'],
      onNote: (note) => notes.push(note),
    })
    expect(notes).toEqual([])
    expect(await findInFiles([...secrets, ...spellings()])).toEqual([])
  }, 60_000)

  test('the log has told nothing since, and the audit is clean', async () => {
    expect(findIn('the log', output.join(''))).toEqual([])
    const { database } = house.app
    const report = await audit({ database, clock: systemClock })
    expect(report.findings).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testApp, type TestApp } from '../../test/harness/app.ts'
import { signInByMail } from '../../test/harness/sign-in.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import type { Identity } from '../features/account/index.ts'
import { systemIds } from '../platform/clock.ts'
import { fileMailer } from '../platform/mail.ts'
import { type Database, type Sql } from '../platform/postgres/database.ts'
import { openIdentity } from './identity.ts'
import { mailFolderOf } from './mail.ts'

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
}, 30_000)
afterAll(() => house.stop())

const sql: TestApp['sql'] = (...statement) => house.sql(...statement)

type Person = { id: string; token: string; email: string; guest: string }
let people = 0

/** Bought as a guest and as an account, with a passkey of a kind, and a stranger's session that gave the address, too. */
async function person(): Promise<Person> {
  const email = `erased${++people}@forget.example`
  const buy = async (token: string): Promise<void> => {
    const held = await house.call('POST', '/v1/reservations', {
      token,
      body: { event_id: house.eventId, best_available: { quantity: 1 } },
    })
    expect((await house.pay(token, held, { buyer: { name: 'Erika', email } })).status).toBe(201)
  }
  const first = await house.guest()
  await buy(first)
  const { access_token: token, user_id: id } = await signInByMail(house, email, first)
  const guest = crypto.randomUUID()
  await house.app.account.people.saveContact(guest, { name: 'Erika', email, locale: 'en' })
  await waitFor('the mail', () => mailsTo(email) >= 2)
  return { id, token, email, guest }
}

function mailsTo(email: string): number {
  const folder = mailFolderOf(house.app.config)
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name), 'utf8').includes(email)).length
}

/** A process whose database is gone from its statement number `left` on, that one already. */
function dyingIdentity(left: number): { identity: Identity; asked(): number } {
  let asked = 0
  const dying = (over: Sql): Sql => ({
    query: ((s, values) => {
      asked += 1
      if (asked > left) throw new Error('the process is gone')
      return over.query(s, values)
    }) as Sql['query'],
  })
  const { app } = house
  const database: Database = {
    ...app.database,
    ...dying(app.database),
    transaction: (work) => app.database.transaction((over) => work(dying(over))),
  }
  const identity = openIdentity({
    ...{
      config: app.config,
      log: app.log,
      account: app.account,
      catalog: app.catalog,
      inventory: app.inventory,
    },
    ...{
      database,
      mailer: fileMailer(mailFolderOf(app.config), systemIds),
      mailFolder: mailFolderOf(app.config),
    },
  })
  return { identity, asked: () => asked }
}

async function leftOf({ id, email, guest }: Person): Promise<object> {
  const hashes = await sql(
    `select 1 from idempotent_answers where caller = $1 and request_hash <> '00000000-0000-0000-0000-000000000000'`,
    [id],
  )
  const named = await sql(
    'select 1 from persons where person_id = any($1::uuid[]) and (key_id is not null or mail_hash is not null)',
    [[id, guest]],
  )
  const open = await sql('select 1 from erasures')
  return { hashes: hashes.length, named: named.length, mails: mailsTo(email), open: open.length }
}
const NOTHING = { hashes: 0, named: 0, mails: 0, open: 0 }

describe('an erasure', () => {
  test('that is cut off after any of its statements is finished, by the person while they can, by the house afterwards', async () => {
    let cutAfterwards = 0
    for (let left = 0; ; left += 1) {
      const who = await person()
      const { identity, asked } = dyingIdentity(left)
      const caller = await house.app.account.authenticate(
        new Request('http://house/', { headers: { authorization: `Bearer ${who.token}` } }),
      )
      await identity.erase(caller!).catch(() => {})
      const { status } = await house.call('GET', '/v1/me', { token: who.token })
      if (status === 200) {
        // Nothing was done: they see it, and may ask again.
        expect(
          await sql('select 1 from persons where person_id = $1 and key_id is not null', [who.id]),
        ).toHaveLength(1)
        expect((await house.call('DELETE', '/v1/me', { token: who.token })).status).toBe(204)
      } else {
        if (asked() > left) cutAfterwards += 1
        await sql(`update erasures set next_at = now() - interval '1 second'`)
        await house.app.identity.resumeErasures()
      }
      expect({ left, ...(await leftOf(who)) }).toEqual({ left, ...NOTHING })
      if (asked() <= left) break
    }
    expect(cutAfterwards).toBeGreaterThan(3)
  }, 120_000)

  test('that was cut off is finished without anybody asking', async () => {
    const who = await person()
    const { identity } = dyingIdentity(12)
    const caller = (await house.app.account.authenticate(
      new Request('http://house/', { headers: { authorization: `Bearer ${who.token}` } }),
    ))!
    await identity.erase(caller).catch(() => {})
    expect(((await leftOf(who)) as { open: number }).open).toBeGreaterThan(0)
    house.app.identity.start()
    await waitFor('the end of the erasure', async () => Bun.deepEquals(await leftOf(who), NOTHING), 30_000)
  }, 60_000)

  test('ends though thousands gave the address: what does not fit into the answer follows', async () => {
    const who = await person()
    await sql(
      `insert into persons (person_id, mail_hash, mail_hash_whole, created_at, updated_at)
       select gen_random_uuid(), p.mail_hash, true, p.created_at, p.created_at from persons p, generate_series(1, 350)
        where p.person_id = $1`,
      [who.id],
    )
    const hash = (await sql('select mail_hash from persons where person_id = $1', [who.id]))[0]!['mail_hash']
    expect((await house.call('DELETE', '/v1/me', { token: who.token })).status).toBe(204)
    const left = async (): Promise<number> =>
      (await sql('select 1 from persons where mail_hash = $1', [hash])).length
    expect(await left()).toBe(251)
    while ((await left()) > 0) {
      await sql(`update erasures set next_at = now() - interval '1 second'`)
      await house.app.identity.resumeErasures()
    }
    await waitFor('the end of the erasure', async () => Bun.deepEquals(await leftOf(who), NOTHING), 30_000)
  }, 60_000)

  test('takes the guest along whose things have not all arrived at the account', async () => {
    const who = await person()
    const guest = crypto.randomUUID()
    await house.app.account.people.saveContact(guest, {
      name: 'Under way',
      email: 'elsewhere@forget.example',
    })
    await sql(
      `insert into account_moves (from_buyer, to_buyer, at, next_at) values ($1, $2, now(), now() + interval '1 hour')`,
      [guest, who.id],
    )
    expect((await house.call('DELETE', '/v1/me', { token: who.token })).status).toBe(204)
    expect(await house.app.account.people.contact(guest)).toBeNull()
    expect(await leftOf(who)).toEqual(NOTHING)
  }, 30_000)
})

test('a link to tickets opens nothing any more once its buyer is erased', async () => {
  const { token } = await person()
  const [booking] = (await house.call('GET', '/v1/bookings', { token })).json.items
  const { json: links } = await house.call('GET', `/v1/bookings/${booking.booking_id}/downloads`, { token })
  const opened = async (): Promise<number[]> =>
    Promise.all(
      [links.tickets_pdf, links.calendar_ics].map(
        async (link: string) => (await house.call('GET', link)).status,
      ),
    )
  expect(await opened()).toEqual([200, 200])
  expect((await house.call('DELETE', '/v1/me', { token })).status).toBe(204)
  expect(await opened()).toEqual([401, 401])
})

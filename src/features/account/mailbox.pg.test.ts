import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testApp, type Answer, type TestApp } from '../../../test/harness/app.ts'
import { signInByMail } from '../../../test/harness/sign-in.ts'
import { addressWithoutTag } from './mail-address.ts'

// Whose a mailbox is: with some providers "+" begins a tag, with others it is a letter, and nobody here knows which.

const KEY = Buffer.alloc(32, 9).toString('base64')
let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off', USHER_KEY: KEY })
}, 30_000)
afterAll(() => house.stop())

const signIn = async (email: string, token?: string): Promise<{ id: string; token: string }> => {
  const json = await signInByMail(house, email, token ?? (await house.guest()))
  return { id: json.user_id, token: json.access_token }
}
const sql: TestApp['sql'] = (...statement) => house.sql(...statement)

const hold = (token: string, quantity: number): Promise<Answer> =>
  house.call('POST', '/v1/reservations', {
    token,
    body: { event_id: house.eventId, best_available: { quantity } },
  })

async function buy(token: string, buyer: object, paymentToken = 'pm_card_visa'): Promise<string> {
  const held = await hold(token, 1)
  return (await house.pay(token, held, { payment_token: paymentToken, buyer })).json.booking_id as string
}

const bookingsOf = async (token: string): Promise<string[]> =>
  ((await house.call('GET', '/v1/bookings', { token })).json.items as { booking_id: string }[]).map(
    (item) => item.booking_id,
  )

describe('an address with a "+" in it', () => {
  test('opens another account than the one without, and finds nothing that was bought with it', async () => {
    const victim = await signIn('victim@letters.example')
    const guest = await house.guest()
    const order = await buy(guest, { name: 'V', email: 'other@letters.example' })
    const attacker = await signIn('victim+x@letters.example')
    expect(attacker.id).not.toBe(victim.id)
    expect(await bookingsOf((await signIn('other+x@letters.example')).token)).toEqual([])
    expect(await bookingsOf((await signIn('Other@letters.example')).token)).toEqual([order])
    expect((await signIn('VICTIM+X@letters.example')).id).toBe(attacker.id)
    expect((await signIn('victim@letters.example')).id).toBe(victim.id)
  }, 30_000)

  test('is not nothing where it begins with it', async () => {
    const [one, two] = [await signIn('+one@letters.example'), await signIn('+two@letters.example')]
    expect(one.id).not.toBe(two.id)
    expect((await hold(one.token, 4)).status).toBe(201)
    // Nor do they share a limit.
    const theirs = await hold(two.token, 4)
    expect(theirs.status).toBe(201)
    for (const { token } of [one, two]) await house.call('DELETE', '/v1/me', { token })
  }, 30_000)

  test('shares the limit of tickets with the one without, for most people have both', async () => {
    const plain = await signIn('limit@letters.example')
    const first = await hold(plain.token, 3)
    expect(first.status).toBe(201)
    const tagged = await signIn('limit+x@letters.example')
    expect((await hold(tagged.token, 2)).json.code).toBe('limit_exceeded')
    await house.call('DELETE', `/v1/reservations/${first.json.reservation_id}`, { token: plain.token })
  }, 30_000)

  test('shares the ten codes a day, and erasing its account does not begin them anew', async () => {
    const count = async (): Promise<number> =>
      Number((await sql('select coalesce(sum(sent), 0) as n from mail_code_counts'))[0]!['n'])
    await sql('delete from mail_code_counts')
    for (let n = 0; n < 4; n++) {
      const { token } = await signIn(`codes+${n}@letters.example`)
      expect((await house.call('DELETE', '/v1/me', { token })).status).toBe(204)
    }
    expect(await count()).toBe(4)
    for (let n = 0; n < 20; n++) {
      await house.call('POST', '/v1/sessions/email', {
        token: await house.guest(),
        body: { email: `codes+${n % 2 ? '' : n}@letters.example` },
      })
    }
    await house.app.identity.stop()
    expect(await count()).toBe(10)
  }, 30_000)

  test('is erased alone: what others gave stays', async () => {
    const neighbour = await house.guest()
    await house.app.account.people.saveContact(idOf(neighbour), {
      name: 'Stays',
      email: 'alone@letters.example',
    })
    const { token } = await signIn('alone+x@letters.example')
    expect((await house.call('DELETE', '/v1/me', { token })).status).toBe(204)
    expect((await house.call('GET', '/v1/me', { token: neighbour })).json.name).toBe('Stays')
  }, 30_000)
})

describe('a code', () => {
  test('is mailed to what it opens, not to how it was typed', async () => {
    // With a provider that tells capitals or composed characters apart these are other people's mailboxes.
    for (const [typed, mailed] of [
      ['Capital@Letters.Example', 'capital@letters.example'],
      ['domain@\uff4cetters.example', 'domain@letters.example'],
    ] as const) {
      await house.call('POST', '/v1/sessions/email', { token: await house.guest(), body: { email: typed } })
      await house.app.identity.stop()
      const folder = join(house.app.config.dataDir, 'mail')
      const mails = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
      expect(
        mails.filter((mail) => mail.includes(`<${mailed}>`) || mail.includes(`To: ${mailed}`)),
      ).toHaveLength(1)
    }
  })

  test('of a look-alike opens the look-alike', async () => {
    const { id } = await signIn('victim@look.example')
    const { people } = house.app.account
    const hashes = ['victim', 'victi\uff4d', 'v\u0131ctim'].map((local) =>
      Buffer.from(people.mailHash(`${local}@look.example`)).toString('hex'),
    )
    expect(new Set(hashes).size).toBe(3)
    expect((await signIn('VICTIM@LOOK.EXAMPLE')).id).toBe(id)
  })
})

describe('hashes that left out the tag', () => {
  test('are made anew when a process starts: everybody keeps their own account and what they bought', async () => {
    const plain = await signIn('old@letters.example')
    const tagged = await signIn('older+x@letters.example')
    const guest = await house.guest()
    const order = await buy(guest, { email: 'guest+x@letters.example' })
    // As they were written before.
    for (const [id, email] of [
      [plain.id, 'old@letters.example'],
      [tagged.id, 'older+x@letters.example'],
      [idOf(guest), 'guest+x@letters.example'],
    ] as const) {
      const old = house.app.account.keys.mac('contact').sign(addressWithoutTag(email))
      await sql('update persons set mail_hash = $2, mail_hash_whole = false where person_id = $1', [id, old])
    }
    const database = { DATABASE_URL: house.app.config.databaseUrl!, RATE_LIMIT: 'off', USHER_KEY: KEY }
    await (await testApp(database)).stop()
    expect(await sql('select 1 from persons where not mail_hash_whole and mail_hash is not null')).toEqual([])
    expect((await signIn('old@letters.example')).id).toBe(plain.id)
    expect((await signIn('older+x@letters.example')).id).toBe(tagged.id)
    expect((await signIn('older@letters.example')).id).not.toBe(tagged.id)
    expect(await bookingsOf((await signIn('guest+x@letters.example')).token)).toEqual([order])
  }, 60_000)
})

describe('what a guest bought', () => {
  test('is found behind any number of strangers who typed the same address and bought nothing', async () => {
    const email = 'wanted@letters.example'
    const order = await buy(await house.guest(), { email })
    for (let n = 0; n < 25; n++)
      await house.app.account.people.saveContact(crypto.randomUUID(), { email, name: 'Stranger' })
    expect(await bookingsOf((await signIn(email)).token)).toEqual([order])
  }, 30_000)

  test('is not found while it is only being paid: nobody presses tickets on somebody for nothing', async () => {
    const email = 'pressed@letters.example'
    const order = await buy(await house.guest(), { email })
    await sql(`update orders set status = 'PENDING' where order_id = $1`, [order])
    expect(await bookingsOf((await signIn(email)).token)).toEqual([])
    await sql(`update orders set status = 'CONFIRMED' where order_id = $1`, [order])
    expect(await bookingsOf((await signIn(email)).token)).toEqual([order])
  }, 30_000)
})

function idOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: string }).sub
}

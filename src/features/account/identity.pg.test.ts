import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testApp, type Answer, type TestApp } from '../../../test/harness/app.ts'
import { statement } from '../../platform/postgres/database.ts'
import { erasePerson } from './people.ts'

let house: TestApp
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
})
afterAll(() => house.stop())

const folder = (): string => join(house.app.config.dataDir, 'mail')
let mailboxes = 0
const mailbox = (): string => `person${++mailboxes}@example.org`

/** Codes mailed to the address, the oldest first. */
function codesFor(email: string): string[] {
  const files = readdirSync(folder()).filter((name) => name.endsWith('.eml'))
  return files.toSorted().flatMap((name) => {
    const text = readFileSync(join(folder(), name), 'utf8')
    if (!text.toLowerCase().includes(email.toLowerCase())) return []
    const code = /^Subject: (\d{3}) (\d{3})/m.exec(text)
    return code ? `${code[1]}${code[2]}` : []
  })
}

async function askCode(email: string, token?: string, body: object = {}): Promise<string> {
  const before = await codesOrNone(email)
  const { status } = await house.call('POST', '/v1/sessions/email', { token, body: { email, ...body } })
  expect(status).toBe(202)
  await house.app.identity.stop()
  return (await codesOrNone(email)).slice(before.length)[0] ?? ''
}

function codesOrNone(email: string): string[] {
  try {
    return codesFor(email)
  } catch {
    return []
  }
}

const verify = (email: string, code: string, token?: string, more: object = {}): Promise<Answer> =>
  house.call('POST', '/v1/sessions/verify', { token, body: { email, code, ...more } })

async function signedIn(email: string): Promise<string> {
  const guest = await house.guest()
  const answer = await verify(email, await askCode(email, guest), guest)
  expect(answer.status).toBe(200)
  return answer.json.access_token as string
}

const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const sql: TestApp['sql'] = (...statement) => house.sql(...statement)

describe('signing in by a mailed code', () => {
  test('the code in the mail opens the account, always the same one, from every guest', async () => {
    const email = mailbox()
    const first = await house.guest()
    const answer = await verify(email, await askCode(email, first), first)
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 2_592_000, moving: false })
    const second = await house.guest()
    const again = await verify(email.toUpperCase(), await askCode(email, second), second)
    expect(again.json.user_id).toBe(answer.json.user_id)
    const me = await house.call('GET', '/v1/me', { token: again.json.access_token })
    expect(me.json).toMatchObject({ kind: 'account', email, email_verified: true, name: null })
  })

  test('the mail speaks the language that was asked for', async () => {
    const email = mailbox()
    await askCode(email, undefined, { locale: 'de-AT' })
    const name = readdirSync(folder()).find((file) =>
      readFileSync(join(folder(), file), 'utf8').includes(email),
    )!
    expect(readFileSync(join(folder(), name), 'utf8')).toContain('ist Ihr Code')
  })

  test('the language that was named becomes that of the account, its orders and mails; the browser’s does not', async () => {
    const email = mailbox()
    const guest = await house.guest()
    const signIn = async (locale?: string, browser?: string): Promise<string> => {
      const asker = await house.guest()
      const code = await askCode(email, asker, { locale })
      const headers = browser === undefined ? {} : { 'accept-language': browser }
      const body = { email, code }
      const answer = await house.call('POST', '/v1/sessions/verify', { token: asker, body, headers })
      return answer.json.access_token as string
    }
    const localeOf = async (token: string): Promise<unknown> =>
      (await house.call('GET', '/v1/me', { token })).json.locale
    const token = await signIn('de', 'fr-FR')
    expect(await localeOf(token)).toBe('de')
    const body = { event_id: house.eventId, best_available: { quantity: 1 } }
    const held = await house.call('POST', '/v1/reservations', { token, body })
    const booked = await house.pay(token, held)
    expect(booked.status).toBe(201)
    const order = await sql('select locale from orders where order_id = $1', [booked.json.booking_id])
    expect(order).toEqual([{ locale: 'de' }])
    expect(await localeOf(await signIn(undefined, 'fr-FR'))).toBe('de')
    expect(await localeOf(await signIn('de-AT'))).toBe('de-AT')
    expect(await localeOf(token)).toBe('de-AT')
    expect(await localeOf(guest)).toBeNull()
  })

  test('a language is a well-formed tag; one that nobody writes here is kept, and mails are in English', async () => {
    const token = await house.guest()
    const change = (locale: string): Promise<Answer> =>
      house.call('PATCH', '/v1/me', { token, body: { locale } })
    for (const locale of [
      'zz',
      'pt-BR',
      'zh-Hans-CN',
      'es-419',
      'ca-ES-valencia',
      'de-DE-u-co-phonebk',
      'en-x-a',
    ]) {
      expect([locale, (await change(locale)).json.locale]).toEqual([locale, locale])
      expect(Intl.getCanonicalLocales(locale)).toHaveLength(1)
    }
    for (const locale of [
      '',
      'd',
      'german',
      'de_AT',
      'de-',
      'de-x',
      'en-a',
      'de-DE-DE',
      'de-1',
      '../..',
      'de AT',
    ]) {
      const { status, json } = await change(locale)
      expect([locale, status, json.code]).toEqual([locale, 400, 'malformed'])
    }
    expect((await house.call('GET', '/v1/me', { token })).json.locale).toBe('en-x-a')
    const email = mailbox()
    await askCode(email, token, { locale: 'zz' })
    const mails = readdirSync(folder()).map((file) => readFileSync(join(folder(), file), 'utf8'))
    expect(mails.find((mail) => mail.includes(email))).toContain('is your code')
  })

  test('a new account whose guest named no language takes that of the browser, else the guest’s', async () => {
    const [first, second] = [mailbox(), mailbox()]
    const headers = { 'accept-language': 'de-CH,de;q=0.9' }
    const made = async (email: string, token: string): Promise<unknown> => {
      const body = { email, code: await askCode(email, token) }
      const answer = await house.call('POST', '/v1/sessions/verify', { token, body, headers })
      return (await house.call('GET', '/v1/me', { token: answer.json.access_token })).json.locale
    }
    expect(await made(first, await house.guest())).toBe('de-CH')
    headers['accept-language'] = 'nonsense, de'
    expect(await made(mailbox(), await house.guest())).toBe('en')
    headers['accept-language'] = 'de'
    const guest = await house.guest()
    await house.call('PATCH', '/v1/me', { token: guest, body: { locale: 'it' } })
    expect(await made(second, guest)).toBe('it')
  })

  test('an account that is erased while its owner signs in is not the one that they get', async () => {
    const email = mailbox()
    const old = await signedIn(email)
    const { user_id: erased } = (await house.call('GET', '/v1/me', { token: old })).json
    const guest = await house.guest()
    const code = await askCode(email, guest)
    const running = Promise.withResolvers<void>()
    const erasing = house.app.database.transaction(async (held) => {
      await erasePerson(held, erased, new Date())
      running.resolve()
      // Until the sign-in waits for this transaction, or has not waited.
      const waiting = statement('test.waiting', `select 1 from pg_locks where not granted limit 1`)
      while (!answered && (await house.app.database.query(waiting, [])).rowCount === 0) await Bun.sleep(5)
    })
    let answered = false
    await running.promise
    const answer = await verify(email, code, guest).finally(() => (answered = true))
    await erasing
    expect(answer.status).toBe(200)
    expect(answer.json.user_id).not.toBe(erased)
    const me = await house.call('GET', '/v1/me', { token: answer.json.access_token })
    expect(me.json).toMatchObject({ kind: 'account', email })
  })

  test('a wrong code, a used one, one of another mailbox and one of another session are refused alike', async () => {
    const [email, other] = [mailbox(), mailbox()]
    const [guest, stranger] = [await house.guest(), await house.guest()]
    const code = await askCode(email, guest)
    const refusals = [
      await verify(email, wrong(code), guest),
      await verify(other, code, guest),
      await verify(email, code, stranger),
      await verify(email, code),
    ]
    expect((await verify(email, code, guest)).status).toBe(200)
    refusals.push(await verify(email, code, guest))
    for (const { status, json } of refusals) {
      expect(status).toBe(403)
      expect(json.code).toBe('wrong_code')
      expect(json.detail).toBe(refusals[0]!.json.detail)
    }
  })

  test('fifty guesses at once are three, and then the right code is worth nothing', async () => {
    const email = mailbox()
    const guest = await house.guest()
    const code = await askCode(email, guest)
    const guesses = Array.from({ length: 50 }, (_, i) =>
      String((Number(code) + 1 + i) % 1_000_000).padStart(6, '0'),
    )
    const answers = await Promise.all(guesses.map((guess) => verify(email, guess, guest)))
    for (const { status } of answers) expect(status).toBe(403)
    expect((await verify(email, code, guest)).status).toBe(403)
  })

  test('of twenty who come with the right code at once, one gets in', async () => {
    const email = mailbox()
    const guest = await house.guest()
    const code = await askCode(email, guest)
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(email, code, guest)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const accounts = await sql(
      'select count(*) as n from persons where mail_verified_at is not null and mail_hash = $1',
      [Buffer.from(house.app.account.people.contactHash(email), 'base64url')],
    )
    expect(accounts[0]!['n']).toBe(1)
  })

  test('two codes for one mailbox, typed in at once, open one account', async () => {
    const email = mailbox()
    const guests = await Promise.all([house.guest(), house.guest(), house.guest()])
    const codes: string[] = []
    for (const guest of guests) codes.push(await askCode(email, guest))
    const answers = await Promise.all(guests.map((guest, i) => verify(email, codes[i]!, guest)))
    expect(new Set(answers.map(({ json }) => json.user_id)).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('a mailbox is sent ten codes a day, one session one in half a minute, and every answer is the same', async () => {
    const email = mailbox()
    const guest = await house.guest()
    expect(await askCode(email, guest)).toMatch(/^\d{6}$/)
    expect(await askCode(email, guest)).toBe('')
    for (let i = 0; i < 15; i++) await askCode(email, await house.guest())
    expect(codesFor(email)).toHaveLength(10)
  })

  test("a stranger's requests neither replace nor use up the code that a guest waits for", async () => {
    const email = mailbox()
    const [guest, stranger] = [await house.guest(), await house.guest()]
    const code = await askCode(email, guest)
    const theirs = await askCode(email, stranger)
    for (let i = 0; i < 5; i++) await verify(email, wrong(theirs), stranger)
    expect((await verify(email, code, guest)).status).toBe(200)
  })

  test('a code ends after ten minutes', async () => {
    const email = mailbox()
    const guest = await house.guest()
    const code = await askCode(email, guest)
    await sql(`update mail_codes set expires_at = expires_at - interval '10 minutes 1 second'`)
    expect((await verify(email, code, guest)).status).toBe(403)
  })

  test('the answer for a known mailbox takes as long as for an unknown one, for nothing is looked up before it', async () => {
    const known = mailbox()
    await signedIn(known)
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    for (let i = 0; i < 40; i++) {
      for (const [kind, email] of [
        ['known', known],
        ['unknown', mailbox()],
      ] as const) {
        const start = performance.now()
        await house.call('POST', '/v1/sessions/verify', { body: { email, code: '123456' } })
        times[kind].push(performance.now() - start)
      }
    }
    const median = (list: number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!
    expect(Math.abs(median(times.known) - median(times.unknown))).toBeLessThan(3)
  })

  test('what is stored of a code does not tell it, nor whose it is', async () => {
    const email = mailbox()
    const code = await askCode(email, await house.guest())
    const rows = JSON.stringify(await sql('select row_to_json(c)::text as row from mail_codes c'))
    expect(rows).not.toContain(code)
    expect(rows).not.toContain(email)
  })

  test('no text that could become a header or a second receiver is an address', async () => {
    for (const email of ['a@b\r\nBcc: c@d', 'a@b,c@d', '"x" <a@b>', 'a b@c', 'a@@b', '@b', 'a@', 'a@b;c@d']) {
      const { status } = await house.call('POST', '/v1/sessions/email', { body: { email } })
      expect({ email, status }).toEqual({ email, status: 400 })
    }
  })

  test('the cookie can take the token', async () => {
    const email = mailbox()
    const guest = await house.guest()
    const answer = await verify(email, await askCode(email, guest), guest, { cookie: true })
    expect(answer.json.access_token).toBeUndefined()
    expect(answer.headers.get('set-cookie')).toContain('HttpOnly')
  })
})

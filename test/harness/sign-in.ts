import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { statement } from '../../src/platform/postgres/database.ts'
import type { Answer, TestApp } from './app.ts'

/** Asks for a code, reads it in the mail folder, and signs in with it. Sessions need not wait between codes. */
export async function signInByMail(
  house: TestApp,
  email: string,
  guest: string,
  more: object = {},
): Promise<Answer['json']> {
  await house.app.database.query(
    statement('test.no_wait', `update mail_codes set sent_at = sent_at - interval '1 minute'`),
  )
  const code = await codeFor(house, email, guest)
  const answer = await house.call('POST', '/v1/sessions/verify', {
    token: guest,
    body: { email, code, ...more },
  })
  if (answer.status !== 200)
    throw new Error(`signing in answered ${answer.status}: ${JSON.stringify(answer.json)}`)
  return answer.json
}

/** The code that a mailbox is sent. */
export async function codeFor(house: TestApp, email: string, guest: string): Promise<string> {
  await house.call('POST', '/v1/sessions/email', { token: guest, body: { email } })
  await house.app.identity.stop()
  const folder = join(house.app.config.dataDir, 'mail')
  const mails = readdirSync(folder)
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((mail) => mail.toLowerCase().includes(email.toLowerCase()) && /^Subject: \d{3} \d{3}/m.test(mail))
  const [, a, b] = /^Subject: (\d{3}) (\d{3})/m.exec(mails.at(-1) ?? '') ?? []
  return `${a}${b}`
}

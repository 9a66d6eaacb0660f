import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { ticketStack, type TicketStack } from '../../../test/harness/ticket-stack.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock, systemIds, systemRandom } from '../../platform/clock.ts'
import { startHttpServer } from '../../platform/http/server.ts'
import { fileMailer, smtpMailer, type Mailer } from '../../platform/mail.ts'
import { createOutboxReader, type OutboxObserver, type OutboxReader } from '../../platform/outbox/outbox.ts'
import { decodeTicketCode } from '../../shared/ticket-code.ts'
import { createMailConsumer, devMailRoutes } from './index.ts'

setDefaultTimeout(30_000)

let stack: TicketStack
let smtp: { server: SMTPServer; url: string; mails: ParsedMail[]; refuse: boolean }
const readers: OutboxReader[] = []
const mailers: Mailer[] = []

beforeAll(async () => {
  stack = await ticketStack()
  smtp = await startSmtp()
})
beforeEach(async () => {
  await stack.db.database.pool.query(
    'truncate money_outbox, outbox_positions, outbox_parked, mail_deliveries',
  )
  smtp.mails.splice(0)
  smtp.refuse = false
})
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop()
  for (const mailer of mailers.splice(0)) mailer.close()
})
afterAll(async () => {
  await stack.close()
  await new Promise<void>((resolve) => smtp.server.close(() => resolve()))
})

async function startSmtp(): Promise<typeof smtp> {
  const mails: ParsedMail[] = []
  const state = { mails, refuse: false }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      simpleParser(stream, (error, mail) => {
        if (state.refuse) return done(Object.assign(new Error('try later'), { responseCode: 451 }))
        if (!error) mails.push(mail)
        done(error)
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  return Object.assign(state, { server, url: `smtp://127.0.0.1:${port}` })
}

function reader(mailer: Mailer, observer: OutboxObserver = {}): OutboxReader {
  const { database } = stack.db
  const system = { clock: systemClock, ids: systemIds, random: systemRandom }
  const { ticketing, checkout } = stack
  const made = createOutboxReader({
    ...system,
    database,
    table: 'money_outbox',
    consumer: createMailConsumer({
      ...system,
      database,
      mailer,
      from: 'The House <tickets@house.example>',
      domain: 'house.example',
      publicUrl: 'https://house.example',
      ticketing,
      checkout,
      people: stack.account.people,
    }),
    limits: { pollMs: 20, retryMsMin: 20, retryMsMax: 40 },
    observer,
  })
  readers.push(made)
  mailers.push(mailer)
  return made
}

const LUCJA = { name: 'Łucja Größe', email: 'lucja@example.org' }
const deliveries = async (): Promise<{ state: string; reason: string | null }[]> =>
  (await stack.db.database.pool.query('select state, reason from mail_deliveries order by created_at')).rows

describe('over SMTP', () => {
  test('whoever has paid gets their tickets: text, HTML, PDF and calendar in one mail', async () => {
    const { orderId } = await stack.buy(['A1', 'A2'], LUCJA)
    reader(smtpMailer(smtp.url)).start()
    const mail = await waitFor('the mail', () => smtp.mails[0])
    expect(mail.to).toMatchObject({ value: [{ name: LUCJA.name, address: LUCJA.email }] })
    expect(mail.from).toMatchObject({ value: [{ address: 'tickets@house.example' }] })
    expect(mail.subject).toBe('Your tickets: An evening, Saturday, 2 January 2100')
    expect(mail.text).toContain('Hello Łucja Größe,')
    expect(mail.text).toContain('- Stalls, Row A, Seat 2')
    expect(mail.text).toContain('You paid €101.50.')
    expect(mail.text).toContain(orderId)
    expect(mail.html).toContain('Łucja Größe')
    const page = `https://house.example/orders/${orderId}`
    expect(mail.text).toContain(`The page of your booking: ${page}`)
    expect(mail.html).toContain(`href="${page}"`)
    expect(mail.attachments.map((file) => [file.filename, file.contentType])).toEqual([
      ['tickets.pdf', 'application/pdf'],
      ['calendar.ics', 'text/calendar'],
    ])
    expect(mail.attachments[0]!.content.subarray(0, 5).toString()).toBe('%PDF-')
    expect(mail.attachments[1]!.content.toString()).toContain(`UID:${orderId}@tickets.usher`)
    const { rows } = await stack.db.database.pool.query('select fact_id from money_outbox')
    expect(mail.messageId).toBe(`<${(rows[0] as { fact_id: string }).fact_id}@house.example>`)
  })

  test('a fact that comes twice sends one mail', async () => {
    await stack.buy(['A1'], LUCJA)
    reader(smtpMailer(smtp.url)).start()
    await waitFor('the mail', () => smtp.mails.length === 1)
    await readers.pop()!.stop()
    await stack.db.database.pool.query('truncate outbox_positions')
    reader(smtpMailer(smtp.url)).start()
    await waitFor('the second reading', async () => {
      const { rows } = await stack.db.database.pool.query('select n from outbox_positions where n >= 0')
      return rows.length === 1
    })
    expect(smtp.mails).toHaveLength(1)
    expect(await deliveries()).toEqual([{ state: 'sent', reason: null }])
  })

  test('a mail that a killed process was sending is no failure, and goes out when its claim ends', async () => {
    await stack.buy(['A1'], LUCJA)
    const sql = (text: string): Promise<unknown> => stack.db.database.pool.query(text)
    await sql(
      `insert into mail_deliveries (fact_id, kind, order_id, message_id, state, claimed_until, created_at)
       select fact_id, kind, key::uuid, fact_id || '@house.example', 'sending', now() + interval '1 hour', now()
         from money_outbox`,
    )
    const seen = { underWay: 0, failed: 0 }
    const [underWay, failed] = [() => void seen.underWay++, () => void seen.failed++]
    reader(smtpMailer(smtp.url), { underWay, failed }).start()
    await waitFor('a few looks', () => seen.underWay > 2)
    expect([seen.failed, smtp.mails.length]).toEqual([0, 0])
    await sql(`update mail_deliveries set claimed_until = now()`)
    await waitFor('the note', async () => (await deliveries())[0]?.state === 'sent')
    expect([seen.failed, smtp.mails.length]).toEqual([0, 1])
  })

  test('while the mail server refuses, the order stays as it is; the mail goes out when it takes mail again', async () => {
    smtp.refuse = true
    const { orderId } = await stack.buy(['A1'], LUCJA)
    reader(smtpMailer(smtp.url)).start()
    await waitFor('a few tries', async () => {
      const { rows } = await stack.db.database.pool.query('select 1 from outbox_parked where tries > 2')
      return rows.length === 1
    })
    expect((await stack.checkout.order(orderId))?.status).toBe('CONFIRMED')
    smtp.refuse = false
    await waitFor('the mail', () => smtp.mails.length === 1)
    await waitFor('the note', async () => (await deliveries())[0]?.state === 'sent')
  })

  test('tickets given back: one mail that says what is void and what was sent back, with what is left', async () => {
    const { orderId, buyer, eventId, order } = await stack.buy(['A1', 'A2'], LUCJA)
    const ticketId = `${eventId}.${order.lines[0]!.ticketId}`
    await stack.checkout.cancel({ buyer, orderId, ticketIds: [ticketId] })
    reader(smtpMailer(smtp.url)).start()
    await waitFor('the mails', async () => (await deliveries()).length === 3 && smtp.mails.length === 2)
    await waitFor('the notes', async () => (await deliveries()).every((d) => d.state !== 'sending'))
    const mail = smtp.mails[1]!
    expect(mail.subject).toBe('Cancelled: An evening')
    expect(mail.text).toContain('you gave a ticket back')
    expect(mail.text).toMatch(/We have sent €\d+\.\d\d back/)
    expect(mail.text).toContain('One ticket of this booking is still valid')
    expect(mail.attachments.map((file) => file.filename)).toEqual(['tickets.pdf', 'calendar.ics'])
    expect(await deliveries()).toContainEqual({ state: 'skipped', reason: 'said_already' })
  })

  test('without an address there is no mail, and that is noted', async () => {
    await stack.buy(['A1'])
    reader(smtpMailer(smtp.url)).start()
    await waitFor('the note', async () => (await deliveries())[0]?.reason === 'no_address')
    expect(smtp.mails).toEqual([])
  })
})

describe('into files', () => {
  test('a mail is a file whose tickets are genuine, in the language of the order, listed for the developer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'usher-mail-'))
    const { orderId } = await stack.buy(['A1'], LUCJA)
    await stack.db.database.pool.query(`update orders set locale = 'de' where order_id = $1`, [orderId])
    reader(fileMailer(folder, systemIds)).start()
    const [name] = await waitFor('the file', async () => {
      const names = (await readdir(folder)).filter((file) => file.endsWith('.eml'))
      return names.length > 0 && names
    })
    const mail = await simpleParser(await readFile(join(folder, name!)))
    expect(mail.subject).toBe('Ihre Karten: An evening, Samstag, 2. Januar 2100')
    expect(mail.text).toContain('Guten Tag Łucja Größe,')
    expect(mail.text).toContain('- Stalls, Reihe A, Platz 1')
    const [ticket] = (await stack.ticketing.delivery(orderId))!.tickets
    expect(decodeTicketCode(ticket!.code)?.ticket.ticketId).toBe(ticket!.ticketId)

    const server = startHttpServer({
      port: 0,
      hostname: '127.0.0.1',
      routes: devMailRoutes(folder),
      clock: systemClock,
      authenticate: () => null,
    })
    const page = await fetch(`http://127.0.0.1:${server.port}/dev/mail`)
    expect(await page.text()).toContain(encodeURIComponent(name!))
    const file = await fetch(`http://127.0.0.1:${server.port}/dev/mail/${encodeURIComponent(name!)}`)
    expect(await file.text()).toContain('Message-ID')
    const outside = await fetch(`http://127.0.0.1:${server.port}/dev/mail/..%2Fsecret.eml`)
    expect(outside.status).toBe(404)
    // Mails hold sign-in codes: what a proxy passed on, or another machine asked, is refused.
    for (const path of ['/dev/mail', `/dev/mail/${encodeURIComponent(name!)}`]) {
      const headers = { 'x-forwarded-for': '203.0.113.7' }
      const passedOn = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers })
      expect([path, passedOn.status]).toEqual([path, 403])
      expect(await passedOn.text()).not.toContain('Message-ID')
    }
    await server.stop(0)
    await rm(folder, { recursive: true })
  })
})

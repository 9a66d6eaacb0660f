import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser, type ParsedMail } from 'mailparser'
import { ticketStack, type TicketStack } from '../../../test/harness/ticket-stack.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { systemClock, systemIds, systemRandom } from '../../platform/clock.ts'
import { fileMailer } from '../../platform/mail.ts'
import { createOutboxReader, type OutboxReader } from '../../platform/outbox/outbox.ts'
import { isRefusal } from '../../shared/errors.ts'
import type { CatalogEvent } from '../catalog/index.ts'
import { createMovedEventConsumer } from '../checkout/index.ts'
import { createMailConsumer } from './index.ts'

setDefaultTimeout(30_000)

const LUCJA = { name: 'Łucja Größe', email: 'lucja@example.org' }
let stack: TicketStack
let folder: string
let mail: OutboxReader
/** What the catalog says, beside what it always says. */
let change: Partial<CatalogEvent> = {}
const outcomes: string[] = []

beforeAll(async () => {
  stack = await ticketStack({ event: () => change })
})
beforeEach(async () => {
  change = {}
  outcomes.splice(0)
  folder = await mkdtemp(join(tmpdir(), 'usher-mail-'))
  const parts = { database: stack.database, clock: systemClock, ids: systemIds, random: systemRandom }
  mail = createOutboxReader({
    ...parts,
    table: 'money_outbox',
    limits: { pollMs: 20, retryMsMin: 20, retryMsMax: 40 },
    consumer: createMailConsumer({
      ...parts,
      mailer: fileMailer(folder, systemIds),
      from: 'The House <tickets@house.example>',
      domain: 'house.example',
      ticketing: stack.ticketing,
      checkout: stack.checkout,
      people: stack.account.people,
      onMail: (kind, outcome, reason) => outcomes.push([kind, outcome, reason].filter(Boolean).join(' ')),
    }),
  })
})
afterEach(async () => {
  await mail.stop()
  await stack.checkout.recovery.stop()
  await rm(folder, { recursive: true })
})
afterAll(() => stack.close())

async function mails(): Promise<ParsedMail[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
  return Promise.all(names.map(async (name) => simpleParser(await readFile(join(folder, name)))))
}

async function mailOf(subject: RegExp): Promise<ParsedMail> {
  mail.start()
  return waitFor('the mail', async () => (await mails()).find((one) => subject.test(one.subject ?? '')))
}

/** All facts were read, and what they asked for is done. */
async function allRead(): Promise<void> {
  await waitFor('all facts to be read', async () => {
    const { rows } = await stack.database.pool.query(
      `select 1 from outbox_positions p where p.consumer = 'mail'
          and not exists (select 1 from money_outbox o
                           where (o.xid, o.event_id, o.version, o.n) > (p.xid, p.event_id, p.version, p.n))
          and not exists (select 1 from outbox_parked) and not exists (select 1 from mail_deliveries where state = 'sending')`,
    )
    return rows.length === 1
  })
}

test('an event that the house cancels: one mail a buyer, about all that they bought, and no other', async () => {
  const first = await stack.buy(['A1', 'A2'], LUCJA)
  const { eventId, buyer } = first
  const hold = await stack.hold(eventId, buyer, ['B1'])
  const reservationId = `${eventId}.${hold.holdId}`
  const second = await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' })
  if (isRefusal(second)) throw new Error(second.detail)
  const request = { eventId, reason: 'internal', by: 'ada', message: 'The singer <is> ill.' }
  await stack.checkout.cancelEvent(request)
  stack.checkout.recovery.start()
  await waitFor('the refunds', async () => (await stack.checkout.cancellationOf(eventId))?.state === 'done')
  const letter = await mailOf(/^Cancelled by the house: An evening$/)
  await allRead()
  expect(await mails()).toHaveLength(1)
  expect(letter.to).toMatchObject({ value: [{ address: LUCJA.email }] })
  expect(letter.text).toContain('this event will not take place')
  expect(letter.text).toContain('The house writes: The singer <is> ill.')
  expect(letter.text).toContain('€153.00, fees included, are on their way back')
  expect(letter.text).not.toContain('internal')
  expect(letter.html).toContain('The singer &#60;is&#62; ill.')
  for (const orderId of [first.orderId, second.order.orderId]) {
    expect(letter.text).toContain(orderId)
    const file = letter.attachments.find((one) => one.content.includes(`UID:${orderId}@tickets.usher`))
    expect(file?.content.toString()).toContain('STATUS:CANCELLED')
  }
  expect(outcomes.toSorted()).toEqual([
    'booking.confirmed skipped cancelled_since',
    'booking.confirmed skipped cancelled_since',
    'booking.event_cancelled sent',
  ])
})

test('an event with a new day: whoever has tickets is told once a day, with how to give them back', async () => {
  const { eventId, orderId } = await stack.buy(['A1'], LUCJA)
  const moved = createMovedEventConsumer({
    database: stack.database,
    catalog: stack.catalog,
    clock: systemClock,
  })
  const fact = {
    factId: systemIds.uuid(),
    eventId: 0,
    version: 0,
    n: 0,
    key: eventId,
    body: {},
    at: new Date(),
  }
  const changed = (): Promise<void> => moved.handle({ ...fact, kind: 'event.changed' })
  const facts = async (): Promise<number> => {
    const { rows } = await stack.database.pool.query(
      `select 1 from money_outbox where event_id = $1 and kind = 'booking.event_moved'`,
      [eventId],
    )
    return rows.length
  }
  change = { name: 'A gala evening', revision: 2 }
  await changed()
  expect(await facts()).toBe(0)

  change = { status: 'postponed', revision: 3 }
  await Promise.all([changed(), changed()])
  await changed()
  expect(await facts()).toBe(1)
  const postponed = await mailOf(/^Postponed: An evening$/)
  expect(postponed.text).toContain('will not take place on Saturday, 2 January 2100')
  expect(postponed.text).toContain('you can give your tickets back until Friday, 1 January 2100')

  change = { startsAt: Date.parse('2100-02-03T19:00:00Z'), refundUntil: 1, revision: 4 }
  await changed()
  await changed()
  expect(await facts()).toBe(2)
  const again = await mailOf(/^New date: An evening, Wednesday, 3 February 2100$/)
  expect(again.text).toContain('it was to take place on Saturday, 2 January 2100')
  expect(again.text).toContain('please ask the house')
  expect(again.attachments[0]!.content.toString()).toContain(`UID:${orderId}@tickets.usher`)
  await allRead()
  expect((await mails()).map((one) => one.subject).toSorted()).toEqual([
    'New date: An evening, Wednesday, 3 February 2100',
    'Postponed: An evening',
    expect.stringContaining('Your tickets: An evening'),
  ])
})

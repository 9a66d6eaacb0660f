import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdir, readFile } from 'node:fs/promises'
import { simpleParser, type ParsedMail } from 'mailparser'
import { openStudioEvent, testApp, type Answer, type TestApp } from '../../test/harness/app.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { audit } from '../features/audit/index.ts'
import { HALLS } from '../features/catalog/index.ts'
import { createInventory, SEAT, type InventoryService } from '../features/inventory/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'
import { openDatabase, type Database } from '../platform/postgres/database.ts'
import { readVoidedList, ticketKeysOf, verifyTicket } from '../shared/verify-ticket.ts'
import { mailFolderOf } from './mail.ts'

setDefaultTimeout(30_000)

const STUDIO = HALLS.studio()
const indexOf = (seatId: string): number => STUDIO.seats.findIndex(({ seat_id: id }) => id === seatId)

let house: TestApp
/** What another process sells from, on the same database. */
let other: InventoryService
let pool: Database
beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
  pool = openDatabase({ url: house.app.config.databaseUrl!, connectionsMax: 4 })
  const system = { clock: systemClock, ids: systemIds, random: systemRandom }
  other = createInventory({ database: pool, ...system, layout: (hash) => house.app.catalog.layout(hash) })
})
afterAll(async () => {
  await other.sequencers.stop()
  await pool.close()
  await house.stop()
})

const operator: TestApp['operator'] = (...call) => house.operator(...call)

/** Moves as `from`, `to` pairs of seat ids, with the ticket that is meant. */
type Moves = [string, string, string?][]
const move = (eventId: string, moves: Moves, more: object = {}, query = ''): Promise<Answer> =>
  operator('POST', `/${eventId}/moves${query}`, {
    moves: moves.map(([from, to, ticket]) => ({ from_seat_id: from, to_seat_id: to, ticket_id: ticket })),
    ...more,
  })

const hold = (eventId: string, token: string, seats: string[], more: object = {}): Promise<Answer> =>
  house.call('POST', '/v1/reservations', { token, body: { event_id: eventId, seat_ids: seats, ...more } })

type Sold = { token: string; id: string; email: string; now(): Promise<Answer['json']> }
async function buy(eventId: string, seats: string[], more: object = {}): Promise<Sold> {
  const token = await house.guest()
  const email = `${crypto.randomUUID()}@example.org`
  const held = await hold(eventId, token, seats, more)
  expect([held.status, held.json.code]).toEqual([201, undefined])
  const booked = await house.call('POST', '/v1/bookings', {
    token,
    body: {
      reservation_id: held.json.reservation_id,
      payment_token: 'pm_card_visa',
      buyer: { name: 'Ada', email, locale: 'en' },
    },
  })
  expect(booked.json.status).toBe('CONFIRMED')
  const id = booked.json.booking_id as string
  const now = async (): Promise<Answer['json']> =>
    (await house.call('GET', `/v1/bookings/${id}`, { token })).json
  return { token, id, email, now }
}

const byField = (a: { field: string }, b: { field: string }): number => (a.field < b.field ? -1 : 1)
const seatsOf = (booking: Answer['json']): string[] =>
  booking.tickets.map((ticket: { seat_id: string }) => ticket.seat_id)
const ticketOf = (booking: Answer['json'], n = 0): string => booking.tickets[n].ticket_id
const codesOf = (booking: Answer['json']): string[] =>
  booking.tickets.map((ticket: { code: string }) => ticket.code)

async function mailsTo(email: string): Promise<ParsedMail[]> {
  const folder = mailFolderOf(house.app.config)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
  const all = await Promise.all(names.map(async (name) => simpleParser(await readFile(`${folder}/${name}`))))
  return all.filter(({ to }) => JSON.stringify(to).includes(email))
}
const movedMails = async (email: string): Promise<ParsedMail[]> =>
  (await mailsTo(email)).filter(({ subject }) => /^(Another seat|Other seats): /.test(subject ?? ''))

async function statusOf(inventory: InventoryService, eventId: string, seatId: string): Promise<number> {
  await inventory.sequencers.of(eventId).refresh(0)
  const found = await inventory.availability(eventId)
  if ('refused' in found) throw new Error(found.detail)
  return found.seats[indexOf(seatId)]!
}

/** What a scanner without a network says of a code, with the list that it has just loaded. */
async function atTheDoor(eventId: string, code: string, since = 0): Promise<string> {
  const keys = ticketKeysOf((await house.call('GET', '/.well-known/jwks.json')).json)
  const list = await operator('GET', `/${eventId}/voided?since=${since}`)
  const voided = (await readVoidedList(list.json, keys))!
  return (await verifyTicket(code, { keys, eventId, voided, isTest: true })).verdict
}

async function expectClean(eventId: string): Promise<void> {
  const report = await audit({ database: house.app.database, clock: systemClock }, { eventId })
  expect(report.findings.map(({ what }) => what)).toEqual([])
}

describe('a sold ticket that the house moves to another seat', () => {
  test('has the new seat everywhere, at the price that was paid; its old code is void, and its buyer is told once', async () => {
    const eventId = await openStudioEvent(house.app)
    const sold = await buy(eventId, ['C-A-1', 'C-A-2'])
    const before = await sold.now()
    const [old, neighbour] = codesOf(before)
    await waitFor('the mail with the tickets', async () => (await mailsTo(sold.email)).length === 1)

    const moved = await move(eventId, [['C-A-1', 'L-A-5']])
    expect(moved.status).toBe(200)
    expect(moved.json.changes).toEqual([
      { field: `tickets.${before.tickets[0].ticket_id}`, from: 'C-A-1', to: 'L-A-5' },
      { field: 'seats.C-A-1', from: 'sold', to: 'blocked' },
    ])
    expect(moved.json.warnings).toEqual([
      {
        field: 'tickets.C-A-1',
        why: 'was paid as Center and gets a seat of Side: what was paid stays as it is',
      },
    ])
    expect(moved.json.event.spec.blocked).toEqual([{ section: 'Center', row: 'A', seats: '1' }])

    // The order follows before the call answers.
    const after = await sold.now()
    expect(after.tickets[0]).toEqual({
      ...before.tickets[0],
      ...{ seat_id: 'L-A-5', section: 'Left', row: 'A', number: '5', code: codesOf(after)[0] },
    })
    expect(after.tickets[1]).toEqual(before.tickets[1])
    expect([after.total, after.breakdown]).toEqual([before.total, before.breakdown])
    const code = codesOf(after)[0]!
    expect(code).not.toBe(old)
    const seen = async (text: string): Promise<Answer['json']> =>
      (await house.call('GET', `/v1/tickets/${text}`, { token: sold.token })).json
    expect(await seen(old!)).toMatchObject({ verdict: 'void', section: 'Left', number: '5' })
    expect(await seen(code)).toMatchObject({ verdict: 'test', status: 'valid', section: 'Left', number: '5' })
    expect([await atTheDoor(eventId, old!), await atTheDoor(eventId, code)]).toEqual(['void', 'valid'])
    expect(await atTheDoor(eventId, neighbour!)).toBe('valid')
    const calendar = await house.call('GET', `/v1/bookings/${sold.id}/calendar.ics`, { token: sold.token })
    expect(calendar.json.replaceAll('\r\n ', '')).toContain('Left\\, Row A\\, Seat 5')

    const [letter] = await waitFor('the mail of the move', async () => {
      const found = await movedMails(sold.email)
      return found.length > 0 ? found : null
    })
    expect(letter!.text).toContain('- Center, Row A, Seat 1 → Left, Row A, Seat 5, Door Left')
    expect(letter!.text).not.toContain('Seat 2')
    const pdf = letter!.attachments.find(({ contentType }) => contentType === 'application/pdf')
    expect(pdf?.content.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(2)

    // Another process follows, and so does everybody who looks at the hall.
    for (const inventory of [house.app.inventory, other]) {
      expect(await statusOf(inventory, eventId, 'C-A-1')).toBe(SEAT.blocked)
      expect(await statusOf(inventory, eventId, 'L-A-5')).toBe(SEAT.booked)
    }
    const buyer = systemIds.uuid()
    const taken = await other.hold({ eventId, buyer, seats: [{ seatId: 'L-A-5' }] })
    expect(taken).toMatchObject({ refused: 'seats_unavailable' })

    // The same again changes nothing and tells nobody.
    const again = await move(eventId, [['C-A-1', 'L-A-5']])
    expect([again.status, again.json.changes, again.json.warnings]).toEqual([200, [], []])
    expect(codesOf(await sold.now())[0]).toBe(code)
    const history = await operator('GET', `/${eventId}/changes`)
    const [latest] = history.json.items
    expect(latest.changes.toSorted(byField)).toEqual(moved.json.changes.toSorted(byField))
    expect(history.json.items.filter((one: { changes: unknown[] }) => one.changes.length === 2)).toHaveLength(
      1,
    )

    await house.app.movedTickets.runOnce()
    await house.app.mail.runOnce()
    expect(await movedMails(sold.email)).toHaveLength(1)
    await expectClean(eventId)

    // Given back, it frees the seat that it has, and what was paid for it comes back.
    const given = await house.call('POST', `/v1/bookings/${sold.id}/cancel`, {
      token: sold.token,
      body: { ticket_ids: [after.tickets[0].ticket_id] },
    })
    expect([given.status, given.json.refunded.amount]).toEqual([200, before.tickets[0].refundable.amount])
    expect(await statusOf(other, eventId, 'L-A-5')).toBe(SEAT.available)
    expect(await statusOf(other, eventId, 'C-A-1')).toBe(SEAT.blocked)
    expect(await atTheDoor(eventId, code)).toBe('void')
    expect((await hold(eventId, await house.guest(), ['L-A-5'])).status).toBe(201)
    await expectClean(eventId)
  })

  test('is seen by whoever looks at the hall live: both seats in one message', async () => {
    const eventId = await openStudioEvent(house.app)
    await buy(eventId, ['C-A-1'])
    const stopped = new AbortController()
    const stream = await fetch(new URL(`/v1/events/${eventId}/stream`, house.url), { signal: stopped.signal })
    expect(stream.status).toBe(200)
    const reader = stream.body!.getReader()
    const read = (async () => {
      let text = ''
      const wanted = `[${indexOf('C-A-1')},3]`
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += Buffer.from(part.value).toString()
        const message = text.split('\n').find((line) => line.startsWith('data:') && line.includes(wanted))
        if (message) return JSON.parse(message.slice(5)) as { changes: [number, number][] }
      }
      return null
    })()
    await move(eventId, [['C-A-1', 'L-A-5']])
    const message = await read
    stopped.abort()
    expect(message!.changes.toSorted((a, b) => a[0] - b[0])).toEqual(
      [
        [indexOf('C-A-1'), SEAT.blocked],
        [indexOf('L-A-5'), SEAT.booked],
      ].toSorted((a, b) => a[0]! - b[0]!) as [number, number][],
    )
  })

  test('is followed by its order although whoever moved it stopped before that', async () => {
    const eventId = await openStudioEvent(house.app)
    const sold = await buy(eventId, ['C-A-1'])
    const moves = [{ from: 'C-A-1', to: 'C-A-2' }]
    const moved = await other.moveTickets({ eventId, moves, block: false })
    expect(moved).toMatchObject({
      moved: [{ from: indexOf('C-A-1'), to: indexOf('C-A-2'), left: { status: 0 } }],
    })
    await waitFor('the order to follow', async () => seatsOf(await sold.now())[0] === 'C-A-2')
    await waitFor('the mail of the move', async () => (await movedMails(sold.email)).length === 1)
    expect(await atTheDoor(eventId, codesOf(await sold.now())[0]!)).toBe('valid')
    await expectClean(eventId)
  })
})

describe('several moves in one call', () => {
  test('change places, move up in a row, and are there again when they are repeated', async () => {
    const eventId = await openStudioEvent(house.app)
    const [one, two] = [await buy(eventId, ['C-A-1']), await buy(eventId, ['C-A-3', 'C-A-4'])]
    const codes = codesOf(await two.now())
    const swap: Moves = [
      ['C-A-1', 'C-A-4', ticketOf(await one.now())],
      ['C-A-4', 'C-A-1', ticketOf(await two.now(), 1)],
    ]
    const swapped = await move(eventId, swap)
    expect([swapped.status, swapped.json.changes.length]).toEqual([200, 2])
    expect([seatsOf(await one.now()), seatsOf(await two.now())]).toEqual([['C-A-4'], ['C-A-3', 'C-A-1']])
    expect((await move(eventId, swap)).json.changes).toEqual([])
    const up: Moves = [
      ['C-A-4', 'C-A-5'],
      ['C-A-3', 'C-A-4'],
      ['C-A-1', 'C-A-3'],
    ]
    const moved = await move(eventId, up, { old_seat: 'sell' })
    expect(moved.json.changes.at(-1)).toEqual({ field: 'seats.C-A-1', from: 'sold', to: 'on sale' })
    expect([seatsOf(await one.now()), seatsOf(await two.now())]).toEqual([['C-A-5'], ['C-A-4', 'C-A-3']])
    expect((await move(eventId, up, { old_seat: 'sell' })).json.changes).toEqual([])
    for (const code of codes) expect(await atTheDoor(eventId, code)).toBe('void')
    for (const code of codesOf(await two.now())) expect(await atTheDoor(eventId, code)).toBe('valid')
    await buy(eventId, ['C-A-1'])
    // One mail an order and call, with all that was moved of it.
    await waitFor('the mails', async () => (await movedMails(two.email)).length === 2)
    await expectClean(eventId)
  })

  test('are all or none, and say of each what stands in the way', async () => {
    const eventId = await openStudioEvent(house.app)
    const sold = await buy(eventId, ['C-A-1'])
    await buy(eventId, ['C-A-2'])
    const token = await house.guest()
    const held = await hold(eventId, token, ['C-A-3'])
    const paid = await hold(eventId, await house.guest(), ['C-A-4'])
    const [, holdId] = paid.json.reservation_id.split('.')
    const buyer = (await house.app.inventory.findHold(holdId, eventId, null)) as { buyer: string }
    await house.app.inventory.beginPayment({
      ...{ eventId, holdId, buyer: buyer.buyer, attempt: systemIds.uuid() },
      ...{ paymentMs: 60_000, paymentMsMax: 90_000 },
    })
    expect(held.status).toBe(201)
    const refused = await move(eventId, [
      ['C-A-1', 'L-A-1'],
      ['C-A-3', 'L-A-2'],
      ['C-A-4', 'L-A-3'],
      ['C-A-5', 'C-A-2'],
    ])
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict'])
    const cannot = [
      { field: 'moves/1/from_seat_id', why: 'C-A-3 is reserved, but not bought' },
      { field: 'moves/2/from_seat_id', why: 'C-A-4 is being paid for' },
      { field: 'moves/3/from_seat_id', why: 'C-A-5 is not sold: there is no ticket to move' },
      { field: 'moves/3/to_seat_id', why: 'C-A-2 is sold' },
    ]
    expect(refused.json.cannot).toEqual(cannot)
    expect(refused.json.seat_ids).toEqual(['C-A-3', 'C-A-4', 'C-A-5', 'C-A-2'])
    const taken = await move(eventId, [['C-A-1', 'C-A-3']])
    expect([taken.status, taken.json.code, taken.json.detail]).toEqual([
      409,
      'seats_unavailable',
      'Nothing was moved: C-A-3 is reserved.',
    ])
    expect(seatsOf(await sold.now())).toEqual(['C-A-1'])
    expect(await statusOf(other, eventId, 'L-A-1')).toBe(SEAT.available)

    const ticket = ticketOf(await sold.now())
    const wrong = [
      [[['C-A-1', 'C-A-1']], 'malformed', 'body/moves/0/to_seat_id C-A-1 is the seat that the ticket has'],
      [[['C-A-1', 'L-A-1'], ['C-A-1', 'L-A-2']], 'malformed', 'body/moves/1/from_seat_id C-A-1 is left by a move before it'],
      [[['C-A-1', 'L-A-1'], ['C-A-2', 'L-A-1']], 'malformed', 'body/moves/1/to_seat_id L-A-1 is taken by a move before it'],
      [[['C-A-1', 'L-A-1', ticket], ['C-A-2', 'L-A-2']], 'malformed', 'body/moves/1/ticket_id is missing: name the ticket in all moves of a call or in none'],
      [[['C-A-1', 'L-A-1', `1${ticket}`]], 'malformed', 'body/moves/0/ticket_id is no ticket of this event'],
      [[['C-A-1', 'X-1']], 'unknown_seat', ''],
      [[], 'malformed', 'body/moves must not have fewer than 1 items'],
    ] as [Moves, string, string][] // prettier-ignore
    for (const [moves, code, error] of wrong) {
      const answer = await move(eventId, moves)
      const errors = (answer.json.errors ?? []) as { field: string; message: string }[]
      const named = errors.map(({ field, message }) => `${field} ${message}`).join()
      expect([answer.status, answer.json.code, named]).toEqual([400, code, error])
    }
    expect((await move(eventId, [['C-A-1', 'L-A-1']], { old_seat: 'burn' })).status).toBe(400)
    await operator('POST', `/${eventId}/cancel`, {})
    expect((await move(eventId, [['C-A-1', 'L-A-1']])).json.code).toBe('event_cancelled')
    await expectClean(eventId)
  })
})

describe('moves that are sent again', () => {
  test('move nobody who bought the seat since without a word: it is a new move, or the taken seat refuses it', async () => {
    const eventId = await openStudioEvent(house.app)
    const sold = await buy(eventId, ['C-A-5'])
    const ticket = ticketOf(await sold.now())
    const moves: Moves = [['C-A-5', 'C-A-8']]
    expect((await move(eventId, moves, { old_seat: 'sell' })).status).toBe(200)
    const again = await move(eventId, moves, { old_seat: 'sell' })
    expect([again.status, again.json.changes, again.json.warnings]).toEqual([200, [], []])
    const shut = await move(eventId, moves, { old_seat: 'block' })
    expect([shut.status, shut.json.changes, shut.json.warnings]).toEqual([
      200,
      [],
      [
        {
          field: 'seats.C-A-5',
          why: 'was left before and is on sale now: this call does not change it',
        },
      ],
    ])
    expect(await statusOf(other, eventId, 'C-A-5')).toBe(SEAT.available)

    const ned = await buy(eventId, ['C-A-5'])
    const taken = await move(eventId, moves, { old_seat: 'sell' })
    expect([taken.status, taken.json.code, taken.json.cannot]).toEqual([
      409,
      'seats_unavailable',
      [{ field: 'moves/0/to_seat_id', why: 'C-A-8 is sold' }],
    ])
    const named = await move(eventId, [['C-A-5', 'C-A-8', ticket]], { old_seat: 'sell' })
    expect([named.status, named.json.changes, named.json.warnings]).toEqual([200, [], []])
    const elsewhere = await move(eventId, [['C-A-5', 'C-A-9', ticket]])
    expect([elsewhere.status, elsewhere.json.code, elsewhere.json.cannot]).toEqual([
      409,
      'conflict',
      [{ field: 'moves/0/from_seat_id', why: 'C-A-5 is not the seat of that ticket, which is for C-A-8' }],
    ])
    expect([seatsOf(await sold.now()), seatsOf(await ned.now())]).toEqual([['C-A-8'], ['C-A-5']])
    await expectClean(eventId)
  })

  test('change places back, and with their tickets named make only what is still to be made', async () => {
    const eventId = await openStudioEvent(house.app)
    const [one, two] = [await buy(eventId, ['C-A-1']), await buy(eventId, ['C-A-2', 'C-A-3'])]
    const seats = async () => [...seatsOf(await one.now()), ...seatsOf(await two.now())]
    const swap: Moves = [
      ['C-A-1', 'C-A-2'],
      ['C-A-2', 'C-A-1'],
    ]
    expect((await move(eventId, swap)).json.changes).toHaveLength(2)
    expect(await seats()).toEqual(['C-A-2', 'C-A-1', 'C-A-3'])
    expect((await move(eventId, swap)).json.changes).toHaveLength(2)
    expect(await seats()).toEqual(['C-A-1', 'C-A-2', 'C-A-3'])
    const first = ['C-A-1', 'C-A-9', ticketOf(await one.now())] as Moves[number]
    expect((await move(eventId, [first])).status).toBe(200)
    const both = await move(eventId, [first, ['C-A-3', 'C-A-8', ticketOf(await two.now(), 1)]])
    expect(both.json.changes.map(({ from }: { from: string }) => from)).toEqual(['C-A-3', 'sold'])
    expect(await seats()).toEqual(['C-A-9', 'C-A-2', 'C-A-8'])
    await expectClean(eventId)
  })
})

describe('a dry run of moves', () => {
  test('says what would be different or impossible, and changes nothing', async () => {
    const eventId = await openStudioEvent(house.app)
    const sold = await buy(eventId, ['C-A-1'])
    const before = await sold.now()
    const plan = await move(eventId, [['C-A-1', 'L-A-5']], {}, '?dry_run=true')
    expect([plan.status, plan.json.dry_run, plan.json.cannot]).toEqual([200, true, []])
    expect(plan.json.warnings).toHaveLength(1)
    const none = await move(eventId, [['C-A-2', 'C-A-1']], {}, '?dry_run=true')
    expect([none.status, none.json.changes]).toEqual([200, []])
    expect(none.json.cannot.map(({ field }: { field: string }) => field)).toEqual([
      'moves/0/from_seat_id',
      'moves/0/to_seat_id',
    ])
    expect(await sold.now()).toEqual(before)
    expect(await statusOf(other, eventId, 'L-A-5')).toBe(SEAT.available)
    expect((await operator('GET', `/${eventId}/changes`)).json.items).toHaveLength(1)
    const done = await move(eventId, [['C-A-1', 'L-A-5']])
    expect([done.json.changes, done.json.warnings]).toEqual([plan.json.changes, plan.json.warnings])
    const cancelled = await openStudioEvent(house.app)
    await operator('POST', `/${cancelled}/cancel`, {})
    const planned = await move(cancelled, [['C-A-1', 'L-A-5']], {}, '?dry_run=true')
    expect([planned.status, planned.json.cannot.length]).toEqual([200, 1])
  })
})

describe('seats that the house keeps', () => {
  test('are what one is moved to: blocked ones and those of an allotment, which has its seat back afterwards', async () => {
    const eventId = await openStudioEvent(house.app)
    await operator('PUT', `/${eventId}/allotments/house`, {
      seats: ['C-A-5', 'C-A-6'],
      codes: [{ code: 'FRIENDS-1', uses: null }],
    })
    await operator('POST', `/${eventId}/block`, { seats: ['C-A-7'] })
    const [one, two] = [await buy(eventId, ['C-A-1']), await buy(eventId, ['C-A-2'])]
    const moved = await move(eventId, [
      ['C-A-1', 'C-A-5'],
      ['C-A-2', 'C-A-7'],
    ])
    expect(moved.status).toBe(200)
    expect(await statusOf(other, eventId, 'C-A-5')).toBe(SEAT.booked)
    for (const { id, token } of [one, two])
      expect((await house.call('POST', `/v1/bookings/${id}/cancel`, { token, body: {} })).status).toBe(200)
    expect(await statusOf(other, eventId, 'C-A-5')).toBe(SEAT.blocked)
    expect(await statusOf(other, eventId, 'C-A-7')).toBe(SEAT.available)
    // A seat of the allotment that is left is its own again, or with `block` nobody's: its codes do not open it.
    const guest = await buy(eventId, ['C-A-5'], { access_code: 'FRIENDS-1' })
    const kept = { field: 'seats.C-A-5', from: 'sold', to: 'kept for house' }
    const out: Moves = [['C-A-5', 'C-A-8']]
    const plan = await move(eventId, out, { old_seat: 'sell' }, '?dry_run=true')
    expect(plan.json.changes.at(-1)).toEqual(kept)
    expect((await move(eventId, out, { old_seat: 'sell' })).json.changes.at(-1)).toEqual(kept)
    const history = await operator('GET', `/${eventId}/changes`)
    expect(history.json.items[0].changes).toContainEqual(kept)
    await move(eventId, [['C-A-8', 'C-A-5']], { old_seat: 'sell' })
    const left = await move(eventId, [['C-A-5', 'C-A-9']])
    expect(left.json.changes.at(-1)).toEqual({ field: 'seats.C-A-5', from: 'sold', to: 'blocked' })
    expect(seatsOf(await guest.now())).toEqual(['C-A-9'])
    const opened = await hold(eventId, await house.guest(), ['C-A-5'], { access_code: 'FRIENDS-1' })
    expect([opened.status, opened.json.code]).toEqual([409, 'seats_unavailable'])
    expect((await hold(eventId, await house.guest(), ['C-A-6'], { access_code: 'FRIENDS-1' })).status).toBe(
      201,
    )
    await expectClean(eventId)
  })
})

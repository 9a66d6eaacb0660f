import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OPERATOR_TOKEN, openStudioEvent, testApp, type TestApp } from '../../test/harness/app.ts'
import { createTicketCode } from '../features/ticketing/index.ts'
import { loadConfig, type Config } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import { createShutdown } from '../platform/shutdown.ts'
import { run as verifyTicket } from './verify-ticket.ts'
import { run as writeVoidedList } from './voided-list.ts'

let house: TestApp
let codes: string[]
let config: Config
const folder = mkdtempSync(join(tmpdir(), 'usher-verify-'))
const offline = loadConfig({ USHER_DATA_DIR: join(folder, 'nothing'), PORT: '1' })
const keys = join(folder, 'keys.json')

beforeAll(async () => {
  house = await testApp()
  config = house.app.config
  writeFileSync(keys, JSON.stringify((await house.call('GET', '/.well-known/jwks.json')).json))
  codes = await buyTwoAndCancelOne()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await house.stop()
})

/** The codes of two tickets: of one that was given back, of one that is good. */
async function buyTwoAndCancelOne(): Promise<string[]> {
  const token = await house.guest()
  const { seats } = (await house.call('GET', `/v1/events/${house.eventId}/seats`)).json
  const held = await house.call('POST', '/v1/reservations', {
    token,
    body: { event_id: house.eventId, seat_ids: [seats[0].seat_id, seats[1].seat_id] },
  })
  const { json } = await house.pay(token, held)
  await house.call('POST', `/v1/bookings/${json.booking_id}/cancel`, {
    token,
    body: { ticket_ids: [json.tickets[0].ticket_id] },
  })
  return json.tickets.map((ticket: { code: string }) => ticket.code)
}

type Said = { exitCode: number; out: string[]; err: string[] }

async function verify(options: Parameters<typeof verifyTicket>[0], with_: Config = config): Promise<Said> {
  const shutdown = createShutdown(() => {})
  const said: Said = { exitCode: 0, out: [], err: [] }
  const spies = [
    spyOn(console, 'log').mockImplementation((line: string) => void said.out.push(line)),
    spyOn(console, 'error').mockImplementation((line: string) => void said.err.push(line)),
  ]
  try {
    said.exitCode = (await verifyTicket({ test: true, ...options }, { config: with_, shutdown })) ?? 0
    return said
  } finally {
    for (const spy of spies) spy.mockRestore()
    await shutdown.run()
  }
}

async function voidedListOf(event: string, since = '0'): Promise<string> {
  const shutdown = createShutdown(() => {})
  const out = join(folder, `${event}-${since}.jws`)
  await writeVoidedList({ event, since, out }, { config, shutdown })
  await shutdown.run()
  return out
}

describe('with the house’s database', () => {
  test('the ticket is looked up: one that was given back is void, the other valid', async () => {
    expect(await verify({ code: codes[1]! })).toMatchObject({
      ...{
        exitCode: 0,
        out: [expect.stringMatching(/^valid: ticket \d+ of event \d+, [A-Z]\w+, Row \w+, Seat \d+$/)],
        err: [],
      },
    })
    expect(await verify({ code: codes[0]! })).toMatchObject({
      ...{
        exitCode: 3,
        out: [expect.stringMatching(/^void: .*, Row \w+, Seat \d+ was given back or replaced$/)],
        err: [],
      },
    })
    // Test money does not hide it.
    expect(await verify({ code: codes[0]!, test: false })).toMatchObject({ exitCode: 3 })
    expect(await verify({ code: codes[1]!, test: false })).toMatchObject({ exitCode: 6 })
  })

  test('of a ticket that the house moved to another seat the old code is void, and the new one valid', async () => {
    const token = await house.guest()
    const held = await house.call('POST', '/v1/reservations', {
      token,
      body: { event_id: house.eventId, seat_ids: ['L-A-1'] },
    })
    const { json } = await house.pay(token, held)
    const moves = [{ from_seat_id: 'L-A-1', to_seat_id: 'R-D-12' }]
    const path = `/v1/operator/events/${house.eventId}/moves`
    expect((await house.call('POST', path, { token: OPERATOR_TOKEN, body: { moves } })).status).toBe(200)
    const now = (await house.call('GET', `/v1/bookings/${json.booking_id}`, { token })).json
    const [before, after] = [json.tickets[0].code, now.tickets[0].code] as [string, string]
    const voided = await voidedListOf(house.eventId)
    for (const [code, exitCode] of [
      [before, 3],
      [after, 0],
    ] as const) {
      expect(await verify({ code })).toMatchObject({ exitCode, err: [] })
      expect(await verify({ code, keys, voided }, offline)).toMatchObject({ exitCode, err: [] })
    }
    expect((await verify({ code: after })).out[0]).toEndWith(', Right, Row D, Seat 12')
    // Where it was before is for its old code alone to say, which knows a number.
    expect((await verify({ code: before })).out[0]).toMatch(/^void: .*, place no\. \d+ was given back/)
  })

  test('a code that was changed is forged; a ticket that the database does not have is not called valid', async () => {
    const [code] = codes as [string]
    const changed = `${code.slice(0, 20)}${code[20] === 'A' ? 'B' : 'A'}${code.slice(21)}`
    expect(await verify({ code: changed })).toMatchObject({
      ...{ exitCode: 4, out: ['forged: no key of this house signed it'] },
    })
    const strange = await createTicketCode(house.app.account.keys.tickets)({
      ...{ eventId: '42', ticketId: crypto.randomUUID(), serial: 7, stateVersion: 3, livemode: false },
      place: { kind: 'seat', no: 12 },
    })
    expect(await verify({ code: strange })).toMatchObject({
      exitCode: 7,
      out: [
        'unchecked: ticket 7 of event 42, place no. 12 is genuine and may be void: the database here has no such ticket',
      ],
    })
  })
})

describe('without a network', () => {
  test('keys that are older than a rotation are told from a code that nobody signed', async () => {
    const other = `${codes[1]!.slice(0, 4)}${codes[1]![4] === 'A' ? 'B' : 'A'}${codes[1]!.slice(5)}`
    expect(await verify({ code: other, keys }, offline)).toMatchObject({
      exitCode: 8,
      out: [
        expect.stringMatching(
          /^unknown key: the code says that key [0-9a-f]{12} signed it, which is not among these keys: load the set again; if it has none either, the code is forged$/,
        ),
      ],
    })
    const broken = codes[1]!.slice(0, -20) + codes[1]!.slice(-20).split('').toReversed().join('')
    expect(await verify({ code: broken, keys }, offline)).toMatchObject({ exitCode: 4 })
    // The house itself has all that it ever had.
    expect(await verify({ code: other })).toMatchObject({
      ...{ exitCode: 4, out: ['forged: no key of this house signed it'] },
    })
  })

  test('a seat is said by its number in the hall where nobody is there to name it', async () => {
    expect(await verify({ code: codes[1]!, keys }, offline)).toMatchObject({
      out: [expect.stringMatching(/^valid: ticket \d+ of event \d+, place no\. \d+$/)],
    })
  })

  test('without a list of void tickets it says that they were not checked', async () => {
    expect(await verify({ code: codes[0]!, keys }, offline)).toMatchObject({
      exitCode: 0,
      err: [expect.stringMatching(/^warning: whether a ticket became void is not checked: .*--voided$/)],
    })
  })

  test('the list of the event tells which is void; one that begins later is not the whole story', async () => {
    const voided = await voidedListOf(house.eventId)
    expect(await verify({ code: codes[0]!, keys, voided }, offline)).toMatchObject({ exitCode: 3, err: [] })
    expect(await verify({ code: codes[1]!, keys, voided }, offline)).toMatchObject({ exitCode: 0, err: [] })
    const late = await voidedListOf(house.eventId, '999')
    expect(await verify({ code: codes[0]!, keys, voided: late }, offline)).toMatchObject({
      err: [expect.stringMatching(/became void by version 999 of event \d+ is not checked/)],
    })
  })

  test('the list of another event says nothing about the ticket, and that is an exit code of its own', async () => {
    const other = await openStudioEvent(house.app)
    const voided = await voidedListOf(other)
    expect(await verify({ code: codes[0]!, keys, voided }, offline)).toMatchObject({
      exitCode: 7,
      out: [
        expect.stringMatching(
          new RegExp(`of event ${house.eventId}, .*list of void tickets is of event ${other}$`),
        ),
      ],
    })
  })

  test('with neither keys nor a house, one line says what is missing and what to give', async () => {
    await expect(verify({ code: 'ABC' }, offline)).rejects.toThrow(
      /^there are no keys to check with: \S+ has no database, and no house answers at \S+; name the keys with --keys/,
    )
  })

  test('a folder is no file with codes', async () => {
    const folders = verify({ code: folder, keys }, offline)
    await expect(folders).rejects.toThrow(/^\S+ is a folder: name a file in it$/)
    await expect(folders).rejects.toBeInstanceOf(WrongInput)
  })
})

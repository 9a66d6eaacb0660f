import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { testApp, type TestApp } from '../../test/harness/app.ts'
import { runCommand, type Output } from '../../test/harness/run-command.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { HALLS, importEvents } from '../features/catalog/index.ts'
import { run as apply } from './apply.ts'
import { run as exportEvent } from './export-event.ts'

const CONCERTS = new URL('../../assets/demo/nyphil-concerts.ndjson.gz', import.meta.url)
const NEXT_YEAR = new Date().getUTCFullYear() + 1

let house: TestApp
const folder = mkdtempSync(join(tmpdir(), 'usher-apply-'))
beforeAll(async () => {
  house = await testApp()
})
afterAll(async () => {
  await house.stop()
  rmSync(folder, { recursive: true })
})

/** Runs a command beside the server, as the command line does. */
const usher = <O>(run: (o: O, c: never) => Promise<number | void>, options: O): Promise<Output> =>
  runCommand(house.app.config, run, options)

function file(text: string | Uint8Array, name = 'event.yaml'): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const applied = (text: string) => usher(apply, { file: file(text), yes: true })
const planned = (text: string) => usher(apply, { file: file(text), dryRun: true })

async function buy(eventId: string): Promise<{ status: string; total: number; seats: string[] }> {
  const token = await house.guest()
  const held = await house.call('POST', '/v1/reservations', {
    token,
    body: { event_id: eventId, best_available: { quantity: 2 } },
  })
  if (held.status !== 201) return { status: held.json.code, total: 0, seats: [] }
  const booked = await house.pay(token, held)
  return {
    status: booked.json.status,
    total: booked.json.total.amount,
    seats: held.json.seats.map((seat: { seat_id: string }) => seat.seat_id),
  }
}

/** A real concert, with its own `@id`, moved to next year. */
async function importConcert(index: number): Promise<{ sourceId: string; eventId: string; name: string }> {
  const line = gunzipSync(readFileSync(CONCERTS)).toString('utf8').split('\n')[index]!
  const record = JSON.parse(line) as Record<string, unknown>
  record['startDate'] = `${NEXT_YEAR}-05-04T20:00:00`
  delete record['endDate']
  delete record['doorTime']
  const saved: { sourceId: string; eventId: string }[] = []
  await importEvents(
    (async function* () {
      yield new TextEncoder().encode(JSON.stringify(record))
    })(),
    {
      language: 'en',
      save: async (drafts) => {
        const result = await house.app.catalog.save(drafts, { actor: 'import' })
        saved.push(...result)
        return result
      },
      onFault: (fault) => {
        throw new Error(JSON.stringify(fault))
      },
    },
  )
  const event = (await house.app.catalog.event(saved[0]!.eventId))!
  return { ...saved[0]!, name: event.name }
}

const SALE = `
layout: studio
currency: USD
price_types:
  - { id: adult, name: Adult }
  - { id: student, name: Student, max: 2 }
prices:
  Center: { adult: 45.00, student: 22.50 }
  Side: 30
fees: [{ name: Service, per: ticket, amount: 2.00, percent: 10 }]
taxes: [{ name: Sales tax, percent: 8.875, included: false, on: fees }]
`

/** What is sold by, once the server knows this version of the ledger. */
async function rulesAt(eventId: string, version: number) {
  await house.app.inventory.availability(eventId, version)
  return (await house.app.inventory.rules(eventId))!
}

describe('an imported concert', () => {
  test('is made sellable by a file, and a guest buys', async () => {
    const { eventId, sourceId, name } = await importConcert(10)
    const before = (await house.call('GET', `/v1/events/${eventId}`)).json
    expect([before.sale, before.layout_hash]).toEqual(['announced', null])
    expect((await buy(eventId)).status).toBe('not_on_sale')

    const text = `external_id: "${sourceId}"${SALE}`
    const plan = await planned(text)
    expect(plan.code).toBe(0)
    expect(plan.out[0]).toBe(`Event ${eventId} of default: ${name}`)
    expect(plan.out).toContain('  + prices.Center.student: 22.50 USD')
    expect(plan.out.at(-1)).toMatch(/opened with \d+ seats/)
    expect((await house.app.catalog.house({ eventId }))!.sale).toBeNull()

    expect((await applied(text)).code).toBe(0)
    const after = await waitFor('the server to know', async () => {
      const { json } = await house.call('GET', `/v1/events/${eventId}`)
      return json.layout_hash && json
    })
    expect(after).toMatchObject({
      sale: 'on_sale',
      name,
      limits: { tickets_per_buyer: 4, hold_seconds: 600 },
    })
    // 45.00 + 2.00 + 4.50, and 8.875 % of 6.50 on top.
    expect(after.prices[0]).toMatchObject({ price_type: 'adult', price: { amount: 5_208, currency: 'USD' } })
    // At the side: 30.00 + 2.00 + 3.00, and 8.875 % of 5.00.
    expect(await buy(eventId)).toMatchObject({ status: 'CONFIRMED', total: 2 * 3_544 })
    await waitFor('the list to follow', async () => {
      const { json } = await house.call('GET', `/v1/events?keyword=${encodeURIComponent(name)}&sale=on_sale`)
      return json.items.find((item: { event_id: string }) => item.event_id === eventId)?.price_from
    })

    const again = await applied(text)
    expect([again.code, again.out]).toEqual([
      0,
      [`Event ${eventId} of default: ${name}: as the file says already. Nothing to change.`],
    ])
    expect((await house.app.catalog.house({ eventId }))!.revision).toBe(2)
  }, 60_000)

  test('sells by new prices, and neither its currency nor what its layout has goes once it was opened', async () => {
    const { eventId, sourceId } = await importConcert(11)
    await applied(`external_id: "${sourceId}"${SALE}`)
    const raised = await applied(`event_id: ${eventId}\nprices: { Side: { adult: 31.5, student: null } }\n`)
    expect(raised.out.slice(1, 3)).toEqual([
      '  ~ prices.Side.adult: 30.00 USD → 31.50 USD',
      '  - prices.Side.student: 30.00 USD',
    ])
    const rules = await rulesAt(eventId, 2)
    expect(rules.prices.filter(({ category }) => category === 1).map(({ amount }) => amount)).toEqual([3_711])

    // An import of the record as it changed meanwhile takes away nothing of what is sold.
    const event = (await house.app.catalog.house({ eventId }))!
    const { sale: _sale, ...record } = event
    await house.app.catalog.save(
      [{ ...record, status: 'published', durationMinutes: 99, onSaleFrom: null }],
      { actor: 'import' },
    )
    expect((await house.app.catalog.house({ eventId }))!.sale).toEqual(event.sale)

    const impossible = await applied(
      `event_id: ${eventId}\nlayout: club\ncurrency: EUR\nprices: { Balcony: 1, Lounge: 1, Dance floor: 1 }\n`,
    )
    expect(impossible.code).toBe(1)
    expect(impossible.out.filter((line) => line.startsWith('  !'))).toEqual([
      expect.stringMatching(
        /layout cannot be changed so: it is on sale with Studio .* The category "Center" is missing/,
      ),
      expect.stringMatching(/currency cannot be changed so: it was opened in USD/),
    ])
    expect(impossible.wrong[0]).toContain('nothing was changed')
    expect(await rulesAt(eventId, 2)).toEqual(rules)
  }, 60_000)
})

const NEW_EVENT = (id: string) => `external_id: ${id}
status: published
name: An evening
type: concert
start: ${NEXT_YEAR}-06-01 20:00
venue: { name: Studio, city: Vienna, country: AT, timezone: Europe/Vienna }
${SALE}`

async function eventIdOf(sourceId: string): Promise<string> {
  const organiserId = '00000000-0000-7000-8000-000000000001'
  return (await house.app.catalog.house({ organiserId, sourceId }))!.eventId
}

describe('a file for a new event', () => {
  test('blocks seats before anybody can buy them, and frees those it does not name any more', async () => {
    const text = NEW_EVENT('blocking')
    const rows = (seats: string) => `${text}blocked: [${seats}]\n`
    const layout = HALLS.studio()
    const [first, second] = layout.seats
    const name = layout.sections[first!.section]!.name
    const row = JSON.stringify(first!.row)
    expect((await applied(rows(`{ section: ${name}, row: ${row} }`))).code).toBe(0)
    const eventId = await eventIdOf('blocking')
    const blocked = async () =>
      (await house.call('GET', `/v1/events/${eventId}/seats?status=BLOCKED`)).json.seats.map(
        (seat: { seat_id: string }) => seat.seat_id,
      )
    const inRow = layout.seats.filter((seat) => seat.section === first!.section && seat.row === first!.row)
    await waitFor('the seats to be blocked', async () => (await blocked()).length === inRow.length)
    const shrunk = await applied(rows(JSON.stringify(second!.seat_id)))
    expect(shrunk.out[1]).toBe(`  ~ blocked: ${inRow.length} seats → 1 seat (${inRow.length - 1} fewer)`)
    await waitFor('the seats to be free', async () => (await blocked()).join() === second!.seat_id)

    const sold = await buy(eventId)
    const taken = await applied(rows(sold.seats.map((seat) => JSON.stringify(seat)).join(', ')))
    expect(taken.out.at(-1)).toContain('blocked cannot be changed so: sold or held at this moment')
  }, 60_000)

  test('is exported as a file that changes nothing, with its phases and without its codes', async () => {
    const phases = `phases:
  - { id: early, until: ${NEXT_YEAR}-01-15 10:00, tickets_per_buyer: 2, codes: [{ code: EARLY-2027 }, { code: VIP-2027, uses: null }] }
  - { id: general, from: ${NEXT_YEAR}-01-15 10:00 }
limits: { no_orphan_seats: true, tickets_per_buyer: 8 }
refund: { allowed: false }
`
    const seat = HALLS.studio().seats[3]!.seat_id
    expect((await applied(`${NEW_EVENT('exported')}${phases}blocked: ["${seat}"]\n`)).wrong).toEqual([])
    const eventId = await eventIdOf('exported')
    const exported = (await usher(exportEvent, { id: eventId })).out.join('')
    expect(exported).not.toContain('EARLY-2027')
    expect(exported).toContain('2 access codes are not shown')
    expect(exported).toContain('{adult: 45.00, student: 22.50}')
    const again = await applied(exported)
    expect([again.wrong, again.out.at(-1)]).toEqual([[], expect.stringContaining('Nothing to change')])
    expect((await house.app.inventory.rules(eventId))!.accessCodes).toHaveLength(2)
    expect((await buy(eventId)).status).toBe('access_code_required')
    const codes = await applied(
      `event_id: ${eventId}\nphases: [{ id: early, codes: [{ code: early-2027 }, { code: ANOTHER-1 }] }, { id: general }]\n`,
    )
    expect(codes.out).toContain(
      '  ~ phases.early.codes: 2 codes, good for 1 or any number of orders each → 2 codes, good for 1 order each (1 new, 1 end)',
    )
  }, 60_000)

  test('keeps seats for an allotment, exports them, and frees them when the file ends it', async () => {
    const allotments = (list: string) => `${NEW_EVENT('allotted')}allotments: [${list}]\n`
    const press = `{ name: press, release: ${NEXT_YEAR}-05-20 12:00, seats: [{ section: Center, row: B, seats: 1-4 }], codes: [{ code: PRESS-1234 }] }`
    const { seats, sections } = HALLS.studio()
    const row = seats.filter((seat) => seat.row === 'B' && sections[seat.section]!.name === 'Center')
    const kept = row.filter((seat) => Number(seat.number) <= 4).map((seat) => seat.seat_id)
    expect((await applied(allotments(press))).out).toContain(
      `  + allotments.press.seats: ${kept.length} seats`,
    )
    const eventId = await eventIdOf('allotted')
    await house.app.inventory.availability(eventId, 3)
    const allocated = async () => {
      const found = await house.app.inventory.allocatedSeats(eventId)
      return Array.isArray(found) ? found.map(({ seatId }) => seatId).toSorted() : []
    }
    await waitFor('the server to know', async () => (await allocated()).join() === kept.toSorted().join())
    const exported = (await usher(exportEvent, { id: eventId })).out.join('')
    expect(exported).toContain('name: press')
    expect((await applied(exported)).out[0]).toContain('Nothing to change')
    expect((await applied(allotments(press))).out[0]).toContain('Nothing to change')
    const ended = await applied(allotments(''))
    expect(ended.out.slice(1)).toContain(`  - allotments.press.seats: ${kept.length} seats`)
    await waitFor('the seats to be free', async () => (await allocated()).length === 0)
  }, 60_000)

  test('is cancelled for good, and nothing can be bought', async () => {
    await applied(NEW_EVENT('cancelled'))
    const eventId = await eventIdOf('cancelled')
    expect((await buy(eventId)).status).toBe('CONFIRMED')
    const cancelled = await applied(`event_id: ${eventId}\nstatus: cancelled\n`)
    expect(cancelled.out[1]).toBe('  ~ status: published → cancelled')
    expect(await house.app.checkout.cancellationOf(eventId)).toMatchObject({ ordersTotal: 1, by: 'apply' })
    expect((await buy(eventId)).status).toBe('event_cancelled')
    await waitFor(
      'the money to be back',
      async () => (await house.app.checkout.cancellationOf(eventId))?.state === 'done',
    )
    const back = await applied(`event_id: ${eventId}\nstatus: published\n`)
    expect(back.out.at(-1)).toContain('the event is cancelled, which is for good')
    expect((await applied(`event_id: ${eventId}\nstatus: cancelled\n`)).out[0]).toContain('Nothing to change')
  }, 60_000)

  test('is not moved into the past, and what may not be meant is said', async () => {
    const warned = `${NEW_EVENT('warned')}phases: [{ id: friends, access: code }]\n`
    expect((await planned(warned)).out.at(-1)).toBe(
      '  ? phases.friends.codes: there is no code yet: nobody can buy in this phase',
    )
    // … and said again where nothing changes any more.
    await applied(warned)
    expect((await planned(warned)).out).toEqual([
      expect.stringMatching(/: as the file says already\. Nothing to change, but:$/),
      '  ? phases.friends.codes: there is no code yet: nobody can buy in this phase',
    ])
    await applied(NEW_EVENT('past'))
    const moved = await applied(NEW_EVENT('past').replace(`${NEXT_YEAR}-06-01`, '2016-06-01'))
    expect([moved.code, moved.out.at(-1)]).toEqual([1, '  ! start cannot be changed so: is in the past'])
  }, 60_000)

  test('goes on where it stopped between the catalog and the ledger', async () => {
    const { app } = house
    await applied(NEW_EVENT('stopped'))
    const eventId = await eventIdOf('stopped')
    const event = (await app.catalog.house({ eventId }))!
    await app.catalog.writeHouse(
      { ...event, sale: { ...event.sale!, ticketsPerBuyer: 2 } },
      { actor: 'test', changes: {} },
    )
    expect((await app.inventory.rules(eventId))!.ticketsPerBuyer).toBe(4)
    const healed = await applied(`event_id: ${eventId}\nlimits: { tickets_per_buyer: 2 }\n`)
    expect(healed.out[1]).toBe('  ~ ledger: sells by older rules → sells by these')
    await waitFor(
      'the server to sell by them',
      async () => (await app.inventory.rules(eventId))!.ticketsPerBuyer === 2,
    )
  }, 60_000)
})

const BOMB = `event_id: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from(
  { length: 8 },
  (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(', ')}]\n`,
).join('')}`

describe('a file that is wrong', () => {
  const cases: [title: string, text: string, wrong: string][] = [
    ['no YAML', 'name: [1, 2\n', ':2: $: '],
    ['nothing in it', '', ':1: $: is empty'],
    ['an alias of nothing', 'event_id: 1\nname: *evening\n', ':2: $: '],
    ['an alias of itself', 'event_id: 1\nname: &a [*a]\n', ':2: '],
    ['an alias bomb', BOMB, ': $: Excessive alias count'],
    ['a list', '- 1\n', ':1: $: is not the description of an event'],
    ['two events', 'name: a\n---\nname: b\n', ':2: $: begins a second event'],
    ['the same key twice', 'name: a\nname: b\n', ':2: $: Map keys must be unique'],
    ['a misspelt field', 'event_id: 1\n\nprize_types: []\n', ':3: prize_types: is not known here'],
    [
      'a misspelt field further in',
      'event_id: 1\nlimits:\n  seats: 3\n',
      ':3: limits.seats: is not known here',
    ],
    ['a status that there is not', 'event_id: 1\nstatus: open\n', ':2: status: '],
    ['an unknown event', 'event_id: 999999\nstatus: draft\n', 'There is no event 999999.'],
    ['an event without what it needs', 'name: An evening\n', ':1: start: is missing: a new event needs it'],
    ['a day that does not exist', NEW_EVENT('wrong').replace('-06-01 20:00', '-06-31 20:00'), ':5: start: '],
    [
      'a zone that does not exist',
      NEW_EVENT('wrong').replace('Europe/Vienna', 'Europe/Wien'),
      'is no IANA time zone',
    ],
    [
      'an unknown layout',
      NEW_EVENT('wrong').replace('studio', 'arena'),
      'layout: there is no layout "arena"',
    ],
    [
      'an unknown category',
      NEW_EVENT('wrong').replace('Side: 30', 'Sides: 30'),
      'prices.Sides: the layout has no such category; there are "Center", "Side"',
    ],
    ['a category without a price', NEW_EVENT('wrong').replace('  Side: 30\n', ''), '"Side" has no price'],
    [
      'an unknown price type',
      NEW_EVENT('wrong').replace('student: 22.50', 'senior: 22.50'),
      'prices.Center.senior: there is no such price type',
    ],
    [
      'more decimals than the currency has',
      NEW_EVENT('wrong').replace('45.00', '45.001'),
      '"45.001" is no amount of USD',
    ],
    [
      'seats beyond the end of the row',
      `${NEW_EVENT('wrong')}blocked: [{ section: Center, row: A, seats: 1-9999 }]\n`,
      'blocked[0].seats: there is no seat "9999" there: it has 1 to ',
    ],
    ['a comma for a point', NEW_EVENT('wrong').replace('45.00', '"12,50"'), 'prices.Center.adult: '],
    [
      'a seat that there is not',
      `${NEW_EVENT('wrong')}blocked: [Z-99]\n`,
      'blocked[0]: the layout has no seat "Z-99"',
    ],
    [
      'a phase that ends before it begins',
      `${NEW_EVENT('wrong')}phases: [{ id: a, from: 2027-01-02, until: 2027-01-01 }]\n`,
      'phases[0].until: is not after',
    ],
    [
      'a code that opens two phases',
      `${NEW_EVENT('wrong')}phases: [{ id: a, codes: [{ code: CODE-ONE-1 }] }, { id: b, codes: [{ code: code-one-1 }] }]\n`,
      'the same code opens two things',
    ],
  ]
  for (const [title, text, wrong] of cases) {
    test(`names line and field: ${title}`, async () => {
      const result = await applied(text)
      expect(result.code).toBe(2)
      expect(result.wrong[0]).toContain(wrong)
      expect(result.wrong[0]).not.toContain('\n')
    }, 30_000)
  }

  test('is refused where it, or the plan beside it, is not UTF-8: nothing gets a name with a character that stands for none', async () => {
    const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
    const options = { file: file(latin1(`# A comment\n${NEW_EVENT('Soirée')}`)), yes: true }
    const refused = await usher(apply, options)
    expect(refused.code).toBe(2)
    expect(refused.wrong).toEqual([
      expect.stringMatching(/event\.yaml:2: has a byte that is not UTF-8 \(0xE9, byte \d+ of the line\)$/),
    ])
    file(latin1('{"name": "Säle"}'), 'hall.json')
    const beside = await applied(NEW_EVENT('wrong').replace('studio', 'hall.json'))
    expect(beside.wrong).toEqual([
      expect.stringMatching(/hall\.json:1: has a byte that is not UTF-8 \(0xE4, byte 12 of the line\)$/),
    ])
  })

  test('names a category that there is not and what is no amount of its price at once', async () => {
    const { wrong } = await applied(NEW_EVENT('wrong').replace('Side: 30', 'Sides: 30.001\n  Side: 30.002'))
    expect(wrong).toEqual([
      expect.stringContaining('prices.Sides: the layout has no such category'),
      expect.stringContaining('prices.Sides: "30.001" is no amount of USD'),
      expect.stringContaining('prices.Side: "30.002" is no amount of USD'),
    ])
  })

  test('says one thing of one mistake', async () => {
    const { wrong } = await applied(NEW_EVENT('wrong').replace('45.00', '"12,50"'))
    expect(wrong).toEqual([
      expect.stringMatching(/:14: prices\.Center\.adult: must be number or must have the form of 45\.00$/),
    ])
  })

  test('names an organiser that there is not', async () => {
    const options = { file: file(NEW_EVENT('elsewhere')), yes: true, organiser: 'somebody' }
    expect((await usher(apply, options)).wrong[0]).toMatch(
      /^there is no organiser "somebody"; there are default/,
    )
  })

  test('is refused where nobody can be asked', async () => {
    expect((await usher(apply, { file: file(NEW_EVENT('asked')) })).wrong[0]).toContain('nobody to ask')
  })
})

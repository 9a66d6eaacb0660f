import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { systemClock, systemIds, systemRandom } from '../../platform/clock.ts'
import { openDatabase, type Database } from '../../platform/postgres/database.ts'
import {
  accessCodeHash,
  createInventory,
  type EventRules,
  type InventoryService,
} from '../inventory/index.ts'
import type { Layout } from '../../shared/layout.ts'
import { audit } from './index.ts'

const layout = smallHall(3, 6, { standing: 12 })
/** The layouts that an event may get; the second has two seats more, the last too few places once some are sold. */
const LAYOUTS: Record<string, Layout> = {
  hall: layout,
  larger: smallHall(3, 6, { standing: 16 }),
  tighter: smallHall(3, 6, { standing: 5 }),
}
for (const number of ['1', '2'])
  LAYOUTS['larger']!.seats.push({
    seat_id: `D${number}`,
    section: 0,
    row: 'D',
    number,
    x: 0,
    y: 300,
    category: 1,
  })
const SEAT_IDS = LAYOUTS['larger']!.seats.map((seat) => seat.seat_id)
const BUYERS = Array.from({ length: 4 }, () => systemIds.uuid())
const CONTACTS = [systemIds.uuid(), systemIds.uuid()]
const uuid = (): string => systemIds.uuid()

let db: TestDatabase
const pools: Database[] = []
const processes: InventoryService[] = []
let lastEvent = 0
let movedInAll = 0
let relaidInAll = 0

beforeAll(async () => {
  db = await testDatabase()
  for (let i = 0; i < 2; i++) {
    const database = openDatabase({ url: db.url, connectionsMax: 6 })
    pools.push(database)
    processes.push(
      createInventory({
        database,
        clock: systemClock,
        ids: systemIds,
        random: systemRandom,
        layout: (hash) => Promise.resolve(LAYOUTS[hash] ?? null),
      }),
    )
  }
})
afterAll(async () => {
  for (const one of processes) await one.sequencers.stop()
  for (const pool of pools) await pool.close()
  await db.drop()
})

type Known = {
  holdId: string
  buyer: string
  tickets: number
  attempt: string
  orderId: string
  ticketIds: string[]
  refundId: string
  seats: string[]
}
/** What a step acts on is drawn from what earlier steps made, so that most steps mean something. */
type Step = {
  what: (typeof STEPS)[number]
  process: number
  buyer: number
  pick: number
  places: number[]
  size: number
}
const STEPS = [
  'hold', 'hold', 'hold', 'best', 'area', 'extend', 'release', 'pay', 'pay', 'end', 'confirm', 'confirm', 'issue', 'cancel',
  'reopen', 'again', 'block', 'unblock', 'configure', 'repeat',
  'transfer', 'cancel-event', 'allocate', 'free', 'places', 'places', 'move', 'move', 'relayout',
] as const // prettier-ignore

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...STEPS),
  process: fc.nat(1),
  buyer: fc.nat(BUYERS.length - 1),
  pick: fc.nat(20),
  places: fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 3 }),
  size: fc.integer({ min: 1, max: 3 }),
})
/** Steps of one round go out at once, to two processes; rounds follow each other. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 4, maxLength: 16 })

test('whatever two processes sold together, the audit finds nothing', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (rounds) => {
      const eventId = String((lastEvent += 1))
      await processes[0]!.open({ eventId, layoutHash: 'hall', rules: smallRules({ holdSeconds: 1 }) })
      const known: Known[] = []
      for (const n of [0, 1]) await sell(eventId, n, known)
      for (const round of rounds) {
        await Promise.all(round.map((one) => take(one, eventId, known)))
        if (round.length === 6) await Bun.sleep(60)
      }
      const report = await audit(
        { database: db.database, clock: systemClock },
        { eventId, money: false, graceMs: 0 },
      )
      expect(report.findings.map((finding) => finding.what)).toEqual([])
      expect(report.figures.entries).toBeGreaterThan(0)
    }),
    { numRuns: 40 },
  )
  expect(movedInAll).toBeGreaterThan(0)
  expect(relaidInAll).toBeGreaterThan(0)
}, 60_000)

test('another layout and the first one again, in one entry: clean', async () => {
  const inventory = processes[0]!
  const opened = async (): Promise<string> => {
    const eventId = String((lastEvent += 1))
    await inventory.open({ eventId, layoutHash: 'hall', rules: smallRules() })
    return eventId
  }
  // Both halls are known from here on, so that what is asked for first is decided first.
  await inventory.relayout({ eventId: await opened(), layoutHash: 'tighter' })
  const eventId = await opened()
  const both = ['tighter', 'hall'].map((layoutHash) => inventory.relayout({ eventId, layoutHash }))
  expect(await Promise.all(both)).toEqual([{ version: 2 }, { version: 2 }])
  const report = await audit({ database: db.database, clock: systemClock }, { eventId, money: false })
  expect(report.findings.map((finding) => finding.what)).toEqual([])
})

/** Two seats of a row, so that there is a ticket that can be moved. */
async function sell(eventId: string, n: number, known: Known[]): Promise<void> {
  const base = { process: n, buyer: n, pick: 1, size: 1 }
  await take({ ...base, what: 'hold', places: [n * 6, n * 6 + 1] }, eventId, known)
  for (const what of ['pay', 'confirm', 'issue'] as const)
    await take({ ...base, what, pick: n, places: [0] }, eventId, known)
}

async function take(s: Step, eventId: string, known: Known[]): Promise<void> {
  const inventory = processes[s.process]!
  const buyer = BUYERS[s.buyer]!
  const seats = s.places.map((place) => SEAT_IDS[place]!)
  const one = known[s.pick % Math.max(1, known.length)]
  const remember = (result: unknown): void => {
    const hold = result as { holdId?: string; buyer: string; lines: { quantity: number; seat?: number }[] }
    if (hold.holdId === undefined || known.some((k) => k.holdId === hold.holdId)) return
    const tickets = hold.lines.reduce((sum, line) => sum + line.quantity, 0)
    const ticketIds = Array.from({ length: tickets }, uuid)
    known.push({
      holdId: hold.holdId,
      buyer: hold.buyer,
      tickets,
      attempt: uuid(),
      orderId: uuid(),
      ticketIds,
      refundId: uuid(),
      seats: hold.lines.flatMap(({ seat }) => (seat === undefined ? [] : SEAT_IDS[seat]!)),
    })
  }
  const key = s.size > 1 ? { keyHash: uuid(), requestHash: uuid() } : undefined
  switch (s.what) {
    case 'hold':
      return remember(
        await inventory.hold({
          eventId,
          buyer,
          seats: seats.map((seatId) => ({ seatId })),
          ...(key && { key }),
          ...(s.pick % 3 === 0 && { accessCode: s.size > 1 ? 'friend' : 'press' }),
          ...(s.size === 3 && { contactHash: CONTACTS[s.buyer % 2]! }),
        }),
      )
    case 'repeat': {
      const request = {
        eventId,
        buyer,
        seats: seats.map((seatId) => ({ seatId })),
        key: { keyHash: uuid(), requestHash: uuid() },
      }
      const answers = await Promise.all([inventory.hold(request), processes[1 - s.process]!.hold(request)])
      return answers.forEach(remember)
    }
    case 'best':
      return remember(await inventory.hold({ eventId, buyer, bestAvailable: { quantity: s.size } }))
    case 'area':
      return remember(
        await inventory.hold({
          eventId,
          buyer,
          areas: [{ areaId: 'standing', quantity: s.size }],
          ...(key && { key }),
          ...(s.pick % 2 === 0 && { accessCode: 'press' }),
        }),
      )
    case 'transfer':
      return void (await inventory.transfer({
        eventId,
        from: buyer,
        to: BUYERS[s.pick % BUYERS.length]!,
        ...(s.size > 1 && { contactHash: CONTACTS[s.size % 2]! }),
      }))
    case 'cancel-event':
      // Rarely: after it there is little left to do.
      return void (s.pick === 0 && s.size === 1 && (await inventory.cancelEvent({ eventId })))
    case 'allocate':
      return void (await inventory.allocate({ eventId, allocation: 1 + (s.pick % 2), seats }))
    case 'places': {
      const places = { eventId, allocation: 1 + (s.pick % 2), areaId: 'standing', places: s.pick % 9 }
      return void (await inventory.allocatePlaces(places))
    }
    case 'free':
      return void (await inventory.releaseAllocation({
        eventId,
        allocation: 1 + (s.pick % 2),
        ...(s.size > 1 && { seats }),
      }))
    case 'move': {
      // Of what is sold or was to be, to wherever it falls; several at once, and in circles, where they meet.
      const sold = known.flatMap((k) => k.seats).slice(-9)
      const from = [...new Set(s.places.map((place) => sold[place % Math.max(1, sold.length)] ?? seats[0]!))]
      const to = s.size === 1 ? [...from.slice(1), from[0]!] : seats
      const moves = from.flatMap((seat, i) => {
        const target = to[i] ?? SEAT_IDS[(s.pick + i) % 20]!
        return target === seat ? [] : [{ from: seat, to: target }]
      })
      const moved = await inventory.moveTickets({ eventId, moves, block: s.pick % 2 === 0 })
      if ('moved' in moved && moved.moved.length > 0) movedInAll += moved.moved.length
      return
    }
    case 'relayout': {
      const done = await inventory.relayout({ eventId, layoutHash: Object.keys(LAYOUTS)[s.pick % 3]! })
      if ('version' in done) relaidInAll += 1
      return
    }
    case 'block':
      return void (await inventory.block({ eventId, seats }))
    case 'unblock':
      return void (await inventory.unblock({ eventId, seats }))
    case 'configure':
      return void (await inventory.configure({
        eventId,
        rules: smallRules({
          holdSeconds: 1,
          ticketsPerBuyer: 2 + s.pick,
          extensionsMax: s.size,
          ...(s.pick % 2 === 1 && phases(eventId, s.size)),
        }),
      }))
    default:
      if (one) await takeKnown(s, eventId, one, inventory, remember)
  }
}

const phases = (eventId: string, size: number): Partial<EventRules> => ({
  offers: [
    { id: 'friends', startsAt: null, endsAt: null, access: 'code', ticketsPerBuyer: 1 + size, capacity: 6 },
    {
      ...{ id: 'all', startsAt: null, endsAt: null, access: 'open', capacity: 9 },
      prices: [{ category: 0, priceType: 0, amount: 4000 + size, fee: 400, tax: 262 }],
    },
  ],
  allocations: [
    { no: 1, kind: 'press', releaseAt: null },
    { no: 2, kind: 'agency', releaseAt: systemClock.now() + size * 40 },
  ],
  accessCodes: [
    { hash: accessCodeHash(eventId, 'friend'), uses: size, offer: 1 },
    { hash: accessCodeHash(eventId, 'press'), uses: null, allocation: 1 },
  ],
})

async function takeKnown(
  s: Step,
  eventId: string,
  one: Known,
  inventory: InventoryService,
  remember: (hold: unknown) => void,
): Promise<void> {
  const { holdId, buyer, attempt, orderId, ticketIds, refundId } = one
  const payment = { eventId, paymentMs: 500, paymentMsMax: 700 }
  switch (s.what) {
    case 'extend':
      return void (await inventory.extend(holdId, eventId, buyer, { keyHash: uuid(), requestHash: uuid() }))
    case 'release':
      return void (await inventory.release(holdId, eventId, buyer))
    case 'pay':
      return void (await inventory.beginPayment({ ...payment, holdId, buyer, attempt }))
    case 'end':
      return void (await inventory.endPayment({ eventId, holdId, attempt }))
    case 'confirm':
      return void (await inventory.confirm({ eventId, holdId, attempt, orderId, ticketIds }))
    case 'issue':
      return void (await inventory.issue({ eventId, holdId, orderId }))
    case 'cancel':
      return void (await inventory.cancelTickets({
        eventId,
        holdId,
        orderId,
        ticketIds: ticketIds.slice(0, s.size),
        refundId,
      }))
    case 'reopen':
      return void (await inventory.reopen({
        eventId,
        holdId,
        ticketIds: ticketIds.slice(0, s.size),
        refundId,
      }))
    case 'again':
      return remember(await inventory.holdAgain({ ...payment, holdId, newHoldId: uuid(), attempt: uuid() }))
    default:
      throw new Error(`${s.what} names no hold`)
  }
}

import { isRefusal, type Refusal } from '../../src/shared/errors.ts'
import { audit } from '../../src/features/audit/index.ts'
import { systemClock, systemIds } from '../../src/platform/clock.ts'
import { openDatabase, type Database } from '../../src/platform/postgres/database.ts'
import { ServerFault, startProcess, type RemoteInventory } from './processes.ts'
import { smallHall, smallRules } from './small-hall.ts'

const ROWS = 40
const PER_ROW = 50
/** Events by how long their holds last: in one nothing expires during a run, in the other nearly everything does. */
const EVENTS = [
  { eventId: '1', holdSeconds: 3_600 },
  { eventId: '2', holdSeconds: 2 },
]
const PROCESSES = 3
const CLIENTS = 24

/** What a client was told and may rely on. */
type Acknowledged = {
  eventId: string
  holdId: string
  seats: number[]
  expiresAt: number
  /** `maybe released`: the answer to the release never came and it was not asked again. */
  state: 'held' | 'released' | 'booked'
  tickets: string[]
}

export type CrashReport = {
  kills: number
  acknowledged: number
  refused: number
  unanswered: number
  booked: number
  released: number
  /** Nothing that was acknowledged is missing, and the audit found nothing: empty. */
  wrong: string[]
}

export type CrashOptions = {
  url: string
  kills: number
  /** Milliseconds between two kills: random between half of it and one and a half. */
  everyMs: number
  /** Kills something; by default one of the processes, which is started anew. */
  kill?: (round: number) => Promise<void>
  onProgress?: (kills: number, acknowledged: number) => void
}

/**
 * Clients hold, release and buy seats through three processes while these, or the database, are killed at random
 * moments. Afterwards every answer that a client got has to be found in the database, and the audit has to be clean.
 */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const database = openDatabase({ url: options.url })
  const processes = await Promise.all(
    Array.from({ length: PROCESSES }, () => startProcess(options.url, ROWS, PER_ROW)),
  )
  const run: Run = { processes, stopped: false, acknowledged: [], refused: 0, unanswered: 0, faults: [] }
  try {
    for (const { eventId, holdSeconds } of EVENTS) {
      const rules = smallRules({ ticketsPerBuyer: 1_000, holdSeconds })
      await persist(run, (one) => one.call('open', { eventId, layoutHash: 'hall', rules }))
    }
    const clients = Array.from({ length: CLIENTS }, (_, n) => client(run, n))
    let kills = 0
    for (; kills < options.kills; kills++) {
      await Bun.sleep(options.everyMs * (0.5 + Math.random()))
      await (options.kill?.(kills) ?? killProcess(run, options.url, kills))
      options.onProgress?.(kills + 1, run.acknowledged.length)
    }
    await Bun.sleep(options.everyMs)
    run.stopped = true
    await Promise.all(clients)
    const wrong = [
      ...run.faults,
      ...(await missing(database, run.acknowledged)),
      ...(await audited(database)),
    ]
    const count = (state: Acknowledged['state']): number =>
      run.acknowledged.filter((one) => one.state === state).length
    return {
      kills,
      acknowledged: run.acknowledged.length,
      refused: run.refused,
      unanswered: run.unanswered,
      booked: count('booked'),
      released: count('released'),
      wrong,
    }
  } finally {
    run.stopped = true
    for (const one of run.processes) one.signal('SIGKILL')
    await Promise.all(run.processes.map((one) => one.ended))
    await database.close().catch(() => {})
  }
}

type Run = {
  processes: RemoteInventory[]
  stopped: boolean
  acknowledged: Acknowledged[]
  refused: number
  unanswered: number
  faults: string[]
}

async function killProcess(run: Run, url: string, round: number): Promise<void> {
  const victim = run.processes[round % PROCESSES]!
  victim.signal('SIGKILL')
  await victim.ended
  run.processes[round % PROCESSES] = await startProcess(url, ROWS, PER_ROW)
}

/** Asks any process until one gives an answer that says what happened. */
async function persist<T>(
  run: Run,
  ask: (one: RemoteInventory) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  for (;;) {
    try {
      const answer = await ask(run.processes[Math.floor(Math.random() * PROCESSES)]!)
      if (!isRefusal(answer) || (answer.refused !== 'unavailable' && answer.refused !== 'busy')) return answer
    } catch (error) {
      if (error instanceof ServerFault) run.faults.push(error.message)
      // Otherwise it was killed, or is not yet back.
    }
    run.unanswered += 1
    await Bun.sleep(20)
  }
}

const seatIds = smallHall(ROWS, PER_ROW).seats.map((seat) => seat.seat_id)

async function client(run: Run, n: number): Promise<void> {
  const buyer = systemIds.uuid()
  const mine: Acknowledged[] = []
  for (let round = 0; !run.stopped; round++) {
    const { eventId } = EVENTS[round % EVENTS.length]!
    const first = Math.floor(Math.random() * (seatIds.length - 1))
    const seats = [first, first + 1].map((seat) => ({ seatId: seatIds[seat]! }))
    const key = { keyHash: systemIds.uuid(), requestHash: systemIds.uuid() }
    const hold = await persist(run, (one) => one.call('hold', { eventId, buyer, seats, key }))
    if (isRefusal(hold)) run.refused += 1
    else {
      const { holdId, expiresAt } = hold
      const got: Acknowledged = {
        eventId,
        holdId,
        seats: [first, first + 1],
        expiresAt,
        state: 'held',
        tickets: [],
      }
      run.acknowledged.push(got)
      mine.push(got)
    }
    if ((round + n) % 3 !== 0) continue
    const next = mine.shift()
    if (next) await (round % 2 === 0 ? release(run, buyer, next) : buy(run, buyer, next))
  }
}

async function release(run: Run, buyer: string, hold: Acknowledged): Promise<void> {
  const done = await persist(run, (one) => one.call('release', hold.holdId, hold.eventId, buyer))
  if (!isRefusal(done)) hold.state = 'released'
}

async function buy(run: Run, buyer: string, { eventId, holdId }: Acknowledged): Promise<void> {
  const payment = {
    eventId,
    holdId,
    buyer,
    attempt: systemIds.uuid(),
    paymentMs: 60_000,
    paymentMsMax: 120_000,
  }
  const begun = await persist(run, (one) => one.call('beginPayment', payment))
  if (isRefusal(begun)) return
  const orderId = systemIds.uuid()
  const ticketIds = [systemIds.uuid(), systemIds.uuid()]
  const booked = await persist(run, (one) => one.call('confirm', { ...payment, orderId, ticketIds }))
  const hold = run.acknowledged.find((one) => one.holdId === holdId)!
  if (isRefusal(booked)) throw new Error(`a hold in payment did not book: ${booked.refused}`)
  hold.state = 'booked'
  hold.tickets = ticketIds
  await persist(run, (one) => one.call('issue', { eventId, holdId, orderId }))
}

/** Acknowledged holds and bookings that the database does not have, or has ended before their time. */
async function missing(database: Database, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const { rows: holds } = await database.pool.query<{ hold_id: string; state: number }>(
    'select hold_id, state from holds',
  )
  const { rows: seats } = await database.pool.query<{
    event_id: number
    seat_no: number
    hold_id: string | null
  }>('select event_id, seat_no, hold_id from event_seats where status <> 0')
  const { rows: tickets } = await database.pool.query<{ ticket_id: string; state: number }>(
    'select ticket_id, state from tickets',
  )
  const { rows: expiries } = await database.pool.query<{ id: string; at: number }>(
    `select change ->> 'id' as id, l.at
       from ledger l cross join lateral json_array_elements(convert_from(substr(l.body, 2), 'UTF8')::json -> 'changes') as change
      where change ->> 'k' = 'expire'`,
  )
  const stateOf = new Map(holds.map((row) => [row.hold_id, row.state]))
  const holderOf = new Map(seats.map((row) => [`${row.event_id} ${row.seat_no}`, row.hold_id]))
  const stateOfTicket = new Map(tickets.map((row) => [row.ticket_id, row.state]))
  const expiredAt = new Map(expiries.map((row) => [row.id, Number(row.at)]))
  return acknowledged.flatMap((one) => {
    const state = stateOf.get(one.holdId)
    const name = `hold ${one.holdId} of event ${one.eventId}`
    const hasSeats = one.seats.every((seat) => holderOf.get(`${one.eventId} ${seat}`) === one.holdId)
    if (state === undefined) return [`${name} was acknowledged and is not there`]
    if (one.state === 'booked') {
      const valid = one.tickets.every((ticket) => stateOfTicket.get(ticket) === 1)
      return state === 2 && hasSeats && valid ? [] : [`${name} was booked and is in state ${state}`]
    }
    if (one.state === 'released')
      return state === 3 || state === 4 ? [] : [`${name} was released and is in state ${state}`]
    if (state < 2) return hasSeats ? [] : [`${name} lives without its seats`]
    const end = expiredAt.get(one.holdId)
    if (state === 4 && end !== undefined && end >= one.expiresAt) return []
    return [`${name} ended in state ${state} at ${end}, before its time ${one.expiresAt}`]
  })
}

async function audited(database: Database): Promise<string[]> {
  const report = await audit({ database, clock: systemClock }, { money: false })
  return report.findings.map((finding) => JSON.stringify(finding))
}

import type pg from 'pg'

/** What a hold writes, whatever the design: the same columns as Usher's commit. */
export type HoldRecord = {
  eventId: string
  /** Ascending, so that no two transactions wait for each other in a circle. */
  seats: readonly number[]
  holdId: string
  buyer: string
  until: Date
  limit: number
  rulesVersion: number
  orderFee: number
  orderFeeTax: number
  lines: string
}

export type Held = 'held' | { failed: number[] } | 'limit_exceeded'

/** One way to hold seats for one buyer. All are right under concurrency; they differ in how they get there. */
export type Design = (pool: pg.Pool, hold: HoldRecord) => Promise<Held>

export const DESIGNS = {
  'for-update': forUpdate,
  conditional: conditionalUpdate,
  version: versionColumn,
  function: oneFunction,
} satisfies Record<string, Design>

export type DesignName = keyof typeof DESIGNS

/** Optimistic tries before the buyer is told that the seats are taken. */
const TRIES_MAX = 5

const LOCK_SEATS = `select seat_no, status from event_seats
  where event_id = $1 and seat_no = any($2::int[]) order by seat_no for update`
const TAKE_SEATS = `update event_seats set status = 1, hold_id = $3, held_until = $4
  where event_id = $1 and seat_no = any($2::int[])`
const TAKE_FREE_SEATS = `${TAKE_SEATS} and status = 0 returning seat_no`
const READ_SEATS = `select seat_no, status, version from event_seats
  where event_id = $1 and seat_no = any($2::int[])`
const TAKE_AT_VERSION = `update event_seats s
  set status = 1, hold_id = $4, held_until = $5, version = s.version + 1
  from unnest($2::int[], $3::int[]) as x(seat_no, version)
  where s.event_id = $1 and s.seat_no = x.seat_no and s.version = x.version`
const INSERT_HOLD = `insert into holds
  (event_id, hold_id, buyer, expires_at, lines, rules_version, order_fee, order_fee_tax)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`
const COUNT_TICKETS = `insert into buyer_tickets as b (event_id, buyer, tickets) values ($1, $2, $3)
  on conflict (event_id, buyer) do update set tickets = b.tickets + excluded.tickets
  where b.tickets + excluded.tickets <= $4`
const HOLD_SEATS = 'select hold_seats($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as failed'

async function forUpdate(pool: pg.Pool, hold: HoldRecord): Promise<Held> {
  return transaction(pool, async (client) => {
    const { rows } = await run<{ seat_no: number; status: number }>(client, 'lock-seats', LOCK_SEATS, [
      hold.eventId,
      hold.seats,
    ])
    const failed = rows.filter((row) => row.status !== 0).map((row) => row.seat_no)
    if (failed.length > 0) return { failed }
    if (!(await countTickets(client, hold))) return 'limit_exceeded'
    await insertHold(client, hold)
    await run(client, 'take-seats', TAKE_SEATS, [hold.eventId, hold.seats, hold.holdId, hold.until])
    return 'held'
  })
}

async function conditionalUpdate(pool: pg.Pool, hold: HoldRecord): Promise<Held> {
  return transaction(pool, async (client) => {
    const { rows } = await run<{ seat_no: number }>(client, 'take-free-seats', TAKE_FREE_SEATS, [
      hold.eventId,
      hold.seats,
      hold.holdId,
      hold.until,
    ])
    if (rows.length !== hold.seats.length) {
      return { failed: hold.seats.filter((seat) => !rows.some((row) => row.seat_no === seat)) }
    }
    if (!(await countTickets(client, hold))) return 'limit_exceeded'
    await insertHold(client, hold)
    return 'held'
  })
}

// Reads outside the transaction; nothing is locked until the versions are compared.
async function versionColumn(pool: pg.Pool, hold: HoldRecord): Promise<Held> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const { rows } = await run<{ seat_no: number; status: number; version: number }>(
      pool,
      'read-seats',
      READ_SEATS,
      [hold.eventId, hold.seats],
    )
    const failed = rows.filter((row) => row.status !== 0).map((row) => row.seat_no)
    if (failed.length > 0) return { failed }
    const held = await transaction(pool, async (client): Promise<Held | 'moved'> => {
      const { rowCount } = await run(client, 'take-at-version', TAKE_AT_VERSION, [
        hold.eventId,
        rows.map((row) => row.seat_no),
        rows.map((row) => row.version),
        hold.holdId,
        hold.until,
      ])
      if (rowCount !== hold.seats.length) return 'moved'
      if (!(await countTickets(client, hold))) return 'limit_exceeded'
      await insertHold(client, hold)
      return 'held'
    })
    if (held !== 'moved') return held
  }
  return { failed: [...hold.seats] }
}

async function oneFunction(pool: pg.Pool, hold: HoldRecord): Promise<Held> {
  const values = [
    hold.eventId,
    hold.seats,
    hold.holdId,
    hold.buyer,
    hold.until,
    hold.limit,
    hold.rulesVersion,
    hold.orderFee,
    hold.orderFeeTax,
    hold.lines,
  ]
  const { rows } = await run<{ failed: number[] | null }>(pool, 'hold-seats', HOLD_SEATS, values)
  const { failed } = rows[0]!
  if (failed === null) return 'limit_exceeded'
  return failed.length === 0 ? 'held' : { failed }
}

async function countTickets(client: pg.PoolClient, hold: HoldRecord): Promise<boolean> {
  const { rowCount } = await run(client, 'count-tickets', COUNT_TICKETS, [
    hold.eventId,
    hold.buyer,
    hold.seats.length,
    hold.limit,
  ])
  return rowCount === 1
}

async function insertHold(client: pg.PoolClient, hold: HoldRecord): Promise<void> {
  await run(client, 'insert-hold', INSERT_HOLD, [
    hold.eventId,
    hold.holdId,
    hold.buyer,
    hold.until,
    hold.lines,
    hold.rulesVersion,
    hold.orderFee,
    hold.orderFeeTax,
  ])
}

async function transaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query(result === 'held' ? 'commit' : 'rollback')
    return result
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

async function run<Row extends object>(
  client: pg.Pool | pg.PoolClient,
  name: string,
  text: string,
  values: unknown[],
): Promise<pg.QueryResult<Row>> {
  return client.query<Row>({ name, text, values })
}

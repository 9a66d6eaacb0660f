import { statement, type Database, type Sql, type Statement } from '../postgres/database.ts'
import type { Fact } from './fact.ts'

export type Position = { xid: string; eventId: number; version: number; n: number }
/** Where the consumer reads on, and whether anything is there: most looks find nothing, and are this one statement. */
export type Claimed = Position & { hasRows: boolean; hasParked: boolean }
/** A row of the outbox with its place in it. */
export type Row = Fact & { xid: string }
export type ParkedFact = Row & { tries: number }

export type Source = { consumer: string; table: string; cluster: string; lease: string }

const COLUMNS = `fact_id as "factId", xid::text, event_id as "eventId", version, n, kind, key, body, at`

/** Of the cluster that counts the transaction ids. */
const CLUSTER = statement('outbox.cluster', `select system_identifier::text as id from pg_control_system()`)

const RENEW = statement(
  'outbox.renew',
  `update outbox_positions set leased_until = clock_timestamp() + $5 * interval '1 ms'
    where consumer = $1 and source = $2 and cluster = $3 and lease = $4`,
)

const RELEASE = statement(
  'outbox.release',
  `update outbox_positions set lease = null, leased_until = null
    where consumer = $1 and source = $2 and cluster = $3 and lease = $4`,
)

const ADVANCE = statement(
  'outbox.advance',
  `update outbox_positions
      set xid = $5::xid8, event_id = $6, version = $7, n = $8, updated_at = clock_timestamp()
    where consumer = $1 and source = $2 and cluster = $3 and lease = $4`,
)

const ELSEWHERE = statement(
  'outbox.read_elsewhere',
  `select 1 from outbox_positions where source = $1 and cluster <> $2 limit 1`,
)

const PARK = statement(
  'outbox.park',
  `insert into outbox_parked (consumer, source, fact_id, xid, event_id, version, n, kind, key, body, at,
                              tries, next_at, last_error, dead_at, parked_at)
   values ($1, $2, $3, $4::xid8, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
   on conflict (consumer, source, fact_id) do nothing`,
)

const PARKED_KEYS = statement(
  'outbox.parked_keys',
  `select distinct key from outbox_parked
    where consumer = $1 and source = $2 and dead_at is null and key = any ($3)`,
)

// Only the first of its key: those behind it wait until it is dealt with or given up.
const PARKED_DUE = statement(
  'outbox.parked_due',
  `select ${COLUMNS}, tries
     from outbox_parked p
    where consumer = $1 and source = $2 and dead_at is null and next_at <= $3
      and not exists (select 1 from outbox_parked b
                       where b.consumer = p.consumer and b.source = p.source and b.key = p.key
                         and b.dead_at is null and b.position < p.position)
    order by next_at, position limit $4`,
)

const PARKED_RETRY = statement(
  'outbox.parked_retry',
  `update outbox_parked set tries = $4, next_at = $5, last_error = $6, dead_at = $7
    where consumer = $1 and source = $2 and fact_id = $3`,
)

const PARKED_DONE = statement(
  'outbox.parked_done',
  `delete from outbox_parked where consumer = $1 and source = $2 and fact_id = $3`,
)

const PARKED_REVIVE = statement(
  'outbox.parked_revive',
  `update outbox_parked set dead_at = null, tries = 0, next_at = $2
    where consumer = $1 and dead_at is not null`,
)

/** Given up facts that are listed; `countParkedFacts` says how many there are. */
const DEAD_LISTED_MAX = 200

const PARKED_DEAD = statement(
  'outbox.parked_dead',
  `select consumer, fact_id as "factId", kind, key, tries, last_error as error, dead_at as "deadAt"
     from outbox_parked where dead_at is not null order by dead_at, position limit ${DEAD_LISTED_MAX}`,
)

const PARKED_COUNT = statement(
  'outbox.parked_count',
  `select consumer, source, count(*) filter (where dead_at is null)::int as waiting,
          count(*) filter (where dead_at is not null)::int as dead
     from outbox_parked group by 1, 2`,
)

export const outboxStore = {
  async cluster(sql: Sql): Promise<string> {
    return (await sql.query<{ id: string }>(CLUSTER)).rows[0]!.id
  },

  /** The position and what there is to do, or null while another process reads. */
  async claim(sql: Sql, s: Source, leaseMs: number): Promise<Claimed | null> {
    const values = [...identity(s), leaseMs]
    return (await sql.query<Claimed>(claim(s.table), values)).rows[0] ?? null
  },

  async renew(sql: Sql, s: Source, leaseMs: number): Promise<boolean> {
    return (await sql.query(RENEW, [...identity(s), leaseMs])).rowCount === 1
  },

  async release(sql: Sql, s: Source): Promise<void> {
    await sql.query(RELEASE, identity(s))
  },

  /**
   * Rows that came over from another cluster (a dump, a restore) carry transaction ids that mean nothing here, and
   * those above this cluster's would not be read for years. They get the present one; within an event their order is
   * that of version and n. Rows of a transaction that is still open cannot be seen and are left alone.
   */
  async adopt(sql: Sql, s: Source): Promise<void> {
    if ((await sql.query(ELSEWHERE, [s.table, s.cluster])).rowCount > 0) await sql.query(adopt(s.table))
  },

  async read(sql: Sql, s: Source, after: Position, rowsMax: number): Promise<Row[]> {
    const { xid, eventId, version, n } = after
    return (await sql.query<Row>(read(s.table), [xid, eventId, version, n, rowsMax])).rows
  },

  async keysParked(sql: Sql, s: Source, keys: readonly string[]): Promise<Set<string>> {
    const { rows } = await sql.query<{ key: string }>(PARKED_KEYS, [s.consumer, s.table, keys])
    return new Set(rows.map((row) => row.key))
  },

  async parkedDue(sql: Sql, s: Source, now: Date, rowsMax: number): Promise<ParkedFact[]> {
    return (await sql.query<ParkedFact>(PARKED_DUE, [s.consumer, s.table, now, rowsMax])).rows
  },

  async parkedDone(sql: Sql, s: Source, factId: string): Promise<void> {
    await sql.query(PARKED_DONE, [s.consumer, s.table, factId])
  },

  async parkedRetry(sql: Sql, s: Source, factId: string, next: Parking): Promise<void> {
    const { tries, nextAt, error, deadAt } = next
    await sql.query(PARKED_RETRY, [s.consumer, s.table, factId, tries, nextAt, error, deadAt])
  },

  /** The new position and what was parked on the way, together; false: the lease is lost and nothing was written. */
  advance(
    database: Database,
    s: Source,
    to: Position,
    parked: readonly { row: Row; parking: Parking }[],
    now: Date,
  ): Promise<boolean> {
    return database.transaction(async (sql) => {
      const { xid, eventId, version, n } = to
      const { rowCount } = await sql.query(ADVANCE, [...identity(s), xid, eventId, version, n])
      if (rowCount !== 1) return false
      for (const { row: r, parking: p } of parked) {
        const fact = [r.factId, r.xid, r.eventId, r.version, r.n, r.kind, r.key, JSON.stringify(r.body), r.at]
        await sql.query(PARK, [s.consumer, s.table, ...fact, p.tries, p.nextAt, p.error, p.deadAt, now])
      }
      return true
    })
  },
}

export type Parking = { tries: number; nextAt: Date; error: string | null; deadAt: Date | null }

/** Gives the consumer's dead facts another round of tries; how many there were. */
export async function reviveDeadFacts(sql: Sql, consumer: string, now: Date): Promise<number> {
  return (await sql.query(PARKED_REVIVE, [consumer, now])).rowCount
}

export type DeadFact = {
  consumer: string
  factId: string
  kind: string
  key: string
  tries: number
  /** The kind of error and its code. */
  error: string | null
  deadAt: Date
}

/** What was given up and waits for a person, the oldest first. */
export async function listDeadFacts(sql: Sql): Promise<DeadFact[]> {
  return (await sql.query<DeadFact>(PARKED_DEAD)).rows
}

export type ParkedCount = { consumer: string; source: string; waiting: number; dead: number }

export async function countParkedFacts(sql: Sql): Promise<ParkedCount[]> {
  return (await sql.query<ParkedCount>(PARKED_COUNT)).rows
}

function identity(s: Source): [string, string, string, string] {
  return [s.consumer, s.table, s.cluster, s.lease]
}

const TABLE = /^[a-z][a-z0-9_]{0,62}$/

/** A table's name cannot be a parameter; only names that the code itself writes come here. */
function named(table: string, name: string, text: string): Statement {
  if (!TABLE.test(table)) throw new Error('that is not the name of an outbox')
  return statement(`outbox.${name}.${table}`, text)
}

// Free, run out, or ours already. By the database's clock, which all processes share.
function claim(table: string): Statement {
  return named(
    table,
    'claim',
    `insert into outbox_positions as p (consumer, source, cluster, lease, leased_until)
     values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 ms')
     on conflict (consumer, source, cluster) do update
        set lease = excluded.lease, leased_until = excluded.leased_until
      where p.lease is null or p.lease = excluded.lease or p.leased_until < clock_timestamp()
    returning xid::text, event_id as "eventId", version, n,
      exists (select from ${table} t
               where (t.xid, t.event_id, t.version, t.n) > (p.xid, p.event_id, p.version, p.n) and ${settled('t')}
             ) as "hasRows",
      exists (select from outbox_parked k
               where k.consumer = p.consumer and k.source = p.source and k.dead_at is null) as "hasParked"`,
  )
}

// What is below the oldest transaction still open can neither change nor be joined by an earlier row.
function settled(row: string): string {
  return `${row}.xid < pg_snapshot_xmin(pg_current_snapshot())`
}

function read(table: string): Statement {
  return named(
    table,
    'read',
    `select ${COLUMNS} from ${table}
      where (xid, event_id, version, n) > ($1::xid8, $2::bigint, $3::bigint, $4::bigint)
        and ${settled(table)}
      order by ${table}.xid, event_id, version, n limit $5`,
  )
}

function adopt(table: string): Statement {
  return named(
    table,
    'adopt',
    `update ${table} set xid = pg_current_xact_id() where xid >= pg_snapshot_xmin(pg_current_snapshot())`,
  )
}

// Nobody who reads at all is more than days behind; who is further than `$2` has been taken out of service.
export function clear(table: string): Statement {
  return named(
    table,
    'clear',
    `delete from ${table} where ctid = any (array(
       select ctid ${old(table)}
        order by t.xid, t.event_id, t.version, t.n
        limit $4))`,
  )
}

/** How many rows `clear` would delete. */
export function countOld(table: string): Statement {
  return named(table, 'count_old', `select count(*) as count ${old(table)}`)
}

function old(table: string): string {
  return `from ${table} t
        where t.at < $1
          and (t.at < $2
               or not exists (select 1 from outbox_positions p
                               where p.source = '${table}' and p.cluster = $3
                                 and (p.xid, p.event_id, p.version, p.n) < (t.xid, t.event_id, t.version, t.n)))`
}

/** Seconds since the oldest row that the consumer has not read was written; 0 where it has read everything. */
export function lag(table: string): Statement {
  return named(
    table,
    'lag',
    `select coalesce(extract(epoch from clock_timestamp() - t.at), 0)::float8 as seconds
       from outbox_positions p
       left join lateral (
         select o.at from ${table} o
          where (o.xid, o.event_id, o.version, o.n) > (p.xid, p.event_id, p.version, p.n)
          order by o.xid, o.event_id, o.version, o.n limit 1) t on true
      where p.consumer = $1 and p.source = '${table}' and p.cluster = $2`,
  )
}

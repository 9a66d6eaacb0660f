import { afterAll, expect } from 'bun:test'
import { systemClock, systemIds, systemRandom, type Clock } from '../../src/platform/clock.ts'
import { openDatabase, type Database } from '../../src/platform/postgres/database.ts'
import { startHttpServer, type HttpServer } from '../../src/platform/http/server.ts'
import {
  AvailabilityStreams,
  createInventory,
  inventoryRoutes,
  ReadModel,
  type HoldView,
  type InventoryDeps,
  type InventoryService,
} from '../../src/features/inventory/index.ts'
import type { Layout } from '../../src/shared/layout.ts'
import type { EventState } from '../../src/features/inventory/state.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { plainState } from './plain-state.ts'

export type TestInventory = InventoryService & {
  database: Database
  /** What a person would have been told. */
  alerts: string[]
  forks: string[]
  /** Outcomes of the commits that were sent. */
  commits: string[]
  memory(eventId: string): EventState
  close(): Promise<void>
}

/** An inventory with its own connections: what one process of Usher has. */
export function testInventory(
  url: string,
  layout: Layout | ((hash: string) => Layout),
  options: { clock?: Clock; deps?: Partial<InventoryDeps>; connectionsMax?: number } = {},
): TestInventory {
  const database = openDatabase({ url, connectionsMax: options.connectionsMax ?? 6 })
  const alerts: string[] = []
  const forks: string[] = []
  const commits: string[] = []
  const inventory = createInventory({
    database,
    clock: options.clock ?? systemClock,
    ids: systemIds,
    random: systemRandom,
    layout: (hash) => Promise.resolve(typeof layout === 'function' ? layout(hash) : layout),
    observer: {
      onAlert: (_, what) => void alerts.push(what),
      onFork: (eventId) => void forks.push(eventId),
      onCommit: ({ outcome }) => void commits.push(outcome),
    },
    ...options.deps,
  })
  return Object.assign(inventory, {
    database,
    alerts,
    forks,
    commits,
    memory: (eventId: string) => inventory.sequencers.of(eventId).memory!.state,
    close: async () => {
      await inventory.sequencers.stop()
      await database.close().catch(() => {})
    },
  })
}

/** Two processes on a database of their own, until the file's tests have run. */
export type TwoInventories = {
  db: TestDatabase
  here: TestInventory
  elsewhere: TestInventory
  /** One more process. */
  another(): TestInventory
  newEventId(): string
  /** Fails unless the other process, and one that starts now with the tables, know of the event what `here` knows. */
  expectAllKnow(eventId: string): Promise<void>
}

export async function twoInventories(layout: Layout): Promise<TwoInventories> {
  const db = await testDatabase()
  const opened: TestInventory[] = []
  const another = (): TestInventory => {
    const one = testInventory(db.url, layout)
    opened.push(one)
    return one
  }
  const [here, elsewhere] = [another(), another()]
  afterAll(async () => {
    for (const one of opened) await one.close()
    await db.drop()
  })
  let events = 0
  return {
    ...{ db, here, elsewhere, another },
    newEventId: () => String((events += 1)),
    expectAllKnow: async (eventId) => {
      const cold = another()
      await here.sequencers.of(eventId).refresh(0)
      for (const one of [elsewhere, cold]) {
        await one.availability(eventId, here.memory(eventId).version)
        expect(plainState(one.memory(eventId))).toEqual(plainState(here.memory(eventId)))
      }
      await cold.close()
    },
  }
}

export type ServedInventory = { server: HttpServer; streams: AvailabilityStreams; stop(): Promise<void> }

/** An inventory's calls over HTTP on a free port, for everybody. */
export function serveInventory(inventory: InventoryService): ServedInventory {
  const documents = new ReadModel(systemClock)
  const streams = new AvailabilityStreams({
    ...{ sequencers: inventory.sequencers, documents, clock: systemClock },
  })
  const server = startHttpServer({
    port: 0,
    hostname: '127.0.0.1',
    routes: inventoryRoutes({
      inventory,
      documents,
      streams,
      bookingOf: () => Promise.resolve(null),
      isPublic: () => Promise.resolve(true),
    }),
    clock: systemClock,
    authenticate: () => null,
  })
  const stop = async (): Promise<void> => {
    streams.close()
    await server.stop(0)
  }
  return { server, streams, stop }
}

export const newId = (): string => systemIds.uuid()

export function seats(...ids: string[]): { seatId: string }[] {
  return ids.map((seatId) => ({ seatId }))
}

export function held(result: unknown): HoldView {
  expect(result).toHaveProperty('holdId')
  return result as HoldView
}

export async function ask<Row = Record<string, unknown>>(
  database: Database,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await database.pool.query(text, values)).rows as Row[]
}

/** Fails where tables and ledger contradict each other or a seat has two owners. */
export async function expectConsistent(database: Database, eventId: string): Promise<void> {
  const wrong = await ask(
    database,
    `select s.seat_no, s.status, s.hold_id, h.state
       from event_seats s left join holds h on h.event_id = s.event_id and h.hold_id = s.hold_id
      where s.event_id = $1 and not coalesce(
        case s.status when 0 then s.hold_id is null when 1 then h.state in (0, 1) when 2 then h.state = 2 else true end,
        false)`,
    [eventId],
  )
  expect(wrong).toEqual([])
  const lost = await ask(
    database,
    `select h.hold_id, l.seat from holds h
       cross join lateral (select (line ->> 0)::int as seat from json_array_elements(h.lines) as line) l
       left join event_seats s on s.event_id = h.event_id and s.seat_no = l.seat and s.hold_id = h.hold_id
      where h.event_id = $1 and h.state in (0, 1) and l.seat >= 0 and s.seat_no is null`,
    [eventId],
  )
  expect(lost).toEqual([])
  const chain = await ask<{ broken: number; entries: number; version: number }>(
    database,
    `select count(*) filter (where l.prev_hash <> coalesce(p.hash, decode(repeat('00', 32), 'hex'))
                                or l.hash <> sha256(l.prev_hash || l.body))::int as broken,
            count(*)::int as entries, max(h.version)::int as version
       from ledger l join event_heads h on h.event_id = l.event_id
       left join ledger p on p.event_id = l.event_id and p.version = l.version - 1
      where l.event_id = $1`,
    [eventId],
  )
  expect(chain[0]!.broken).toBe(0)
  expect(chain[0]!.entries).toBe(chain[0]!.version)
}

import { LRUCache } from 'lru-cache'
import type { Clock, Ids } from '../../platform/clock.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { isEventId, type EventId } from '../../shared/ids.ts'
import type { EventRules } from '../inventory/index.ts'
import type { EventDraft } from './event-draft.ts'
import { readEvents, type EventDefaults } from './event-reader.ts'
import { DEFAULT_ORGANISER, saveEvents, type SavedEvent } from './event-store.ts'
import { createLayoutStore } from './layout-store.ts'
import { readHouseEvent, readHouseEvents, type HouseReference } from './house-reader.ts'
import { rulesOf } from './house-rules.ts'
import type { HouseEvent, HouseWritten } from './house-types.ts'
import { readHistory, type HistoryEntry } from './event-history.ts'
import {
  noteChanges,
  writeCancelled,
  writeHouseEvent,
  type ChangesNoted,
  type HouseWriteOptions,
} from './house-writer.ts'
import { listEvents, type ListedPage } from './list-events.ts'
import { createOrganisers, type Organisers } from './organisers.ts'
import { createEventPictures, type EventPictures } from './picture-store.ts'
import { turnPrices, type TurnedPrices } from './price-turns.ts'
import { availabilityOf, saleState } from './sale-state.ts'
import type { Availability, Catalog, CatalogEvent, EventPage, EventQuery, Stock } from './types.ts'

/** Milliseconds for which an event or a page of the list is answered from memory; the rest of the 5 s is the answer's and the edge's. */
const FRESH_MS = 2_000
const EVENTS_REMEMBERED_MAX = 5_000
const PAGES_REMEMBERED_MAX = 1_000

const eventIdsAfter = statement(
  'catalog.events.ids',
  `select event_id from events where event_id > $1::bigint and status <> 'draft' order by event_id limit $2`,
)
const countEvents = statement('catalog.events.count', `select count(*) from events where status <> 'draft'`)
const anyEvent = statement('catalog.events.any', 'select 1 from events limit 1')

export type CatalogDeps = {
  database: Database
  clock: Clock
  ids: Ids
  /** For events that set nothing themselves. */
  defaults: EventDefaults
  /** How much is left, from whoever sells; without it everything counts as available. */
  stock?: Stock
  /** Something was saved: its facts can be read. */
  onSaved?: () => void
}

/** The catalog with what its own routes and tools need beside the contract. */
export type CatalogService = Catalog &
  Organisers &
  EventPictures & {
    /** Whether there is no event at all yet: a house on its first start. */
    isEmpty(): Promise<boolean>
    /** Events that are not drafts. */
    eventCount(): Promise<number>
    availability(eventId: EventId): Promise<Availability>
    save(
      drafts: readonly EventDraft[],
      o: { actor: string; organiserId?: string; dryRun?: boolean },
    ): Promise<SavedEvent[]>
    /** The event as the house sees it at this moment, drafts too; null: there is none. */
    house(which: HouseReference): Promise<HouseEvent | null>
    /** The latest made first. */
    housePage(c: {
      organiserId: string | null
      status: string | null
      before: number
      limit: number
    }): Promise<HouseEvent[]>
    /** Writes what the house decided, whole; an `eventId` of '' makes a new event. */
    writeHouse(event: HouseEvent, o: Omit<HouseWriteOptions, 'now' | 'ids'>): Promise<HouseWritten>
    /** Puts into the event's history what was changed elsewhere: its seats, in the ledger. */
    noteChanges(c: ChangesNoted): Promise<void>
    history(c: { eventId: EventId; before: number | null; limit: number }): Promise<HistoryEntry[]>
    /** Writes down what lists show of events where a phase has begun or ended. */
    turnPrices(): Promise<TurnedPrices>
    /** The rules that the ledger would sell this by; null for what has no layout. */
    houseRules(event: HouseEvent): EventRules | null
    /** The newest first; of one organiser those of its events and those that no event has yet. */
    layouts(
      limit: number,
      organiserId: string | null,
    ): Promise<{ hash: string; name: string; seats: number; capacity: number }[]>
  }

export function createCatalog(deps: CatalogDeps): CatalogService {
  const { database, clock, ids, defaults } = deps
  const layouts = createLayoutStore(database)
  const perf = { now: () => clock.monotonic() }
  const remembered = new LRUCache<string, { event: CatalogEvent | null }>({
    max: EVENTS_REMEMBERED_MAX,
    ttl: FRESH_MS,
    perf,
    // Whoever is waiting while the rest is forgotten gets what is being read for them; it is not kept.
    ignoreFetchAbort: true,
    fetchMethod: async (key) => {
      const [eventId, language] = key.split('\n') as [string, string]
      const [event] = await readEvents(database, [eventId], defaults, language || undefined)
      return { event: event ?? null }
    },
  })
  const pages = new LRUCache<
    string,
    ListedPage | Refusal,
    { query: EventQuery; language: string | undefined }
  >({
    max: PAGES_REMEMBERED_MAX,
    ttl: FRESH_MS,
    perf,
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context }) =>
      listEvents(database, context.query, clock.now(), context.language),
  })

  async function event(eventId: EventId, language?: string): Promise<CatalogEvent | null> {
    if (!isEventId(eventId)) return null
    return (await remembered.fetch(`${eventId}\n${language ?? ''}`))?.event ?? null
  }

  async function list(query: EventQuery, language?: string): Promise<EventPage | Refusal> {
    const key = JSON.stringify([query, language])
    const page = await pages.fetch(key, { context: { query, language } })
    if (!page) return refuse('unavailable', 'The list cannot be read at this moment.')
    if (isRefusal(page)) return page
    return withStock(page, deps.stock, clock.now())
  }

  const saved = () => {
    remembered.clear()
    pages.clear()
    deps.onSaved?.()
  }

  return {
    ...layouts,
    ...createOrganisers(deps),
    ...createEventPictures({ database, ids, now: () => clock.now(), onSaved: saved }),
    event,
    list,
    house: async (which) =>
      'eventId' in which && !isEventId(which.eventId) ? null : readHouseEvent(database, which),
    housePage: (c) => readHouseEvents(database, c),
    async writeHouse(written, o) {
      const result = await database.transaction((sql) =>
        writeHouseEvent(sql, written, { ...o, now: clock.now(), ids }),
      )
      if (typeof result === 'object') saved()
      return result
    },
    async markCancelled({ eventId, actor }) {
      const o = { actor, now: clock.now(), ids }
      if (isEventId(eventId) && (await database.transaction((sql) => writeCancelled(sql, eventId, o))))
        saved()
    },
    async noteChanges(c) {
      await database.transaction((sql) => noteChanges(sql, c, { now: clock.now(), ids }))
      if (c.revision === null) saved()
    },
    async turnPrices() {
      const done = await turnPrices(database, { now: clock.now(), ids })
      if (done.turned > 0) saved()
      return done
    },
    history: (c) => readHistory(database, c),
    houseRules: (of) => rulesOf(of, defaults),
    async events(eventIds, language) {
      const found = await readEvents(database, eventIds.filter(isEventId), defaults, language)
      return new Map(found.map((e) => [e.eventId, e]))
    },
    async eventIds(after, limit) {
      const { rows } = await database.query<{ event_id: number }>(eventIdsAfter, [after, limit])
      return rows.map((row) => String(row.event_id))
    },
    async rulesFor(eventId) {
      const found = isEventId(eventId) ? await readHouseEvent(database, { eventId }) : null
      return found && found.status !== 'draft' ? rulesOf(found, defaults) : null
    },
    async isEmpty() {
      return (await database.query(anyEvent)).rowCount === 0
    },
    async eventCount() {
      return (await database.query<{ count: number }>(countEvents)).rows[0]!.count
    },
    async availability(eventId) {
      return availabilityOf((await deps.stock?.([eventId]))?.get(eventId))
    },
    async save(drafts, { actor, organiserId = DEFAULT_ORGANISER, dryRun = false }) {
      const outcomes = await saveEvents(database, drafts, {
        organiserId,
        actor,
        now: clock.now(),
        ids,
        dryRun,
      })
      if (!dryRun && outcomes.some(({ outcome }) => outcome !== 'unchanged')) saved()
      return outcomes
    },
  }
}

/** A page as it is shown: with what is left of each event at this moment. */
export async function withStock(page: ListedPage, stock: Stock | undefined, now: number): Promise<EventPage> {
  const left = await stock?.(page.items.map((item) => item.eventId))
  return {
    ...page,
    items: page.items.map(({ onSaleUntil, hasLayout, ...item }) => ({
      ...item,
      sale: saleState({ ...item, onSaleUntil, hasLayout }, now),
      availability: availabilityOf(left?.get(item.eventId)),
    })),
  }
}

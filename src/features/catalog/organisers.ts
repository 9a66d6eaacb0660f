import type { Clock, Ids } from '../../platform/clock.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import { isEventId, type EventId } from '../../shared/ids.ts'

const ALL = statement(
  'catalog.organisers',
  'select organiser_id as "organiserId", slug, name from organisers order by name, organiser_id',
)
const OF_EVENT = statement(
  'catalog.events.organiser',
  'select organiser_id as "organiserId" from events where event_id = $1::bigint',
)
const OF_SOURCE = statement(
  'catalog.events.organisers-of-source',
  `select o.organiser_id as "organiserId", o.slug, o.name
     from organisers o join events e on e.organiser_id = o.organiser_id and e.source_id = $1
    order by o.slug`,
)
const ADD = statement(
  'catalog.organisers.add',
  `insert into organisers (organiser_id, slug, name, created_at) values ($1, $2, $3, $4) on conflict (slug) do nothing`,
)

/** `slug`: what the command line calls it. */
export type Organiser = { organiserId: string; slug: string; name: string }

/** Whose events the house sells. */
export type Organisers = {
  organisers(): Promise<Organiser[]>
  /** Whose the event is, also while it is a draft; null: there is no such event. */
  organiserOf(eventId: EventId): Promise<string | null>
  /** Who has an event of this external id. */
  organisersOfSource(sourceId: string): Promise<Organiser[]>
  /** Null: there is one with that slug. */
  addOrganiser(c: { slug: string; name: string }): Promise<Organiser | null>
}

export function createOrganisers(deps: { database: Database; clock: Clock; ids: Ids }): Organisers {
  const { database, clock, ids } = deps
  return {
    organisers: async () => (await database.query<Organiser>(ALL)).rows,
    async organiserOf(eventId) {
      if (!isEventId(eventId)) return null
      return (await database.query<Organiser>(OF_EVENT, [eventId])).rows[0]?.organiserId ?? null
    },
    organisersOfSource: async (sourceId) => (await database.query<Organiser>(OF_SOURCE, [sourceId])).rows,
    async addOrganiser({ slug, name }) {
      const organiserId = ids.uuid()
      const { rowCount } = await database.query(ADD, [organiserId, slug, name, new Date(clock.now())])
      return rowCount === 1 ? { organiserId, slug, name } : null
    },
  }
}

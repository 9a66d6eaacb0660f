import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import type { Ids } from '../../platform/clock.ts'
import type { EventId } from '../../shared/ids.ts'
import type { Picture } from '../../shared/picture.ts'
import { insertFacts } from './event-store.ts'

/** What the house uploaded is the house's: no import changes it. */
export const UPLOADED = 'upload'

/**
 * An event's picture and where it stands: `from` is `UPLOADED`, or the `imageUrl` that was dealt with last; null:
 * nothing was tried yet. Drafts have pictures, too.
 */
export type EventPicture = { picture: Picture | null; from: string | null; imageUrl: string | null }

/** What pictures need of the catalog. */
export interface EventPictures {
  /** Null: there is no such event. */
  picture(eventId: EventId): Promise<EventPicture | null>
  /** Gives the event this picture or none. False: there is no such event. */
  setPicture(eventId: EventId, to: Pick<EventPicture, 'picture' | 'from'>, actor: string): Promise<boolean>
  /** The same for what was fetched: only while the event still names that address and nobody has uploaded one. */
  setFetchedPicture(eventId: EventId, to: Pick<EventPicture, 'picture' | 'from'>): Promise<boolean>
}

type Row = { picture: Picture | null; picture_from: string | null; image_url: string | null }

const findPicture = statement(
  'catalog.picture.find',
  'select picture, picture_from, image_url from events where event_id = $1',
)

const CHANGE = `picture = $2::jsonb, picture_from = $3, updated_at = to_timestamp($4 / 1000.0),
          revision = revision + (picture is distinct from $2::jsonb)::int`
const CHANGED = `returning event_id, revision`

const setPicture = statement(
  'catalog.picture.set',
  `update events set ${CHANGE} where event_id = $1 ${CHANGED}`,
)

const setFetched = statement(
  'catalog.picture.set_fetched',
  `update events set ${CHANGE}
    where event_id = $1 and image_url is not distinct from $3 and picture_from is distinct from '${UPLOADED}' ${CHANGED}`,
)

const insertChange = statement(
  'catalog.picture.change',
  `insert into event_changes (event_id, revision, at, actor, changes)
   values ($1, $2, to_timestamp($3 / 1000.0), $4, jsonb_build_object('picture', $5::text))
   on conflict (event_id, revision) do nothing`,
)

const findHashes = statement(
  'catalog.picture.hashes',
  `select distinct picture ->> 'hash' as hash from events where picture is not null`,
)

/** Hashes of the files that any event names. */
export async function pictureHashes(sql: Sql): Promise<Set<string>> {
  const { rows } = await sql.query<{ hash: string }>(findHashes)
  return new Set(rows.map(({ hash }) => hash))
}

export function createEventPictures(deps: {
  database: Database
  now(): number
  ids: Ids
  onSaved(): void
}): EventPictures {
  const { database, now, ids } = deps

  async function set(
    query: typeof setPicture,
    eventId: EventId,
    to: Pick<EventPicture, 'picture' | 'from'>,
    actor: string,
  ): Promise<boolean> {
    const at = now()
    const written = await database.transaction(async (sql) => {
      const picture = to.picture === null ? null : JSON.stringify(to.picture)
      const { rows } = await sql.query<{ event_id: number; revision: number }>(query, [
        ...[eventId, picture, to.from, at],
      ])
      const [row] = rows
      if (!row) return null
      await sql.query(insertChange, [eventId, row.revision, at, actor, to.picture?.hash ?? null])
      const fact = { fact_id: ids.uuid(), event_id: row.event_id, revision: row.revision }
      await sql.query(insertFacts, [JSON.stringify([fact]), at])
      return row
    })
    if (written) deps.onSaved()
    return written !== null
  }

  return {
    async picture(eventId) {
      const [row] = (await database.query<Row>(findPicture, [eventId])).rows
      return row ? { picture: row.picture, from: row.picture_from, imageUrl: row.image_url } : null
    },
    setPicture: (eventId, to, actor) => set(setPicture, eventId, to, actor),
    setFetchedPicture: (eventId, to) => set(setFetched, eventId, to, 'import'),
  }
}

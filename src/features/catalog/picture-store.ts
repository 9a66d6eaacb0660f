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
  /**
   * The same for what was fetched: only while the event still names that address, and nobody has uploaded one or taken
   * this one away.
   */
  setFetchedPicture(eventId: EventId, to: Pick<EventPicture, 'picture' | 'from'>): Promise<boolean>
  /** Says what the event's picture shows, whichever it has by now. Null: it has none; undefined: there is no such event. */
  describePicture(eventId: EventId, alt: string | null, actor: string): Promise<Picture | null | undefined>
}

type Written = { event_id: number; revision: number }
type Row = { picture: Picture | null; picture_from: string | null; image_url: string | null }

const findPicture = statement(
  'catalog.picture.find',
  'select picture, picture_from, image_url from events where event_id = $1',
)

const lockPicture = statement(
  'catalog.picture.lock',
  'select picture, picture_from, image_url from events where event_id = $1 for update',
)

const noteFrom = statement('catalog.picture.note', 'update events set picture_from = $2 where event_id = $1')

const writePicture = statement(
  'catalog.picture.write',
  `update events set picture = $2::jsonb, picture_from = $3, revision = revision + 1,
          updated_at = to_timestamp($4 / 1000.0)
    where event_id = $1 returning event_id, revision`,
)

const insertChange = statement(
  'catalog.picture.change',
  `insert into event_changes (event_id, revision, at, actor, changes)
   values ($1, $2, to_timestamp($3 / 1000.0), $4, $5::jsonb)`,
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

  /** `change` is told what is there, which nobody else changes meanwhile; null: it stays. */
  async function set(
    eventId: EventId,
    change: (was: EventPicture) => Pick<EventPicture, 'picture' | 'from'> | null,
    actor: string,
  ): Promise<boolean> {
    const at = now()
    const outcome = await database.transaction(async (sql) => {
      const [row] = (await sql.query<Row>(lockPicture, [eventId])).rows
      const was = row && pictureOf(row)
      const to = was && change(was)
      if (!to) return 'nothing'
      const changes = changesOf(was.picture, to.picture)
      if (Object.keys(changes).length === 0) {
        await sql.query(noteFrom, [eventId, to.from])
        return 'noted'
      }
      const picture = to.picture === null ? null : JSON.stringify(to.picture)
      const { rows } = await sql.query<Written>(writePicture, [eventId, picture, to.from, at])
      const [written] = rows
      await sql.query(insertChange, [eventId, written!.revision, at, actor, JSON.stringify(changes)])
      const fact = { ...written, fact_id: ids.uuid(), imported: false }
      await sql.query(insertFacts, [JSON.stringify([fact]), at])
      return 'changed'
    })
    if (outcome === 'changed') deps.onSaved()
    return outcome !== 'nothing'
  }

  return {
    async picture(eventId) {
      const [row] = (await database.query<Row>(findPicture, [eventId])).rows
      return row ? pictureOf(row) : null
    },
    setPicture: (eventId, to, actor) => set(eventId, () => to, actor),
    async describePicture(eventId, alt, actor) {
      let described: Picture | null | undefined
      await set(
        eventId,
        ({ picture, from }) => {
          described = picture && { ...picture, alt }
          return described && { picture: described, from }
        },
        actor,
      )
      return described
    },
    setFetchedPicture: (eventId, to) =>
      set(
        eventId,
        (was) => {
          const isWanted = was.imageUrl === to.from && was.from !== UPLOADED && was.from !== to.from
          return isWanted ? to : null
        },
        'import',
      ),
  }
}

function pictureOf({ picture, picture_from: from, image_url: imageUrl }: Row): EventPicture {
  return { picture, from, imageUrl }
}

/** For the event's history: the picture by its hash. */
function changesOf(was: Picture | null, to: Picture | null): Record<string, { from: unknown; to: unknown }> {
  const of = (name: 'hash' | 'alt') => ({ from: was?.[name] ?? null, to: to?.[name] ?? null })
  const all = { picture: of('hash'), picture_alt: of('alt') }
  return Object.fromEntries(Object.entries(all).filter(([, { from, to: then }]) => from !== then))
}

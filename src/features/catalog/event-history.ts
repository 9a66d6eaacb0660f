import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { EventId } from '../../shared/ids.ts'

/** One thing that is different since: null where there was or is nothing. */
export type HistoryChange = { field: string; from: string | null; to: string | null }
/** Everything that one call, file or import changed. `by`: a member of staff's id or the name of a tool. */
export type HistoryEntry = { revision: number; at: Date; by: string; changes: HistoryChange[] }

const READ = statement(
  'catalog.event-changes.read',
  `select revision, at, actor as by, changes from event_changes
    where event_id = $1::bigint and ($2::int is null or revision < $2) order by revision desc limit $3`,
)

/** The latest first, before a revision where one is given. */
export async function readHistory(
  sql: Sql,
  c: { eventId: EventId; before: number | null; limit: number },
): Promise<HistoryEntry[]> {
  const { rows } = await sql.query<Omit<HistoryEntry, 'changes'> & { changes: Record<string, unknown> }>(
    READ,
    [c.eventId, c.before, c.limit],
  )
  return rows.map(({ changes, ...entry }) => ({ ...entry, changes: Object.entries(changes).map(changeOf) }))
}

/** An import says `added` or `imported` beside the fields that it compares. */
function changeOf([field, value]: [string, unknown]): HistoryChange {
  if (value === true) return { field: 'event', from: null, to: field }
  const { from, to } = value as { from: unknown; to: unknown }
  return { field, from: textOf(from), to: textOf(to) }
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined
    ? null
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
}

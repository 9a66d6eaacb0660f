/** Where a page of the list ended: the last sort key and id, and the time of the first page. */
export type Cursor = {
  sort: string
  key: string | number
  eventId: number
  /** Milliseconds since 1970. */
  asOf: number
  /** Names the filters that it belongs to. */
  filterKey: string
}

export function writeCursor(cursor: Cursor): string {
  const { sort, key, eventId, asOf, filterKey } = cursor
  return Buffer.from(JSON.stringify([sort, key, eventId, asOf, filterKey])).toString('base64url')
}

/** Null for what is not a cursor of this sort and these filters. */
export function readCursor(text: string, sort: string, filterKey: string): Cursor | null {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length !== 5) return null
  const [kind, key, eventId, asOf, filters] = parts as unknown[]
  if (kind !== sort || filters !== filterKey) return null
  if (sort === 'name' ? typeof key !== 'string' : !isAmount(key)) return null
  if (!Number.isSafeInteger(eventId) || !isAmount(asOf)) return null
  return { sort, key: key as string | number, eventId: eventId as number, asOf: asOf as number, filterKey }
}

// Of a price or of milliseconds since 1970, within what the database can compare.
function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 8.64e15
}

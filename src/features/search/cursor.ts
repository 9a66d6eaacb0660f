import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Where a page ended, and what the next one must do the same way. */
export type Cursor = {
  sort: string
  /** Which of the stages of relevance the last item came from, and which one is counted. */
  stage: number
  countedStage: number
  tier: number
  key: string | number
  eventId: number
  /** Milliseconds since 1970: the time of the first page. */
  asOf: number
  /** Names the filters that it belongs to. */
  filterKey: string
  /** What the words of the query were understood as on the first page; whoever reads it checks it. */
  words: unknown
}

/** Bytes of a cursor before it is compressed. */
const LENGTH_MAX = 20_000

export function writeCursor(c: Cursor): string {
  const parts = [c.sort, c.stage, c.countedStage, c.tier, c.key, c.eventId, c.asOf, c.filterKey, c.words]
  return deflateRawSync(JSON.stringify(parts)).toString('base64url')
}

/** Null for what is not a cursor of this sort and these filters. */
export function readCursor(text: string, sort: string, filterKey: string): Cursor | null {
  let parts: unknown
  try {
    const bytes = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: LENGTH_MAX })
    parts = JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length !== 9) return null
  const [kind, stage, countedStage, tier, key, eventId, asOf, filters, words] = parts as unknown[]
  if (kind !== sort || filters !== filterKey) return null
  if (![stage, countedStage, tier].every((n) => Number.isInteger(n) && Math.abs(n as number) < 100))
    return null
  if (sort === 'name' ? typeof key !== 'string' : !isAmount(key)) return null
  if (!Number.isSafeInteger(eventId) || !Number.isInteger(asOf) || !isAmount(asOf)) return null
  return {
    sort,
    stage: stage as number,
    countedStage: countedStage as number,
    tier: tier as number,
    key: key as string | number,
    eventId: eventId as number,
    asOf: asOf as number,
    filterKey,
    words,
  }
}

// Of a price or of milliseconds since 1970, within what the database can compare.
function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 8.64e15
}

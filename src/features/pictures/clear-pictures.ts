import type { MediaStore } from '../../platform/media/media-store.ts'
import type { Sql } from '../../platform/postgres/database.ts'
import { pictureHashes } from '../catalog/index.ts'

/** A file is written before an event names it: what nobody names is kept for a day. */
const KEPT_MS = 24 * 3_600_000

/** Deletes files that no event names; how many. With `dryRun` only counted. */
export async function clearPictures(c: {
  store: MediaStore
  database: Sql
  nowMs: number
  dryRun: boolean
}): Promise<number> {
  const before = new Date(c.nowMs - KEPT_MS)
  const old: string[] = []
  for await (const { name, writtenAt } of c.store.list()) {
    if (writtenAt < before) old.push(name)
  }
  if (old.length === 0) return 0
  // Asked after the look at the folder: what was named meanwhile stays.
  const named = await pictureHashes(c.database)
  const gone = old.filter((name) => name.endsWith('.part') || !named.has(name.slice(0, name.indexOf('-'))))
  if (c.dryRun) return gone.length
  let removed = 0
  // One that was uploaded again since the look at the folder is new, and stays.
  for (const name of gone) if (await c.store.removeOld(name, before)) removed += 1
  return removed
}

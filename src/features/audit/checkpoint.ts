import { createHash } from 'node:crypto'
import { isEventId } from '../../shared/ids.ts'

/** Where an event's ledger stood: as much of it as its hash vouches for. */
export type CheckpointHead = { eventId: string; version: number; hash: string }

const FORMAT = 'usher-checkpoint-1'

/** One line that names the format, then one a head, so that a file of many thousand events can be compared by line. */
export function writeCheckpoint(heads: readonly CheckpointHead[]): string {
  const lines = heads.map((head) =>
    JSON.stringify({ event_id: head.eventId, version: head.version, hash: head.hash }),
  )
  return [JSON.stringify({ format: FORMAT, heads: heads.length }), ...lines, ''].join('\n')
}

/** Throws with one line that says what is wrong with the file. */
export function readCheckpoint(text: string): CheckpointHead[] {
  const [first, ...rest] = text.split('\n').filter((line) => line.trim() !== '')
  const header = parse(first ?? '', 1)
  if (header['format'] !== FORMAT) throw new Error(`line 1: not a checkpoint (${FORMAT})`)
  if (header['heads'] !== rest.length)
    throw new Error(`it announces ${String(header['heads'])} heads and has ${rest.length}`)
  return rest.map((line, i) => {
    const { event_id: eventId, version, hash } = parse(line, i + 2)
    const isHead =
      typeof eventId === 'string' &&
      isEventId(eventId) &&
      Number.isSafeInteger(version) &&
      typeof hash === 'string' &&
      /^[0-9a-f]{64}$/.test(hash)
    if (!isHead) throw new Error(`line ${i + 2}: not an event's head`)
    return { eventId, version: version as number, hash }
  })
}

/** What to publish or have signed elsewhere, so that nobody can exchange the file together with the database. */
export function checkpointDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function parse(line: string, number: number): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    throw new Error(`line ${number}: not JSON`)
  }
}

import type { EventDraft } from '../event-draft.ts'
import type { SavedEvent } from '../event-store.ts'
import { readEventRecord } from './event-record.ts'
import { readRecords } from './read-records.ts'

/** Events a transaction. */
export const IMPORT_BATCH_MAX = 250

export type ImportFault = { line: number; field: string; message: string }
export type ImportSummary = {
  read: number
  added: number
  changed: number
  unchanged: number
  /** Records that were not taken. */
  refused: number
  warnings: number
  /** New and changed events that name a picture to fetch. */
  pictures: number
}

export type ImportOptions = {
  /** Of texts that name no language. */
  language: string
  save(drafts: readonly EventDraft[]): Promise<SavedEvent[]>
  /** Leaves out where pictures are said to be. */
  withoutPictures?: boolean
  onFault(fault: ImportFault): void
  onWarning?(warning: ImportFault): void
  onProgress?(summary: ImportSummary): void
}

/** Reads schema.org events and saves them in batches. What is wrong with one record does not stop the others. */
export async function importEvents(
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const summary: ImportSummary = {
    read: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    refused: 0,
    warnings: 0,
    pictures: 0,
  }
  const lineOf = new Map<string, number>()
  let batch: EventDraft[] = []
  const flush = async () => {
    if (batch.length === 0) return
    for (const [i, { outcome }] of (await options.save(batch)).entries()) {
      summary[outcome] += 1
      if (outcome !== 'unchanged' && batch[i]?.imageUrl != null) summary.pictures += 1
    }
    batch = []
    options.onProgress?.(summary)
  }
  const refuse = (line: number, faults: readonly { field: string; message: string }[]) => {
    summary.refused += 1
    for (const { field, message } of faults) options.onFault({ line, field, message })
  }
  for await (const record of readRecords(bytes)) {
    summary.read += 1
    const { line } = record
    if ('error' in record) {
      refuse(line, [{ field: '$', message: record.error }])
      continue
    }
    const result = readEventRecord(record.value, { language: options.language })
    if ('faults' in result) {
      refuse(line, result.faults)
      continue
    }
    const { event, warnings } = result
    const earlier = lineOf.get(event.sourceId)
    if (earlier !== undefined) {
      refuse(line, [{ field: '@id', message: `"${event.sourceId}" is on line ${earlier} already` }])
      continue
    }
    lineOf.set(event.sourceId, line)
    summary.warnings += warnings.length
    for (const { field, message } of warnings) options.onWarning?.({ line, field, message })
    batch.push(options.withoutPictures ? { ...event, imageUrl: null } : event)
    if (batch.length >= IMPORT_BATCH_MAX) await flush()
  }
  await flush()
  return summary
}

import { join } from 'node:path'
import type { CatalogService } from '../features/catalog/index.ts'
import { createPictures, type Pictures } from '../features/pictures/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { fetchPublic } from '../platform/http/fetch-public.ts'
import { PICTURE_BYTES_MAX } from '../platform/image/resize-picture.ts'
import { createFileStore } from '../platform/media/file-store.ts'
import type { MediaStore } from '../platform/media/media-store.ts'
import type { Metrics } from '../platform/metrics.ts'
import {
  createOutboxReader,
  UNHURRIED,
  type OutboxObserver,
  type OutboxReader,
} from '../platform/outbox/outbox.ts'
import type { Database } from '../platform/postgres/database.ts'
import { MEDIA_NAME } from '../shared/picture.ts'

/**
 * Strangers' servers that are asked at the same time. The pauses after a failure begin with half a minute; when it is
 * given up the fetcher says itself, so the number of tries is only there to end.
 */
const FETCH_LIMITS = { ...UNHURRIED, keysMax: 4, batchRowsMax: 20, retryMsMin: 30_000, triesMax: 60 }

/** Pictures, and the reader that fetches what imports name. */
export function openPictures(c: {
  config: Config
  metrics: Metrics
  database: Database
  observer: OutboxObserver
  catalog: CatalogService
}): { pictures: Pictures; pictureFetcher: OutboxReader } {
  const { config, database, observer, catalog } = c
  const outcomes = c.metrics.counter('usher_pictures_total', 'What became of pictures that events name.', [
    'outcome',
  ])
  const userAgent = `Usher${config.publicUrl === null ? '' : ` (+${config.publicUrl})`}`
  const pictures = createPictures({
    catalog,
    clock: systemClock,
    store: openMediaStore(config),
    fetch: config.picturesFetch
      ? (url) =>
          fetchPublic(url, {
            bytesMax: PICTURE_BYTES_MAX,
            accept: 'image/webp,image/avif,image/jpeg,image/png,image/gif;q=0.8',
            userAgent,
            allowLoopback: config.picturesAllowLoopback,
          })
      : null,
    onFetched: (outcome) => outcomes.inc({ outcome }),
  })
  const pictureFetcher = createOutboxReader({
    ...{ database, clock: systemClock, ids: systemIds, random: systemRandom },
    table: 'catalog_outbox',
    consumer: pictures.fetcher,
    limits: FETCH_LIMITS,
    observer,
  })
  return { pictures, pictureFetcher }
}

/** Files in the data folder; all processes of the house share it. */
export function openMediaStore(config: Config): MediaStore {
  return createFileStore(join(config.dataDir, 'media'), MEDIA_NAME)
}

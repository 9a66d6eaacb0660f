import type { Consumer } from '../../platform/outbox/outbox.ts'
import type { Catalog, CatalogEvent } from '../catalog/index.ts'
import type { SearchDocument, SearchEngine } from './types.ts'

/** Events read and written together. */
const BATCH_MAX = 500
/** Milliseconds that a fact waits for others, so that an import is written in batches. */
const GATHER_MS = 5

/**
 * Keeps the engine up to date with the facts of the catalog: each says which event changed, the event itself is read
 * when its turn comes, so a fact that comes twice or late does no harm.
 */
export function createIndexer(deps: {
  engine: SearchEngine
  catalog: Pick<Catalog, 'events'>
  onIndexed?: () => void
}): Consumer {
  let gathering: { ids: Set<string>; done: Promise<void> } | null = null
  let before: Promise<void> = Promise.resolve()

  function gather(eventId: string): Promise<void> {
    if (gathering && gathering.ids.size < BATCH_MAX) {
      gathering.ids.add(eventId)
      return gathering.done
    }
    const ids = new Set([eventId])
    const previous = before
    const done = (async () => {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
      await previous.catch(() => {})
      if (gathering?.ids === ids) gathering = null
      await indexEvents(deps, [...ids])
      deps.onIndexed?.()
    })()
    gathering = { ids, done }
    before = done
    return done
  }

  return {
    name: 'search',
    kinds: ['event.changed'],
    handle: (fact) => gather(String(fact.eventId)),
  }
}

/** Reads the events and puts them into the engine; what the catalog does not show any more is taken out. */
export async function indexEvents(
  deps: { engine: Pick<SearchEngine, 'index' | 'remove'>; catalog: Pick<Catalog, 'events'> },
  eventIds: readonly string[],
): Promise<void> {
  const events = await deps.catalog.events(eventIds)
  await deps.engine.index([...events.values()].map(documentOf))
  await deps.engine.remove(eventIds.filter((eventId) => !events.has(eventId)))
}

/** Reads the whole catalog into the engine. */
export async function rebuildSearch(
  deps: { engine: SearchEngine; catalog: Pick<Catalog, 'events' | 'eventIds'> },
  onProgress?: (done: number) => void,
): Promise<{ events: number }> {
  const rebuild = await deps.engine.startRebuild()
  let done = 0
  let after = '0'
  for (;;) {
    const ids = await deps.catalog.eventIds(after, BATCH_MAX)
    const last = ids.at(-1)
    if (last === undefined) break
    const events = await deps.catalog.events(ids)
    await rebuild.add([...events.values()].map(documentOf))
    after = last
    done += events.size
    onProgress?.(done)
  }
  await rebuild.finish()
  return { events: done }
}

export function documentOf(event: CatalogEvent): SearchDocument {
  return {
    eventId: event.eventId,
    productionId: event.productionId,
    revision: event.revision,
    status: event.status,
    name: event.name,
    names: event.names,
    description: event.description,
    type: event.type,
    genres: event.genres,
    imageUrl: event.imageUrl,
    picture: event.picture,
    venue: event.venue,
    room: event.room,
    startsAt: event.startsAt,
    startsAtPrecision: event.startsAtPrecision,
    startsOn: event.startsOn,
    performers: event.performers,
    works: event.works,
    layoutHash: event.layoutHash,
    currency: event.currency,
    onSaleFrom: event.onSaleFrom,
    onSaleUntil: event.onSaleUntil,
    priceFrom: event.priceFrom,
  }
}

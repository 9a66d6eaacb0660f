import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { Fetched } from '../../platform/http/fetch-public.ts'
import type { PictureFault } from '../../platform/image/resize-picture.ts'
import type { Consumer } from '../../platform/outbox/outbox.ts'
import type { Picture } from '../../shared/picture.ts'
import { UPLOADED, type EventPictures } from '../catalog/index.ts'

/** Milliseconds after the fact for which somebody who does not answer is asked again. */
const TRIED_MS_MAX = 24 * 3_600_000
/** Dates of a tour name one picture: it is fetched once. */
const REMEMBERED_MAX = 200
const REMEMBERED_MS = 10 * 60_000

export type FetcherDeps = {
  catalog: EventPictures
  clock: Clock
  /** Gets what a stranger named. Null: nothing is fetched. */
  fetch: ((url: string) => Promise<Fetched>) | null
  keep(bytes: Uint8Array): Promise<Picture | PictureFault>
  /** `outcome`: fetched, or why not. */
  onFetched?: (outcome: string, eventId: string) => void
}

/** Whether a picture is fetched from there. Paths are the house's own and stay what they are. */
function isFetched(imageUrl: string | null): imageUrl is string {
  return imageUrl !== null && /^https?:\/\//i.test(imageUrl)
}

/**
 * Fetches the pictures that events name, from the facts of the catalog: an import only writes down the address, and
 * nothing waits for a stranger's server. Who does not answer is asked again, more and more rarely, for a day; what is no
 * picture is not asked for again until another address is named.
 */
export function createPictureFetcher(deps: FetcherDeps): Consumer {
  const { catalog, clock } = deps
  const fetched = new LRUCache<string, { made: Promise<Made> }>({
    max: REMEMBERED_MAX,
    ttl: REMEMBERED_MS,
    perf: { now: () => clock.monotonic() },
  })

  function make(url: string, fetch: NonNullable<FetcherDeps['fetch']>): Promise<Made> {
    const known = fetched.get(url)
    if (known) return known.made
    const made = fetchPicture(url, fetch, deps.keep)
    const entry = { made }
    fetched.set(url, entry)
    const forget = (): void => {
      if (fetched.peek(url) === entry) fetched.delete(url)
    }
    void made.then((result) => 'again' in result && result.again && forget(), forget)
    return made
  }

  return {
    name: 'pictures',
    kinds: ['event.changed'],
    async handle({ key: eventId, at }) {
      if (!deps.fetch) return
      const now = await catalog.picture(eventId)
      if (!now || now.from === UPLOADED || now.from === now.imageUrl) return
      const { imageUrl } = now
      if (!isFetched(imageUrl)) {
        // What was fetched goes with the address that it came from.
        if (now.picture) await catalog.setFetchedPicture(eventId, { picture: null, from: imageUrl })
        return
      }
      const made = await make(imageUrl, deps.fetch)
      if ('picture' in made) {
        await catalog.setFetchedPicture(eventId, { picture: made.picture, from: imageUrl })
        deps.onFetched?.('fetched', eventId)
        return
      }
      deps.onFetched?.(made.fault, eventId)
      if (made.again && clock.now() - at.getTime() < TRIED_MS_MAX)
        throw new Error(`no picture: ${made.fault}`)
      await catalog.setFetchedPicture(eventId, { picture: now.picture, from: imageUrl })
    },
  }
}

type Made = { picture: Picture } | { fault: string; again: boolean }

async function fetchPicture(
  url: string,
  fetch: NonNullable<FetcherDeps['fetch']>,
  keep: FetcherDeps['keep'],
): Promise<Made> {
  const fetched = await fetch(url)
  if ('failed' in fetched) return { fault: fetched.failed, again: fetched.again }
  const picture = await keep(fetched.bytes)
  return typeof picture === 'string' ? { fault: picture, again: picture === 'busy' } : { picture }
}

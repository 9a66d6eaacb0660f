import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { searchText, type EventDraft } from '../../src/features/catalog/event-draft.ts'
import { importEvents } from '../../src/features/catalog/index.ts'
import type { SearchDocument } from '../../src/features/search/index.ts'

export const CONCERTS = fileURLToPath(new URL('../../assets/demo/nyphil-concerts.ndjson.gz', import.meta.url))
const DAY_MS = 86_400_000

/** A concert as it is searched, with the plain text that the baselines look in. */
export type Concert = { document: SearchDocument; text: string; draft: EventDraft }

/** The real concerts, as an import reads them; event ids count from 1 in the order of the file. */
export async function readConcerts(): Promise<Concert[]> {
  const concerts: Concert[] = []
  await importEvents(createReadStream(CONCERTS), {
    language: 'en',
    onFault: ({ line, message }) => {
      throw new Error(`line ${line}: ${message}`)
    },
    save: (drafts) => {
      for (const draft of drafts) {
        concerts.push({ document: documentOf(draft, concerts.length + 1), text: searchText(draft), draft })
      }
      return Promise.resolve(
        drafts.map((draft) => ({ sourceId: draft.sourceId, eventId: '1', outcome: 'added' as const })),
      )
    },
  })
  return concerts
}

export function documentOf(draft: EventDraft, id: number): SearchDocument {
  const { text } = draft
  const names = Object.fromEntries(
    Object.entries(text).map(([tag, value]) => [tag, typeof value === 'string' ? value : value.name]),
  ) as SearchDocument['names']
  return {
    eventId: String(id),
    productionId: null,
    revision: 1,
    status: 'published',
    name: names[names.default] ?? '',
    names,
    description: null,
    type: draft.type,
    genres: draft.genres,
    imageUrl: null,
    picture: null,
    venue: { venueId: '00000000-0000-7000-8000-000000000000', ...draft.venue },
    room: null,
    startsAt: draft.startsAt,
    startsAtPrecision: draft.startsAtPrecision,
    startsOn: draft.startsOn,
    performers: draft.performers.map(({ name, kind, role }) => ({ name, kind, role })),
    works: draft.works,
    layoutHash: null,
    currency: 'USD',
    onSaleFrom: null,
    onSaleUntil: null,
    priceFrom: null,
  }
}

/**
 * The real concerts again and again over the two years after `now`: other days and hours of the day as they were, other
 * venues in other cities, prices. Always the same ones.
 */
export function* multiplied(
  concerts: readonly Concert[],
  count: number,
  now: number,
): Generator<SearchDocument> {
  const venues = [
    ...new Map(concerts.map(({ document: d }) => [`${d.venue.name} ${d.venue.city}`, d.venue])).values(),
  ]
  let seed = 42
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const today = Math.floor(now / DAY_MS)
  for (let i = 0; i < count; i++) {
    const { document } = concerts[i % concerts.length]!
    const day = today - 30 + random(760)
    const startsAt = day * DAY_MS + (((document.startsAt % DAY_MS) + DAY_MS) % DAY_MS)
    const venue = venues[random(venues.length)]!
    yield {
      ...document,
      eventId: String(i + 1),
      venue,
      startsAt,
      startsOn: new Date(day * DAY_MS).toISOString().slice(0, 10),
      priceFrom: 1_000 + random(20_000),
      onSaleFrom: startsAt - 60 * DAY_MS,
      genres: document.genres,
    }
  }
}

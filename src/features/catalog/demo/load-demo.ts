import { isRefusal } from '../../../shared/errors.ts'
import type { Layout } from '../../../shared/layout.ts'
import type { CatalogService } from '../catalog.ts'
import type { EventDraft } from '../event-draft.ts'
import { HALLS, type HallName } from '../halls/halls.ts'
import { readEventRecord, type ImportedEvent } from '../importing/event-record.ts'
import { readRecords } from '../importing/read-records.ts'
import { dayOf } from '../importing/moments.ts'
import type { EventOpener } from '../types.ts'
import { clubNight, showtimes, stadiumShow, type Film } from './demo-events.ts'
import { CLUB_PRICES, CONCERT_PRICES, FILM_PRICES, saleOf, STADIUM_PRICES } from './demo-prices.ts'
import { moveConcerts } from './move-concerts.ts'

/** Concerts that are listed, those of the big hall that are on sale with seats, those in the studio. */
const CONCERTS_MAX = 450
const CONCERT_DAYS = 300
const CONCERTS_ON_SALE = 24
const STUDIO_ON_SALE = 6
/** Where the demo's clock lives: "today" is this zone's. */
const HOME_TIMEZONE = 'America/New_York'
const BIG_HALL = 'Avery Fisher Hall'
const STUDIO_HALLS = ['Merkin Hall', 'The Stanley H. Kaplan Penthouse']
/** Concerts that nobody could buy a ticket for. */
const NOT_FOR_ALL = /private|patrons|for schools|lecture|master class/i
/** Milliseconds before the start at which the sale of an announced concert begins. */
const ANNOUNCED_SALE_MS = 60 * 86_400_000
const SAVE_BATCH_MAX = 250
/** Events opened at the same time. */
const OPENED_AT_ONCE = 4

export type DemoDeps = {
  catalog: CatalogService
  opener: EventOpener
  /** Bytes of the concerts as schema.org events, plain or gzip. */
  concerts: AsyncIterable<Uint8Array>
  films: readonly Film[]
  /** Milliseconds since 1970. */
  now: number
  onProgress?(step: 'reading' | 'saving' | 'opening', done: number, total: number): void
}

export type DemoSummary = { added: number; opened: number; seats: number }

/**
 * Loads what a newcomer wants to see: real concerts moved into the coming months, a multiplex, a stadium show and a
 * club night. What is there already stays as it is, so it can run again any time; then it adds new showtimes.
 */
export async function loadDemo(deps: DemoDeps): Promise<DemoSummary> {
  const { catalog, now } = deps
  const today = dayOf(now, HOME_TIMEZONE)
  const halls = await storeHalls(catalog)
  const drafts = [
    ...concertsOf(await readConcerts(deps), today, now, halls),
    ...showtimes(deps.films, today, now).map((draft) => ({
      ...draft,
      sale: saleOf(FILM_PRICES, halls.cinema, { onSaleFrom: now, orphanRule: false }),
    })),
    { ...stadiumShow(today), sale: saleOf(STADIUM_PRICES, halls['stadium-concert'], { onSaleFrom: now }) },
    { ...clubNight(today), sale: saleOf(CLUB_PRICES, halls.club, { onSaleFrom: now }) },
  ]
  const { added, onSale } = await saveNew(deps, drafts)
  const opened = await openAll(deps, onSale)
  return { added, opened: opened.length, seats: opened.reduce((sum, { seats }) => sum + seats, 0) }
}

type Hall = { hash: string; layout: Layout }
const DEMO_HALLS = [
  'concert-hall',
  'studio',
  'cinema',
  'club',
  'stadium-concert',
] as const satisfies HallName[]
type DemoHall = (typeof DEMO_HALLS)[number]

async function storeHalls(catalog: CatalogService): Promise<Record<DemoHall, Hall>> {
  const halls: Partial<Record<DemoHall, Hall>> = {}
  for (const name of DEMO_HALLS) {
    const layout = HALLS[name]()
    halls[name] = { hash: (await catalog.storeLayout({ layout })).hash, layout }
  }
  return halls as Record<DemoHall, Hall>
}

async function readConcerts(deps: DemoDeps): Promise<ImportedEvent[]> {
  const concerts: ImportedEvent[] = []
  for await (const record of readRecords(deps.concerts)) {
    const read = 'error' in record ? null : readEventRecord(record.value, { language: 'en' })
    if (read && 'event' in read && !read.event.genres.some((genre) => NOT_FOR_ALL.test(genre))) {
      concerts.push(read.event)
    }
    if (concerts.length % 500 === 0) deps.onProgress?.('reading', concerts.length, 0)
  }
  return concerts
}

function concertsOf(
  concerts: ImportedEvent[],
  today: string,
  now: number,
  halls: Record<DemoHall, Hall>,
): EventDraft[] {
  let inBigHall = 0
  let inStudio = 0
  return moveConcerts(concerts, { today, days: CONCERT_DAYS, max: CONCERTS_MAX }).map(
    (concert): EventDraft => {
      const isTimed = concert.startsAtPrecision === 'time'
      if (isTimed && concert.venue.name === BIG_HALL) {
        inBigHall += 1
        if (inBigHall > CONCERTS_ON_SALE) return announced(concert, now)
        return {
          ...concert,
          sale: saleOf(CONCERT_PRICES, halls['concert-hall'], { onSaleFrom: now, orphanRule: true }),
        }
      }
      if (isTimed && STUDIO_HALLS.includes(concert.venue.name) && inStudio < STUDIO_ON_SALE) {
        inStudio += 1
        return { ...concert, sale: saleOf(CONCERT_PRICES, halls.studio, { onSaleFrom: now }) }
      }
      return concert
    },
  )
}

// The sale begins at ten in the morning at the venue, some weeks ahead.
function announced(concert: ImportedEvent, now: number): EventDraft {
  const onSaleFrom = Math.max(concert.startsAt - ANNOUNCED_SALE_MS, now + 7 * 86_400_000)
  const { timezone } = concert.venue
  const morning = Temporal.Instant.fromEpochMilliseconds(onSaleFrom)
    .toZonedDateTimeISO(timezone)
    .withPlainTime('10:00')
  return { ...concert, onSaleFrom: morning.epochMilliseconds }
}

async function saveNew(deps: DemoDeps, drafts: EventDraft[]): Promise<{ added: number; onSale: string[] }> {
  const onSale: string[] = []
  let added = 0
  for (let start = 0; start < drafts.length; start += SAVE_BATCH_MAX) {
    const batch = drafts.slice(start, start + SAVE_BATCH_MAX)
    const known = await deps.catalog.save(batch, { actor: 'demo', dryRun: true })
    const isNew = new Set(known.filter(({ outcome }) => outcome === 'added').map(({ sourceId }) => sourceId))
    const saved = await deps.catalog.save(
      batch.filter(({ sourceId }) => isNew.has(sourceId)),
      { actor: 'demo' },
    )
    added += saved.length
    const ids = new Map([...known, ...saved].map(({ sourceId, eventId }) => [sourceId, eventId]))
    for (const { sourceId, sale } of batch) if (sale) onSale.push(ids.get(sourceId)!)
    deps.onProgress?.('saving', Math.min(start + SAVE_BATCH_MAX, drafts.length), drafts.length)
  }
  return { added, onSale }
}

async function openAll(deps: DemoDeps, eventIds: string[]): Promise<{ seats: number }[]> {
  const waiting = eventIds.toReversed()
  const opened: { seats: number }[] = []
  const next = async (): Promise<void> => {
    for (let eventId = waiting.pop(); eventId !== undefined; eventId = waiting.pop()) {
      const seats = await openOne(deps, eventId)
      if (seats !== null) opened.push({ seats })
      deps.onProgress?.('opening', eventIds.length - waiting.length, eventIds.length)
    }
  }
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, next))
  return opened
}

/** Its seats, or null where it was open before, or was only announced by an earlier run and stays so. */
async function openOne({ catalog, opener }: DemoDeps, eventId: string): Promise<number | null> {
  if (await opener.rules(eventId)) return null
  const [event, rules] = await Promise.all([catalog.event(eventId), catalog.rulesFor(eventId)])
  if (!event?.layoutHash || !rules) return null
  const result = await opener.open({ eventId, layoutHash: event.layoutHash, rules })
  if (isRefusal(result)) throw new Error(`event ${eventId} cannot be opened: ${result.detail}`)
  return (await catalog.layout(event.layoutHash))!.seats.length
}

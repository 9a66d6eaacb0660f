import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useLocation } from '@tanstack/react-router'
import clsx from 'clsx'
import { ArrowLeft } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { eventQuery, type Event } from '../../api/queries.ts'
import { Logo } from '../../app/logo.tsx'
import { useApi } from '../../app/context.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { ErrorState, Loading, Notice } from '../../components/states.tsx'
import { SAFE_COLORS } from '../../components/seat-map/colors.ts'
import { SeatMap, type SeatMapHandle } from '../../components/seat-map/seat-map.tsx'
import type { MapWorker } from '../../components/seat-map/map-worker.ts'
import type { Target } from '../../components/seat-map/seat-map-engine.ts'
import { NUMBER } from '../../components/seat-map/stock-words.ts'
import { formatWhen, numberLocale } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { countOf } from './choice.ts'
import { CodeWords } from './code-box.tsx'
import { Legend } from './legend.tsx'
import { NoticeBox } from './notice.tsx'
import { CHOICE_ID, ChoiceLine, PanelBody, PanelFoot } from './panel.tsx'
import { TargetCard } from './seat-card.tsx'
import { EVERYTHING, mapFilter, type SeatFilter } from './seat-filter.ts'
import { SeatList } from './seat-list.tsx'
import type { SeatNotice, SeatSession } from './seat-session.ts'
import { chosenWords, seatName } from './seat-words.ts'
import { PullSheet } from './sheet.tsx'
import type { SayDone, ShowSeats } from './show-seats.ts'
import { seatsText } from './text.ts'
import { useSeatSession, useSeatView } from './use-seat-session.ts'
import { useSection } from './use-section.ts'

const route = getRouteApi('/events/$eventId/seats')

export function SeatsPage() {
  const t = useText(seatsText)
  const { eventId } = route.useParams()
  const { data: event } = useSuspenseQuery(eventQuery(useApi(), eventId))
  const [mode, setMode] = useState<Mode>(useLocation().hash === '' ? 'map' : 'list')
  const closed = event.sale !== 'on_sale' || event.layout_url === null
  return (
    <div className="fills-window flex h-dvh max-h-full flex-col overflow-hidden">
      <title>{t.title(event.name)}</title>
      <Top event={event} mode={mode} onMode={setMode} plain={closed} />
      {closed ? (
        <div className="page-gutter">
          <Notice
            level={2}
            title={t.notOnSaleTitle}
            actions={
              <ButtonLink to="/events/$eventId" params={{ eventId }}>
                {t.toEvent}
              </ButtonLink>
            }
          >
            <p>{t.notOnSale}</p>
          </Notice>
        </div>
      ) : (
        <Visit event={event} mode={mode} onMode={setMode} />
      )}
    </div>
  )
}

type Mode = 'map' | 'list'

function Top({
  event,
  mode,
  onMode,
  plain,
}: {
  event: Event
  mode: Mode
  onMode(mode: Mode): void
  plain: boolean
}) {
  const t = useText(seatsText)
  const locale = useLocale()
  return (
    <header className="flex h-15 shrink-0 items-center gap-3 border-b border-line px-3 low:h-13 md:not-low:h-17 md:gap-6 md:px-7">
      <Link
        to="/events/$eventId"
        params={{ eventId: event.event_id }}
        className="flex min-h-11 min-w-11 items-center justify-center rounded-press"
      >
        <ArrowLeft aria-hidden size={22} className="md:hidden rtl:-scale-x-100" />
        <span className="max-md:hidden">
          <Logo />
        </span>
        <span className="sr-only">{t.back(event.name)}</span>
      </Link>
      <div className="min-w-0 flex-1 md:flex md:items-baseline md:gap-5">
        <h1 className="truncate font-semibold">{event.name}</h1>
        <p className="truncate text-sm text-muted md:shrink-0 md:text-base">
          {formatWhen(event, event.venue.timezone, locale)}
          <span className="max-lg:hidden">, {event.venue.name}</span>
        </p>
      </div>
      {!plain && (
        <div
          role="group"
          aria-label={t.view}
          className="flex shrink-0 rounded-full border border-edge p-0.5 text-sm font-medium"
        >
          {(['map', 'list'] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={mode === one}
              onClick={() => onMode(one)}
              className={clsx(
                'min-h-10 rounded-full px-4',
                mode === one ? 'bg-text text-ground' : 'hover:bg-sunken',
              )}
            >
              {one === 'map' ? (
                t.map
              ) : (
                <>
                  <span className="max-md:hidden">{t.asList}</span>
                  <span className="md:hidden">{t.listShort}</span>
                </>
              )}
            </button>
          ))}
        </div>
      )}
    </header>
  )
}

function Visit({ event, mode, onMode }: { event: Event; mode: Mode; onMode(mode: Mode): void }) {
  const t = useText(seatsText)
  const state = useSeatSession(event)
  if (state === null) return <Loading label={t.loading} />
  if ('failed' in state) {
    return (
      <div className="page-gutter">
        <ErrorState level={2} error={state.failed} />
      </div>
    )
  }
  return <Hall {...state} mode={mode} onMode={onMode} />
}

function Hall({
  session,
  worker,
  mode,
  onMode,
}: {
  session: SeatSession
  worker: MapWorker | null
  mode: Mode
  onMode(mode: Mode): void
}) {
  const t = useText(seatsText)
  const locale = useLocale()
  const map = useRef<SeatMapHandle>(null)
  const view = useSeatView(session)
  const [filter, setFilter] = useState<SeatFilter>(EVERYTHING)
  const [patterns, setPatterns] = useState(() => needsPatterns(session))
  const { section, remember, open: openSection } = useSection()
  const [open, setOpen] = useState(false)
  const [unable, setUnable] = useState(false)
  const wide = useMedia(WIDE)
  const low = useMedia(LOW)
  const { sheet, sheetHeight } = useSheetHeight(wide)

  const { choice, heldSeats, notice } = view
  const { said, setSaid, done } = useSaid(notice)
  const marks = useMemo(
    () => ({
      chosen: [...choice.seats.map(({ seat }) => seat), ...heldSeats],
      offered:
        notice?.kind === 'lost'
          ? (notice.offer ?? [])
          : notice?.kind === 'refused'
            ? (notice.alternatives[0] ?? [])
            : [],
      lost: notice?.kind === 'lost' || notice?.kind === 'refused' ? notice.seats : [],
      areas: new Set(choice.places.map(({ area }) => area)),
    }),
    [choice, heldSeats, notice],
  )
  // What legend, sheet and buttons cover.
  const insets = useMemo(
    () => ({
      top: wide ? 0 : 52,
      right: wide && low ? COLUMN_PIXELS : 0,
      bottom: wide ? 60 : sheetHeight + BUTTONS_PIXELS,
      left: 0,
    }),
    [wide, low, sheetHeight],
  )
  const show = useCallback((seats: readonly number[]) => {
    setOpen(false) // Or they are behind the sheet.
    map.current?.showSeats(seats)
  }, [])
  const toggle = (seat: number): void => {
    const result = session.toggle(seat)
    const name = seatName(session.hall, seat, t)
    if (result === 'chosen') setSaid(chosenWords(session, [seat], t, locale))
    else if (result === 'taken back') setSaid(t.announce.back(name, countOf(session.view().choice)))
    else if (result === 'taken' && session.stock.limited) setSaid(`${name}: ${t.code.outside}.`)
    else if (result === 'taken') setSaid(t.announce.taken(name))
    else if (result === 'not sold') setSaid(t.announce.notSold(name))
  }
  const pick = (target: Target): void => {
    if (target.kind === 'seat') toggle(target.index)
    else if (target.kind === 'section') remember(target.index)
    else if (wide) document.getElementById(`area-${target.index}`)?.scrollIntoView({ block: 'nearest' })
    else setOpen(true)
  }
  useEffect(() => {
    if (unable) onMode('list')
  }, [unable, onMode])

  const words = useMemo(
    () => ({
      left: t.left(NUMBER),
      soldOut: t.soldOut,
      numberLocale: numberLocale(locale),
      label: t.mapLabel,
      zoomIn: t.zoomIn,
      zoomOut: t.zoomOut,
      fitAll: t.fitAll,
      stage: t.stage,
      patterns: t.patternsHint,
    }),
    [t, locale],
  )
  const shown = unable ? 'list' : mode
  return (
    <div className="relative flex min-h-0 flex-1">
      <p role="status" className="sr-only">
        {said}
      </p>
      <div
        className="relative min-h-0 min-w-0 flex-1"
        style={shown === 'list' && !wide ? { paddingBottom: sheetHeight } : undefined}
      >
        <div className={clsx('absolute inset-0', shown !== 'map' && 'invisible')}>
          {!unable && (
            <SeatMap
              ref={map}
              hall={session.hall}
              worker={worker}
              stock={session.stock}
              subscribeStock={session.subscribeStock}
              paletteOf={session.prices.steps}
              filter={mapFilterOf(filter)}
              patterns={patterns}
              marks={marks}
              insets={insets}
              buttonsBottom={wide ? 16 : sheetHeight + 12}
              buttonsInRow={!wide}
              onPatterns={setPatterns}
              words={words}
              onPick={pick}
              onUnable={() => setUnable(true)}
              card={(target) => <TargetCard session={session} target={target} />}
            />
          )}
          <div
            className={clsx(
              'absolute start-0',
              wide ? 'bottom-3 max-w-[calc(100%-4.5rem)] ps-3' : 'inset-x-0 top-1 px-2',
            )}
          >
            <Legend {...{ session, filter }} onFilter={setFilter} />
          </div>
        </div>
        {shown === 'list' && (
          <div className="flex h-full flex-col">
            <div className="border-b border-line px-3 py-1.5">
              <Legend {...{ session, filter }} onFilter={setFilter} />
            </div>
            {unable && <p className="px-6 pt-3 text-sm text-muted">{t.noMap}</p>}
            <div className="min-h-0 flex-1">
              <SeatList
                {...{ session, filter, section }}
                onSection={openSection}
                onBegin={remember}
                onToggle={toggle}
              />
            </div>
          </div>
        )}
        <Freshness session={session} />
      </div>
      {wide ? (
        <SidePanel {...{ session, onShow: show, onDone: done }} />
      ) : (
        <PullSheet
          ref={sheet}
          open={open}
          onOpen={setOpen}
          labels={{ more: t.sheetMore, less: t.sheetLess }}
          title={<SheetTitle session={session} onShow={show} onDone={done} onOpen={() => setOpen(true)} />}
          foot={<PanelFoot session={session} onDone={done} />}
        >
          <PanelBody session={session} onShow={show} onDone={done} />
        </PullSheet>
      )}
    </div>
  )
}

/** Whether patterns are there from the beginning; everybody may switch them. */
function needsPatterns({ prices }: SeatSession): boolean {
  return prices.categories.length > SAFE_COLORS || matchMedia('(prefers-contrast: more)').matches
}

/** What is read out of what one does. */
function useSaid(notice: SeatNotice | null) {
  const [said, setSaid] = useState('')
  const [deeds, setDeeds] = useState(0)
  // What was said of a seat is not true any more once something happened to it.
  useEffect(() => {
    if (notice) setSaid('')
  }, [notice])
  // Once the page is drawn without what was pressed, one goes on at the choice.
  useEffect(() => {
    if (deeds > 0 && document.activeElement === document.body) document.getElementById(CHOICE_ID)?.focus()
  }, [deeds])
  const done: SayDone = (words) => {
    setSaid(words)
    setDeeds((before) => before + 1)
  }
  return { said, setSaid, done }
}

function SidePanel(props: { session: SeatSession; onShow: ShowSeats; onDone: SayDone }) {
  const t = useText(seatsText)
  return (
    <aside
      aria-label={t.yourSeats}
      className="flex w-[min(22.5rem,42vw)] shrink-0 flex-col border-s border-line bg-surface xl:w-96"
    >
      <div className="min-h-0 flex-1 overflow-y-auto px-6 py-7 low:px-4 low:py-3">
        <PanelBody {...props} />
      </div>
      <div className="border-t border-line px-6 py-5 empty:hidden has-[>:empty]:hidden low:px-4 low:py-2">
        <PanelFoot session={props.session} onDone={props.onDone} />
      </div>
    </aside>
  )
}

const mapFilterOf = memoized(mapFilter)

function SheetTitle({
  session,
  onShow,
  onDone,
  onOpen,
}: {
  session: SeatSession
  onShow: ShowSeats
  onDone: SayDone
  onOpen(): void
}) {
  const t = useText(seatsText)
  const { choice, held } = useSeatView(session)
  const empty = !held && countOf(choice) === 0
  return (
    <div className="pb-2">
      <NoticeBox {...{ session, onShow, onDone }} />
      <div className="flex items-center justify-between gap-4">
        <div className="min-w-0">
          <ChoiceLine session={session} />
          <p className="text-sm text-muted empty:hidden">{empty && <CodeWords session={session} />}</p>
        </div>
        {empty && (
          <button
            type="button"
            onClick={onOpen}
            className="min-h-11 shrink-0 rounded-press border border-edge px-4 text-sm font-semibold"
          >
            {session.hasSeats ? t.best : t.howMany}
          </button>
        )}
      </div>
    </div>
  )
}

/** Says so when what is shown may be old. */
function Freshness({ session }: { session: SeatSession }) {
  const t = useText(seatsText)
  const { feed } = useSeatView(session)
  const words = feed === 'polling' ? t.feedPolling : feed === 'lost' ? t.feedLost : ''
  return (
    <p
      role="status"
      className="absolute inset-x-0 top-14 mx-auto w-fit rounded-full bg-text px-4 py-1.5 text-sm font-medium text-ground empty:hidden"
    >
      {words}
    </p>
  )
}

/** Where there is room beside the map; a low window (a phone held across, a page at 200 %) has none below it. */
const WIDE = '(min-width: 56rem), (min-width: 35rem) and (max-height: 32rem)'
const LOW = '(max-height: 32rem)'
/** A row of buttons and the room around it; and a column of them, where the hall would lie under it. */
const BUTTONS_PIXELS = 58
const COLUMN_PIXELS = 52

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const changed = (): void => setMatches(media.matches)
    changed()
    media.addEventListener('change', changed)
    return () => media.removeEventListener('change', changed)
  }, [query])
  return matches
}

/** How much of the map the sheet covers while it is down; pulled up it may cover more, the map stays where it is. */
function useSheetHeight(wide: boolean) {
  const sheet = useRef<HTMLDivElement>(null)
  const [sheetHeight, setHeight] = useState(88)
  useEffect(() => {
    const element = sheet.current
    if (wide || !element) return
    const observer = new ResizeObserver(() => {
      const expanded = element.querySelector('[aria-expanded="true"]') !== null
      if (!expanded) setHeight(element.offsetHeight)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [wide])
  return { sheet, sheetHeight }
}

function memoized<A, B>(work: (value: A) => B): (value: A) => B {
  let last: { value: A; result: B } | null = null
  return (value) => {
    if (last?.value !== value) last = { value, result: work(value) }
    return last.result
  }
}

import { useVirtualizer } from '@tanstack/react-virtual'
import clsx from 'clsx'
import { Accessibility, ArrowLeft, Check, ChevronRight, EyeOff, UsersRound } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { SEAT_FREE } from '../../components/seat-map/availability.ts'
import { colorOf } from '../../components/seat-map/colors.ts'
import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW } from '../../components/seat-map/hall.ts'
import { formatMoney, formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { Areas } from './areas.tsx'
import { isChosen } from './choice.ts'
import { freeBySection, listRows, seatBeside, type Direction, type ListRow } from './list-rows.ts'
import { passesArea, type SeatFilter } from './seat-filter.ts'
import type { SeatSession } from './seat-session.ts'
import { seatFacts, seatName, seatNumber } from './seat-words.ts'
import { BESIDE } from './use-section.ts'
import { Swatch } from './swatch.tsx'
import { seatsText } from './text.ts'
import { useSeatView, useStockTick } from './use-seat-session.ts'

type Props = {
  session: SeatSession
  filter: SeatFilter
  section: number
  /** Somebody opens a section's rows, or goes back to the sections (-1). */
  onSection(section: number): void
  /** The first section is shown from the start. */
  onBegin(section: number): void
  onToggle(seat: number): void
}

/** Everything the map does, in words: section, row, seat. */
export function SeatList({ session, filter, section, onSection, onBegin, onToggle }: Props) {
  const t = useText(seatsText)
  const tick = useStockTick(session)
  const { hall, stock } = session
  const { data } = hall
  // oxlint-disable-next-line react/exhaustive-deps
  const free = useMemo(() => freeBySection(hall, stock.statuses, filter), [hall, stock, filter, tick])
  useEffect(() => {
    // Beside the sections there is room for rows: the first that has something is open from the start.
    const first = free.findIndex((n) => n > 0)
    if (section < 0 && matchMedia(BESIDE).matches && first >= 0) onBegin(first)
    // Only where the list begins: who goes back to the sections wants to see them.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
  const { code } = useSeatView(session)
  useEffect(() => {
    // What the code opens is somewhere else than where one looks.
    const seats = session.seatsOfCode()
    const [first] = seats
    if (!session.hasSeats && section >= 0) onSection(-1)
    if (first === undefined || seats.some((seat) => data.section[seat] === section)) return
    if (matchMedia(BESIDE).matches) onBegin(data.section[first]!)
    else if (section >= 0) onSection(-1)
    // Only when it opens something else than before.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [code])
  const areas = data.areas
    .map(({ category }, area) => ({ area, fits: passesArea(filter, category) }))
    .filter(({ fits }) => fits)
  const alone = !session.hasSeats ? -1 : data.sections.length === 1 ? 0 : section
  const list = useRef<HTMLElement>(null)
  const opened = useRef(false)
  const last = useRef(alone)
  useEffect(() => {
    // Back at the sections one goes on where one was.
    if (alone < 0 && last.current >= 0)
      list.current?.querySelector<HTMLElement>(`[data-section="${last.current}"]`)?.focus()
    last.current = alone
  }, [alone])
  return (
    <div className="grid h-full md:grid-cols-[20rem_1fr]" data-testid="seat-list">
      <nav
        ref={list}
        aria-label={t.list.sections}
        onKeyDown={moveAlong}
        className={clsx(
          'overflow-y-auto border-line px-3 pb-6 md:border-e',
          alone >= 0 && data.sections.length > 0 && 'max-md:hidden',
          data.sections.length < 2 && areas.length === 0 && 'md:hidden',
        )}
      >
        {areas.length > 0 && (
          <div className="px-3">
            <Areas session={session} only={(area) => areas.some((a) => a.area === area)} />
          </div>
        )}
        <Sections
          {...{ session, free, section: alone }}
          isAlone={areas.length === 0}
          onSection={(one) => {
            // Its rows are what one goes on with, wherever they stand.
            if (one === alone) focusRows()
            else opened.current = true
            onSection(one)
          }}
        />
      </nav>
      {session.hasSeats && (
        <div className={clsx('min-h-0 min-w-0', alone < 0 && 'max-md:hidden')}>
          {alone < 0 ? (
            <p className="p-8 text-muted">{t.list.chooseSection}</p>
          ) : (
            <Rows
              key={alone}
              {...{ session, filter, section: alone, onToggle, opened }}
              onBack={data.sections.length > 1 ? () => onSection(-1) : null}
            />
          )}
        </div>
      )}
    </div>
  )
}

function Sections({
  session,
  free,
  section,
  isAlone,
  onSection,
}: {
  session: SeatSession
  free: Uint32Array
  section: number
  /** There are no standing areas beside them. */
  isAlone: boolean
  onSection(section: number): void
}) {
  const t = useText(seatsText)
  const locale = useLocale()
  const { hall, prices, stock } = session
  const { sections } = hall.data
  const dearest = useMemo(() => cheapestOfSections({ hall, prices }), [hall, prices])
  // With a code, those are shown in which it opens something.
  const isShown = (s: number): boolean =>
    sections[s]!.seatCount > 0 && (!stock.limited || free[s]! > 0 || s === section)
  const floors = [...new Set(sections.filter((_, s) => isShown(s)).map(({ floor }) => floor))]
  const open = [...free].some((n) => n > 0)
  if (sections.length === 0) return null
  return (
    <>
      {!open && isAlone && <p className="px-3 py-6 text-muted">{t.list.noneFit}</p>}
      {floors.map((floor) => (
        <section key={floor ?? ''} className="mt-4">
          {floor !== null && <h3 className="px-3 py-2 text-sm font-semibold text-muted">{floor}</h3>}
          <ul>
            {sections.map((one, s) => {
              if (one.floor !== floor || !isShown(s)) return null
              const from = dearest[s]
              return (
                <li key={one.name + s}>
                  <button
                    type="button"
                    data-section={s}
                    aria-current={s === section ? 'true' : undefined}
                    onClick={() => onSection(s)}
                    className={clsx(
                      'flex min-h-12 w-full items-center gap-3 rounded-press px-3 py-2 text-start hover:bg-sunken',
                      s === section && 'bg-sunken shadow-[inset_3px_0_var(--beam)]',
                      free[s] === 0 && 'text-muted',
                    )}
                  >
                    {from && <Swatch step={from.step} />}
                    <span className="min-w-0 flex-1 font-medium">{one.name}</span>
                    <span className="tabular text-end text-sm text-muted">
                      {free[s]! > 0 ? t.free(formatNumber(free[s]!, locale)) : t.soldOut}
                      {from?.price && free[s]! > 0 && (
                        <span className="block">
                          {t.from(formatMoney(prices.money(from.price.amount), locale))}
                        </span>
                      )}
                    </span>
                    <ChevronRight aria-hidden size={18} className="shrink-0 text-muted rtl:-scale-x-100" />
                  </button>
                </li>
              )
            })}
          </ul>
        </section>
      ))}
    </>
  )
}

function cheapestOfSections({ hall, prices }: Pick<SeatSession, 'hall' | 'prices'>) {
  const found: (ReturnType<typeof prices.category> | undefined)[] = []
  for (const row of hall.data.rows) {
    const category = prices.category(hall.data.category[row.first]!)
    const before = found[row.section]
    if (category?.price && (!before?.price || category.price.amount < before.price.amount))
      found[row.section] = category
  }
  return found
}

/** The heading of the rows. */
const ROWS_ID = 'rows-of-section'

function focusRows(): void {
  document.getElementById(ROWS_ID)?.focus({ preventScroll: true })
}

/** Arrow keys among the sections. */
function moveAlong(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-section]')]
  const at = buttons.indexOf(event.target as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
  if (at < 0 || to === undefined) return
  event.preventDefault()
  buttons[to]?.focus()
}

const ROW_PIXELS = 96
const ARROWS: Record<string, Direction> = {
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  ArrowDown: 'below',
  ArrowUp: 'above',
  Home: 'first',
  End: 'last',
}

function Rows({
  session,
  filter,
  section,
  onToggle,
  opened,
  onBack,
}: Omit<Props, 'onSection' | 'onBegin'> & {
  /** Somebody has just opened these rows. */
  opened: RefObject<boolean>
  onBack: (() => void) | null
}) {
  const t = useText(seatsText)
  const tick = useStockTick(session)
  const { choice, heldSeats } = useSeatView(session)
  const { hall, stock } = session
  const seen = useRef(new Set<number>())
  const [active, setActive] = useState(-1)
  const focusNext = useRef(false)
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(
    () =>
      listRows(section, {
        hall,
        statuses: stock.statuses,
        filter,
        isMine: (seat) => isChosen(choice, seat) || heldSeats.includes(seat),
        seen: seen.current,
      }),
    // oxlint-disable-next-line react/exhaustive-deps
    [section, hall, stock, filter, choice, heldSeats, tick],
  )
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 6,
    getItemKey: (i) => rows[i]!.index,
  })
  const inRows = rows.some(({ seats }) => seats.includes(active))
  const roving = inRows ? active : (rows[0]?.seats[0] ?? -1)

  useEffect(() => {
    if (opened.current) focusRows()
    opened.current = false
  }, [opened])
  useEffect(() => {
    if (!focusNext.current) return
    const button = scroller.current?.querySelector<HTMLElement>(`[data-seat="${active}"]`)
    if (!button) return
    focusNext.current = false
    button.focus()
  })

  const onKeyDown = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key]
    if (!arrow) return
    event.preventDefault()
    const turned = getComputedStyle(event.currentTarget).direction === 'rtl'
    const direction =
      turned && arrow === 'next' ? 'previous' : turned && arrow === 'previous' ? 'next' : arrow
    const to = seatBeside(rows, hall, roving, direction)
    if (to < 0) return
    focusNext.current = true
    setActive(to)
    virtualizer.scrollToIndex(rows.findIndex(({ seats }) => seats.includes(to)))
  }

  const { name, door } = hall.data.sections[section]!
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex items-center gap-2 border-b border-line px-3 py-2 md:px-8 md:py-4">
        {onBack && (
          <button
            type="button"
            onClick={onBack}
            aria-label={t.list.backToSections}
            className="grid size-11 place-items-center rounded-full hover:bg-sunken md:hidden"
          >
            <ArrowLeft aria-hidden size={20} className="rtl:-scale-x-100" />
          </button>
        )}
        <div>
          <h2 id={ROWS_ID} tabIndex={-1} className="display text-xl">
            {name}
          </h2>
          <p className="text-sm text-muted">{door}</p>
        </div>
      </header>
      <p className="sr-only" id="list-help">
        {t.list.help}
      </p>
      {rows.length === 0 ? (
        <p className="p-8 text-muted">
          {stock.freeInSection[section] !== 0
            ? t.list.noneFit
            : stock.limited
              ? t.code.outside
              : t.list.allTaken}
        </p>
      ) : (
        <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-3 pb-8 md:px-8">
          <div
            role="grid"
            aria-label={t.list.rowsOf(name)}
            aria-describedby="list-help"
            aria-rowcount={rows.length}
            onKeyDown={onKeyDown}
            className="relative"
            style={{ height: virtualizer.getTotalSize() }}
          >
            {virtualizer.getVirtualItems().map(({ index, key, start }) => (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 1}
                className="absolute inset-x-0 top-0 border-b border-line py-3"
                style={{ transform: `translateY(${start}px)` }}
              >
                <RowSeats
                  session={session}
                  row={rows[index]!}
                  roving={roving}
                  onFocus={setActive}
                  onToggle={onToggle}
                />
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  )
}

function RowSeats({
  session,
  row,
  roving,
  onFocus,
  onToggle,
}: {
  session: SeatSession
  row: ListRow
  roving: number
  onFocus(seat: number): void
  onToggle(seat: number): void
}) {
  const t = useText(seatsText)
  const locale = useLocale()
  const { choice, heldSeats } = useSeatView(session)
  const { hall, stock, prices } = session
  const first = row.seats[0]!
  const categories = [...new Set(row.seats.map((seat) => hall.data.category[seat]!))]
  return (
    <div className="grid gap-2 sm:grid-cols-[9rem_1fr] sm:gap-4">
      <div role="rowheader" className="flex items-baseline gap-3 sm:block">
        <span className="font-semibold">
          {hall.data.rowLabels[hall.data.rowOf[first]!] ?? t.row(row.label)}
        </span>
        <span className="tabular block text-sm text-muted">
          {t.free(formatNumber(row.free, locale))}
          {categories.map((category) => {
            const price = prices.category(category)?.price
            return price ? `, ${formatMoney(price, locale)}` : ''
          })}
        </span>
      </div>
      <div className="flex flex-wrap gap-1.5">
        {row.seats.map((seat) => {
          const mine = isChosen(choice, seat) || heldSeats.includes(seat)
          const free = stock.statuses[seat] === SEAT_FREE
          const flags = hall.data.flags[seat]!
          const [type] = prices.typesOf(hall.data.category[seat]!)
          const amount = type ? session.priceOf(seat, type.id) : null
          const step = prices.category(hall.data.category[seat]!)?.step ?? 0
          const words = [
            seatName(hall, seat, t),
            ...(amount === null ? [] : [formatMoney(prices.money(amount), locale)]),
            ...seatFacts(hall, seat, t).slice(1),
          ]
          const gone = !free && !mine
          return (
            <div key={seat} role="gridcell">
              <button
                type="button"
                data-seat={seat}
                tabIndex={seat === roving ? 0 : -1}
                aria-pressed={mine}
                aria-disabled={gone || undefined}
                aria-label={gone ? `${seatName(hall, seat, t)}, ${t.list.gone}` : words.join(', ')}
                onFocus={() => onFocus(seat)}
                onClick={() => onToggle(seat)}
                style={mine || gone ? undefined : { borderColor: `var(--category-${colorOf(step)})` }}
                className={clsx(
                  'tabular inline-flex h-11 min-w-11 items-center justify-center gap-1 rounded-press border-2 px-2 text-sm font-semibold',
                  mine
                    ? 'border-beam bg-beam text-on-beam'
                    : gone
                      ? 'cursor-default border-line text-muted line-through'
                      : 'hover:bg-sunken',
                )}
              >
                {mine && <Check aria-hidden size={14} strokeWidth={3} />}
                {seatNumber(hall, seat)}
                {(flags & ACCESSIBLE) !== 0 && <Accessibility aria-hidden size={14} />}
                {(flags & COMPANION) !== 0 && <UsersRound aria-hidden size={14} />}
                {(flags & RESTRICTED_VIEW) !== 0 && <EyeOff aria-hidden size={14} className="text-muted" />}
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}

import clsx from 'clsx'
import { Contrast, Maximize, Minus, Plus } from 'lucide-react'
import {
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react'
import type { Insets } from './camera.ts'
import type { Hall } from './hall.ts'
import type { Availability, ChangedSeats } from './availability.ts'
import type { MapWorker } from './map-worker.ts'
import type { MapFilter } from './scene.ts'
import { SeatMapEngine, type Target } from './seat-map-engine.ts'
import type { MapWords } from './stock-words.ts'

export type MapMarks = {
  chosen: readonly number[]
  offered: readonly number[]
  lost: readonly number[]
  areas: ReadonlySet<number>
}

export type SeatMapHandle = {
  showSeats(seats: readonly number[]): void
  showSection(section: number): void
}

type Props = {
  ref?: Ref<SeatMapHandle>
  hall: Hall
  /** Draws the hall away from the page's own thread, if there is one. */
  worker: MapWorker | null
  stock: Availability
  subscribeStock(listener: (changed: ChangedSeats) => void): () => void
  /** Colour step of each category. */
  paletteOf: readonly number[]
  filter: MapFilter
  patterns: boolean
  marks: MapMarks
  insets: Insets
  /** CSS pixels between the buttons and the lower border. */
  buttonsBottom: number
  /** In a row where the view is narrow: a column would cover the hall's edge. */
  buttonsInRow: boolean
  words: MapWords & { label: string; zoomIn: string; zoomOut: string; fitAll: string; patterns: string }
  onPatterns(on: boolean): void
  onPick(target: Target): void
  /** Called once where the device cannot draw the map. */
  onUnable(): void
  /** What is said about a seat, section or area under the finger. */
  card(target: Target): ReactNode
}

/** The hall, drawn and moved by the engine; around it what is easier as HTML: card and buttons. */
export function SeatMap(props: Props) {
  const { hall, worker, stock, filter, patterns, marks, insets, words } = props
  const surface = useRef<HTMLDivElement>(null)
  const card = useRef<HTMLDivElement>(null)
  const [engine, setEngine] = useState<SeatMapEngine | null>(null)
  const [target, setTarget] = useState<Target | null>(null)
  const [keyed, setKeyed] = useState(false)
  // The engine outlives renders; it always reaches the newest of these.
  const latest = useRef(props)
  latest.current = props
  const pinned = useRef<Target | null>(null)

  useEffect(() => {
    let made: SeatMapEngine | null = null
    try {
      made = new SeatMapEngine({
        surface: surface.current!,
        worker,
        hall,
        stock,
        paletteOf: latest.current.paletteOf,
        words: latest.current.words,
        events: {
          pick: (picked) => latest.current.onPick(picked),
          point: (pointed) => {
            pinned.current = pointed
            setTarget(pointed)
          },
          moved: () => made && pinCard(card.current, pinned.current, hall, made, surface.current),
          // For measurements from outside: the moment from which the map can be used.
          ready: () => performance.mark('seat-map-interactive'),
          unable: () => latest.current.onUnable(),
        },
      })
    } catch (error) {
      console.warn(error)
      latest.current.onUnable()
      return
    }
    const engineMade = made
    const unsubscribe = latest.current.subscribeStock((changed) => engineMade.stockChanged(changed))
    setEngine(engineMade)
    ;(surface.current as HTMLElement & { seatMap?: SeatMapEngine }).seatMap = engineMade
    return () => {
      unsubscribe()
      engineMade.destroy()
      setEngine(null)
    }
  }, [hall, worker, stock])

  useEffect(() => engine?.setFilter(filter), [engine, filter])
  useEffect(() => engine?.setPatterns(patterns), [engine, patterns])
  useEffect(() => engine?.setMarks(marks), [engine, marks])
  useEffect(() => engine?.setInsets(insets), [engine, insets])
  useEffect(() => {
    if (engine) pinCard(card.current, target, hall, engine, surface.current)
  })
  useImperativeHandle(
    props.ref,
    () => ({
      showSeats: (seats) => engine?.showSeats(seats),
      showSection: (index) => engine?.showSection(index),
    }),
    [engine],
  )

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!engine || event.ctrlKey || event.metaKey || event.altKey) return
    const action = KEYS[event.key]
    if (!action) return
    event.preventDefault()
    action(engine)
    if (event.key !== 'Enter' && event.key !== ' ') {
      setKeyed(true)
      // After the flight, so that what is named is what is in the middle.
      setTimeout(() => engine.pointAtMiddle(), 260)
    }
  }

  return (
    <div className="relative h-full w-full overflow-hidden">
      <div
        ref={surface}
        // Takes arrows, plus and minus itself; the list is the way for screen readers, and its label says so.
        role="application"
        aria-label={words.label}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setKeyed(false)}
        data-testid="seat-map"
        className="absolute inset-0 cursor-grab touch-none overscroll-none -outline-offset-4 select-none active:cursor-grabbing [&>canvas]:block [&>canvas]:size-full"
      />
      <div
        ref={card}
        className="pointer-events-none absolute start-0 top-0 z-10 w-max max-w-72"
        hidden={!target}
      >
        {target && props.card(target)}
      </div>
      <p role="status" className="sr-only">
        {keyed && target ? props.card(target) : null}
      </p>
      <div
        className={clsx(
          'absolute end-3 flex overflow-hidden rounded-press border border-line bg-surface',
          props.buttonsInRow ? '[&>button+button]:border-s' : 'flex-col [&>button+button]:border-t',
        )}
        style={{ bottom: props.buttonsBottom }}
      >
        <MapButton label={words.zoomIn} onClick={() => engine?.zoomBy(1.8)}>
          <Plus aria-hidden size={20} />
        </MapButton>
        <MapButton label={words.zoomOut} onClick={() => engine?.zoomBy(1 / 1.8)}>
          <Minus aria-hidden size={20} />
        </MapButton>
        <MapButton label={words.fitAll} onClick={() => engine?.fitAll()}>
          <Maximize aria-hidden size={18} />
        </MapButton>
        <MapButton label={words.patterns} pressed={patterns} onClick={() => props.onPatterns(!patterns)}>
          <Contrast aria-hidden size={18} />
        </MapButton>
      </div>
    </div>
  )
}

const KEYS: Record<string, (engine: SeatMapEngine) => void> = {
  ArrowLeft: (engine) => engine.panByKeys(-1, 0),
  ArrowRight: (engine) => engine.panByKeys(1, 0),
  ArrowUp: (engine) => engine.panByKeys(0, -1),
  ArrowDown: (engine) => engine.panByKeys(0, 1),
  '+': (engine) => engine.zoomBy(1.6),
  '=': (engine) => engine.zoomBy(1.6),
  '-': (engine) => engine.zoomBy(1 / 1.6),
  '0': (engine) => engine.fitAll(),
  Enter: (engine) => engine.pickPointed(),
  ' ': (engine) => engine.pickPointed(),
}

function MapButton({
  label,
  pressed,
  onClick,
  children,
}: {
  label: string
  pressed?: boolean
  onClick(): void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={onClick}
      className={clsx(
        'grid size-11 place-items-center border-line focus-visible:-outline-offset-3',
        pressed ? 'bg-text text-ground' : 'hover:bg-sunken',
      )}
    >
      {children}
    </button>
  )
}

/** Above its seat, below it where there is no room, and inside of the map in any case. */
function pinCard(
  card: HTMLElement | null,
  target: Target | null,
  hall: Hall,
  engine: SeatMapEngine,
  surface: HTMLElement | null,
): void {
  if (!card || !surface) return
  if (card.hidden !== (target === null)) card.hidden = target === null
  if (!target) return
  const { x, y, sections, areas } = hall.data
  const middle = (values: number[]): number => (Math.min(...values) + Math.max(...values)) / 2
  const world =
    target.kind === 'seat'
      ? { x: x[target.index]!, y: y[target.index]! }
      : target.kind === 'section'
        ? sections[target.index]!
        : {
            x: middle(areas[target.index]!.outline.map(([px]) => px)),
            y: middle(areas[target.index]!.outline.map(([, py]) => py)),
          }
  const at = engine.project(world.x, world.y)
  const gap = target.kind === 'seat' ? engine.seatRadius * 1.4 + 8 : 26
  const [width, height] = [card.offsetWidth, card.offsetHeight]
  const left = Math.min(surface.clientWidth - width - 8, Math.max(8, at.x - width / 2))
  const above = at.y - gap - height
  const top = above >= 8 ? above : at.y + gap
  card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
}

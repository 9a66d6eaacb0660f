import type { LayoutShape } from '../../../shared/layout.ts'
import {
  between,
  boxOf,
  clampCamera,
  coast,
  contains,
  edgeMarker,
  fit,
  grow,
  isInSight,
  NO_INSETS,
  panBy,
  toScreen,
  toWorld,
  zoomAt,
  type Bounds,
  type Camera,
  type Insets,
  type Limits,
  type View,
} from './camera.ts'
import type { Availability, ChangedSeats } from './availability.ts'
import { onThemeChange, readColors } from './colors.ts'
import { listenForGestures } from './gestures.ts'
import type { Hall } from './hall.ts'
import { WORDS_MS, type PaintOrder, type PaintStart } from './map-painter.ts'
import type { MapWorker } from './map-worker.ts'
import { pagePainter, workerPainter, type Painter, type PainterEvents } from './painter.ts'
import type { MapFilter, Marker } from './scene.ts'
import { SeatGrid } from './seat-grid.ts'
import type { MapWords } from './stock-words.ts'
import { MARK_CHOSEN, MARK_FOCUS, MARK_LOST, MARK_OFFERED } from './shaders.ts'

/** What lies under a finger. */
export type Target = { kind: 'seat' | 'section' | 'area'; index: number }

export type EngineEvents = {
  /** Chosen by tap, click or key. */
  pick(target: Target): void
  /** Under the mouse, or named by the keyboard; null for nothing. */
  point(target: Target | null): void
  /** The view moved: put what is pinned to the map in its place. */
  moved(): void
  /** The first frame is on the screen. */
  ready(): void
  /** The device cannot draw any more. */
  unable(): void
}

export type EngineDeps = {
  /** Takes pointers and wheel; the canvas becomes its child. */
  surface: HTMLElement
  /** Draws where it can, so that the page's own thread stays free for fingers. */
  worker: MapWorker | null
  hall: Hall
  stock: Availability
  paletteOf: readonly number[]
  words: MapWords
  events: EngineEvents
}

/** CSS pixels of a seat's radius at the nearest zoom, when fitted into view, and from which single seats can be chosen. */
const RADIUS_MAX = 30
const RADIUS_FIT_MAX = 15
const RADIUS_WORK = 13
const PICK_FROM = { touch: 4.5, mouse: 2.4 } as const
const REACH = { touch: 18, mouse: 7 } as const
const FLIGHT_MS = 240
const LONG_FLIGHT_MS = 420
/** CSS pixels of a seat's radius from which the section in the middle is named above the map. */
const SECTION_NOTE_FROM = 3.6
/** CSS pixels at the top where that name stands, and from there to its middle. */
const HEADROOM = 40
const NOTE_Y = 27
/** CSS pixels between the middle of the stage's marker and the border. */
const MARKER_MARGIN = 34
/** Milliseconds between two looks at what section is in the middle. */
const NAME_MS = 200
const KEY_PAN = 90
const FIT_PADDING = 24
/** Device pixels a CSS pixel that are drawn at most: more cannot be seen in dots and costs a phone its battery. */
const PIXEL_RATIO_MAX = 2

/** Moves the camera, finds what is under a finger and has frames drawn when something changed; no frame otherwise. */
export class SeatMapEngine {
  readonly #deps: EngineDeps
  #painter: Painter
  #grid: SeatGrid | null = null
  readonly #undo: (() => void)[] = []
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  #view: View = { width: 1, height: 1 }
  #insets: Insets = NO_INSETS
  #camera: Camera = { x: 0, y: 0, scale: 1 }
  #limits: Limits
  /** What the view was brought to and has not been moved from: looked at again when what covers it changes. Null moves nothing. */
  #aim: (() => Camera | null) | null = () => this.#home()
  #flight: { from: Camera; to: Camera; startMs: number; ms: number } | null = null
  #speed: { vx: number; vy: number; atMs: number } | null = null
  #frame = 0
  #moved = true
  #filter: MapFilter = { categories: 0xffffffff, any: 0, bars: 0 }
  #patterns = false
  #marked = new Map<number, number>()
  #pointed: Target | null = null
  #section = -1
  #relabelTimer: ReturnType<typeof setTimeout> | undefined
  #nameTimer: ReturnType<typeof setTimeout> | undefined
  #offers = false
  readonly #stages: readonly Bounds[]
  #changesSeen = 0

  constructor(deps: EngineDeps) {
    this.#deps = deps
    const { hall, surface } = deps
    this.#stages = stagesOf(hall.data.shapes)
    const { width, height } = surface.getBoundingClientRect()
    this.#view = { width: Math.max(1, width), height: Math.max(1, height) }
    this.#limits = {
      bounds: hall.data.bounds,
      scaleMin: 1e-3,
      scaleMax: RADIUS_MAX / hall.data.seatRadius,
    }
    this.#painter = this.#openPainter()
    surface.append(this.#painter.element)
    this.#undo.push(
      listenForGestures(surface, {
        pan: (dx, dy) => this.#pan(dx, dy),
        zoom: (x, y, factor) => this.#zoomAt(x, y, factor),
        thrown: (vx, vy) => this.#throw(vx, vy),
        grabbed: () => this.#stop(),
        tap: (x, y, touch) => this.#tap(x, y, touch),
        doubleTap: (x, y) => this.zoomBy(2.4, x, y),
        hover: (x, y) => this.#point(this.#targetAt(x, y, false)),
        left: () => this.#point(null),
      }),
      onThemeChange(() => {
        this.#paint({ kind: 'colors', colors: readColors(document.documentElement) })
        this.invalidate()
      }),
    )
    const observer = new ResizeObserver(() => this.#resize())
    observer.observe(surface)
    this.#undo.push(() => observer.disconnect())
    this.#resize()
    this.#camera = this.#home()
    this.invalidate()
  }

  get camera(): Camera {
    return this.#camera
  }

  /** Changes of seats so far, for measurements. */
  get changesSeen(): number {
    return this.#changesSeen
  }

  /** Frames drawn so far, for measurements. */
  frames(): Promise<number> {
    return this.#painter.frames()
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame)
    for (const undo of this.#undo) undo()
    clearTimeout(this.#relabelTimer)
    clearTimeout(this.#nameTimer)
    this.#painter.stop()
  }

  /** Seats or places changed: they are on the screen with the next frame. */
  stockChanged(changed: ChangedSeats): void {
    this.#changesSeen += changed?.length ?? 0
    if (this.#painter.hearsStock) return
    this.#paint({ kind: 'stock', news: this.#deps.stock.newsOf(changed) })
    this.invalidate()
    // Words follow more slowly than seats: once more when it is their turn.
    this.#relabelTimer ??= setTimeout(() => {
      this.#relabelTimer = undefined
      this.invalidate()
    }, WORDS_MS * 1.1)
  }

  setFilter(filter: MapFilter): void {
    this.#filter = filter
    this.#paint({ kind: 'filter', filter })
    this.invalidate()
  }

  setPatterns(on: boolean): void {
    this.#patterns = on
    this.invalidate()
  }

  #chosenAreas: ReadonlySet<number> = new Set()

  setMarks(marks: {
    chosen: Iterable<number>
    offered: Iterable<number>
    lost: Iterable<number>
    areas: ReadonlySet<number>
  }): void {
    const next = new Map<number, number>()
    const add = (seats: Iterable<number>, mark: number): void => {
      for (const seat of seats) next.set(seat, (next.get(seat) ?? 0) | mark)
    }
    add(marks.lost, MARK_LOST)
    add(marks.offered, MARK_OFFERED)
    add(marks.chosen, MARK_CHOSEN)
    this.#marked = next
    this.#offers = [...next.values()].some((mark) => (mark & MARK_OFFERED) !== 0)
    this.#chosenAreas = marks.areas
    this.#showAreas()
    this.#writeMarks()
  }

  setInsets(insets: Insets): void {
    this.#insets = insets
    if (this.#aim) this.#aimAt(this.#aim, FLIGHT_MS)
    this.#moved = true
    this.invalidate()
  }

  zoomBy(factor: number, x = this.#middle().x, y = this.#middle().y): void {
    this.#fly(zoomAt(this.#goal, this.#view, x, y, factor, this.#limits), FLIGHT_MS)
  }

  fitAll(): void {
    this.#aimAt(() => this.#home(), FLIGHT_MS)
  }

  panByKeys(dx: number, dy: number): void {
    this.#fly(panBy(this.#goal, -dx * KEY_PAN, -dy * KEY_PAN, this.#limits), FLIGHT_MS)
  }

  /** Brings seats into the middle, near enough to read; leaves the view alone when they are well in sight. */
  showSeats(seats: readonly number[]): void {
    if (seats.length === 0) return
    const { x, y, seatRadius } = this.#deps.hall.data
    const box = boxOf(seats.map((seat) => [x[seat]!, y[seat]!] as const))
    this.#aimAt(() => {
      const near = this.#goal.scale * seatRadius >= PICK_FROM.touch
      if (near && this.#inSight(box)) return null
      return fit(grow(box, seatRadius * 14), this.#view, this.#insets, RADIUS_WORK / seatRadius)
    }, LONG_FLIGHT_MS)
  }

  showSection(section: number): void {
    const { x, y, section: sectionOf } = this.#deps.hall.data
    const points: [number, number][] = []
    for (let i = 0; i < x.length; i++) if (sectionOf[i] === section) points.push([x[i]!, y[i]!])
    if (points.length === 0) return
    const room = this.#deps.hall.data.seatRadius * 3
    const box = grow(boxOf(points), room)
    const nearest = RADIUS_WORK / this.#deps.hall.data.seatRadius
    this.#aimAt(() => fit(box, this.#view, this.#insets, nearest), LONG_FLIGHT_MS)
  }

  /** Where a place of the hall is on the surface, in CSS pixels. */
  project(x: number, y: number): { x: number; y: number } {
    return toScreen(this.#camera, this.#view, x, y)
  }

  /** CSS pixels. */
  get seatRadius(): number {
    return this.#deps.hall.data.seatRadius * this.#camera.scale
  }

  /** For the keyboard: the free seat nearest to the middle, named and ringed. */
  pointAtMiddle(): Target | null {
    const { x, y } = this.#middle()
    const at = toWorld(this.#goal, this.#view, x, y)
    const seat = this.#seatsAt().nearest(
      at.x,
      at.y,
      this.#deps.hall.data.seatRadius * 40,
      (s) => this.#deps.stock.statuses[s] === 0,
    )
    const target: Target | null = seat >= 0 ? { kind: 'seat', index: seat } : this.#targetAt(x, y, true)
    this.#point(target)
    return target
  }

  pickPointed(): void {
    if (this.#pointed) this.#pick(this.#pointed)
  }

  invalidate(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now))
  }

  #draw(nowMs: number): void {
    this.#frame = 0
    this.#advance(nowMs)
    const offered = this.#offers
    const pulse = offered && !this.#reducedMotion.matches ? 0.5 + 0.5 * Math.sin(nowMs / 260) : 0.5
    this.#paint({
      kind: 'scene',
      scene: {
        camera: this.#camera,
        filter: this.#filter,
        hotSection: this.#pointed?.kind === 'section' ? this.#pointed.index : -1,
        patterns: this.#patterns,
        pulse,
        marker: this.#stageMarker(),
        note: this.#section < 0 ? null : { section: this.#section, y: this.#insets.top + NOTE_Y },
      },
    })
    if (this.#moved) {
      this.#moved = false
      this.#deps.events.moved()
      if (!this.#flight && !this.#speed) this.#nameSoon()
    }
    if (this.#flight || this.#speed || (offered && !this.#reducedMotion.matches)) this.invalidate()
  }

  #stageMarker(): Marker | null {
    const { focalPoint } = this.#deps.hall.data
    if (!focalPoint) return null
    if (isInSight(this.#camera, this.#view, focalPoint, this.#stages, this.#insets)) return null
    const room = { ...this.#insets, top: this.#insets.top + HEADROOM }
    return edgeMarker(this.#camera, this.#view, focalPoint, room, MARKER_MARGIN)
  }

  #paint(order: PaintOrder): void {
    this.#painter.order(order)
  }

  #openPainter(): Painter {
    const { worker, hall, events } = this.#deps
    const drawn = (): void => events.ready()
    const onPage: PainterEvents = { drawn, unable: () => events.unable() }
    const painter = workerPainter(worker, this.#beginning(), {
      drawn,
      unable: () => this.#drawOnPage(onPage),
    })
    return painter ?? pagePainter(hall, this.#beginning(), onPage)
  }

  /** The worker has no graphics here: the page tries, and if it has none either, there is no map. */
  #drawOnPage(events: PainterEvents): void {
    this.#painter.stop()
    try {
      this.#painter = pagePainter(this.#deps.hall, this.#beginning(), events)
    } catch (error) {
      console.warn(error)
      return events.unable()
    }
    this.#deps.surface.append(this.#painter.element)
    this.#paint({ kind: 'filter', filter: this.#filter })
    this.#showAreas()
    this.#writeMarks()
  }

  #beginning(): PaintStart {
    const { stock, paletteOf, words } = this.#deps
    return {
      stock: stock.newsOf(null),
      paletteOf,
      colors: readColors(document.documentElement),
      words: {
        left: words.left,
        soldOut: words.soldOut,
        stage: words.stage,
        numberLocale: words.numberLocale,
      },
      size: { ...this.#view, pixelRatio: pixelRatio() },
    }
  }

  /** Made when somebody points for the first time. */
  #seatsAt(): SeatGrid {
    const { x, y, seatRadius } = this.#deps.hall.data
    return (this.#grid ??= new SeatGrid(x, y, seatRadius * 6))
  }

  #advance(nowMs: number): void {
    if (this.#flight) {
      const { from, to, startMs, ms } = this.#flight
      const t = ms === 0 ? 1 : Math.min(1, Math.max(0, (nowMs - startMs) / ms))
      this.#camera = between(from, to, t)
      this.#moved = true
      if (t === 1) this.#flight = null
    } else if (this.#speed) {
      const step = coast(this.#speed.vx, this.#speed.vy, Math.max(0, nowMs - this.#speed.atMs))
      this.#speed = step && { vx: step.vx, vy: step.vy, atMs: nowMs }
      if (step) this.#camera = panBy(this.#camera, step.dx, step.dy, this.#limits)
      this.#moved = true
    }
  }

  /** Where the view is, or will be once it has flown. */
  get #goal(): Camera {
    return this.#flight?.to ?? this.#camera
  }

  #aimAt(aim: () => Camera | null, ms: number): void {
    const to = aim()
    if (to) this.#fly(clampCamera(to, this.#limits), ms)
    this.#aim = aim
  }

  #fly(to: Camera, ms: number): void {
    this.#speed = null
    this.#aim = null
    this.#point(null)
    const long = this.#reducedMotion.matches ? 0 : ms
    this.#flight = { from: this.#camera, to, startMs: performance.now(), ms: long }
    this.invalidate()
  }

  #pan(dx: number, dy: number): void {
    this.#aim = null
    this.#camera = panBy(this.#camera, dx, dy, this.#limits)
    this.#moved = true
    this.invalidate()
  }

  #zoomAt(x: number, y: number, factor: number): void {
    this.#stop()
    this.#aim = null
    this.#point(null)
    this.#camera = zoomAt(this.#camera, this.#view, x, y, factor, this.#limits)
    this.#moved = true
    this.invalidate()
  }

  #throw(vx: number, vy: number): void {
    if (this.#reducedMotion.matches) return
    this.#speed = { vx, vy, atMs: performance.now() }
    this.invalidate()
  }

  #stop(): void {
    this.#flight = null
    this.#speed = null
  }

  #tap(x: number, y: number, touch: boolean): 'hit' | 'missed' {
    const target = this.#targetAt(x, y, touch)
    if (!target) {
      this.#point(null)
      return 'missed'
    }
    if (target.kind === 'seat' && touch) this.#point(target)
    this.#pick(target)
    return target.kind === 'section' ? 'missed' : 'hit'
  }

  #pick(target: Target): void {
    if (target.kind === 'section') this.showSection(target.index)
    this.#deps.events.pick(target)
  }

  #targetAt(x: number, y: number, touch: boolean): Target | null {
    const { hall, stock } = this.#deps
    const { areas, seatRadius, blobRadius } = hall.data
    const at = toWorld(this.#camera, this.#view, x, y)
    const kind = touch ? 'touch' : 'mouse'
    if (this.seatRadius >= PICK_FROM[kind]) {
      const reach = Math.max(seatRadius * 1.3, Math.min(REACH[kind] / this.#camera.scale, seatRadius * 3))
      const free = this.#seatsAt().nearest(
        at.x,
        at.y,
        reach,
        (seat) => stock.statuses[seat] === 0 || this.#marked.has(seat),
      )
      const any = this.#seatsAt().nearest(at.x, at.y, seatRadius * 1.3)
      const seat = any >= 0 && (free < 0 || stock.statuses[any] === 0) ? any : free
      if (seat >= 0) return { kind: 'seat', index: seat }
    } else {
      const seat = this.#seatsAt().nearest(at.x, at.y, blobRadius * 2)
      if (seat >= 0) return { kind: 'section', index: hall.data.section[seat]! }
    }
    const area = areas.findIndex(({ outline }) => contains(outline, at.x, at.y))
    return area >= 0 ? { kind: 'area', index: area } : null
  }

  #point(target: Target | null): void {
    const same = target?.kind === this.#pointed?.kind && target?.index === this.#pointed?.index
    if (same) return
    this.#pointed = target
    this.#deps.surface.style.cursor = target ? 'pointer' : ''
    this.#writeMarks()
    this.#showAreas()
    this.#deps.events.point(target)
  }

  #writeMarks(): void {
    const marks = new Map(this.#marked)
    const { kind, index = -1 } = this.#pointed ?? {}
    if (kind === 'seat') marks.set(index, (marks.get(index) ?? 0) | MARK_FOCUS)
    this.#paint({ kind: 'marks', marks })
    this.invalidate()
  }

  #showAreas(): void {
    if (this.#deps.hall.data.areas.length === 0) return
    const hot = this.#pointed?.kind === 'area' ? this.#pointed.index : -1
    this.#paint({ kind: 'areas', hot, chosen: this.#chosenAreas })
    this.invalidate()
  }

  /** A few times a second while the map moves, and where it comes to rest. */
  #nameSoon(): void {
    this.#nameTimer ??= setTimeout(() => {
      this.#nameTimer = undefined
      this.#nameSection()
    }, NAME_MS)
  }

  #nameSection(): void {
    const near = this.seatRadius >= SECTION_NOTE_FROM && this.#deps.hall.data.sections.length > 1
    const { x, y } = this.#middle()
    const at = toWorld(this.#camera, this.#view, x, y)
    const seat = near ? this.#seatsAt().nearest(at.x, at.y, this.#deps.hall.data.seatRadius * 30) : -1
    const section = seat < 0 ? -1 : this.#deps.hall.data.section[seat]!
    if (section === this.#section) return
    this.#section = section
    this.invalidate()
  }

  #middle(): { x: number; y: number } {
    const { left, right, top, bottom } = this.#insets
    return { x: (left + this.#view.width - right) / 2, y: (top + this.#view.height - bottom) / 2 }
  }

  #inSight(box: Bounds): boolean {
    const a = toScreen(this.#goal, this.#view, box.x0, box.y0)
    const b = toScreen(this.#goal, this.#view, box.x1, box.y1)
    const { left, right, top, bottom } = this.#insets
    return (
      a.x > left + 20 &&
      a.y > top + 20 &&
      b.x < this.#view.width - right - 20 &&
      b.y < this.#view.height - bottom - 20
    )
  }

  #home(): Camera {
    const { seatRadius } = this.#deps.hall.data
    const { left, right, top, bottom } = this.#insets
    const padded = {
      left: left + FIT_PADDING,
      right: right + FIT_PADDING,
      top: top + FIT_PADDING,
      bottom: bottom + FIT_PADDING,
    }
    return fit(this.#limits.bounds, this.#view, padded, RADIUS_FIT_MAX / seatRadius)
  }

  #resize(): void {
    const box = this.#deps.surface.getBoundingClientRect()
    if (box.width === 0 || box.height === 0) return
    this.#view = { width: box.width, height: box.height }
    this.#paint({ kind: 'size', ...this.#view, pixelRatio: pixelRatio() })
    const home = this.#home()
    this.#limits = { ...this.#limits, scaleMin: Math.min(home.scale * 0.8, this.#limits.scaleMax) }
    const to = this.#aim?.()
    if (to) {
      this.#camera = clampCamera(to, this.#limits)
      this.#flight = null
    }
    this.#moved = true
    // Drawn at once: a canvas that was resized is empty until it is.
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#draw(performance.now())
  }
}

/** What a marker would point to. */
function stagesOf(shapes: readonly LayoutShape[]): Bounds[] {
  return shapes.flatMap(({ role, points }) =>
    (role === 'stage' || role === 'screen') && points?.length ? [boxOf(points)] : [],
  )
}

function pixelRatio(): number {
  return Math.min(PIXEL_RATIO_MAX, devicePixelRatio || 1)
}

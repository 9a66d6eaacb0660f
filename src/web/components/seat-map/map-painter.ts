import { SEAT_FREE, type StockNews } from './availability.ts'
import type { MapColors } from './colors.ts'
import type { Hall } from './hall.ts'
import { SECTION_NAMES_UNTIL } from './labels.ts'
import { Programs } from './programs.ts'
import { SeatMapRenderer } from './renderer.ts'
import type { MapFilter, Scene } from './scene.ts'
import { StockSayer, type MapWords } from './stock-words.ts'

/** What the page tells whoever draws. All of it can cross to another thread. */
export type PaintOrder =
  | { kind: 'stock'; news: StockNews }
  | { kind: 'marks'; marks: ReadonlyMap<number, number> }
  | { kind: 'filter'; filter: MapFilter }
  | { kind: 'areas'; hot: number; chosen: ReadonlySet<number> }
  | { kind: 'colors'; colors: MapColors }
  | { kind: 'size'; width: number; height: number; pixelRatio: number }
  | { kind: 'scene'; scene: Scene }

export type PaintStart = {
  stock: StockNews
  paletteOf: readonly number[]
  colors: MapColors
  words: MapWords
  size: { width: number; height: number; pixelRatio: number }
}

/** Milliseconds between two looks of the words at the stock; seats follow every change. */
export const WORDS_MS = 500

/** Null where there is no WebGL 2. */
export function openCanvas(canvas: HTMLCanvasElement | OffscreenCanvas): Programs | null {
  const gl = canvas.getContext('webgl2', {
    alpha: false,
    antialias: false,
    depth: false,
    stencil: false,
    powerPreference: 'high-performance',
  }) as WebGL2RenderingContext | null
  return gl && new Programs(gl)
}

/** Keeps what is to be seen, and draws it when asked for a scene: in a worker where that goes, else on the page. */
export class MapPainter {
  readonly #hall: Hall
  readonly #statuses: Uint8Array<ArrayBuffer>
  readonly #freeInSection: Uint32Array<ArrayBuffer>
  readonly #marks: Uint8Array
  readonly #renderer: SeatMapRenderer
  readonly #sayer: StockSayer
  #marked: number[] = []
  #areas: Record<string, number> = {}
  #limited = false
  #saidMs = 0
  #news = false

  constructor(programs: Programs, hall: Hall, { stock, paletteOf, colors, words, size }: PaintStart) {
    this.#hall = hall
    this.#statuses = new Uint8Array(hall.seatCount)
    this.#freeInSection = new Uint32Array(hall.data.sections.length)
    this.#marks = new Uint8Array(hall.seatCount)
    this.#follow(stock)
    this.#sayer = new StockSayer(hall.data, words)
    const drawn = { statuses: this.#statuses, freeInSection: this.#freeInSection }
    this.#renderer = new SeatMapRenderer(programs, hall, drawn, this.#marks, paletteOf, {
      colors,
      alphabet: this.#sayer.alphabet,
      words: this.#sayer.all(this.#freeInSection, this.#areas, this.#limited),
      stage: words.stage,
    })
    this.#renderer.fitCanvas(size.width, size.height, size.pixelRatio)
  }

  take(order: PaintOrder): void {
    switch (order.kind) {
      case 'stock':
        this.#follow(order.news)
        this.#news = true
        return this.#renderer.statusesChanged()
      case 'marks':
        for (const seat of this.#marked) this.#marks[seat] = 0
        this.#marked = [...order.marks.keys()]
        for (const [seat, mark] of order.marks) this.#marks[seat] = mark
        return this.#renderer.marksChanged(this.#marked)
      case 'filter':
        return this.#renderer.showFilter(order.filter)
      case 'areas':
        return this.#renderer.showAreas(order.hot, order.chosen)
      case 'colors':
        return this.#renderer.showColors(order.colors)
      case 'size':
        return this.#renderer.fitCanvas(order.width, order.height, order.pixelRatio)
      case 'scene':
        this.#say(order.scene)
        return this.#renderer.draw(order.scene)
    }
  }

  /** What nobody sees from afar, once the first frame is there. */
  prepareNear(): void {
    this.#renderer.nameRows()
  }

  #follow({ seats, areas, limited }: StockNews): void {
    this.#areas = areas
    this.#limited = limited
    if (seats.all) {
      this.#statuses.set(seats.all)
      this.#count()
    } else {
      for (const packed of seats.changed) this.#set(packed >> 2, packed & 3)
    }
  }

  /** What is left stands on sections from afar, on areas at any distance and beside the name of the section in the middle. */
  #say({ camera, note }: Scene): void {
    const { areas, seatRadius } = this.#hall.data
    const shown = areas.length > 0 || note !== null || seatRadius * camera.scale < SECTION_NAMES_UNTIL * 1.1
    const nowMs = performance.now()
    if (!this.#news || !shown || nowMs - this.#saidMs < WORDS_MS) return
    this.#renderer.showWords(this.#sayer.all(this.#freeInSection, this.#areas, this.#limited))
    this.#saidMs = nowMs
    this.#news = false
  }

  #set(seat: number, status: number): void {
    const before = this.#statuses[seat]
    if (before === undefined || before === status) return
    const step = (status === SEAT_FREE ? 1 : 0) - (before === SEAT_FREE ? 1 : 0)
    this.#freeInSection[this.#hall.data.section[seat]!]! += step
    this.#statuses[seat] = status
  }

  #count(): void {
    const { section } = this.#hall.data
    this.#freeInSection.fill(0)
    for (let seat = 0; seat < section.length; seat++)
      if (this.#statuses[seat] === SEAT_FREE) this.#freeInSection[section[seat]!]! += 1
  }
}

import { SEAT_FREE } from './availability.ts'
import type { MapColors } from './colors.ts'
import type { Hall } from './hall.ts'
import { Programs } from './programs.ts'
import { SeatMapRenderer, type Look, type StockWords } from './renderer.ts'
import type { MapFilter, Scene } from './scene.ts'

/** What the page tells whoever draws. All of it can cross to another thread. */
export type PaintOrder =
  /** Seats as `number * 4 + status`, or the status of each. */
  | { kind: 'changed'; seats: Uint32Array<ArrayBuffer> }
  | { kind: 'statuses'; statuses: Uint8Array<ArrayBuffer> }
  | { kind: 'words'; words: StockWords }
  | { kind: 'marks'; marks: ReadonlyMap<number, number> }
  | { kind: 'filter'; filter: MapFilter }
  | { kind: 'areas'; hot: number; chosen: ReadonlySet<number> }
  | { kind: 'colors'; colors: MapColors }
  | { kind: 'size'; width: number; height: number; pixelRatio: number }
  | { kind: 'scene'; scene: Scene }

export type PaintStart = {
  statuses: Uint8Array<ArrayBuffer>
  paletteOf: readonly number[]
  look: Look
  size: { width: number; height: number; pixelRatio: number }
}

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
  #marked: number[] = []

  constructor(programs: Programs, hall: Hall, { statuses, paletteOf, look, size }: PaintStart) {
    this.#hall = hall
    this.#statuses = statuses.slice()
    this.#freeInSection = new Uint32Array(hall.data.sections.length)
    this.#marks = new Uint8Array(hall.seatCount)
    this.#count()
    const stock = { statuses: this.#statuses, freeInSection: this.#freeInSection }
    this.#renderer = new SeatMapRenderer(programs, hall, stock, this.#marks, paletteOf, look)
    this.#renderer.fitCanvas(size.width, size.height, size.pixelRatio)
  }

  take(order: PaintOrder): void {
    switch (order.kind) {
      case 'changed':
        for (const packed of order.seats) this.#set(packed >> 2, packed & 3)
        return this.#renderer.statusesChanged()
      case 'statuses':
        this.#statuses.set(order.statuses)
        this.#count()
        return this.#renderer.statusesChanged()
      case 'words':
        return this.#renderer.showWords(order.words)
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
        return this.#renderer.draw(order.scene)
    }
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

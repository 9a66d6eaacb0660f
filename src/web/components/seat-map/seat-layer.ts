import type { Bounds, Camera } from './camera.ts'
import { colorOf, mix, patternOf, QUIET, type MapColors } from './colors.ts'
import {
  bindAttributes,
  createBuffer,
  createMaskTexture,
  createTable,
  forCorners,
  type Attribute,
  type Program,
} from './gl.ts'
import { NUMBER_LENGTH_MAX, numberGlyphs } from './glyphs.ts'
import type { Hall } from './hall.ts'
import { rowLines, type RowLines } from './row-lines.ts'
import type { Programs } from './programs.ts'
import type { DrawnStock, Scene } from './scene.ts'
import { CATEGORIES_MAX, SEATS_WIDTH, type SeatFeature } from './shaders.ts'

/** CSS pixels of a seat's radius: below the first sections are one shape, above the second there are only seats. */
const BLOB_UNTIL = 1.5
const SEATS_FROM = 1.95
/** Until here a seat is a dot. */
const DOTS_UNTIL = 3
/** From here on seats show their numbers. */
const NUMBERS_FROM = 6.4
const SHARES_WIDTH = 256
const NUMBERS = ['numbers'] as const
const PATTERNS = ['patterns'] as const

/** The size in device pixels and what it means in CSS pixels. */
export type Screen = { width: number; height: number; pixel: number }

/** The seats: their state is two bytes of a table that the shader reads, so that a change costs nothing to draw. */
export class SeatLayer {
  readonly #gl: WebGL2RenderingContext
  readonly #hall: Hall
  readonly #stock: DrawnStock
  readonly #marks: Uint8Array
  readonly #programs: Programs
  readonly #tables: Record<'places' | 'kinds' | 'numbers', WebGLTexture>
  readonly #rowAttributes: Attribute[]
  readonly #rowCount: number
  readonly #states: WebGLTexture
  readonly #stateBytes: Uint8Array
  /** Rows of the tables of seats. */
  readonly #height: number
  readonly #shares: WebGLTexture
  readonly #shareBytes: Uint8Array
  readonly #glyphTexture: WebGLTexture
  readonly #glyphBox: [number, number, number, number]
  readonly #boxes: Bounds[]
  readonly #steps: readonly number[]
  readonly #patterns: Uint32Array<ArrayBuffer>
  readonly #palette = new Float32Array(CATEGORIES_MAX * 3)
  #colors!: MapColors
  #dirty = true
  #marked: readonly number[] = []

  /** `paletteOf`: the colour step of each category. */
  constructor(
    programs: Programs,
    hall: Hall,
    stock: DrawnStock,
    marks: Uint8Array,
    paletteOf: readonly number[],
  ) {
    const { gl } = programs
    this.#gl = gl
    this.#programs = programs
    this.#hall = hall
    this.#stock = stock
    this.#marks = marks
    this.#boxes = boxesOf(hall)
    this.#steps = Array.from({ length: CATEGORIES_MAX }, (_, category) => paletteOf[category] ?? category)
    this.#patterns = Uint32Array.from(this.#steps, patternOf)
    const glyphs = numberGlyphs(hall.numbers)
    this.#glyphTexture = createMaskTexture(gl, glyphs.canvas)
    this.#glyphBox = glyphs.box
    this.#height = Math.max(1, Math.ceil(hall.seatCount / SEATS_WIDTH))
    this.#stateBytes = new Uint8Array(SEATS_WIDTH * this.#height * 2)
    this.#states = createTable(gl)
    this.#tables = this.#uploadSeats(glyphs.codes)
    const rows = rowLines(hall.data)
    this.#rowCount = rows.count
    this.#rowAttributes = this.#uploadRows(rows)
    this.#shareBytes = new Uint8Array(
      SHARES_WIDTH * Math.max(1, Math.ceil(hall.data.sections.length / SHARES_WIDTH)),
    )
    this.#shares = createTable(gl)
  }

  setColors(colors: MapColors): void {
    this.#colors = colors
    for (let c = 0; c < CATEGORIES_MAX; c++)
      this.#palette.set(colors.categories[colorOf(this.#steps[c]!)]!, c * 3)
  }

  statusesChanged(): void {
    this.#dirty = true
  }

  /** `marked`: the seats that have one, drawn above the others. */
  marksChanged(marked: readonly number[]): void {
    this.#dirty = true
    this.#marked = marked
  }

  draw(scene: Scene, screen: Screen): void {
    if (this.#hall.seatCount === 0) return
    this.#upload()
    const { quads } = this.#programs
    const { camera, patterns } = scene
    const radius = this.#hall.data.seatRadius * camera.scale
    if (radius < SEATS_FROM) {
      this.#use('rows', scene, screen)
      bindAttributes(this.#gl, this.#rowAttributes)
      quads.draw(0, this.#rowCount)
    }
    if (radius > BLOB_UNTIL) {
      this.#use(looksOf(radius, patterns), scene, screen)
      for (const [first, count] of this.#rangesInSight(camera, screen)) quads.draw(first, count)
    }
    if (this.#marked.length === 0) return
    this.#use(['far', 'seats', ...NUMBERS, ...(patterns ? PATTERNS : []), 'marks'], scene, screen)
    for (const seat of this.#marked) quads.draw(seat, 1)
  }

  #use(look: 'rows' | readonly SeatFeature[], scene: Scene, screen: Screen): void {
    const gl = this.#gl
    const { camera, filter, hotSection, pulse } = scene
    const { use, at } = this.#programs.get(look)
    const c = this.#colors
    const { seatRadius, blobRadius } = this.#hall.data
    const { pixel } = screen
    const radius = seatRadius * camera.scale
    const blob = 1 - smoothstep(BLOB_UNTIL, SEATS_FROM, radius)
    use()
    place(gl, at, camera, screen)
    gl.uniform1f(at('radius'), radius * pixel)
    gl.uniform1f(at('blobRadius'), blobRadius * camera.scale * pixel)
    gl.uniform1f(at('blob'), blob)
    gl.uniform1f(at('near'), smoothstep(NUMBERS_FROM, NUMBERS_FROM * 1.25, radius))
    gl.uniform1f(at('pulse'), pulse)
    gl.uniform1ui(at('categoriesOn'), filter.categories)
    gl.uniform1ui(at('flagsWanted'), filter.any)
    gl.uniform1ui(at('flagsBarred'), filter.bars)
    gl.uniform1i(at('hotSection'), blob > 0.5 ? hotSection : -1)
    gl.uniform3fv(at('palette'), this.#palette)
    gl.uniform1uiv(at('figures'), this.#patterns)
    for (const [name, color] of [
      ['ground', c.ground],
      ['ink', c.ink],
      ['line', mix(c.ground, c.edge, QUIET)],
      ['text', c.text],
      ['beam', c.beam],
      ['onBeam', c.onBeam],
      ['danger', c.danger],
    ] as const) {
      gl.uniform3f(at(name), color[0], color[1], color[2])
    }
    gl.uniform4f(at('glyphBox'), ...this.#glyphBox)
    const tables = { shares: this.#shares, states: this.#states, atlas: this.#glyphTexture, ...this.#tables }
    Object.entries(tables).forEach(([name, texture], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D, texture)
      gl.uniform1i(at(name), unit)
    })
    gl.activeTexture(gl.TEXTURE0)
  }

  #uploadSeats(codes: Uint8Array): Record<'places' | 'kinds' | 'numbers', WebGLTexture> {
    const { x, y, section, category, flags } = this.#hall.data
    const cells = SEATS_WIDTH * this.#height
    const places = new Float32Array(cells * 2)
    const kinds = new Uint8Array(cells * 4)
    const numbers = new Uint8Array(cells * NUMBER_LENGTH_MAX)
    numbers.set(codes)
    for (let i = 0; i < x.length; i++) {
      places[i * 2] = x[i]!
      places[i * 2 + 1] = y[i]!
      kinds[i * 4] = section[i]! & 255
      kinds[i * 4 + 1] = section[i]! >> 8
      kinds[i * 4 + 2] = category[i]!
      kinds[i * 4 + 3] = flags[i]!
    }
    const gl = this.#gl
    const table = (format: readonly [number, number, number], cellsOf: ArrayBufferView): WebGLTexture => {
      const texture = createTable(gl)
      const [inside, given, type] = format
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
      gl.texImage2D(gl.TEXTURE_2D, 0, inside, SEATS_WIDTH, this.#height, 0, given, type, cellsOf)
      return texture
    }
    return {
      places: table([gl.RG32F, gl.RG, gl.FLOAT], places),
      kinds: table([gl.RGBA8UI, gl.RGBA_INTEGER, gl.UNSIGNED_BYTE], kinds),
      numbers: table([gl.RGBA8UI, gl.RGBA_INTEGER, gl.UNSIGNED_BYTE], numbers),
    }
  }

  #uploadRows({ ends, kinds }: RowLines): Attribute[] {
    const gl = this.#gl
    const end = createBuffer(gl, forCorners(ends, 4), gl.STATIC_DRAW)
    const kind = createBuffer(gl, forCorners(kinds, 4), gl.STATIC_DRAW)
    return [
      { buffer: end, size: 4, type: gl.FLOAT, stride: 16, offset: 0 },
      { buffer: kind, size: 4, type: gl.UNSIGNED_BYTE, integer: true, stride: 4, offset: 0 },
    ]
  }

  #upload(): void {
    const gl = this.#gl
    if (!this.#dirty) return
    this.#dirty = false
    // A hundred kilobytes go over whole: cheaper than finding out which of them changed.
    const { statuses, freeInSection } = this.#stock
    for (let i = 0; i < statuses.length; i++) {
      this.#stateBytes[i * 2] = statuses[i]!
      this.#stateBytes[i * 2 + 1] = this.#marks[i]!
    }
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
    gl.bindTexture(gl.TEXTURE_2D, this.#states)
    const cells = [SEATS_WIDTH, this.#height] as const
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG8UI, ...cells, 0, gl.RG_INTEGER, gl.UNSIGNED_BYTE, this.#stateBytes)
    this.#hall.data.sections.forEach(({ seatCount }, s) => {
      const share = seatCount === 0 ? 0 : freeInSection[s]! / seatCount
      this.#shareBytes[s] = share > 0 ? Math.max(1, Math.round(share * 255)) : 0
    })
    gl.bindTexture(gl.TEXTURE_2D, this.#shares)
    const size = [SHARES_WIDTH, this.#shareBytes.length / SHARES_WIDTH] as const
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, ...size, 0, gl.RED, gl.UNSIGNED_BYTE, this.#shareBytes)
  }

  /** Runs of seats worth drawing: near the ground most of a stadium is out of sight, and seats of a row lie together. */
  #rangesInSight(camera: Camera, { width, height, pixel }: Screen): [first: number, count: number][] {
    const { sections, rows, seatRadius, blobRadius } = this.#hall.data
    const margin = Math.max(seatRadius, blobRadius) * 2
    const halfWidth = width / pixel / 2 / camera.scale + margin
    const halfHeight = height / pixel / 2 / camera.scale + margin
    const inSight = (s: number): boolean => {
      const box = this.#boxes[s]!
      return (
        box.x1 >= camera.x - halfWidth &&
        box.x0 <= camera.x + halfWidth &&
        box.y1 >= camera.y - halfHeight &&
        box.y0 <= camera.y + halfHeight
      )
    }
    const seen = sections.map((_, s) => inSight(s))
    const ranges: [number, number][] = []
    for (const row of rows) {
      if (!seen[row.section]) continue
      const last = ranges.at(-1)
      if (last && last[0] + last[1] === row.first) last[1] += row.count
      else ranges.push([row.first, row.count])
    }
    return ranges
  }
}

/** Tells a program where the camera is. */
export function place(
  gl: WebGL2RenderingContext,
  at: Program['at'],
  camera: Camera,
  { width, height, pixel }: Screen,
): void {
  gl.uniform2f(at('view'), width, height)
  gl.uniform3f(at('camera'), camera.x, camera.y, camera.scale * pixel)
  gl.uniform1f(at('pixel'), pixel)
}

function looksOf(radius: number, patterns: boolean): SeatFeature[] {
  if (radius > NUMBERS_FROM) return ['seats', ...NUMBERS]
  if (patterns) return ['seats', ...PATTERNS]
  return radius > DOTS_UNTIL ? ['seats'] : ['dots']
}

function boxesOf({ data, seatCount }: Hall): Bounds[] {
  const boxes = data.sections.map(() => ({ x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity }))
  for (let i = 0; i < seatCount; i++) {
    const box = boxes[data.section[i]!]!
    box.x0 = Math.min(box.x0, data.x[i]!)
    box.x1 = Math.max(box.x1, data.x[i]!)
    box.y0 = Math.min(box.y0, data.y[i]!)
    box.y1 = Math.max(box.y1, data.y[i]!)
  }
  return boxes
}

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return t * t * (3 - 2 * t)
}

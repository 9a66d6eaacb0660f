import type { Bounds, Camera } from './camera.ts'
import { mix, QUIET, readColors, shadeOf, type MapColors, type Rgb } from './colors.ts'
import {
  bindAttributes,
  createBuffer,
  createMaskTexture,
  createProgram,
  type Attribute,
  type Program,
} from './gl.ts'
import { LabelAtlas, NUMBER_LENGTH_MAX, numberGlyphs } from './glyphs.ts'
import type { Hall } from './hall.ts'
import {
  areaLabels,
  LABEL_FLOATS,
  planLabels,
  ROW_NAMES_FROM,
  rowLabels,
  sectionLabels,
  SECTION_NAMES_UNTIL,
  type SectionLook,
} from './labels.ts'
import * as shaders from './shaders.ts'
import { areaGeometry, backgroundGeometry, LINE_FLOATS, SHAPE_FLOATS, type ShapeGeometry } from './shapes.ts'

/** What is dimmed: categories as bits, and flags of which a seat has one (`any`) or none (`bars`). */
export type MapFilter = { categories: number; any: number; bars: number }

/** What the renderer shows; the engine owns it. */
export type Scene = {
  camera: Camera
  filter: MapFilter
  hotSection: number
  hotArea: number
  patterns: boolean
  /** 0 to 1, for offered seats. */
  pulse: number
}

/** Words that stand in the map. */
export type MapWords = { left: (count: number) => string; soldOut: string }

export type StockSource = {
  statuses: Uint8Array
  freeInSection: Uint32Array
  areas: Record<string, number>
}

/** CSS pixels of a seat's radius: below the first sections are one shape, above the second there are only seats. */
const BLOB_UNTIL = 1.15
const SEATS_FROM = 1.95
/** From here on seats show their numbers. */
const NUMBERS_FROM = 6.4
const SHARES_WIDTH = 256
const { CATEGORIES_MAX } = shaders
const SEAT_BYTES = 12

type Batch = { buffer: WebGLBuffer; count: number }

/**
 * Draws the hall with WebGL 2: every seat is one instance of one square, and its state one byte, so that a frame costs
 * the same whether a thousand seats changed or none.
 */
export class SeatMapRenderer {
  readonly #gl: WebGL2RenderingContext
  readonly #canvas: HTMLCanvasElement
  readonly #hall: Hall
  readonly #stock: StockSource
  readonly #marks: Uint8Array
  readonly #words: MapWords
  readonly #paletteOf: readonly number[]
  readonly #seatProgram: Program
  readonly #shapeProgram: Program
  readonly #lineProgram: Program
  readonly #labelProgram: Program
  readonly #seatAttributes: Attribute[]
  readonly #square: WebGLBuffer
  readonly #strip: WebGLBuffer
  readonly #unit: WebGLBuffer
  readonly #statusBuffer: WebGLBuffer
  readonly #markBuffer: WebGLBuffer
  readonly #shares: WebGLTexture
  readonly #shareBytes: Uint8Array
  readonly #glyphTexture: WebGLTexture
  readonly #boxes: Bounds[]
  readonly #glyphBox: [number, number, number, number]
  #atlas!: LabelAtlas
  #atlasTexture: WebGLTexture | null = null
  #colors!: MapColors
  #palette = new Float32Array(CATEGORIES_MAX * 3)
  readonly #steps: Uint32Array<ArrayBuffer>
  #pixel = 1
  #background!: { triangles: Batch; lines: Batch }
  #areas!: { triangles: Batch; lines: Batch }
  #labels!: { sections: Batch; rows: Batch; plan: Batch; areas: Batch }
  #statusDirty = true
  #marksDirty = true
  #marked: number[] = []
  #filter: MapFilter = { categories: 0xffffffff, any: 0, bars: 0 }
  #hotArea = -1
  #chosenAreas = new Set<number>()

  /** `paletteOf`: the colour step of each category. Throws where there is no WebGL 2. */
  constructor(
    canvas: HTMLCanvasElement,
    hall: Hall,
    stock: StockSource,
    marks: Uint8Array,
    paletteOf: readonly number[],
    words: MapWords,
  ) {
    const gl = canvas.getContext('webgl2', {
      alpha: false,
      antialias: false,
      depth: false,
      stencil: false,
      powerPreference: 'high-performance',
    })
    if (!gl) throw new Error('There is no WebGL 2 here.')
    this.#gl = gl
    this.#canvas = canvas
    this.#hall = hall
    this.#stock = stock
    this.#marks = marks
    this.#words = words
    this.#paletteOf = paletteOf
    this.#boxes = boxesOf(hall)
    this.#steps = Uint32Array.from(
      { length: CATEGORIES_MAX },
      (_, category) => paletteOf[category] ?? category,
    )
    this.#seatProgram = createProgram(gl, shaders.SEAT_VERTEX, shaders.SEAT_FRAGMENT)
    this.#shapeProgram = createProgram(gl, shaders.SHAPE_VERTEX, shaders.SHAPE_FRAGMENT)
    this.#lineProgram = createProgram(gl, shaders.LINE_VERTEX, shaders.LINE_FRAGMENT)
    this.#labelProgram = createProgram(gl, shaders.LABEL_VERTEX, shaders.LABEL_FRAGMENT)
    this.#square = createBuffer(gl, Float32Array.of(-1, -1, 1, -1, -1, 1, 1, 1), gl.STATIC_DRAW)
    this.#strip = createBuffer(gl, Float32Array.of(0, -1, 1, -1, 0, 1, 1, 1), gl.STATIC_DRAW)
    this.#unit = createBuffer(gl, Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1), gl.STATIC_DRAW)
    const glyphs = numberGlyphs(hall.numbers)
    this.#glyphTexture = createMaskTexture(gl, glyphs.canvas)
    this.#glyphBox = glyphs.box
    this.#statusBuffer = createBuffer(gl, stock.statuses, gl.DYNAMIC_DRAW)
    this.#markBuffer = createBuffer(gl, marks, gl.DYNAMIC_DRAW)
    this.#seatAttributes = this.#uploadSeats(glyphs.codes)
    this.#shareBytes = new Uint8Array(
      SHARES_WIDTH * Math.max(1, Math.ceil(hall.data.sections.length / SHARES_WIDTH)),
    )
    this.#shares = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, this.#shares)
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    this.#resize()
    this.retheme()
  }

  get colors(): MapColors {
    return this.#colors
  }

  statusesChanged(): void {
    this.#statusDirty = true
  }

  /** `marked`: the seats that have one, drawn above the others. */
  marksChanged(marked: readonly number[]): void {
    this.#marksDirty = true
    this.#marked = [...marked]
  }

  /** What is left has changed enough to be written anew. */
  relabel(): void {
    const { data } = this.#hall
    this.#labels.sections = this.#refill(
      this.#labels.sections,
      sectionLabels(this.#atlas, data, this.#sectionLook, this.#colors),
      LABEL_FLOATS,
    )
    this.#labels.areas = this.#refill(
      this.#labels.areas,
      areaLabels(this.#atlas, data, this.#leftOfArea, this.#colors),
      LABEL_FLOATS,
    )
    this.#drawAreas()
  }

  showFilter(filter: MapFilter): void {
    this.#filter = filter
    this.relabel()
  }

  showAreas(hotArea: number, chosen: ReadonlySet<number>): void {
    this.#hotArea = hotArea
    this.#chosenAreas = new Set(chosen)
    this.#drawAreas()
  }

  /** Reads the page's colours again and writes whatever has a colour in it. */
  retheme(): void {
    const gl = this.#gl
    this.#colors = readColors(document.documentElement)
    this.#palette = new Float32Array(CATEGORIES_MAX * 3)
    for (let c = 0; c < CATEGORIES_MAX; c++) this.#palette.set(this.#paint(c), c * 3)
    const { data } = this.#hall
    this.#atlas = new LabelAtlas(
      {
        name: [...data.sections.map(({ shortName }) => shortName), ...data.areas.map(({ name }) => name)],
        small: [
          '0123456789.,',
          ...data.rows.map(({ label }) => label),
          this.#words.left(0),
          this.#words.left(1),
          this.#words.left(2_000),
          this.#words.soldOut,
        ],
        big: data.shapes.map(({ text }) => text ?? ''),
      },
      this.#pixel,
    )
    if (this.#atlasTexture) gl.deleteTexture(this.#atlasTexture)
    this.#atlasTexture = createMaskTexture(gl, this.#atlas.canvas)
    const batch = (floats: Float32Array<ArrayBuffer>, each: number): Batch => this.#refill(null, floats, each)
    const shapes = (geometry: ShapeGeometry) => ({
      triangles: batch(geometry.triangles, SHAPE_FLOATS),
      lines: batch(geometry.lines, LINE_FLOATS),
    })
    this.#background = shapes(backgroundGeometry(data.shapes, this.#colors))
    this.#areas = shapes(this.#areaShapes())
    this.#labels = {
      sections: batch(sectionLabels(this.#atlas, data, this.#sectionLook, this.#colors), LABEL_FLOATS),
      rows: batch(rowLabels(this.#atlas, data, this.#colors), LABEL_FLOATS),
      plan: batch(planLabels(this.#atlas, data, this.#colors), LABEL_FLOATS),
      areas: batch(areaLabels(this.#atlas, data, this.#leftOfArea, this.#colors), LABEL_FLOATS),
    }
  }

  /** Follows the canvas's size on the page; true when it changed. */
  fitCanvas(width: number, height: number, pixelRatio: number): boolean {
    const canvas = this.#canvas
    const w = Math.max(1, Math.round(width * pixelRatio))
    const h = Math.max(1, Math.round(height * pixelRatio))
    if (canvas.width === w && canvas.height === h && this.#pixel === pixelRatio) return false
    canvas.width = w
    canvas.height = h
    const sharper = this.#pixel !== pixelRatio
    this.#pixel = pixelRatio
    this.#resize()
    if (sharper) this.retheme()
    return true
  }

  draw(scene: Scene): void {
    const gl = this.#gl
    if (gl.isContextLost()) return
    this.#upload()
    const { ground } = this.#colors
    gl.clearColor(ground[0], ground[1], ground[2], 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
    this.#drawShapes(this.#background, scene)
    this.#drawShapes(this.#areas, scene)
    this.#drawLabels(this.#labels.plan, scene)
    if (this.#hall.seatCount > 0) this.#drawSeats(scene)
    const radius = this.#hall.data.seatRadius * scene.camera.scale
    if (radius < SECTION_NAMES_UNTIL * 1.1) this.#drawLabels(this.#labels.sections, scene)
    if (radius > ROW_NAMES_FROM * 0.9) this.#drawLabels(this.#labels.rows, scene)
    this.#drawLabels(this.#labels.areas, scene)
  }

  destroy(): void {
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  #paint(category: number): Rgb {
    const { categories } = this.#colors
    return categories[(this.#paletteOf[category] ?? category) % categories.length]!
  }

  readonly #sectionLook: SectionLook = {
    words: (section) => this.#wordsFor(this.#stock.freeInSection[section]!),
    shade: (s) => {
      const { category, seatCount } = this.#hall.data.sections[s]!
      return shadeOf(
        this.#stock.freeInSection[s]! / Math.max(1, seatCount),
        this.#paint(category),
        this.#isOn(category),
        this.#colors,
      )
    },
  }
  readonly #leftOfArea = (area: number): string =>
    this.#wordsFor(this.#stock.areas[this.#hall.data.areas[area]!.area_id] ?? 0)

  #wordsFor(left: number): string {
    return left > 0 ? this.#words.left(left) : this.#words.soldOut
  }

  #isOn(category: number): boolean {
    return (this.#filter.categories & (1 << (category & 31))) !== 0
  }

  #areaShapes(): ShapeGeometry {
    const { areas } = this.#hall.data
    return areaGeometry(
      areas,
      (i) => (this.#stock.areas[areas[i]!.area_id] ?? 0) / Math.max(1, areas[i]!.capacity),
      (category) => this.#paint(category),
      {
        on: (category) => this.#isOn(category),
        chosen: (i) => this.#chosenAreas.has(i),
        hot: this.#hotArea,
      },
      this.#colors,
    )
  }

  #drawAreas(): void {
    const shapes = this.#areaShapes()
    this.#areas.triangles = this.#refill(this.#areas.triangles, shapes.triangles, SHAPE_FLOATS)
    this.#areas.lines = this.#refill(this.#areas.lines, shapes.lines, LINE_FLOATS)
  }

  #refill(batch: Batch | null, floats: Float32Array<ArrayBuffer>, each: number): Batch {
    const gl = this.#gl
    const buffer = batch?.buffer ?? gl.createBuffer()
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
    gl.bufferData(gl.ARRAY_BUFFER, floats, batch ? gl.DYNAMIC_DRAW : gl.STATIC_DRAW)
    return { buffer, count: floats.length / each }
  }

  #uploadSeats(codes: Uint8Array): Attribute[] {
    const gl = this.#gl
    const { x, y, section, category, flags } = this.#hall.data
    const places = new Float32Array(x.length * 2)
    const kinds = new Uint8Array(x.length * SEAT_BYTES)
    for (let i = 0; i < x.length; i++) {
      places[i * 2] = x[i]!
      places[i * 2 + 1] = y[i]!
      const at = i * SEAT_BYTES
      kinds[at] = section[i]! & 255
      kinds[at + 1] = section[i]! >> 8
      kinds[at + 2] = category[i]!
      kinds[at + 3] = flags[i]!
      for (let k = 0; k < NUMBER_LENGTH_MAX; k++) kinds[at + 4 + k] = codes[i * NUMBER_LENGTH_MAX + k]!
    }
    const place = createBuffer(gl, places, gl.STATIC_DRAW)
    const kind = createBuffer(gl, kinds, gl.STATIC_DRAW)
    const bytes = { type: gl.UNSIGNED_BYTE, integer: true, divisor: 1 } as const
    return [
      { location: 0, buffer: this.#square, size: 2, type: gl.FLOAT, stride: 8, offset: 0 },
      { location: 1, buffer: place, size: 2, type: gl.FLOAT, stride: 8, offset: 0, divisor: 1 },
      { location: 2, buffer: kind, size: 4, stride: SEAT_BYTES, offset: 0, ...bytes },
      { location: 3, buffer: kind, size: 4, stride: SEAT_BYTES, offset: 4, ...bytes },
      { location: 4, buffer: this.#statusBuffer, size: 1, stride: 1, offset: 0, ...bytes },
      { location: 5, buffer: this.#markBuffer, size: 1, stride: 1, offset: 0, ...bytes },
    ]
  }

  #upload(): void {
    const gl = this.#gl
    if (this.#statusDirty) {
      // Fifty kilobytes go over whole: cheaper than finding out which of them changed.
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#statusBuffer)
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.#stock.statuses as Uint8Array<ArrayBuffer>)
      this.#hall.data.sections.forEach(({ seatCount }, s) => {
        const share = seatCount === 0 ? 0 : this.#stock.freeInSection[s]! / seatCount
        this.#shareBytes[s] = share > 0 ? Math.max(1, Math.round(share * 255)) : 0
      })
      gl.bindTexture(gl.TEXTURE_2D, this.#shares)
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
      const height = this.#shareBytes.length / SHARES_WIDTH
      gl.texImage2D(
        gl.TEXTURE_2D,
        0,
        gl.R8,
        SHARES_WIDTH,
        height,
        0,
        gl.RED,
        gl.UNSIGNED_BYTE,
        this.#shareBytes,
      )
      this.#statusDirty = false
    }
    if (this.#marksDirty) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#markBuffer)
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.#marks as Uint8Array<ArrayBuffer>)
      this.#marksDirty = false
    }
  }

  #drawSeats({ camera, filter, hotSection, patterns, pulse }: Scene): void {
    const gl = this.#gl
    const { program, at } = this.#seatProgram
    const c = this.#colors
    const { seatRadius, blobRadius } = this.#hall.data
    const radius = seatRadius * camera.scale
    gl.useProgram(program)
    this.#place(at, camera)
    gl.uniform1f(at('radius'), radius * this.#pixel)
    gl.uniform1f(at('blobRadius'), blobRadius * camera.scale * this.#pixel)
    const blob = 1 - smoothstep(BLOB_UNTIL, SEATS_FROM, radius)
    gl.uniform1f(at('blob'), blob)
    gl.uniform1f(at('near'), smoothstep(NUMBERS_FROM, NUMBERS_FROM * 1.25, radius))
    gl.uniform1f(at('patterns'), patterns ? 1 : 0)
    gl.uniform1f(at('pulse'), pulse)
    gl.uniform1ui(at('categoriesOn'), filter.categories)
    gl.uniform1ui(at('flagsWanted'), filter.any)
    gl.uniform1ui(at('flagsBarred'), filter.bars)
    gl.uniform1i(at('hotSection'), blob > 0.5 ? hotSection : -1)
    gl.uniform3fv(at('palette'), this.#palette)
    gl.uniform1uiv(at('steps'), this.#steps)
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
    gl.activeTexture(gl.TEXTURE1)
    gl.bindTexture(gl.TEXTURE_2D, this.#shares)
    gl.uniform1i(at('shares'), 1)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, this.#glyphTexture)
    gl.uniform1i(at('atlas'), 0)
    for (const [first, count] of this.#rangesInSight(camera)) {
      bindAttributes(gl, this.#seatAttributes, first)
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count)
    }
    for (const seat of this.#marked) {
      bindAttributes(gl, this.#seatAttributes, seat)
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, 1)
    }
  }

  /** Runs of seats worth drawing: near the ground most of a stadium is out of sight, and seats of a row lie together. */
  #rangesInSight(camera: Camera): [first: number, count: number][] {
    const { sections, rows, seatRadius, blobRadius } = this.#hall.data
    const margin = Math.max(seatRadius, blobRadius) * 2
    const halfWidth = this.#canvas.width / this.#pixel / 2 / camera.scale + margin
    const halfHeight = this.#canvas.height / this.#pixel / 2 / camera.scale + margin
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

  #drawShapes({ triangles, lines }: { triangles: Batch; lines: Batch }, { camera }: Scene): void {
    const gl = this.#gl
    if (triangles.count > 0) {
      const { program, at } = this.#shapeProgram
      gl.useProgram(program)
      this.#place(at, camera)
      const shared = { buffer: triangles.buffer, type: gl.FLOAT, stride: SHAPE_FLOATS * 4 }
      bindAttributes(gl, [
        { location: 0, size: 2, offset: 0, ...shared },
        { location: 1, size: 4, offset: 8, ...shared },
      ])
      gl.drawArrays(gl.TRIANGLES, 0, triangles.count)
    }
    if (lines.count === 0) return
    const { program, at } = this.#lineProgram
    gl.useProgram(program)
    this.#place(at, camera)
    const shared = { buffer: lines.buffer, type: gl.FLOAT, stride: LINE_FLOATS * 4, divisor: 1 } as const
    bindAttributes(gl, [
      { location: 0, buffer: this.#strip, size: 2, type: gl.FLOAT, stride: 8, offset: 0 },
      { location: 1, size: 4, offset: 0, ...shared },
      { location: 2, size: 4, offset: 16, ...shared },
      { location: 3, size: 1, offset: 32, ...shared },
    ])
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, lines.count)
  }

  #drawLabels({ buffer, count }: Batch, { camera }: Scene): void {
    if (count === 0) return
    const gl = this.#gl
    const { program, at } = this.#labelProgram
    gl.useProgram(program)
    this.#place(at, camera)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, this.#atlasTexture)
    gl.uniform1i(at('atlas'), 0)
    gl.uniform2f(at('atlasSize'), this.#atlas.canvas.width, this.#atlas.canvas.height)
    const shared = { buffer, type: gl.FLOAT, stride: LABEL_FLOATS * 4, divisor: 1 } as const
    bindAttributes(gl, [
      { location: 0, buffer: this.#unit, size: 2, type: gl.FLOAT, stride: 8, offset: 0 },
      { location: 1, size: 2, offset: 0, ...shared },
      { location: 2, size: 4, offset: 8, ...shared },
      { location: 3, size: 4, offset: 24, ...shared },
      { location: 4, size: 4, offset: 40, ...shared },
      { location: 5, size: 4, offset: 56, ...shared },
    ])
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count)
  }

  #place(at: Program['at'], camera: Camera): void {
    const gl = this.#gl
    gl.uniform2f(at('view'), this.#canvas.width, this.#canvas.height)
    gl.uniform3f(at('camera'), camera.x, camera.y, camera.scale * this.#pixel)
    gl.uniform1f(at('pixel'), this.#pixel)
  }

  #resize(): void {
    this.#gl.viewport(0, 0, this.#canvas.width, this.#canvas.height)
  }
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

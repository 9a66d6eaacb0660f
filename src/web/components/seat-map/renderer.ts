import { colorOf, shadeOf, type MapColors, type Rgb } from './colors.ts'
import { bindAttributes, createMaskTexture, forCorners } from './gl.ts'
import { LabelAtlas } from './glyphs.ts'
import type { Hall } from './hall.ts'
import {
  areaLabels,
  LABEL_FLOATS,
  planLabels,
  ROW_NAMES_FROM,
  rowLabels,
  rowNames,
  sectionLabels,
  SECTION_NAMES_UNTIL,
  type SectionLook,
} from './labels.ts'
import { overlayLabels, UNMOVED } from './overlay.ts'
import type { Programs } from './programs.ts'
import type { DrawnStock, MapFilter, Scene } from './scene.ts'
import { place, SeatLayer } from './seat-layer.ts'
import type { StockWords } from './stock-words.ts'
import { areaGeometry, backgroundGeometry, LINE_FLOATS, SHAPE_FLOATS, type ShapeGeometry } from './shapes.ts'

/** `alphabet`: every letter that `words` may ever have; `stage`: what its marker is called. */
type Look = { colors: MapColors; alphabet: string; words: StockWords; stage: string }

type Batch = { buffer: WebGLBuffer; count: number }

/** Draws the hall with WebGL 2, in a worker or on the page: a frame costs the same whether a thousand seats changed or none. */
export class SeatMapRenderer {
  readonly #gl: WebGL2RenderingContext
  readonly #canvas: HTMLCanvasElement | OffscreenCanvas
  readonly #hall: Hall
  readonly #stock: DrawnStock
  readonly #paletteOf: readonly number[]
  readonly #alphabet: string
  readonly #stage: string
  readonly #seats: SeatLayer
  readonly #programs: Programs
  #words: StockWords
  #colors: MapColors
  #atlas!: LabelAtlas
  #atlasTexture: WebGLTexture | null = null
  #pixel = 1
  #background!: { triangles: Batch; lines: Batch }
  #areas!: { triangles: Batch; lines: Batch }
  #labels!: { sections: Batch; plan: Batch; areas: Batch; rows: Batch | null }
  #rowNames: ReturnType<typeof rowNames> | null = null
  #overlay: Batch | null = null
  #filter: MapFilter = { categories: 0xffffffff, any: 0, bars: 0 }
  #hotArea = -1
  #chosenAreas: ReadonlySet<number> = new Set()

  /** `paletteOf`: the colour step of each category. `draw` throws where a shader does not compile. */
  constructor(
    programs: Programs,
    hall: Hall,
    stock: DrawnStock,
    marks: Uint8Array,
    paletteOf: readonly number[],
    look: Look,
  ) {
    const { gl } = programs
    this.#gl = gl
    this.#programs = programs
    this.#canvas = gl.canvas
    this.#hall = hall
    this.#stock = stock
    this.#paletteOf = paletteOf
    this.#alphabet = look.alphabet
    this.#stage = look.stage
    this.#words = look.words
    this.#colors = look.colors
    this.#seats = new SeatLayer(programs, hall, stock, marks, paletteOf)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  }

  statusesChanged(): void {
    this.#seats.statusesChanged()
  }

  /** `marked`: the seats that have one, drawn above the others. */
  marksChanged(marked: readonly number[]): void {
    this.#seats.marksChanged(marked)
  }

  /** What is left has changed enough to be written anew. */
  showWords(words: StockWords): void {
    this.#words = words
    this.#relabel()
  }

  showFilter(filter: MapFilter): void {
    this.#filter = filter
    this.#relabel()
  }

  showAreas(hotArea: number, chosen: ReadonlySet<number>): void {
    this.#hotArea = hotArea
    this.#chosenAreas = chosen
    this.#drawAreas()
  }

  /** Writes whatever has a colour in it. */
  showColors(colors: MapColors): void {
    const gl = this.#gl
    this.#colors = colors
    this.#seats.setColors(colors)
    const { data } = this.#hall
    this.#atlas = new LabelAtlas(
      {
        name: [
          ...data.sections.flatMap(({ name, shortName }) => [name, shortName]),
          ...data.areas.map(({ name }) => name),
          this.#stage,
        ],
        small: [this.#alphabet, this.#stage, ...data.rows.map(({ label }) => label)],
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
    this.#background = shapes(backgroundGeometry(data.shapes, colors))
    this.#areas = shapes(this.#areaShapes())
    this.#labels = {
      sections: batch(sectionLabels(this.#atlas, data, this.#sectionLook, colors), LABEL_FLOATS),
      plan: batch(planLabels(this.#atlas, data, this.#stage, colors), LABEL_FLOATS),
      areas: batch(areaLabels(this.#atlas, data, this.#wordsOfArea, colors), LABEL_FLOATS),
      rows: null,
    }
  }

  /** Follows the canvas's size on the page, in CSS pixels. */
  fitCanvas(width: number, height: number, pixelRatio: number): void {
    const canvas = this.#canvas
    const w = Math.max(1, Math.round(width * pixelRatio))
    const h = Math.max(1, Math.round(height * pixelRatio))
    if (canvas.width !== w) canvas.width = w
    if (canvas.height !== h) canvas.height = h
    this.#gl.viewport(0, 0, w, h)
    const sharper = this.#pixel !== pixelRatio
    this.#pixel = pixelRatio
    if (sharper || this.#atlasTexture === null) this.showColors(this.#colors)
  }

  draw(scene: Scene): void {
    const gl = this.#gl
    if (gl.isContextLost()) return
    const { ground } = this.#colors
    gl.clearColor(ground[0], ground[1], ground[2], 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
    this.#drawShapes(this.#background, scene)
    this.#drawShapes(this.#areas, scene)
    this.#drawLabels(this.#labels.plan, scene)
    this.#seats.draw(scene, this.#screen)
    const radius = this.#hall.data.seatRadius * scene.camera.scale
    if (radius < SECTION_NAMES_UNTIL * 1.1) this.#drawLabels(this.#labels.sections, scene)
    if (radius > ROW_NAMES_FROM * 0.9) this.#drawLabels(this.nameRows(), scene)
    this.#drawLabels(this.#labels.areas, scene)
    this.#drawOverlay(scene)
  }

  get #screen() {
    return { width: this.#canvas.width, height: this.#canvas.height, pixel: this.#pixel }
  }

  #paint(category: number): Rgb {
    return this.#colors.categories[colorOf(this.#paletteOf[category] ?? category)]!
  }

  readonly #sectionLook: SectionLook = {
    words: (section) => this.#words.sections[section] ?? '',
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
  readonly #wordsOfArea = (area: number): string => this.#words.areas[area]?.words ?? ''

  #isOn(category: number): boolean {
    return (this.#filter.categories & (1 << (category & 31))) !== 0
  }

  /** Nobody sees them from afar: they are not waited for before the first frame. */
  nameRows(): Batch {
    // Where they have room is found once: they are as wide in every theme.
    this.#rowNames ??= rowNames(this.#hall.data, (text) => this.#atlas.width('small', text))
    const write = (): Batch =>
      this.#refill(null, rowLabels(this.#atlas, this.#rowNames!, this.#colors), LABEL_FLOATS)
    return (this.#labels.rows ??= write())
  }

  #relabel(): void {
    const { data } = this.#hall
    this.#labels.sections = this.#refill(
      this.#labels.sections,
      sectionLabels(this.#atlas, data, this.#sectionLook, this.#colors),
      LABEL_FLOATS,
    )
    this.#labels.areas = this.#refill(
      this.#labels.areas,
      areaLabels(this.#atlas, data, this.#wordsOfArea, this.#colors),
      LABEL_FLOATS,
    )
    this.#drawAreas()
  }

  #areaShapes(): ShapeGeometry {
    const { areas } = this.#hall.data
    return areaGeometry(
      areas,
      (i) => (this.#words.areas[i]?.left ?? 0) / Math.max(1, areas[i]!.capacity),
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
    if (this.#hall.data.areas.length === 0) return
    const shapes = this.#areaShapes()
    this.#areas.triangles = this.#refill(this.#areas.triangles, shapes.triangles, SHAPE_FLOATS)
    this.#areas.lines = this.#refill(this.#areas.lines, shapes.lines, LINE_FLOATS)
  }

  #refill(batch: Batch | null, floats: Float32Array<ArrayBuffer>, each: number): Batch {
    const gl = this.#gl
    const buffer = batch?.buffer ?? gl.createBuffer()
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
    const corners = each === SHAPE_FLOATS ? floats : forCorners(floats, each)
    gl.bufferData(gl.ARRAY_BUFFER, corners, batch ? gl.DYNAMIC_DRAW : gl.STATIC_DRAW)
    return { buffer, count: floats.length / each }
  }

  #drawShapes({ triangles, lines }: { triangles: Batch; lines: Batch }, { camera }: Scene): void {
    const gl = this.#gl
    if (triangles.count > 0) {
      const { use, at } = this.#programs.get('shape')
      use()
      place(gl, at, camera, this.#screen)
      const shared = { buffer: triangles.buffer, type: gl.FLOAT, stride: SHAPE_FLOATS * 4 }
      bindAttributes(gl, [
        { size: 2, offset: 0, ...shared },
        { size: 4, offset: 8, ...shared },
      ])
      gl.drawArrays(gl.TRIANGLES, 0, triangles.count)
    }
    if (lines.count === 0) return
    const { use, at } = this.#programs.get('line')
    use()
    place(gl, at, camera, this.#screen)
    const shared = { buffer: lines.buffer, type: gl.FLOAT, stride: LINE_FLOATS * 4 }
    bindAttributes(gl, [
      { size: 4, offset: 0, ...shared },
      { size: 4, offset: 16, ...shared },
      { size: 1, offset: 32, ...shared },
    ])
    this.#programs.quads.draw(0, lines.count)
  }

  /** What stays where it is on the screen while the hall moves. */
  #drawOverlay({ marker, note }: Scene): void {
    if (!marker && !note) return
    const { width, height, pixel } = this.#screen
    const view = { width: width / pixel, height: height / pixel }
    const section = note && {
      name: this.#hall.data.sections[note.section]!.name,
      left: this.#words.sections[note.section] ?? '',
      y: note.y,
    }
    const stage = marker && { ...marker, text: this.#stage }
    const floats = overlayLabels(this.#atlas, view, { stage, section }, this.#colors)
    this.#overlay = this.#refill(this.#overlay, floats, LABEL_FLOATS)
    this.#drawLabels(this.#overlay, { camera: UNMOVED })
  }

  #drawLabels({ buffer, count }: Batch, { camera }: Pick<Scene, 'camera'>): void {
    if (count === 0) return
    const gl = this.#gl
    const { use, at } = this.#programs.get('label')
    use()
    place(gl, at, camera, this.#screen)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, this.#atlasTexture)
    gl.uniform1i(at('atlas'), 0)
    gl.uniform2f(at('atlasSize'), this.#atlas.canvas.width, this.#atlas.canvas.height)
    const shared = { buffer, type: gl.FLOAT, stride: LABEL_FLOATS * 4 }
    bindAttributes(gl, [
      { size: 2, offset: 0, ...shared },
      { size: 4, offset: 8, ...shared },
      { size: 4, offset: 24, ...shared },
      { size: 4, offset: 40, ...shared },
      { size: 4, offset: 56, ...shared },
    ])
    this.#programs.quads.draw(0, count)
  }
}

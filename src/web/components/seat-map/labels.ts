import type { LayoutShape } from '../../../shared/layout.ts'
import { boxOf } from './camera.ts'
import { areaStacks } from './area-room.ts'
import type { MapColors, Rgb } from './colors.ts'
import { readableOn } from './colors.ts'
import type { Face, LabelAtlas } from './glyphs.ts'
import type { HallData } from './hall.ts'
import { clearFrom, type RowLabel } from './label-clear.ts'
import { SMALL, SMALL_LINE } from './label-room.ts'

/** Anchor, box, glyph, colour, rule: what the label shader reads. */
export const LABEL_FLOATS = 18
/** Letters of a text that belongs to the hall are at least this high when they are shown, in CSS pixels. */
const WORLD_TEXT_PIXELS_MIN = 9
/** CSS pixels of a seat's radius from which rows are named, and from which sections are not any more. */
export const ROW_NAMES_FROM = 5.2
export const SECTION_NAMES_UNTIL = 1.9
const ROW_NAME_HEIGHT = 11
/** Share of a section's rows that are waited for; one in a corner does not keep the others unnamed. */
const TOGETHER = 0.9
const FOREVER = 1e9

type Placed = {
  text: string
  face: Face
  x: number
  y: number
  color: Rgb
  alpha?: number
  /** Of the face's size. */
  size?: number
  /** CSS pixels beside and below the anchor. */
  dx?: number
  dy?: number
  scaleMin?: number
  scaleMax?: number
  /** Of letters that grow with the hall, in layout units. */
  worldSize?: number
  rotation?: number
}

/** Gathers quads: a label is a row of letters around its anchor. */
export class LabelBuilder {
  readonly #atlas: LabelAtlas
  readonly #floats: number[] = []

  constructor(atlas: LabelAtlas) {
    this.#atlas = atlas
  }

  pill(
    x: number,
    y: number,
    box: readonly [number, number, number, number],
    color: Rgb,
    alpha: number,
    { scaleMin = 0, scaleMax = FOREVER, rotation = 0 } = {},
  ): void {
    this.#floats.push(x, y, ...box, 0, 0, 0, 0, ...color, alpha, scaleMin, scaleMax, 0, rotation)
  }

  text({
    text,
    face,
    x,
    y,
    color,
    alpha = 1,
    size = 1,
    dx = 0,
    dy = 0,
    scaleMin = 0,
    scaleMax = FOREVER,
    worldSize,
    rotation = 0,
  }: Placed): void {
    const atlas = this.#atlas
    const unit = worldSize === undefined ? atlas.texel(face) * size : worldSize / atlas.height(face)
    const letters = atlas.letters(face, text)
    let left = (-letters.reduce((sum, { advance }) => sum + advance, 0) / 2) * unit
    const seen = worldSize === undefined ? scaleMin : Math.max(scaleMin, WORLD_TEXT_PIXELS_MIN / worldSize)
    for (const letter of letters) {
      // 0.76 of the box is above the base line; capitals reach 0.73 of the letter height above it.
      const top = dy - letter.height * 0.76 * unit + (0.365 * letter.height * unit) / 1.35
      this.#floats.push(x, y, left - unit + dx, top, letter.width * unit, letter.height * unit)
      this.#floats.push(letter.x, letter.y, letter.width, letter.height, ...color, alpha)
      this.#floats.push(seen, scaleMax, worldSize === undefined ? 0 : 1, rotation)
      left += letter.advance * unit
    }
  }

  build(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#floats)
  }
}

export type SectionLook = { words: (section: number) => string; shade: (section: number) => Rgb }

/** Names of sections, with what is left where there is room; the ground behind them has the section's own shade. */
export function sectionLabels(
  atlas: LabelAtlas,
  data: HallData,
  { words, shade }: SectionLook,
  colors: MapColors,
): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  const until = SECTION_NAMES_UNTIL / data.seatRadius
  data.sections.forEach((section, s) => {
    if (section.seatCount === 0) return
    const { x, y, shortName } = section
    const left = words(s)
    const ground = shade(s)
    const color = readableOn(ground, colors.text, colors.ground)
    const nameWidth = atlas.width('name', shortName)
    const bothWidth = Math.max(nameWidth, atlas.width('small', left))
    // One line where the name fits, two where both do; before that smaller letters, turned where there is more room.
    const { width, height } = section.oneLine
    const { rotation } = section.small
    const tinyWidth = nameWidth * SMALL
    const tiny = Math.max((tinyWidth + 1) / section.small.width, SMALL_LINE / section.small.height)
    const oneLine = Math.max((nameWidth + 6) / width, 16 / height)
    const twoLines =
      left === ''
        ? until
        : Math.max(oneLine, (bothWidth + 22) / section.twoLines.width, 46 / section.twoLines.height)
    const small = { x, y, scaleMin: tiny, scaleMax: Math.min(oneLine, until), rotation }
    if (tiny < small.scaleMax) {
      builder.pill(x, y, [-tinyWidth / 2 - 2, -6, tinyWidth + 4, 12], ground, 1, small)
      builder.text({ ...small, text: shortName, face: 'name', color, size: SMALL })
    }
    const single = { x, y, scaleMin: oneLine, scaleMax: Math.min(twoLines, until) }
    if (oneLine < single.scaleMax) {
      builder.pill(x, y, [-nameWidth / 2 - 5, -9, nameWidth + 10, 18], ground, 1, single)
      builder.text({ ...single, text: shortName, face: 'name', color })
    }
    if (twoLines >= until) return
    builder.pill(x, y, [-bothWidth / 2 - 8, -18, bothWidth + 16, 36], ground, 1, {
      scaleMin: twoLines,
      scaleMax: until,
    })
    const both = { x, y, scaleMin: twoLines, scaleMax: until, color }
    builder.text({ ...both, text: shortName, face: 'name', dy: -6.5 })
    builder.text({ ...both, text: left, face: 'small', dy: 8.5 })
  })
  return builder.build()
}

/** Names of rows, at both ends of them, where and as soon as they lie on nothing else. `width`: of a text in CSS pixels. */
export function rowNames(
  data: HallData,
  width: (text: string) => number,
): (RowLabel & { scaleMin: number })[] {
  const { x, y, rows, seatRadius } = data
  const labels: (RowLabel & { side: string })[] = []
  for (const row of rows) {
    const last = row.first + row.count - 1
    for (const [end, neighbour] of [
      [row.first, row.first + 1],
      [last, last - 1],
    ] as const) {
      const inside = row.count > 1 ? neighbour : end
      const [dx, dy] = row.count > 1 ? [x[end]! - x[inside]!, y[end]! - y[inside]!] : [-1, 0]
      const length = Math.hypot(dx, dy) || 1
      const away = seatRadius * 1.5
      const wide = width(row.label)
      labels.push({
        text: row.label,
        side: `${row.section} ${end === row.first ? 'first' : 'last'}`,
        x: x[end]! + (dx / length) * away,
        y: y[end]! + (dy / length) * away,
        // A fixed distance on the screen: the letters do not shrink with the seats.
        dx: (dx / length) * (4 + wide / 2),
        dy: (dy / length) * 9,
        width: wide + 4,
        height: ROW_NAME_HEIGHT,
      })
      if (row.count === 1) break
    }
  }
  const scales = evened(labels, clearFrom(labels, data, ROW_NAMES_FROM / seatRadius))
  return labels.flatMap((label, i) => (scales[i]! < Infinity ? [{ ...label, scaleMin: scales[i]! }] : []))
}

/** The rows of one side of a section are named together: a few that had room sooner would be read as a pattern. */
function evened(labels: readonly { side: string }[], scales: Float64Array): Float64Array {
  const sides = new Map<string, number[]>()
  labels.forEach(({ side }, i) => {
    if (scales[i]! < Infinity) sides.set(side, [...(sides.get(side) ?? []), i])
  })
  for (const side of sides.values()) {
    const sorted = side.map((i) => scales[i]!).toSorted((a, b) => a - b)
    const most = sorted[Math.floor((sorted.length - 1) * TOGETHER)]!
    for (const i of side) scales[i] = Math.max(scales[i]!, most)
  }
  return scales
}

export function rowLabels(
  atlas: LabelAtlas,
  names: ReturnType<typeof rowNames>,
  { muted }: MapColors,
): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  for (const { text, x, y, dx, dy, scaleMin } of names)
    builder.text({ text, x, y, dx, dy, scaleMin, face: 'small', color: muted })
  return builder.build()
}

/** What the plan itself says: stage, tiers, doors. `stage`: what stands on a stage that it does not name, or too small. */
export function planLabels(
  atlas: LabelAtlas,
  data: HallData,
  stage: string,
  colors: MapColors,
): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  const named = stageName(data)
  if (named) builder.text({ ...named, text: stage, face: 'small', color: colors.text })
  for (const shape of data.shapes) {
    if (shape.kind !== 'text' || !shape.text || !shape.center) continue
    builder.text({
      text: shape.text,
      face: 'big',
      x: shape.center[0],
      y: shape.center[1],
      color: colors.muted,
      worldSize: worldSizeOf(shape, data),
      rotation: ((shape.rotation ?? 0) * Math.PI) / 180,
    })
  }
  return builder.build()
}

const worldSizeOf = ({ text_size }: LayoutShape, { seatRadius }: HallData): number =>
  (text_size ?? seatRadius * 3) * 0.9

/** The stage's name in letters that do not shrink, until the plan's own can be read. */
function stageName(data: HallData) {
  const { shapes } = data
  const stage = shapes.find(({ role, points }) => role === 'stage' && points?.length)
  if (!stage) return null
  const box = boxOf(stage.points!)
  const own = shapes.find(({ kind, text, center }) => {
    if (kind !== 'text' || !text || !center) return false
    return center[0] >= box.x0 && center[0] <= box.x1 && center[1] >= box.y0 && center[1] <= box.y1
  })
  return {
    x: own?.center![0] ?? (box.x0 + box.x1) / 2,
    y: own?.center![1] ?? (box.y0 + box.y1) / 2,
    rotation: ((own?.rotation ?? 0) * Math.PI) / 180,
    ...(own && { scaleMax: WORLD_TEXT_PIXELS_MIN / worldSizeOf(own, data) }),
  }
}

/** Names of standing areas and what is left of them: as much of it as lies within the area. */
export function areaLabels(
  atlas: LabelAtlas,
  { areas }: HallData,
  left: (area: number) => string,
  { text: color }: MapColors,
): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  areas.forEach(({ name, outline }, i) => {
    const words = { name, left: left(i) }
    for (const { lines, ...place } of areaStacks(outline, words, (face, text) => atlas.width(face, text)))
      for (const line of lines) builder.text({ ...place, ...line, color })
  })
  return builder.build()
}

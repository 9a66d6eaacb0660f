import type { MapColors, Rgb } from './colors.ts'
import { mix } from './colors.ts'
import type { Face, LabelAtlas } from './glyphs.ts'
import type { HallData } from './hall.ts'

/** Anchor, box, glyph, colour, rule: what the label shader reads. */
export const LABEL_FLOATS = 18
/** Letters of a text that belongs to the hall are at least this high when they are shown, in CSS pixels. */
const WORLD_TEXT_PIXELS_MIN = 9
/** CSS pixels of a seat's radius from which rows are named, and from which sections are not any more. */
export const ROW_NAMES_FROM = 5.2
export const SECTION_NAMES_UNTIL = 4.6
const FOREVER = 1e9

type Placed = {
  text: string
  face: Face
  x: number
  y: number
  color: Rgb
  alpha?: number
  /** CSS pixels below the anchor. */
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
    scaleMin: number,
    scaleMax: number,
  ): void {
    this.#floats.push(x, y, ...box, 0, 0, 0, 0, ...color, alpha, scaleMin, scaleMax, 0, 0)
  }

  text({
    text,
    face,
    x,
    y,
    color,
    alpha = 1,
    dy = 0,
    scaleMin = 0,
    scaleMax = FOREVER,
    worldSize,
    rotation = 0,
  }: Placed): void {
    const atlas = this.#atlas
    const unit = worldSize === undefined ? atlas.texel(face) : worldSize / atlas.height(face)
    const letters = atlas.letters(face, text)
    let left = (-letters.reduce((sum, { advance }) => sum + advance, 0) / 2) * unit
    const seen = worldSize === undefined ? scaleMin : Math.max(scaleMin, WORLD_TEXT_PIXELS_MIN / worldSize)
    for (const letter of letters) {
      // 0.76 of the box is above the base line; capitals reach 0.73 of the letter height above it.
      const top = dy - letter.height * 0.76 * unit + (0.365 * letter.height * unit) / 1.35
      this.#floats.push(x, y, left - unit, top, letter.width * unit, letter.height * unit)
      this.#floats.push(letter.x, letter.y, letter.width, letter.height, ...color, alpha)
      this.#floats.push(seen, scaleMax, worldSize === undefined ? 0 : 1, rotation)
      left += letter.advance * unit
    }
  }

  build(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#floats)
  }
}

/** Names of sections, with what is left where there is room. */
export function sectionLabels(
  atlas: LabelAtlas,
  data: HallData,
  left: (section: number) => string,
  colors: MapColors,
): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  const until = SECTION_NAMES_UNTIL / data.seatRadius
  for (let s = 0; s < data.sections.length; s++) {
    const section = data.sections[s]!
    if (section.seatCount === 0) continue
    const words = left(s)
    const name = section.shortName
    const nameWidth = atlas.width('name', name)
    const wordsWidth = atlas.width('small', words)
    const [across, high] = [section.width, section.height]
    // One line where the name fits, two where both do.
    const oneLine = Math.max((nameWidth + 4) / across, 15 / high)
    const twoLines = Math.max(oneLine, (Math.max(nameWidth, wordsWidth) + 26) / across, 44 / high)
    const single = [builder, section, name, colors, oneLine, Math.min(twoLines, until)] as const
    if (oneLine < twoLines) sectionName(...single, nameWidth)
    if (twoLines >= until) continue
    const width = Math.max(nameWidth, wordsWidth) + 20
    builder.pill(section.x, section.y, [-width / 2, -19, width, 38], colors.ground, 0.82, twoLines, until)
    const shared = { x: section.x, y: section.y, scaleMin: twoLines, scaleMax: until }
    builder.text({ ...shared, text: name, face: 'name', color: colors.text, dy: -6.5 })
    builder.text({
      ...shared,
      text: words,
      face: 'small',
      color: mix(colors.muted, colors.text, 0.3),
      dy: 8.5,
    })
  }
  return builder.build()
}

function sectionName(
  builder: LabelBuilder,
  section: { x: number; y: number },
  name: string,
  colors: MapColors,
  scaleMin: number,
  scaleMax: number,
  width: number,
): void {
  builder.pill(
    section.x,
    section.y,
    [-width / 2 - 6, -9.5, width + 12, 19],
    colors.ground,
    0.78,
    scaleMin,
    scaleMax,
  )
  builder.text({
    x: section.x,
    y: section.y,
    text: name,
    face: 'name',
    color: colors.text,
    scaleMin,
    scaleMax,
  })
}

/** Names of rows, at both ends of them. */
export function rowLabels(atlas: LabelAtlas, data: HallData, colors: MapColors): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  const { x, y, rows, seatRadius } = data
  const scaleMin = ROW_NAMES_FROM / seatRadius
  for (const row of rows) {
    const last = row.first + row.count - 1
    for (const [end, neighbour] of [
      [row.first, row.first + 1],
      [last, last - 1],
    ] as const) {
      const inside = row.count > 1 ? neighbour : end
      const [dx, dy] = row.count > 1 ? [x[end]! - x[inside]!, y[end]! - y[inside]!] : [-1, 0]
      const length = Math.hypot(dx, dy) || 1
      const away = seatRadius * 2.15
      builder.text({
        text: row.label,
        face: 'small',
        x: x[end]! + (dx / length) * away,
        y: y[end]! + (dy / length) * away,
        color: colors.muted,
        scaleMin,
      })
      if (row.count === 1) break
    }
  }
  return builder.build()
}

/** What the plan itself says: stage, tiers, doors. */
export function planLabels(atlas: LabelAtlas, data: HallData, colors: MapColors): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  for (const shape of data.shapes) {
    if (shape.kind !== 'text' || !shape.text || !shape.center) continue
    builder.text({
      text: shape.text,
      face: 'big',
      x: shape.center[0],
      y: shape.center[1],
      color: colors.muted,
      worldSize: (shape.text_size ?? data.seatRadius * 3) * 0.9,
      rotation: ((shape.rotation ?? 0) * Math.PI) / 180,
    })
  }
  return builder.build()
}

/** Names of standing areas and what is left of them. */
export function areaLabels(
  atlas: LabelAtlas,
  data: HallData,
  left: (area: number) => string,
  colors: MapColors,
): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  data.areas.forEach((area, i) => {
    const xs = area.outline.map(([x]) => x)
    const ys = area.outline.map(([, y]) => y)
    const x = (Math.min(...xs) + Math.max(...xs)) / 2
    const y = (Math.min(...ys) + Math.max(...ys)) / 2
    builder.text({ text: area.name, face: 'name', x, y, color: colors.text, dy: -9 })
    builder.text({ text: left(i), face: 'small', x, y, color: colors.text, alpha: 0.85, dy: 10 })
  })
  return builder.build()
}

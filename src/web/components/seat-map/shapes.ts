import earcut from 'earcut'
import type { LayoutArea, LayoutShape } from '../../../shared/layout.ts'
import { mix, type MapColors, type Rgb } from './colors.ts'

/** What the shape and line shaders read. */
export type ShapeGeometry = { triangles: Float32Array<ArrayBuffer>; lines: Float32Array<ArrayBuffer> }

/** x, y, then colour. */
export const SHAPE_FLOATS = 6
/** Both ends, colour, width. */
export const LINE_FLOATS = 9
const ELLIPSE_POINTS = 72

type Look = { fill: Rgb | null; stroke: Rgb | null; width: number }

/** Stage, pitch and walls in the page's own colours: a plan's colours were chosen for white paper. */
export function backgroundGeometry(shapes: readonly LayoutShape[], colors: MapColors): ShapeGeometry {
  const builder = new GeometryBuilder()
  for (const shape of shapes) {
    const points = outlineOf(shape)
    if (points) builder.add(points, lookOf(shape, colors))
  }
  return builder.build()
}

/** Standing areas: the more is left, the stronger their colour. */
export function areaGeometry(
  areas: readonly LayoutArea[],
  share: (area: number) => number,
  paint: (category: number) => Rgb,
  state: { on: (category: number) => boolean; chosen: (area: number) => boolean; hot: number },
  colors: MapColors,
): ShapeGeometry {
  const builder = new GeometryBuilder()
  areas.forEach((area, i) => {
    const color = paint(area.category)
    const left = share(i)
    const strength = (left <= 0 ? 0.04 : 0.14 + 0.36 * Math.sqrt(left)) * (state.on(area.category) ? 1 : 0.3)
    const chosen = state.chosen(i)
    builder.add(area.outline, {
      fill: mix(colors.ground, color, Math.min(1, strength + (state.hot === i ? 0.1 : 0))),
      stroke: chosen ? colors.beam : left <= 0 ? colors.line : color,
      width: chosen ? 3 : 1.5,
    })
  })
  return builder.build()
}

function lookOf(shape: LayoutShape, c: MapColors): Look {
  switch (shape.role) {
    case 'stage':
    case 'screen':
      return {
        fill: mix(c.ground, c.text, c.dark ? 0.15 : 0.14),
        stroke: mix(c.ground, c.text, 0.3),
        width: 1,
      }
    case 'pitch':
      return { fill: mix(c.ground, c.text, 0.045), stroke: mix(c.ground, c.text, 0.14), width: 1 }
    case 'wall':
      // The house's own outline is a hairline; what it encloses stays dark.
      return { fill: null, stroke: mix(c.ground, c.text, 0.12), width: 1 }
    case 'other':
    case 'label':
      return { fill: mix(c.ground, c.text, 0.035), stroke: mix(c.ground, c.text, 0.1), width: 1 }
  }
}

function outlineOf(shape: LayoutShape): [number, number][] | null {
  if (shape.kind === 'polygon') return shape.points && shape.points.length > 2 ? shape.points : null
  if (shape.kind !== 'ellipse' || !shape.center || !shape.radius) return null
  const [cx, cy] = shape.center
  const [rx, ry] = shape.radius
  const turn = ((shape.rotation ?? 0) * Math.PI) / 180
  return Array.from({ length: ELLIPSE_POINTS }, (_, i) => {
    const angle = (i / ELLIPSE_POINTS) * 2 * Math.PI
    const [x, y] = [Math.cos(angle) * rx, Math.sin(angle) * ry]
    return [cx + x * Math.cos(turn) - y * Math.sin(turn), cy + x * Math.sin(turn) + y * Math.cos(turn)]
  })
}

class GeometryBuilder {
  readonly #triangles: number[] = []
  readonly #lines: number[] = []

  add(points: readonly (readonly [number, number])[], { fill, stroke, width }: Look): void {
    if (fill) {
      for (const corner of earcut(points.flat())) this.#triangles.push(...points[corner]!, ...fill, 1)
    }
    const color = stroke ?? fill
    if (!color) return
    points.forEach((a, i) => this.#lines.push(...a, ...points[(i + 1) % points.length]!, ...color, 1, width))
  }

  build(): ShapeGeometry {
    return { triangles: Float32Array.from(this.#triangles), lines: Float32Array.from(this.#lines) }
  }
}

import { expect, test } from 'bun:test'
import { CATEGORIES, contrast, DARK, LIGHT } from '../../theme/tokens.ts'
import type { MapColors, Rgb } from './colors.ts'
import { areaGeometry, SHAPE_FLOATS } from './shapes.ts'

test.each([
  ['light', LIGHT],
  ['dark', DARK],
] as const)(
  '%s: what is written on a standing area can be read, however much is left of it',
  (theme, tokens) => {
    const outline: [number, number][] = [
      [0, 0],
      [1, 0],
      [0, 1],
    ]
    const area = { area_id: 'a', name: 'Standing', category: 0, capacity: 9, outline }
    const colors = { ground: rgb(tokens.ground), line: rgb(tokens.line), beam: rgb(tokens.beam) } as MapColors
    for (const category of CATEGORIES[theme]) {
      for (const left of [0, 0.5, 1]) {
        const state = { on: () => true, chosen: () => false, hot: -1 }
        const { triangles } = areaGeometry(
          [area],
          () => left,
          () => rgb(category),
          state,
          colors,
        )
        const fill = triangles.slice(2, SHAPE_FLOATS - 1)
        expect(contrast(tokens.text, hex(fill))).toBeGreaterThanOrEqual(4.5)
      }
    }
  },
)

function rgb(text: string): Rgb {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16) / 255)
  return [r!, g!, b!]
}

function hex(parts: Float32Array): string {
  const two = (part: number): string =>
    Math.round(part * 255)
      .toString(16)
      .padStart(2, '0')
  return `#${Array.from(parts, two).join('')}`
}

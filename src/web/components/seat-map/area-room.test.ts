import { expect, test } from 'bun:test'
import { areaStacks, type Stack } from './area-room.ts'

const LETTER = { name: 8, small: 6, big: 40 }
const width = (face: keyof typeof LETTER, text: string): number => text.length * LETTER[face]
const words = { name: 'Front standing', left: '835 left' }
const square = [
  [0, 0],
  [1_000, 0],
  [1_000, 1_000],
  [0, 1_000],
] as const
/** Around the end of a stage, which fills its middle. */
const around = [
  [0, 0],
  [3_600, 0],
  [3_600, 6_800],
  [0, 6_800],
  [0, 3_850],
  [3_000, 3_850],
  [3_000, 2_950],
  [0, 2_950],
] as const

test('from afar nothing is written, then what fits: small letters, the name, the name with what is left', () => {
  const at = (scale: number): string[] => linesAt(areaStacks(square, words, width), scale)
  expect(at(0.01)).toEqual([])
  expect(at(0.06)).toEqual(['Front', 'standing'])
  expect(at(0.08)).toEqual(['Front', 'standing', '835 left'])
  expect(at(0.2)).toEqual(['Front standing', '835 left'])
  expect(linesAt(areaStacks(square, { ...words, left: '' }, width), 0.2)).toEqual(['Front standing'])
})

test('whatever is written lies within the area at every scale', () => {
  for (const outline of [square, around]) {
    const stacks = areaStacks(outline, words, width)
    expect(stacks.length).toBeGreaterThan(2)
    for (const { x, y, scaleMin, lines } of stacks) {
      const wide = Math.max(...lines.map(({ text, face, size }) => width(face, text) * size)) / scaleMin
      const high = (lines.length * 11) / scaleMin
      for (const [cornerX, cornerY] of [
        [-1, -1],
        [1, -1],
        [-1, 1],
        [1, 1],
      ] as const) {
        const [px, py] = [x + (cornerX * wide) / 2, y + (cornerY * high) / 2]
        expect(isIn(outline, px, py)).toBe(true)
      }
    }
  }
})

test('one place for all that is written, away from what the area goes around', () => {
  const stacks = areaStacks(around, words, width)
  expect(new Set(stacks.map(({ x, y }) => `${x} ${y}`)).size).toBe(1)
  expect(Math.abs(stacks[0]!.y - 3_400)).toBeGreaterThan(1_000)
})

function linesAt(stacks: readonly Stack[], scale: number): string[] {
  const shown = stacks.filter(({ scaleMin, scaleMax }) => scaleMin <= scale && scale < scaleMax)
  expect(shown.length).toBeLessThanOrEqual(1)
  return shown.flatMap(({ lines }) => lines.map(({ text }) => text))
}

function isIn(outline: readonly (readonly [number, number])[], x: number, y: number): boolean {
  if (outline === square) return x >= 0 && x <= 1_000 && y >= 0 && y <= 1_000
  return x >= 0 && x <= 3_600 && y >= 0 && y <= 6_800 && !(x < 3_000 && y > 2_950 && y < 3_850)
}

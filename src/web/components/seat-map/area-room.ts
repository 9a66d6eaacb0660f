import { boxOf, contains } from './camera.ts'
import type { Face } from './glyphs.ts'
import { SMALL } from './label-room.ts'

type Outline = readonly (readonly [number, number])[]
type Line = { text: string; face: Face; size: number; dy: number }
/** Lines above each other, and the scales at which they are shown. */
export type Stack = { x: number; y: number; scaleMin: number; scaleMax: number; lines: Line[] }

/** CSS pixels of a line by its face, and between the letters and the outline. */
const LINE: Record<Face, number> = { name: 17, small: 17, big: 17 }
const MARGIN = 5
/** Places that are tried in each direction. */
const TRIES = 12
/** How much more room must be there before a place away from the middle is taken. */
const WORTH_MOVING = 1.05

/**
 * What is written on a standing area, by scale: its name with what is left; the name in two lines; the name alone; the name
 * in small letters; nothing. Always within its outline, so that it lies on nothing else.
 */
export function areaStacks(
  outline: Outline,
  { name, left }: { name: string; left: string },
  width: (face: Face, text: string) => number,
): Stack[] {
  const halves = halvesOf(name, (text) => width('name', text))
  const names = [[name], ...(halves ? [halves] : [])]
  const choices = [
    ...(left === '' ? [] : names.map((lines) => ({ lines, left: [left], size: 1 }))),
    ...names.map((lines) => ({ lines, left: [], size: 1 })),
    ...names.map((lines) => ({ lines, left: [], size: SMALL })),
  ].map(({ lines, left: below, size }) => {
    const all = [
      ...lines.map((text) => ({ text, face: 'name' as const, size })),
      ...below.map((text) => ({ text, face: 'small' as const, size: 1 })),
    ]
    const high = all.reduce((sum, line) => sum + LINE[line.face] * line.size, 0)
    let top = -high / 2
    const placed = all.map((line) => {
      const own = LINE[line.face] * line.size
      top += own
      return { ...line, dy: top - own / 2 }
    })
    const wide = Math.max(...all.map(({ text, face, size: of }) => width(face, text) * of))
    return { lines: placed, width: wide + MARGIN * 2, height: high + MARGIN }
  })
  // One place for all of them: a name does not jump while one comes nearer.
  const { x, y } = roomiest(outline, choices[names.length - 1]!)
  const stacks: Stack[] = []
  let until = Infinity
  for (const { lines, ...size } of choices) {
    const from = 1 / roomAt(outline, x, y, size)
    if (from >= until) continue
    stacks.push({ x, y, scaleMin: from, scaleMax: Math.min(until, FOREVER), lines })
    until = from
  }
  return stacks
}

const FOREVER = 1e9

type Size = { width: number; height: number }

/** The place with the most room for a label of that shape; the middle, where no other has clearly more. */
function roomiest(outline: Outline, size: Size): { x: number; y: number } {
  const box = boxOf(outline)
  const middle = { x: (box.x0 + box.x1) / 2, y: (box.y0 + box.y1) / 2 }
  let best = { ...middle, room: roomAt(outline, middle.x, middle.y, size) }
  for (let i = 1; i < TRIES; i++) {
    for (let j = 1; j < TRIES; j++) {
      const x = box.x0 + ((box.x1 - box.x0) * i) / TRIES
      const y = box.y0 + ((box.y1 - box.y0) * j) / TRIES
      const room = roomAt(outline, x, y, size)
      if (room > best.room * WORTH_MOVING) best = { x, y, room }
    }
  }
  return best
}

/** Layout units that a pixel of a label may have for it to lie within the outline, with its middle there; 0 for none. */
function roomAt(outline: Outline, x: number, y: number, { width, height }: Size): number {
  if (!contains(outline, x, y)) return 0
  let least = Infinity
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length]!
    // As if the label were a square from -1 to 1: how far away the side is from its middle.
    const [u, v] = [((ax - x) * 2) / width, ((ay - y) * 2) / height]
    const [du, dv] = [((bx - ax) * 2) / width, ((by - ay) * 2) / height]
    for (const t of [0, 1, -u / du, -v / dv, (v - u) / (du - dv), -(u + v) / (du + dv)]) {
      if (t >= 0 && t <= 1) least = Math.min(least, Math.max(Math.abs(u + t * du), Math.abs(v + t * dv)))
    }
  })
  return least
}

/** Two lines as even as they can be; null for a single word. */
function halvesOf(name: string, width: (text: string) => number): [string, string] | null {
  const words = name.split(' ')
  const wider = ([a, b]: [string, string]): number => Math.max(width(a), width(b))
  return words.slice(1).reduce<[string, string] | null>((best, _, i) => {
    const two: [string, string] = [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')]
    return best && wider(best) <= wider(two) ? best : two
  }, null)
}

import type { Point } from './hall-builder.ts'

/** A rounded rectangle around the origin: every row of a stadium is one of these, further out than the one before. */
export type Bowl = { halfWidth: number; halfHeight: number; cornerRadius: number }

/**
 * A slice of the bowl between two aisles. On a straight it keeps its width; in a corner it widens with every row.
 * `from` and `to` are positions along the straight (from its middle, clockwise) or angles in the corner (0 to π/2).
 */
export type Slice = { side: Side; part: 'straight' | 'corner'; from: number; to: number }
/** A corner belongs to the side that it follows, clockwise. */
export type Side = 'top' | 'right' | 'bottom' | 'left'

const SIDES: readonly Side[] = ['top', 'right', 'bottom', 'left']

/** Slices clockwise from the middle of the top side's left end. */
export function sliceBowl(bowl: Bowl, counts: { long: number; short: number; corner: number }): Slice[] {
  const slices: Slice[] = []
  for (const side of SIDES) {
    const isLong = side === 'top' || side === 'bottom'
    const length = straightLength(bowl, side)
    const count = isLong ? counts.long : counts.short
    for (let i = 0; i < count; i += 1) {
      slices.push({
        side,
        part: 'straight',
        from: -length / 2 + (length * i) / count,
        to: -length / 2 + (length * (i + 1)) / count,
      })
    }
    for (let i = 0; i < counts.corner; i += 1) {
      const step = Math.PI / 2 / counts.corner
      slices.push({ side, part: 'corner', from: i * step, to: (i + 1) * step })
    }
  }
  return slices
}

export function straightLength(bowl: Bowl, side: Side): number {
  const half = side === 'top' || side === 'bottom' ? bowl.halfWidth : bowl.halfHeight
  return 2 * (half - bowl.cornerRadius)
}

/** How long a slice's row is, `outwards` from the pitch, less half an aisle at both ends. */
export function rowLength(bowl: Bowl, slice: Slice, outwards: number, aisle: number): number {
  const full =
    slice.part === 'straight'
      ? slice.to - slice.from
      : (slice.to - slice.from) * (bowl.cornerRadius + outwards)
  return full - aisle
}

/** The point at `along` (from the middle of the slice, clockwise), `outwards` from the pitch's edge. */
export function pointInSlice(bowl: Bowl, slice: Slice, outwards: number, along: number): Point {
  const middle = (slice.from + slice.to) / 2
  if (slice.part === 'straight')
    return turn(slice.side, middle + along, halfAcross(bowl, slice.side) + outwards)
  const radius = bowl.cornerRadius + outwards
  const angle = middle + along / radius
  const centerAlong = straightLength(bowl, slice.side) / 2
  const centerOut = halfAcross(bowl, slice.side) - bowl.cornerRadius
  return turn(slice.side, centerAlong + radius * Math.sin(angle), centerOut + radius * Math.cos(angle))
}

/** The outline of a row all around, for drawing. */
export function outline(bowl: Bowl, outwards: number): Point[] {
  return sliceBowl(bowl, { long: 1, short: 1, corner: 8 }).map((slice) =>
    pointInSlice(bowl, slice, outwards, -rowLength(bowl, slice, outwards, 0) / 2),
  )
}

function halfAcross(bowl: Bowl, side: Side): number {
  return side === 'top' || side === 'bottom' ? bowl.halfHeight : bowl.halfWidth
}

// `along` runs clockwise and `out` away from the pitch, whichever side it is.
function turn(side: Side, along: number, out: number): Point {
  switch (side) {
    case 'top':
      return [along, -out]
    case 'right':
      return [out, along]
    case 'bottom':
      return [-along, out]
    case 'left':
      return [-out, -along]
  }
}

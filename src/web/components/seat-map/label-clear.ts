import { SeatGrid } from './seat-grid.ts'

/** A label that keeps its size on the screen beside a place of the hall. */
export type RowLabel = {
  text: string
  x: number
  y: number
  /** CSS pixels from there to its middle, and its size. */
  dx: number
  dy: number
  width: number
  height: number
}

type Seats = { x: Float32Array; y: Float32Array; seatRadius: number }

/** Scales between which two things overlap. */
type Span = { from: number; to: number }

/**
 * From which scale each label lies neither on a seat nor on a label before it: places move apart as one comes nearer,
 * letters do not grow. Infinity where that never happens. Nothing is asked below `scaleMin`, where no label is shown.
 */
export function clearFrom(labels: readonly RowLabel[], seats: Seats, scaleMin: number): Float64Array {
  const { x, y, seatRadius } = seats
  const from = new Float64Array(labels.length).fill(scaleMin)
  const seatsAt = new SeatGrid(x, y, seatRadius * 6)
  const [xs, ys] = (['x', 'y'] as const).map((axis) => Float32Array.from(labels, (label) => label[axis]))
  const labelsAt = new SeatGrid(xs!, ys!, seatRadius * 6)
  const widest = labels.reduce((most, label) => Math.max(most, reachOf(label)), 0)
  labels.forEach((label, i) => {
    const clear = (span: Span | null, least: number): void => {
      if (span && span.to > Math.max(span.from, least, from[i]!)) from[i] = span.to
    }
    seatsAt.within(label.x, label.y, reachOf(label) / scaleMin + seatRadius * 1.5, (seat) =>
      clear(overlap(label, { x: x[seat]!, y: y[seat]! }, seatRadius), scaleMin),
    )
    // Nearest first, or one that is far would hide it for longer than it has to be.
    const others: number[] = []
    labelsAt.within(label.x, label.y, (reachOf(label) + widest) / scaleMin, (other) => {
      if (other < i && from[other]! < Infinity) others.push(other)
    })
    let before = -1
    while (before !== from[i]) {
      before = from[i]!
      for (const other of others) {
        const span = overlap(label, labels[other]!, 0)
        if (span && span.from <= from[i]!) clear(span, from[other]!)
      }
    }
  })
  return from
}

function reachOf({ dx, dy, width, height }: RowLabel): number {
  return Math.hypot(dx, dy) + Math.hypot(width, height) / 2
}

/** `radius`: of the other in layout units, where it grows with the hall. */
function overlap(a: RowLabel, b: { x: number; y: number } | RowLabel, radius: number): Span | null {
  const span: Span = { from: 0, to: Infinity }
  const other = 'text' in b ? b : { dx: 0, dy: 0, width: 0, height: 0 }
  const along = (apart: number, shift: number, reach: number): void => {
    // |apart * scale + shift| < reach + radius * scale, as two conditions.
    below(span, apart - radius, reach - shift)
    below(span, -apart - radius, reach + shift)
  }
  along(a.x - b.x, a.dx - other.dx, (a.width + other.width) / 2)
  along(a.y - b.y, a.dy - other.dy, (a.height + other.height) / 2)
  return span.from < span.to ? span : null
}

/** Leaves of a span the scales for which slope * scale < limit. */
function below(span: Span, slope: number, limit: number): void {
  if (slope > 0) span.to = Math.min(span.to, limit / slope)
  else if (slope < 0) span.from = Math.max(span.from, limit / slope)
  else if (limit <= 0) span.to = 0
}

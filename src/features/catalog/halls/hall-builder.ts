import type { Layout, LayoutArea, LayoutSeat, LayoutShape } from '../../../shared/layout.ts'

export type Point = [number, number]

/** Free space around everything that is drawn, in layout units. */
const MARGIN = 300

export type SeatFlags = { accessible?: true; companion?: true; restricted_view?: true }

export type NewSeat = SeatFlags & { number: string; x: number; y: number; category: number }

/** Collects a hall around any origin; `finish` moves it into the positive quadrant and rounds to whole units. */
export class HallBuilder {
  readonly #sections: Layout['sections'] = []
  readonly #codes: string[] = []
  readonly #seats: LayoutSeat[] = []
  readonly #areas: LayoutArea[] = []
  readonly #shapes: LayoutShape[] = []

  constructor(
    readonly name: string,
    readonly categories: Layout['categories'],
    readonly floors: string[],
    readonly seatRadius: number,
  ) {}

  get seatCount(): number {
    return this.#seats.length
  }

  /** `code` begins the ids of the section's seats. */
  section(code: string, name: string, floor?: string, door?: string): number {
    this.#sections.push({ name, ...(floor !== undefined && { floor }), ...(door !== undefined && { door }) })
    this.#codes.push(code)
    return this.#sections.length - 1
  }

  /** Seats of one row, from one end to the other. */
  row(section: number, row: string, seats: readonly NewSeat[]): void {
    for (const { number, x, y, category, ...flags } of seats) {
      const seat_id = `${this.#codes[section]}-${row}-${number}`.replaceAll(' ', '')
      this.#seats.push({ seat_id, section, row, number, x, y, category, ...flags })
    }
  }

  area(area: LayoutArea): void {
    this.#areas.push(area)
  }

  shape(shape: LayoutShape): void {
    this.#shapes.push(shape)
  }

  finish(focal: Point): Layout {
    const box = this.#bounds()
    const moved = ([x, y]: Point): Point => [Math.round(x - box.left), Math.round(y - box.top)]
    const [focalX, focalY] = moved(focal)
    return {
      name: this.name,
      size: { width: Math.round(box.right - box.left), height: Math.round(box.bottom - box.top) },
      seat_radius: this.seatRadius,
      categories: this.categories,
      floors: this.floors,
      sections: this.#sections,
      seats: this.#seats.map((seat) => {
        const [x, y] = moved([seat.x, seat.y])
        return { ...seat, x, y }
      }),
      areas: this.#areas.map((area) => ({ ...area, outline: area.outline.map(moved) })),
      focal_point: { x: focalX, y: focalY },
      background: {
        shapes: this.#shapes.map((shape) => ({
          ...shape,
          ...(shape.points && { points: shape.points.map(moved) }),
          ...(shape.center && { center: moved(shape.center) }),
        })),
      },
    }
  }

  #bounds(): { left: number; top: number; right: number; bottom: number } {
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
    const take = (x: number, y: number) => {
      box.left = Math.min(box.left, x - MARGIN)
      box.top = Math.min(box.top, y - MARGIN)
      box.right = Math.max(box.right, x + MARGIN)
      box.bottom = Math.max(box.bottom, y + MARGIN)
    }
    for (const seat of this.#seats) take(seat.x, seat.y)
    for (const area of this.#areas) for (const [x, y] of area.outline) take(x, y)
    for (const shape of this.#shapes) {
      for (const [x, y] of shape.points ?? []) take(x, y)
      if (shape.center) {
        const [rx, ry] = shape.radius ?? [0, 0]
        take(shape.center[0] - rx, shape.center[1] - ry)
        take(shape.center[0] + rx, shape.center[1] + ry)
      }
    }
    return box
  }
}

/** A, B, C … Z, AA, BB …, without I and O, which look like numbers on a ticket. */
export function rowLetters(index: number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
  return letters[index % letters.length]!.repeat(1 + Math.floor(index / letters.length))
}

/** A point at `angle` from straight down, on a circle around (0, centerY): rows that look at a stage above them. */
export function onArc(centerY: number, radius: number, angle: number): Point {
  return [radius * Math.sin(angle), centerY + radius * Math.cos(angle)]
}

export function rectangle(left: number, top: number, right: number, bottom: number): Point[] {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ]
}

import { Compile } from 'typebox/compile'
import type { Layout, LayoutArea, LayoutSeat, LayoutShape } from '../../../shared/layout.ts'
import { schemaFaults, type SchemaError } from '../../../shared/schema-faults.ts'
import { LayoutDocument, type DocumentArea, type DocumentRow, type DocumentZone } from './document.ts'
import { nameFaults, type LayoutFault } from './check-names.ts'
import { outlineOf, shapesOf } from './read-area.ts'

/** The most seats and errors that are looked at; a plan above it is refused as a whole. */
export const LAYOUT_SEATS_MAX = 500_000
const ERRORS_MAX = 20
/** pretix draws a seat with this radius where it names none. */
const PRETIX_SEAT_RADIUS = 10
/** Around everything, where a plan has no size of its own. */
const MARGIN_UNITS = 30

export type ReadLayout =
  { layout: Layout; format: 'pretix' | 'usher'; warnings: LayoutFault[] } | { faults: LayoutFault[] }

const validator = Compile(LayoutDocument)

/** Reads a seating plan; what is wrong with it is named by its JSON path, such as `zones[0].rows[3].seats[2]`. */
export function readLayout(document: unknown): ReadLayout {
  const names = nameFaults(document, ERRORS_MAX)
  if (!validator.Check(document)) {
    const errors = validator.Errors(document) as Iterable<SchemaError>
    const shape = schemaFaults(validator.Type(), errors).map(({ at, message }) => ({
      path: jsonPath(at),
      message,
    }))
    const faults = [...shape, ...names].slice(0, ERRORS_MAX)
    return { faults: faults.length > 0 ? faults : [{ path: '$', message: 'is not a seating plan' }] }
  }
  const reader = new Reader(document)
  const layout = reader.read()
  const faults = [...names, ...reader.faults].slice(0, ERRORS_MAX)
  if (faults.length > 0) return { faults }
  return { layout, format: usesSuperset(document) ? 'usher' : 'pretix', warnings: reader.warnings }
}

class Reader {
  readonly faults: LayoutFault[] = []
  readonly warnings: LayoutFault[] = []
  readonly #document: LayoutDocument
  readonly #categories = new Map<string, number>()
  readonly #sections: Layout['sections'] = []
  readonly #seats: LayoutSeat[] = []
  readonly #areas: LayoutArea[] = []
  readonly #shapes: LayoutShape[] = []

  constructor(document: LayoutDocument) {
    this.#document = document
  }

  read(): Layout {
    const { name, categories, zones, focal_point, background, floors } = this.#document
    categories.forEach((category, i) => this.#categories.set(category.name, i))
    zones.forEach((zone, i) => this.#zone(zone, `zones[${i}]`))
    if (this.#seats.length > LAYOUT_SEATS_MAX) {
      this.#fault('zones', `${this.#seats.length} seats are more than ${LAYOUT_SEATS_MAX}`)
    }
    if (this.#seats.length === 0 && this.#areas.length === 0) {
      this.#fault('zones', 'there is neither a seat nor a general admission area')
    }
    const layout: Layout = {
      name,
      size: this.#document.size ?? { width: 0, height: 0 },
      seat_radius: this.#seatRadius(),
      categories: categories.map((category, i) => ({
        name: category.name,
        color: category.color ?? shade(i),
      })),
      floors: floors ?? [...new Set(zones.flatMap((zone) => zone.floor ?? []))],
      sections: this.#sections,
      seats: this.#seats,
      areas: this.#areas,
      focal_point: focal_point ? { ...focal_point } : null,
      background: { shapes: this.#shapes, ...(background?.image_url && { image_url: background.image_url }) },
    }
    if (!this.#document.size) fit(layout)
    layout.focal_point ??= front(layout)
    return layout
  }

  #zone(zone: DocumentZone, path: string): void {
    const origin = zone.position ?? { x: 0, y: 0 }
    const rows = zone.rows ?? []
    if (rows.length > 0) {
      const section = this.#sections.length
      this.#sections.push({
        name: zone.name ?? '',
        ...(zone.floor !== undefined && { floor: zone.floor }),
        ...(zone.door !== undefined && { door: zone.door }),
      })
      for (const row of rows) this.#row(row, section, origin)
    }
    zone.areas?.forEach((area, i) => this.#area(area, zone, origin, `${path}.areas[${i}]`))
  }

  #row(row: DocumentRow, section: number, origin: { x: number; y: number }): void {
    const at = row.position ?? { x: 0, y: 0 }
    for (const seat of row.seats) {
      this.#seats.push({
        seat_id: seat.seat_guid,
        section,
        row: row.row_number,
        number: seat.seat_number,
        x: rounded(origin.x + at.x + seat.position.x),
        y: rounded(origin.y + at.y + seat.position.y),
        category: this.#category(seat.category),
        ...(seat.accessible && { accessible: true as const }),
        ...(seat.companion && { companion: true as const }),
        ...(seat.restricted_view && { restricted_view: true as const }),
        ...(row.row_label && { row_label: row.row_label }),
        ...(row.seat_label && { seat_label: row.seat_label.replaceAll('%s', seat.seat_number) }),
      })
    }
  }

  #area(area: DocumentArea, zone: DocumentZone, origin: { x: number; y: number }, path: string): void {
    const admission = area.general_admission
    if (!admission) {
      const shapes = shapesOf(area, origin)
      if (shapes.length === 0) this.warnings.push({ path, message: 'has no shape that can be drawn' })
      this.#shapes.push(...shapes)
      return
    }
    this.#areas.push({
      area_id: admission.area_id,
      name: admission.name,
      category: this.#category(admission.category),
      capacity: admission.capacity,
      outline: outlineOf(area, origin),
      ...(zone.floor !== undefined && { floor: zone.floor }),
    })
  }

  /** One that there is not was named before. */
  #category(name: string): number {
    return this.#categories.get(name) ?? 0
  }

  #seatRadius(): number {
    if (this.#document.seat_radius) return this.#document.seat_radius
    for (const zone of this.#document.zones) {
      for (const row of zone.rows ?? []) for (const seat of row.seats) if (seat.radius) return seat.radius
    }
    return PRETIX_SEAT_RADIUS
  }

  #fault(path: string, message: string): void {
    this.faults.push({ path, message })
  }
}

function usesSuperset(document: LayoutDocument): boolean {
  const { floors, focal_point, background, seat_radius, zones } = document
  if (floors ?? focal_point ?? background ?? seat_radius) return true
  return zones.some(
    (zone) =>
      zone.floor !== undefined ||
      zone.door !== undefined ||
      zone.areas?.some((area) => area.general_admission ?? area.role) ||
      zone.rows?.some((row) => row.seats.some((s) => s.accessible ?? s.companion ?? s.restricted_view)),
  )
}

// Older plans have no size: it is what their seats and areas take up.
function fit(layout: Layout): void {
  const points: [number, number][] = [
    ...layout.seats.map((seat): [number, number] => [seat.x, seat.y]),
    ...layout.areas.flatMap((area) => area.outline),
    ...(layout.background?.shapes ?? []).flatMap((shape) => [
      ...(shape.points ?? []),
      ...(shape.center ? [shape.center] : []),
    ]),
  ]
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  // A plan that begins at the origin stays where it is, so that drawings made for it still fit.
  const [dx, dy] = [left < 0 ? MARGIN_UNITS - left : 0, top < 0 ? MARGIN_UNITS - top : 0]
  const move = ([x, y]: [number, number]): [number, number] => [rounded(x + dx), rounded(y + dy)]
  for (const seat of layout.seats) [seat.x, seat.y] = move([seat.x, seat.y])
  for (const area of layout.areas) area.outline = area.outline.map(move)
  for (const shape of layout.background?.shapes ?? []) {
    if (shape.points) shape.points = shape.points.map(move)
    if (shape.center) shape.center = move(shape.center)
  }
  if (layout.focal_point) {
    const [x, y] = move([layout.focal_point.x, layout.focal_point.y])
    layout.focal_point = { x, y }
  }
  layout.size = { width: Math.ceil(right + dx + MARGIN_UNITS), height: Math.ceil(bottom + dy + MARGIN_UNITS) }
}

/** Where everybody looks: the stage, pitch or screen, else the middle of the upper edge of the seats. */
function front(layout: Layout): { x: number; y: number } | null {
  const stage = layout.background?.shapes.find(
    (s) => s.role === 'stage' || s.role === 'pitch' || s.role === 'screen',
  )
  if (stage?.center) return { x: stage.center[0], y: stage.center[1] }
  if (stage?.points?.length) {
    const sum = stage.points.reduce(([ax, ay], [x, y]) => [ax + x, ay + y], [0, 0])
    return { x: rounded(sum[0] / stage.points.length), y: rounded(sum[1] / stage.points.length) }
  }
  if (layout.seats.length === 0) return null
  let [left, right, top] = [Infinity, -Infinity, Infinity]
  for (const seat of layout.seats) {
    left = Math.min(left, seat.x)
    right = Math.max(right, seat.x)
    top = Math.min(top, seat.y)
  }
  return { x: rounded((left + right) / 2), y: top }
}

/** Tenths of a unit are enough for any drawing, and keep sums of decimal fractions from looking odd. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

// Where a plan names no colour; enough apart to be told from each other.
function shade(index: number): string {
  const shades = ['#3f7fb5', '#b5533f', '#4d9a5f', '#a5842c', '#7b5aa6', '#2f8f8f', '#b0568a', '#6b7280']
  return shades[index % shades.length]!
}

function jsonPath(pointer: string): string {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
  return path.replace(/^\./, '') || '$'
}

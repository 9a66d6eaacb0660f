import type { Layout, LayoutShape } from '../../../shared/layout.ts'
import type { DocumentArea, DocumentRow, DocumentSeat, DocumentZone, LayoutDocument } from './document.ts'
import { rounded } from './read-layout.ts'

/**
 * A layout as a document in Usher's format, for halls that were not imported. Reading it again gives the same
 * layout: every position is absolute, zones follow the sections and rows the order of the seats.
 */
export function writeLayout(layout: Layout): LayoutDocument {
  const category = (index: number) => layout.categories[index]!.name
  const zones: DocumentZone[] = layout.sections.map((section) => ({
    name: section.name,
    position: { x: 0, y: 0 },
    rows: [],
    ...(section.floor !== undefined && { floor: section.floor }),
    ...(section.door !== undefined && { door: section.door }),
  }))
  let row: DocumentRow | null = null
  let rowOf = ''
  for (const seat of layout.seats) {
    const key = `${seat.section}\n${seat.row}`
    if (!row || key !== rowOf) {
      row = {
        row_number: seat.row,
        position: { x: 0, y: 0 },
        seats: [],
        ...(seat.row_label && { row_label: seat.row_label }),
      }
      rowOf = key
      zones[seat.section]!.rows!.push(row)
    }
    row.seats.push({
      seat_guid: seat.seat_id,
      seat_number: seat.number,
      position: { x: seat.x, y: seat.y },
      category: category(seat.category),
      ...(seat.accessible && { accessible: true }),
      ...(seat.companion && { companion: true }),
      ...(seat.restricted_view && { restricted_view: true }),
    })
  }
  for (const area of layout.areas) {
    zones.push({
      name: area.name,
      position: { x: 0, y: 0 },
      rows: [],
      areas: [
        {
          shape: 'polygon',
          color: layout.categories[area.category]!.color,
          position: { x: 0, y: 0 },
          polygon: { points: area.outline.map(([x, y]) => ({ x, y })) },
          general_admission: {
            area_id: area.area_id,
            name: area.name,
            capacity: area.capacity,
            category: category(area.category),
          },
        },
      ],
      ...(area.floor !== undefined && { floor: area.floor }),
    })
  }
  zones.push({
    name: '',
    position: { x: 0, y: 0 },
    rows: [],
    areas: (layout.background?.shapes ?? []).map(areaOf),
  })
  return {
    name: layout.name,
    size: layout.size,
    seat_radius: layout.seat_radius,
    categories: layout.categories,
    floors: layout.floors,
    focal_point: layout.focal_point,
    ...(layout.background?.image_url && { background: { image_url: layout.background.image_url } }),
    zones,
  }
}

type Position = { x: number; y: number }

/**
 * The same plan as pretix's present schema wants it: with a size, and no member that the schema does not know. Areas of
 * general admission stay as drawings, and areas of the oldest variant become rectangles. `layout` is what was read of
 * the document.
 */
export function toPretix(document: LayoutDocument, layout: Layout): unknown {
  const { name, categories, size, seat_radius, zones } = document
  const { width, height } = size ?? layout.size
  const moved = size ? { x: 0, y: 0 } : movedBy(document, layout)
  return {
    name,
    categories: categories.map((category) => pick(category, ['name', 'color'])),
    size: { width: Math.ceil(width), height: Math.ceil(height) },
    zones: zones.map((zone) => ({
      ...pick(zone, ['name', 'zone_id', 'uuid']),
      position: sum(zone.position, moved),
      rows: (zone.rows ?? []).map((row) => ({
        ...pick(row, ['row_number', 'row_label', 'seat_label', 'row_number_position', 'uuid']),
        ...(row.position && { position: sum(row.position) }),
        seats: row.seats.map((seat) => pretixSeat(seat, seat_radius)),
      })),
      ...(zone.areas && { areas: zone.areas.map(pretixArea) }),
    })),
  }
}

/** A plan without a size that reaches below zero is moved when it is read; its seats keep their order. */
function movedBy({ zones }: LayoutDocument, { seats: [first] }: Layout): Position {
  for (const zone of zones) {
    for (const row of zone.rows ?? []) {
      const [seat] = row.seats
      if (!first || !seat) continue
      const written = sum(zone.position, row.position, seat.position)
      return { x: rounded(first.x - written.x), y: rounded(first.y - written.y) }
    }
  }
  return { x: 0, y: 0 }
}

function pretixSeat(seat: DocumentSeat, seatRadius: number | undefined): unknown {
  const radius = seat.radius ?? seatRadius
  return {
    ...(radius !== undefined && { radius: whole(radius) }),
    ...pick(seat, ['seat_guid', 'seat_number', 'uuid', 'start_direction', 'category']),
    position: sum(seat.position),
  }
}

function pretixArea(area: DocumentArea): unknown {
  const { polygon, rectangle, ellipse, circle, width, height } = area
  const box = rectangle ?? (width !== undefined && height !== undefined ? { width, height } : undefined)
  const shape =
    area.shape ?? (polygon ? 'polygon' : box ? 'rectangle' : ellipse ? 'ellipse' : circle ? 'circle' : 'text')
  const text = textOf(area)
  return {
    ...pick(area, ['uuid', 'color', 'border_color', 'rotation']),
    shape,
    position: sum(area.position),
    ...(polygon && { polygon: { points: polygon.points.map((point) => sum(point)) } }),
    ...(box && { rectangle: { width: whole(box.width), height: whole(box.height) } }),
    ...(ellipse && { ellipse: { radius: sum(ellipse.radius) } }),
    ...(circle && { circle: { radius: whole(circle.radius) } }),
    ...(text && { text }),
  }
}

function textOf({ text, general_admission, polygon }: DocumentArea): object | undefined {
  if (typeof text === 'object') {
    return {
      ...pick(text, ['text', 'color']),
      ...(text.size !== undefined && { size: whole(text.size) }),
      position: sum(text.position),
    }
  }
  if (text) return { text, position: { x: 0, y: 0 } }
  if (!general_admission) return undefined
  const points = polygon?.points ?? [{ x: 0, y: 0 }]
  const { x, y } = sum(...points)
  return { text: general_admission.name, position: { x: x / points.length, y: y / points.length } }
}

function pick(from: object, members: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([member]) => members.includes(member)))
}

function sum(...positions: (Position | undefined)[]): Position {
  return positions.reduce<Position>((a, b) => ({ x: a.x + (b?.x ?? 0), y: a.y + (b?.y ?? 0) }), {
    x: 0,
    y: 0,
  })
}

/** pretix counts sizes in whole units. */
function whole(size: number): number {
  return Math.max(1, Math.round(size))
}

function areaOf(shape: LayoutShape): DocumentArea {
  const colors = {
    ...(shape.color !== undefined && { color: shape.color }),
    ...(shape.border_color !== undefined && { border_color: shape.border_color }),
  }
  const [x, y] = shape.center ?? [0, 0]
  const turned = shape.rotation ? { rotation: shape.rotation } : {}
  switch (shape.kind) {
    case 'polygon':
      return {
        shape: 'polygon',
        role: shape.role,
        position: { x: 0, y: 0 },
        polygon: { points: (shape.points ?? []).map(([px, py]) => ({ x: px, y: py })) },
        ...colors,
      }
    case 'ellipse': {
      const [rx, ry] = shape.radius ?? [0, 0]
      return {
        shape: 'ellipse',
        role: shape.role,
        position: { x, y },
        ellipse: { radius: { x: rx, y: ry } },
        ...turned,
        ...colors,
      }
    }
    case 'text':
      return {
        shape: 'text',
        role: shape.role,
        position: { x, y },
        text: {
          text: shape.text ?? '',
          position: { x: 0, y: 0 },
          ...(shape.text_size !== undefined && { size: shape.text_size }),
          ...(shape.color !== undefined && { color: shape.color }),
        },
        ...turned,
      }
  }
}

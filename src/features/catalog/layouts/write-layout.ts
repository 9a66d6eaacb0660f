import type { Layout, LayoutShape } from '../../../shared/layout.ts'
import type { DocumentArea, DocumentRow, DocumentZone, LayoutDocument } from './document.ts'

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

/** The same plan with nothing in it that the pretix format does not know; areas of general admission stay as drawings. */
export function toPretix(document: LayoutDocument): unknown {
  const {
    floors: _floors,
    focal_point: _focal,
    background: _background,
    seat_radius,
    size,
    zones,
    ...rest
  } = document
  const radius = seat_radius === undefined ? {} : { radius: Math.round(seat_radius) }
  return {
    ...rest,
    size: size ?? { width: 1_000, height: 1_000 },
    zones: zones.map(({ floor: _floor, door: _door, ...zone }) => ({
      ...zone,
      position: zone.position ?? { x: 0, y: 0 },
      rows: (zone.rows ?? []).map((row) => ({
        ...row,
        seats: row.seats.map(({ accessible: _a, companion: _c, restricted_view: _r, ...seat }) => ({
          ...radius,
          ...seat,
        })),
      })),
      ...(zone.areas && { areas: zone.areas.map(plainArea) }),
    })),
  }
}

function plainArea({ general_admission, role: _role, ...area }: DocumentArea): unknown {
  if (!general_admission || area.text) return area
  const points = area.polygon?.points ?? [{ x: 0, y: 0 }]
  const middle = (pick: (p: { x: number; y: number }) => number) =>
    points.reduce((sum, p) => sum + pick(p), 0) / points.length
  return {
    ...area,
    text: { text: general_admission.name, position: { x: middle((p) => p.x), y: middle((p) => p.y) } },
  }
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

/**
 * The layout of a hall as Usher serves it: immutable, named by the SHA-256 of its canonical bytes (compact JSON,
 * keys in the order below). Coordinates are in layout units (about 1 cm), y grows downwards.
 */
export type LayoutSeat = {
  /** Unique within the layout and stable over versions of it. */
  seat_id: string
  /** Index into `sections`. */
  section: number
  /** Label of the row, unique within its section in the halls that Usher draws; an imported plan may repeat it. */
  row: string
  /** Label of the seat, as it stands on the ticket. */
  number: string
  x: number
  y: number
  /** Index into `categories`. */
  category: number
  accessible?: true
  companion?: true
  restricted_view?: true
  /** How a ticket names the row and the seat where that differs from "Row A, seat 12". */
  row_label?: string
  seat_label?: string
}

export type LayoutSection = { name: string; floor?: string; door?: string }

export type LayoutArea = {
  area_id: string
  name: string
  category: number
  capacity: number
  /** Outline, for drawing: [x, y] pairs. */
  outline: [number, number][]
  floor?: string
}

/** Anything drawn that nobody sits on: stage, pitch, walls, labels. */
export type LayoutShape = {
  kind: 'polygon' | 'ellipse' | 'text'
  role: 'stage' | 'pitch' | 'screen' | 'wall' | 'label' | 'other'
  points?: [number, number][]
  center?: [number, number]
  radius?: [number, number]
  /** Degrees clockwise around the centre. */
  rotation?: number
  text?: string
  /** Height of the letters in layout units. */
  text_size?: number
  color?: string
  border_color?: string
}

export type Layout = {
  name: string
  size: { width: number; height: number }
  /** Radius in layout units at which a seat looks right when it is drawn. */
  seat_radius: number
  categories: { name: string; color: string }[]
  floors: string[]
  sections: LayoutSection[]
  /**
   * In index order: a seat's position here is its number in the ledger and in `availability`. Seats of a row follow
   * each other from one end to the other, so that neighbours have neighbouring indices.
   */
  seats: LayoutSeat[]
  areas: LayoutArea[]
  focal_point: { x: number; y: number } | null
  background: { shapes: LayoutShape[]; image_url?: string } | null
}

/** The bytes that are hashed and served: the same layout always gives the same bytes. */
export function layoutBytes(layout: Layout): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(inOrder(layout)))
}

/** SHA-256 of the canonical bytes, in hex: the layout's name. */
export async function layoutHash(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Everything that can be sold: seats and places of the areas. */
export function layoutCapacity(layout: Layout): number {
  return layout.areas.reduce((sum, area) => sum + area.capacity, layout.seats.length)
}

/** How many places of each kind a layout has. */
export type LayoutPlaces = { seats: number; areas: number; wheelchair: number; companion: number }

export function layoutPlaces({ seats, areas }: Layout): LayoutPlaces {
  return {
    seats: seats.length,
    areas: areas.length,
    wheelchair: seats.filter(({ accessible }) => accessible).length,
    companion: seats.filter(({ companion }) => companion).length,
  }
}

// JSON.stringify drops members that are undefined and keeps the order in which they are written here.
function inOrder(layout: Layout): unknown {
  return {
    name: layout.name,
    size: { width: layout.size.width, height: layout.size.height },
    seat_radius: layout.seat_radius,
    categories: layout.categories.map(({ name, color }) => ({ name, color })),
    floors: layout.floors,
    sections: layout.sections.map(({ name, floor, door }) => ({ name, floor, door })),
    seats: layout.seats.map((s) => ({
      seat_id: s.seat_id,
      section: s.section,
      row: s.row,
      number: s.number,
      x: s.x,
      y: s.y,
      category: s.category,
      accessible: s.accessible,
      companion: s.companion,
      restricted_view: s.restricted_view,
      row_label: s.row_label,
      seat_label: s.seat_label,
    })),
    areas: layout.areas.map((a) => ({
      area_id: a.area_id,
      name: a.name,
      category: a.category,
      capacity: a.capacity,
      outline: a.outline,
      floor: a.floor,
    })),
    focal_point: layout.focal_point && { x: layout.focal_point.x, y: layout.focal_point.y },
    background: layout.background && {
      shapes: layout.background.shapes.map(shapeInOrder),
      image_url: layout.background.image_url,
    },
  }
}

function shapeInOrder(shape: LayoutShape): LayoutShape {
  const { kind, role, points, center, radius, rotation, text, text_size, color, border_color } = shape
  return JSON.parse(
    JSON.stringify({ kind, role, points, center, radius, rotation, text, text_size, color, border_color }),
  ) as LayoutShape
}

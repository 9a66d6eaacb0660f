/**
 * The layout of a hall as Usher serves it: immutable, named by the SHA-256 of its canonical bytes (compact JSON,
 * keys in the order below). Coordinates are in layout units (about 1 cm), y grows downwards.
 */
export type LayoutSeat = {
  /** Unique within the layout and stable over versions of it. */
  seat_id: string
  /** Index into `sections`. */
  section: number
  /** Label of the row, unique within its section. */
  row: string
  /** Label of the seat, unique within its row. */
  number: string
  x: number
  y: number
  /** Index into `categories`. */
  category: number
  accessible?: true
  companion?: true
  restricted_view?: true
}

export type LayoutSection = { name: string; floor?: string; door?: string }

export type LayoutArea = {
  area_id: string
  name: string
  category: number
  capacity: number
  /** Outline, for drawing: [x, y] pairs. */
  outline: [number, number][]
}

/** Anything drawn that nobody sits on: stage, pitch, walls, labels. */
export type LayoutShape = {
  kind: 'polygon' | 'ellipse' | 'text'
  role: 'stage' | 'pitch' | 'screen' | 'wall' | 'label' | 'other'
  points?: [number, number][]
  center?: [number, number]
  radius?: [number, number]
  rotation?: number
  text?: string
  color?: string
}

export type Layout = {
  name: string
  size: { width: number; height: number }
  categories: { name: string; color: string }[]
  floors: string[]
  sections: LayoutSection[]
  /** In index order: a seat's position here is its number in the ledger and in `availability`. */
  seats: LayoutSeat[]
  areas: LayoutArea[]
  focal_point: { x: number; y: number } | null
  background: { shapes: LayoutShape[]; image_url?: string } | null
}

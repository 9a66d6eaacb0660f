import type { Layout, LayoutArea, LayoutSeat, LayoutShape } from '../../../shared/layout.ts'
import { boxOf, grow, type Bounds } from './camera.ts'
import { labelPlaces, type LabelPlace } from './label-room.ts'

/** Bits of `Hall.flags`. */
export const ACCESSIBLE = 1
export const COMPANION = 2
export const RESTRICTED_VIEW = 4

/** Seats of a section and row that follow each other: from one end to the other. */
export type HallRow = { section: number; label: string; first: number; count: number }

export type HallSection = {
  name: string
  /** What sets it apart from the others: "101" of "Sector 101". */
  shortName: string
  floor: string | null
  door: string | null
  seatCount: number
  /** Of the seats under its label. */
  category: number
} & LabelPlace

/**
 * A layout made ready for drawing and finding: columns instead of 50,000 objects, so that it crosses from the worker
 * that read it without being copied. Text is one string, cut up when somebody asks.
 */
export type HallData = {
  name: string
  width: number
  height: number
  seatRadius: number
  /** Radius at which the seats of a section flow together into one shape. */
  blobRadius: number
  categories: string[]
  floors: string[]
  x: Float32Array<ArrayBuffer>
  y: Float32Array<ArrayBuffer>
  section: Uint16Array<ArrayBuffer>
  category: Uint8Array<ArrayBuffer>
  flags: Uint8Array<ArrayBuffer>
  rowOf: Uint32Array<ArrayBuffer>
  numbersText: string
  seatIdsText: string
  /** What stands on the ticket where that is not the row or the number. */
  rowLabels: Record<number, string>
  seatLabels: Record<number, string>
  rows: HallRow[]
  sections: HallSection[]
  areas: LayoutArea[]
  focalPoint: { x: number; y: number } | null
  shapes: LayoutShape[]
  /** What the view shows from afar: seats, areas and the stage. */
  bounds: Bounds
}

const SEPARATOR = '\u0000'
/** Seats whose neighbours are measured to learn how far apart rows are. */
const MEASURED_SEATS_MAX = 300

export function hallData(layout: Layout): HallData {
  const { seats } = layout
  const n = seats.length
  const data: HallData = {
    name: layout.name,
    width: layout.size.width,
    height: layout.size.height,
    seatRadius: layout.seat_radius,
    blobRadius: layout.seat_radius,
    categories: layout.categories.map(({ name }) => name),
    floors: layout.floors,
    x: Float32Array.from(seats, (seat) => seat.x),
    y: Float32Array.from(seats, (seat) => seat.y),
    section: Uint16Array.from(seats, (seat) => seat.section),
    category: Uint8Array.from(seats, (seat) => seat.category),
    flags: Uint8Array.from(seats, flagsOf),
    rowOf: new Uint32Array(n),
    numbersText: seats.map((seat) => seat.number).join(SEPARATOR),
    seatIdsText: seats.map((seat) => seat.seat_id).join(SEPARATOR),
    rowLabels: {},
    seatLabels: {},
    rows: [],
    sections: [],
    areas: layout.areas,
    focalPoint: stageOf(layout) ?? layout.focal_point,
    shapes: [],
    bounds: { x0: 0, y0: 0, x1: 1, y1: 1 },
  }
  seats.forEach((seat, i) => {
    const last = data.rows.at(-1)
    if (last && last.section === seat.section && last.label === seat.row) last.count += 1
    else data.rows.push({ section: seat.section, label: seat.row, first: i, count: 1 })
    data.rowOf[i] = data.rows.length - 1
    if (seat.row_label !== undefined) data.rowLabels[data.rows.length - 1] = seat.row_label
    if (seat.seat_label !== undefined) data.seatLabels[i] = seat.seat_label
  })
  data.blobRadius = blobRadiusOf(data)
  data.sections = sectionsOf(layout, data)
  data.shapes = shapesOf(layout, data)
  data.bounds = boundsOf(data)
  return data
}

/** What everybody looks at; the focal point of a cinema is where people like to sit instead. */
function stageOf({ background }: Layout): { x: number; y: number } | null {
  const stage = background?.shapes.find(
    ({ role }) => role === 'stage' || role === 'pitch' || role === 'screen',
  )
  if (stage?.center) return { x: stage.center[0], y: stage.center[1] }
  if (!stage?.points?.length) return null
  const xs = stage.points.map(([x]) => x)
  const ys = stage.points.map(([, y]) => y)
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 }
}

/** The hall as the page uses it. */
export class Hall {
  readonly data: HallData
  readonly seatCount: number
  #numbers: string[] | null = null
  #seatIds: string[] | null = null
  #indexOf: Map<string, number> | null = null
  #areaOf: Map<string, number> | null = null

  constructor(data: HallData) {
    this.data = data
    this.seatCount = data.x.length
  }

  get numbers(): string[] {
    return (this.#numbers ??= this.seatCount === 0 ? [] : this.data.numbersText.split(SEPARATOR))
  }

  seatId(seat: number): string {
    this.#seatIds ??= this.data.seatIdsText.split(SEPARATOR)
    return this.#seatIds[seat] ?? ''
  }

  /** -1 where the hall has no such seat. */
  indexOf(seatId: string): number {
    if (!this.#indexOf) {
      this.seatId(0)
      this.#indexOf = new Map(this.#seatIds!.map((id, i) => [id, i]))
    }
    return this.#indexOf.get(seatId) ?? -1
  }

  areaIndexOf(areaId: string): number {
    this.#areaOf ??= new Map(this.data.areas.map((area, i) => [area.area_id, i]))
    return this.#areaOf.get(areaId) ?? -1
  }

  row(seat: number): HallRow {
    return this.data.rows[this.data.rowOf[seat]!]!
  }

  section(seat: number): HallSection {
    return this.data.sections[this.data.section[seat]!]!
  }

  rowsOf(section: number): { index: number; row: HallRow }[] {
    return this.data.rows.flatMap((row, index) => (row.section === section ? [{ index, row }] : []))
  }
}

function flagsOf(seat: LayoutSeat): number {
  return (
    (seat.accessible ? ACCESSIBLE : 0) |
    (seat.companion ? COMPANION : 0) |
    (seat.restricted_view ? RESTRICTED_VIEW : 0)
  )
}

function sectionsOf(layout: Layout, data: HallData): HallSection[] {
  const short = shortNames(layout.sections.map(({ name }) => name))
  const places = labelPlaces(data, short)
  const counts = new Uint32Array(layout.sections.length)
  const nearest = places.map(() => ({ seat: -1, d: Infinity }))
  for (let i = 0; i < data.x.length; i++) {
    const s = data.section[i]!
    counts[s]! += 1
    const d = (data.x[i]! - places[s]!.x) ** 2 + (data.y[i]! - places[s]!.y) ** 2
    if (d < nearest[s]!.d) nearest[s] = { seat: i, d }
  }
  return layout.sections.map(({ name, floor, door }, s) => ({
    name,
    shortName: short[s]!,
    floor: floor ?? null,
    door: door ?? null,
    seatCount: counts[s]!,
    category: data.category[nearest[s]!.seat] ?? 0,
    ...places[s]!,
  }))
}

/** Without the word that all of them begin with. */
export function shortNames(names: readonly string[]): string[] {
  const [first = ''] = names
  const word = first.slice(0, first.indexOf(' ') + 1)
  const shared =
    word !== '' &&
    names.length > 1 &&
    names.every((name) => name.startsWith(word) && name.length > word.length)
  return shared ? names.map((name) => name.slice(word.length)) : [...names]
}

/** A little over half the way to the next row, learned from a few seats spread over the hall. */
function blobRadiusOf(data: HallData): number {
  const { x, y, rowOf, section, seatRadius } = data
  const distances: number[] = []
  const step = Math.max(1, Math.floor(data.rows.length / MEASURED_SEATS_MAX))
  for (let r = 0; r < data.rows.length; r += step) {
    const row = data.rows[r]!
    const a = row.first + (row.count >> 1)
    let best = Infinity
    for (const other of [data.rows[r - 1], data.rows[r + 1]]) {
      if (!other || other.section !== section[a]) continue
      for (let b = other.first; b < other.first + other.count; b++) {
        if (rowOf[b] === rowOf[a]) continue
        best = Math.min(best, Math.hypot(x[a]! - x[b]!, y[a]! - y[b]!))
      }
    }
    if (best < Infinity) distances.push(best)
  }
  distances.sort((a, b) => a - b)
  const median = distances[distances.length >> 1] ?? seatRadius * 2.5
  return Math.min(seatRadius * 3, Math.max(seatRadius, median * 0.6))
}

/** Labels of rows and sections that the plan brings along are left out: the map writes them itself, where they fit. */
function shapesOf(layout: Layout, data: HallData): LayoutShape[] {
  const known = new Set(data.rows.map(({ label }) => label))
  for (const { name, shortName } of data.sections) known.add(name).add(shortName)
  for (const { name } of data.areas) known.add(name)
  return (layout.background?.shapes ?? []).filter(
    (shape) => shape.kind !== 'text' || (shape.text !== undefined && !known.has(shape.text)),
  )
}

function boundsOf(data: HallData): Bounds {
  const points: (readonly [number, number])[] = []
  for (let i = 0; i < data.x.length; i++) points.push([data.x[i]!, data.y[i]!])
  for (const { outline } of data.areas) points.push(...outline)
  for (const shape of data.shapes) {
    if (shape.role === 'stage' || shape.role === 'screen' || shape.role === 'pitch')
      points.push(...(shape.points ?? []))
  }
  if (points.length === 0) return { x0: 0, y0: 0, x1: Math.max(1, data.width), y1: Math.max(1, data.height) }
  return grow(boxOf(points), data.seatRadius * 3)
}

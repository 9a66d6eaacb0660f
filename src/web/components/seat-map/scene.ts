import type { Camera } from './camera.ts'

/** What is dimmed: categories as bits, and flags of which a seat has one (`any`) or none (`bars`). */
export type MapFilter = { categories: number; any: number; bars: number }

/** What one frame shows. */
export type Scene = {
  camera: Camera
  filter: MapFilter
  hotSection: number
  patterns: boolean
  /** 0 to 1, for offered seats. */
  pulse: number
  /** Where the stage is while it is out of sight. */
  marker: Marker | null
  /** The section in the middle of a near view, and CSS pixels from the top where it is named. */
  note: { section: number; y: number } | null
}

/** A place on the border of the view in CSS pixels, and the direction it points in. */
export type Marker = { x: number; y: number; angle: number }

/** What is free, as the drawing knows it. */
export type DrawnStock = { statuses: Uint8Array<ArrayBuffer>; freeInSection: Uint32Array<ArrayBuffer> }

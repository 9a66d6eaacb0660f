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
}

/** What is free, as the drawing knows it. */
export type DrawnStock = { statuses: Uint8Array<ArrayBuffer>; freeInSection: Uint32Array<ArrayBuffer> }

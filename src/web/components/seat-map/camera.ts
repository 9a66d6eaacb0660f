/** What the map looks at: the layout's point in the middle of the view, and pixels a layout unit. */
export type Camera = { x: number; y: number; scale: number }
export type View = { width: number; height: number }
export type Bounds = { x0: number; y0: number; x1: number; y1: number }
export type Limits = { bounds: Bounds; scaleMin: number; scaleMax: number }
/** Pixels of the view that something else covers: the sheet on a phone. */
export type Insets = { top: number; right: number; bottom: number; left: number }

export const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 }
/** Milliseconds after which a thrown map has lost two thirds of its speed. */
const MOMENTUM_MS = 260
/** Pixels a millisecond below which it stands. */
const SPEED_MIN = 0.02

export function toScreen(camera: Camera, view: View, x: number, y: number): { x: number; y: number } {
  return {
    x: (x - camera.x) * camera.scale + view.width / 2,
    y: (y - camera.y) * camera.scale + view.height / 2,
  }
}

export function toWorld(camera: Camera, view: View, x: number, y: number): { x: number; y: number } {
  return {
    x: (x - view.width / 2) / camera.scale + camera.x,
    y: (y - view.height / 2) / camera.scale + camera.y,
  }
}

/** The camera that shows all of `bounds` in what is left of the view. */
export function fit(bounds: Bounds, view: View, insets: Insets = NO_INSETS, scaleMax = Infinity): Camera {
  const width = Math.max(1, view.width - insets.left - insets.right)
  const height = Math.max(1, view.height - insets.top - insets.bottom)
  const scale = Math.min(scaleMax, width / (bounds.x1 - bounds.x0), height / (bounds.y1 - bounds.y0))
  return {
    x: (bounds.x0 + bounds.x1) / 2 - (insets.left - insets.right) / 2 / scale,
    y: (bounds.y0 + bounds.y1) / 2 - (insets.top - insets.bottom) / 2 / scale,
    scale,
  }
}

/** Zooms so that the point of the layout under (px, py) stays there. */
export function zoomAt(
  camera: Camera,
  view: View,
  px: number,
  py: number,
  factor: number,
  limits: Limits,
): Camera {
  const scale = Math.min(limits.scaleMax, Math.max(limits.scaleMin, camera.scale * factor))
  const at = toWorld(camera, view, px, py)
  return clampCamera(
    { x: at.x - (px - view.width / 2) / scale, y: at.y - (py - view.height / 2) / scale, scale },
    limits,
  )
}

export function panBy(camera: Camera, dx: number, dy: number, limits: Limits): Camera {
  return clampCamera({ ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale }, limits)
}

/** The middle of the view never leaves the hall, so that nobody gets lost beside it. */
export function clampCamera(camera: Camera, { bounds, scaleMin, scaleMax }: Limits): Camera {
  return {
    x: Math.min(bounds.x1, Math.max(bounds.x0, camera.x)),
    y: Math.min(bounds.y1, Math.max(bounds.y0, camera.y)),
    scale: Math.min(scaleMax, Math.max(scaleMin, camera.scale)),
  }
}

/** Where a flight from one camera to another is at `t` of 0 to 1: scale goes by ratio, so that it feels even. */
export function between(from: Camera, to: Camera, t: number): Camera {
  const eased = 1 - (1 - t) ** 3
  const scale = from.scale * (to.scale / from.scale) ** eased
  // The place that stays still while the scale changes lies on the line through both; follow it.
  const span = 1 / to.scale - 1 / from.scale
  const share = Math.abs(span) * from.scale < 1e-3 ? eased : (1 / scale - 1 / from.scale) / span
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, scale }
}

/** Pixels a millisecond, and how far a thrown map goes in the next `ms`; null once it stands. */
export function coast(
  vx: number,
  vy: number,
  ms: number,
): { vx: number; vy: number; dx: number; dy: number } | null {
  if (Math.hypot(vx, vy) < SPEED_MIN) return null
  const decay = Math.exp(-ms / MOMENTUM_MS)
  const travel = MOMENTUM_MS * (1 - decay)
  return { vx: vx * decay, vy: vy * decay, dx: vx * travel, dy: vy * travel }
}

/** CSS pixels of a stage that must be uncovered for it to be in sight. */
const SEEN_PIXELS = 12

/** Whether a point, or enough of one of these boxes, is where nothing covers the view: then it needs no marker. */
export function isInSight(
  camera: Camera,
  view: View,
  point: { x: number; y: number },
  boxes: readonly Bounds[],
  { top, right, bottom, left }: Insets,
): boolean {
  const at = toScreen(camera, view, point.x, point.y)
  const [endX, endY] = [view.width - right, view.height - bottom]
  if (at.x >= left && at.x <= endX && at.y >= top && at.y <= endY) return true
  return boxes.some((box) => {
    const from = toScreen(camera, view, box.x0, box.y0)
    const to = toScreen(camera, view, box.x1, box.y1)
    const seen = (a: number, b: number, start: number, end: number): boolean =>
      Math.min(b, end) - Math.max(a, start) >= Math.min(SEEN_PIXELS, b - a)
    return seen(from.x, to.x, left, endX) && seen(from.y, to.y, top, endY)
  })
}

/**
 * Where the marker of a point stands on the border of the view and its direction in radians; null while the point is in
 * sight.
 */
export function edgeMarker(
  camera: Camera,
  view: View,
  point: { x: number; y: number },
  insets: Insets,
  margin: number,
): { x: number; y: number; angle: number } | null {
  const at = toScreen(camera, view, point.x, point.y)
  const left = insets.left + margin
  const top = insets.top + margin
  const right = view.width - insets.right - margin
  const bottom = view.height - insets.bottom - margin
  if (at.x >= left && at.x <= right && at.y >= top && at.y <= bottom) return null
  const cx = (left + right) / 2
  const cy = (top + bottom) / 2
  const [dx, dy] = [at.x - cx, at.y - cy]
  const reach = Math.min(
    dx === 0 ? Infinity : (dx > 0 ? right - cx : cx - left) / Math.abs(dx),
    dy === 0 ? Infinity : (dy > 0 ? bottom - cy : cy - top) / Math.abs(dy),
  )
  return { x: cx + dx * reach, y: cy + dy * reach, angle: Math.atan2(dy, dx) }
}

/** The smallest box around these points. */
export function boxOf(points: readonly (readonly [number, number])[]): Bounds {
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }
  for (const [x, y] of points) {
    box.x0 = Math.min(box.x0, x)
    box.y0 = Math.min(box.y0, y)
    box.x1 = Math.max(box.x1, x)
    box.y1 = Math.max(box.y1, y)
  }
  return box
}

export function grow({ x0, y0, x1, y1 }: Bounds, by: number): Bounds {
  return { x0: x0 - by, y0: y0 - by, x1: x1 + by, y1: y1 + by }
}

/** Whether a point lies inside of an outline. */
export function contains(outline: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  })
  return inside
}

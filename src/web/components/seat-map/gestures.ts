/** Pixels that a finger may wander and still have tapped. */
const TAP_SLOP = 7
const DOUBLE_TAP_MS = 320
const DOUBLE_TAP_PIXELS = 32
/** Milliseconds of movement that decide how fast the map flies on. */
const SPEED_WINDOW_MS = 90
const CAPTURE = { capture: true, passive: true } as const

export type GestureHandlers = {
  pan(dx: number, dy: number): void
  zoom(x: number, y: number, factor: number): void
  /** Pixels a millisecond. */
  thrown(vx: number, vy: number): void
  /** The map is held again. */
  grabbed(): void
  tap(x: number, y: number, touch: boolean): 'hit' | 'missed'
  doubleTap(x: number, y: number): void
  hover(x: number, y: number): void
  left(): void
}

type Finger = { x: number; y: number }

/** Pointers and wheel as what they mean: pan, pinch, tap. Returns how to stop listening. */
export function listenForGestures(element: HTMLElement, on: GestureHandlers): () => void {
  const fingers = new Map<number, Finger>()
  let start = { x: 0, y: 0 }
  let dragging = false
  let trail: { x: number; y: number; at: number }[] = []
  let lastTap = { x: 0, y: 0, at: -Infinity }
  // Asked for once a drag: the answer may need the whole page laid out.
  let box = element.getBoundingClientRect()
  const spot = (event: PointerEvent | WheelEvent): Finger => {
    if (fingers.size === 0) box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  const otherThan = (pointerId: number): Finger | null => {
    for (const [id, finger] of fingers) if (id !== pointerId) return finger
    return null
  }

  const down = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && event.button !== 0) return
    const at = spot(event)
    fingers.set(event.pointerId, at)
    // Without the capture a drag ends at the border; synthetic pointers have none.
    try {
      element.setPointerCapture(event.pointerId)
    } catch {
      // The pointer is gone already.
    }
    on.grabbed()
    if (fingers.size === 1) {
      start = at
      dragging = false
      trail = [{ ...at, at: event.timeStamp }]
    } else {
      dragging = true
    }
  }

  // Taken before they reach anything else: a framework that listens at the root would walk its tree for each movement.
  const move = (event: PointerEvent): void => {
    if (event.target !== element && !element.contains(event.target as Node)) return
    event.stopPropagation()
    const at = spot(event)
    const before = fingers.get(event.pointerId)
    if (!before) {
      if (event.pointerType !== 'touch') on.hover(at.x, at.y)
      return
    }
    fingers.set(event.pointerId, at)
    const other = fingers.size > 1 ? otherThan(event.pointerId) : null
    if (other) {
      const was = Math.hypot(before.x - other.x, before.y - other.y)
      const is = Math.hypot(at.x - other.x, at.y - other.y)
      on.pan((at.x - before.x) / 2, (at.y - before.y) / 2)
      if (was > 0) on.zoom((at.x + other.x) / 2, (at.y + other.y) / 2, is / was)
      return
    }
    if (!dragging && Math.hypot(at.x - start.x, at.y - start.y) < TAP_SLOP) return
    if (!dragging) on.left()
    dragging = true
    on.pan(at.x - before.x, at.y - before.y)
    trail.push({ x: at.x, y: at.y, at: event.timeStamp })
    while (event.timeStamp - trail[0]!.at >= SPEED_WINDOW_MS) trail.shift()
  }

  const up = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId)) return
    const at = spot(event)
    if (fingers.size > 0) return
    if (dragging) {
      const [first] = trail
      const ms = first ? event.timeStamp - first.at : 0
      if (first && ms > 16) on.thrown((at.x - first.x) / ms, (at.y - first.y) / ms)
      return
    }
    if (event.type === 'pointercancel') return
    const again =
      event.timeStamp - lastTap.at < DOUBLE_TAP_MS &&
      Math.hypot(at.x - lastTap.x, at.y - lastTap.y) < DOUBLE_TAP_PIXELS
    if (again) {
      lastTap.at = -Infinity
      on.doubleTap(at.x, at.y)
      return
    }
    const result = on.tap(at.x, at.y, event.pointerType === 'touch')
    // Two quick taps on seats choose two seats; only beside them they are one double tap.
    lastTap = result === 'hit' ? { ...at, at: -Infinity } : { ...at, at: event.timeStamp }
  }

  const wheel = (event: WheelEvent): void => {
    event.preventDefault()
    const at = spot(event)
    const lines =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? 16
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? 400
          : 1
    const speed = event.ctrlKey ? 0.01 : 0.0016
    on.zoom(at.x, at.y, Math.exp(-Math.max(-240, Math.min(240, event.deltaY * lines)) * speed))
  }
  const leave = (): void => on.left()
  const hush = (event: MouseEvent): void => {
    if (event.target === element || element.contains(event.target as Node)) event.stopPropagation()
  }

  element.addEventListener('pointerdown', down)
  addEventListener('pointermove', move, CAPTURE)
  addEventListener('mousemove', hush, CAPTURE)
  element.addEventListener('pointerup', up)
  element.addEventListener('pointercancel', up)
  element.addEventListener('pointerleave', leave)
  element.addEventListener('wheel', wheel, { passive: false })
  return () => {
    element.removeEventListener('pointerdown', down)
    removeEventListener('pointermove', move, CAPTURE)
    removeEventListener('mousemove', hush, CAPTURE)
    element.removeEventListener('pointerup', up)
    element.removeEventListener('pointercancel', up)
    element.removeEventListener('pointerleave', leave)
    element.removeEventListener('wheel', wheel)
  }
}

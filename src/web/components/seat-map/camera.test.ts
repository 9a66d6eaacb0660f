import { expect, test } from 'bun:test'
import {
  between,
  coast,
  edgeMarker,
  fit,
  isInSight,
  NO_INSETS,
  toScreen,
  toWorld,
  zoomAt,
  type Camera,
} from './camera.ts'

const view = { width: 800, height: 600 }
const bounds = { x0: 0, y0: 0, x1: 4_000, y1: 2_000 }
const limits = { bounds, scaleMin: 0.05, scaleMax: 2 }

test('a fitted hall lies whole in what the sheet leaves of the view', () => {
  const camera = fit(bounds, view, { ...NO_INSETS, bottom: 200 })
  expect(camera.scale).toBeCloseTo(0.2)
  const top = toScreen(camera, view, 0, 0)
  const end = toScreen(camera, view, 4_000, 2_000)
  expect([top.x, end.x].map(Math.round)).toEqual([0, 800])
  expect(top.y).toBeGreaterThanOrEqual(-0.001)
  expect(end.y).toBeLessThanOrEqual(400.001)
})

test('zooming keeps the point under the finger', () => {
  const camera: Camera = { x: 2_000, y: 1_000, scale: 0.2 }
  const before = toWorld(camera, view, 600, 200)
  const after = toWorld(zoomAt(camera, view, 600, 200, 2, limits), view, 600, 200)
  expect([after.x, after.y].map(Math.round)).toEqual([before.x, before.y].map(Math.round))
})

test('a flight zooms around a point that stays where it is', () => {
  const from: Camera = { x: 2_000, y: 1_000, scale: 0.2 }
  const to = zoomAt(from, view, 600, 200, 4, limits)
  const fixed = toWorld(from, view, 600, 200)
  for (const t of [0.2, 0.5, 0.9, 1]) {
    const at = toScreen(between(from, to, t), view, fixed.x, fixed.y)
    expect([at.x, at.y].map(Math.round)).toEqual([600, 200])
  }
})

test('a thrown map comes to rest', () => {
  let speed: { vx: number; vy: number } | null = { vx: 2, vy: 0 }
  let frames = 0
  while ((speed = coast(speed.vx, speed.vy, 16)) !== null) frames += 1
  expect(frames).toBeGreaterThan(20)
  expect(frames).toBeLessThan(120)
})

test('the marker of the stage stands on the border that faces it, and nowhere while the stage is in sight', () => {
  const camera: Camera = { x: 3_000, y: 1_500, scale: 1 }
  expect(edgeMarker(camera, view, { x: 3_000, y: 1_400 }, NO_INSETS, 20)).toBeNull()
  const up = edgeMarker(camera, view, { x: 3_000, y: 0 }, NO_INSETS, 20)!
  expect([up.x, up.y, up.angle]).toEqual([400, 20, -Math.PI / 2])
  const left = edgeMarker(camera, view, { x: 0, y: 1_500 }, NO_INSETS, 20)!
  expect([left.x, left.y].map(Math.round)).toEqual([20, 300])
})

test('a stage at the edge of the view is in sight: it has no marker above the rows before it', () => {
  const camera: Camera = { x: 3_000, y: 1_500, scale: 1 }
  const insets = { ...NO_INSETS, top: 52 }
  const sees = (y: number, boxes: Parameters<typeof isInSight>[3] = []): boolean =>
    isInSight(camera, view, { x: 3_000, y }, boxes, insets)
  expect([sees(1_260), sees(1_250)]).toEqual([true, false])
  const stage = (y1: number) => [{ x0: 2_900, x1: 3_100, y0: 1_000, y1 }]
  expect([sees(1_100, stage(1_280)), sees(1_100, stage(1_255))]).toEqual([true, false])
})

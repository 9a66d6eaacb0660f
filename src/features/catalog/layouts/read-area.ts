import type { LayoutShape } from '../../../shared/layout.ts'
import type { DocumentArea } from './document.ts'

type Point = [number, number]
type Origin = { x: number; y: number }

/** Corners that stand for a circle or an ellipse in an outline. */
const ROUND_CORNERS = 32
const TEXT_SIZE = 16

/** What is drawn for an area of a plan: its shape and, where it carries one, its text. */
export function shapesOf(area: DocumentArea, origin: Origin): LayoutShape[] {
  const text = textOf(area)
  const role = area.role ?? roleOf(text?.text)
  const colors = {
    ...(area.color !== undefined && { color: area.color }),
    ...(area.border_color !== undefined && { border_color: area.border_color }),
  }
  const shapes: LayoutShape[] = []
  const round = roundShape(area)
  if (round) {
    const turned = area.rotation ? { rotation: area.rotation } : {}
    shapes.push({ kind: 'ellipse', role, center: at(area, origin), radius: round, ...turned, ...colors })
  } else {
    const points = outlineOf(area, origin)
    if (points.length > 1) shapes.push({ kind: 'polygon', role, points, ...colors })
  }
  if (text) {
    const [x, y] = at(area, origin)
    shapes.push({
      kind: 'text',
      role: 'label',
      text: text.text,
      center: [x + (text.position?.x ?? 0), y + (text.position?.y ?? 0)],
      text_size: text.size ?? TEXT_SIZE,
      ...(text.color !== undefined && { color: text.color }),
      ...(area.rotation && area.shape === 'text' && { rotation: area.rotation }),
    })
  }
  return shapes
}

/** The outline in the plan's own coordinates; empty for what is only text. */
export function outlineOf(area: DocumentArea, origin: Origin): Point[] {
  const [x, y] = at(area, origin)
  const round = roundShape(area)
  const local: Point[] = round
    ? Array.from({ length: ROUND_CORNERS }, (_, i): Point => {
        const angle = (2 * Math.PI * i) / ROUND_CORNERS
        return [round[0] * Math.cos(angle), round[1] * Math.sin(angle)]
      })
    : (area.polygon?.points.map((p): Point => [p.x, p.y]) ?? corners(area))
  const angle = ((area.rotation ?? 0) * Math.PI) / 180
  return local.map(([px, py]) => [
    tenth(x + px * Math.cos(angle) - py * Math.sin(angle)),
    tenth(y + px * Math.sin(angle) + py * Math.cos(angle)),
  ])
}

/** What an area is, by the words people write on it; plans have no field for it. */
export function roleOf(text: string | undefined): LayoutShape['role'] {
  if (!text) return 'other'
  if (/\b(stage|bühne|buehne|scène|scene|escenario|palco)\b/i.test(text)) return 'stage'
  if (/\b(screen|leinwand|écran|pantalla)\b/i.test(text)) return 'screen'
  if (/\b(pitch|field|spielfeld|rasen|court)\b/i.test(text)) return 'pitch'
  return 'other'
}

function textOf(area: DocumentArea) {
  const { text } = area
  if (typeof text === 'string')
    return text === '' ? null : { text, position: undefined, size: undefined, color: undefined }
  return text && text.text !== '' ? text : null
}

function roundShape(area: DocumentArea): Point | null {
  if (area.circle && area.shape !== 'text') return [area.circle.radius, area.circle.radius]
  if (area.ellipse && area.shape !== 'text') return [area.ellipse.radius.x, area.ellipse.radius.y]
  return null
}

function corners(area: DocumentArea): Point[] {
  if (area.shape === 'text') return []
  const width = area.rectangle?.width ?? area.width
  const height = area.rectangle?.height ?? area.height
  if (width === undefined || height === undefined) return []
  return [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ]
}

function at(area: DocumentArea, origin: Origin): Point {
  return [tenth(origin.x + (area.position?.x ?? 0)), tenth(origin.y + (area.position?.y ?? 0))]
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}

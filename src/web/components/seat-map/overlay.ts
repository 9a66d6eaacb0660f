import type { Camera, View } from './camera.ts'
import { mix, type MapColors, type Rgb } from './colors.ts'
import type { LabelAtlas } from './glyphs.ts'
import { LabelBuilder } from './labels.ts'
import type { Marker } from './scene.ts'

/** What stays in its place on the screen, as it is drawn: the stage's marker and the name of the section in the middle. */
export type Overlay = {
  stage: (Marker & { text: string }) | null
  section: { name: string; left: string; y: number } | null
}

/** Of labels whose anchors are CSS pixels from the middle of the view. */
export const UNMOVED: Camera = { x: 0, y: 0, scale: 1 }

const PILL_HEIGHT = 28
const PADDING = 12
const GAP = 7
const BORDER = 8
const ARROW = 12
const STROKE = 1.7
const HEAD = 5.5

/**
 * Drawn with the map, not as elements above it: whatever moves in the page beside a canvas that draws has the page styled,
 * laid out and painted, which is more than all that a movement of the map costs.
 */
export function overlayLabels(
  atlas: LabelAtlas,
  view: View,
  { stage, section }: Overlay,
  colors: MapColors,
): Float32Array<ArrayBuffer> {
  const builder = new LabelBuilder(atlas)
  const pill = (x: number, y: number, width: number, color: Rgb): void => {
    const [w, h] = [width + PADDING * 2, PILL_HEIGHT]
    builder.pill(x, y, [-w / 2 - 1, -h / 2 - 1, w + 2, h + 2], colors.line, 1)
    builder.pill(x, y, [-w / 2, -h / 2, w, h], color, 1)
  }
  if (stage) {
    const text = atlas.width('name', stage.text)
    const width = ARROW + GAP + text
    // A long word keeps away from the border, too.
    const room = Math.max(0, view.width / 2 - width / 2 - PADDING - BORDER)
    const x = Math.max(-room, Math.min(room, stage.x - view.width / 2))
    const y = stage.y - view.height / 2
    pill(x, y, width, colors.surface)
    arrow(builder, x - width / 2 + ARROW / 2, y, stage.angle, colors.text)
    builder.text({ text: stage.text, face: 'name', x, y, dx: (width - text) / 2, color: colors.text })
  }
  if (section) {
    const y = section.y - view.height / 2
    const [name, left] = [atlas.width('name', section.name), atlas.width('small', section.left)]
    const width = name + (left > 0 ? GAP + left : 0)
    pill(0, y, width, mix(colors.ground, colors.surface, 0.5))
    builder.text({
      text: section.name,
      face: 'name',
      x: 0,
      y,
      dx: (name - width) / 2,
      color: colors.text,
    })
    builder.text({ text: section.left, face: 'small', x: 0, y, dx: (width - left) / 2, color: colors.muted })
  }
  return builder.build()
}

/** Three strokes. An angle of zero points to the right, as the shader turns. */
function arrow(builder: LabelBuilder, x: number, y: number, angle: number, color: Rgb): void {
  const tip = { x: x + (Math.cos(angle) * ARROW) / 2, y: y + (Math.sin(angle) * ARROW) / 2 }
  const stroke = (length: number, rotation: number): void =>
    builder.pill(tip.x, tip.y, [-STROKE / 2, -STROKE / 2, length, STROKE], color, 1, { rotation })
  stroke(ARROW, angle + Math.PI)
  stroke(HEAD, angle + Math.PI * 0.75)
  stroke(HEAD, angle - Math.PI * 0.75)
}

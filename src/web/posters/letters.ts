import { readFileSync } from 'node:fs'
import * as fontkit from 'fontkit'

/**
 * Text as outlines: an SVG in an <img> cannot ask for a font, and a poster should look the same in a mail, in a link
 * preview and on a page. Server only.
 */
export type Face = 'display' | 'narrow' | 'text'
export type Letters = {
  /** Width of the text at this size. */
  width(face: Face, text: string, size: number): number
  /** The text from (x, y) on its baseline, as the `d` of a path. */
  path(face: Face, text: string, size: number, x: number, y: number): string
  /** Height of a capital as a share of the size. */
  capHeight(face: Face): number
}

type Font = ReturnType<typeof openFont>
type Run = { font: Font; text: string }

/** Letters stand a little closer where they are large. */
const TRACKING: Record<Face, number> = { display: -0.025, narrow: -0.02, text: 0 }

export function createLetters(): Letters {
  const faces = new Map<Face, Font[]>()
  const fontsOf = (face: Face): Font[] => {
    let fonts = faces.get(face)
    if (!fonts) {
      fonts = (['latin', 'latin-ext'] as const).map((part) => openFont(`${face}-${part}`))
      faces.set(face, fonts)
    }
    return fonts
  }
  const shape = (face: Face, text: string, size: number) => {
    const placed: { path: { commands: PathCommand[] }; x: number; scale: number }[] = []
    let x = 0
    for (const run of runsOf(fontsOf(face), text)) {
      const scale = size / run.font.unitsPerEm
      const { glyphs, positions } = run.font.layout(run.text)
      for (const [i, glyph] of glyphs.entries()) {
        placed.push({ path: glyph.path as never, x: x + positions[i]!.xOffset * scale, scale })
        x += positions[i]!.xAdvance * scale + TRACKING[face] * size
      }
    }
    return { placed, width: x - TRACKING[face] * size }
  }
  return {
    width: (face, text, size) => shape(face, text, size).width,
    path: (face, text, size, x, y) =>
      shape(face, text, size)
        .placed.map((glyph) => outline(glyph.path.commands, glyph.scale, x + glyph.x, y))
        .join(''),
    capHeight: (face) => {
      const font = fontsOf(face)[0]!
      return font.capHeight / font.unitsPerEm
    },
  }
}

function openFont(name: string) {
  return fontkit.create(readFileSync(new URL(`./fonts/${name}.ttf`, import.meta.url))) as fontkit.Font
}

/** Stretches of the text by the font that has their letters; what none has is left out. */
function runsOf(fonts: readonly Font[], text: string): Run[] {
  const runs: Run[] = []
  for (const letter of text) {
    const font = fonts.find((f) => f.hasGlyphForCodePoint(letter.codePointAt(0)!))
    if (!font) continue
    const last = runs.at(-1)
    if (last?.font === font) last.text += letter
    else runs.push({ font, text: letter })
  }
  return runs
}

type PathCommand = {
  command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath'
  args: number[]
}
const VERBS = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' } as const

function outline(commands: readonly PathCommand[], scale: number, x: number, y: number): string {
  return commands
    .map(({ command, args }) => {
      const points = args.map((value, i) => round(i % 2 === 0 ? x + value * scale : y - value * scale))
      return VERBS[command] + points.join(' ')
    })
    .join('')
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}
